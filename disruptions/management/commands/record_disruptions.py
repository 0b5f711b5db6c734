"""``manage.py record_disruptions``: record the disruptions of a file, as a person, by the rules of every way in."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.models import User
from agencies.refusals import Refused
from disruptions.services import record_disruptions
from disruptions.uploads import read_file
from disruptions.vocabulary import Channel


class Command(BaseCommand):
    """Record every row of a CSV or JSON file for somebody's agency, or say what is wrong with each and record none."""

    help = (
        "Record the disruptions of a CSV file (its header names the fields as the API does; outcomes is a JSON list in "
        "one cell) or a JSON file (a list, or one object). All or nothing: every fault is listed with its row and "
        "field, and the command ends with code 1. Rows are kept as drafts unless they say submit, or --submit is "
        "given. A row that may be the same event as another record is reported and recorded all the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the person, and what to do with the rows."""
        parser.add_argument("file", type=Path, help="a file whose name ends in .csv or .json")
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the person who records")
        parser.add_argument("--submit", action="store_true", help="submit every row, whatever it says")
        parser.add_argument("--dry-run", action="store_true", help="check everything and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, record, and say what became of it."""
        person = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody with the address {options['email']} can sign in.")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}.") from error
        read = read_file(options["file"].name, content)
        if options["submit"]:
            read = read.submitted()
        try:
            results = record_disruptions(
                acting_user=person,
                agency=person.agency,
                rows=read.rows,
                channel=Channel.COMMAND,
                all_or_nothing=True,
                dry_run=options["dry_run"] or bool(read.faults),
                report_duplicates=True,
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        faults = read.faults_in(results)
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            counted = f"{len(faults):,} fault{'' if len(faults) == 1 else 's'}"
            raise CommandError(f"{counted}. Nothing was recorded. Put them right and run the command again.")
        for number, words in read.possible_duplicates(results):
            self.stdout.write(f"row {number}: {words}")
        records = f"{len(results):,} record{'' if len(results) == 1 else 's'}"
        if options["dry_run"]:
            self.stdout.write(f"{records} can be recorded. Nothing was written.")
            return
        for number, result in zip(read.numbers, results, strict=True):
            if result.record is not None:
                self.stdout.write(f"row {number}: {result.record.reference} {result.record.status}")
        self.stdout.write(f"{records} recorded for {person.agency.name}.")
