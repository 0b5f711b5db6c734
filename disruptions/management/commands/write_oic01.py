"""``manage.py write_oic01``: write table OIC_01 to a file, as the page and the API give it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from agencies.models import oic_now
from agencies.refusals import Invalid
from disruptions import statistics
from disruptions.exports.oic01 import Oic01Files, oic_01_rows
from disruptions.statistics import read_query
from disruptions.statistics.vintage import vintage_of

FORMATS = ("ods", "csv", "json")
PARAMETERS = {"as_at": "as_at", "first": "from", "last": "to", "extract": "extract"}


class Command(BaseCommand):
    """Write the table, or say which parameter is wrong and write nothing."""

    help = (
        "Write table OIC_01 to a file: the statistical workbook (ods), a CSV with its metadata in a second file beside "
        "it (csv), or rows as the API gives them (json). Unless told otherwise: from January 2023 to the last complete "
        "quarter, of the records as they stand now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its kind, and the parameters of the page."""
        parser.add_argument("file", type=Path, help="where to write; a file that is there is replaced")
        parser.add_argument("--format", choices=FORMATS, default="ods", help="by default ods")
        parser.add_argument("--as-at", metavar="DAY", help="records as they stood at the end of this day, in London")
        parser.add_argument("--from", dest="first", metavar="DAY", help="first day of a quarter; 2023-01-01 by default")
        parser.add_argument("--to", dest="last", metavar="DAY", help="last day of a quarter")
        parser.add_argument("--extract", metavar="REFERENCE", help="the table as this frozen extract has it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count once, write, and say what was written."""
        parameters = QueryDict(mutable=True)
        for option, name in PARAMETERS.items():
            if options[option]:
                parameters[name] = options[option]
        try:
            query = read_query(parameters, extracts=True)
            files = Oic01Files(statistics.oic_01(query), vintage_of(query, now=oic_now()))
        except Invalid as refusal:
            faults = "; ".join(f"--{each.field.replace('_', '-')}: {each.message}" for each in refusal.violations)
            raise CommandError(faults) from refusal
        path: Path = options["file"]
        try:
            for each, content in _contents(files, path, options["format"]).items():
                each.write_bytes(content)
                self.stdout.write(f"Wrote {each}.")
        except OSError as error:
            raise CommandError(f"Cannot write {path}: {error.strerror}.") from error
        self.stdout.write(f"{files.status} {files.state}.")


def _contents(files: Oic01Files, path: Path, kind: str) -> dict[Path, bytes]:
    if kind == "ods":
        return {path: files.workbook()}
    if kind == "json":
        return {path: (json.dumps({"rows": oic_01_rows(files.rows)}, indent=2) + "\n").encode()}
    # Where a reader of CSV on the Web looks for the metadata of a file.
    beside = path.with_name(f"{path.name}-metadata.json")
    return {path: "".join(files.csv()).encode(), beside: files.csv_metadata(path.name).encode()}
