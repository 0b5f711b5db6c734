"""Read a spreadsheet in a process of its own, with little memory and time, and write its rows as lines of JSON.

A spreadsheet of five kilobytes can ask for half a terabyte (one value in the last cell of a sheet), and the library
that reads it then ends its process. That must be this one and never the worker. It is run as a file and imports nothing
of the project: ``python -I reading_process.py PATH KIND ROWS [SHEET]``. Without a sheet it writes what the sheets are,
each with its first rows; with one, what is odd about it and then every row that is not empty, at most ``ROWS``.
"""

from __future__ import annotations

import datetime
import html
import json
import os
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MEMORY_BYTES: Final = 1024**3
PROCESSOR_SECONDS: Final = 60
UNPACKED_BYTES: Final = 200 * 1024**2
RATIO: Final = 150
SMALL_BYTES: Final = 60 * 1024**2
"""Below this much unpacked text it does not matter how well it was packed: a million empty rows pack a hundredfold."""
ENTRIES: Final = 2_000
SHEETS: Final = 20
FIRST_ROWS: Final = 30
ODD_CELLS: Final = 500
WIDTH: Final = 200
"""Columns of a sheet, as in ``tables.py``."""
CELL: Final = 200_000
CHARACTERS: Final = 30_000_000
"""How much text is written at most: a cell may point at the same long text as a million others."""
LOOKED_CELL: Final = 300
LOOKED_CHARACTERS: Final = 4_000_000
"""How much text of all sheets is looked at to tell which one holds the records, and where."""

_ATTRIBUTE: Final = rb'\b%s="([^"]*)"'
_HIDDEN_ROW: Final = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_CELL_WITH_FORMULA: Final = re.compile(
    rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_CELL_WITH_ERROR: Final = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"')
_ODS_FORMULA_WITHOUT_VALUE: Final = re.compile(
    rb"<table:table-cell\b(?=[^>]*\btable:formula=)(?![^>]*\boffice:value-type=)[^>]*>"
)
_ODS_SPAN: Final = re.compile(rb'\btable:number-(?:columns|rows)-spanned="(?!1")\d+"')
_ODS_HIDDEN: Final = re.compile(rb'<table:table-row\b[^>]*\btable:visibility="(?:collapse|filter)"')
_ODS_ERROR: Final = re.compile(rb'\bcalcext:value-type="error"')


def refuse(code: str, **detail: Any) -> NoReturn:
    """Say why the file is not read, and end."""
    write({"refused": code, **detail})
    sys.stdout.flush()
    os._exit(0)


def write(line: Any) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(line, ensure_ascii=True))
    sys.stdout.write("\n")


def open_package(path: str, kind: str) -> zipfile.ZipFile:
    """Return the packed file once it is sure that unpacking it is safe; refuse it otherwise."""
    try:
        package = zipfile.ZipFile(path)
        entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        refuse("file_readable")
    if len(entries) > ENTRIES:
        refuse("file_unpacks_small", megabytes=0)
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if size > UNPACKED_BYTES or (size > SMALL_BYTES and size > RATIO * max(packed, 1)):
        refuse("file_unpacks_small", megabytes=size // 1024**2)
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        refuse("file_without_password")
    if any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in names):
        refuse("file_without_macros")
    if kind == "ods":
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            refuse("file_without_macros")
        if "META-INF/manifest.xml" in names and b"encryption-data" in contents(package, "META-INF/manifest.xml"):
            refuse("file_without_password")
        if "content.xml" not in names:
            refuse("file_kind_as_named")
    elif "xl/workbook.xml" not in names:
        refuse("file_kind_as_named")
    return package


def contents(package: zipfile.ZipFile, name: str) -> bytes:
    """Return an entry of the package. One that holds more than it says is refused."""
    try:
        return package.read(name)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, NotImplementedError, RuntimeError):
        refuse("file_readable")


def text_of(value: Any) -> str:
    """Return a cell as text: days as 2026-10-01, whole numbers without a point, answers as yes and no."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return "" if value is None else str(value)


def rows_of(sheet: CalamineSheet, cell_limit: int) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not empty, with its number and from column A on: no cell longer than ``cell_limit``.

    What stands to the right of all columns that are read is given as one cell more.
    """
    if sheet.start is None:
        return
    first, left = sheet.start
    left = min(left, WIDTH)
    for number, cells in enumerate(sheet.iter_rows(), start=first + 1):
        texts = [text_of(cell)[:cell_limit] for cell in cells[: WIDTH - left]]
        beyond = next((text for cell in cells[WIDTH - left :] if (text := text_of(cell)).strip()), "")
        if beyond:
            texts.append(beyond[:cell_limit])
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            yield number, [""] * left + texts


