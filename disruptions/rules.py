"""The rules of a record: typed row in, list of violations out. No database, no request.

Each rule's code is the name of the database constraint that holds the same thing, so what Python refuses and what
PostgreSQL refuses is one list. Rules that need to look something up (does the threat exist?) are in the services.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from agencies.constraints import Violation, declare, violation
from disruptions.countries import COUNTRIES
from disruptions.fields import CODES, FIELDS, REQUIRED_TO_SUBMIT, Kind
from disruptions.models.disruption import EARLIEST_DATE, REASON_LIMIT
from disruptions.models.outcome import COUNT_LIMIT, ITEM_LIMIT, MONTHS_LIMIT, VALUE_LIMIT
from disruptions.vocabulary import (
    MEASURE_NAMES,
    OUTCOME_MEASURES,
    DisruptionRole,
    Duration,
    Extent,
    Level,
    OutcomeType,
    ReasonClass,
    Sharing,
    Status,
)

OUTCOMES_LIMIT: Final = 100
SHARES_LIMIT: Final = 60

declare("disruption_role_required", "role", "Choose lead or support.")
declare("disruption_outcomes_few", "outcomes", f"Give at most {OUTCOMES_LIMIT} outcomes.")
declare("disruption_shared_with_few", "shared_with", f"Name at most {SHARES_LIMIT} agencies.")
declare(
    "disruption_shared_with_named",
    "shared_with",
    "Name at least one agency, or choose another way of sharing.",
)
declare("disruption_threat_exists", "threat", "There is no SOC threat with this reference.")
declare(
    "disruption_threat_accepts",
    "threat",
    "This threat is archived and takes no more disruptions. Choose another.",
)
declare("disruption_lead_exists", "lead", "There is no record with this reference that you may open.")
declare("disruption_lead_agency_exists", "lead_agency", "There is no agency with this code.")
declare("disruption_force_area_exists", "force_area", "Use the code of a territorial or national police force.")
declare("disruption_shared_with_exists", "shared_with", "There is no agency with this code.")
declare(
    "disruption_lead_stands",
    "lead",
    "This lead is a draft, rejected or withdrawn, so it cannot be supported.",
)
declare(
    "disruption_lead_agency_agrees",
    "lead_agency",
    "The lead record belongs to another agency. Leave the lead agency out, or correct it.",
)
declare("disruption_reason_class_known", "reason_class", "Choose one of the classes of reason.")
declare(
    "disruption_change_reason_storable",
    "reason",
    "Take out the characters that cannot be stored (null or half a character).",
)
declare(
    "disruption_change_reason_required",
    "reason",
    "Say why it changes: it moves a figure that may be published.",
)
declare(
    "disruption_reason_class_required",
    "reason_class",
    "Choose the kind of change: it moves a figure that may be published.",
)
declare(
    "disruption_role_fixed",
    "role",
    "The role cannot change once submitted. Withdraw this record and record it again.",
)
declare(
    "disruption_level_fixed_after_approval",
    "level",
    "The level of an approved record changes only by review. Ask an approver or moderator.",
)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Say whether the database can hold a text: no null character and no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    """Return a text without what the database cannot hold."""
    return _UNSTORABLE.sub("", text)


@dataclass(slots=True)
class OutcomeRow:
    """One outcome as it was sent: type, number, pounds, months, words."""

    type: str | None = None
    count: int | None = None
    value_gbp: Decimal | None = None
    months: int | None = None
    item: str = ""

    def given(self) -> set[str]:
        """Return the names of the measures that have a value."""
        return {name for name in MEASURE_NAMES if getattr(self, name) not in (None, "")}


@dataclass(slots=True)
class DisruptionRow:
    """One record as it was sent, each value in its own type; references and agency codes are not yet looked up.

    An attribute per entry of ``fields.FIELDS``, and ``outcomes``. ``None`` or ``""`` is a value not given.
    """

    role: str | None = None
    lead: str | None = None
    lead_agency: str | None = None
    threat: str | None = None
    occurred_on: date | None = None
    level: str | None = None
    extent: str | None = None
    duration: str | None = None
    initiation: str | None = None
    strand: str | None = None
    sub_threat: str | None = None
    entry_method: str | None = None
    enablers: tuple[str, ...] = ()
    uk_led: bool | None = None
    force_area: str | None = None
    country: str | None = None
    operation: str = ""
    summary: str = ""
    impact: str = ""
    oic_identifier_code: str = ""
    msht_indicators: bool | None = None
    safeguarding_referral: bool | None = None
    agency_reference: str = ""
    source_recorded_on: date | None = None
    marking: str | None = "official_sensitive"
    sharing: str | None = "all_agencies"
    shared_with: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRow, ...] = field(default_factory=tuple)


ROW_NAMES: Final = tuple(each.name for each in fields(DisruptionRow))


def check_disruption(row: DisruptionRow, *, agency: str, recorded_on: date, submitting: bool) -> list[Violation]:
    """Return every rule that a row breaks.

    ``agency`` is the code of the recording agency; ``recorded_on`` the London date on which the record was first
    recorded (today for a new one); ``submitting`` is true unless the row is to stay a draft.
    """
    found: list[Violation] = []
    found += _check_presence(row, submitting=submitting)
    found += _check_choices(row)
    found += _check_lengths(row)
    found += _check_dates(row, recorded_on)
    found += _check_lead(row, agency, submitting=submitting)
    found += _check_sharing(row)
    found += check_outcomes(row.outcomes)
    return found


def _check_presence(row: DisruptionRow, *, submitting: bool) -> list[Violation]:
    names = REQUIRED_TO_SUBMIT if submitting else ("role",)
    return [violation(f"disruption_{name}_required") for name in names if getattr(row, name) in (None, "")]


def _check_choices(row: DisruptionRow) -> list[Violation]:
    found = []
    for each in FIELDS:
        value: Any = getattr(row, each.name)
        if each.choices is None or value in (None, "", ()):
            if each.default and value in (None, ""):
                found.append(violation(f"disruption_{each.name}_known"))
            continue
        given = value if each.kind is Kind.CHOICES else (value,)
        if any(code not in CODES[each.name] for code in given):
            found.append(violation(f"disruption_{each.name}_known"))
    if row.country and row.country not in COUNTRIES:
        found.append(violation("disruption_country_known"))
    return found


def _check_lengths(row: DisruptionRow) -> list[Violation]:
    return [
        violation(f"disruption_{each.name}_within_limit")
        for each in FIELDS
        if each.kind is Kind.TEXT and each.max_length is not None and len(getattr(row, each.name)) > each.max_length
    ]


def _check_dates(row: DisruptionRow, recorded_on: date) -> list[Violation]:
    found = []
    if row.occurred_on is not None:
        if row.occurred_on > recorded_on:
            found.append(violation("disruption_occurred_on_not_after_recording"))
        elif row.occurred_on < EARLIEST_DATE:
            found.append(violation("disruption_occurred_on_plausible"))
    if row.source_recorded_on is not None and (
        row.source_recorded_on > recorded_on
        or (row.occurred_on is not None and row.source_recorded_on < row.occurred_on)
    ):
        found.append(violation("disruption_source_recorded_on_in_order"))
    return found


def _check_lead(row: DisruptionRow, agency: str, *, submitting: bool) -> list[Violation]:
    if row.role == DisruptionRole.LEAD and (row.lead or row.lead_agency):
        where = "lead" if row.lead else "lead_agency"
        return [violation("disruption_lead_has_no_lead", where)]
    if row.role == DisruptionRole.SUPPORT:
        if submitting and not row.lead and not row.lead_agency:
            return [violation("disruption_support_names_lead_agency")]
        if row.lead_agency == agency:
            return [violation("disruption_support_of_another_agency", "lead_agency")]
    return []


def _check_sharing(row: DisruptionRow) -> list[Violation]:
    if len(row.shared_with) > SHARES_LIMIT:
        return [violation("disruption_shared_with_few")]
    if row.sharing == Sharing.NAMED_AGENCIES and not row.shared_with:
        return [violation("disruption_shared_with_named")]
    return []


_OUTCOME_TYPES: Final = frozenset(OutcomeType.values)


def check_outcomes(outcomes: tuple[OutcomeRow, ...]) -> list[Violation]:
    """Return the rules that a record's outcomes break, each with the path of the value."""
    if len(outcomes) > OUTCOMES_LIMIT:
        return [violation("disruption_outcomes_few")]
    found = []
    for place, outcome in enumerate(outcomes):
        path = f"outcomes/{place}"
        if outcome.type not in _OUTCOME_TYPES:
            found.append(violation("outcome_type_known", f"{path}/type"))
            continue
        measures = OUTCOME_MEASURES[OutcomeType(outcome.type)]
        given = outcome.given()
        found += [violation("outcome_has_its_measures", f"{path}/{name}") for name in sorted(measures.required - given)]
        found += [violation("outcome_only_its_measures", f"{path}/{name}") for name in sorted(given - measures.allowed)]
        found += [
            violation(f"outcome_{name}_in_range", f"{path}/{name}")
            for name, lowest, highest in (
                ("count", 1, COUNT_LIMIT),
                ("value_gbp", Decimal("0.01"), VALUE_LIMIT),
                ("months", 1, MONTHS_LIMIT),
            )
            if (value := getattr(outcome, name)) is not None and not lowest <= value <= highest
        ]
        if len(outcome.item) > ITEM_LIMIT:
            found.append(violation("outcome_item_within_limit", f"{path}/item"))
    return found


