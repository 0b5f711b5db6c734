"""Past states within one statement: the same as the as-at views give, also where times and versions are out of step."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from agencies.as_at import reading_as_at
from disruptions.models import DisruptionAsAt, DisruptionEvent
from disruptions.statistics.past import VIEWS, at_moment, throughout
from tests.factories import make_agency, make_disruption, make_threat

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def moments() -> list[datetime]:
    """Write records with up to six versions each, whose times are in no order, and return moments among them.

    A time in history is when a transaction began: one that waited for another has a later version and an earlier time.
    """
    chance = random.Random(7)  # noqa: S311 - no secret: the same history each time
    times = [FIRST + timedelta(hours=hours) for hours in range(12)]
    columns = [field.column for field in DisruptionEvent._meta.concrete_fields if field.column != "pgh_id"]
    given = {"version": "%s", "pgh_created_at": "%s"}
    copied = ", ".join(given.get(column, column) for column in columns)
    order = sorted(given, key=columns.index)
    for _ in range(12):
        record = make_disruption(agency=make_agency(), threat=make_threat())
        for version in range(2, chance.randint(2, 6) + 1):
            values: dict[str, Any] = {"version": version, "pgh_created_at": chance.choice(times)}
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO disruptions_disruptionevent ({', '.join(columns)}) "
                    f"SELECT {copied} FROM disruptions_disruptionevent WHERE id = %s AND version = 1",
                    [*(values[name] for name in order), record.pk],
                )
    return [FIRST - timedelta(minutes=1), *times, *(time + timedelta(minutes=1) for time in times)]


def _versions(compiled: str, parameters: Any) -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(compiled, parameters)
        return set(cursor.fetchall())


def _rows() -> Any:
    return DisruptionAsAt.objects.order_by().values_list("id", "version")


def test_a_state_within_a_statement_is_what_the_view_gives(moments: list[datetime]) -> None:
    for moment in moments:
        with reading_as_at(moment):
            viewed = set(_rows())
        assert _versions(*at_moment(_rows(), moment)) == viewed, moment
    assert viewed


def test_at_every_moment_one_span_of_a_record_stands(moments: list[datetime]) -> None:
    compiled, parameters = throughout(_rows())
    spans = (
        f"{compiled} WHERE pgh_created_at <= %s AND (superseded_at IS NULL OR superseded_at > %s) "
        "AND superseded_at IS DISTINCT FROM pgh_created_at"
    )
    for moment in moments:
        with reading_as_at(moment):
            viewed = set(_rows())
        assert _versions(spans, [*parameters, moment, moment]) == viewed, moment


def test_every_view_that_counting_reads_is_stood_in_for() -> None:
    with connection.cursor() as cursor:
        compiled = DisruptionAsAt.objects.counted().order_by().query.sql_with_params()[0]
        cursor.execute("SELECT viewname FROM pg_views WHERE viewname LIKE %s", ["%\\_as\\_at"])
        read = {name for (name,) in cursor.fetchall() if f'"{name}"' in compiled}
    assert read == set(VIEWS)
