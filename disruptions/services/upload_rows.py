"""The rows of an uploaded file beside what is recorded: what each would do, what it breaks, and doing it.

Three sides meet, as where a system puts its records: what the agency's last file said, what this one says, and what is
stored. A value that is sent again is no change, so what people have put right here stands; an empty cell says nothing,
unless the last file had something there.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.db import connection

from agencies.constraints import Violation, declare, violation
from agencies.models import Agency, User, london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused, Stale
from disruptions.fields import BY_NAME
from disruptions.matching import LIKELY, Compared, score_of, signals_between
from disruptions.models import Disruption, DisruptionEvent, Upload, UploadedRow
from disruptions.parsing import ParsedRow, parse_disruption
from disruptions.permissions import may_amend, require_record
from disruptions.rules import ROW_NAMES, DisruptionRow, OutcomeRow
from disruptions.services.amending import amend_disruption, amendment_faults, asks_why, moves_a_figure
from disruptions.services.duplicates import SHOWN, Found, compared_row, find
from disruptions.services.recording import faults_of, record_disruptions
from disruptions.services.rows import Related, look_up, rows_of
from disruptions.services.versions import WHAT_A_ROW_NAMES
from disruptions.vocabulary import Channel, Status, UploadedAs
from disruptions.wording import outcomes_in_words, raw_in_words

SET: Final = 500
"""Rows that are compared, or recorded, by one statement each."""

NEIGHBOURS: Final = 20
"""Rows of one file about one threat on one day that a row is compared with."""

AT_ONCE: Final = 2
"""Sets of rows that are compared at once."""

Progress = Callable[[int], None]
Answer = TypeVar("Answer")

declare(
    "upload_row_amendable",
    "agency_reference",
    "The record with this reference takes no more changes, or not from you. Leave the row out, or open the record.",
)
declare(
    "upload_value_changed_here",
    "agency_reference",
    "Somebody changed this here after your last file. Put what stands here into the file, or change the record.",
)
declare(
    "upload_reference_twice",
    "agency_reference",
    "Another row of this file has the same reference.",
)


class PlanMoved(Exception):
    """What a file would do is not what was shown any more: somebody changed records meanwhile."""


class RowsRefused(Exception):
    """Rows that were sound when they were checked are refused now; nothing was recorded."""

    def __init__(self, faults: Mapping[int, list[Violation]]) -> None:
        super().__init__(f"{len(faults)} rows refused")
        self.faults = dict(faults)


@dataclass(slots=True)
class PlannedRow:
    """What one row would do: make a record, change one, or nothing as it is recorded already."""

    place: int
    parsed: ParsedRow
    sent: dict[str, Any]
    fingerprint: str
    done: UploadedAs = UploadedAs.NEW
    record: Disruption | None = None
    changes: ParsedRow | None = None
    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    submits: bool = False
    needs_reason: bool = False
    faults: list[Violation] = field(default_factory=list)
    said_before: dict[str, Any] = field(default_factory=dict)
    """What the agency's files said of the record in columns that this one has not."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A stored record that a row may be the same event as: its key, how alike of 100, and by what."""

    pk: int
    score: int
    why: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What a file would do, row by row."""

    rows: list[PlannedRow]

    def of(self, done: UploadedAs) -> list[PlannedRow]:
        """Return the rows that would do this."""
        return [row for row in self.rows if row.done == done]

    @property
    def faults(self) -> dict[int, list[Violation]]:
        """What each faulty row breaks, by its place."""
        return {row.place: row.faults for row in self.rows if row.faults}

    @property
    def needs_reason(self) -> bool:
        """Whether a change moves a figure that may be published."""
        return any(row.needs_reason for row in self.rows)

    def digest(self) -> str:
        """Return what would be done as a hash: as long as it is the same, so is what would be done."""
        said = [
            (
                row.place,
                row.done.value,
                row.fingerprint,
                row.record.pk if row.record else 0,
                row.record.version if row.record and row.done == UploadedAs.CHANGED else 0,
                row.submits,
                sorted(row.changed),
            )
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def in_sets(rows: Sequence[Any], size: int = SET) -> Iterator[Sequence[Any]]:
    """Give a list in parts."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


