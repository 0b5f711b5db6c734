"""Extracts: what stood at a cut-off, frozen row by row, so that a figure that was published can be had again."""

from __future__ import annotations

from typing import ClassVar, Final

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, declare, unique
from agencies.models import Agency, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import Disruption
from disruptions.models.threat import SOCThreat
from disruptions.querysets import ExtractQuerySet, ExtractRowQuerySet
from disruptions.references import EXTRACT_PATTERN
from disruptions.vocabulary import DisruptionRole, ExtractState, Level, Status, ThreatArea

EXTRACT_TITLE_LIMIT: Final = 160
EXTRACT_TEXT_LIMIT: Final = 2000

declare(
    "extract_frozen", "state", "An extract is frozen: it is signed off or set aside once, and nothing else changes."
)
declare("extract_rows_frozen", "state", "The rows of an extract are frozen. Freeze another extract instead.")

_ANSWER: Final = (
    *("state", "signed_off_by_id", "signed_off_at"),
    *("set_aside_by_id", "set_aside_at", "set_aside_reason"),
)
"""The columns that say what became of an extract: all that ever changes."""


def _refuse(table: str, code: str) -> str:
    return f"RAISE 'an extract is frozen' USING ERRCODE = 'check_violation', TABLE = '{table}', CONSTRAINT = '{code}';"


REFUSE_EXTRACT: Final = _refuse("disruptions_extract", "extract_frozen")
REFUSE_ROWS: Final = _refuse("disruptions_extractrow", "extract_rows_frozen")
ANSWERED_ONCE: Final = f"""
    IF OLD.state <> '{ExtractState.FROZEN.value}' OR NEW.state = '{ExtractState.FROZEN.value}'
        OR to_jsonb(OLD) - ARRAY[{", ".join(f"'{name}'" for name in _ANSWER)}]
            IS DISTINCT FROM to_jsonb(NEW) - ARRAY[{", ".join(f"'{name}'" for name in _ANSWER)}] THEN
        {REFUSE_EXTRACT}
    END IF;
    RETURN NEW;
"""
# The rows of an extract go in before it does, in one transaction: once it is there, no row joins it.
NO_LATER_ROWS: Final = """
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT extract_id FROM new_values) added
        JOIN disruptions_extract ON disruptions_extract.id = added.extract_id
    ) THEN
        {refuse}
    END IF;
    RETURN NULL;
"""


