"""An empty file to fill in: the columns, what to write in each, and the codes that each takes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter
from odfdo import Document, Table

from agencies.models import Agency
from disruptions.countries import COUNTRIES
from disruptions.fields import BY_NAME, Kind
from disruptions.services.rows import FORCE_KINDS
from disruptions.uploads.columns import TARGETS, Target
from disruptions.uploads.tables import ROWS_LIMIT
from disruptions.vocabulary import Marking, OutcomeType

STEM: Final = "disruptions-to-upload"
RECORDS: Final = "Disruptions"
HOW_TO: Final = "How to fill it in"
CODES: Final = "Codes"
ANSWERS: Final = ("Yes", "No")

COLUMNS: Final[tuple[Target, ...]] = tuple(target for target in TARGETS if target.name not in {"outcomes", "submit"})

_OF_PARTS: Final = {
    "type": "What came of it, one of the list. A record can have several outcomes: fill in as many as it has.",
    "count": "How many, for an outcome that is counted.",
    "value_gbp": "Pounds and pence, for an outcome that has a value.",
    "months": "Months, for a sentence or an order.",
    "item": "What it was, in a few words.",
}
_HEADER: Final = ("Column", "Needed to submit", "What to write", "One of")


def help_of(target: Target) -> str:
    """Return what to write in a column."""
    if target.name in BY_NAME:
        field = BY_NAME[target.name]
        also = {
            Kind.DATE: " Write 2026-10-01 or 01/10/2026.",
            Kind.CHOICES: " Several are parted by semicolons.",
            Kind.AGENCIES: " Several are parted by semicolons.",
            Kind.BOOLEAN: " Yes or No.",
            Kind.THREAT: " Its reference, such as T-7KQ2-M4XH.",
            Kind.DISRUPTION: " Its reference, such as D-7KQ2-M4XH.",
        }.get(field.kind, "")
        limit = f" At most {field.max_length:,} characters." if field.max_length and field.kind is Kind.TEXT else ""
        return f"{field.help_text}{also}{limit}"
    return _OF_PARTS[target.name.split("_", 2)[2]]


def codes_of(target: Target, agencies: Sequence[tuple[str, str]]) -> list[str]:
    """Return what a column takes, as people call it; nothing where anything may stand there."""
    field = BY_NAME.get(target.name)
    if field is None:
        return [str(label) for label in OutcomeType.labels] if target.name.endswith("_type") else []
    if field.choices is not None:
        return [str(label) for label in field.choices.labels]
    if field.kind is Kind.BOOLEAN:
        return list(ANSWERS)
    if field.kind is Kind.COUNTRY:
        return list(COUNTRIES.values())
    if field.name == "force_area":
        return [name for name, kind in agencies if kind in FORCE_KINDS]
    if field.kind in {Kind.AGENCY, Kind.AGENCIES}:
        return [name for name, _ in agencies]
    return []


def _agencies() -> list[tuple[str, str]]:
    return list(Agency.objects.order_by("name").values_list("name", "kind"))


def _explained(agencies: Sequence[tuple[str, str]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for target in COLUMNS:
        field = BY_NAME.get(target.name)
        codes = codes_of(target, agencies)
        few = "; ".join(codes) if len(codes) <= len(OutcomeType) // 2 else f"See the sheet {CODES}" if codes else ""
        needed = "Yes" if field is not None and field.required else ""
        rows.append((target.label, needed, help_of(target), few))
    return rows


def _notes() -> list[str]:
    return [
        f"Marking: {Marking.OFFICIAL_SENSITIVE.label} once it is filled in. Leave out names of people.",
        f"One record a row, at most {ROWS_LIMIT:,}. Leave columns out, or put them in another order, as you like.",
        "Your own reference tells your records apart. Upload a file again, and only what is new in it is changed.",
        "An empty cell says nothing: it empties only what your last file had there.",
    ]


def blank_csv() -> bytes:
    """Return the columns as CSV, in an encoding that spreadsheets know."""
    out = io.StringIO()
    csv.writer(out).writerow([target.label for target in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def blank_xlsx() -> bytes:
    """Return a workbook with the columns, lists to choose from, an explanation and the codes."""
    agencies = _agencies()
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    needed = book.add_format({"bold": True, "bg_color": "#1d3f6e", "font_color": "#ffffff", "text_wrap": True})
    other = book.add_format({"bold": True, "bg_color": "#e8edf4", "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    text = book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    records, how_to, codes = (book.add_worksheet(name) for name in (RECORDS, HOW_TO, CODES))
    records.freeze_panes(1, 0)
    records.set_row(0, 45)
    place_of_codes = 0
    for place, target in enumerate(COLUMNS):
        field = BY_NAME.get(target.name)
        records.write_string(0, place, target.label, needed if field is not None and field.required else other)
        records.write_comment(0, place, help_of(target))
        is_day = field is not None and field.kind is Kind.DATE
        records.set_column(place, place, 40 if field is not None and field.long else 18, day if is_day else text)
        listed = codes_of(target, agencies)
        if not listed:
            continue
        several = field is not None and field.kind in {Kind.CHOICES, Kind.AGENCIES}
        number = int(target.name.split("_")[1]) if target.name.startswith("outcome_") else 1
        if number == 1:
            codes.write_string(0, place_of_codes, f"{target.label}: choose from", other)
            codes.set_column(place_of_codes, place_of_codes, 30)
            for row, code in enumerate(listed, start=1):
                codes.write_string(row, place_of_codes, code)
            letters = xlsxwriter.utility.xl_col_to_name(place_of_codes, col_abs=True)
            source = f"={CODES}!{letters}$2:{letters}${len(listed) + 1}"
            place_of_codes += 1
        # Several codes in one cell are no entry of the list, so they are only shown.
        records.data_validation(
            1,
            place,
            ROWS_LIMIT,
            place,
            {"validate": "list", "source": source, "error_type": "information" if several else "stop"},
        )
    how_to.set_column(0, 0, 30, wrapped)
    how_to.set_column(1, 1, 12, wrapped)
    how_to.set_column(2, 3, 70, wrapped)
    for row, note in enumerate(_notes()):
        how_to.merge_range(row, 0, row, 3, note, wrapped)
        how_to.set_row(row, 32)
    start = len(_notes()) + 1
    for place, heading in enumerate(_HEADER):
        how_to.write_string(start, place, f"{heading}:" if place == 0 else heading, other)
    for row, cells in enumerate(_explained(agencies), start=start + 1):
        for place, cell in enumerate(cells):
            how_to.write_string(row, place, cell)
    book.close()
    return out.getvalue()


def blank_ods() -> bytes:
    """Return the same as an OpenDocument spreadsheet, without lists to choose from in its cells."""
    agencies = _agencies()
    document = Document("spreadsheet")
    body = document.body
    body.clear()
    lists = [(target, codes_of(target, agencies)) for target in COLUMNS]
    shown = [(f"{target.label}: choose from", codes) for target, codes in lists if codes and "_2_" not in target.name]
    shown = [each for each in shown if not each[0].startswith(("Outcome 3", "Outcome 4", "Outcome 5"))]
    longest = max(len(codes) for _, codes in shown)
    code_rows = [[codes[row] if row < len(codes) else "" for _, codes in shown] for row in range(longest)]
    for name, rows in (
        (RECORDS, [[target.label for target in COLUMNS]]),
        (HOW_TO, [*[[note] for note in _notes()], [], list(_HEADER), *map(list, _explained(agencies))]),
        (CODES, [[heading for heading, _ in shown], *code_rows]),
    ):
        table = Table(name)
        table.set_values(rows)
        body.append(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


BLANKS: Final = {"xlsx": blank_xlsx, "ods": blank_ods, "csv": blank_csv}
