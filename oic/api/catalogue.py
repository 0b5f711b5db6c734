"""What a partner looks up, as Markdown tables: fields, measures, problems, the codes of single faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from agencies.constraints import declared
from disruptions.api.conditions import CONFLICTS
from disruptions.api.vocabulary import CODE_LISTS
from disruptions.feed_types import ENTERED_VIEW, FEED_TYPES, LEFT_VIEW
from disruptions.fields import FIELDS, Field, Kind
from disruptions.master_list import OCG_BY_NAME, OCG_FIELDS, THREAT_BY_NAME, THREAT_FIELDS, MasterField, Shape
from disruptions.rules import ROW_NAMES
from disruptions.vocabulary import MEASURE_NAMES, OUTCOME_MEASURES, Change
from oic.api.problems import GENERAL, TITLES

PARTICULAR: Final = (
    (400, "invalid", "Values break rules; each is in `errors`."),
    (400, "invalid_parameters", "A parameter of the address is unknown or cannot be read."),
    (400, "invalid_header", "`If-Match` or `Idempotency-Key` cannot be read."),
    (400, "not_json", "The body is not JSON."),
    (400, "not_utf8", "The body is not in UTF-8."),
    (400, "too_deep", "The body is nested too deep."),
    (401, "not_a_token", "The header `Authorization` holds no bearer token."),
    (401, "invalid_token", "The token is not known or has expired. Ask for a new one."),
    (401, "client_not_in_force", "The client was revoked or has expired."),
    (403, "network_not_allowed", "The client may not call from this address."),
    (403, "insufficient_scope", "The token lacks the scope that `WWW-Authenticate` names."),
    (403, "may_not_record", "The client's account does not record for the agency."),
    (403, "may_not_amend", "The record is another agency's, or stands no more."),
    (403, "may_not_submit", "Only a draft or a returned record of your agency can be submitted."),
    (403, "may_not_withdraw", "The record is another agency's, or stands no more."),
    (403, "may_not_manage_threats", "The OCG or threat is led by another agency."),
    (403, "archived", "The OCG or threat is archived. Restore it before you change it."),
    (403, "not_archived", "It is not archived, so it cannot be restored."),
    (403, "merged_into_another", "It was merged. Go on with the one that took its place, which `merged_into` names."),
    (403, "merged_since", "The one that took its place was merged itself. Take that merge back first."),
    (403, "ocg_is_a_threat", "The OCG is a threat of the master list. Do it to the threat; the OCG goes along."),
    (403, "sandbox_keeps_no_list", "A sandbox client reads the master list and does not write to it."),
    (403, "may_not_reopen", "Only a withdrawn record of your agency can be reopened."),
    (403, "may_not_answer_support", "The support does not wait for your agency, or waits no more."),
    (403, "may_not_hand_over", "Only a lead of your agency that was submitted and stands can be offered."),
    (403, "may_not_take_back", "The offer is another agency's."),
    (403, "may_not_answer_hand_over", "The offer is to another agency, or the record stands no more."),
    (412, "there_already", "`If-None-Match: *` was sent and there is a record; `existing` names it."),
    (412, "not_there", "`If-Match` was sent and there is no record."),
    (412, "changed_by_both", "Others changed the same fields; `errors` holds `stored` and `sent` of each."),
    *((409, code, "There is one already; `existing` names it where you may know it.") for code in sorted(CONFLICTS)),
)
"""Problems with a code of their own; the rest have their status's code."""

OF_A_FAULT: Final = (
    ("invalid", "any", "The value has the wrong type, or cannot be stored."),
    ("unknown_field", "any", "There is no field with this name."),
    ("mistyped_reference", "threat, lead", "The reference's check character does not fit: it was mistyped."),
    ("empty_list", "the list", "Send at least one record."),
    ("too_many_records", "the list", "Send at most 1,000 records in one request."),
    ("not_recorded_with_others", "a record of a list", "Nothing is wrong with it; another was refused."),
    ("unknown_parameter", "a parameter", "There is no parameter with this name here."),
    ("invalid_parameter", "a parameter", "The value cannot be read."),
    ("unknown_filter", "a parameter", "There is no filter with this name."),
    ("invalid_filter", "a parameter", "The filter's value cannot be read."),
    ("filter_not_for_counts", "a parameter", "Counted figures cannot be filtered by this."),
    ("not_a_quarter_bound", "a parameter", "OIC_01 needs whole quarters."),
    ("not_with_extract", "a parameter", "An extract is frozen whole: no cut-off and no filter beside it."),
    ("outside_extract", "a parameter", "The extract does not hold this day."),
    ("invalid_header", "a header", "The header cannot be read."),
)


def fields() -> str:
    """Return the fields of a record, in the order of the form."""
    return _table(
        ("Field", "Type", "Needed to submit", "Meaning", "Your field"),
        ((f"`{each.name}`", _type(each), "yes" if each.required else "", each.help_text, "") for each in FIELDS),
    )


def codes() -> str:
    """Return the code lists, but for countries, which are ISO's."""
    return _table(
        ("List", "Code", "Label"),
        (
            (f"`{name}`" if place == 0 else "", f"`{code}`", str(label))
            for name, each in CODE_LISTS.items()
            for place, (code, label) in enumerate(each.choices)
        ),
    )


def outcomes() -> str:
    """Return the measures of each type of outcome."""
    return _table(
        ("Type", "Needs", "May have"),
        (
            (f"`{kind.value}`", _names(measures.required), _names(measures.optional))
            for kind, measures in OUTCOME_MEASURES.items()
        ),
    )


