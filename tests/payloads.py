"""Payloads that every way in is held to: form, API, file, command and, where a constraint holds the rule, raw SQL.

A value in braces stands for a reference that ``world`` makes: ``{threat}``, ``{archived}``, ``{their_lead}`` (a lead of
the south), ``{our_lead}`` (a lead of the north, who records), ``{a_support}`` (the centre's support of the south's
lead), ``{supported}`` (a lead of the south that the north supports already), ``{hidden}`` (a draft of the south).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from disruptions.fields import FIELDS, Kind

GOOD_LEAD: dict[str, Any] = {
    "role": "lead",
    "threat": "{threat}",
    "occurred_on": "2026-09-30",
    "level": "moderate",
    "extent": "notable",
    "duration": "medium",
    "initiation": "proactive",
    "strand": "pursue",
    "sub_threat": "facilitation",
    "entry_method": "small_boat",
    "enablers": ["equipment"],
    "uk_led": True,
    "country": "GB",
    "operation": "Teal Lantern",
    "summary": "Three people were arrested while moving engines.",
    "impact": "The group cannot launch until it finds other engines.",
    "marking": "official_sensitive",
    "sharing": "all_agencies",
    "outcomes": [{"type": "arrest", "count": 3}],
}
GOOD_SUPPORT: dict[str, Any] = {**GOOD_LEAD, "role": "support", "lead": "{their_lead}"}


@dataclass(frozen=True, slots=True)
class Bad:
    """One payload that must be refused: what is changed, the field that is named, the code, and how SQL breaks it.

    ``columns`` are the stored values with which raw SQL breaks the same rule; ``None`` where no constraint of one row
    or of uniqueness holds it. ``typed`` marks what only JSON can get wrong: text from a form or a file is always text.
    ``by_form`` is false where the page itself leaves out what a choice hides, so nobody can send it wrong.
    """

    name: str
    changes: Mapping[str, Any]
    field: str
    code: str
    columns: Mapping[str, Any] | None = None
    support: bool = False
    typed: bool = False
    by_form: bool = True
    outcome: Mapping[str, Any] | None = None


def _missing() -> list[Bad]:
    return [
        Bad(
            f"{each.name} missing",
            {each.name: "" if each.kind is Kind.TEXT else None},
            each.name,
            f"disruption_{each.name}_required",
            None if each.name == "role" else {each.column: "" if each.kind is Kind.TEXT else None},
        )
        for each in FIELDS
        if each.required
    ]


def _unknown_codes() -> list[Bad]:
    single = [
        Bad(f"{each.name} unknown", {each.name: "nonsense"}, each.name, code, {each.column: "nonsense"})
        for each in FIELDS
        if each.kind is Kind.CHOICE and (code := f"disruption_{each.name}_known")
    ]
    listed = [
        Bad(
            f"{each.name} unknown",
            {each.name: ["nonsense"]},
            each.name,
            f"disruption_{each.name}_known",
            {each.column: ["nonsense"]},
        )
        for each in FIELDS
        if each.kind is Kind.CHOICES
    ]
    return single + listed


def _over_long() -> list[Bad]:
    return [
        Bad(
            f"{each.name} over-long",
            {each.name: "x" * ((each.max_length or 0) + 1)},
            each.name,
            f"disruption_{each.name}_within_limit",
            {each.column: "x" * ((each.max_length or 0) + 1)},
        )
        for each in FIELDS
        if each.kind is Kind.TEXT
    ]


def _wrong_types() -> list[Bad]:
    wrong: dict[Kind, Any] = {
        Kind.TEXT: 7,
        Kind.CHOICE: 7,
        Kind.CHOICES: "equipment",
        Kind.DATE: 20260930,
        Kind.BOOLEAN: "yes",
        Kind.THREAT: 7,
        Kind.DISRUPTION: 7,
        Kind.AGENCY: {"code": "kent"},
        Kind.AGENCIES: {"code": "kent"},
        Kind.COUNTRY: 44,
    }
    typed = [
        Bad(f"{each.name} of the wrong type", {each.name: wrong[each.kind]}, each.name, "invalid", typed=True)
        for each in FIELDS
    ]
    dates = [
        Bad(f"{each.name} {text!r}", {each.name: text}, each.name, "invalid")
        for each in FIELDS
        if each.kind is Kind.DATE
        for text in ("yesterday", "2026-02-30", "30-09-2026")
    ]
    answers = [
        Bad(f"{each.name} neither yes nor no", {each.name: "perhaps"}, each.name, "invalid")
        for each in FIELDS
        if each.kind is Kind.BOOLEAN
    ]
    return typed + dates + answers


def _outcome(name: str, outcome: dict[str, Any], measure: str, code: str, *, by_sql: bool = True) -> Bad:
    return Bad(
        f"outcome: {name}",
        {"outcomes": [outcome]},
        f"outcomes/0/{measure}",
        code,
        outcome=outcome if by_sql else None,
    )


BAD_PAYLOADS: list[Bad] = [
    *_missing(),
    *_unknown_codes(),
    *_over_long(),
    *_wrong_types(),
    Bad(
        "date in the future",
        {"occurred_on": "2999-01-01"},
        "occurred_on",
        "disruption_occurred_on_not_after_recording",
        {"occurred_on": "2999-01-01"},
    ),
    Bad(
        "date before any plausible one",
        {"occurred_on": "0202-09-30"},
        "occurred_on",
        "disruption_occurred_on_plausible",
        {"occurred_on": "0202-09-30"},
    ),
    Bad(
        "first recorded before it happened",
        {"source_recorded_on": "2026-09-29"},
        "source_recorded_on",
        "disruption_source_recorded_on_in_order",
        {"source_recorded_on": "2026-09-29"},
    ),
    Bad(
        "first recorded in the future",
        {"source_recorded_on": "2999-01-01"},
        "source_recorded_on",
        "disruption_source_recorded_on_in_order",
        {"source_recorded_on": "2999-01-01"},
    ),
    Bad("country unknown", {"country": "XX"}, "country", "disruption_country_known", {"country": "XX"}),
    Bad("threat mistyped", {"threat": "T-0000-0000"}, "threat", "mistyped_reference"),
    Bad("threat of another kind", {"threat": "{their_lead}"}, "threat", "mistyped_reference"),
    Bad("threat that is not there", {"threat": "{no_threat}"}, "threat", "disruption_threat_exists"),
    Bad("threat archived", {"threat": "{archived}"}, "threat", "disruption_threat_accepts"),
    Bad("force area that is not there", {"force_area": "atlantis"}, "force_area", "disruption_force_area_exists"),
    Bad("force area that is no force", {"force_area": "centre"}, "force_area", "disruption_force_area_exists"),
    Bad(
        "shared by name with nobody",
        {"sharing": "named_agencies", "shared_with": []},
        "shared_with",
        "disruption_shared_with_named",
    ),
    Bad(
        "shared with an agency that is not there",
        {"sharing": "named_agencies", "shared_with": ["atlantis"]},
        "shared_with",
        "disruption_shared_with_exists",
    ),
    Bad(
        "own reference used before",
        {"agency_reference": "NORTH/2026/1"},
        "agency_reference",
        "disruption_agency_reference_unique",
        {"agency_reference": "NORTH/2026/1"},
    ),
    Bad(
        "lead that names a lead",
        {"lead": "{their_lead}"},
        "lead",
        "disruption_lead_has_no_lead",
        {"lead_id": "{their_lead}", "lead_agency_id": "{south}"},
        by_form=False,
    ),
    Bad(
        "support of nothing",
        {"lead": None, "lead_agency": None},
        "lead",
        "disruption_support_names_lead_agency",
        {"lead_id": None, "lead_agency_id": None},
        support=True,
    ),
    Bad("support of a lead that is not there", {"lead": "{no_lead}"}, "lead", "disruption_lead_exists", support=True),
    Bad("support of a hidden lead", {"lead": "{hidden}"}, "lead", "disruption_lead_exists", support=True),
    Bad(
        "support of a support",
        {"lead": "{a_support}"},
        "lead",
        "disruption_lead_is_a_lead",
        {"lead_id": "{a_support}", "lead_agency_id": "{centre}"},
        support=True,
    ),
    Bad(
        "support of one's own lead",
        {"lead": "{our_lead}"},
        "lead",
        "disruption_support_of_another_agency",
        {"lead_id": "{our_lead}", "lead_agency_id": "{north}"},
        support=True,
    ),
    Bad(
        "support of one's own agency",
        {"lead": None, "lead_agency": "north"},
        "lead_agency",
        "disruption_support_of_another_agency",
        {"lead_id": None, "lead_agency_id": "{north}"},
        support=True,
    ),
    Bad(
        "support recorded twice",
        {"lead": "{supported}"},
        "lead",
        "disruption_one_live_support",
        {"lead_id": "{supported}", "lead_agency_id": "{south}"},
        support=True,
    ),
    Bad(
        "lead agency that is not the lead's",
        {"lead_agency": "centre"},
        "lead_agency",
        "disruption_lead_agency_agrees",
        support=True,
    ),
    Bad(
        "lead agency that is not there",
        {"lead": None, "lead_agency": "atlantis"},
        "lead_agency",
        "disruption_lead_agency_exists",
        support=True,
    ),
    _outcome("type unknown", {"type": "nonsense", "count": 1}, "type", "outcome_type_known"),
    _outcome("no number", {"type": "arrest"}, "count", "outcome_has_its_measures"),
    _outcome("number of nothing", {"type": "arrest", "count": 0}, "count", "outcome_count_in_range"),
    _outcome("number too large", {"type": "arrest", "count": 1_000_001}, "count", "outcome_count_in_range"),
    _outcome(
        "a measure of another type",
        {"type": "arrest", "count": 1, "months": 12},
        "months",
        "outcome_only_its_measures",
    ),
    _outcome("no money", {"type": "cash_seizure"}, "value_gbp", "outcome_has_its_measures"),
    _outcome(
        "less than nothing", {"type": "cash_seizure", "value_gbp": "-1.00"}, "value_gbp", "outcome_value_gbp_in_range"
    ),
    _outcome(
        "not money",
        {"type": "cash_seizure", "value_gbp": "a lot"},
        "value_gbp",
        "invalid",
        by_sql=False,
    ),
    _outcome(
        "a sentence of centuries",
        {"type": "sentence", "count": 1, "months": 1_201},
        "months",
        "outcome_months_in_range",
    ),
    _outcome(
        "item over-long",
        {"type": "online_takedown", "count": 1, "item": "x" * 201},
        "item",
        "outcome_item_within_limit",
    ),
    Bad("unknown field", {"colour": "blue"}, "colour", "unknown_field", typed=True),
    Bad("outcomes that are no list", {"outcomes": "arrest"}, "outcomes", "invalid", typed=True),
    Bad("a null character", {"summary": "nu\x00ll"}, "summary", "invalid", typed=True),
]


def payload(base: Mapping[str, Any], changes: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload with its changes made and its names filled in."""
    return {name: _fill(value, names) for name, value in {**base, **changes}.items()}


def _fill(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return names[value[1:-1]]
    if isinstance(value, list):
        return [_fill(each, names) for each in value]
    return value