class Extract(models.Model):
    """The state of all records at a cut-off, frozen: never deleted, and changed only to say what became of it."""

    reference = models.CharField("reference", max_length=11, editable=False)
    title = models.TextField("title", help_text="What it is for, such as “Year ending March 2026”.")
    words = models.TextField("notes", blank=True, help_text="Anything that whoever opens it should know.")
    cut_off = models.DateField("cut-off", help_text="Records as they stood at the end of this day, London time.")
    cut_off_at = models.DateTimeField(help_text="The last moment of that day.")
    period_from = models.DateField("from")
    period_to = models.DateField("to")
    rule_version = models.CharField("version of the counting rule", max_length=10)
    provisional_quarters = models.PositiveSmallIntegerField(help_text="How many of the latest quarters had the mark.")
    row_count = models.PositiveIntegerField(help_text="How many records it holds, counted or not.")
    totals = models.JSONField(help_text="The cells of OIC_01: first day of the quarter, level, records.")
    sha256 = models.CharField(max_length=64, help_text="The hash of everything that is frozen.")
    frozen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(editable=False)
    state = models.CharField(max_length=12, choices=ExtractState, default=ExtractState.FROZEN)
    signed_off_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_off_at = models.DateTimeField(null=True, editable=False)
    set_aside_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True, editable=False)
    set_aside_reason = models.TextField(blank=True)

    objects = ExtractQuerySet.as_manager()

    class Meta:
        ordering = ("-cut_off", "-pk")
        constraints: ClassVar = [
            unique(
                "extract_reference_unique",
                fields=("reference",),
                field="reference",
                message="Another extract has this reference.",
            ),
            check(
                "extract_reference_well_formed",
                Q(reference__regex=EXTRACT_PATTERN),
                field="reference",
                message="A reference of an extract looks like E-7KQ2-M4XH.",
            ),
            known("extract", "state", ExtractState),
            check("extract_title_required", ~Q(title=""), field="title", message="Enter a title."),
            within_limit("extract", "title", EXTRACT_TITLE_LIMIT, "The title"),
            within_limit("extract", "words", EXTRACT_TEXT_LIMIT, "The notes"),
            within_limit("extract", "set_aside_reason", EXTRACT_TEXT_LIMIT, "The reason"),
            check(
                "extract_cut_off_ended",
                Q(cut_off_at__lt=F("frozen_at")),
                field="cut_off",
                message="Records of this day are still being added. Choose a day that has ended.",
            ),
            check(
                "extract_period_in_order",
                Q(period_to__gte=F("period_from")),
                field="to",
                message="The last day must be on or after the first day.",
            ),
            check(
                "extract_period_ended",
                Q(period_to__lte=F("cut_off")),
                field="to",
                message="The period must have ended at the cut-off.",
            ),
            check(
                "extract_sha256_well_formed",
                Q(sha256__regex="^[0-9a-f]{64}$"),
                field="sha256",
                message="The hash of an extract is a SHA-256 in small letters.",
            ),
            check(
                "extract_signed_off_by_another",
                Q(signed_off_by__isnull=True) | ~Q(signed_off_by=F("frozen_by")),
                field="signed_off_by",
                message="You froze this extract. Another statistician must sign it off.",
            ),
            check(
                "extract_signed_off_by_somebody",
                Q(state=ExtractState.SIGNED_OFF, signed_off_by__isnull=False, signed_off_at__isnull=False)
                | ~Q(state=ExtractState.SIGNED_OFF) & Q(signed_off_by__isnull=True, signed_off_at__isnull=True),
                field="state",
                message="An extract that is signed off says by whom and when; no other does.",
            ),
            check(
                "extract_set_aside_has_reason",
                Q(state=ExtractState.SET_ASIDE, set_aside_by__isnull=False, set_aside_at__isnull=False)
                & ~Q(set_aside_reason="")
                | ~Q(state=ExtractState.SET_ASIDE)
                & Q(set_aside_by__isnull=True, set_aside_at__isnull=True, set_aside_reason=""),
                field="reason",
                message="Say why the extract is set aside.",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="answered_once", when=pgtrigger.Before, operation=pgtrigger.Update, func=ANSWERED_ONCE
            ),
            pgtrigger.Trigger(
                name="never_deleted",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=REFUSE_EXTRACT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} as at {self.cut_off:%Y-%m-%d}"

    @property
    def is_signed_off(self) -> bool:
        """Whether a second person stands for it."""
        return self.state == ExtractState.SIGNED_OFF

    @property
    def is_set_aside(self) -> bool:
        """Whether it is not to be used."""
        return self.state == ExtractState.SET_ASIDE


class ExtractRow(models.Model):
    """One record as it stood at the cut-off of an extract: all that the counting rule looks at. Rows are only added."""

    extract = models.ForeignKey(Extract, on_delete=models.PROTECT, db_index=False, related_name="rows")
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, db_index=False, related_name="+")
    version = models.PositiveIntegerField(help_text="The version of the record that stood.")
    # Read in the statement that freezes, from rows that are never deleted: checking each again takes longer than it.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+")
    threat = models.ForeignKey(
        SOCThreat, on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    primary_area = models.CharField(max_length=24, choices=ThreatArea, null=True, help_text="Of its threat, then.")
    role = models.CharField(max_length=10, choices=DisruptionRole)
    occurred_on = models.DateField(null=True)
    level = models.CharField(max_length=10, choices=Level, null=True)
    status = models.CharField(max_length=10, choices=Status)
    duplicate = models.BooleanField(help_text="Whether it was rejected as a duplicate of another record.")
    uk_led = models.BooleanField(null=True)
    not_counted = ArrayField(
        models.CharField(max_length=20),
        help_text="Each part of the counting rule that it did not meet, in the rule's order (NotCounted).",
    )
    counted = models.BooleanField()

    objects = ExtractRowQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            unique(
                "extract_row_once",
                fields=("extract", "disruption"),
                field="extract",
                message="A record stands in an extract once.",
            ),
            check(
                "extract_row_counted_has_a_cell",
                Q(counted=False) | Q(occurred_on__isnull=False, level__isnull=False, not_counted=[]),
                field="counted",
                message="A record that is counted has a day and a level, and meets the rule.",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="never_changed",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=REFUSE_ROWS,
            ),
            pgtrigger.Trigger(
                name="no_later_rows",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_values"),  # type: ignore[no-untyped-call]  # not annotated
                func=NO_LATER_ROWS.format(refuse=REFUSE_ROWS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id} in {self.extract_id}"
