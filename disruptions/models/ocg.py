"""Organised crime groups."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.history import event_model, one_row_per_version
from agencies.models import Agency, AgencyAsAt, Now, User
from disruptions.models.conditions import each_within_limit, known, well_formed_reference, within_limit
from disruptions.querysets import OCGQuerySet
from disruptions.vocabulary import Change, PndTier, ThreatStatus

OCG_NAME_LIMIT = 120
OCG_WORDS_LIMIT = 4000
PND_REFERENCE_LIMIT = 40
OWN_REFERENCE_LIMIT = 80
GEOGRAPHY_LIMIT = 200
ALIASES_LIMIT = 50
MASTER_LIST_REASON_LIMIT = 2000


class OCGState(models.Model):
    """The fields that an OCG and its past states share."""

    reference = models.CharField("reference", max_length=11, editable=False)
    name = models.TextField("name", help_text="What the group is known as. No person's name.")
    aliases = ArrayField(models.TextField(), default=list, blank=True, help_text="Other names it goes by.")
    pnd_tier = models.CharField(
        "PND tier",
        max_length=10,
        choices=PndTier,
        null=True,
        blank=True,
        help_text="Its tier on the Police National Database. Not the P grade. Blank: not on PND.",
    )
    pnd_reference = models.TextField("PND reference", blank=True)
    agency_reference = models.TextField(
        "own reference", blank=True, help_text="What the lead agency's own system calls it."
    )
    intent = models.TextField("intent", blank=True, help_text="What it means to do.")
    capability = models.TextField("capability", blank=True, help_text="What it is able to do.")
    geography = models.TextField("geography", blank=True, help_text="Where it works from and to.")
    status = models.CharField("status", max_length=12, choices=ThreatStatus, default=ThreatStatus.ACTIVE)
    change = models.CharField(
        max_length=20, choices=Change, default=Change.RECORDED, editable=False, help_text="What made this version."
    )
    change_reason = models.TextField(blank=True, default="", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"


class OCG(OCGState):
    """A group with both intent and capability to commit serious crime continuously (S0). Holds no person's name."""

    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="ocgs_led")
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_here",
        editable=False,
        help_text="The OCG that took its place.",
    )
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
            within_limit("ocg", "name", OCG_NAME_LIMIT, "The name"),
            *each_within_limit("ocg", "aliases", OCG_NAME_LIMIT, ALIASES_LIMIT, "other names"),
            within_limit("ocg", "pnd_reference", PND_REFERENCE_LIMIT, "The PND reference"),
            within_limit("ocg", "agency_reference", OWN_REFERENCE_LIMIT, "Own reference"),
            within_limit("ocg", "geography", GEOGRAPHY_LIMIT, "Geography"),
            within_limit("ocg", "intent", OCG_WORDS_LIMIT, "Intent"),
            within_limit("ocg", "capability", OCG_WORDS_LIMIT, "Capability"),
            within_limit("ocg", "change_reason", MASTER_LIST_REASON_LIMIT, "The reason"),
            known("ocg", "change", Change),
            unique(
                "ocg_agency_reference_unique",
                fields=("lead_agency", "agency_reference"),
                condition=~Q(agency_reference=""),
                field="agency_reference",
                message="The lead agency has an OCG with this own reference already.",
            ),
            check(
                "ocg_merged_is_archived",
                Q(merged_into__isnull=True) | (Q(status=ThreatStatus.ARCHIVED) & ~Q(merged_into=F("id"))),
                field="status",
                message="An OCG that was merged into another is archived. Take the merge back first.",
            ),
            check(
                "ocg_archived_has_reason",
                ~Q(change=Change.ARCHIVED) | ~Q(change_reason=""),
                field="reason",
                message="Say why it is archived.",
            ),
        ]

    def in_its_place(self) -> OCG:
        """Return what stands in its place: itself, or the last that it was merged into; a query for each step."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found


class OCGEvent(event_model(OCG)):  # type: ignore[misc]  # made by pghistory
    """One version of an OCG, written by trigger."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("ocg_event")]


class OCGAsAt(OCGState):
    """An OCG as it was at the time of ``reading_as_at``."""

    id = models.BigIntegerField(primary_key=True)
    lead_agency = models.ForeignKey(AgencyAsAt, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    merged_into = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="merged_here"
    )
    created_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    objects = OCGQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "disruptions_ocg_as_at"
        ordering = ("name",)
