"""Compare the list of threats here with a list from another system: read the file, match row by row, tell apart.

Nothing is stored and nothing is changed. What cannot be read is named with the row that it is in, as a spreadsheet
counts rows (the header is row 1).
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import TextChoices

from disruptions.models import SOCThreat
from disruptions.references import THREAT, read_reference
from disruptions.vocabulary import PndTier, PriorityGrade, ThreatArea, ThreatKind, ThreatStatus
from disruptions.wording import day_in_words

ROWS_LIMIT: Final = 10_000
SIZE_LIMIT: Final = 5 * 1024 * 1024
CELL_LIMIT: Final = 200_000

IDENTIFYING: Final = ("reference", "agency_reference", "title")
COLUMNS: Final[Mapping[str, str]] = {
    "reference": "Reference",
    "agency_reference": "Own reference",
    "title": "Title",
    "kind": "Kind",
    "status": "Status",
    "primary_area": "Primary threat area",
    "p_grade": "P grade",
    "pnd_tier": "PND tier",
    "next_review_on": "Next review",
}
"""What a file may have, by the name here and the words for it; at least one that identifies a threat."""

COMPARED: Final = tuple(name for name in COLUMNS if name != "reference")
_CHOICES: Final[Mapping[str, type[TextChoices]]] = {
    "kind": ThreatKind,
    "status": ThreatStatus,
    "primary_area": ThreatArea,
    "p_grade": PriorityGrade,
    "pnd_tier": PndTier,
}
_NOTHING: Final = frozenset({"", "-", "–", "none", "n/a", "not graded", "ungraded", "not on pnd", "no date set"})
_DAYS: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"),
)


class Unreadable(Exception):
    """The file cannot be compared at all; says what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be used in a row; the rest of the row is compared."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class Row:
    """One row of the other list: its number, and the values that could be read, by name."""

    number: int
    values: dict[str, Any]

    @property
    def label(self) -> str:
        """What the row calls itself."""
        return next(
            (str(self.values[name]) for name in ("title", "agency_reference", "reference") if self.values.get(name)), ""
        )


@dataclass(slots=True)
class OtherList:
    """The rows of a file, the columns that were compared and those that were not, and what could not be read."""

    rows: list[Row] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    @property
    def references(self) -> list[str]:
        """The references of threats that the rows name."""
        return [row.values["reference"] for row in self.rows if row.values.get("reference")]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the two lists say differently, in words."""

    name: str
    here: str
    there: str

    @property
    def label(self) -> str:
        """What the field is called."""
        return COLUMNS[self.name]


@dataclass(frozen=True, slots=True)
class Match:
    """A threat that is on both lists, how it was recognised, and where the two differ."""

    threat: SOCThreat
    row: Row
    by: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Two lists beside each other: on both and the same, on both and different, only here, only there."""

    same: list[Match]
    differing: list[Match]
    only_here: list[SOCThreat]
    only_there: list[Row]
    faults: list[Fault]

    @property
    def matched(self) -> int:
        """How many threats are on both lists."""
        return len(self.same) + len(self.differing)

    def lines(self) -> Iterator[tuple[object, ...]]:
        """Give the result as lines of a table: ``FILE_HEADER`` names its columns."""
        for match in self.differing:
            for each in match.differences:
                yield (
                    "Differs",
                    match.threat.reference,
                    match.threat.title,
                    match.row.number,
                    each.label,
                    each.here,
                    each.there,
                )
        for threat in self.only_here:
            yield ("Only here", threat.reference, threat.title, "", "", "", "")
        for row in self.only_there:
            yield ("Only there", row.values.get("reference", ""), row.label, row.number, "", "", "")
        for fault in self.faults:
            yield ("Cannot be used", "", "", fault.row, fault.column, "", fault.message)
        for match in self.same:
            yield ("The same", match.threat.reference, match.threat.title, match.row.number, "", "", "")


FILE_HEADER: Final = ("Result", "Reference", "Title", "Row of the file", "Field", "Here", "There")


# -------------------------------------------------------------------------------------------------------------- reading


