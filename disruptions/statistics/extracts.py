"""Figures of frozen extracts, from their frozen rows alone; and whether an extract still says what it said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q

from agencies.as_at import reading_as_at
from agencies.models import User
from disruptions.history import open_versions
from disruptions.models import Disruption, DisruptionAsAt, Extract, ExtractRow
from disruptions.querysets import FACTS, RULE_VERSION
from disruptions.statistics.cells import count_by_quarter
from disruptions.statistics.oic01 import Oic01Row, oic_01
from disruptions.statistics.parameters import Period, query_of
from disruptions.statistics.periods import Quarter, quarters_between
from disruptions.vocabulary import Level

Totals = list[list[Any]]
"""The cells of a period, zeros too: first day of the quarter, level, records."""

LEVELS: Final = (Level.MINOR.value, Level.MODERATE.value, Level.MAJOR.value)
NAMED_AT_MOST: Final = 10
ROWS_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found when an extract was checked: nothing in ``faults`` means that it says what it said."""

    reference: str
    rows: int
    counted: int
    sha256: str
    recounted: bool
    faults: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.faults


def oic_01_of(extract: Extract) -> list[Oic01Row]:
    """Return the table of an extract as it was frozen: its cells, and the marks of its cut-off. No query."""
    return oic_01(query_of(extract))


def period_of(extract: Extract) -> Period:
    """Return the period of an extract."""
    return Period(extract.period_from, extract.period_to)


def totals_of(rows: Any, period: Period) -> Totals:
    """Count frozen rows, or records, into the cells of a period as an extract keeps them. One query."""
    counted = rows.counted().filter(occurred_on__range=(period.first, period.last))
    cells = count_by_quarter(counted, period)
    quarters = quarters_between(period.first, period.last)
    return [[quarter.start.isoformat(), level, cells[quarter, level]] for quarter in quarters for level in LEVELS]


def canonical_lines(extract: Extract, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Write everything that is frozen as lines of text: first the extract, then its rows, ordered by record.

    Each line is JSON with sorted names, without spaces, in plain signs, and ends with a line feed. Records, agencies,
    threats and people stand by their keys in the database, which never change. The SHA-256 of these lines is the
    extract's.
    """
    yield _line(
        {
            "reference": extract.reference,
            "title": extract.title,
            "words": extract.words,
            "cut_off": extract.cut_off,
            "cut_off_at": extract.cut_off_at,
            "period_from": extract.period_from,
            "period_to": extract.period_to,
            "rule_version": extract.rule_version,
            "provisional_quarters": extract.provisional_quarters,
            "row_count": extract.row_count,
            "totals": extract.totals,
            "frozen_by": extract.frozen_by_id,
            "frozen_at": extract.frozen_at,
            "columns": FACTS,
        }
    )
    for row in rows:
        yield _line(row)


def hash_of(extract: Extract, rows: Any) -> tuple[str, int]:
    """Return the SHA-256 of an extract with these rows (a queryset of ``ExtractRow``), and how many there are."""
    digest, number = hashlib.sha256(), 0
    facts = rows.as_facts().order_by("disruption_id").iterator(chunk_size=ROWS_AT_ONCE)
    for place, line in enumerate(canonical_lines(extract, facts)):
        digest.update(line.encode())
        number = place
    return digest.hexdigest(), number


def rows_open_to(reader: User, rows: Any) -> Any:
    """Keep the frozen rows of records that somebody may open now, and could open in the version that is frozen."""
    could = Exists(open_versions(reader).filter(id=OuterRef("disruption_id"), version=OuterRef("version")))
    openable = Disruption.objects.visible_to(reader).order_by().values("pk")
    return rows.filter(Q(disruption__agency=reader.agency_id) | Q(could), disruption__in=openable)


def verify(extract: Extract) -> Verification:
    """Count an extract again from its frozen rows, and from history as at its cut-off, and say what differs.

    Where the counting rule has another version now, history is compared without what the rule makes of it.
    """
    rows = ExtractRow.objects.of_extract(extract)
    faults = []
    sha256, number = hash_of(extract, rows)
    if number != extract.row_count:
        faults.append(f"It holds {number:,} rows; {extract.row_count:,} were frozen.")
    if sha256 != extract.sha256:
        faults.append(f"The SHA-256 of what is stored is {sha256}; it was {extract.sha256} when it was frozen.")
    period = period_of(extract)
    faults += _apart("Its frozen rows", totals_of(rows, period), extract.totals)
    same_rule = extract.rule_version == RULE_VERSION
    faults += _against_history(extract, rows, same_rule=same_rule)
    return Verification(extract.reference, number, rows.counted().count(), sha256, same_rule, tuple(faults))


def _against_history(extract: Extract, rows: Any, *, same_rule: bool) -> list[str]:
    faults: list[str] = []
    with reading_as_at(extract.cut_off_at):
        history = DisruptionAsAt.objects.all()
        if same_rule:
            faults += _apart("History", totals_of(history, period_of(extract)), extract.totals)
        frozen, again = rows.as_facts(judged=same_rule), history.as_facts(judged=same_rule)
        # The row of a record that differs is in both.
        only_frozen = {row[0] for row in frozen.difference(again)}
        only_history = {row[0] for row in again.difference(frozen)}
    for records, words in (
        (only_frozen & only_history, "as history has them differ from the frozen rows"),
        (only_frozen - only_history, "are frozen and were not there at the cut-off by history"),
        (only_history - only_frozen, "were there at the cut-off by history and are not frozen"),
    ):
        if records:
            faults.append(f"{len(records):,} records {words}: {_named(records)}.")
    return faults


def _apart(what: str, found: Totals, frozen: Totals) -> Iterator[str]:
    kept = {(day, level): records for day, level, records in frozen}
    for day, level, records in found:
        if records != kept.get((day, level)):
            quarter = Quarter.of(date.fromisoformat(day)).label
            yield f"{what}: {quarter}, {level} is {records:,}; {kept.get((day, level), 0):,} were frozen."
    if len(kept) != len(found):
        yield f"{what}: the table has {len(found)} cells; {len(kept)} were frozen."


def _named(records: Iterable[int]) -> str:
    wanted = sorted(records)
    named = Disruption.objects.filter(pk__in=wanted[:NAMED_AT_MOST]).order_by("pk").values_list("reference", flat=True)
    more = f" and {len(wanted) - NAMED_AT_MOST:,} more" if len(wanted) > NAMED_AT_MOST else ""
    return ", ".join(named) + more


def _line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_text) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else str(value)
