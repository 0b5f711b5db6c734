"""Judge the search for duplicates on the labelled set: precision and recall of what the service itself gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from agencies.models import Agency, User
from bench.labelled import Told, labelled_set, true_pairs
from disruptions.matching import Compared
from disruptions.models import Disruption, Outcome, SOCThreat
from disruptions.references import DISRUPTION, reference_of
from disruptions.rules import OutcomeRow
from disruptions.services.duplicates import compared, find

SEED = 20260701
RECORDS, AGENCIES, THREATS = 2_000, 40, 60
PRECISION, RECALL = 0.85, 0.82
"""What the whole set must reach. Below it, people are stopped for nothing or not at all."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How well the search did: pairs that are one event, pairs that it gave, and those that are both."""

    real: int
    given: int
    right: int

    @property
    def precision(self) -> float:
        """The part of what was given that is one event."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The part of the true pairs that was given."""
        return self.right / self.real if self.real else 1.0

    @property
    def holds(self) -> bool:
        """Whether both floors are kept."""
        return self.precision >= PRECISION and self.recall >= RECALL

    def line(self) -> str:
        """Return the row of the report."""
        verdict = "holds" if self.holds else "FAILS"
        return (
            f"duplicates: {self.real} true pairs, {self.given} given, {self.right} right; precision "
            f"{self.precision:.3f} (at least {PRECISION}), recall {self.recall:.3f} (at least {RECALL})  {verdict}"
        )


def judge_in_passing(person: User) -> Judged:
    """Store the labelled set, judge the search among all other records, and take the set back."""
    agencies = list(Agency.objects.order_by("code")[:AGENCIES])
    threats = list(SOCThreat.objects.order_by("pk")[:THREATS])
    told = labelled_set(seed=SEED, size=RECORDS, agencies=len(agencies), threats=len(threats))
    with transaction.atomic():
        judged = judge(told, agencies=agencies, threats=threats, person=person)
        transaction.set_rollback(True)
    return judged


def judge(told: Sequence[Told], *, agencies: Sequence[Agency], threats: Sequence[SOCThreat], person: User) -> Judged:
    """Store a labelled set and ask the service about each of its records, agency by agency."""
    records = store(told, agencies=agencies, threats=threats, person=person)
    places = {record.pk: place for place, record in enumerate(records)}
    given: set[frozenset[int]] = set()
    for agency in agencies:
        own = [record for record in records if record.agency_id == agency.pk]
        rows = [_compared(record, told[places[record.pk]]) for record in own]
        for record, found in zip(own, find(acting_user=person, rows=rows, agency=agency, sandbox=False), strict=True):
            given |= {frozenset((places[record.pk], places[each.pk])) for each in found if each.pk in places}
    real = true_pairs(told)
    return Judged(len(real), len(given), len(real & given))


def _compared(record: Disruption, told: Told) -> Compared:
    return compared(
        record, [OutcomeRow(type=kind, count=count, value_gbp=value) for kind, count, value in told.outcomes]
    )


def store(
    told: Sequence[Told], *, agencies: Sequence[Agency], threats: Sequence[SOCThreat], person: User
) -> list[Disruption]:
    """Store a labelled set as submitted leads; what names no threat yet stays a draft."""
    moment = datetime(2026, 10, 1, 12, tzinfo=UTC)
    records = [
        Disruption(
            reference=reference_of(DISRUPTION, 900_000_000 + place),
            role="lead",
            agency=agencies[each.agency],
            threat=None if each.threat is None else threats[each.threat],
            occurred_on=each.day,
            force_area=None if each.area is None else agencies[each.area],
            country="GB",
            operation=each.operation,
            summary=each.summary,
            impact="The group was slowed for a time.",
            level="minor",
            initiation="proactive",
            strand="pursue",
            sub_threat="facilitation",
            uk_led=True,
            channel="command",
            change="recorded",
            recorded_by=person,
            changed_by=person,
            recorded_at=moment,
            changed_at=moment,
            **(
                {"status": "draft"}
                if each.threat is None
                else {
                    "status": "submitted",
                    "submitted_by": person,
                    "submitted_at": moment,
                    "claimed_level": "minor",
                }
            ),
        )
        for place, each in enumerate(told)
    ]
    Disruption.objects.bulk_create(records)
    Outcome.objects.bulk_create(
        Outcome(
            disruption=record,
            position=position,
            type=kind,
            count=count,
            value_gbp=value,
            from_version=1,
        )
        for record, each in zip(records, told, strict=True)
        for position, (kind, count, value) in enumerate(each.outcomes)
    )
    return records