def read_other_list(content: bytes) -> OtherList:
    """Read a CSV file of threats. Raises ``Unreadable``, in words, where it cannot be compared at all."""
    if len(content) > SIZE_LIMIT:
        raise Unreadable(
            f"The file is larger than {SIZE_LIMIT // 1024 // 1024} MB. Leave out columns that are not compared."
        )
    text = _decoded(content)
    if not text.strip():
        raise Unreadable("The file is empty. Its first row names the columns.")
    lines = _lines(text)
    try:
        _, header = next(lines)
        names = [_column(cell) for cell in header]
        _require_columns(names)
        found = OtherList(
            columns=tuple(name for name in COMPARED if name in names),
            ignored=tuple(
                cell.strip()[:60] for cell, name in zip(header, names, strict=True) if not name and cell.strip()
            ),
        )
        for number, cells in lines:
            if any(cell.strip() for cell in cells):
                _read_row(found, number, dict(zip(names, cells, strict=False)))
    except csv.Error:
        raise Unreadable("This is not CSV. Save the list as CSV (UTF-8) from your spreadsheet.") from None
    if not found.rows and not found.faults:
        raise Unreadable("There is no threat in this file, only a header.")
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig").replace(
            "\x00", ""
        )
    except UnicodeDecodeError:
        raise Unreadable("Some characters cannot be read. Save the file as CSV with the encoding UTF-8.") from None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row with its number; a spreadsheet of another country separates with semicolons."""
    csv.field_size_limit(CELL_LIMIT)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    for number, cells in enumerate(
        csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
    ):
        if number > ROWS_LIMIT + 1:
            raise Unreadable(f"The file has more than {ROWS_LIMIT:,} rows. Compare it in parts.")
        yield number, cells


def _column(cell: str) -> str:
    """Return the name of a column by its heading, be it the name or the words; nothing for another column."""
    heading = re.sub(r"[\s_-]+", " ", cell).strip().lower()
    return next((name for name, words in COLUMNS.items() if heading in (name.replace("_", " "), words.lower())), "")


def _require_columns(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Unreadable(f"The column {COLUMNS[twice[0]]} is there twice. Leave one of them out.")
    if not any(name in names for name in IDENTIFYING):
        words = " or ".join(COLUMNS[name] for name in IDENTIFYING)
        raise Unreadable(f"No column says which threat a row is. Name one of the columns {words} in the first row.")


def _read_row(found: OtherList, number: int, cells: Mapping[str, str]) -> None:
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        if not name:
            continue
        try:
            values[name] = _READERS[name](cell.strip())
        except ValueError as error:
            found.faults.append(Fault(number, COLUMNS[name], str(error)))
    if any(values.get(name) for name in IDENTIFYING):
        found.rows.append(Row(number, values))
    elif not any(fault.row == number for fault in found.faults):
        found.faults.append(Fault(number, "", "The row does not say which threat it is."))


def _read_reference(cell: str) -> str | None:
    if not cell:
        return None
    reference = read_reference(cell, THREAT)
    if reference is None:
        raise ValueError(f"“{cell[:40]}” is no reference of a threat. One looks like T-7KQ2-M4XH.")
    return reference


def _reader_of(name: str) -> Callable[[str], str | None]:
    choices = _CHOICES[name]
    known = {code.lower(): code for code in choices.values} | {label.lower(): code for code, label in choices.choices}

    def read(cell: str) -> str | None:
        text = re.sub(r"[\s_]+", " ", cell).strip().lower()
        if text in _NOTHING:
            return None
        short = f"tier {text}" if name == "pnd_tier" and text.isdigit() else text
        code = known.get(short) or known.get(short.replace(" ", "_"))
        if code is None:
            labels = ", ".join(str(label) for label in choices.labels)
            raise ValueError(f"“{cell[:40]}” is none of: {labels}.")
        return code

    return read


def _read_day(cell: str) -> date | None:
    if cell.lower() in _NOTHING:
        return None
    for pattern in _DAYS:
        if (parts := pattern.fullmatch(cell)) is not None:
            try:
                return date(int(parts["y"]), int(parts["m"]), int(parts["d"]))
            except ValueError:
                break
    raise ValueError(f"“{cell[:40]}” is no date. Write 2027-03-27 or 27/03/2027.")


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "reference": _read_reference,
    "agency_reference": lambda cell: cell,
    "title": lambda cell: cell,
    "next_review_on": _read_day,
    **{name: _reader_of(name) for name in _CHOICES},
}


# ------------------------------------------------------------------------------------------------------------- matching


def reconcile(own: Iterable[SOCThreat], other: OtherList, *, elsewhere: Iterable[SOCThreat] = ()) -> Reconciliation:
    """Match each row with a threat: by its reference, else by its own reference, else by its title or another name.

    ``own`` is the list here; ``elsewhere`` are threats of other agencies that rows name by reference. A row that fits
    several threats, or a threat that another row has, is a fault and not matched. Archived threats here are matched,
    and are not missed where the other list leaves them out. A threat that was merged is found as the one in its place.
    """
    index = _Index([*own], [*elsewhere])
    same: list[Match] = []
    differing: list[Match] = []
    only_there, faults = [], list(other.faults)
    taken: dict[int, int] = {}
    for row in other.rows:
        threats, by = index.find(row)
        if not threats:
            only_there.append(row)
        elif len(threats) > 1:
            named = ", ".join(sorted(threat.reference for threat in threats)[:5])
            faults.append(
                Fault(row.number, "", f"“{row.label[:60]}” fits several threats: {named}. Give the reference.")
            )
        elif threats[0].pk in taken:
            earlier = f"Row {taken[threats[0].pk]} is {threats[0].reference} as well."
            faults.append(Fault(row.number, "", f"{earlier} One threat stands once in a list."))
        else:
            taken[threats[0].pk] = row.number
            match = Match(threats[0], row, by, _differences(threats[0], row, other.columns))
            (differing if match.differences else same).append(match)
    only_here = [threat for threat in index.own if threat.pk not in taken and threat.status != ThreatStatus.ARCHIVED]
    return Reconciliation(same, differing, only_here, only_there, sorted(faults, key=lambda fault: fault.row))


class _Index:
    """The list here, to be looked into by reference, own reference and name."""

    def __init__(self, own: list[SOCThreat], elsewhere: list[SOCThreat]) -> None:
        self.own = own
        known = {threat.pk: threat for threat in (*elsewhere, *own)}
        self.by_reference = {threat.reference: _standing(threat, known) for threat in known.values()}
        self.by_own_reference: dict[str, dict[int, SOCThreat]] = defaultdict(dict)
        self.by_name: dict[str, dict[int, SOCThreat]] = defaultdict(dict)
        for threat in own:
            standing = _standing(threat, known)
            if threat.agency_reference:
                self.by_own_reference[_plain(threat.agency_reference)][standing.pk] = standing
            for name in _names(threat):
                self.by_name[_plain(name)][standing.pk] = standing

    def find(self, row: Row) -> tuple[list[SOCThreat], str]:
        """Return the threats that a row may be, and what it was recognised by."""
        reference = row.values.get("reference")
        if reference:
            found = self.by_reference.get(reference)
            return ([found], "reference") if found is not None else ([], "")
        for name, table in (("agency_reference", self.by_own_reference), ("title", self.by_name)):
            value = row.values.get(name)
            if value and (key := _plain(value)) in table:
                return list(table[key].values()), COLUMNS[name].lower()
        return [], ""


def _standing(threat: SOCThreat, known: Mapping[int, SOCThreat]) -> SOCThreat:
    """Return the threat that stands in the place of a merged one; mostly itself."""
    while threat.merged_into_id is not None:
        threat = known.get(threat.merged_into_id) or threat.in_its_place()
    return threat


def _names(threat: SOCThreat) -> Iterator[str]:
    yield threat.title
    yield from threat.aliases
    if threat.ocg is not None:
        yield threat.ocg.name
        yield from threat.ocg.aliases


def _plain(text: str) -> str:
    """Return a name without case, punctuation and the words that lists add to it."""
    words = re.sub(r"[^\w]+", " ", text.casefold()).split()
    kept = [word for word in words if word not in {"the", "ocg", "group"}]
    return " ".join(kept or words)


def _differences(threat: SOCThreat, row: Row, columns: Sequence[str]) -> tuple[Difference, ...]:
    found = []
    for name in columns:
        if name not in row.values:
            continue
        here, there = _here(threat, name), row.values[name]
        if name == "title":
            alike = _plain(there or "") in {_plain(each) for each in _names(threat)}
        elif name == "agency_reference":
            alike = _plain(here or "") == _plain(there or "")
        else:
            alike = here == there
        if not alike:
            found.append(Difference(name, _words(name, here), _words(name, there)))
    return tuple(found)


def _here(threat: SOCThreat, name: str) -> Any:
    if name == "pnd_tier":
        return threat.ocg.pnd_tier if threat.ocg is not None else None
    return getattr(threat, name)


def _words(name: str, value: Any) -> str:
    if value in (None, ""):
        return "Nothing"
    if name in _CHOICES:
        return str(_CHOICES[name](value).label)
    return day_in_words(value) if isinstance(value, date) else str(value)
