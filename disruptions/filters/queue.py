"""Filters of the queues that approvers and moderators work through."""

from __future__ import annotations

from typing import Any

import django_filters as filters

from disruptions.filters.strict import AnyOfFilter, StrictFilter
from disruptions.querysets import DisruptionQuerySet
from disruptions.vocabulary import Level


class QueueFilter(StrictFilter[DisruptionQuerySet]):
    """Filters of a queue: by level, and by who recorded or which agency did, from those that the queue holds."""

    level = AnyOfFilter(choices=Level.choices, label="Level")
    author = filters.ChoiceFilter(field_name="recorded_by", label="Recorded by")
    agency = filters.ChoiceFilter(field_name="agency__code", label="Agency")

    def __init__(self, data: Any, queryset: Any, *, by: str) -> None:
        """Read the choices of one of the two, ``author`` or ``agency``; the other is no filter of this queue."""
        super().__init__(data, queryset)
        del self.filters["agency" if by == "author" else "author"]
        self.by = by
        self.choices = queryset.authors() if by == "author" else queryset.agencies()
        self.filters[by].extra["choices"] = self.choices
