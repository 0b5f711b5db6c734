"""Files of the list: how fast beside bare COPY of the same columns, and how much memory for how many rows.

``python -m bench.exports`` runs by itself, on the database of ``python -m bench``. Memory is measured in a process of
its own for each kind and size, as the peak that the operating system saw.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

from oic.environment import embedded_cluster

MEMORY_LIMIT_MB = 50
COLUMNS = (
    *("reference", "date", "agency", "role", "level", "status", "threat", "threat_title", "p_grade", "summary"),
    *("operation", "sub_threat", "entry_method", "enablers", "force_area", "agency_reference", "recorded_on"),
)
BARE = """
    COPY (
        SELECT d.reference, d.occurred_on, a.name, d.role, d.level, d.status, t.reference, t.title, t.p_grade,
            d.summary, d.operation, d.sub_threat, d.entry_method, d.enablers, f.name, d.agency_reference, d.recorded_at
        FROM disruptions_disruption d
        JOIN agencies_agency a ON a.id = d.agency_id
        LEFT JOIN disruptions_socthreat t ON t.id = d.threat_id
        LEFT JOIN agencies_agency f ON f.id = d.force_area_id
        ORDER BY d.occurred_on DESC, d.id DESC
    ) TO STDOUT WITH (FORMAT csv, HEADER)
"""


def main() -> int:
    """Measure, print, and return 0 if every limit holds."""
    parser = argparse.ArgumentParser(prog="python -m bench.exports", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--one", nargs=2, metavar=("KIND", "QUERY"), help="Write one file and print the peak memory.")
    options = parser.parse_args()
    os.environ.setdefault("EMBEDDED_DATABASE", "bench")
    os.environ.update({"DJANGO_SETTINGS_MODULE": "oic.settings", "DEMO": "1", "LOG_LEVEL": "ERROR"})
    cluster = embedded_cluster()
    if cluster is not None:
        cluster.acquire()
    django.setup()
    return _one(*options.one) if options.one else _all(options.runs)


def _all(runs: int) -> int:
    from bench.timing import HEADING, compare  # noqa: PLC0415 - needs the apps
    from disruptions.models import Disruption  # noqa: PLC0415

    newest = Disruption.objects.filter(occurred_on__isnull=False).order_by("-occurred_on", "-pk")
    some = newest.values_list("occurred_on", flat=True)[9_999]
    print(f"{Disruption.objects.count():,} records\n\n{HEADING}")
    measured = compare("CSV of all of them, beside bare COPY", writes("csv", ""), copies, runs=runs, limit_ratio=2)
    print(measured.line(), flush=True)
    broken = not measured.holds
    for kind in ("csv", "xlsx", "ods"):
        few, many = _peak(kind, f"from={some}"), _peak(kind, "")
        holds = many[1] - few[1] <= MEMORY_LIMIT_MB
        broken = broken or not holds
        print(
            f"{kind}: {few[0]:,} rows {few[1]:.0f} MB in {few[2]:.1f} s, {many[0]:,} rows {many[1]:.0f} MB in"
            f" {many[2]:.1f} s; at most {MEMORY_LIMIT_MB} MB more: {'holds' if holds else 'FAILS'}",
            flush=True,
        )
    return int(broken)


def writes(kind: str, query: str) -> Callable[[], int]:
    """Return what writes the files of a list to the disk, as the worker does, for the analyst of the benchmark."""
    from agencies.models import User  # noqa: PLC0415
    from disruptions.exports.making import write_files  # noqa: PLC0415
    from disruptions.models import Export  # noqa: PLC0415
    from disruptions.services.progress import Progress  # noqa: PLC0415
    from disruptions.vocabulary import ListKind  # noqa: PLC0415

    analyst = User.objects.select_related("agency").get(email="analyst@bench.example")
    export = Export(
        asked_by=analyst, agency=analyst.agency, listing=ListKind.DISRUPTIONS, query=query, kind=kind, columns=COLUMNS
    )

    def write() -> int:
        with tempfile.TemporaryDirectory() as folder:
            return write_files(export, Path(folder), Progress()).rows

    return write


def copies() -> None:
    """Write the same columns by bare COPY."""
    from django.db import connection  # noqa: PLC0415

    with tempfile.TemporaryFile() as file, connection.cursor() as cursor:
        cursor.copy_expert(BARE, file)


def _peak(kind: str, query: str) -> tuple[int, float, float]:
    """Return rows, peak memory in MB and seconds of one file, written in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.exports", "--one", kind, query], check=True, capture_output=True, text=True
    )
    rows, memory, seconds = told.stdout.split()[-3:]
    return int(rows), float(memory), float(seconds)


def _one(kind: str, query: str) -> int:
    begin = time.perf_counter()
    rows = writes(kind, query)()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(rows, round(peak, 1), round(time.perf_counter() - begin, 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