_LEVEL_OF_EXTENT: Final[dict[str, Level]] = {
    Extent.SIGNIFICANT: Level.MAJOR,
    Extent.NOTABLE: Level.MODERATE,
    Extent.MINIMAL: Level.MINOR,
}
_LEVEL_OF_DURATION: Final[dict[str, Level]] = {
    Duration.LONG: Level.MAJOR,
    Duration.MEDIUM: Level.MODERATE,
    Duration.SHORT: Level.MINOR,
}
LEVELS_SUGGESTED: Final[dict[str, dict[str, Level]]] = {"extent": _LEVEL_OF_EXTENT, "duration": _LEVEL_OF_DURATION}
"""The level that each answer stands for (S0 of the domain report, the published definitions)."""


def suggested_level(extent: str | None, duration: str | None) -> Level | None:
    """Return the level that extent and duration suggest, judged against one threat; ``None`` while that is open.

    Major: significant or long. Moderate: notable or medium. Minor: minimal or short. The higher of the two goes, so
    one answer alone decides only where it is the highest (S0). It suggests: the officer's own choice is the claim.
    """
    found = [_LEVEL_OF_EXTENT.get(extent or ""), _LEVEL_OF_DURATION.get(duration or "")]
    for level in (Level.MAJOR, Level.MODERATE, Level.MINOR):
        if level in found and (level == Level.MAJOR or None not in found):
            return level
    return None


