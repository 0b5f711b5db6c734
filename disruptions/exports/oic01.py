"""Table OIC_01 as files: the statistical workbook, a clean CSV and its metadata, from the rows of one statistic.

The workbook is laid out as the Home Office lays out its own (W1): ``Cover_sheet``, ``Table_of_contents``,
``Notes_and_definitions`` and ``OIC_01``, whose header is in row 6. A table of the live records says on each sheet that
it is management information; only an extract that was signed off carries the title block of a release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.conf import settings

from agencies.vocabulary import COVERED_GROUPS, StatisticsGroup
from disruptions.exports.notes import in_london
from disruptions.exports.sheets import (
    HEADING,
    LABEL,
    LINE,
    NUMBER,
    NUMBER_LABEL,
    TEXT,
    TITLE,
    TOTAL,
    TOTAL_NUMBER,
    YEAR,
    About,
    Cell,
    Named,
    Sheet,
    ods_bytes,
)
from disruptions.exports.tables import MARKING_COLUMN, file_name, table_csv
from disruptions.statistics import Oic01Row
from disruptions.statistics.definitions import COUNTED, LEFT_OUT, PLACED
from disruptions.statistics.parameters import end_of_day
from disruptions.statistics.vintage import Vintage
from disruptions.vocabulary import Marking
from disruptions.wording import day_in_words

COVER: Final = "Cover_sheet"
CONTENTS: Final = "Table_of_contents"
NOTES: Final = "Notes_and_definitions"
TABLE: Final = "OIC_01"
HEADER: Final = ("Year", "Quarter", "Minor", "Moderate", "Major", "Total")
HEADER_ROW: Final = 6
SUBJECT: Final = "Organised immigration crime disruptions by quarter and level"
NOT_SET: Final = "Not set"
METADATA_TYPE: Final = "application/csvm+json"

MANAGEMENT: Final = "Management information, not published and not official statistics"
"""What a table says of itself that is not of an extract that was signed off."""


class Note(NamedTuple):
    """A note: its number, what it says, and the table that it is about."""

    number: int
    text: str
    table: str = TABLE


class Column(NamedTuple):
    """A column of the CSV: its name for programs, its heading, its kind (XML Schema), and what it holds."""

    name: str
    title: str
    datatype: str
    description: str


@dataclass(frozen=True, slots=True)
class Oic01Files:
    """One table OIC_01 and what it is of; every file is made from these rows and from nothing else."""

    rows: Sequence[Oic01Row]
    vintage: Vintage

    @property
    def marking(self) -> Marking:
        """The marking of the files: a release has the one that the settings give it."""
        return Marking(settings.STATISTICS_RELEASE_MARKING) if self.vintage.is_release else Marking.OFFICIAL_SENSITIVE

    @property
    def title(self) -> str:
        """The title of the workbook."""
        if self.vintage.is_release:
            return str(settings.STATISTICS_TITLE)
        return f"{self.what_it_is}: {SUBJECT.lower()}"

    @property
    def what_it_is(self) -> str:
        """Say what a table is that is no release, in front of its title; a frozen one is not live."""
        return "Not published" if self.vintage.extract else "Live figures, not published"

    @property
    def state(self) -> str:
        """Say which state of the records was counted."""
        return state_in_words(self.vintage)

    @property
    def made(self) -> datetime:
        """The time that the files are of: that of the records' state, not that of writing."""
        return self.vintage.moment or end_of_day(self.vintage.cut_off)

    def name(self, extension: str) -> str:
        """Return the name of a file."""
        if self.vintage.is_release:
            stem = f"oic-01-extract-{self.vintage.extract}"
        elif self.vintage.extract:
            stem = f"not-published-oic-01-extract-{self.vintage.extract}"
        else:
            stem = "live-oic-01"
        return file_name(stem.lower(), extension, marking=self.marking, as_at=self.vintage.cut_off.isoformat())

    def lines(self) -> Iterator[tuple[int | str, ...]]:
        """Give the rows of the table as they are printed, ``[p]`` in the quarter's cell."""
        for row in self.rows:
            yield row.year, row.marked_quarter, row.minor, row.moderate, row.major, row.total

    def csv(self) -> Iterator[str]:
        """Give the table as lines of CSV, the marking last in each."""
        return table_csv(HEADER, self.lines(), marking=self.marking)

    def csv_metadata(self, url: str, columns: Sequence[Column] | None = None) -> str:
        """Return what the CSV at ``url`` is, for programs: CSV on the Web metadata (W3C), as JSON."""
        return _metadata(self, url, COLUMNS if columns is None else columns)

    def workbook(self) -> bytes:
        """Return the statistical workbook (ODS)."""
        sheets = [_cover(self), _contents(self), _notes(self), _table(self)]
        creator = str(settings.STATISTICS_PRODUCER) if self.vintage.is_release else ""
        about = About(
            title=self.title,
            subject=SUBJECT,
            description=f"{self.status} {self.state}.",
            creator=creator or "OIC Disruptions",
            marking=self.marking.label,
            made=self.made,
        )
        return ods_bytes(sheets, about)

    @property
    def status(self) -> str:
        """Say whether the table is a release, in one or two sentences."""
        vintage = self.vintage
        if vintage.is_release and vintage.signed_off_on is not None:
            return f"Extract {vintage.extract}, signed off on {day_in_words(vintage.signed_off_on)}."
        if vintage.extract is not None:
            why = "and only a part of it is shown" if vintage.narrowed else "and nobody has signed it off"
            if vintage.set_aside:
                why = "which was set aside. Do not use it"
            return f"{MANAGEMENT}: extract {vintage.extract}, {why}."
        return f"{MANAGEMENT}."

    @property
    def period(self) -> str:
        """The months that the table covers."""
        return f"{self.vintage.period.first:%B %Y} to {self.vintage.period.last:%B %Y}"

    @property
    def narrowed(self) -> str:
        """Say to what the table is narrowed; nothing where it holds all records that count."""
        return f"Narrowed to {'; '.join(self.vintage.narrowed)}" if self.vintage.narrowed else ""