# ------------------------------------------------------------------------------------------------------ what is planned


def plan_rows(
    *,
    acting_user: User,
    agency: Agency,
    rows: Sequence[ParsedRow],
    numbers: Sequence[int],
    names: Collection[str],
) -> Plan:
    """Return what the rows of a file would do beside what is recorded now. Nothing is written; no query per row.

    ``names`` are the fields that the file has columns for: what it has none for, it says nothing of.

    A record is the agency's with the same own reference. A row without one is recorded already if an earlier file of
    the agency had just such a row, and as often as it had.
    """
    planned = [_sent(place, parsed) for place, parsed in enumerate(rows)]
    today = london_date(oic_now())
    matched = _matched(planned, agency=agency)
    records = list(matched.values())
    stored: dict[int, DisruptionRow] = {}
    bases: dict[int, dict[str, Any]] = {}
    for part in in_sets(records):
        stored |= rows_of(part)
        bases |= dict(
            UploadedRow.objects.filter(disruption__in=part, upload__agency=agency)
            .order_by("disruption_id", "-pk")
            .distinct("disruption_id")
            .values_list("disruption_id", "sent")
        )
    for row in planned:
        if row.place in matched:
            record = matched[row.place]
            base = bases.get(record.pk)
            _beside(row, record, stored[record.pk], base, names, acting_user=acting_user, agency=agency)
    _check_new(planned, numbers, acting_user=acting_user, agency=agency, today=today)
    _check_changes(planned, stored, acting_user=acting_user, agency=agency, today=today)
    return Plan(planned)


def _sent(place: int, parsed: ParsedRow) -> PlannedRow:
    sent = {name: _json(getattr(parsed.row, name)) for name in sorted(parsed.given) if name != "submit"}
    text = json.dumps(sent, sort_keys=True, ensure_ascii=True)
    return PlannedRow(place, parsed, sent, hashlib.sha256(text.encode()).hexdigest())


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, OutcomeRow):
        parts = {each.name: _json(getattr(value, each.name)) for each in fields(OutcomeRow)}
        return {name: part for name, part in parts.items() if part not in (None, "")}
    if isinstance(value, (tuple, list)):
        return [_json(each) for each in value]
    return value


def _matched(planned: Sequence[PlannedRow], *, agency: Agency) -> dict[int, Disruption]:
    """Return the record of each row that has one, by the row's place."""
    named = {row.parsed.row.agency_reference: row for row in reversed(planned) if row.parsed.row.agency_reference}
    mine = Disruption.objects.filter(agency=agency, sandbox=False).select_related(*WHAT_A_ROW_NAMES)
    found = {
        named[record.agency_reference].place: record
        for part in in_sets(list(named))
        for record in mine.filter(agency_reference__in=part).order_by()
    }
    unnamed: dict[str, list[PlannedRow]] = defaultdict(list)
    for row in planned:
        if not row.parsed.row.agency_reference and not row.parsed.violations:
            unnamed[row.fingerprint].append(row)
    places: dict[int, int] = {}
    earlier: Counter[str] = Counter()
    for part in in_sets(list(unnamed)):
        known = UploadedRow.objects.filter(fingerprint__in=part, upload__agency=agency, done=UploadedAs.NEW)
        for fingerprint, pk in known.order_by("pk").values_list("fingerprint", "disruption_id"):
            same = unnamed[fingerprint]
            if earlier[fingerprint] < len(same):
                places[same[earlier[fingerprint]].place] = pk
                earlier[fingerprint] += 1
    for chosen in in_sets(list(places)):
        records = Disruption.objects.select_related(*WHAT_A_ROW_NAMES).in_bulk([places[place] for place in chosen])
        found |= {place: records[places[place]] for place in chosen}
    return found


