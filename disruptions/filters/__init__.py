"""Filters for every reader: list, dashboard, chart, export, API. A bad or unknown filter is an error."""

from disruptions.filters.disruption import COUNTED_FILTERS, DisruptionFilter
from disruptions.filters.queue import QueueFilter
from disruptions.filters.review import AssessmentFilter, ReassessmentFilter
from disruptions.filters.strict import NOT_FILTERS, YES_NO, StrictFilter
from disruptions.filters.threat import OCGFilter, ThreatFilter

__all__ = [
    "COUNTED_FILTERS",
    "NOT_FILTERS",
    "YES_NO",
    "AssessmentFilter",
    "DisruptionFilter",
    "OCGFilter",
    "QueueFilter",
    "ReassessmentFilter",
    "StrictFilter",
    "ThreatFilter",
]
