"""A small OpenDocument spreadsheet, written whole: the same input gives the same bytes.

Made for statistical workbooks, by the Analysis Function's guidance on spreadsheets: text that wraps, headings that are
styles, header rows that say so, tables with names, links with words; nothing is merged, hidden, frozen or filtered.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr  # nosec B406 - writes XML, reads none

from disruptions.exports.ods_files import MEDIA_TYPE, PAGE_EDGE

_URNS: Final = {
    "office": "office",
    "table": "table",
    "text": "text",
    "style": "style",
    "number": "datastyle",
    "fo": "xsl-fo-compatible",
    "svg": "svg-compatible",
    "meta": "meta",
}
_NAMESPACES: Final = " ".join(
    [
        *(f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for prefix, name in _URNS.items()),
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
    ]
)
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PARTS: Final = ("content.xml", "styles.xml", "meta.xml")
_MANIFEST: Final = (
    f'{_XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" '
    f'manifest:media-type="{MEDIA_TYPE}"/>'
    + "".join(f'<manifest:file-entry manifest:full-path="{part}" manifest:media-type="text/xml"/>' for part in _PARTS)
    + "</manifest:manifest>"
)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of each part of the archive: the earliest that it can hold, so that bytes do not depend on the clock."""

TEXT: Final = "Text"
LINE: Final = "Line"
"""A line above a table: it runs on over the empty cells beside it and does not wrap in its narrow column."""
TITLE: Final = "Heading_20_1"
HEADING: Final = "Heading_20_2"
LABEL: Final = "Table_20_header"
NUMBER_LABEL: Final = "Table_20_header_20_of_20_numbers"
NUMBER: Final = "Number"
YEAR: Final = "Year"
TOTAL: Final = "Total"
TOTAL_NUMBER: Final = "Total_20_number"


class Cell(NamedTuple):
    """A text or a whole number, its style, and where it leads if it is a link."""

    value: str | int
    style: str = TEXT
    href: str = ""


class Named(NamedTuple):
    """A table of a sheet: its name, the number of its header row from 1, and its rows and columns, header included."""

    name: str
    header: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: the width of each column in centimetres, its rows (an empty one parts two tables), its tables."""

    name: str
    widths: Sequence[float]
    rows: Sequence[Sequence[Cell]]
    tables: Sequence[Named] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself, and the marking at the head and foot of each printed page."""

    title: str
    subject: str
    description: str
    creator: str
    marking: str
    made: datetime


