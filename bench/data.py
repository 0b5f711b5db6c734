"""Generated records: fictional, deterministic, in a mix of agencies, levels, roles and statuses."""

from __future__ import annotations

import io
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any, Final

from django.db import connection

from agencies.models import Agency, RoleGrant, User
from agencies.vocabulary import AgencyKind, Role, Scope
from bench.wording import RARE_EACH, RARE_WORD, Wording
from disruptions.models import Disruption, SOCThreat, ThreatAssessment
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
from disruptions.services.inserting import insert_records
from disruptions.services.rows import now_and_numbers
from disruptions.vocabulary import OUTCOME_MEASURES, EntryMethod
from oic.environment import OWNER, connected_as

BATCH = 20_000
THREATS = 400
LISTED = 10_000
"""How many threats the reassessment queue is timed with."""
FIRST_DAY, DAYS = date(2020, 1, 1), 2_450
LONG_AGO = date(2015, 1, 1)
ENABLERS = {"{}": 50, "{transport}": 20, "{online,transport}": 10, "{equipment}": 12, "{illicit_finance}": 6}
ENABLERS |= {"{accommodation,document_supply}": 1.5, "{corrupt_insider}": 0.1, "{other}": 0.4}
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
    recorder = make_person("recorder@bench.example", agency, Role.RECORDER, Scope.AGENCY)
    analyst = make_person("analyst@bench.example", centre, Role.ANALYST, Scope.NATION)
    manager = make_person("threats@bench.example", centre, Role.THREAT_MANAGER, Scope.NATION)
    administrator = make_person("administrator@bench.example", agency, Role.AGENCY_ADMIN, Scope.AGENCY)
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


def make_person(email: str, agency: Agency, role: Role, scope: Scope) -> User:
    """Return a person with a role, made once."""
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
    wording = Wording(random.Random(LISTED))
    threats = [
        SOCThreat(
            reference=reference_of(THREAT, number),
            kind="vulnerability",
            title=f"{wording.operation()} {number}",
            primary_area="oic" if number % 12 else ("drugs", "msht", "firearms")[number % 36 // 12],
            lead_agency=agencies[number % len(agencies)],
            created_by=cast.manager,
            changed_by=cast.manager,
        )
        for number in numbers
    ]
    insert_records(threats)
    scoring = current_scoring_model()
    assessed = [
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
    ]
    insert_records(assessed)
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
    """Add records until there are as many as wanted, with their history and outcomes; return how many were added.

    They go in by COPY: the table's triggers and constraints see them like any other insert.
    """
    missing = wanted - Disruption.objects.count()
    if missing <= 0:
        return 0
    chance = random.Random(wanted)
    maker = _Maker(cast, chance)
    done = 0
    while done < missing:
        size = min(BATCH, missing - done)
        _, numbers = now_and_numbers("disruption_number", size)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('disruptions_disruption', 'id')) FROM generate_series(1, %s)",
                [size],
            )
            keys = [key for (key,) in cursor.fetchall()]
            first = min(keys)
            rows = [maker.record(key, number) for key, number in zip(keys, numbers, strict=True)]
            _copy(cursor, "disruptions_disruption", COLUMNS, rows)
            _copy(
                cursor, "disruptions_outcome", OUTCOME_COLUMNS, [each for key in keys for each in maker.outcomes(key)]
            )
            cursor.execute(
                """
                INSERT INTO disruptions_changeevent (subject, object_id, reference, version, change, agency_id, sandbox)
                SELECT 'disruption', id, reference, 1, 'recorded', agency_id, sandbox
                FROM disruptions_disruption WHERE id >= %s
                """,
                [first],
            )
        done += size
    with connected_as(OWNER), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return missing


def _copy(cursor: Any, table: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    lines = ("\t".join("\\N" if value is None else str(value) for value in row) + "\n" for row in rows)
    names = ", ".join(columns)
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO("".join(lines)))


COLUMNS: Final = (
    "id",
    "reference",
    "role",
    "agency_id",
    "lead_id",
    "lead_agency_id",
    "threat_id",
    "occurred_on",
    "level",
    "claimed_level",
    "extent",
    "duration",
    "initiation",
    "strand",
    "sub_threat",
    "entry_method",
    "enablers",
    "uk_led",
    "force_area_id",
    "country",
    "operation",
    "summary",
    "impact",
    "oic_identifier_code",
    "msht_indicators",
    "safeguarding_referral",
    "agency_reference",
    "source_recorded_on",
    "marking",
    "sharing",
    "sandbox",
    "channel",
    "status",
    "recorded_by_id",
    "recorded_at",
    "submitted_by_id",
    "submitted_at",
    "approved_by_id",
    "approved_at",
    "changed_by_id",
    "changed_at",
    "change",
    "change_reason",
    "reason_class",
    "version",
)
OUTCOME_COLUMNS: Final = (
    "disruption_id",
    "position",
    "type",
    "count",
    "value_gbp",
    "months",
    "item",
    "from_version",
)


