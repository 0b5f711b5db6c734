"""``statistics/``: the figures of the pages, as JSON or CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework.decorators import action
from rest_framework.fields import ListField
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.viewsets import ApiViewSet
from agencies.constraints import Violation
from agencies.models import oic_now
from agencies.refusals import Invalid
from agencies.vocabulary import ApiScope
from disruptions import statistics
from disruptions.api.filtering import parameters_of
from disruptions.api.serializers import (
    ByAgencyRowSerializer,
    ByGradeRowSerializer,
    GrowthRowSerializer,
    LagRowSerializer,
    MasterListRowSerializer,
    MixRowSerializer,
    NotCountedSerializer,
    Oic01RowSerializer,
    OutcomesRowSerializer,
    RecordsRowSerializer,
    TrendRowSerializer,
)
from disruptions.exports.ods_files import MEDIA_TYPE as ODS_TYPE
from disruptions.exports.oic01 import API_COLUMNS, METADATA_TYPE, Oic01Files, oic_01_rows
from disruptions.filters import COUNTED_FILTERS, NOT_FILTERS, DisruptionFilter
from disruptions.filters.strict import UNKNOWN
from disruptions.statistics import Expectation, Lags, LevelCounts, Oic01Row, StatisticsQuery, read_query
from disruptions.statistics.vintage import vintage_of

Answer = TypeVar("Answer", bound=Callable[..., Response])

NO_OTHERS: Final[Mapping[str, Any]] = MappingProxyType({})
OWN_PARAMETERS = frozenset({"as_at", "format"})
EXTRACT = OpenApiParameter(
    "extract",
    str,
    description="The reference of a frozen extract: its table as it was frozen. `from` and `to` stay within its "
    "period; no cut-off and no other filter beside it.",
)


class TableCSVRenderer(BaseRenderer):
    """The rows of an answer as CSV: a column per value, nested ones joined by an underscore."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the table; the header line alone where there are no rows."""
        columns: tuple[str, ...] = renderer_context["view"].columns() if renderer_context else ()
        text = StringIO()
        writer = csv.DictWriter(text, fieldnames=columns)
        writer.writeheader()
        # What is null as a whole has none of its columns: they are left empty.
        writer.writerows({name: cell for name, cell in _flat(row) if name in columns} for row in data["rows"])
        return text.getvalue().encode()


class WorkbookRenderer(BaseRenderer):
    """Table OIC_01 as the statistical workbook."""

    media_type = ODS_TYPE
    format = "ods"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the workbook of the files that the answer was made from."""
        files: Oic01Files = data.files
        return files.workbook()


class MetadataRenderer(BaseRenderer):
    """What the CSV of table OIC_01 is and what its columns mean: CSV on the Web metadata."""

    media_type = METADATA_TYPE
    format = "csv-metadata"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the metadata of the CSV that the same address gives with ``format=csv``."""
        files: Oic01Files = data.files
        address = ""
        if renderer_context is not None:
            request = renderer_context["request"]
            parameters = request.query_params.copy()
            parameters["format"] = "csv"
            address = request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
        return files.csv_metadata(address, API_COLUMNS).encode()


class Oic01Answer(dict[str, Any]):
    """The rows of the table, and the files that the other forms of the answer are made from."""

    def __init__(self, files: Oic01Files) -> None:
        super().__init__(rows=oic_01_rows(files.rows))
        self.files = files


def _flat(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}_")
        elif isinstance(value, list):
            yield from ((f"{prefix}{name}_{place}", each) for place, each in enumerate(value))
        else:
            yield f"{prefix}{name}", str(value).lower() if isinstance(value, bool) else value