def _beside(
    row: PlannedRow,
    record: Disruption,
    stored: DisruptionRow,
    base: Mapping[str, Any] | None,
    names: Collection[str],
    *,
    acting_user: User,
    agency: Agency,
) -> None:
    """Say what a row changes in its record, and where somebody has changed the same meanwhile."""
    row.record, row.done = record, UploadedAs.UNCHANGED
    row.said_before = {name: value for name, value in (base or {}).items() if name not in names}
    said = parse_disruption(base, typed=True) if base is not None else None
    changes = DisruptionRow()
    faulty = {each.field.partition("/")[0] for each in row.parsed.violations}
    for name in ROW_NAMES:
        if name not in names or name in faulty:
            continue
        known = said is not None and name in said.given
        before = getattr(said.row, name) if said is not None and known else None
        now = getattr(stored, name)
        if name in row.parsed.given:
            wanted = getattr(row.parsed.row, name)
        elif known:
            wanted = getattr(DisruptionRow(), name)
        else:
            continue
        if name == "lead_agency" and stored.lead and row.parsed.row.lead in (None, stored.lead) and not wanted:
            continue
        if wanted == now or (known and wanted == before):
            continue
        if known and now != before:
            row.faults.append(_changed_here(name, now))
            continue
        setattr(changes, name, wanted)
        row.changed[name] = (now, wanted)
    unreadable = row.parsed.violations
    submits = row.parsed.submit and (
        record.status == Status.DRAFT or (record.status == Status.RETURNED and bool(row.changed))
    )
    if record.agency_id != agency.pk:
        # Handed over since: it is the other agency's now.
        row.changed, row.faults = {}, []
        return
    if row.changed or submits or unreadable or row.faults:
        row.done, row.submits = UploadedAs.CHANGED, submits
        row.changes = ParsedRow(changes, frozenset(row.changed), submits, list(unreadable))
        if not may_amend(acting_user, record):
            message = f"{record.reference} is {record.get_status_display().lower()} and takes no more changes. "
            row.faults = [violation("upload_row_amendable", message=message + "Leave the row out.")]


def _changed_here(name: str, now: Any) -> Violation:
    # A lead may be a record that the sender may not open.
    words = "" if name == "lead" else _in_words(name, now)
    stands = f"It is now “{words[:200]}”. " if words else ""
    message = (
        f"Somebody changed this here after your last file. {stands}Put what stands here into the file, "
        "or change the record itself."
    )
    return violation("upload_value_changed_here", name, message)


def _in_words(name: str, value: Any) -> str:
    return outcomes_in_words(value) if name == "outcomes" else raw_in_words(BY_NAME[name], value)


def change_in_words(name: str, before: Any, after: Any) -> str:
    """Return what a row changes in a record, as anybody of the agency may read it: ``Minor to Major``."""
    if name == "lead":
        # A lead may be a record that whoever reads this may not open.
        return "to what the file names" if after else "to nothing"
    return f"“{_in_words(name, before)[:300] or 'nothing'}” to “{_in_words(name, after)[:300] or 'nothing'}”"


def _check_new(
    planned: Sequence[PlannedRow], numbers: Sequence[int], *, acting_user: User, agency: Agency, today: date
) -> None:
    """Find what the rows that would make a record break, and rows of one reference."""
    first: dict[str, int] = {}
    for row in planned:
        reference = row.parsed.row.agency_reference
        if reference and reference in first:
            message = f"Row {numbers[first[reference]]} of this file has the same reference. Leave one of them out."
            row.faults.append(violation("upload_reference_twice", message=message))
            row.done, row.record = UploadedAs.NEW, None
        elif reference:
            first[reference] = row.place
    new = [row for row in planned if row.done == UploadedAs.NEW and not row.faults]
    supported: set[int] = set()
    for part in in_sets(new):
        parsed = [row.parsed for row in part]
        related = look_up([each.row for each in parsed], agency=agency, acting_user=acting_user, sandbox=False)
        related.supported_leads |= supported
        moved = _moved([each.row.agency_reference for each in parsed if each.row.agency_reference], agency=agency)
        for row, found in zip(part, faults_of(parsed, related, agency=agency, today=today), strict=True):
            row.faults = found
            if row.parsed.row.agency_reference in moved:
                row.faults = [violation("disruption_reference_moved", message=_MOVED)]
        supported |= related.supported_leads


_MOVED: Final = (
    "A record of your agency had this reference and is no longer yours under it: it was handed over, or its reference "
    "was changed. Look at it first. If this is another disruption, give it another reference in your file."
)


