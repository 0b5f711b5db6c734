"""How the tests ask for files of lists, and read them back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from python_calamine import CalamineWorkbook

from agencies.models import User
from disruptions.asked import read_asked
from disruptions.exports.making import make_export
from disruptions.models import Export, StoredFile
from disruptions.services.exporting import ask_for_export
from disruptions.services.stored_files import parts_of
from disruptions.vocabulary import ExportKind, ListKind


def ask(
    user: User,
    query: str = "",
    *,
    kind: ExportKind = ExportKind.CSV,
    columns: Sequence[str] = ("reference", "summary"),
    with_outcomes: bool = False,
    which: str = ListKind.DISRUPTIONS.value,
) -> Export:
    asked = read_asked(QueryDict(query), reader=user, which=which)
    return ask_for_export(
        acting_user=user, asked=asked, kind=kind, columns=columns, with_outcomes=with_outcomes, address="/disruptions/"
    )


def made(user: User, query: str = "", **options: Any) -> Export:
    """Ask for a file and have it made."""
    export = ask(user, query, **options)
    assert make_export(export), Export.objects.get(pk=export.pk).problem
    return Export.objects.with_files().get(pk=export.pk)


def file_of(export: Export) -> StoredFile:
    assert export.file is not None
    return export.file


def content(file: StoredFile | None) -> bytes:
    assert file is not None
    return b"".join(parts_of(file))


def csv_rows(file: StoredFile | None) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(file).decode("utf-8-sig"), newline="")))


def book(file: StoredFile | None) -> dict[str, list[list[Any]]]:
    """Return the sheets of a spreadsheet by name, each as its rows."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content(file)))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}
