"""Tables as an OpenDocument spreadsheet, streamed into its archive: as much memory for a million rows as for ten.

Written here and not by a library: line ends of a summary are kept, and each printed page has its marking.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr  # nosec B406 - writes XML, reads none

from disruptions.columns import ColumnKind
from disruptions.exports.lists import CHUNK, Cell, Heading, Table
from disruptions.exports.notes import NOTES, Note
from disruptions.exports.tables import MARKING_COLUMN
from disruptions.exports.xlsx_files import SHEET_ROWS
from disruptions.vocabulary import Marking

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES: Final = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "number": "datastyle",
        "fo": "xsl-fo-compatible",
    }.items()
)
_MANIFEST: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{MEDIA_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
_WIDTHS: Final = {
    ColumnKind.TEXT: "4.5cm",
    ColumnKind.DAY: "2.6cm",
    ColumnKind.NUMBER: "2.4cm",
    ColumnKind.MONEY: "3.4cm",
}
_LONG: Final = "12cm"
_STYLE_OF: Final = {ColumnKind.DAY: "day", ColumnKind.MONEY: "money"}
PAGE_EDGE: Final = (
    '<style:header-footer-properties fo:min-height="0.75cm" fo:margin-top="0.25cm" fo:margin-bottom="0.25cm"/>'
)
"""The room of the head and of the foot of a page: without it LibreOffice prints neither, and so no marking."""
_SPACES: Final = re.compile(r"(?<= ) +|^ +| +$|\t")


def write_ods(
    path: Path,
    tables: Sequence[Table],
    notes: Sequence[Note],
    *,
    marking: Marking,
    moved: Callable[[int], None],
    sheet_rows: int = SHEET_ROWS,
) -> list[int]:
    """Write the tables, a sheet each or several, and the notes; return how many rows each table has.

    Text is text whatever it looks like, dates and numbers are such. The marking stands in the last column, at the head
    and foot of every printed page and in the notes. ``moved`` is told of the rows of the first table.
    """
    made = datetime.now().timetuple()[:6]  # noqa: DTZ005 - an archive's times have no zone
    written = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        # The kind of the file comes first and is not compressed, so that it can be told from the first bytes.
        archive.writestr(zipfile.ZipInfo("mimetype", made), MEDIA_TYPE, compress_type=zipfile.ZIP_STORED)
        for name, content in (
            ("META-INF/manifest.xml", _MANIFEST),
            ("styles.xml", _styles(marking)),
            ("meta.xml", _meta(tables[0].title, marking)),
        ):
            archive.writestr(zipfile.ZipInfo(name, made), content, compress_type=zipfile.ZIP_DEFLATED)
        entry = zipfile.ZipInfo("content.xml", made)
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as raw, TextIOWrapper(raw, "utf-8", newline="\n") as file:
            file.write(_CONTENT_BEGINS)
            for place, table in enumerate(tables):
                tell = moved if not place else lambda _: None
                written.append(_write_table(file, table, marking, tell, sheet_rows))
            file.writelines(_notes(notes))
            file.write("</office:spreadsheet></office:body></office:document-content>")
    return written


def _write_table(file: Any, table: Table, marking: Marking, moved: Callable[[int], None], sheet_rows: int) -> int:
    file.write(_begins(table.title, table.headings))
    last = f"{_text(marking.label)}</table:table-row>"
    count = 0
    for cells in table.cells():
        if count and not count % sheet_rows:
            file.write("</table:table>")
            file.write(_begins(f"{table.title} {count // sheet_rows + 1}", table.headings))
        row = [_cell(cell, heading) for cell, heading in zip(cells, table.headings, strict=True)]
        file.write(f"<table:table-row>{''.join(row)}{last}")
        count += 1
        if not count % CHUNK:
            moved(count)
    file.write("</table:table>")
    moved(count)
    return count


def _begins(title: str, headings: Iterable[Heading]) -> str:
    styles = [("long" if each.long else each.kind.value) for each in headings]
    columns = "".join(f'<table:table-column table:style-name="c-{style}"/>' for style in [*styles, "text"])
    heads = "".join(_text(label, "bold") for label in [*(each.label for each in headings), MARKING_COLUMN])
    return (
        f'<table:table table:name={quoteattr(title)} table:style-name="sheet">{columns}'
        f"<table:table-header-rows><table:table-row>{heads}</table:table-row></table:table-header-rows>"
    )


def _cell(cell: Cell, heading: Heading) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if heading.kind is ColumnKind.TEXT:
        return _text(str(cell))
    if heading.kind is ColumnKind.DAY:
        value = f'office:value-type="date" office:date-value="{cell}"'
    else:
        value = f'office:value-type="float" office:value="{cell}"'
    style = _STYLE_OF.get(heading.kind)
    named = f' table:style-name="{style}"' if style else ""
    return f"<table:table-cell{named} {value}><text:p>{cell}</text:p></table:table-cell>"


def _text(text: str, style: str = "") -> str:
    named = f' table:style-name="{style}"' if style else ""
    paragraphs = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in re.split(r"\r\n|\r|\n", text))
    return f'<table:table-cell{named} office:value-type="string">{paragraphs}</table:table-cell>'


def _spaced(line: str) -> str:
    """Escape a line; spaces that the format would take together are written out."""
    return _SPACES.sub(
        lambda found: "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>', escape(line)
    )


def _notes(notes: Sequence[Note]) -> Iterator[str]:
    yield f'<table:table table:name="{NOTES}" table:style-name="sheet">'
    yield '<table:table-column table:style-name="c-text"/><table:table-column table:style-name="c-long"/>'
    for label, text in notes:
        yield f"<table:table-row>{_text(label, 'bold')}{_text(text, 'wrapped')}</table:table-row>"
    yield "</table:table>"


def _meta(title: str, marking: Marking) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-meta {_NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2">'
        f"<office:meta><dc:title>{escape(title)}</dc:title><dc:description>{escape(marking.label)}</dc:description>"
        "</office:meta></office:document-meta>"
    )


def _styles(marking: Marking) -> str:
    label = f"<text:p>{escape(marking.label)}</text:p>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {_NAMESPACES} office:version="1.2">'
        '<office:automatic-styles><style:page-layout style:name="page">'
        '<style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape"'
        ' style:scale-to-X="1" style:scale-to-Y="0"/>'
        f"<style:header-style>{PAGE_EDGE}</style:header-style><style:footer-style>{PAGE_EDGE}</style:footer-style>"
        "</style:page-layout></office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="marked" style:page-layout-name="page">'
        f"<style:header>{label}</style:header><style:footer>{label}</style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )


def _column_styles() -> str:
    widths = {**{kind.value: width for kind, width in _WIDTHS.items()}, "long": _LONG}
    return "".join(
        f'<style:style style:name="c-{name}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}"/></style:style>'
        for name, width in widths.items()
    )


_CONTENT_BEGINS: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.2">'
    "<office:automatic-styles>"
    '<style:style style:name="sheet" style:family="table" style:master-page-name="marked"/>'
    f"{_column_styles()}"
    '<number:date-style style:name="n-day"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
    '<number:number-style style:name="n-money"><number:number number:decimal-places="2" number:min-decimal-places="2"'
    ' number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="n-day"/>'
    '<style:style style:name="money" style:family="table-cell" style:data-style-name="n-money"/>'
    '<style:style style:name="bold" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    "</style:style>"
    '<style:style style:name="wrapped" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
