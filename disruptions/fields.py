"""The fields of a disruption as they go over the wire: one table for form, API, file, rules and constraints.

A new field is added here and to the model; parser, serializer, file columns, required rule, size rule and their
database constraints follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.db.models import TextChoices

from disruptions.vocabulary import (
    DisruptionRole,
    Duration,
    Enabler,
    EntryMethod,
    Extent,
    Initiation,
    Level,
    Marking,
    OicSubThreat,
    Sharing,
    Strand,
)


class Kind(Enum):
    """How a value is written on the wire."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    BOOLEAN = "boolean"
    THREAT = "threat"
    DISRUPTION = "disruption"
    AGENCY = "agency"
    AGENCIES = "agencies"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its wire name, label, help, kind, limits, and whether submitting needs it."""

    name: str
    label: str
    help_text: str
    kind: Kind
    choices: type[TextChoices] | None = None
    max_length: int | None = None
    required: bool = False
    long: bool = False
    default: str = ""

    @property
    def column(self) -> str:
        """The name of the database column (foreign keys end in ``_id``)."""
        related = {Kind.THREAT, Kind.DISRUPTION, Kind.AGENCY}
        return f"{self.name}_id" if self.kind in related else self.name


FIELDS: Final[tuple[Field, ...]] = (
    Field(
        "role",
        "Role",
        "Lead: your agency led it. Support: your agency helped another agency that led it.",
        Kind.CHOICE,
        DisruptionRole,
        required=True,
    ),
    Field(
        "lead",
        "Lead record",
        "The reference of the record that this one supports.",
        Kind.DISRUPTION,
    ),
    Field(
        "lead_agency",
        "Lead agency",
        "The agency that led it. Enough on its own while the lead is not recorded yet.",
        Kind.AGENCY,
    ),
    Field(
        "threat",
        "SOC threat",
        "The group, priority individual or vulnerability that was disrupted.",
        Kind.THREAT,
        required=True,
    ),
    Field(
        "occurred_on",
        "Date of the disruption",
        "The day it happened, not the day it is recorded. It decides the quarter it counts in.",
        Kind.DATE,
        required=True,
    ),
    Field(
        "level",
        "Level",
        "Judged against this threat: major is significant or long-term, moderate notable or medium-term, "
        "minor minimal or short-term. None and negative are recorded and never counted.",
        Kind.CHOICE,
        Level,
        required=True,
    ),
    Field("extent", "Extent", "How much of what the threat does was affected.", Kind.CHOICE, Extent),
    Field("duration", "Duration", "How long the effect is expected to last.", Kind.CHOICE, Duration),
    Field(
        "initiation",
        "Proactive or reactive",
        "Proactive: your agency set out to do it. Reactive: it answered something that happened.",
        Kind.CHOICE,
        Initiation,
        required=True,
    ),
    Field(
        "strand",
        "4P strand",
        "Pursue offenders, prevent involvement, protect people and systems, or prepare.",
        Kind.CHOICE,
        Strand,
        required=True,
    ),
    Field(
        "sub_threat",
        "OIC sub-threat",
        "Which kind of organised immigration crime it was.",
        Kind.CHOICE,
        OicSubThreat,
        required=True,
    ),
    Field(
        "entry_method",
        "Entry method",
        "How people entered, or were going to.",
        Kind.CHOICE,
        EntryMethod,
    ),
    Field("enablers", "Enablers", "What the crime relied on.", Kind.CHOICES, Enabler),
    Field(
        "uk_led",
        "UK-led",
        "Yes if a UK agency led it. Support to another country's action is recorded and not counted.",
        Kind.BOOLEAN,
        required=True,
    ),
    Field(
        "force_area",
        "Police force area",
        "Where in the United Kingdom it happened.",
        Kind.AGENCY,
    ),
    Field("country", "Country", "Where it happened.", Kind.COUNTRY, max_length=2),
    Field(
        "operation",
        "Operation name",
        "The name of the operation, if it had one.",
        Kind.TEXT,
        max_length=100,
    ),
    Field(
        "summary",
        "What happened",
        "What was done, by whom, in plain words. No names of people who are not convicted, no source's identity.",
        Kind.TEXT,
        max_length=4000,
        required=True,
        long=True,
    ),
    Field(
        "impact",
        "Evidence of impact",
        "What the threat can no longer do, and how you know.",
        Kind.TEXT,
        max_length=4000,
        required=True,
        long=True,
    ),
    Field(
        "oic_identifier_code",
        "OIC identifier code",
        "The code that marks the report as organised immigration crime on the Police National Database.",
        Kind.TEXT,
        max_length=30,
    ),
    Field(
        "msht_indicators",
        "Modern slavery indicators",
        "Yes if anybody showed signs of being a victim of modern slavery. A victim comes first.",
        Kind.BOOLEAN,
    ),
    Field(
        "safeguarding_referral",
        "Safeguarding referral made",
        "Yes if anybody was referred for safeguarding.",
        Kind.BOOLEAN,
    ),
    Field(
        "agency_reference",
        "Your own reference",
        "Your system's reference for it. Used once in your agency.",
        Kind.TEXT,
        max_length=100,
    ),
    Field(
        "source_recorded_on",
        "First recorded in your system",
        "The day it was first recorded in your own system.",
        Kind.DATE,
    ),
    Field(
        "marking",
        "Marking",
        "How the record is marked. Nothing above OFFICIAL-SENSITIVE belongs here.",
        Kind.CHOICE,
        Marking,
        default=Marking.OFFICIAL_SENSITIVE.value,
    ),
    Field(
        "sharing",
        "Sharing",
        "Who may open it beside your own agency.",
        Kind.CHOICE,
        Sharing,
        default=Sharing.ALL_AGENCIES.value,
    ),
    Field(
        "shared_with",
        "Shared with",
        "The agencies that may open it, where sharing is by name.",
        Kind.AGENCIES,
    ),
)

BY_NAME: Final[dict[str, Field]] = {field.name: field for field in FIELDS}
FIELD_NAMES: Final = tuple(BY_NAME)
CODES: Final[dict[str, frozenset[str]]] = {
    field.name: frozenset(field.choices.values) for field in FIELDS if field.choices is not None
}
"""The codes that a coded field may hold."""
REQUIRED_TO_SUBMIT: Final = tuple(field.name for field in FIELDS if field.required)

COUNTED_FIELDS: Final = frozenset({"role", "lead", "lead_agency", "threat", "occurred_on", "level", "uk_led"})
"""Changing one of these in an approved record returns it to submitted (design, section 3)."""
