"""Generated records: fictional, deterministic, in a mix of agencies, levels, roles and statuses."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from agencies.models import Agency, RoleGrant, User
from agencies.vocabulary import AgencyKind, Role, Scope
from disruptions.models import ChangeEvent, Disruption, Outcome, SOCThreat, ThreatAssessment
from disruptions.references import DISRUPTION, THREAT, reference_of
from disruptions.services import (
    AssessmentRow,
    OCGRow,
    ThreatRow,
    assess_threats,
    current_scoring_model,
    record_ocgs,
    record_threats,
)
from disruptions.services.rows import now_and_numbers

BATCH = 5_000
THREATS = 400
LISTED = 10_000
"""How many threats the reassessment queue is timed with."""
FIRST_DAY, DAYS = date(2020, 1, 1), 2_450
LONG_AGO = date(2015, 1, 1)
SCORES = dict.fromkeys(("harm", "scale", "capability", "intent", "trend"), 2)


@dataclass(slots=True)
class Cast:
    """Whom the workloads act as."""

    analyst: User
    recorder: User
    manager: User
    administrator: User
    agency: Agency
    threat: SOCThreat


def make_cast() -> Cast:
    """Return the people of the benchmark, made once."""
    agency = Agency.objects.get(code="kent")
    centre = Agency.objects.get(code="nca")
    recorder = _person("recorder@bench.example", agency, Role.RECORDER, Scope.AGENCY)
    analyst = _person("analyst@bench.example", centre, Role.ANALYST, Scope.NATION)
    manager = _person("threats@bench.example", centre, Role.THREAT_MANAGER, Scope.NATION)
    administrator = _person("administrator@bench.example", agency, Role.AGENCY_ADMIN, Scope.AGENCY)
    if not SOCThreat.objects.exists():
        ocgs = record_ocgs(
            acting_user=manager, agency=centre, rows=[OCGRow(f"Bench group {place}") for place in range(THREATS)]
        )
        threats = record_threats(
            acting_user=manager,
            agency=centre,
            rows=[ThreatRow("ocg", f"Bench threat {place}", ocg=ocg.reference) for place, ocg in enumerate(ocgs)],
        )
        grades = ("P2", "P3", "P4")
        assess_threats(
            acting_user=manager,
            rows=[
                AssessmentRow(threat.reference, grades[place % 3], SCORES, override_reason="A benchmark.")
                for place, threat in enumerate(threats)
            ],
        )
    threat = SOCThreat.objects.order_by("pk").first()
    assert threat is not None
    return Cast(analyst, recorder, manager, administrator, agency, threat)


def _person(email: str, agency: Agency, role: Role, scope: Scope) -> User:
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create(email=email, name=email.partition("@")[0].title(), agency=agency)
        RoleGrant.objects.create(
            user=person,
            role=role,
            scope=scope,
            agency=agency if scope == Scope.AGENCY else None,
            valid_from=LONG_AGO,
        )
    return person


def list_threats(cast: Cast) -> int:
    """List further threats, most of them assessed and due on days around today; return how many were added."""
    missing = LISTED - SOCThreat.objects.count()
    if missing <= 0:
        return 0
    _, numbers = now_and_numbers("soc_threat_number", missing)
    agencies = list(Agency.objects.filter(kind=AgencyKind.TERRITORIAL_FORCE).order_by("code"))
    threats = SOCThreat.objects.bulk_create(
        SOCThreat(
            reference=reference_of(THREAT, number),
            kind="vulnerability",
            title=f"Listed threat {number}",
            lead_agency=agencies[number % len(agencies)],
            created_by=cast.manager,
            changed_by=cast.manager,
        )
        for number in numbers
    )
    scoring = current_scoring_model()
    assessed = ThreatAssessment.objects.bulk_create(
        ThreatAssessment(
            threat=threat,
            threat_version=2,
            scoring_model=scoring,
            factor_scores=SCORES,
            suggested_grade=None,
            adopted_grade=("P2", "P3", "P4")[place % 3],
            assessed_by=cast.manager,
        )
        for place, threat in enumerate(threats)
        if place % 10
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE disruptions_socthreat AS threat
            SET assessment_id = assessment.id, p_grade = adopted_grade, version = 2,
                next_review_on = current_date - 120 + (assessment.id %% 480)::integer
            FROM disruptions_threatassessment AS assessment
            WHERE assessment.threat_id = threat.id AND assessment.id = ANY(%s)
            """,
            [[each.pk for each in assessed]],
        )
        cursor.execute("ANALYZE")
    return missing