def oic_01_rows(rows: Iterable[Oic01Row]) -> list[dict[str, Any]]:
    """Return the rows as the API and the command give them in JSON (design, section 7)."""
    return [
        {
            "year": row.year,
            "quarter": row.quarter,
            "minor": row.minor,
            "moderate": row.moderate,
            "major": row.major,
            "total": row.total,
            "provisional": row.provisional,
        }
        for row in rows
    ]


def state_in_words(vintage: Vintage) -> str:
    """Say which state of the records a table was counted from."""
    if vintage.moment is not None:
        return f"Records as they stood on {in_london(vintage.moment)} (London)"
    return f"Records as they stood at the end of {day_in_words(vintage.cut_off)} (London)"


# ------------------------------------------------------------------------------------------------------ notes, in words

_GROUPS: Final = [group.label for group in StatisticsGroup if group.value in COVERED_GROUPS]

DEFINITIONS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Disruption",
        (
            "Action by an agency, planned or in answer to an event, that had an effect on a threat, with evidence of "
            "it: the group or person cannot work as before, for a time or for good."
        ),
    ),
    (
        "Organised immigration crime",
        (
            "Helping others, as part of serious and organised crime, to enter, pass through, stay in or leave a "
            "country unlawfully: by land, sea or air, with documents that are false or were obtained by fraud, or by "
            "criminal abuse of the immigration system."
        ),
    ),
    ("Lead", "The record of the agency that led the action. There is one for each disruption."),
    ("Support", "The record of an agency that helped. Supports are not in this table."),
    ("Primary area", "The area of serious and organised crime that a threat mainly belongs to."),
    ("Major", "The effect on that threat was significant, or is expected to last long."),
    ("Moderate", "The effect on that threat was notable, or is expected to last for a medium time."),
    ("Minor", "The effect on that threat was small, or is expected to last a short time."),
    ("Quarter", "Three calendar months. A total is of the four quarters of a calendar year."),
    ("Cut-off", "The moment at which records, threats and agencies were read. Later changes are not in the table."),
    ("[p]", "Provisional."),
)
"""Terms of the table, in our words (S0, W1; design, section 4)."""