def ods_bytes(sheets: Sequence[Sheet], about: About) -> bytes:
    """Return the spreadsheet, its first sheet open."""
    parts = {
        "META-INF/manifest.xml": _MANIFEST,
        "content.xml": "".join(_content(sheets)),
        "styles.xml": _styles(about.marking),
        "meta.xml": _meta(about),
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(_entry("mimetype"), MEDIA_TYPE, compress_type=zipfile.ZIP_STORED)
        for name, text in parts.items():
            archive.writestr(_entry(name), text.encode(), compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry


def column_letter(number: int) -> str:
    """Return the letter of a column, from 1; a statistical table has at most 26."""
    return chr(ord("A") + number - 1)


def _content(sheets: Sequence[Sheet]) -> Iterator[str]:
    widths = sorted({width for sheet in sheets for width in sheet.widths})
    yield f'{_XML}<office:document-content {_NAMESPACES} office:version="1.3"><office:automatic-styles>'
    yield '<style:style style:name="sheet" style:family="table" style:master-page-name="marked">'
    yield '<style:table-properties table:display="true" style:writing-mode="lr-tb"/></style:style>'
    yield '<style:style style:name="row" style:family="table-row">'
    yield '<style:table-row-properties style:use-optimal-row-height="true"/></style:style>'
    for place, width in enumerate(widths):
        yield f'<style:style style:name="co{place}" style:family="table-column">'
        yield f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
    yield "</office:automatic-styles><office:body><office:spreadsheet>"
    for sheet in sheets:
        yield from _sheet(sheet, widths)
    yield from _named(sheets)
    yield "</office:spreadsheet></office:body></office:document-content>"


def _sheet(sheet: Sheet, widths: Sequence[float]) -> Iterator[str]:
    yield f'<table:table table:name={quoteattr(sheet.name)} table:style-name="sheet">'
    for width in sheet.widths:
        yield f'<table:table-column table:style-name="co{widths.index(width)}" table:default-cell-style-name="{TEXT}"/>'
    headers = {table.header for table in sheet.tables}
    for number, row in enumerate(sheet.rows, start=1):
        line = f'<table:table-row table:style-name="row">{"".join(map(_cell, row)) or _EMPTY}</table:table-row>'
        yield f"<table:table-header-rows>{line}</table:table-header-rows>" if number in headers else line
    yield "</table:table>"


_EMPTY: Final = "<table:table-cell/>"


def _cell(cell: Cell) -> str:
    style = f'table:style-name="{cell.style}"'
    if isinstance(cell.value, int):
        value = f'office:value-type="float" office:value="{cell.value}"'
        return f"<table:table-cell {style} {value}><text:p>{cell.value}</text:p></table:table-cell>"
    words = escape(cell.value)
    if cell.href:
        target = quoteattr(cell.href)
        words = f'<text:a xlink:type="simple" xlink:href={target} text:style-name="Link">{words}</text:a>'
    return f'<table:table-cell {style} office:value-type="string"><text:p>{words}</text:p></table:table-cell>'


def _named(sheets: Iterable[Sheet]) -> Iterator[str]:
    yield "<table:named-expressions>"
    for sheet in sheets:
        for table in sheet.tables:
            first = f"${sheet.name}.$A${table.header}"
            last = f".${column_letter(table.columns)}${table.header + table.rows - 1}"
            yield f'<table:named-range table:name="{table.name}" table:base-cell-address="{first}"'
            yield f' table:cell-range-address="{first}:{last}"/>'
    yield "</table:named-expressions>"


def _meta(about: About) -> str:
    made = about.made.isoformat(timespec="seconds")
    return (
        f'{_XML}<office:document-meta {_NAMESPACES} office:version="1.3"><office:meta>'
        f"<meta:generator>OIC Disruptions</meta:generator><dc:title>{escape(about.title)}</dc:title>"
        f"<dc:description>{escape(about.description)}</dc:description><dc:subject>{escape(about.subject)}</dc:subject>"
        f"<meta:initial-creator>{escape(about.creator)}</meta:initial-creator>"
        f"<dc:creator>{escape(about.creator)}</dc:creator><meta:creation-date>{made}</meta:creation-date>"
        f"<dc:date>{made}</dc:date><dc:language>en-GB</dc:language></office:meta></office:document-meta>"
    )


def _style(name: str, parent: str, *, cell: str = "", paragraph: str = "", text: str = "") -> str:
    shown = name.replace("_20_", " ")
    properties = "".join(
        f"<style:{kind}-properties {values}/>"
        for kind, values in (("table-cell", cell), ("paragraph", paragraph), ("text", text))
        if values
    )
    of = f' style:parent-style-name="{parent}"' if parent else ""
    of += ' style:data-style-name="n0"' if name in (NUMBER, TOTAL_NUMBER) else ""
    return (
        f'<style:style style:name="{name}" style:display-name="{shown}" style:family="table-cell"{of}'
        f">{properties}</style:style>"
    )


_FIXED: Final = 'style:text-align-source="fix"'
_LEFT: Final = 'fo:text-align="start" fo:margin-left="0cm"'
_RIGHT: Final = 'fo:text-align="end" fo:margin-left="0cm"'
_ON_ONE_LINE: Final = 'fo:wrap-option="no-wrap"'
_BOLD: Final = 'fo:font-weight="bold"'
_RULE: Final = 'fo:border-bottom="0.75pt solid #000000"'
_CELL_STYLES: Final = "".join(
    [
        _style("Default", "", cell='fo:wrap-option="wrap" fo:padding="0.08cm" style:vertical-align="top"'),
        _style(TEXT, "Default"),
        _style(LINE, "Default", cell=_ON_ONE_LINE),
        _style(TITLE, "Default", cell=_ON_ONE_LINE, text='fo:font-size="15pt" fo:font-weight="bold"'),
        _style(HEADING, "Default", cell=_ON_ONE_LINE, text='fo:font-size="13pt" fo:font-weight="bold"'),
        _style(LABEL, "Default", cell=_RULE, text=_BOLD),
        _style(NUMBER_LABEL, LABEL, cell=_FIXED, paragraph=_RIGHT),
        _style(YEAR, "Default", cell=_FIXED, paragraph=_LEFT),
        _style(NUMBER, "Default", cell=_FIXED, paragraph=_RIGHT),
        _style(TOTAL, "Default", cell=f"{_FIXED} {_RULE}", paragraph=_LEFT, text=_BOLD),
        _style(TOTAL_NUMBER, TOTAL, cell=_FIXED, paragraph=_RIGHT),
    ]
)


def _styles(marking: str) -> str:
    label = f"<text:p>{escape(marking)}</text:p>"
    return (
        f'{_XML}<office:document-styles {_NAMESPACES} office:version="1.3">'
        '<office:font-face-decls><style:font-face style:name="Arial" svg:font-family="Arial" '
        'style:font-family-generic="swiss" style:font-pitch="variable"/></office:font-face-decls>'
        '<office:styles><style:default-style style:family="table-cell"><style:text-properties style:font-name="Arial" '
        'fo:font-size="12pt" fo:language="en" fo:country="GB"/></style:default-style>'
        '<number:number-style style:name="n0"><number:number number:decimal-places="0" number:min-integer-digits="1" '
        'number:grouping="true"/></number:number-style>'
        f"{_CELL_STYLES}"
        '<style:style style:name="Link" style:family="text"><style:text-properties fo:color="#0b3d91" '
        'style:text-underline-style="solid" style:text-underline-width="auto" '
        'style:text-underline-color="font-color"/></style:style></office:styles>'
        '<office:automatic-styles><style:page-layout style:name="page"><style:page-layout-properties '
        'fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape" '
        'style:scale-to-X="1" style:scale-to-Y="0"/><style:header-style>'
        f"{PAGE_EDGE}</style:header-style><style:footer-style>{PAGE_EDGE}</style:footer-style></style:page-layout>"
        '</office:automatic-styles><office:master-styles><style:master-page style:name="marked" '
        f'style:page-layout-name="page"><style:header>{label}</style:header><style:footer>{label}</style:footer>'
        "</style:master-page></office:master-styles></office:document-styles>"
    )
