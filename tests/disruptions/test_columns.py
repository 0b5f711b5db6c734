"""The columns of a list: what each says, and to whom."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agencies.models import Agency, User
from disruptions.columns import COLUMNS, DEFAULT_COLUMNS, with_columns
from disruptions.models import Disruption
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import records_as_at
from disruptions.vocabulary import DisruptionRole, Enabler, EntryMethod, Level, OutcomeType, PriorityGrade, Sharing
from disruptions.wording import outcomes_in_words
from tests.factories import grade_threat, make_disruption, make_outcome, make_threat

pytestmark = pytest.mark.django_db


def _values(reader: User, record: Disruption, *names: str) -> dict[str, Any]:
    rows = with_columns(Disruption.objects.visible_to(reader), names or COLUMNS, reader=reader)
    found = rows.get(pk=record.pk)
    return {name: getattr(found, COLUMNS[name].annotation) for name in names or COLUMNS}


def test_the_list_shows_columns_that_there_are() -> None:
    assert set(DEFAULT_COLUMNS) <= set(COLUMNS)
    assert all(column.sort is None or column.sort in DisruptionQuerySet.SORTS for column in COLUMNS.values())
    assert COLUMNS["recorded_on"].sort == "recorded"


def test_codes_are_said_in_words(north: Agency, recorder: User) -> None:
    threat = make_threat(lead_agency=north, title="Quarry Lane")
    grade_threat(threat=threat, grade=PriorityGrade.P2)
    record = make_disruption(
        agency=north,
        recorded_by=recorder,
        threat=threat,
        level=Level.NONE,
        enablers=[Enabler.EQUIPMENT, Enabler.ILLICIT_FINANCE],
        country="FR",
        uk_led=False,
        entry_method=EntryMethod.SMALL_BOAT,
        occurred_on=date(2026, 3, 2),
    )
    values = _values(recorder, record)
    assert values["reference"] == record.reference
    assert values["date"] == date(2026, 3, 2)
    assert (values["agency"], values["region"]) == (north.name, north.region.name if north.region else None)
    assert values["level"] == "No disruption"
    assert (values["threat"], values["threat_title"], values["p_grade"]) == (threat.reference, "Quarry Lane", "P2")
    assert values["p_grade_then"] is None
    assert values["enablers"] == "Boats, engines and equipment; Illicit finance"
    assert (values["country"], values["uk_led"], values["msht_indicators"]) == ("France", "No", None)
    assert values["entry_method"] == "Small boat"
    assert values["recorded_by"] == recorder.name
    assert values["version"] == 1


def test_outcomes_are_said_as_on_the_record_s_page(north: Agency, recorder: User) -> None:
    record = make_disruption(agency=north, recorded_by=recorder)
    make_outcome(disruption=record, type=OutcomeType.ARREST, count=1_200)
    make_outcome(disruption=record, type=OutcomeType.CASH_SEIZURE, count=None, value_gbp=Decimal("12500.00"))
    make_outcome(disruption=record, type=OutcomeType.ASSET_SEIZURE, count=None, value_gbp=Decimal("0.50"))
    make_outcome(disruption=record, type=OutcomeType.SENTENCE, count=1, months=1)
    make_outcome(disruption=record, type=OutcomeType.EQUIPMENT_SEIZURE, count=2, item="two engines")
    values = _values(recorder, record, "outcomes", "arrests", "outcome_value")
    assert values["outcomes"] == outcomes_in_words(record.outcomes.order_by("position"))
    assert (values["arrests"], values["outcome_value"]) == (1200, Decimal("12500.50"))


def test_a_record_without_outcomes_has_empty_cells(north: Agency, recorder: User) -> None:
    record = make_disruption(agency=north, recorded_by=recorder)
    assert set(_values(recorder, record, "outcomes", "arrests", "outcome_value", "enablers").values()) == {None}


def test_a_lead_that_the_reader_may_not_open_is_not_named(
    north: Agency, south: Agency, recorder: User, outsider: User, viewer: User
) -> None:
    lead = make_disruption(agency=south, recorded_by=outsider, sharing=Sharing.NAMED_AGENCIES)
    support = make_disruption(
        agency=north, recorded_by=recorder, role=DisruptionRole.SUPPORT, lead=lead, lead_agency=south
    )
    assert _values(recorder, support, "lead", "lead_agency") == {"lead": None, "lead_agency": south.name}
    assert _values(viewer, support, "lead")["lead"] == lead.reference


def test_who_recorded_it_is_said_at_home_and_to_national_roles(
    north: Agency, recorder: User, outsider: User, analyst: User
) -> None:
    record = make_disruption(agency=north, recorded_by=recorder)
    assert _values(outsider, record, "recorded_by") == {"recorded_by": None}
    assert _values(recorder, record, "recorded_by") == {"recorded_by": recorder.name}
    assert _values(analyst, record, "recorded_by") == {"recorded_by": recorder.name}


def test_every_column_is_read_of_a_past_day_in_one_query(
    north: Agency, analyst: User, recorder: User, django_assert_num_queries: Any
) -> None:
    record = make_disruption(agency=north, recorded_by=recorder)
    make_outcome(disruption=record, type=OutcomeType.ARREST, count=3)
    with records_as_at(date(2026, 11, 22)) as rows:
        read = with_columns(rows.visible_to(analyst), COLUMNS, reader=analyst)
        assert list(read) is not None
    with django_assert_num_queries(1):
        (now,) = with_columns(Disruption.objects.visible_to(analyst), COLUMNS, reader=analyst)
    assert now.column_arrests == 3
