"""Regions and agencies: reference data that ships with the project and is edited afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.history import event_model, one_row_per_version
from agencies.querysets import AgencyQuerySet, RegionQuerySet
from agencies.vocabulary import AgencyKind, StatisticsGroup

CODE_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Region(models.Model):
    """One of the ten policing regions of England and Wales (HMICFRS), each with its ROCU but London."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("name", max_length=80, unique=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            check(
                "region_code_is_a_slug",
                Q(code__regex=CODE_PATTERN),
                field="code",
                message="Use lower-case letters, digits and single hyphens.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AgencyState(models.Model):
    """The fields that an agency and its past states share."""

    code = models.SlugField(
        "code",
        max_length=40,
        help_text="Project code, used in addresses and by the API. The police.uk id for a force.",
    )
    name = models.CharField("name", max_length=120)
    short_name = models.CharField("short name", max_length=40)
    kind = models.CharField("kind", max_length=30, choices=AgencyKind)
    statistics_group = models.CharField(
        "statistics group",
        max_length=20,
        choices=StatisticsGroup,
        default=StatisticsGroup.NOT_COVERED,
        help_text="Which group of the published statistics its lead disruptions are counted in.",
    )
    ons_code = models.CharField(
        "ONS code", max_length=9, blank=True, help_text="Blank where no national code is known. Never invented."
    )
    police_number = models.CharField("police force number", max_length=2, blank=True)
    contact = models.CharField(
        "contact",
        max_length=200,
        blank=True,
        help_text="Whom another agency writes to about a record it cannot open. A post or mailbox, not a person.",
    )
    active_from = models.DateField("active from", null=True, blank=True)
    active_until = models.DateField("active until", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Agency(AgencyState):  # type: ignore[django-manager-missing]  # a swappable model points here
    """A body that takes part. Its statistics group decides whether its lead records are counted."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="units")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True, related_name="agencies")
    rocu = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="served_forces",
        verbose_name="ROCU",
        help_text="The regional organised crime unit that serves it. London has none.",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "agencies"
        constraints: ClassVar = [
            unique(
                "agency_code_unique",
                fields=("code",),
                field="code",
                message="Another agency has this code.",
            ),
            unique(
                "agency_name_unique",
                fields=("name",),
                field="name",
                message="Another agency has this name.",
            ),
            check(
                "agency_code_is_a_slug",
                Q(code__regex=CODE_PATTERN),
                field="code",
                message="Use lower-case letters, digits and single hyphens.",
            ),
            check(
                "agency_kind_known",
                Q(kind__in=AgencyKind.values),
                field="kind",
                message="Choose a kind from the list.",
            ),
            check(
                "agency_statistics_group_known",
                Q(statistics_group__in=StatisticsGroup.values),
                field="statistics_group",
                message="Choose a statistics group from the list.",
            ),
            check(
                "agency_active_until_after_from",
                Q(active_from__isnull=True) | Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
                field="active_until",
                message="The last day must be on or after the first day.",
            ),
            check(
                "agency_rocu_is_another",
                Q(rocu__isnull=True) | ~Q(rocu=F("id")),
                field="rocu",
                message="A unit cannot be its own ROCU.",
            ),
            check(
                "agency_parent_is_another",
                Q(parent__isnull=True) | ~Q(parent=F("id")),
                field="parent",
                message="An agency cannot be its own parent.",
            ),
            check(
                "agency_ons_code_blank_or_nine",
                Q(ons_code="") | Q(ons_code__regex=r"^[A-Z][0-9]{8}$"),
                field="ons_code",
                message="An ONS code is a letter and eight digits, such as E23000032.",
            ),
        ]


class AgencyEvent(event_model(Agency)):  # type: ignore[misc]  # made by pghistory
    """One version of an agency, written by trigger."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("agency_event")]


class AgencyAsAt(AgencyState):
    """An agency as it was at the time of ``reading_as_at``."""

    id = models.BigIntegerField(primary_key=True)
    parent = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="units"
    )
    region = models.ForeignKey(Region, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    rocu = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="served_forces",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "agencies_agency_as_at"
        ordering = ("name",)
