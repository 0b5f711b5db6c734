"""What the page of an uploaded file shows of its findings and its rows, as each reader may know it.

A file is the agency's; what is recorded now of the records in it may have become another agency's. So what is kept
names the record, and what of it is told is decided for whoever reads, when they read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.db.models import Count, QuerySet

from agencies.models import User
from disruptions.models import Disruption, Upload, UploadedRow, UploadFinding
from disruptions.services.duplicates import contact_in_words
from disruptions.uploads.columns import LABELS
from disruptions.vocabulary import FindingKind, MatchReason

FIRST: Final = 8
"""Rows that a group of faults names."""

SET: Final = 500
"""Rows of a file about which one statement asks what their reader may open."""

ELSEWHERE: Final = "Not your agency’s any more"


@dataclass(slots=True)
class FaultGroup:
    """Faults of one rule in one column."""

    code: str
    column: str
    label: str
    message: str
    rows: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows)

    @property
    def rows_in_words(self) -> str:
        """The first of its rows."""
        named = ", ".join(f"{row:,}" for row in self.rows[:FIRST] if row)
        if len(self.rows) > FIRST:
            return f"{named} and {len(self.rows) - FIRST:,} more"
        return named or "The whole file"


def label_of(finding: Any) -> str:
    """Return what the field of a finding is called."""
    head, _, rest = finding.field.partition("/")
    if head == "outcomes" and rest:
        return "Outcomes"
    return LABELS.get(head, "")


def fault_groups(upload: Upload) -> list[FaultGroup]:
    """Return the faults of a file by rule and column, the most frequent first."""
    groups: dict[tuple[str, str], FaultGroup] = {}
    faults = upload.findings.filter(kind=FindingKind.FAULT).only("row", "column", "field", "code", "message")
    for fault in faults:
        key = (fault.code, fault.column)
        if key not in groups:
            groups[key] = FaultGroup(fault.code, fault.column, label_of(fault), fault.message)
        groups[key].rows.append(fault.row)
    return sorted(groups.values(), key=lambda group: (-group.count, group.column))


def counts_of(upload: Upload) -> dict[str, int]:
    """Return how many findings of each kind there are."""
    rows = upload.findings.order_by().values_list("kind").annotate(count=Count("pk"))
    return dict(rows)


def findings_of(upload: Upload, kind: str, *, code: str = "", column: str = "") -> QuerySet[UploadFinding]:
    """Return the findings of a kind, row by row; of one rule and column where they are named."""
    found = upload.findings.filter(kind=kind).select_related("disruption__agency")
    if code:
        found = found.filter(code=code, column=column)
    return found


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding as its reader may know it: with the record's reference only where they may open it."""

    finding: UploadFinding
    message: str
    reference: str = ""


def findings_shown(findings: Sequence[UploadFinding], *, reader: User) -> list[FindingShown]:
    """Word findings for one reader; one query for all of them."""
    named = {each.disruption_id for each in findings if each.disruption_id is not None}
    openable = set(Disruption.objects.visible_to(reader).filter(pk__in=named).values_list("pk", flat=True))
    return [_finding_shown(each, each.disruption_id in openable) for each in findings]


def _finding_shown(finding: UploadFinding, is_open: bool) -> FindingShown:
    record = finding.disruption
    if record is None:
        return FindingShown(finding, finding.message)
    if finding.kind != FindingKind.DUPLICATE:
        return FindingShown(finding, finding.message, record.reference) if is_open else FindingShown(finding, ELSEWHERE)
    if is_open:
        words = f"May be the same as {record.reference} of {record.agency.name} ({finding.message})"
        return FindingShown(finding, words, record.reference)
    contact = contact_in_words(record.agency.contact, record.agency.name)
    return FindingShown(finding, f"{record.agency.name} has a record that may be the same. Ask {contact}.")


def likeness_in_words(score: int, why: Iterable[str]) -> str:
    """Return how alike a row and a record are, and by what; told to whoever may open the record."""
    reasons = ", ".join(str(MatchReason(each).label) for each in why).lower()
    return f"{reasons}; {score} of 100"


@dataclass(frozen=True, slots=True)
class RowShown:
    """What became of a row as its reader may know it: of a record elsewhere, no more than what the file said."""

    row: int
    reference: str
    agency_reference: str
    done: str
    status: str
    is_open: bool


def rows_shown(rows: Iterable[UploadedRow], *, reader: User) -> Iterator[RowShown]:
    """Word rows of a recorded file for one reader; a query for each ``SET`` of them."""
    left = iter(rows)
    while part := list(islice(left, SET)):
        openable = Disruption.objects.visible_to(reader).in_bulk([each.disruption_id for each in part])
        for each in part:
            record = openable.get(each.disruption_id)
            yield RowShown(
                each.row,
                each.disruption.reference,
                record.agency_reference if record else str(each.sent.get("agency_reference", "")),
                each.get_done_display(),
                record.get_status_display() if record else ELSEWHERE,
                record is not None,
            )


def rows_of_upload(upload: Upload) -> QuerySet[UploadedRow]:
    """Return what became of each row of a recorded file."""
    return upload.rows.select_related("disruption").defer("fingerprint")