def notes_of(files: Oic01Files) -> list[Note]:
    """Return the notes of the table, numbered from 1: our rule, in words, with the settings that it depends on."""
    marked = files.vintage.provisional_quarters
    provisional = (
        f"[p] marks the latest {marked} complete quarters at the cut-off, any quarter not yet over, and each total "
        "that holds one of them."
        if marked
        else "[p] marks a quarter that was not yet over at the cut-off, and each total that holds one."
    )
    texts = [
        COUNTED,
        "Records of agencies that supported a disruption are left out, so that nothing is counted twice.",
        f"Not counted: {'; '.join(LEFT_OUT.values())}.",
        PLACED,
        (
            "The level is judged against the threat: the same action can be major for one group and minor for another. "
            "The agency that led claims it; its own approver, and for some records a moderator at the National Crime "
            "Agency, confirm or change it. The level counted is the one that the record had at the cut-off."
        ),
        (
            f"Agencies covered: {_listed(_GROUPS)}. These record most of the "
            "disruptions of organised immigration crime that UK agencies lead, but not all."
        ),
        f"{provisional} Records still arrive late, levels are still reviewed, and records are still withdrawn.",
        (
            "The records are live operational data. Figures of earlier quarters are counted again each time and can "
            "move both ways, so compare over time with caution, and only tables of one cut-off."
        ),
        "Numbers are counts. They are not rounded, and none is left out for being small.",
        f"{files.state}. The rule that counted them is version {files.vintage.rule_version}.",
    ]
    if files.vintage.narrowed:
        texts.append(f"{files.narrowed}. It is a part of the table, not the table.")
    return [Note(number, text) for number, text in enumerate(texts, start=1)]


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


# --------------------------------------------------------------------------------------------------------------- sheets


def _link(sheet: str, words: str, style: str = LINE) -> Cell:
    return Cell(words, style, f"#{sheet}.A1")


def _cover(files: Oic01Files) -> Sheet:
    vintage = files.vintage
    blocks: list[tuple[str, list[str]]] = [("Status", [f"{files.status}"]), ("Period covered", [files.period])]
    if not vintage.is_release:
        change = "" if vintage.extract else "The figures change as records are added, reviewed and withdrawn. "
        blocks[0][1].append(f"{change}Do not quote them as published.")
    blocks.append(("State of the records", [f"{files.state}.", f"Rule version {vintage.rule_version}."]))
    if vintage.narrowed:
        blocks.append(("Part of the table only", [f"{files.narrowed}."]))
    if vintage.is_release:
        named = {
            "Published": settings.STATISTICS_PUBLISHED,
            "Producer": settings.STATISTICS_PRODUCER,
            "Contact": settings.STATISTICS_CONTACT,
            "Next update": settings.STATISTICS_NEXT_UPDATE,
            "User guide": settings.STATISTICS_GUIDE,
        }
        blocks += [(heading, [str(words)]) for heading, words in named.items() if words]
    blocks.append(
        (
            "Provisional figures",
            [f"[p] means provisional. Note {_PROVISIONAL} says which figures are, and why they change."],
        )
    )
    rows = [[Cell(files.title, TITLE)], [Cell(files.marking.label)]]
    for heading, lines in blocks:
        rows += [[Cell(heading, HEADING)], *([Cell(line)] for line in lines)]
    rows += [
        [Cell("In this workbook", HEADING)],
        [_link(CONTENTS, "Go to the table of contents")],
        [_link(NOTES, "Go to the notes and definitions")],
        [_link(TABLE, f"Go to table {TABLE}")],
    ]
    return Sheet(COVER, (24,), rows)


def _contents(files: Oic01Files) -> Sheet:
    release = files.vintage.is_release
    accredited = str(settings.STATISTICS_ACCREDITED).capitalize() or NOT_SET if release else "No: not published"
    update = str(settings.STATISTICS_NEXT_UPDATE) or NOT_SET if release else "None: not published"
    header = ("Table number", "Title", "Period covered", "Accredited official statistics", "Next update")
    rows = [
        [Cell("Table of contents", TITLE)],
        [Cell(f"This sheet has one table. {files.status}", LINE)],
        [_link(COVER, "Go to the cover sheet")],
        [Cell(label, LABEL) for label in header],
        [_link(TABLE, TABLE, TEXT), Cell(SUBJECT), Cell(files.period), Cell(accredited), Cell(update)],
    ]
    return Sheet(CONTENTS, (4, 9, 6, 5, 6), rows, (Named("contents", 4, 2, len(header)),))


def _notes(files: Oic01Files) -> Sheet:
    notes = notes_of(files)
    rows: list[list[Cell]] = [
        [Cell("Notes and definitions", TITLE)],
        [Cell("This sheet has two tables: notes, then definitions. A blank row parts them.", LINE)],
        [_link(CONTENTS, "Go to the table of contents")],
        [Cell("Notes", HEADING)],
        [Cell("Note number", LABEL), Cell("Note", LABEL), Cell("Table", LABEL)],
        *([Cell(f"note {note.number}"), Cell(note.text), _link(note.table, note.table, TEXT)] for note in notes),
        [],
        [Cell("Definitions", HEADING)],
        [Cell("Term", LABEL), Cell("Meaning", LABEL)],
        *([Cell(term), Cell(meaning)] for term, meaning in DEFINITIONS),
    ]
    second = 5 + len(notes) + 3
    tables = (Named("notes", 5, 1 + len(notes), 3), Named("definitions", second, 1 + len(DEFINITIONS), 2))
    return Sheet(NOTES, (5, 22, 4), rows, tables)


