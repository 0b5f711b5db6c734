"""How far claims, approvers and moderators agree: counts of decisions by agency, without anything that a record says.

The approver's side compares what was approved with the level claimed. The moderator's side holds the decisions on
records that stood approved: a moderator who decides before an approver does has nobody to agree with. A duplicate that
is marked before approval is on the approver's side, whoever marked it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from agencies.models import LONDON
from disruptions.models import DisruptionEvent, Review
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import StatisticsQuery, end_of_day
from disruptions.statistics.rounding import share
from disruptions.vocabulary import Decision, Level, Status

AS_CLAIMED: Final = "as_claimed"
HIGHER: Final = "higher"
LOWER: Final = "lower"
APPROVER_COLUMNS: Final = {
    AS_CLAIMED: "Approved as claimed",
    HIGHER: "Approved higher",
    LOWER: "Approved lower",
    Decision.RETURN.value: "Sent back",
    Decision.DUPLICATE.value: "Duplicate",
}
MODERATOR_COLUMNS: Final = {
    Decision.UPHELD.value: "Upheld",
    Decision.RAISED.value: "Raised",
    Decision.LOWERED.value: "Lowered",
    Decision.NOT_A_DISRUPTION.value: "Not a disruption",
    Decision.DUPLICATE.value: "Duplicate",
    Decision.LEAD_CHANGED.value: "Lead changed",
    Decision.THREAT_CHANGED.value: "Threat changed",
}
REJECTED: Final = "rejected"
NOT_SETTLED: Final = "not_settled"
FINAL_COLUMNS: Final = {level.value: level.label for level in Level} | {
    REJECTED: "Rejected",
    NOT_SETTLED: "Not settled",
}
"""What became of a claim: the level of an approved record, or that it was rejected, or that it is open again."""
ORDER: Final = list(reversed(Level.values))
"""Levels from the lowest."""


@dataclass(frozen=True, slots=True)
class AgencyAgreement:
    """The decisions on one agency's records, or on those of all of them, by column."""

    code: str
    name: str
    short_name: str
    approver: dict[str, int] = field(default_factory=lambda: dict.fromkeys(APPROVER_COLUMNS, 0))
    moderator: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MODERATOR_COLUMNS, 0))

    @property
    def decided(self) -> int:
        """Decisions of approvers."""
        return sum(self.approver.values())

    @property
    def moderated(self) -> int:
        """Decisions of moderators on records that stood approved."""
        return sum(self.moderator.values())

    @property
    def agreement(self) -> int | None:
        """Upheld, in whole percent of what was moderated; ``None`` where nothing was."""
        return share(self.moderator[Decision.UPHELD], self.moderated)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What became of the records claimed at one level."""

    level: str
    final: dict[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.final.values())


@dataclass(frozen=True, slots=True)
class Agreement:
    """Decisions by agency, most decided first, together, and what became of the claims decided on."""

    rows: list[AgencyAgreement]
    together: AgencyAgreement
    claims: list[ClaimRow]


def agreement(query: StatisticsQuery) -> Agreement:
    """Count the decisions of a period of days in London, as far as they were made by the cut-off. Three queries.

    Each belongs to the agency that had the record when it was decided on. Sandbox records are left out.
    """
    with query.everything() as records:
        names = {agency.pk: (agency.code, agency.name, agency.short_name) for agency in query.agencies()}
        claims = _claims(records, query)
    table: dict[int, AgencyAgreement] = {}
    together = AgencyAgreement("", "All agencies", "All agencies")
    for group in _decisions(query):
        row = table.get(group["of_agency"])
        if row is None:
            row = table[group["of_agency"]] = AgencyAgreement(*names[group["of_agency"]])
        for each in (row, together):
            _add(each, group)
    kept = [row for row in table.values() if row.decided or row.moderated]
    return Agreement(sorted(kept, key=lambda row: (-row.decided, row.name)), together, claims)


def _decisions(query: StatisticsQuery) -> Iterable[Any]:
    before = DisruptionEvent.objects.filter(id=OuterRef("disruption_id"), version=OuterRef("version") - 1)
    return (
        _reviews(query)
        .annotate(of_agency=Subquery(before.values("agency_id")[:1]), stood=Subquery(before.values("status")[:1]))
        .values("of_agency", "stood", "decision", "to_level", claimed=F("disruption__claimed_level"))
        .annotate(number=Count("pk"))
        .order_by()
    )


def _reviews(query: StatisticsQuery) -> QuerySet[Review]:
    first = datetime.combine(query.period.first, time.min, tzinfo=LONDON)
    last = end_of_day(min(query.period.last, query.cut_off))
    return Review.objects.filter(decided_at__range=(first, last), disruption__sandbox=False)


def _add(row: AgencyAgreement, group: dict[str, Any]) -> None:
    decision, number = group["decision"], group["number"]
    if decision == Decision.APPROVE:
        row.approver[_beside_claim(group["to_level"], group["claimed"])] += number
    elif decision == Decision.RETURN or group["stood"] != Status.APPROVED:
        if decision in row.approver:
            row.approver[decision] += number
    else:
        row.moderator[decision] += number


def _beside_claim(level: str, claimed: str) -> str:
    if level == claimed:
        return AS_CLAIMED
    return HIGHER if ORDER.index(level) > ORDER.index(claimed) else LOWER


def _claims(records: DisruptionQuerySet, query: StatisticsQuery) -> list[ClaimRow]:
    """Return what became, by the cut-off, of the records approved or moderated in the period, by the level claimed."""
    decided = _reviews(query).exclude(decision=Decision.RETURN).values("disruption_id")
    groups = (
        records.filter(pk__in=decided).order_by().values("claimed_level", "status", "level").annotate(number=Count("*"))
    )
    table = {level.value: dict.fromkeys(FINAL_COLUMNS, 0) for level in Level}
    for group in groups:
        table[group["claimed_level"]][_final(group["status"], group["level"])] += group["number"]
    rows = [ClaimRow(level, final) for level, final in table.items()]
    return [row for row in rows if row.total]


def _final(status: str, level: str) -> str:
    if status == Status.APPROVED:
        return level
    return REJECTED if status == Status.REJECTED else NOT_SETTLED
