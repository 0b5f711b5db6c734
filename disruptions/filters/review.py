"""Filters of assessments and of the reassessment queue."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import django_filters as filters

from agencies.models import User
from agencies.permissions import holds_role
from agencies.vocabulary import Role
from disruptions.filters.strict import YES_NO, AnyOfFilter, ReferenceFilter, StrictFilter, agency_choices
from disruptions.filters.threat import GRADES
from disruptions.querysets import SOCThreatQuerySet, ThreatAssessmentQuerySet
from disruptions.references import THREAT
from disruptions.review_cycle import any_flag, any_state
from disruptions.vocabulary import Escalation, PriorityGrade, ReviewFlag, ReviewState

TO_REVIEW: Final = (ReviewState.OVERDUE, ReviewState.DUE, ReviewState.NEVER)
NOT_ESCALATED: Final = "none"
WHOSE: Final = (("all", "Those that others manage too"),)


class AssessmentFilter(StrictFilter[ThreatAssessmentQuerySet]):
    """Filters of assessments, by their wire names."""

    threat = ReferenceFilter(kind=THREAT, field_name="threat__reference", label="SOC threat")
    adopted_grade = AnyOfFilter(choices=PriorityGrade.choices, label="Grade adopted")
    override = AnyOfFilter(choices=YES_NO, method="filter_override", label="Another grade than suggested")
    lead_agency = AnyOfFilter(
        field_name="threat__lead_agency__code", choices=agency_choices, label="Lead agency of the threat"
    )

    def filter_override(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep assessments whose grade is another than the suggested one, or the others."""
        return rows.overrides("yes" in value) if len(set(value)) == 1 else rows


class ReassessmentFilter(StrictFilter[SOCThreatQuerySet]):
    """Filters of threats whose review is looked after. Without ``state`` or ``flag``, what is to be reviewed now.

    The flags come from the records that the ``reader`` may open.
    """

    state = AnyOfFilter(choices=ReviewState.choices, method="filter_state", label="Review")
    flag = AnyOfFilter(choices=ReviewFlag.choices, method="filter_flag", label="Worth another look")
    p_grade = AnyOfFilter(choices=GRADES, method="filter_grade", label="P grade")
    planned = filters.ChoiceFilter(choices=YES_NO, method="filter_planned", label="Planned for a day")
    escalated = AnyOfFilter(
        choices=(*Escalation.choices, (NOT_ESCALATED, "Not escalated")), method="filter_escalated", label="Escalated to"
    )
    lead_agency = AnyOfFilter(field_name="lead_agency__code", choices=agency_choices, label="Lead agency")
    whose = AnyOfFilter(choices=WHOSE, method="filter_whose", label="Whose threats")

    def __init__(self, data: Any, queryset: Any, *, reader: User, on: date) -> None:
        super().__init__(data, queryset, reader=reader, on=on)
        self.person, self.today = reader, on

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter, and keep what is to be reviewed unless another state or a flag is named.

        A threat manager sees what they manage, unless all are asked for.
        """
        rows = self.theirs(super().filter_queryset(queryset))
        asked = self.form.cleaned_data
        return rows if asked["state"] or asked["flag"] else rows.filter(any_state(TO_REVIEW, self.today))

    def theirs(self, rows: Any) -> Any:
        """Keep the threats of the person whose queue it is."""
        own_only = holds_role(self.person, Role.THREAT_MANAGER) and not self.form.cleaned_data["whose"]
        return rows.managed_by(self.person) if own_only else rows.accepting()

    def filter_whose(self, rows: Any, name: str, value: list[str]) -> Any:
        """Leave it to ``theirs``, which knows what is meant where nothing is asked for."""
        return rows

    def filter_state(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep threats whose review stands in any of these ways."""
        return rows.filter(any_state(value, self.today)) if value else rows

    def filter_flag(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep threats with any of these flags."""
        return rows.filter(any_flag(value, self.today, self.person)) if value else rows

    def filter_grade(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep threats of these grades, or without one."""
        return rows.graded(value) if value else rows

    def filter_planned(self, rows: Any, name: str, value: str) -> Any:
        """Keep threats whose review is planned for a day, or the others."""
        return rows.filter(review_planned_on__isnull=value == "no")

    def filter_escalated(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep threats that are escalated to any of these, or to nobody."""
        return (
            rows.filter(escalated_to__in=["" if each == NOT_ESCALATED else each for each in value]) if value else rows
        )
