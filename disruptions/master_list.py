"""The fields of OCGs and SOC threats as they go over the wire, and the rules of one of each. No database, no request.

One table serves form, API and rules, as ``fields`` does for disruptions. Each rule's code is the name of the database
constraint that holds the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final

from django.db.models import TextChoices

from agencies.constraints import Violation, declare, violation
from agencies.models import User
from disruptions.models.ocg import (
    ALIASES_LIMIT,
    GEOGRAPHY_LIMIT,
    MASTER_LIST_REASON_LIMIT,
    OCG_NAME_LIMIT,
    OCG_WORDS_LIMIT,
    OWN_REFERENCE_LIMIT,
    PND_REFERENCE_LIMIT,
)
from disruptions.models.threat import THREAT_TITLE_LIMIT
from disruptions.rules import is_storable
from disruptions.vocabulary import (
    Enabler,
    EntryMethod,
    OicSubThreat,
    PndTier,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)

NO_PERSONAL_DATA: Final = (
    "A priority individual is a reference and a label here. Names, dates of birth, addresses and pictures belong in "
    "your intelligence system."
)

declare("soc_threat_kind_fixed", "kind", "What a threat is cannot change. Archive this one and add another.")
declare("soc_threat_ocg_fixed", "ocg", "The OCG of a threat cannot change. Merge the two threats instead.")
declare(
    "soc_threat_status_by_archiving", "status", "Archive it, with a reason, or restore it: that is a step of its own."
)
declare("ocg_status_by_archiving", "status", "Archive it, with a reason, or restore it: that is a step of its own.")
declare(
    "master_list_reason_storable", "reason", "Take out the characters that cannot be stored (null or half a character)."
)


class Shape(Enum):
    """How a value of the master list is written."""

    TEXT = "text"
    NAMES = "names"
    CHOICE = "choice"
    CHOICES = "choices"
    PERSON = "person"
    OCG = "ocg"


@dataclass(frozen=True, slots=True)
class MasterField:
    """One field: its wire name, label, help, shape and limits. ``fixed`` is said once, when the entry is made."""

    name: str
    label: str
    help_text: str
    shape: Shape
    choices: type[TextChoices] | None = None
    limit: int | None = None
    required: bool = False
    long: bool = False
    fixed: bool = False
    default: str = ""


OCG_FIELDS: Final = (
    MasterField(
        "name",
        "Name",
        "What the group is known as. No person’s name.",
        Shape.TEXT,
        limit=OCG_NAME_LIMIT,
        required=True,
    ),
    MasterField("aliases", "Other names", "What else it goes by.", Shape.NAMES, limit=OCG_NAME_LIMIT),
    MasterField(
        "pnd_tier",
        "PND tier",
        "Its tier on the Police National Database, tier 4 the lowest. This is not the P grade.",
        Shape.CHOICE,
        PndTier,
    ),
    MasterField("pnd_reference", "PND reference", "Its reference on the PND.", Shape.TEXT, limit=PND_REFERENCE_LIMIT),
    MasterField(
        "agency_reference",
        "Own reference",
        "What the lead agency’s own system calls it.",
        Shape.TEXT,
        limit=OWN_REFERENCE_LIMIT,
    ),
    MasterField("intent", "Intent", "What it means to do.", Shape.TEXT, limit=OCG_WORDS_LIMIT, long=True),
    MasterField("capability", "Capability", "What it is able to do.", Shape.TEXT, limit=OCG_WORDS_LIMIT, long=True),
    MasterField("geography", "Geography", "Where it works from and to.", Shape.TEXT, limit=GEOGRAPHY_LIMIT),
    MasterField(
        "status",
        "Status",
        "Where the group stands.",
        Shape.CHOICE,
        ThreatStatus,
        required=True,
        default=ThreatStatus.ACTIVE.value,
    ),
)

THREAT_FIELDS: Final = (
    MasterField(
        "kind",
        "Kind",
        "An organised crime group, a priority individual or a vulnerability.",
        Shape.CHOICE,
        ThreatKind,
        required=True,
        fixed=True,
    ),
    MasterField(
        "title",
        "Title",
        "A label that officers will recognise. No personal data.",
        Shape.TEXT,
        limit=THREAT_TITLE_LIMIT,
        required=True,
    ),
    MasterField(
        "ocg",
        "OCG",
        "The group that the threat is. Only for an organised crime group, and needed for one.",
        Shape.OCG,
        fixed=True,
    ),
    MasterField(
        "primary_area",
        "Primary threat area",
        "Disruptions count as OIC only where this is organised immigration crime.",
        Shape.CHOICE,
        ThreatArea,
        required=True,
        default=ThreatArea.OIC.value,
    ),
    MasterField("other_areas", "Other threat areas", "What else it is part of.", Shape.CHOICES, ThreatArea),
    MasterField("sub_threats", "OIC sub-threats", "Which of the three it is part of.", Shape.CHOICES, OicSubThreat),
    MasterField("methods", "Entry methods", "How entry happens or is planned.", Shape.CHOICES, EntryMethod),
    MasterField("enablers", "Enablers", "What it relies on.", Shape.CHOICES, Enabler),
    MasterField(
        "geography",
        "Geography",
        "Where it works from and to. Leave it out for a priority individual.",
        Shape.TEXT,
        limit=GEOGRAPHY_LIMIT,
    ),
    MasterField(
        "agency_reference",
        "Own reference",
        "What the lead agency’s own system calls it.",
        Shape.TEXT,
        limit=OWN_REFERENCE_LIMIT,
    ),
    MasterField(
        "lead_responsible_officer",
        "Lead responsible officer",
        "Who answers for what is done about it: the e-mail address of somebody of the lead agency.",
        Shape.PERSON,
    ),
    MasterField(
        "status",
        "Status",
        "Where the threat stands.",
        Shape.CHOICE,
        ThreatStatus,
        required=True,
        default=ThreatStatus.ACTIVE.value,
    ),
)

OCG_BY_NAME: Final = {field.name: field for field in OCG_FIELDS}
THREAT_BY_NAME: Final = {field.name: field for field in THREAT_FIELDS}


@dataclass(slots=True)
class OCGRow:
    """An OCG as it was sent."""

    name: str
    aliases: tuple[str, ...] = ()
    pnd_tier: str | None = None
    pnd_reference: str = ""
    agency_reference: str = ""
    intent: str = ""
    capability: str = ""
    geography: str = ""
    status: str = ThreatStatus.ACTIVE.value


@dataclass(slots=True)
class ThreatRow:
    """A SOC threat as it was sent; ``ocg`` is a reference."""

    kind: str
    title: str
    ocg: str | None = None
    primary_area: str = ThreatArea.OIC.value
    other_areas: tuple[str, ...] = ()
    sub_threats: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    enablers: tuple[str, ...] = ()
    geography: str = ""
    agency_reference: str = ""
    status: str = ThreatStatus.ACTIVE.value
    lead_responsible_officer: User | None = None


OCG_NAMES: Final = tuple(each.name for each in fields(OCGRow))
THREAT_NAMES: Final = tuple(each.name for each in fields(ThreatRow))


@dataclass(slots=True)
class ParsedEntry:
    """An entry of the master list as typed values by wire name, and what could not be read."""

    values: dict[str, Any]
    violations: list[Violation]


def check_ocg(row: OCGRow, *, status_before: str | None = None) -> list[Violation]:
    """Return every rule that an OCG breaks by itself; ``status_before`` is where it stood, of one that is there."""
    return _check("ocg", OCG_FIELDS, row, status_before)


def check_threat(row: ThreatRow, *, status_before: str | None = None) -> list[Violation]:
    """Return every rule that a threat breaks by itself; ``status_before`` is where it stood, of one that is there."""
    found = _check("soc_threat", THREAT_FIELDS, row, status_before)
    if row.kind in ThreatKind.values and bool(row.ocg) != (row.kind == ThreatKind.OCG):
        found.append(violation("soc_threat_ocg_if_kind_is_ocg"))
    if row.primary_area in row.other_areas:
        found.append(violation("soc_threat_primary_area_not_repeated"))
    if row.kind == ThreatKind.PRIORITY_INDIVIDUAL and row.geography:
        found.append(violation("soc_threat_individual_is_label_only"))
    return found


def check_fixed(before: ThreatRow, changes: Mapping[str, Any]) -> list[Violation]:
    """Return the rules that a change of a threat breaks by touching what is said once."""
    return [
        violation(f"soc_threat_{name}_fixed")
        for name in ("kind", "ocg")
        if name in changes and (changes[name] or None) != (getattr(before, name) or None)
    ]


def check_master_reason(reason: str, code: str) -> list[Violation]:
    """Return the rules that the reason of a step breaks; ``code`` is what is broken where there is none."""
    if not is_storable(reason):
        return [violation("master_list_reason_storable")]
    if not reason.strip():
        return [violation(code)]
    if len(reason.strip()) > MASTER_LIST_REASON_LIMIT:
        return [violation("soc_threat_change_reason_within_limit", "reason")]
    return []


def _check(model: str, table: Sequence[MasterField], row: Any, status_before: str | None) -> list[Violation]:
    found = []
    for each in table:
        value = getattr(row, each.name)
        if each.shape is Shape.TEXT:
            if each.required and not value:
                found.append(violation(f"{model}_{each.name}_required"))
            if each.limit is not None and len(value) > each.limit:
                found.append(violation(f"{model}_{each.name}_within_limit"))
        elif each.shape is Shape.NAMES:
            if len(value) > ALIASES_LIMIT:
                found.append(violation(f"{model}_{each.name}_few"))
            if any(len(name) > (each.limit or 0) or "\n" in name for name in value):
                found.append(violation(f"{model}_{each.name}_within_limit"))
        elif each.choices is not None:
            given = value if each.shape is Shape.CHOICES else [value] if value or each.required else []
            if any(code not in each.choices.values for code in given):
                found.append(violation(f"{model}_{each.name}_known"))
    # Into the archive and out of it there is one way each, which keeps the reason.
    if row.status != status_before and ThreatStatus.ARCHIVED in {row.status, status_before}:
        found.append(violation(f"{model}_status_by_archiving"))
    return found
