"""The factories make rows that the database accepts, in each status, and at a past time where a test needs one."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from agencies.models import Agency
from disruptions.models import Disruption, DisruptionEvent
from disruptions.statistics.parameters import records_as_at
from disruptions.vocabulary import DisruptionRole, PriorityGrade, Status, ThreatKind
from tests.factories import make_disruption, make_outcome, make_threat

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("role", DisruptionRole)
def test_a_record_of_each_status_and_role(status, role):
    record = make_disruption(status=status, role=role)
    make_outcome(disruption=record)
    connection.check_constraints()
    assert (record.status, record.role, record.version) == (status, role, 1)
    assert Disruption.objects.counted().filter(pk=record.pk).exists() == (
        role == DisruptionRole.LEAD and status in {Status.SUBMITTED, Status.APPROVED}
    )


def test_a_support_takes_its_lead_agency_from_its_lead(north, south):
    lead = make_disruption(agency=north)
    support = make_disruption(agency=south, role=DisruptionRole.SUPPORT, lead=lead)
    connection.check_constraints()
    assert support.lead_agency == north


def test_a_graded_threat_has_its_assessment():
    threat = make_threat(kind=ThreatKind.OCG, p_grade=PriorityGrade.P2)
    connection.check_constraints()
    threat.refresh_from_db()
    assert (threat.p_grade, threat.version) == ("P2", 2)
    assert [each.adopted_grade for each in threat.assessments.all()] == ["P2"]


def test_a_record_of_the_past_has_its_history_then(clock_at, north):
    long_ago, before = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, 12, tzinfo=UTC)
    with clock_at(long_ago):
        Agency.objects.filter(pk=north.pk).update(contact="Duty desk", version=2)
    with clock_at(before):
        record = make_disruption(agency=north)
    assert record.recorded_at == DisruptionEvent.objects.get(id=record.pk).pgh_created_at == before
    with records_as_at(date(2026, 2, 1)) as rows:
        assert list(rows.values_list("pk", flat=True)) == [record.pk]
    with records_as_at(date(2026, 1, 31)) as rows:
        assert not rows.exists()
