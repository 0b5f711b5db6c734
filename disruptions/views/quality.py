"""How well agencies record: all that the reader may see beside each other, and one agency with what to fix first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.models import Agency
from agencies.refusals import Invalid
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import AuditAction
from disruptions import statistics
from disruptions.charts import bar_chart, line_chart
from disruptions.drill_downs import DrillDown
from disruptions.permissions import require_read_quality
from disruptions.statistics import Quality, QualityQuarter, QualityRow, StatisticsQuery, read_quality_query
from disruptions.statistics.definitions import QUALITY
from disruptions.statistics.quality import ALL_AGENCIES, ANSWERS, NUMBERS, WAITING, twelve_months_to
from disruptions.views.counted import (
    DATES,
    counted_page,
    csv_answer,
    page_parameters,
    period_words,
    refuse_others,
    refused_page,
    wants_csv,
)
from disruptions.views.listing import without_blanks

File: TypeAlias = tuple[Sequence[str], Iterable[Sequence[object]]]

NUMBER_NAMES: Final = {
    "submitted": "Ever submitted",
    "records": "Submitted or approved",
    "in_time": "Recorded in time",
    "sent_back": "Sent back",
    "moderated": "Moderated",
    "regraded": "Regraded by a moderator",
    "duplicates": "Rejected as a duplicate",
    "set_aside": "Submitted beside a likely duplicate",
    "drafts": "Drafts",
    "overdue_drafts": "Drafts overdue",
    "returned": "Returned, waiting for an answer",
    "overdue_returned": "Returned, overdue",
} | {each.name: f"With {each.label}" for each in ANSWERS}
SHARES: Final[dict[str, Callable[[QualityRow], int | None]]] = {
    "Recorded in time (%)": lambda row: row.in_time_share,
    "Half recorded within (days)": lambda row: row.median_days,
    "Expected answers given (%)": lambda row: row.complete_share,
    "With OIC identifier code (%)": lambda row: row.code_share,
    "Sent back (%)": lambda row: row.sent_back_share,
    "Regraded, of moderated (%)": lambda row: row.regraded_share,
}


@require_safe
def statistics_quality(request: SignedInRequest) -> HttpResponseBase:
    return _answer(request, None)


@require_safe
def statistics_quality_agency(request: SignedInRequest, code: str) -> HttpResponseBase:
    agencies = Agency.objects.visible_to(request.user).with_relations()
    agency: Agency = get_object_or_404(agencies, code=code)
    require_read_quality(request.user, agency)
    return _answer(request, agency)


def _answer(request: SignedInRequest, agency: Agency | None) -> HttpResponseBase:
    if (shorter := without_blanks(request)) is not None:
        return shorter
    template = f"disruptions/statistics_quality{'_agency' if agency else ''}.html"
    parameters = page_parameters(request)
    try:
        as_file = wants_csv(parameters)
        refuse_others(parameters, filters=(), dates=DATES)
        query = read_quality_query(parameters)
    except Invalid as refusal:
        return refused_page(request, template, refusal, {"agency": agency}, filters=())
    figures = statistics.quality(query, reader=request.user)
    if as_file:
        return _file_answer(request, parameters, query, figures, agency)
    context = _of_all(request, query, figures) if agency is None else _of_one(request, query, figures, agency)
    return counted_page(
        request,
        template,
        query,
        {
            "agency": agency,
            "figures": figures,
            "answers": ANSWERS,
            "recording_days": settings.RECORDING_DAYS,
            "definition": QUALITY,
            "period_words": f"Recorded {period_words(query.period)}",
            **context,
        },
        filters=(),
        usual=("The last 12 months", twelve_months_to(query.cut_off)),
    )


def _of_all(request: SignedInRequest, query: StatisticsQuery, figures: Quality) -> dict[str, Any]:
    return {
        "own": request.user.agency.code,
        "sentence": all_sentence(query, figures),
        "answers_chart": answers_chart({ALL_AGENCIES: figures.together}),
        "trend": figures.trend,
        "trend_chart": trend_chart(figures.trend, "all agencies"),
        "trend_sentence": trend_sentence(figures.trend),
    }


def _of_one(request: SignedInRequest, query: StatisticsQuery, figures: Quality, agency: Agency) -> dict[str, Any]:
    row = figures.of(agency.code)
    trend = figures.trends.get(agency.code, [])
    links = DrillDown(query)
    found = statistics.to_fix(query, row, agency=agency, reader=request.user)
    return {
        "row": row,
        "sentence": agency_sentence(query, row, figures.together, agency.name),
        "to_fix": [(each, links.listed(each.openable, each.filters)) for each in found],
        "answers_chart": answers_chart({agency.short_name: row, ALL_AGENCIES: figures.together}),
        "trend": trend,
        "trend_chart": trend_chart(trend, agency.name),
        "trend_sentence": trend_sentence(trend),
        "draft_days": settings.DRAFT_DAYS,
        "returned_days": settings.RETURNED_DAYS,
    }


# ---------------------------------------------------------------------------------------------------------------- words


def all_sentence(query: StatisticsQuery, figures: Quality) -> str:
    """Say how well all agencies together record."""
    row = figures.together
    if not row.records:
        return "Nothing that is submitted or approved was recorded in this period."
    return f"All agencies together made {_records(row.records)}. {_rates(row)}"


def agency_sentence(query: StatisticsQuery, row: QualityRow, together: QualityRow, name: str) -> str:
    """Say how well an agency records, beside all of them."""
    if not row.records:
        return f"{name} recorded nothing in this period that is submitted or approved."
    sentence = f"{name} made {_records(row.records)}. {_rates(row)}"
    return f"{sentence} All agencies together: {together.in_time_share}% in time, {together.complete_share}% given."


def _records(number: int) -> str:
    return (
        "1 record that is submitted or approved"
        if number == 1
        else f"{number:,} records that are submitted or approved"
    )


def _rates(row: QualityRow) -> str:
    days = "1 day" if row.median_days == 1 else f"{row.median_days:,} days"
    half = "on the day itself" if not row.median_days else f"within {days}"
    return (
        f"{row.in_time_share}% were recorded within {settings.RECORDING_DAYS} days of the disruption; half of all were "
        f"recorded {half}. {row.complete_share}% of the expected answers are given."
    )


def trend_sentence(trend: Sequence[QualityQuarter]) -> str:
    """Say how the first and the last quarter with records compare."""
    filled = [each for each in trend if each.row.records]
    if len(filled) < 2:
        return "There are not enough quarters with records to compare."
    first, last = filled[0], filled[-1]
    so_far = " so far" if last.is_part else ""
    return (
        f"Recorded in time: {first.row.in_time_share}% in {first.quarter.label}, {last.row.in_time_share}% in "
        f"{last.quarter.label}{so_far}. Expected answers given: {first.row.complete_share}%, then "
        f"{last.row.complete_share}%."
    )


# --------------------------------------------------------------------------------------------------------------- charts


def answers_chart(rows: dict[str, QualityRow]) -> str | None:
    """Draw how many records have each answer, in percent; nothing where there are no records."""
    first = next(iter(rows.values()))
    if not first.records:
        return None
    return bar_chart(
        "Records with each answer, in percent",
        "A bar for each answer, those expected of every record first. The table below has the same figures.",
        [each.label for each in ANSWERS],
        {name: [row.share_with(each.name) or 0 for each in ANSWERS] for name, row in rows.items() if row.records},
        stacked=False,
    )


def trend_chart(trend: Sequence[QualityQuarter], whose: str) -> str | None:
    """Draw three rates by quarter of recording, in percent; nothing where fewer than two quarters have records."""
    filled = [each for each in trend if each.row.records]
    if len(filled) < 2:
        return None
    return line_chart(
        f"How {whose} recorded, by quarter, in percent",
        "A line for each rate over the quarters with records. The table below has the same figures.",
        [each.quarter.label for each in filled],
        {
            "In time": [each.row.in_time_share or 0 for each in filled],
            "Answers given": [each.row.complete_share or 0 for each in filled],
            "OIC code": [each.row.code_share or 0 for each in filled],
        },
    )


# ---------------------------------------------------------------------------------------------------------------- files


def _file_answer(
    request: HttpRequest, parameters: QueryDict, query: StatisticsQuery, figures: Quality, agency: Agency | None
) -> HttpResponseBase:
    header, lines = _file_of_all(figures) if agency is None else _file_of_one(figures, agency)
    name = "quality" if agency is None else f"quality-{agency.code}"
    audit.record(AuditAction.EXPORTED, "statistics", name, request=request, detail={"query": parameters.urlencode()})
    return csv_answer(f"live-{name}", header, lines, query)


def _file_of_all(figures: Quality) -> File:
    header = ("Agency code", "Agency", *(NUMBER_NAMES[name] for name in (*NUMBERS, *WAITING)), *SHARES)
    lines = (
        (
            row.code,
            row.name,
            *(row.counts[name] for name in (*NUMBERS, *WAITING)),
            *(read(row) for read in SHARES.values()),
        )
        for row in (*figures.rows, figures.together)
    )
    return header, lines


def _file_of_one(figures: Quality, agency: Agency) -> File:
    row, together = figures.of(agency.code), figures.together
    lines: list[Sequence[object]] = [
        ("Period", NUMBER_NAMES[name], row.counts[name], together.counts[name]) for name in (*NUMBERS, *WAITING)
    ]
    lines += [("Period", name, read(row), read(together)) for name, read in SHARES.items()]
    for own, every in zip(figures.trends.get(agency.code, []), figures.trend, strict=False):
        lines += [(own.quarter.label, NUMBER_NAMES["records"], own.row.records, every.row.records)]
        lines += [
            (own.quarter.label, name, read(own.row), read(every.row))
            for name, read in SHARES.items()
            if not name.endswith("(days)")
        ]
    return ("Recorded in", "Measure", agency.name, ALL_AGENCIES), lines