def _described(
    operation: str,
    row: type[Any],
    summary: str,
    description: str,
    *,
    filtered: bool = True,
    extracts: bool = False,
    others: Mapping[str, Any] = NO_OTHERS,
) -> Callable[[Answer], Answer]:
    """Describe one statistic: its parameters, and its rows in both forms, and in others by media type.

    Not ``filtered``: it takes ``as_at`` only. ``extracts``: it can be had as a frozen extract has it.
    """
    shape = inline_serializer(row.__name__.replace("RowSerializer", "Table"), {"rows": row(many=True)})
    filters = [
        OpenApiParameter(
            each["name"],
            each["schema"],
            description=each["description"],
            style=each.get("style"),
            explode=each.get("explode"),
        )
        for each in parameters_of(DisruptionFilter, COUNTED_FILTERS)
    ]
    as_at = OpenApiParameter(
        "as_at",
        {"type": "string", "format": "date"},
        description="The figures as they stood at the end of that day, London time. Now, if it is left out.",
    )
    described: Callable[[Answer], Answer] = extend_schema(
        operation_id=f"statistics_{operation}",
        summary=summary,
        description=description,
        parameters=[as_at, *([EXTRACT] if extracts else []), *(filters if filtered else [])],
        responses={
            (200, "application/json"): shape,
            (200, "text/csv"): OpenApiTypes.STR,
            **{(200, media_type): each for media_type, each in others.items()},
        },
    )
    return described


