"""Every statistic with a cut-off, each record having five versions, beside one plain statement over the same history.

``python -m bench --as-at`` keeps a cluster of its own. The plain statement is the counted table (quarters by level) as
somebody would write it by hand who knows the rule: what else a statistic does shows in its ratio to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import connection
from django.http import QueryDict

from agencies.models import Agency, User, london_date, oic_now
from agencies.vocabulary import Role, Scope
from bench.data import Cast, make_person
from bench.timing import Measured, compare
from disruptions import statistics
from disruptions.asked import read_asked
from disruptions.models import Extract
from disruptions.services import freeze_extract
from disruptions.statistics.dimensions import DIMENSIONS
from disruptions.statistics.parameters import end_of_day
from disruptions.statistics.pivot import MEASURES, pivot_table

LIMIT_MS: Final = 1_000
TITLE: Final = "Benchmark"
LATEST: Final = """
    {name}.pgh_created_at <= %(moment)s AND NOT EXISTS (
        SELECT FROM {events} later
        WHERE later.id = {name}.id AND later.version > {name}.version AND later.pgh_created_at <= %(moment)s
    )
"""
PLAIN: Final = f"""
    SELECT date_trunc('quarter', record.occurred_on::timestamp), record.level, count(*)
    FROM disruptions_disruptionevent record
    JOIN agencies_agencyevent agency ON agency.id = record.agency_id
    JOIN disruptions_socthreatevent threat ON threat.id = record.threat_id
    WHERE record.role = 'lead' AND record.status IN ('submitted', 'approved') AND NOT record.sandbox AND record.uk_led
        AND record.level IN ('major', 'moderate', 'minor') AND threat.primary_area = 'oic'
        AND agency.statistics_group IN ('nca', 'home_office', 'police_ew', 'police_scotland', 'psni')
        AND record.occurred_on >= coalesce(agency.active_from, record.occurred_on)
        AND record.occurred_on <= coalesce(agency.active_until, record.occurred_on)
        AND record.occurred_on BETWEEN '2023-01-01' AND %(last)s
        AND {LATEST.format(name="record", events="disruptions_disruptionevent")}
        AND {LATEST.format(name="agency", events="agencies_agencyevent")}
        AND {LATEST.format(name="threat", events="disruptions_socthreatevent")}
    GROUP BY 1, 2
"""  # nosec B608


def as_at_workloads(cast: Cast, *, runs: int, only: str = "") -> Iterator[Measured]:
    """Yield each statistic as it is measured; the cut-off is yesterday, so that nearly all versions are read."""
    cut_off = london_date(oic_now()) - timedelta(days=1)
    query = statistics.read_query(_asked(as_at=cut_off))
    asked = {"moment": end_of_day(cut_off), "last": query.period.last}

    def plain() -> int:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN, asked)
            return sum(records for _, _, records in cursor.fetchall())

    assert plain() == sum(row.total for row in statistics.oic_01(query) if not row.is_year)

    for name, work in statistics_as_at(cast).items():
        if only in name:
            yield compare(name, work, plain, runs=runs, limit_ms=LIMIT_MS)


def statistics_as_at(cast: Cast) -> dict[str, Callable[[], object]]:
    """Return the work of each statistic, by name."""
    today = london_date(oic_now())
    cut_off, earlier = today - timedelta(days=1), today - timedelta(days=181)
    query = statistics.read_query(_asked(as_at=cut_off))
    one_agency = statistics.read_query(_asked(as_at=cut_off, agency="kent"))
    recorded = statistics.read_quality_query(_asked(as_at=cut_off))
    frozen = _frozen(_statistician(), earlier)
    reader, agency = cast.analyst, Agency.objects.get(code="kent")

    def fixed() -> object:
        row = statistics.quality(recorded, reader=reader).of("kent")
        return statistics.to_fix(recorded, row, agency=agency, reader=reader)

    return {
        "oic-01": partial(statistics.oic_01, query),
        "oic-01, one agency": partial(statistics.oic_01, one_agency),
        "by agency": partial(statistics.by_agency, query),
        "trend": partial(statistics.trend, query),
        "year ending": partial(statistics.year_ending, query),
        "by grade": partial(statistics.by_grade, query),
        "records": partial(statistics.records_table, query),
        "dashboard": partial(statistics.dashboard, query),
        "threats": partial(statistics.threat_counts, cut_off),
        "master list": partial(statistics.master_list, query),
        "agreement": partial(statistics.agreement, query),
        "reviews": partial(statistics.reviews, query),
        "lag": partial(statistics.recording_lag, query),
        "growth": partial(statistics.expected_growth, query),
        "growth, one agency": partial(statistics.expected_growth, one_agency),
        "quality": partial(statistics.quality, recorded, reader=reader),
        "quality, what to fix": fixed,
        "revisions, two past days": _revisions(before=earlier, as_at=cut_off),
        "revisions, past day to now": _revisions(before=earlier),
        "revisions, extract to now": _revisions(before=frozen.reference),
        "revisions, extract to past day": _revisions(before=frozen.reference, as_at=cut_off),
        "pivot, counted": _pivot(query, "agency", "quarter", "counted"),
        "pivot, what may be opened": _open_pivot(reader, cut_off, "sub_threat", "level"),
        "pivot, outcomes by type": _open_pivot(reader, cut_off, "outcome", "level", measure="outcomes"),
    }


def _asked(**parameters: object) -> QueryDict:
    asked = QueryDict(mutable=True)
    asked.update({name: str(value) for name, value in parameters.items()})
    return asked


def _revisions(**parameters: object) -> Callable[[], object]:
    query = statistics.read_revision_query(_asked(**parameters))
    return partial(statistics.revisions, query)


def _pivot(query: statistics.StatisticsQuery, by: str, across: str, measure: str) -> Callable[[], object]:
    def work() -> object:
        with query.rows() as rows:
            return pivot_table(rows, by=DIMENSIONS[by], across=DIMENSIONS[across], measure=MEASURES[measure])

    return work


def _open_pivot(reader: User, cut_off: object, by: str, across: str, measure: str = "count") -> Callable[[], object]:
    asked = read_asked(_asked(as_at=cut_off), reader=reader)

    def work() -> object:
        with asked.rows() as rows:
            return pivot_table(rows, by=DIMENSIONS[by], across=DIMENSIONS[across], measure=MEASURES[measure])

    return work


def _statistician() -> User:
    return make_person("statistician@bench.example", Agency.objects.get(code="nca"), Role.STATISTICIAN, Scope.NATION)


def _frozen(statistician: User, cut_off: object) -> Extract:
    """Return the extract that is compared with, frozen once."""
    found = Extract.objects.filter(title=TITLE).first()
    return found or freeze_extract(acting_user=statistician, cut_off=cut_off, title=TITLE)  # type: ignore[arg-type]  # a day