def _moved(references: Sequence[str], *, agency: Agency) -> set[str]:
    """Return which references a record of the agency had and has not now: it would be recorded twice."""
    if not references:
        return set()
    had = DisruptionEvent.objects.filter(agency=agency, sandbox=False, agency_reference__in=references)
    return set(had.order_by().values_list("agency_reference", flat=True).distinct())


def _check_changes(
    planned: Sequence[PlannedRow],
    stored: Mapping[int, DisruptionRow],
    *,
    acting_user: User,
    agency: Agency,
    today: date,
) -> None:
    """Find what the rows that would change a record break."""
    changing = [row for row in planned if row.done == UploadedAs.CHANGED and not row.faults]
    for part in in_sets(changing):
        after = [_after(row, stored) for row in part]
        related = look_up(
            after,
            agency=agency,
            acting_user=acting_user,
            sandbox=False,
            leave_out=[row.record.pk for row in part if row.record],
        )
        for row, changed in zip(part, after, strict=True):
            assert row.record is not None and row.changes is not None  # noqa: S101, PT018 - it is a change of one
            before = stored[row.record.pk]
            submitting = row.record.status not in {Status.DRAFT, Status.RETURNED} or row.submits
            row.faults = amendment_faults(row.record, before, changed, row.changes, related, submitting=submitting)
            row.needs_reason = moves_a_figure(before, changed) and asks_why(row.record, today=today)


def _after(row: PlannedRow, stored: Mapping[int, DisruptionRow]) -> DisruptionRow:
    assert row.record is not None and row.changes is not None  # noqa: S101, PT018 - it is a change of one
    before = stored[row.record.pk]
    after = replace(before, **{name: getattr(row.changes.row, name) for name in row.changed})
    if after.lead and after.lead == before.lead:
        after.lead_agency = after.lead_agency or before.lead_agency
    return after


# ------------------------------------------------------------------------------------------------- possible duplicates


def find_duplicates(
    plan: Plan, *, acting_user: User, agency: Agency, progress: Progress
) -> tuple[dict[int, list[Likely]], dict[int, int]]:
    """Return what the rows that would make a record may be the same event as: stored records, and rows above them.

    Both by the place of the row; the second gives the place of the other row. A query per ``SET`` rows. What a person
    may know of a stored record is theirs to be told, whoever had the file checked: ``showing.py`` words it.
    """
    new = [row for row in plan.of(UploadedAs.NEW) if not row.faults]
    matches: dict[int, list[Likely]] = {}
    everything: list[tuple[PlannedRow, Compared]] = []
    done = 0

    def compare(part: Sequence[PlannedRow]) -> tuple[list[Compared], list[list[Likely]]]:
        related = look_up([row.parsed.row for row in part], agency=agency, acting_user=acting_user, sandbox=False)
        asked = [_compared(row, related) for row in part]
        stored = find(acting_user=acting_user, rows=asked, agency=agency, sandbox=False)
        return asked, [_kept(each, agency=agency) for each in stored]

    parts = list(in_sets(new))
    for part, (asked, found) in zip(parts, _two_at_once(compare, parts), strict=True):
        matches |= {row.place: each for row, each in zip(part, found, strict=True) if each}
        everything += zip(part, asked, strict=True)
        done += len(part)
        progress(done)
    return matches, _twins(everything)


def _kept(found: Sequence[Found], *, agency: Agency) -> list[Likely]:
    """Return the likeliest of the agency, and of each other agency the likeliest one.

    So how many records of another agency there are is told to nobody, whether they may open them or not.
    """
    own: list[Found] = []
    others: dict[str, Found] = {}
    for each in found:
        if each.row["agency_code"] == agency.code:
            own.append(each)
        else:
            others.setdefault(each.row["agency_code"], each)
    kept = [*own[:SHOWN], *(each for _, each in sorted(others.items()))]
    return [Likely(each.pk, each.score, tuple(reason.value for reason in each.why)) for each in kept]


def _two_at_once(work: Callable[[Any], Answer], parts: Sequence[Any]) -> Iterator[Answer]:
    """Give the answer for each part, in order. The database works on one part while the one before it is judged here.

    Within a transaction, into which another connection does not see, one after the other.
    """
    if connection.in_atomic_block or len(parts) < AT_ONCE:
        yield from map(work, parts)
        return

    def apart(part: Any) -> Answer:
        try:
            return work(part)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        yield from pool.map(apart, parts)


