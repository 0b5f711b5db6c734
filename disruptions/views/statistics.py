"""The statistics pages: each shows one table, as a page or as a CSV file of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.models import oic_now
from agencies.refusals import Invalid
from agencies.vocabulary import AuditAction
from disruptions import statistics
from disruptions.drill_downs import DrillDown
from disruptions.exports.ods_files import MEDIA_TYPE as ODS_TYPE
from disruptions.exports.oic01 import METADATA_TYPE, Oic01Files
from disruptions.statistics import (
    AgencyReviews,
    AgencyRow,
    Agreement,
    GradedRow,
    GradeRow,
    LevelCounts,
    Oic01Row,
    RecordsTable,
    Reviews,
    StatisticsQuery,
    ThreatCounts,
    TierRow,
    YearEnding,
    read_query,
)
from disruptions.statistics.agreement import APPROVER_COLUMNS, FINAL_COLUMNS, MODERATOR_COLUMNS
from disruptions.statistics.definitions import (
    AGREEMENT,
    BY_AGENCY,
    BY_GRADE,
    COMPARISON,
    COUNTED_FIGURE,
    RECORDS,
    THREATS,
    TREND,
)
from disruptions.statistics.sentences import year_ending_sentence
from disruptions.statistics.vintage import vintage_of
from disruptions.views.counted import (
    ALL_FILTERS,
    CSV_TYPE,
    DATES,
    MARKING,
    counted_page,
    csv_answer,
    page_parameters,
    period_words,
    refuse_others,
    refused_page,
    wanted_file,
)
from disruptions.views.figures import (
    agreement_sentence,
    by_grade_sentence,
    grades_chart,
    master_list_sentence,
    reviews_sentence,
    trend_chart,
    trend_sentence,
)
from disruptions.views.listing import without_blanks
from disruptions.vocabulary import DisruptionRole, GradeMoment, Level, NotCounted, PndTier

Figures = TypeVar("Figures")
File: TypeAlias = tuple[Sequence[str], Iterable[Sequence[object]]]
Answer: TypeAlias = Callable[[StatisticsQuery, Figures], HttpResponseBase]
Trend: TypeAlias = dict[str, list[Oic01Row]]


@dataclass(frozen=True, slots=True)
class MasterList:
    """What the page of the SOC master list shows, read once for the page and its file."""

    grades: list[GradeRow]
    threats: ThreatCounts
    tiers: list[TierRow]
    reviews: Reviews


LEVEL_NAMES: Final = {level.value: level.label for level in Level} | {"total": "Total"}
ROLE_NAMES: Final = dict(DisruptionRole.choices)
REASONS: Final = dict(NotCounted.choices)
TIERS: Final = frozenset(PndTier.values)
REVIEW_MEASURES: Final[dict[str, Callable[[AgencyReviews], int | None]]] = {
    "Threats linked to OIC": lambda row: row.threats,
    "Never assessed": lambda row: row.never_assessed,
    "Review overdue": lambda row: row.overdue,
    "Review due in 28 days": lambda row: row.due_soon,
    "In date": lambda row: row.in_date,
    "In date (%)": lambda row: row.in_date_share,
    "Reviews done in a year": lambda row: row.done,
    "Reviews done on time": lambda row: row.done_on_time,
    "Reviews done on time (%)": lambda row: row.on_time_share,
    "Grades with a suggestion": lambda row: row.suggested,
    "Adopted higher than suggested": lambda row: row.raised,
    "Adopted lower than suggested": lambda row: row.lowered,
    "Override rate (%)": lambda row: row.override_rate,
}


@require_safe
def statistics_index(request: HttpRequest) -> HttpResponse:
    return render(request, "disruptions/statistics.html", {"marking": MARKING.value})


@require_safe
def statistics_oic_01(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(
        request,
        "oic_01",
        statistics.oic_01,
        _oic_01_page,
        OIC_01_FILES,
        whole_quarters=True,
        extracts=True,
    )


@require_safe
def statistics_trend(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(request, "trend", statistics.trend, _trend_page, _trend_file)


@require_safe
def statistics_by_agency(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(request, "by_agency", statistics.by_agency, _by_agency_page, _by_agency_file)


@require_safe
def statistics_by_grade(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(request, "by_grade", statistics.by_grade, _by_grade_page, _by_grade_file)


@require_safe
def statistics_year_ending(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(request, "year_ending", statistics.year_ending, _year_ending_page, _year_ending_file)


@require_safe
def statistics_records(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(request, "records", statistics.records_table, _records_page, _records_file)


@require_safe
def statistics_agreement(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(request, "agreement", statistics.agreement, _agreement_page, _agreement_file, filters=())


@require_safe
def statistics_threats(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(
        request, "threats", _read_threats, _threats_page, _threats_file, filters=(), dates=("as_at",)
    )


def answer_statistic(
    request: HttpRequest,
    name: str,
    read: Callable[[StatisticsQuery], Figures],
    page: Callable[[StatisticsQuery, Figures], dict[str, Any]],
    file: Callable[[StatisticsQuery, Figures], File] | Mapping[str, Answer[Figures]],
    *,
    filters: Sequence[str] = ALL_FILTERS,
    dates: Sequence[str] = DATES,
    whole_quarters: bool = False,
    extracts: bool = False,
) -> HttpResponseBase:
    """Read one statistic and show it as the page ``statistics_<name>.html``, or as a file of the same rows.

    ``file`` gives the lines of its CSV, or says what answers each ``format``. ``extracts``: it can be had as a frozen
    extract has it.
    """
    files = file if isinstance(file, Mapping) else {"csv": _as_csv(name, file)}
    if (shorter := without_blanks(request)) is not None:
        return shorter
    template = f"disruptions/statistics_{name}.html"
    parameters = page_parameters(request)
    try:
        wanted = wanted_file(parameters, tuple(files))
        refuse_others(parameters, filters=filters, dates=dates)
        query = read_query(parameters, extracts=extracts)
        figures = read(query)
    except Invalid as refusal:
        return refused_page(request, template, refusal, filters=filters, dates=dates, whole_quarters=whole_quarters)
    if wanted is not None:
        audit.record(
            AuditAction.EXPORTED, "statistics", name, request=request, detail={"query": parameters.urlencode()}
        )
        return files[wanted](query, figures)
    context = {"links": DrillDown(query), **page(query, figures)}
    return counted_page(request, template, query, context, filters=filters, dates=dates, whole_quarters=whole_quarters)


def _as_csv(name: str, file: Callable[[StatisticsQuery, Figures], File]) -> Answer[Figures]:
    def answer(query: StatisticsQuery, figures: Figures) -> HttpResponseBase:
        header, lines = file(query, figures)
        return csv_answer(f"live-{name.replace('_', '-')}", header, lines, query)

    return answer


# --------------------------------------------------------------------------------------------------------------- OIC_01


def _oic_01_page(query: StatisticsQuery, rows: list[Oic01Row]) -> dict[str, Any]:
    return {"rows": rows, "definition": COUNTED_FIGURE}


def _oic_01_csv(query: StatisticsQuery, rows: list[Oic01Row]) -> StreamingHttpResponse:
    files = _oic_01_files(query, rows)
    return StreamingHttpResponse(files.csv(), content_type=CSV_TYPE, headers=_to_save(files.name("csv")))


def _oic_01_workbook(query: StatisticsQuery, rows: list[Oic01Row]) -> HttpResponse:
    files = _oic_01_files(query, rows)
    return HttpResponse(files.workbook(), content_type=ODS_TYPE, headers=_to_save(files.name("ods")))


def _oic_01_metadata(query: StatisticsQuery, rows: list[Oic01Row]) -> HttpResponse:
    files = _oic_01_files(query, rows)
    name = files.name("csv")
    return HttpResponse(files.csv_metadata(name), content_type=METADATA_TYPE, headers=_to_save(f"{name}-metadata.json"))


def _oic_01_files(query: StatisticsQuery, rows: list[Oic01Row]) -> Oic01Files:
    return Oic01Files(rows, vintage_of(query, now=oic_now()))


def _to_save(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


OIC_01_FILES: Final = {"csv": _oic_01_csv, "ods": _oic_01_workbook, "csv-metadata": _oic_01_metadata}


# ---------------------------------------------------------------------------------------------------------------- trend


def _trend_page(query: StatisticsQuery, rows: Trend) -> dict[str, Any]:
    return {
        "leads": statistics.with_yearly_totals(rows["lead"]),
        "supports": rows["support"],
        "chart": trend_chart(rows["lead"], "all agencies"),
        "sentence": trend_sentence(query, rows["lead"]),
        "definition": TREND,
    }


def _trend_file(query: StatisticsQuery, rows: Trend) -> File:
    header = ("Year", "Quarter", "From", "To", *_level_header("Lead"), *_level_header("Support"))
    lines = (
        (
            lead.year,
            lead.marked_quarter,
            lead.period.first.isoformat(),
            lead.period.last.isoformat(),
            *_levels(lead),
            *_levels(support),
        )
        for lead, support in zip(rows["lead"], rows["support"], strict=True)
    )
    return header, lines


# ------------------------------------------------------------------------------------------------------------ by agency


def _by_agency_page(query: StatisticsQuery, rows: list[AgencyRow]) -> dict[str, Any]:
    return {
        "rows": rows,
        "national": statistics.lead_total(rows),
        "zero_returns": statistics.zero_returns(rows),
        "not_counted": statistics.not_counted_total(rows),
        "reasons": REASONS,
        "definition": BY_AGENCY,
    }


def _by_agency_file(query: StatisticsQuery, rows: list[AgencyRow]) -> File:
    header = (
        "Agency code",
        "Agency",
        "Region",
        *_level_header("Lead"),
        "Share of leads (%)",
        *_level_header("Support"),
    )
    national = statistics.lead_total(rows).total
    lines = (
        (
            row.code,
            row.name,
            row.region,
            *_levels(row.lead),
            row.share_of(national),
            *_levels(row.support),
            *(row.not_counted.get(reason, 0) for reason in REASONS),
        )
        for row in rows
    )
    return (*header, *(f"Not counted: {label}" for label in REASONS.values())), lines


# ------------------------------------------------------------------------------------------------------------- by grade


def _by_grade_page(query: StatisticsQuery, rows: list[GradedRow]) -> dict[str, Any]:
    return {
        "moments": [
            (moment, found, statistics.graded_leads(found))
            for moment in GradeMoment
            if (found := statistics.of_moment(rows, moment))
        ],
        "sentence": by_grade_sentence(rows),
        "definition": BY_GRADE,
    }


def _by_grade_file(query: StatisticsQuery, rows: list[GradedRow]) -> File:
    header = ("Graded", "P grade", *_level_header("Lead"), *_level_header("Support"))
    moments = dict(GradeMoment.choices)
    lines = ((moments[row.graded], row.label, *_levels(row.lead), *_levels(row.support)) for row in rows)
    return header, lines


# ---------------------------------------------------------------------------------------------------------- year ending


def _year_ending_page(query: StatisticsQuery, comparison: YearEnding) -> dict[str, Any]:
    return {
        "comparison": comparison,
        "years": statistics.whole_years(query),
        "sentence": year_ending_sentence(comparison),
        "definition": COMPARISON,
        "period_words": f"Year ending {comparison.period.last:%B %Y}, beside the year before",
    }


def _year_ending_file(query: StatisticsQuery, comparison: YearEnding) -> File:
    before, now = comparison.before.last, comparison.period.last
    header = ("Level", f"Year ending {before:%B %Y}", f"Year ending {now:%B %Y}", "Change", "Change (%)")
    lines = [
        (LEVEL_NAMES[row.level], row.before, row.now, row.difference, row.change)
        for row in (*comparison.rows, comparison.total)
    ]
    return header, [
        *lines,
        ("Mean per quarter", comparison.mean_per_quarter_before, comparison.mean_per_quarter, "", ""),
    ]


# -------------------------------------------------------------------------------------------------------------- records


def _records_page(query: StatisticsQuery, table: RecordsTable) -> dict[str, Any]:
    return {"table": table, "definition": RECORDS}


def _records_file(query: StatisticsQuery, table: RecordsTable) -> File:
    lines = ((row.year, row.agency, table.names[row.agency], ROLE_NAMES[row.role], row.records) for row in table.rows)
    return ("Year", "Agency code", "Agency", "Role", "Records"), lines


# -------------------------------------------------------------------------------------------------------------- threats


def _read_threats(query: StatisticsQuery) -> MasterList:
    return MasterList(
        statistics.grades(query.as_at),
        statistics.threat_counts(query.as_at),
        statistics.tiers(query.as_at),
        statistics.reviews(query),
    )


def _threats_page(query: StatisticsQuery, figures: MasterList) -> dict[str, Any]:
    return {
        "grades": figures.grades,
        "threats": figures.threats,
        "tiers": figures.tiers,
        "reviews": figures.reviews,
        "chart": grades_chart(figures.grades),
        "sentence": master_list_sentence(figures.grades, figures.threats),
        "reviews_sentence": reviews_sentence(figures.reviews),
        "day": query.cut_off,
        "definition": THREATS,
    }


def _threats_file(query: StatisticsQuery, figures: MasterList) -> File:
    grades, threats = figures.grades, figures.threats
    totals = [
        ("Linked to OIC", threats.linked),
        ("Linked to OIC: organised crime groups", threats.linked_ocgs),
        ("OCGs with OIC primary", threats.primary_ocgs),
        *((f"OCGs with OIC primary: {row.label}", row.threats) for row in grades),
        ("OCGs with OIC primary: on PND", threats.on_pnd),
        ("OCGs with OIC primary: on PND at tier 4", threats.at_lowest_tier),
        *((f"OCGs with OIC primary: {row.label} of PND", row.threats) for row in figures.tiers if row.tier in TIERS),
        ("OCGs with OIC primary: not on PND", figures.tiers[-1].threats),
    ]
    by_agency = [
        (measure, row.code, row.name, read(row))
        for row in figures.reviews.rows
        for measure, read in REVIEW_MEASURES.items()
    ]
    lines: list[Sequence[object]] = [(measure, "", "All agencies", number) for measure, number in totals]
    together = [
        (measure, "", "All agencies", read(figures.reviews.together)) for measure, read in REVIEW_MEASURES.items()
    ]
    return ("Measure", "Agency code", "Agency", "Number"), [*lines, *together, *by_agency]


# ------------------------------------------------------------------------------------------------------------ agreement


def _agreement_page(query: StatisticsQuery, figures: Agreement) -> dict[str, Any]:
    return {
        "figures": figures,
        "approver_columns": APPROVER_COLUMNS,
        "moderator_columns": MODERATOR_COLUMNS,
        "final_columns": {
            code: text for code, text in FINAL_COLUMNS.items() if any(row.final[code] for row in figures.claims)
        },
        "sentence": agreement_sentence(figures),
        "definition": AGREEMENT,
        "period_words": f"Decided {period_words(query.period)}",
    }


def _agreement_file(query: StatisticsQuery, figures: Agreement) -> File:
    header = (
        "Agency code",
        "Agency",
        "Decided by approvers",
        *(f"Approvers: {text}" for text in APPROVER_COLUMNS.values()),
        "Moderated",
        *(f"Moderators: {text}" for text in MODERATOR_COLUMNS.values()),
        "Agreement (%)",
    )
    lines = (
        (
            row.code,
            row.name,
            row.decided,
            *(row.approver[column] for column in APPROVER_COLUMNS),
            row.moderated,
            *(row.moderator[column] for column in MODERATOR_COLUMNS),
            row.agreement,
        )
        for row in (*figures.rows, figures.together)
    )
    return header, lines


def _level_header(role: str) -> tuple[str, ...]:
    return f"{role}: major", f"{role}: moderate", f"{role}: minor", f"{role}: total"


def _levels(counts: LevelCounts | Oic01Row) -> tuple[int, ...]:
    return counts.major, counts.moderate, counts.minor, counts.total
