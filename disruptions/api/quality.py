"""``statistics/quality/``: how well agencies record, as far as a client may read about them."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.viewsets import ApiViewSet
from agencies.constraints import Violation
from agencies.refusals import Invalid
from agencies.vocabulary import ApiScope
from disruptions import statistics
from disruptions.api.statistics import TableCSVRenderer, columns_of
from disruptions.filters.strict import UNKNOWN
from disruptions.statistics import QualityRow, read_quality_query
from disruptions.statistics.quality import ANSWERS

PARAMETERS = frozenset({"from", "to", "as_at", "format"})


class AnswersSerializer(serializers.Serializer[Any]):
    """Records that have each answer, of those that are submitted or approved."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return a number per answer."""
        return {
            each.name: serializers.IntegerField(
                min_value=0,
                help_text=f"{each.label}: {'expected of every record' if each.expected else 'where there was one'}.",
            )
            for each in ANSWERS
        }


class QualityRowSerializer(serializers.Serializer[Any]):
    """How well one agency records, or all of them together."""

    agency = serializers.CharField(allow_null=True, help_text="The agency's code; null: all agencies together.")
    submitted = serializers.IntegerField(min_value=0, help_text="Records of the period that were ever submitted.")
    records = serializers.IntegerField(min_value=0, help_text="Those that are submitted or approved at the cut-off.")
    in_time = serializers.IntegerField(min_value=0, help_text="Of `records`, those recorded in time.")
    median_days = serializers.IntegerField(
        allow_null=True, help_text="Half of `records` were recorded within so many days of the disruption."
    )
    answers = AnswersSerializer()
    sent_back = serializers.IntegerField(min_value=0, help_text="Of `submitted`, sent back at least once.")
    moderated = serializers.IntegerField(min_value=0, help_text="Of `submitted`, decided on by a moderator.")
    regraded = serializers.IntegerField(min_value=0, help_text="Of `moderated`, raised or lowered.")
    duplicates = serializers.IntegerField(min_value=0, help_text="Of `submitted`, rejected as a duplicate.")
    set_aside = serializers.IntegerField(
        min_value=0, help_text="Of `submitted`, submitted beside a likely duplicate, with a reason."
    )
    drafts = serializers.IntegerField(min_value=0, help_text="Drafts at the cut-off, whenever begun.")
    overdue_drafts = serializers.IntegerField(min_value=0, help_text="Of `drafts`, those begun too long ago.")
    returned = serializers.IntegerField(min_value=0, help_text="Returned records at the cut-off.")
    overdue_returned = serializers.IntegerField(min_value=0, help_text="Of `returned`, those left for too long.")


class QualityViewSet(ApiViewSet):
    """Recording quality: a client's own agency, what its roles reach, and all agencies together."""

    scopes: ClassVar = {"quality": ApiScope.STATISTICS_READ}
    renderer_classes = (JSONRenderer, TableCSVRenderer)
    serializer_class = QualityRowSerializer
    pagination_class = None

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the table, nested values joined by an underscore."""
        return columns_of(QualityRowSerializer())

    @extend_schema(
        operation_id="statistics_quality",
        summary="Recording quality",
        description=(
            "How completely and how soon agencies record, what was sent back and regraded, and what is overdue: "
            "numbers from which rates are made. By the day of recording; the last twelve months up to the cut-off, "
            "unless `from` and `to` say otherwise. A client reads about its own agency and all agencies together."
        ),
        parameters=[
            OpenApiParameter(name, {"type": "string", "format": "date"}, description=words)
            for name, words in (
                ("as_at", "The figures as they stood at the end of that day, London time. Now, if it is left out."),
                ("from", "First day of recording."),
                ("to", "Last day of recording."),
            )
        ],
        responses={
            (200, "application/json"): inline_serializer("QualityTable", {"rows": QualityRowSerializer(many=True)}),
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    @action(detail=False)
    def quality(self, request: Request) -> Response:
        """Answer with a row per agency, and one for all of them."""
        others = [name for name in request.query_params if name not in PARAMETERS]
        if others:
            raise Invalid([Violation(name, UNKNOWN, "There is no filter with this name here.") for name in others])
        figures = statistics.quality(read_quality_query(request.query_params), reader=self.account)
        return Response({"rows": [_row(row) for row in (*figures.rows, figures.together)]})


def _row(row: QualityRow) -> dict[str, Any]:
    counts = row.counts
    return {
        "agency": row.code or None,
        "submitted": counts["submitted"],
        "records": row.records,
        "in_time": counts["in_time"],
        "median_days": row.median_days,
        "answers": {each.name: counts[each.name] for each in ANSWERS},
        **{
            name: counts[name]
            for name in (
                "sent_back",
                "moderated",
                "regraded",
                "duplicates",
                "set_aside",
                "drafts",
                "overdue_drafts",
                "returned",
                "overdue_returned",
            )
        },
    }