def problems() -> str:
    """Return the problems by status."""
    with_general = [*PARTICULAR, *((status, code, words) for status, (code, words) in GENERAL.items())]
    return _table(
        ("Status", "Code", "What it means and what to do"),
        (
            (f"{status} {TITLES[status]}", f"`{code}`", words)
            for status, code, words in sorted(with_general, key=lambda each: each[0])
        ),
    )


def rules() -> str:
    """Return the codes of single faults of a record: those of reading, then the rules, by field."""
    names = {*ROW_NAMES, "reason", "reason_class", "to_agency", "answer", "type", *MEASURE_NAMES}
    found = [
        (f"`{each.code}`", f"`{each.field}`", each.message)
        for each in declared()
        if each.code.startswith(("disruption_", "outcome_", "support_", "hand_over_"))
        and each.field in names
        and not _inner(each.code)
    ]
    reading = [(f"`{code}`", where, words) for code, where, words in OF_A_FAULT]
    return _table(("Code", "Where", "Meaning"), [*reading, *sorted(found)])


def ocgs() -> str:
    """Return the fields of an OCG, in the order of the form."""
    return _entry(OCG_FIELDS)


def threats() -> str:
    """Return the fields of a SOC threat, in the order of the form."""
    return _entry(THREAT_FIELDS)


def master_list() -> str:
    """Return the codes of single faults of OCGs and threats."""
    sent_as = {"winner": "into", "change_reason": "reason"}
    names = {*OCG_BY_NAME, *THREAT_BY_NAME, "reason", *sent_as}
    found = [
        (f"`{each.code}`", f"`{sent_as.get(each.field, each.field)}`", each.message)
        for each in declared()
        if each.code.startswith(("ocg_", "soc_threat_", "threat_merge_", "master_list_"))
        and each.field in names
        and not each.code.startswith(_KEPT_RIGHT)
    ]
    return _table(("Code", "Where", "Meaning"), sorted(found))


def changes() -> str:
    """Return the types of change that the feed has, in the order of the things that they happen to."""
    words = dict(Change.choices)
    apart = {
        ENTERED_VIEW: "You may open it now and could not before, though the record itself did not change.",
        LEFT_VIEW: "You may not open it any more. Forget what you hold of it.",
    }
    return _table(
        ("Type", "What happened", "Scope"),
        (
            (f"`{name}`", apart.get(name) or f"{words[name.partition('.')[2]]}.", f"`{scope}`")
            for name, scope in FEED_TYPES.items()
        ),
    )


def webhooks() -> str:
    """Return the codes of single faults of webhooks."""
    sent = {"url", "types", "overlap_hours", "delivery"}
    found = [
        (f"`{each.code}`", f"`{each.field}`", each.message)
        for each in declared()
        if each.code.startswith("webhook_") and each.field in sent
    ]
    return _table(("Code", "Where", "Meaning"), sorted(found))


TABLES: Final[dict[str, Callable[[], str]]] = {
    "fields": fields,
    "codes": codes,
    "outcomes": outcomes,
    "changes": changes,
    "problems": problems,
    "rules": rules,
    "ocgs": ocgs,
    "threats": threats,
    "master_list": master_list,
    "webhooks": webhooks,
}


_KEPT_RIGHT: Final = (
    "soc_threat_reference",
    "ocg_reference",
    "soc_threat_change_known",
    "ocg_change_known",
    "soc_threat_aliases",
    "threat_merge_counts",
    "threat_merge_status",
    "threat_merge_undone_reason",
    "ocg_merge_status",
    "ocg_merge_undone_reason",
    "soc_threat_merged_is",
    "ocg_merged_is",
    "soc_threat_escalated",
    "soc_threat_grade",
    "soc_threat_p_grade",
)
"""What the service itself keeps right, which no caller can break."""


def _entry(table: Iterable[MasterField]) -> str:
    return _table(
        ("Field", "Type", "Needed", "Meaning"),
        (
            (
                f"`{each.name}`",
                _shape(each),
                "yes" if each.required and not each.default else "",
                f"{each.help_text} Cannot change." if each.fixed else each.help_text,
            )
            for each in table
        ),
    )


def _shape(each: MasterField) -> str:
    kinds = {
        Shape.TEXT: f"text, {each.limit} signs at most",
        Shape.NAMES: f"list of texts, {each.limit} signs each at most",
        Shape.CHOICE: "code",
        Shape.CHOICES: "list of codes",
        Shape.PERSON: "e-mail address",
        Shape.OCG: "reference of an OCG",
    }
    return kinds[each.shape]


def _inner(code: str) -> bool:
    """Say whether a code is of what the service itself keeps right, which no caller can break."""
    return code.endswith(("_target", "_versions_in_order", "_position_unique", "_listed_once", "_comes_with_agency"))


def _type(field: Field) -> str:
    kinds = {
        Kind.TEXT: f"text, {field.max_length} signs at most",
        Kind.CHOICE: f"code (`{field.name}`)",
        Kind.CHOICES: f"list of codes (`{field.name}`)",
        Kind.DATE: "date",
        Kind.BOOLEAN: "true or false",
        Kind.THREAT: "reference of a SOC threat",
        Kind.DISRUPTION: "reference of a record",
        Kind.AGENCY: "code of an agency",
        Kind.AGENCIES: "list of codes of agencies",
        Kind.COUNTRY: "code (`country`)",
    }
    return kinds[field.kind]


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in MEASURE_NAMES if name in set(names))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
