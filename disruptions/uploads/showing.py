"""What the page of an uploaded file shows of its findings: grouped, and by lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, QuerySet

from disruptions.models import Upload, UploadedRow, UploadFinding
from disruptions.uploads.columns import LABELS
from disruptions.vocabulary import FindingKind

FIRST: Final = 8
"""Rows that a group of faults names."""


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
    found = upload.findings.filter(kind=kind).select_related("disruption")
    if code:
        found = found.filter(code=code, column=column)
    return found


def rows_of_upload(upload: Upload) -> QuerySet[UploadedRow]:
    """Return what became of each row of a recorded file."""
    return upload.rows.select_related("disruption")
