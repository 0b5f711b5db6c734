"""Organised crime groups."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.history import event_model, one_row_per_version
from agencies.models import Agency, AgencyAsAt, Now, User
from disruptions.models.conditions import known, well_formed_reference, within_limit
from disruptions.querysets import OCGQuerySet
from disruptions.vocabulary import PndTier, ThreatStatus


class OCGState(models.Model):
    """The fields that an OCG and its past states share."""

    reference = models.CharField("reference", max_length=11, editable=False)
    name = models.CharField("name", max_length=120)
    aliases = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text="Other names it goes by."
    )
    pnd_tier = models.CharField(
        "PND tier",
        max_length=10,
        choices=PndTier,
        null=True,
        blank=True,
        help_text="Its tier on the Police National Database. Not the P grade. Blank: not on PND.",
    )
    pnd_reference = models.CharField("PND reference", max_length=40, blank=True)
    intent = models.TextField("intent", blank=True, help_text="What it means to do.")
    capability = models.TextField("capability", blank=True, help_text="What it is able to do.")
    geography = models.CharField("geography", max_length=200, blank=True)
    status = models.CharField("status", max_length=12, choices=ThreatStatus, default=ThreatStatus.ACTIVE)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"


class OCG(OCGState):
    """A group with both intent and capability to commit serious crime continuously (S0). Holds no person's name."""

    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="ocgs_led")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = OCGQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = "OCG"
        verbose_name_plural = "OCGs"
        constraints: ClassVar = [
            unique(
                "ocg_reference_unique",
                fields=("reference",),
                field="reference",
                message="Another OCG has this reference.",
            ),
            well_formed_reference("ocg"),
            known("ocg", "status", ThreatStatus),
            known("ocg", "pnd_tier", PndTier, null=True),
            check("ocg_name_required", ~Q(name=""), field="name", message="Enter the group's name."),
            within_limit("ocg", "intent", 4000, "Intent"),
            within_limit("ocg", "capability", 4000, "Capability"),
        ]


class OCGEvent(event_model(OCG)):  # type: ignore[misc]  # made by pghistory
    """One version of an OCG, written by trigger."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("ocg_event")]


class OCGAsAt(OCGState):
    """An OCG as it was at the time of ``reading_as_at``."""

    id = models.BigIntegerField(primary_key=True)
    lead_agency = models.ForeignKey(AgencyAsAt, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    objects = OCGQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "disruptions_ocg_as_at"
        ordering = ("name",)