def fill(cast: Cast, wanted: int) -> int:
    """Add records until there are as many as wanted, with their history and outcomes; return how many were added."""
    missing = wanted - Disruption.objects.count()
    if missing <= 0:
        return 0
    chance = random.Random(wanted)
    agencies = list(
        Agency.objects.filter(
            kind__in=[AgencyKind.TERRITORIAL_FORCE, AgencyKind.LAW_ENFORCEMENT_AGENCY, AgencyKind.HOME_OFFICE]
        ).order_by("code")
    )
    threats = list(SOCThreat.objects.order_by("pk"))
    done = 0
    while done < missing:
        size = min(BATCH, missing - done)
        _, numbers = now_and_numbers("disruption_number", size)
        records = [_record(number, chance, agencies, threats, cast) for number in numbers]
        Disruption.objects.bulk_create(records)
        Outcome.objects.bulk_create(
            Outcome(disruption=record, position=0, type="arrest", count=chance.randint(1, 9), from_version=1)
            for record in records
        )
        ChangeEvent.objects.bulk_create(
            ChangeEvent(
                subject="disruption",
                object_id=record.pk,
                reference=record.reference,
                version=1,
                change="recorded",
                agency_id=record.agency_id,
            )
            for record in records
        )
        done += size
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return missing


def _record(
    number: int, chance: random.Random, agencies: list[Agency], threats: list[SOCThreat], cast: Cast
) -> Disruption:
    day = FIRST_DAY + timedelta(days=int(DAYS * chance.random() ** 0.5))
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=chance.randint(0, 60))
    agency = chance.choice(agencies)
    support = chance.random() < 0.3
    other = chance.choice([each for each in agencies[:6] if each.pk != agency.pk])
    approved = chance.random() < 0.8
    level = chance.choices(["minor", "moderate", "major", "none", "negative"], [80, 11, 4, 4, 1])[0]
    words: dict[str, Any] = {
        "initiation": chance.choice(["proactive", "reactive", "reactive"]),
        "strand": chance.choices(["pursue", "prevent", "protect", "prepare"], [80, 6, 10, 4])[0],
        "sub_threat": chance.choice(["facilitation", "documents", "system_abuse"]),
        "entry_method": chance.choice(["small_boat", "lorry_soft", "commercial_air", "visa_abuse", "not_known"]),
    }
    return Disruption(
        reference=reference_of(DISRUPTION, number),
        role="support" if support else "lead",
        agency=agency,
        lead_agency=other if support else None,
        threat=chance.choice(threats),
        occurred_on=day,
        level=level,
        claimed_level=level,
        uk_led=chance.random() < 0.97,
        country="GB",
        operation=f"Bench {number % 997}",
        summary=f"Generated record {number}: people were stopped and equipment was taken. " * 3,
        impact=f"The group was slowed for a time ({number}). " * 3,
        channel="command",
        status="approved" if approved else "submitted",
        recorded_by=cast.recorder,
        recorded_at=moment,
        submitted_by=cast.recorder,
        submitted_at=moment,
        approved_by=cast.analyst if approved else None,
        approved_at=moment if approved else None,
        changed_by=cast.recorder,
        changed_at=moment,
        change="recorded",
        **words,
    )
