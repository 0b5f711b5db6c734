"""Extracts: frozen by a statistician, never changed, whatever happens to the records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.http import QueryDict

from agencies.models import Agency, User
from agencies.refusals import Invalid, NotFound, Refused
from agencies.vocabulary import Role
from disruptions.models import Disruption, Extract, ExtractRow, SOCThreat
from disruptions.querysets import RULE_VERSION
from disruptions.references import EXTRACT, read_reference, reference_of
from disruptions.services import (
    answer_hand_over,
    freeze_extract,
    merge_threats,
    offer_hand_over,
    set_extract_aside,
    sign_off_extract,
    withdraw_disruptions,
)
from disruptions.statistics import oic_01, read_query
from disruptions.statistics.extracts import canonical_lines, hash_of, oic_01_of, verify
from disruptions.vocabulary import Level, Status
from tests.factories import make_agency, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

RECORDED = datetime(2025, 5, 6, 9, tzinfo=UTC)
FROZEN = datetime(2025, 7, 12, 9, tzinfo=UTC)
CUT_OFF = date(2025, 7, 10)
Clock = Callable[[datetime], Any]


@pytest.fixture
def colleague(centre: Any) -> User:
    """Another statistician."""
    return make_user(agency=centre, national_roles=[Role.STATISTICIAN], name="Cleo Colleague")


@pytest.fixture
def records(clock_at: Clock) -> list[Disruption]:
    """Three that count and one that does not, recorded before the cut-off."""
    with clock_at(RECORDED):
        agency = make_agency(code="east")
        threat = make_threat(lead_agency=agency)
        days = (date(2025, 3, 1), date(2025, 4, 2), date(2025, 4, 3), date(2025, 4, 4))
        levels = (Level.MAJOR, Level.MINOR, Level.MINOR, Level.NONE)
        return [
            make_disruption(agency=agency, threat=threat, occurred_on=day, level=level)
            for day, level in zip(days, levels, strict=True)
        ]


@pytest.fixture
def extract(clock_at: Clock, records: list[Disruption], statistician: User) -> Extract:
    """What stood on 10 July 2025, frozen two days later."""
    with clock_at(FROZEN):
        return freeze_extract(acting_user=statistician, cut_off=CUT_OFF, title="Year ending June 2025", words="Why.")


def totals(extract: Extract) -> dict[tuple[str, str], int]:
    return {(day, level): number for day, level, number in extract.totals if number}


def test_it_holds_what_was_ever_submitted_and_counts_it(extract: Extract, records: list[Disruption]) -> None:
    assert read_reference(extract.reference.lower(), EXTRACT) == extract.reference == reference_of(EXTRACT, extract.pk)
    assert (extract.row_count, extract.rows.count(), extract.rows.counted().count()) == (4, 4, 3)
    assert totals(extract) == {("2025-01-01", "major"): 1, ("2025-04-01", "minor"): 2}
    assert (extract.period_from, extract.period_to) == (date(2023, 1, 1), date(2025, 6, 30))
    assert (extract.rule_version, extract.provisional_quarters, extract.state) == (RULE_VERSION, 8, "frozen")
    assert extract.frozen_at == FROZEN
    left_out = extract.rows.get(disruption=records[3])
    assert (left_out.not_counted, left_out.counted, left_out.primary_area) == (["level"], False, "oic")
    assert verify(extract).agrees


def test_its_table_is_that_of_its_cut_off(extract: Extract) -> None:
    query = QueryDict(f"as_at={CUT_OFF}")
    assert oic_01_of(extract) == oic_01(read_query(query))
    asked = read_query(QueryDict(f"extract={extract.reference}&from=2025-01-01"), extracts=True)
    assert [(row.quarter, row.total, row.provisional) for row in oic_01(asked)] == [
        ("Jan - Mar", 1, True),
        ("Apr - Jun", 2, True),
    ]


def test_nothing_that_happens_to_records_alters_it(
    extract: Extract, records: list[Disruption], clock_at: Clock, outsider: User, threat_manager: User
) -> None:
    """A withdrawal, a hand-over, a merge of threats, a regrade, other areas and coverage, and a late entry."""
    before, said = extract.sha256, oic_01_of(extract)
    gone, regraded, handed, _ = records
    threat = SOCThreat.objects.get(disruptions=gone)
    with clock_at(datetime(2025, 9, 1, tzinfo=UTC)):
        withdraw_disruptions(acting_user=gone.recorded_by, versions={gone.reference: None}, reason="Not ours.")
        asked: dict[str, Any] = {"reference": handed.reference, "version": None}
        to_agency = outsider.agency.code
        offer_hand_over(acting_user=handed.recorded_by, to_agency=to_agency, reason="They led it.", **asked)
        answer_hand_over(acting_user=outsider, accept=True, **asked)
        winner = make_threat(lead_agency=threat_manager.agency, created_by=threat_manager)
        merge_threats(
            acting_user=threat_manager, loser=threat.reference, winner=winner.reference, version=None, reason="One."
        )
        Disruption.objects.filter(pk=regraded.pk).update(level="major", version=F("version") + 1)
        SOCThreat.objects.filter(pk=winner.pk).update(primary_area="drugs", version=F("version") + 1)
        Agency.objects.filter(pk=gone.agency_id).update(statistics_group="not_covered", version=2)
        make_disruption(agency=gone.agency, occurred_on=date(2025, 4, 5))
    again = Extract.objects.get()
    assert hash_of(again, again.rows) == (before, 4)
    assert oic_01_of(again) == said
    assert verify(again).agrees


A_ROW_MORE = (
    "INSERT INTO disruptions_extractrow (extract_id, disruption_id, version, agency_id, role, status, duplicate, "
    "not_counted, counted) SELECT extract_id, disruption_id + 1000, version, agency_id, role, status, duplicate, "
    "not_counted, counted FROM disruptions_extractrow"
)
STATEMENTS = (
    "UPDATE disruptions_extractrow SET counted = false",
    "DELETE FROM disruptions_extractrow",
    "DELETE FROM disruptions_extract",
    "UPDATE disruptions_extract SET title = 'Another'",
    "UPDATE disruptions_extract SET state = 'signed_off', signed_off_by_id = frozen_by_id, signed_off_at = frozen_at",
    "UPDATE disruptions_extract SET state = 'set_aside', set_aside_by_id = frozen_by_id, set_aside_at = frozen_at",
    A_ROW_MORE,
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_role_of_the_site_cannot_change_it(extract: Extract, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify(Extract.objects.get()).agrees


@pytest.mark.django_db(transaction=True)
def test_nor_can_the_owner_by_accident(extract: Extract, test_database: Any, subtests: pytest.Subtests) -> None:
    for statement in STATEMENTS[:4]:
        with (
            subtests.test(statement),
            pytest.raises(IntegrityError, match="frozen"),
            test_database.as_owner(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_rows_without_an_extract_do_not_stay(extract: Extract) -> None:
    row = extract.rows.all()[0]
    values = {"role": "lead", "status": "submitted", "duplicate": False, "not_counted": [], "counted": False}

    def add() -> None:
        record, agency = row.disruption, row.agency
        ExtractRow.objects.create(extract_id=extract.pk + 1, disruption=record, version=1, agency=agency, **values)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError), transaction.atomic():
        add()


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"cut_off": date(2025, 7, 12)}, {"extract_cut_off_ended"}),
        ({"cut_off": None}, {"extract_cut_off_ended"}),
        ({"cut_off": date.max}, {"extract_cut_off_ended"}),
        ({"period_to": date.max}, {"extract_period_ended"}),
        ({"title": " "}, {"extract_title_required"}),
        ({"title": "x" * 161, "words": "x" * 2001}, {"extract_title_within_limit", "extract_words_within_limit"}),
        ({"title": "a\x00b"}, {"extract_storable"}),
        ({"period_from": date(2025, 2, 1)}, {"extract_on_quarter_bounds"}),
        ({"period_to": date(2025, 9, 30)}, {"extract_period_ended"}),
        ({"period_from": date(2025, 4, 1), "period_to": date(2025, 3, 31)}, {"extract_period_in_order"}),
        ({"cut_off": date(2014, 1, 1), "period_from": date(2013, 1, 1)}, {"extract_freezes_something"}),
    ],
)
def test_what_cannot_be_frozen_is_refused(
    records: list[Disruption], statistician: User, clock_at: Clock, values: dict[str, Any], codes: set[str]
) -> None:
    asked = {"cut_off": CUT_OFF, "title": "A table", **values}
    with clock_at(FROZEN), pytest.raises(Invalid) as refusal:
        freeze_extract(acting_user=statistician, **asked)
    assert {each.code for each in refusal.value.violations} == codes
    assert not Extract.objects.exists()
    assert not ExtractRow.objects.exists()


def test_a_day_is_frozen_an_hour_after_it_ended(records: list[Disruption], statistician: User, clock_at: Clock) -> None:
    midnight = datetime(2025, 7, 10, 23, tzinfo=UTC)  # London
    with clock_at(midnight.replace(minute=59)), pytest.raises(Invalid, match="after 1 a"):
        freeze_extract(acting_user=statistician, cut_off=CUT_OFF, title="A table")
    with clock_at(datetime(2025, 7, 11, 0, 0, 1, tzinfo=UTC)):
        assert freeze_extract(acting_user=statistician, cut_off=CUT_OFF, title="A table").row_count == 4


def test_only_statisticians_freeze_and_another_one_signs_off(
    extract: Extract, statistician: User, colleague: User, analyst: User, system_admin: User
) -> None:
    for person in (analyst, system_admin):
        with pytest.raises(Refused):
            freeze_extract(acting_user=person, cut_off=CUT_OFF, title="A table")
        with pytest.raises(Refused):
            sign_off_extract(acting_user=person, reference=extract.reference)
        with pytest.raises(Refused):
            set_extract_aside(acting_user=person, reference=extract.reference, reason="No.")
    with pytest.raises(Refused, match="another statistician"):
        sign_off_extract(acting_user=statistician, reference=extract.reference)
    with pytest.raises(NotFound):
        sign_off_extract(acting_user=colleague, reference="E-0000-0000")
    signed = sign_off_extract(acting_user=colleague, reference=extract.reference)
    assert (signed.is_signed_off, signed.signed_off_by) == (True, colleague)
    for again in (sign_off_extract, set_extract_aside):
        reason = {"reason": "No."} if again is set_extract_aside else {}
        with pytest.raises(Refused, match="signed off already"):
            again(acting_user=colleague, reference=extract.reference, **reason)


def test_one_that_is_wrong_is_set_aside_with_a_reason(extract: Extract, statistician: User) -> None:
    for reason in ("  ", "x" * 2001, "a\x00b"):
        with pytest.raises(Invalid):
            set_extract_aside(acting_user=statistician, reference=extract.reference, reason=reason)
    aside = set_extract_aside(acting_user=statistician, reference=extract.reference, reason="Wrong day.")
    assert (aside.is_set_aside, aside.set_aside_reason) == (True, "Wrong day.")
    assert verify(aside).agrees


@pytest.mark.django_db(transaction=True)
def test_what_somebody_changed_behind_the_triggers_is_found(
    extract: Extract, colleague: User, test_database: Any, records: list[Disruption], capsys: Any
) -> None:
    call_command("verify_extracts")
    assert f"{extract.reference}: agrees" in capsys.readouterr().out
    with test_database.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE disruptions_extractrow DISABLE TRIGGER USER")
        cursor.execute("UPDATE disruptions_extractrow SET level = 'moderate' WHERE level = 'major'")
        cursor.execute("ALTER TABLE disruptions_extractrow ENABLE TRIGGER USER")
    checked = verify(extract)
    assert not checked.agrees
    words = " ".join(checked.faults)
    assert "SHA-256" in words
    assert "Its frozen rows: Jan - Mar 2025, major is 0; 1 were frozen." in words
    assert records[0].reference in words
    with pytest.raises(Invalid, match="SHA-256"):
        sign_off_extract(acting_user=colleague, reference=extract.reference)
    with pytest.raises(CommandError):
        call_command("verify_extracts", extract.reference.lower())
    assert "SHA-256" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no extract"):
        call_command("verify_extracts", "E-0000-0000")


def test_a_later_rule_does_not_make_an_extract_wrong(extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("disruptions.statistics.extracts.RULE_VERSION", "2")
    monkeypatch.setattr("disruptions.querysets.COUNTING_RULE", ())
    checked = verify(extract)
    assert checked.agrees
    assert not checked.recounted


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("extract=E-0000-0000", {"invalid_filter"}),
        ("extract=2025-07-10", {"invalid_filter"}),
        ("extract={0}&as_at=2025-07-10", {"not_with_extract"}),
        ("extract={0}&level=major", {"not_with_extract"}),
        ("extract={0}&from=2022-01-01", {"outside_extract"}),
        ("extract={0}&to=2025-09-30", {"outside_extract"}),
        ("extract={0}&from=x", {"invalid_filter"}),
    ],
)
def test_an_extract_is_asked_for_whole(extract: Extract, asked: str, codes: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_query(QueryDict(asked.format(extract.reference)), extracts=True)
    assert {each.code for each in refusal.value.violations} == codes


def test_the_canonical_text_is_json_that_anybody_can_hash(extract: Extract) -> None:
    lines = list(canonical_lines(extract, extract.rows.as_facts().order_by("disruption_id")))
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == extract.sha256
    head = json.loads(lines[0])
    assert (head["cut_off"], head["row_count"], len(lines)) == ("2025-07-10", 4, 5)
    assert json.loads(lines[1])[7:9] == ["major", Status.SUBMITTED]