class StatisticsViewSet(ApiViewSet):
    """Counted figures: the same for everybody, as the published table is."""

    scopes: ClassVar = dict.fromkeys(
        ("oic_01", "by_agency", "by_grade", "growth", "lag", "mixes", "outcomes", "trend", "records", "threats"),
        ApiScope.STATISTICS_READ,
    )
    renderer_classes = (JSONRenderer, TableCSVRenderer)
    serializer_class = Oic01RowSerializer
    pagination_class = None
    shapes: ClassVar = {
        "oic_01": Oic01RowSerializer,
        "by_agency": ByAgencyRowSerializer,
        "by_grade": ByGradeRowSerializer,
        "growth": GrowthRowSerializer,
        "lag": LagRowSerializer,
        "mixes": MixRowSerializer,
        "outcomes": OutcomesRowSerializer,
        "trend": TrendRowSerializer,
        "records": RecordsRowSerializer,
        "threats": MasterListRowSerializer,
    }

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the table, nested values joined by an underscore."""
        return columns_of(self.shapes[str(self.action)]())

    @_described(
        "oic_01",
        Oic01RowSerializer,
        "OIC_01",
        "Counted disruptions by quarter and level, a yearly row after the four quarters of its year. `from` is by "
        "default 2023-01-01, `to` the end of the last complete quarter; both must be bounds of quarters. "
        "`format=ods` gives the statistical workbook with cover, contents, notes and definitions; "
        "`format=csv-metadata` says what the columns of the CSV mean (CSV on the Web).",
        extracts=True,
        others={ODS_TYPE: OpenApiTypes.BINARY, METADATA_TYPE: OpenApiTypes.OBJECT},
    )
    @action(
        detail=False,
        url_path="oic-01",
        renderer_classes=(JSONRenderer, TableCSVRenderer, WorkbookRenderer, MetadataRenderer),
    )
    def oic_01(self, request: Request) -> Response:
        """Answer with the table, or with a file of it."""
        query = _query(request, extracts=True)
        files = Oic01Files(statistics.oic_01(query), vintage_of(query, now=oic_now()))
        answer = Response(Oic01Answer(files))
        if request.accepted_renderer.format == WorkbookRenderer.format:
            answer.headers["Content-Disposition"] = f'attachment; filename="{files.name("ods")}"'
        return answer

    @_described(
        "by_agency",
        ByAgencyRowSerializer,
        "Counts by agency",
        "Leads that count, supports beside them, and leads that do not count with why. Supports do not add up: one "
        "disruption can have several.",
    )
    @action(detail=False, url_path="by-agency")
    def by_agency(self, request: Request) -> Response:
        """Answer with a row per agency."""
        rows = [
            {
                "agency": row.code,
                "lead": _levels(row.lead),
                "support": _levels(row.support),
                "not_counted": {
                    reason.value: row.not_counted.get(reason.value, 0) for reason in NotCountedSerializer.REASONS
                }
                | {"total": row.not_counted_total},
            }
            for row in statistics.by_agency(_query(request))
        ]
        return Response({"rows": rows})

    @_described(
        "by_grade",
        ByGradeRowSerializer,
        "Counts by P grade",
        "Counted leads, and supports beside them, by the P grade of their threat at two moments: `then`, when the day "
        "of the disruption ended, and `now`, at the cut-off. The leads of either moment add up to the national figure; "
        "the two moments are never added.",
    )
    @action(detail=False, url_path="by-grade")
    def by_grade(self, request: Request) -> Response:
        """Answer with a row per moment and grade."""
        rows = [
            {
                "graded": row.graded,
                "p_grade": row.grade,
                "lead": _levels(row.lead),
                "support": _levels(row.support),
            }
            for row in statistics.by_grade(_query(request))
        ]
        return Response({"rows": rows})

    @_described(
        "growth",
        GrowthRowSerializer,
        "Expected growth",
        "Each quarter's counted leads at the end of each month after it, and what is expected of recent quarters, with "
        "an interval. An expectation is no count and no published figure: it holds as long as records come, and are "
        "taken out, as in earlier quarters. `from` and `to` must be bounds of quarters.",
    )
    @action(detail=False)
    def growth(self, request: Request) -> Response:
        """Answer with a row per quarter that has ended."""
        table = statistics.expected_growth(_query(request))
        expected = {each.quarter: each for each in table.expected}
        rows = [
            {
                "year": row.quarter.year,
                "quarter": row.quarter.name,
                "age_months": row.age,
                "counts": list(row.counts),
                "expected": _expected(expected.get(row.quarter)),
            }
            for row in table.rows
        ]
        return Response({"rows": rows})

    @_described(
        "lag",
        LagRowSerializer,
        "Recording lag",
        "Days from the disruption to the first submission of its record, and to its approval, by agency, for counted "
        "leads; the row without an agency is of all together. A period that ended lately looks quicker than it will in "
        "the end, as what comes late is not there yet.",
    )
    @action(detail=False)
    def lag(self, request: Request) -> Response:
        """Answer with a row for all agencies, then one per agency."""
        table = statistics.recording_lag(_query(request))
        rows = [
            {
                "agency": row.code or None,
                "submission": _lag(row.submission),
                "approval": _lag(row.approval),
                "not_approved": row.not_approved,
                "late": row.late(table.longest),
                "late_after_days": table.longest,
            }
            for row in (table.together, *table.rows)
        ]
        return Response({"rows": rows})

    @_described(
        "mixes",
        MixRowSerializer,
        "What counted disruptions are made of",
        "Counted leads by one answer of the record at a time, or by the P grade that the threat has at the cut-off. "
        "The parts of each mix add up to the counted leads; a part without any is left out.",
    )
    @action(detail=False)
    def mixes(self, request: Request) -> Response:
        """Answer with a row per mix and part."""
        rows = [
            {
                "mix": mix.name,
                "key": row.key or None,
                "label": row.label,
                "lead": row.lead,
                "share": mix.share_of(row),
                "share_of_rest": mix.share_of_rest(row),
            }
            for mix in statistics.mixes(_query(request)).values()
            for row in mix.rows
        ]
        return Response({"rows": rows})

    @_described(
        "outcomes",
        OutcomesRowSerializer,
        "Outcomes",
        "Outcomes of counted leads by type, and apart those of supports, which tell of the same events and are never "
        "added. As the outcomes of a single record would tell much of it, there are no rows where fewer leads are "
        "counted than the service asks for (usually five), and none of supports where there are fewer supports; "
        "`statistics/trend/` says how many there are.",
    )
    @action(detail=False)
    def outcomes(self, request: Request) -> Response:
        """Answer with a row per role and type of outcome."""
        found = statistics.shown_outcomes(_query(request))
        of_roles = {} if found is None else {"lead": found.lead, "support": found.support or ()}
        rows = [
            {
                "role": role,
                "type": row.type,
                "records": row.records,
                "number": row.number,
                "value_gbp": None if row.value is None else f"{row.value:.2f}",
            }
            for role, table in of_roles.items()
            for row in table
        ]
        return Response({"rows": rows})

    @_described(
        "trend",
        TrendRowSerializer,
        "Trend by quarter",
        "Each quarter's counted leads by level, and the supports beside them, which are never added.",
    )
    @action(detail=False)
    def trend(self, request: Request) -> Response:
        """Answer with a row per quarter."""
        table = statistics.trend(_query(request))
        rows = [
            {
                "year": lead.year,
                "quarter": lead.quarter,
                "lead": _quarter(lead),
                "support": _quarter(support),
                "provisional": lead.provisional,
            }
            for lead, support in zip(table["lead"], table["support"], strict=True)
        ]
        return Response({"rows": rows})

    @_described(
        "records",
        RecordsRowSerializer,
        "Records by year",
        "All submitted or approved records by year, agency and role, whether or not the published figures count them.",
    )
    @action(detail=False)
    def records(self, request: Request) -> Response:
        """Answer with a row per year, agency and role."""
        rows = [
            {"year": row.year, "agency": row.agency, "role": row.role, "records": row.records}
            for row in statistics.records_by_year(_query(request))
        ]
        return Response({"rows": rows})

    @_described(
        "threats",
        MasterListRowSerializer,
        "SOC master list",
        "How many threats are linked to organised immigration crime, OCGs with it as their primary area by P grade and "
        "by PND tier, and by lead agency how they are graded and reviewed. Grades are those in force at the cut-off. "
        "`suggested` are grades beside a suggestion of the scoring model, `raised` and `lowered` those where a person "
        "adopted another; `done` are reviews of the year before the cut-off that had a day to be done by.",
        filtered=False,
    )
    @action(detail=False)
    def threats(self, request: Request) -> Response:
        """Answer with a row per measure, and per measure and agency."""
        others = [name for name in request.query_params if name not in OWN_PARAMETERS]
        if others:
            raise Invalid([Violation(name, UNKNOWN, "There is no filter with this name here.") for name in others])
        rows = [
            {"measure": row.measure, "agency": row.agency, "threats": row.threats}
            for row in statistics.master_list(_query(request))
        ]
        return Response({"rows": rows})


def _query(request: Request, *, extracts: bool = False) -> StatisticsQuery:
    """Read the parameters. Raises ``Invalid`` for one that is unknown, or read by pages only."""
    unread = [name for name in request.query_params if name in NOT_FILTERS - OWN_PARAMETERS]
    if unread:
        raise Invalid([Violation(name, UNKNOWN, "There is no filter with this name here.") for name in unread])
    return read_query(request.query_params, extracts=extracts)


def columns_of(shape: Any) -> tuple[str, ...]:
    """Return the columns of a table's rows, nested values joined by an underscore."""
    return tuple(_columns(shape))


def _columns(shape: Any, prefix: str = "") -> Iterator[str]:
    for name, field in shape.fields.items():
        if hasattr(field, "fields"):
            yield from _columns(field, f"{prefix}{name}_")
        elif isinstance(field, ListField):
            yield from (f"{prefix}{name}_{place}" for place in range(field.max_length or 0))
        else:
            yield f"{prefix}{name}"


def _expected(each: Expectation | None) -> dict[str, int | None] | None:
    if each is None:
        return None
    return {"until_months": each.until, "count": each.expected, "low": each.low, "high": each.high}


def _lag(lags: Lags) -> dict[str, int | None]:
    quarter, half, three_quarters = lags.quartiles
    return {
        "records": lags.records,
        "quarter_within": quarter,
        "half_within": half,
        "three_quarters_within": three_quarters,
    }


def _levels(counts: LevelCounts) -> dict[str, int]:
    return {"major": counts.major, "moderate": counts.moderate, "minor": counts.minor, "total": counts.total}


def _quarter(row: Oic01Row) -> dict[str, int]:
    return {"major": row.major, "moderate": row.moderate, "minor": row.minor, "total": row.total}
