"""``statistics/extracts/`` and ``statistics/revisions/``: what is frozen, and what changed between two cut-offs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.viewsets import ApiViewSet
from agencies.vocabulary import ApiScope
from disruptions import statistics
from disruptions.api.filtering import parameters_of
from disruptions.api.serializers import AgencyRevisionRowSerializer, ExtractRowSerializer, RevisionRowSerializer
from disruptions.api.statistics import TableCSVRenderer, columns_of
from disruptions.filters import DisruptionFilter
from disruptions.models import Extract
from disruptions.statistics import Revisions, read_revision_query
from disruptions.statistics.revisions import PLACES, Revision
from disruptions.vocabulary import ReasonClass

ALL: Final = "All"
FORMAT: Final = "format"

_SIDE: Final = "The reference of an extract, or a day: the records as they stood at its end, London time."
_PLACES: Final = {
    "agency": "The agency that had the record, on each side; several: any of them.",
    "region": "The agencies of this region as at the second cut-off.",
    "rocu": "The agencies of this regional unit's area as at the second cut-off.",
}
_DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}


class ExtractViewSet(ApiViewSet):
    """Frozen extracts of the counted figures, and what changed between them: the same for everybody."""

    scopes: ClassVar = dict.fromkeys(("extracts", "revisions"), ApiScope.STATISTICS_READ)
    parameters: ClassVar = {"extracts": frozenset({FORMAT})}
    renderer_classes = (JSONRenderer, TableCSVRenderer)
    serializer_class = ExtractRowSerializer
    pagination_class = None
    shapes: ClassVar = {"extracts": ExtractRowSerializer, "revisions": RevisionRowSerializer}

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the table, nested values joined by an underscore."""
        return columns_of(self.shapes[str(self.action)]())

    @extend_schema(
        operation_id="statistics_extracts",
        summary="Extracts",
        description="The state of all records at a cut-off, frozen by a statistician; the latest cut-off first. "
        "`state` says whether a second one signed it off, or it was set aside and is not to be used. "
        "`statistics/oic-01/?extract=` gives its table.",
        responses={
            (200, "application/json"): inline_serializer("ExtractTable", {"rows": ExtractRowSerializer(many=True)}),
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    @action(detail=False)
    def extracts(self, request: Request) -> Response:
        """Answer with a row per extract."""
        rows = [_represented(extract) for extract in Extract.objects.visible_to(self.account).latest_first()]
        return Response({"rows": rows})

    @extend_schema(
        operation_id="statistics_revisions",
        summary="Revisions",
        description="OIC_01 at two cut-offs, cell for cell, with the net effect of each class of reason. Each record "
        "that entered, left or moved has one class, so the classes of a cell add up to its difference. `before` is by "
        "default the latest extract before `as_at`, the period January 2023 to the last quarter that was complete at "
        "`before`; the answer says what was compared. `agencies` has each agency that had counted records at either "
        "cut-off, and adds up to the total. A record that was handed over left one agency and entered another, as "
        "`lead_change`. `format=csv` gives the cells.",
        parameters=[
            OpenApiParameter("before", str, description=_SIDE),
            OpenApiParameter("as_at", str, description=f"{_SIDE} Now, if it is left out."),
            OpenApiParameter("from", _DAY, description="The first day of a quarter."),
            OpenApiParameter("to", _DAY, description="The last day of a quarter."),
            *(
                OpenApiParameter(
                    each["name"], each["schema"], description=_PLACES[each["name"]], style="form", explode=True
                )
                for each in parameters_of(DisruptionFilter, frozenset(PLACES))
            ),
        ],
        responses={
            (200, "application/json"): inline_serializer(
                "RevisionTable",
                {
                    "before": serializers.CharField(help_text="What was compared: an extract's reference, or a day."),
                    "as_at": serializers.CharField(help_text="With what; `now` where no cut-off was given."),
                    "rows": RevisionRowSerializer(many=True),
                    "agencies": AgencyRevisionRowSerializer(many=True),
                },
            ),
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    @action(detail=False)
    def revisions(self, request: Request) -> Response:
        """Answer with a row per quarter and level, totals after their parts."""
        query = read_revision_query(request.query_params, allow=(FORMAT,))
        found = statistics.revisions(query)
        said = {"before": query.before.wire, "as_at": query.after.wire or "now"}
        agencies = [{"agency": row.code, **_numbers(row)} for row in found.agencies]
        return Response({**said, "rows": list(_rows(found)), "agencies": agencies})


def _rows(found: Revisions) -> Iterator[dict[str, Any]]:
    for cell in found.cells:
        yield {
            "year": cell.quarter.year if cell.quarter else None,
            "quarter": cell.quarter.name if cell.quarter else ALL,
            "level": cell.level,
            **_numbers(cell),
        }


def _numbers(number: Revision) -> dict[str, Any]:
    return {
        "before": number.old,
        "after": number.new,
        "difference": number.difference,
        "percent": number.percent,
        "reasons": {reason.value: number.reasons[reason.value] for reason in ReasonClass},
    }


def _represented(extract: Extract) -> dict[str, Any]:
    return {
        "extract": extract.reference,
        "title": extract.title,
        "cut_off": extract.cut_off,
        "first": extract.period_from,
        "last": extract.period_to,
        "rule_version": extract.rule_version,
        "provisional_quarters": extract.provisional_quarters,
        "records": extract.row_count,
        "counted": sum(records for _, _, records in extract.totals),
        "sha256": extract.sha256,
        "state": extract.state,
        "frozen_at": extract.frozen_at,
        "signed_off_at": extract.signed_off_at,
    }
