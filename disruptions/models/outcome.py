"""What came of a disruption: arrests, seizures, orders and so on, each type with its own measures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from agencies.constraints import check, unique
from disruptions.models.conditions import all_of, known
from disruptions.models.disruption import Disruption
from disruptions.models.kept_groups import OUTCOME_TRIGGERS
from disruptions.querysets import VersionedQuerySet
from disruptions.vocabulary import MEASURE_NAMES, OUTCOME_MEASURES, OutcomeType

COUNT_LIMIT = 1_000_000
VALUE_LIMIT = 10_000_000_000
MONTHS_LIMIT = 1_200
ITEM_LIMIT = 200


def _given(measure: str) -> Q:
    return ~Q(item="") if measure == "item" else Q(**{f"{measure}__isnull": False})


def _measures_required() -> Q:
    return all_of(
        ~Q(type=kind.value) | all_of(_given(name) for name in sorted(measures.required))
        for kind, measures in OUTCOME_MEASURES.items()
    )


def _measures_allowed() -> Q:
    # An unknown type is the business of ``outcome_type_known`` alone, so that it is refused by that name.
    unknown = ~Q(type__in=OutcomeType.values)
    return all_of(
        unknown
        | Q(type__in=[kind.value for kind, measures in OUTCOME_MEASURES.items() if name in measures.allowed])
        | ~_given(name)
        for name in MEASURE_NAMES
    )


class Outcome(models.Model):
    """One outcome of a disruption, in the versions ``from_version`` up to, not including, ``until_version``.

    A row is never changed but to close its range, so every past version keeps its outcomes.
    """

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, db_index=False, related_name="outcomes")
    position = models.PositiveSmallIntegerField()
    type = models.CharField("type", max_length=30, choices=OutcomeType)
    count = models.PositiveIntegerField("number", null=True, blank=True)
    value_gbp = models.DecimalField("value in pounds", max_digits=13, decimal_places=2, null=True, blank=True)
    months = models.PositiveIntegerField(
        "sentence in months", null=True, blank=True, help_text="Total of the sentences, in months."
    )
    item = models.TextField("item", blank=True)
    from_version = models.PositiveIntegerField(editable=False)
    until_version = models.PositiveIntegerField(null=True, editable=False)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        ordering = ("disruption", "position")
        constraints: ClassVar = [
            known("outcome", "type", OutcomeType),
            check(
                "outcome_count_in_range",
                Q(count__isnull=True) | Q(count__gte=1, count__lte=COUNT_LIMIT),
                field="count",
                message=f"Enter a whole number from 1 to {COUNT_LIMIT:,}.",
            ),
            check(
                "outcome_value_gbp_in_range",
                Q(value_gbp__isnull=True) | Q(value_gbp__gt=0, value_gbp__lte=VALUE_LIMIT),
                field="value_gbp",
                message=f"Enter an amount in pounds above 0 and up to {VALUE_LIMIT:,}.",
            ),
            check(
                "outcome_months_in_range",
                Q(months__isnull=True) | Q(months__gte=1, months__lte=MONTHS_LIMIT),
                field="months",
                message=f"Enter whole months from 1 to {MONTHS_LIMIT:,}.",
            ),
            check(
                "outcome_item_within_limit",
                Q(LessThanOrEqual(Length("item"), ITEM_LIMIT)),
                field="item",
                message=f"Item must be {ITEM_LIMIT} characters or fewer.",
            ),
            check(
                "outcome_has_its_measures",
                _measures_required(),
                field="type",
                message="This type of outcome needs another value.",
            ),
            check(
                "outcome_only_its_measures",
                _measures_allowed(),
                field="type",
                message="This type of outcome does not take that value.",
            ),
            check(
                "outcome_versions_in_order",
                Q(until_version__isnull=True) | Q(until_version__gt=F("from_version")),
                field="type",
                message="An outcome ends after the version that it began in.",
            ),
            unique(
                "outcome_position_unique",
                fields=("disruption", "position", "from_version"),
                field="type",
                message="Two outcomes stand in the same place.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["type", "disruption"],
                name="outcome_live_type_idx",
                condition=Q(until_version__isnull=True),
            )
        ]
        triggers: ClassVar = [*OUTCOME_TRIGGERS]

    def __str__(self) -> str:
        return f"{self.get_type_display()} ({self.count or self.value_gbp or self.item})"
