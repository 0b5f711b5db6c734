"""``manage.py add_system_administrator``: the first account of a new installation."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.links import set_password_path
from agencies.models import Agency
from agencies.refusals import Invalid
from agencies.services import add_first_administrator


class Command(BaseCommand):
    """Make the first system administrator, who invites everybody else; refused once there is one."""

    help = "Make the first system administrator and print the address where they choose their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take address, name and agency."""
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--agency", required=True, help="code of the agency, such as nca")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account and print the path of its link."""
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency {options['agency']}. Run load_reference_data first.")
        try:
            person = add_first_administrator(agency=agency, email=options["email"], name=options["name"])
        except Invalid as refused:
            raise CommandError("; ".join(each.message for each in refused.violations)) from refused
        self.stdout.write(f"Account made for {person.email}. Choose a password within three days at")
        self.stdout.write(set_password_path(person))
