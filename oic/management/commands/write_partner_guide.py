"""Write the tables of the partner's reference that are made from the code: fields, code lists, problems, faults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from oic.api.catalogue import TABLES

REFERENCE = Path("docs/partner-reference.md")


class Command(BaseCommand):
    """Write the made parts between their markers; the words around them stay as they are."""

    help = "Write the tables of docs/partner-reference.md that are made from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file anew."""
        path = Path(settings.BASE_DIR) / REFERENCE
        path.write_text(with_tables(path.read_text()))


def with_tables(text: str) -> str:
    """Return the page with its tables as they are now."""

    def table(found: re.Match[str]) -> str:
        return f"{found[1]}\n\n{TABLES[found[2]]()}\n\n{found[3]}"

    return re.sub(r"(<!-- made from the code: (\w+) -->).*?(<!-- end -->)", table, text, flags=re.DOTALL)
