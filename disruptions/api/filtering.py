"""The filters of the pages, for the API: the same names, the same values, and as strict."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from agencies.api.parameters import FORMAT
from agencies.constraints import Violation
from agencies.refusals import Invalid
from disruptions.filters import NOT_FILTERS
from disruptions.filters.grammar import WholeNumberFilter
from disruptions.filters.strict import UNKNOWN, DayFilter
from disruptions.statistics.parameters import read_as_at


class StrictFilterBackend(BaseFilterBackend):
    """Apply the view's ``filter_class``; beside its names only the view's ``own_parameters`` may be given."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Return the filtered rows. Raises ``Invalid`` for an unknown name or a bad value."""
        own = view.own_parameters | {FORMAT}  # type: ignore[attr-defined]  # set by each view
        pages_only = NOT_FILTERS - own
        unread = [name for name in request.query_params if name in pages_only]
        if unread:
            raise Invalid([Violation(name, UNKNOWN, "There is no filter with this name here.") for name in unread])
        chosen = view.filter_class  # type: ignore[attr-defined]  # set by each view
        reader = view.account  # type: ignore[attr-defined]  # set by each view
        # A filter that compares with a day takes that of the cut-off, as the pages do.
        day = read_as_at(request.query_params) if "as_at" in own else None
        return chosen(request.query_params, queryset, reader=reader, on=day).strict()

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the filters."""
        return parameters_of(view.filter_class)  # type: ignore[attr-defined]  # set by each view


def parameters_of(filter_class: Any, only: frozenset[str] | None = None) -> list[dict[str, Any]]:
    """Return the filters of a class as OpenAPI parameters, in the order of their names."""
    return [
        _parameter(name, each)
        for name, each in sorted(filter_class.base_filters.items())
        if only is None or name in only
    ]


def _parameter(name: str, each: filters.Filter) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "name": name,
        "in": "query",
        "required": False,
        "description": str(each.label),
        "schema": _schema(each),
    }
    if isinstance(each, filters.MultipleChoiceFilter):
        parameter |= {"style": "form", "explode": True}
    return parameter


def _schema(each: filters.Filter) -> dict[str, Any]:
    if isinstance(each, DayFilter):
        return {"type": "string", "format": "date"}
    choices = each.extra.get("choices")
    if isinstance(each, filters.NumberFilter):
        kind = "integer" if isinstance(each, WholeNumberFilter) else "number"
        return {"type": kind, "minimum": each.extra["min_value"], "maximum": each.extra["max_value"]}
    one: dict[str, Any] = {"type": "string"}
    if choices is not None and not callable(choices):
        one["enum"] = [value for value, _ in choices]
    if each.extra.get("max_length"):
        one["maxLength"] = each.extra["max_length"]
    return {"type": "array", "items": one} if isinstance(each, filters.MultipleChoiceFilter) else one