_PROVISIONAL: Final = 7
"""The number of the note on ``[p]``."""


_FOUR_NUMBERS: Final = (NUMBER,) * 4
_FOUR_TOTALS: Final = (TOTAL_NUMBER,) * 4


def _table(files: Oic01Files) -> Sheet:
    notes = f"[notes 1 to {len(notes_of(files))}]"
    live = "" if files.vintage.is_release else f" ({files.what_it_is.lower()})"
    source = "Source: " + (str(settings.STATISTICS_PRODUCER) or "OIC Disruptions" if not live else "OIC Disruptions")
    part = f" {files.narrowed}." if files.vintage.narrowed else ""
    rows: list[list[Cell]] = [
        [Cell(f"{TABLE}: {SUBJECT}{live} {notes}", TITLE)],
        [_link(NOTES, "Go to the notes and definitions")],
        [_link(CONTENTS, "Go to the table of contents")],
        [Cell(f"[p] means provisional: see note {_PROVISIONAL}.", LINE)],
        [Cell(f"{source}, {files.period}. {files.status} {files.state}.{part}", LINE)],
        [Cell(label, LABEL if place < 2 else NUMBER_LABEL) for place, label in enumerate(HEADER)],
    ]
    for row, line in zip(files.rows, files.lines(), strict=True):
        styles = (TOTAL, TOTAL, *_FOUR_TOTALS) if row.is_year else (YEAR, TEXT, *_FOUR_NUMBERS)
        rows.append([Cell(value, style) for value, style in zip(line, styles, strict=True)])
    table = Named(TABLE, HEADER_ROW, 1 + len(files.rows), len(HEADER))
    return Sheet(TABLE, (3, 5.5, 4.5, 4.5, 4.5, 4.5), rows, (table,))


# -------------------------------------------------------------------------------------------------------- CSV, metadata

_COUNTS: Final = tuple(
    Column(
        name, name.capitalize(), "nonNegativeInteger", f"Counted disruptions{of}; not rounded, none left out as small"
    )
    for name, of in (
        ("minor", " with the level minor"),
        ("moderate", " with the level moderate"),
        ("major", " with the level major"),
        ("total", ": minor, moderate and major together"),
    )
)
_YEAR: Final = Column("year", "Year", "gYear", "Calendar year of the date of the disruption")
COLUMNS: Final = (
    _YEAR,
    Column(
        "quarter",
        "Quarter",
        "string",
        "Quarter of the date of the disruption, such as Jan - Mar, or Total for a whole year; [p] after it means "
        "provisional",
    ),
    *_COUNTS,
    Column("marking", MARKING_COLUMN, "string", "The security marking of the file"),
)
"""The columns of the CSV of page and command."""

API_COLUMNS: Final = tuple(
    column._replace(title=column.name)
    for column in (
        _YEAR,
        Column(
            "quarter",
            "",
            "string",
            "Quarter of the date of the disruption, such as Jan - Mar, or Total for a whole year",
        ),
        *_COUNTS,
        Column("provisional", "", "boolean", "Whether the row is provisional"),
    )
)
"""The columns of the CSV of the API."""


def _metadata(files: Oic01Files, url: str, columns: Iterable[Column]) -> str:
    vintage = files.vintage
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": f"{TABLE}: {SUBJECT}, {files.period}",
        "dc:description": f"{files.status} {files.state}.",
        "dc:subject": SUBJECT,
        "dc:temporal": f"{vintage.period.first.isoformat()}/{vintage.period.last.isoformat()}",
        "dc:modified": files.made.isoformat(timespec="seconds"),
        "dc:accessRights": files.marking.label,
        "schema:version": vintage.rule_version,
        "rdfs:comment": [note.text for note in notes_of(files)],
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n", "\n"]},
        "tableSchema": {
            "columns": [
                {
                    "name": column.name,
                    "titles": column.title,
                    "datatype": column.datatype,
                    "required": True,
                    "dc:description": column.description,
                }
                for column in columns
            ],
            "primaryKey": ["year", "quarter"],
        },
    }
    if vintage.is_release:
        described |= {
            name: str(words)
            for name, words in (
                ("dc:publisher", settings.STATISTICS_PRODUCER),
                ("dc:issued", settings.STATISTICS_PUBLISHED),
            )
            if words
        }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"