def look(book: CalamineWorkbook) -> None:
    """Write each sheet that a person sees and that has something in it, with its first rows."""
    sheets = []
    characters = 0
    for about in book.sheets_metadata[:SHEETS]:
        if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(about.name)
        first: list[tuple[int, list[str]]] = []
        for row in rows_of(sheet, LOOKED_CELL):
            characters += sum(map(len, row[1]))
            if characters > LOOKED_CHARACTERS:
                refuse("file_unpacks_small", megabytes=0)
            first.append(row)
            if len(first) == FIRST_ROWS:
                break
        if first:
            sheets.append({"name": about.name, "rows": first})
    write({"sheets": sheets})


def read(book: CalamineWorkbook, package: zipfile.ZipFile, kind: str, name: str, limit: int) -> None:
    """Write what is odd about a sheet, then its rows; more than ``limit`` of them are not written."""
    if name not in book.sheet_names:
        refuse("file_sheet_there")
    sheet = book.get_sheet_by_name(name)
    write({"odd": odd_of_ods(package) if kind == "ods" else odd_of_xlsx(package, name, sheet)})
    characters = 0
    for count, row in enumerate(rows_of(sheet, CELL), start=1):
        characters += sum(map(len, row[1]))
        if characters > CHARACTERS:
            refuse("file_unpacks_small", megabytes=0)
        if count > limit:
            write({"more": True})
            return
        write(row)


def odd_of_xlsx(package: zipfile.ZipFile, name: str, sheet: CalamineSheet) -> dict[str, Any]:
    """Return what of a sheet a reader of values alone would miss: merged, hidden, worked out and never worked out."""
    merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
    part = part_of_sheet(package, name)
    text = contents(package, part) if part else b""
    no_value = []
    for found in _CELL_WITH_FORMULA.finditer(text):
        attributes = found.group(1)
        place = re.search(_ATTRIBUTE % b"r", attributes)
        # A formula that gives an empty text has a value, which is empty.
        if place and b't="str"' not in attributes:
            no_value.append(place.group(1).decode())
        if len(no_value) == ODD_CELLS:
            break
    errors = []
    for found in _CELL_WITH_ERROR.finditer(text):
        errors.append((found.group(1) + found.group(2)).decode())
        if len(errors) == ODD_CELLS:
            break
    return {
        "merged": merged[:ODD_CELLS],
        "hidden": [int(found.group(1)) for found in _HIDDEN_ROW.finditer(text)],
        "no_value": no_value,
        "errors": errors,
    }


def part_of_sheet(package: zipfile.ZipFile, name: str) -> str | None:
    """Return the entry of the package that holds a sheet."""
    sheets = contents(package, "xl/workbook.xml").decode("utf-8", "replace")
    relations = contents(package, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", sheets):
        said, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\b\w+:id="([^"]*)"', tag)
        if said and key and html.unescape(said.group(1)) == name:
            for relation in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations):
                if f'Id="{key.group(1)}"' in relation and (target := re.search(r'\bTarget="([^"]*)"', relation)):
                    path = target.group(1)
                    path = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
                    return path if path in package.namelist() else None
    return None


def odd_of_ods(package: zipfile.ZipFile) -> dict[str, Any]:
    """Return the same of an OpenDocument file, which says it of the file and not of the cell."""
    text = contents(package, "content.xml")
    return {
        "merged_somewhere": _ODS_SPAN.search(text) is not None,
        "hidden_somewhere": _ODS_HIDDEN.search(text) is not None,
        "no_value_somewhere": _ODS_FORMULA_WITHOUT_VALUE.search(text) is not None
        or _ODS_ERROR.search(text) is not None,
    }


def main() -> None:
    """Read what is asked for."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    path, kind, limit, *sheet = sys.argv[1:]
    package = open_package(path, kind)
    try:
        book = CalamineWorkbook.from_path(path)
        if sheet:
            read(book, package, kind, sheet[0], int(limit))
        else:
            look(book)
    except PasswordError:
        refuse("file_without_password")
    except (CalamineError, OSError, ValueError):
        refuse("file_readable")
    except MemoryError:
        refuse("file_unpacks_small", megabytes=0)


if __name__ == "__main__":
    main()
