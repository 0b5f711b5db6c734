"""An uploaded workbook of 10,000 rows: how long its check takes, and how much memory.

``python -m bench.uploads`` runs by itself, on the database of ``python -m bench`` (on the site's with
``EMBEDDED_DATABASE=site``). Nothing is recorded; an upload stays. Beside the seconds on the clock it prints those of
the processor, here with the process that reads the workbook, and in the database: on a busy machine these say more.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import resource
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import django

from oic.environment import embedded_cluster

SECONDS: Final = 15
MEGABYTES: Final = 300
WORDS: Final = tuple(
    "boat engine lorry arrest seized port beach group organiser phone cash van driver documents warrant search "  # noqa: SIM905
    "dinghy coast tide house money gang visa route market tunnel depot".split()
)
COLUMNS: Final = (
    *("role", "threat", "occurred_on", "level", "initiation", "strand", "sub_threat", "entry_method", "uk_led"),
    *("force_area", "country", "operation", "summary", "impact", "agency_reference", "outcome_1_type"),
    "outcome_1_count",
)


def main() -> int:
    """Measure, print, and return 0 if the limits hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.uploads", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    options = parser.parse_args()
    os.environ.setdefault("EMBEDDED_DATABASE", "bench")
    os.environ.update({"DJANGO_SETTINGS_MODULE": "oic.settings", "DEMO": "1", "LOG_LEVEL": "ERROR"})
    cluster = embedded_cluster()
    if cluster is not None:
        cluster.acquire()
    django.setup()
    return _measure(options.rows)


def _workbook(how_many: int, threats: list[str]) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - counted in the memory only where it is used

    from disruptions.uploads.columns import LABELS  # noqa: PLC0415 - needs the apps

    pick = random.Random(1)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet("Disruptions")
    sheet.write_row(0, 0, [LABELS[name] for name in COLUMNS])
    for number in range(1, how_many + 1):
        day = date(2024, 1, 1) + timedelta(days=pick.randrange(900))
        cells = (
            *("Lead", pick.choice(threats), day.strftime("%d/%m/%Y"), "Minor", "Proactive", "Pursue"),
            *("Facilitation by land, sea or air", "Small boat", "Yes", "Kent Police", "United Kingdom"),
            f"{pick.choice(WORDS)} {pick.choice(WORDS)} {number % 200}",
            *(" ".join(pick.choice(WORDS) for _ in range(length)) for length in (60, 40)),
            *(f"BENCH/{number}", "Arrest", pick.randrange(1, 9)),
        )
        sheet.write_row(number, 0, cells)
    book.close()
    return out.getvalue()


def _measure(how_many: int) -> int:
    from django.db import connection  # noqa: PLC0415 - needs the apps

    from agencies.models import User  # noqa: PLC0415
    from agencies.vocabulary import Role  # noqa: PLC0415
    from disruptions.models import SOCThreat, Upload  # noqa: PLC0415
    from disruptions.services.uploading import start_upload  # noqa: PLC0415
    from disruptions.uploads.checking import work_on  # noqa: PLC0415

    people = User.objects.filter(is_active=True, role_grants__role=Role.RECORDER).order_by("pk")
    person = people.filter(agency__code="kent").first() or people.first()
    if person is None:
        print("There is nobody here who records. Run python -m bench first.")
        return 1
    threats = list(SOCThreat.objects.filter(status="active").order_by("pk").values_list("reference", flat=True)[:300])
    content = _workbook(how_many, threats)
    upload = start_upload(
        acting_user=person, name="bench.xlsx", content_type="application/octet-stream", chunks=[content], submits=True
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    began, own, served = time.perf_counter(), _processor(), _of_process(backend)
    work_on(Upload.objects.with_related().get(pk=upload.pk))
    seconds, own, served = time.perf_counter() - began, _processor() - own, _of_process(backend) - served
    upload.refresh_from_db()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{how_many:,} rows, {len(content) / 1024**2:.1f} MB: {upload.get_stage_display()} {upload.problem}")
    print(f"  {upload.new_count:,} new, {upload.duplicate_count:,} possible duplicates, {upload.fault_count:,} faults")
    print(
        f"  {seconds:.1f} s on the clock (limit {SECONDS}); processor: {own:.1f} s here, {served:.1f} s in the database"
    )
    print(f"  at most {memory} MB here and {child} MB in the process that reads (limit {MEGABYTES})")
    return int(seconds > SECONDS or memory + child > MEGABYTES)


def _processor() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _of_process(pid: int) -> float:
    """Return the processor seconds of another process, where the system says them."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    raise SystemExit(main())