def check_amendment(before: DisruptionRow, after: DisruptionRow, *, status: str, submitted: bool) -> list[Violation]:
    """Return the rules that a change breaks because of where the record stands."""
    found = []
    if submitted and before.role != after.role:
        found.append(violation("disruption_role_fixed"))
    if status == Status.APPROVED and before.level != after.level:
        found.append(violation("disruption_level_fixed_after_approval"))
    return found


def may_be_published(*, submitted_on: date, today: date) -> bool:
    """Say whether a record may stand in a published figure: figures come out by quarter, so from the next one on."""
    return _quarter(submitted_on) < _quarter(today)


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def check_published_change(*, reason: str, reason_class: str) -> list[Violation]:
    """Return the rules that a change of what a published record counts as breaks by its reason.

    Whoever compares two publications has to know why the figure moved (design, section 4).
    """
    found = []
    if not reason.strip():
        found.append(violation("disruption_change_reason_required"))
    if not reason_class:
        found.append(violation("disruption_reason_class_required"))
    return found


def check_reason(reason: str, *, needed: bool, reason_class: str = "") -> list[Violation]:
    """Return the rules that the reason for a change and its class break."""
    if reason_class and reason_class not in ReasonClass.values:
        return [violation("disruption_reason_class_known")]
    if not is_storable(reason):
        return [violation("disruption_change_reason_storable")]
    if len(reason) > REASON_LIMIT:
        return [violation("disruption_change_reason_within_limit", "reason")]
    if needed and not reason:
        return [violation("disruption_withdrawn_has_reason", "reason")]
    return []