class _Maker:
    """Makes rows of records, in a mix of agencies, levels, roles, statuses and words; some values are rare."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self._cast = cast
        self._chance = chance
        self._wording = Wording(chance)
        kinds = [AgencyKind.TERRITORIAL_FORCE, AgencyKind.LAW_ENFORCEMENT_AGENCY, AgencyKind.HOME_OFFICE]
        agencies = list(Agency.objects.filter(kind__in=kinds).order_by("code").values_list("pk", "code", "kind"))
        self._agencies = [pk for pk, _, _ in agencies]
        self._weights = [1 / (5 + place) for place in range(len(agencies))]
        self._codes = {pk: code.upper() for pk, code, _ in agencies}
        self._forces = [pk for pk, _, kind in agencies if kind == AgencyKind.TERRITORIAL_FORCE]
        self._threats = list(SOCThreat.objects.order_by("pk").values_list("pk", flat=True))
        self._threat_weights = list(accumulate(1 / (20 + place) for place in range(len(self._threats))))
        self._leads: deque[tuple[int, int, int, date]] = deque(maxlen=20_000)
        self._types = [*OUTCOME_MEASURES]
        self._type_weights = list(accumulate(1 / (1 + place) for place in range(len(self._types))))

    def _one(self, choices: dict[Any, float]) -> Any:
        return self._chance.choices(list(choices), list(choices.values()))[0]

    def record(self, key: int, number: int) -> tuple[object, ...]:
        """Return the columns of one record."""
        chance = self._chance
        day = FIRST_DAY + timedelta(days=int(DAYS * chance.random() ** 0.5))
        agency = chance.choices(self._agencies, self._weights)[0]
        threat = chance.choices(self._threats, cum_weights=self._threat_weights)[0]
        support = chance.random() < 0.3
        lead = lead_agency = None
        if support:
            lead_agency = chance.choice([each for each in self._agencies[:6] if each != agency])
            if self._leads and self._leads[0][1] != agency and chance.random() < 0.93:
                lead, lead_agency, threat, day = self._leads.popleft()
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(
            days=chance.randint(0, 60), minutes=chance.randint(0, 600)
        )
        level = self._one({"minor": 82, "moderate": 12, "major": 3, "none": 2.7, "negative": 0.3})
        status = self._one(
            {"approved": 900, "submitted": 60, "draft": 20, "withdrawn": 10, "returned": 5, "rejected": 5}
        )
        submitted = status != "draft"
        author, approver = self._cast.recorder.pk, self._cast.analyst.pk
        if not support and status in {"approved", "submitted"}:
            self._leads.append((key, agency, threat, day))
        return (
            key,
            reference_of(DISRUPTION, number),
            "support" if support else "lead",
            agency,
            lead,
            lead_agency,
            threat,
            day,
            level,
            (level if chance.random() < 0.95 else "moderate") if submitted else None,
            self._one({"minimal": 60, "notable": 12, "significant": 3, None: 25}),
            self._one({"short": 60, "medium": 12, "long": 3, None: 25}),
            self._one({"reactive": 60, "proactive": 40}),
            self._one({"pursue": 80, "protect": 10, "prevent": 6, "prepare": 4}),
            self._one({"facilitation": 70, "documents": 20, "system_abuse": 10}),
            self._one({**{each.value: 1 / (1 + place) ** 2 for place, each in enumerate(EntryMethod)}, None: 0.1}),
            self._one(ENABLERS),
            chance.random() < 0.97,
            self._one({chance.choice(self._forces): 80, None: 20}),
            self._one({"GB": 930, "FR": 40, "BE": 10, "NL": 8, "AL": 5, "VN": 2, "IQ": 1, None: 4}),
            self._wording.operation() if chance.random() < 0.7 else "",
            self._wording.text(15, 60) + (f" {RARE_WORD}" if number % RARE_EACH == 0 else ""),
            self._wording.text(8, 30),
            f"OIC{number % 90_000:05}" if chance.random() < 0.4 else "",
            self._one({True: 3, False: 67, None: 30}),
            self._one({True: 1, False: 69, None: 30}),
            f"{self._codes[agency]}/{day.year}/{number:06}" if chance.random() < 0.7 else "",
            min(day + timedelta(days=chance.randint(0, 20)), moment.date()) if chance.random() < 0.5 else None,
            self._one({"official_sensitive": 80, "official": 20}),
            self._one({"all_agencies": 950, "lead_and_supporting": 40, "named_agencies": 10}),
            chance.random() < 0.002,
            self._one({"api": 50, "browser": 30, "file": 18, "command": 2}),
            status,
            author,
            moment,
            author if submitted else None,
            moment if submitted else None,
            approver if status == "approved" else None,
            moment if status == "approved" else None,
            author,
            moment,
            "recorded",
            "Entered by mistake." if status == "withdrawn" else "",
            "",
            1,
        )

    def outcomes(self, key: int) -> Iterator[tuple[object, ...]]:
        """Give the columns of the outcomes of one record: none to three, arrests the most frequent."""
        chance = self._chance
        for position in range(chance.choices((0, 1, 2, 3), (30, 45, 20, 5))[0]):
            kind = chance.choices(self._types, cum_weights=self._type_weights)[0]
            needed = OUTCOME_MEASURES[kind].required
            yield (
                key,
                position,
                kind.value,
                chance.randint(1, 9) if "count" in needed else None,
                chance.randint(100, 90_000) if "value_gbp" in needed else None,
                chance.randint(6, 120) if "months" in needed else None,
                "Generated" if "item" in needed else "",
                1,
            )
