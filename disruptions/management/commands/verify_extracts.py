"""``manage.py verify_extracts``: whether frozen extracts still say what they said."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disruptions.models import Extract
from disruptions.references import EXTRACT, read_reference
from disruptions.services import check_extract


class Command(BaseCommand):
    """Count extracts again, from their frozen rows and from history; the exit status is 1 where anything differs."""

    help = (
        "Check the hash and totals of frozen extracts, and count them again from history. Exit status 1: one differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the reference of one extract; without it, all are checked."""
        parser.add_argument("reference", nargs="?", help="The reference of one extract. All of them, without it.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and say of each what came of it."""
        extracts = Extract.objects.with_related().latest_first()
        if options["reference"]:
            extracts = extracts.filter(reference=read_reference(options["reference"], EXTRACT) or "")
            if not extracts:
                raise CommandError(f"There is no extract {options['reference']}. Check each sign of the reference.")
        wrong = 0
        for extract in extracts:
            checked = check_extract(extract=extract, acting_user=None)
            wrong += not checked.agrees
            words = f"agrees: {checked.counted:,} counted of {checked.rows:,} rows" if checked.agrees else "DIFFERS"
            rule = "" if checked.recounted else f" (counted by version {extract.rule_version} of the rule)"
            self.stdout.write(f"{extract.reference}: {words}, as at {extract.cut_off:%Y-%m-%d}{rule}")
            for fault in checked.faults:
                self.stdout.write(f"  {fault}")
        if wrong:
            raise CommandError(f"{wrong} of {len(extracts)} extracts differ from what was frozen.")
        self.stdout.write(f"{len(extracts)} extracts checked; all agree.")