def _compared(row: PlannedRow, related: Related) -> Compared:
    return compared_row(row.parsed.row, related, pk=None)


def _twins(rows: Sequence[tuple[PlannedRow, Compared]]) -> dict[int, int]:
    """Return which rows may be the same event as one above them in the file: about one threat, on one day."""
    groups: dict[Any, list[tuple[PlannedRow, Compared]]] = defaultdict(list)
    for row, compared in rows:
        groups[compared.role, compared.threat, compared.occurred_on].append((row, compared))
    twins: dict[int, int] = {}
    for same in groups.values():
        signs = [_signs(compared.summary) for _, compared in same] if len(same) > 1 else []
        for place, (row, compared) in enumerate(same):
            for above in range(max(0, place - NEIGHBOURS), place):
                shared = len(signs[place] & signs[above]) / (len(signs[place] | signs[above]) or 1)
                score, _ = score_of(signals_between(compared, same[above][1], words=shared))
                if score >= LIKELY:
                    twins[row.place] = same[above][0].place
                    break
    return twins


def _signs(summary: str) -> set[str]:
    """Return the trigrams of a text, much as the database makes them."""
    text = " ".join(summary[:600].casefold().split())
    return {text[place : place + 3] for place in range(len(text) - 2)}


# ------------------------------------------------------------------------------------------------------------ recording


def record_rows(
    *,
    acting_user: User,
    upload: Upload,
    rows: Sequence[ParsedRow],
    numbers: Sequence[int],
    names: Collection[str],
    progress: Progress,
) -> Plan:
    """Do what a file was shown to do, all or nothing, within the caller's transaction, and return it.

    Raises ``PlanMoved`` where it would do something else now, ``RowsRefused`` where rows are refused, and ``Refused``
    where the acting user may not record for the agency any more.
    """
    agency = upload.agency
    require_record(acting_user, agency)
    _one_at_a_time(agency)
    plan = plan_rows(acting_user=acting_user, agency=agency, rows=rows, numbers=numbers, names=names)
    if plan.faults:
        raise RowsRefused(plan.faults)
    if plan.digest() != upload.plan:
        raise PlanMoved
    done = 0
    kept: list[UploadedRow] = []
    for part in in_sets(plan.of(UploadedAs.NEW)):
        results = record_disruptions(
            acting_user=acting_user,
            agency=agency,
            rows=[row.parsed for row in part],
            channel=Channel.FILE,
            all_or_nothing=True,
        )
        refused = {part[each.index].place: each.violations for each in results if each.violations}
        if refused:
            raise RowsRefused(refused)
        for row, result in zip(part, results, strict=True):
            row.record = result.record
        done += len(part)
        progress(done)
    for row in plan.of(UploadedAs.CHANGED):
        row.record = _amended(row, upload, acting_user=acting_user)
        done += 1
        if done % 20 == 0:
            progress(done)
    for row in plan.rows:
        assert row.record is not None  # noqa: S101 - each row has its record by now
        kept.append(
            UploadedRow(
                upload=upload,
                row=numbers[row.place],
                disruption_id=row.record.pk,
                version=row.record.version,
                done=row.done,
                sent=row.said_before | row.sent,
                fingerprint=row.fingerprint,
            )
        )
    UploadedRow.objects.bulk_create(kept, batch_size=SET)
    return plan


def _amended(row: PlannedRow, upload: Upload, *, acting_user: User) -> Disruption:
    assert row.record is not None and row.changes is not None  # noqa: S101, PT018 - it is a change of one
    try:
        return amend_disruption(
            acting_user=acting_user,
            reference=row.record.reference,
            version=row.record.version,
            changes=row.changes,
            reason=upload.reason,
            reason_class=upload.reason_class,
        )
    except Invalid as invalid:
        raise RowsRefused({row.place: invalid.violations}) from None
    except (Stale, NotFound, Refused):
        raise PlanMoved from None


def _one_at_a_time(agency: Agency) -> None:
    """Let one file of an agency be recorded after the other: the second sees what the first made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('upload'), %s)", [agency.pk])
