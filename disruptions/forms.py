"""The controls of the recording pages: which field stands in which step, how it is shown, and what was typed.

Nothing is judged here. What was typed goes on as raw values (``raw``) to ``disruptions.parsing``; what the parser, the
rules and the database say of it comes back through ``refuse`` and stands beside the control that it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.form_fields import MONTHS, DatePartsField, DatePartsWidget
from agencies.models import Agency, User
from agencies.vocabulary import AgencyKind
from disruptions.countries import COUNTRIES
from disruptions.fields import BY_NAME, Field, Kind
from disruptions.models import SOCThreat
from disruptions.parsing import INVALID
from disruptions.rules import DisruptionRow, OutcomeRow
from disruptions.vocabulary import (
    MEASURE_NAMES,
    OUTCOME_MEASURES,
    Decision,
    DisruptionRole,
    Level,
    OutcomeType,
    PlanState,
    ReasonClass,
    Sharing,
    Strand,
)

YES_NO: Final = (("yes", "Yes"), ("no", "No"))
FORCE_KINDS: Final = (AgencyKind.TERRITORIAL_FORCE, AgencyKind.NATIONAL_FORCE)
FOUND_THREAT: Final = "threat_found"
"""What a threat chosen from the plain search is posted as; it goes before the look-ahead box."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of recording: its place in the address, its heading, and the wire fields that it asks for."""

    name: str
    title: str
    names: tuple[str, ...]
    hint: str = ""


STEPS: Final = (
    Step(
        "what",
        "What happened",
        ("occurred_on", "summary", "operation", "force_area", "country"),
        "When, where and what, in your own words.",
    ),
    Step(
        "threat",
        "The threat",
        ("threat", "sub_threat", "entry_method", "enablers"),
        "Which group, person or vulnerability it was done against.",
    ),
    Step(
        "role",
        "Who led it and why",
        ("role", "lead", "lead_agency", "uk_led", "initiation", "strand"),
        "Each disruption is counted once, for the agency that led it.",
    ),
    Step(
        "impact",
        "Impact and level",
        ("impact", "extent", "duration", "level"),
        "Judge it against this threat: the same act can be major for one group and minor for another.",
    ),
    Step(
        "outcomes",
        "Outcomes and people",
        ("outcomes", "msht_indicators", "safeguarding_referral"),
        "Arrests, seizures, orders and so on. Leave this empty if there were none.",
    ),
    Step(
        "reference",
        "References, marking and sharing",
        (
            "agency_reference",
            "source_recorded_on",
            "oic_identifier_code",
            "marking",
            "sharing",
            "shared_with",
        ),
        "Your own references, and who else may open this record.",
    ),
)
STEP_BY_NAME: Final = {step.name: step for step in STEPS}
STEP_OF: Final = {name: step for step in STEPS for name in step.names}
"""The step that asks for a wire field."""


def step_of(path: str) -> Step:
    """Return the step that asks for a wire field, or for a path below it such as ``outcomes/0/count``."""
    return STEP_OF[path.partition("/")[0]]


HINTS: Final = {
    "occurred_on": "For example, 27 3 2026. The day it happened, not today: it decides the quarter it counts in.",
    "lead": "For example, D-7KQ2-M4XH. Leave this empty if the lead is not recorded yet, and name the agency below.",
    "lead_agency": "Only needed while you have no reference for the lead record. That agency is asked to record it.",
    "extent": "Judged against this threat: how much of what it does was affected.",
    "duration": "Judged against this threat: how long the effect is expected to last.",
    "threat": "Find it by part of its title or of its group’s name, or by its reference.",
    # Their choices say what they mean.
    **dict.fromkeys(("role", "level", "initiation", "strand", "sharing"), ""),
}

ITEM_HINTS: Final[dict[str, dict[str, str]]] = {
    "level": {
        Level.MAJOR: "Significant or long-term impact on this threat. For example: prison for key members, or the "
        "group dismantled for the long term.",
        Level.MODERATE: "Notable or medium-term impact. For example: arrests and a large cash seizure, so that the "
        "group cannot buy for a while.",
        Level.MINOR: "Minimal or short-term impact. For example: arrests of lower-level members while they moved a "
        "commodity.",
        Level.NONE: "It had no effect on the threat. Recorded, never counted.",
        Level.NEGATIVE: "The threat became stronger or more harmful. Recorded, never counted.",
    },
    "extent": {
        "significant": "Most of what the threat does was affected.",
        "notable": "A clear part of it was affected.",
        "minimal": "Little of it was affected.",
    },
    "duration": {
        "long": "It will not work as before for the foreseeable future.",
        "medium": "It will take a while to recover.",
        "short": "It will soon recover.",
    },
    "role": {
        DisruptionRole.LEAD: "Your agency led it. It counts for your agency.",
        DisruptionRole.SUPPORT: "Another agency led it and yours helped. Your agency gets the credit; "
        "the disruption is not counted twice.",
    },
    "initiation": {
        "proactive": "Your agency set out to do it.",
        "reactive": "It answered something that happened.",
    },
    "strand": {
        "pursue": "Prosecute and disrupt offenders.",
        "prevent": "Stop people from engaging in it.",
        "protect": "Shield people, organisations and systems.",
        "prepare": "Be ready for it and reduce its impact.",
    },
    "sharing": {
        Sharing.ALL_AGENCIES: "Anybody who takes part can open it. This is the usual choice.",
        Sharing.LEAD_AND_SUPPORTING: "Only the agencies that led or supported it.",
        Sharing.NAMED_AGENCIES: "Only the agencies that you name.",
    },
}
"""What the choices mean, in a sentence (level: S0 of the domain report; none and negative: W16)."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the lists of agencies hold for one person."""

    agencies: tuple[tuple[str, str], ...]
    forces: tuple[tuple[str, str], ...]

    @classmethod
    def for_person(cls, user: User) -> Choices:
        """Read the agencies that a person may name, in one query."""
        rows = list(Agency.objects.visible_to(user).order_by("name").values_list("code", "name", "kind"))
        others = tuple((code, name) for code, name, _ in rows if code != user.agency.code)
        return cls(others, tuple((code, name) for code, name, kind in rows if kind in FORCE_KINDS))


def threat_choice(threat: SOCThreat) -> tuple[str, str]:
    """Return a threat as an option of a list, in the words of the look-ahead box."""
    grade = threat.p_grade or "not graded"
    return threat.reference, f"{threat.reference} {threat.title} ({grade}, {threat.lead_agency.name})"


class RawField(forms.Field):
    """A control whose value is passed on as it was typed."""

    def __init__(self, described: Field, widget: forms.Widget, options: Mapping[str, Any] | None = None) -> None:
        hint = HINTS.get(described.name, described.help_text)
        super().__init__(required=False, label=described.label, help_text=hint, widget=widget)
        self.choices = list(getattr(widget, "choices", ()))
        self.options = dict(options or {})
        """Keys of the dict that ``form_field`` of the form macros draws."""

    def clean(self, value: Any) -> Any:
        """Return the value as it is."""
        return value


class RecordForm(forms.Form):
    """One step's controls, filled in from a row or with what was typed."""

    def __init__(
        self,
        step: Step,
        choices: Choices,
        *,
        row: DisruptionRow,
        data: QueryDict | None = None,
        fixed: Iterable[str] = (),
        threats: Sequence[tuple[str, str]] = (),
        threat_source: str = "",
        new_outcome: str = "",
    ) -> None:
        """``fixed`` are fields that cannot change any more: they are not asked for and not sent."""
        super().__init__(data, initial={name: shown(BY_NAME[name], row) for name in step.names if name in BY_NAME})
        self.step = step
        self.others: list[Violation] = []
        self.codes: dict[str, str] = {}
        names = [name for name in step.names if name in BY_NAME and name not in set(fixed)]
        for name in names:
            self.fields[name] = _control(BY_NAME[name], choices, threats, threat_source)
        self.outcomes: OutcomeEntries | None = None
        if "outcomes" in step.names:
            self.outcomes = (
                OutcomeEntries.posted(data) if data is not None else OutcomeEntries.stored(row.outcomes, new_outcome)
            )

    def raw(self) -> dict[str, Any]:
        """Return what was typed, by wire name, for the parser.

        What a choice hides (the lead of a lead record, the list of a record that is not shared by name) is emptied.
        """
        values = {name: self._typed(name) for name in self.fields}
        if self.outcomes is not None:
            values["outcomes"] = self.outcomes.raw()
        if values.get("role") == DisruptionRole.LEAD:
            values |= {"lead": "", "lead_agency": ""}
        if "sharing" in values and values["sharing"] != Sharing.NAMED_AGENCIES:
            values["shared_with"] = []
        return values

    def _typed(self, name: str) -> Any:
        value = self[name].data
        if BY_NAME[name].kind is Kind.DATE:
            return date_text(value)
        if name == "threat" and self.data.get(FOUND_THREAT):
            return self.data[FOUND_THREAT]
        return "" if value is None else value

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put each violation beside its control; those of other steps are kept in ``others``."""
        for each in violations:
            name = each.field
            if self.outcomes is not None and self.outcomes.refuse(each):
                continue
            if name not in self.fields:
                self.others.append(each)
                continue
            self.codes[name] = each.code
            self.add_error(name, ValidationError(self._message(each), code=each.code))

    def _message(self, each: Violation) -> str:
        if each.code != INVALID or BY_NAME[each.field].kind is not Kind.DATE:
            return each.message
        label = BY_NAME[each.field].label
        try:
            DatePartsField(noun=f"the {label[:1].lower()}{label[1:]}").clean(self[each.field].data)
        except ValidationError as fault:
            return str(fault.messages[0])
        return each.message

    def summary(self) -> list[dict[str, Any]]:
        """Return the entries of the error summary, in the order of the controls, each linked to its control."""
        entries = []
        for name in self.step.names:
            if name == "outcomes" and self.outcomes is not None:
                entries += self.outcomes.summary()
            elif name in self.errors:
                target = f"id_{name}_day" if BY_NAME[name].kind is Kind.DATE else f"id_{name}"
                entries.append(summary_entry(str(self.errors[name][0]), target, self.codes.get(name, "")))
        return entries


def summary_entry(text: str, target: str, code: str) -> dict[str, Any]:
    """Return one entry of an error summary; the code is there for support and for tests."""
    return {"text": text, "href": f"#{target}", "attributes": {"data-code": code}}


def shown(described: Field, row: DisruptionRow) -> Any:
    """Return a value of a row as a control holds it."""
    value = getattr(row, described.name)
    if described.kind is Kind.BOOLEAN:
        return {True: "yes", False: "no", None: ""}[value]
    if described.kind in {Kind.CHOICES, Kind.AGENCIES}:
        return list(value)
    if described.kind is Kind.DATE:
        return value
    return value or ""


def posted(names: Iterable[str], row: DisruptionRow) -> QueryDict:
    """Return what a browser would post for some fields of a row, so that stored and typed values can stand together."""
    data = QueryDict(mutable=True)
    for name in names:
        if name == "outcomes":
            for entry in OutcomeEntries.stored(row.outcomes).entries:
                data[f"outcomes-{entry.place}-type"] = entry.type
                for measure, value in entry.values.items():
                    data[f"outcomes-{entry.place}-{measure}"] = value
            continue
        value = shown(BY_NAME[name], row)
        if BY_NAME[name].kind is Kind.DATE:
            for part, text in zip(("day", "month", "year"), DatePartsWidget().decompress(value), strict=True):
                data[f"{name}_{part}"] = text
        elif isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = value
    return data


def names_posted(name: str, data: QueryDict) -> list[str]:
    """Return the keys in which a browser posts a wire field."""
    if name == "outcomes":
        return [key for key in data if key.startswith("outcomes-")]
    return [f"{name}_{part}" for part in ("day", "month", "year")] if BY_NAME[name].kind is Kind.DATE else [name]


def date_text(parts: Sequence[str | None] | None) -> str:
    """Return three typed boxes as one text: ISO where it can be, otherwise what was typed, for the parser to refuse."""
    day, month, year = ((part or "").strip() for part in parts or ("", "", ""))
    if not day and not month and not year:
        return ""
    number = MONTHS.get(month.lower(), month)
    return f"{year}-{number}-{day}"


def _control(described: Field, choices: Choices, threats: Sequence[tuple[str, str]], threat_source: str) -> RawField:
    name, kind = described.name, described.kind
    options: dict[str, Any] = {"optional": not described.required and not described.default}
    if kind is Kind.DATE:
        return RawField(described, DatePartsWidget(), options)
    if kind is Kind.BOOLEAN:
        return RawField(described, forms.RadioSelect(choices=YES_NO), options | {"inline": True})
    if name == "threat":
        listed_threats = forms.Select(choices=[("", "None chosen"), *threats])
        return RawField(described, listed_threats, options | {"source": threat_source})
    if kind in {Kind.AGENCY, Kind.COUNTRY}:
        listed = {"force_area": choices.forces, "country": tuple(COUNTRIES.items())}.get(name, choices.agencies)
        return RawField(described, forms.Select(choices=[("", ""), *listed]), options | {"search": True})
    if kind is Kind.AGENCIES:
        return RawField(described, forms.CheckboxSelectMultiple(choices=choices.agencies), {"small": True})
    if kind is Kind.CHOICES and described.choices is not None:
        return RawField(described, forms.CheckboxSelectMultiple(choices=described.choices.choices), options)
    if kind is Kind.CHOICE and described.choices is not None:
        return _choice(described, options)
    if described.long:
        return RawField(described, forms.Textarea(), options | {"rows": 8, "max_length": described.max_length})
    return RawField(described, forms.TextInput(), options | {"width": 20})


def _choice(described: Field, options: dict[str, Any]) -> RawField:
    assert described.choices is not None  # noqa: S101 - the caller asked
    if described.name == "entry_method":
        listed = [("", ""), *described.choices.choices]
        return RawField(described, forms.Select(choices=listed), options)
    items = [
        {"value": code, "text": label, "hint": ITEM_HINTS.get(described.name, {}).get(code)}
        for code, label in described.choices.choices
    ]
    if not described.required and not described.default:
        # Radios cannot be unticked, so an answer that may be left out needs a choice for that.
        items.append({"value": "", "text": "Not judged yet"})
    return RawField(described, forms.RadioSelect(choices=described.choices.choices), options | {"items": items})


# ------------------------------------------------------------------------------------------------------------ outcomes

MEASURE_LABELS: Final = {
    "count": "Number",
    "value_gbp": "Value in pounds",
    "months": "Sentences in months, added up",
    "item": "What it was",
}
_ENTRY_KEY = re.compile(r"outcomes-(\d{1,4})-type")


@dataclass(slots=True)
class OutcomeEntry:
    """One outcome on the page: its type, what was typed for it, and what is wrong with it."""

    place: int
    type: str
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, tuple[str, str]] = field(default_factory=dict)
    is_new: bool = False

    @property
    def title(self) -> str:
        """The label of its type."""
        return str(OutcomeType(self.type).label) if self.type in OutcomeType.values else "Outcome of an unknown type"

    @property
    def measures(self) -> Sequence[str]:
        """The measures that its type takes, those that it must have first."""
        if self.type not in OutcomeType.values:
            return []
        taken = OUTCOME_MEASURES[OutcomeType(self.type)]
        return [name for name in MEASURE_NAMES if name in taken.required] + [
            name for name in MEASURE_NAMES if name in taken.optional
        ]

    def controls(self) -> list[dict[str, Any]]:
        """Return the entry's controls as the form macros take them."""
        taken = OUTCOME_MEASURES.get(OutcomeType(self.type)) if self.measures else None
        return [
            {
                "kind": "money" if name == "value_gbp" else "text",
                "name": f"outcomes-{self.place}-{name}",
                "id": f"id_outcomes-{self.place}-{name}",
                "label": MEASURE_LABELS[name],
                "value": self.values.get(name, ""),
                "error": self.errors.get(name, ("",))[0] or None,
                "optional": taken is not None and name not in taken.required,
                "width": 20 if name == "item" else 10 if name == "value_gbp" else 5,
                "inputmode": "numeric" if name in {"count", "months"} else None,
            }
            for name in self.measures
        ]

    @property
    def type_error(self) -> str:
        """What is wrong with the type itself."""
        return self.errors.get("type", ("",))[0]

    def raw(self) -> dict[str, str]:
        """Return the entry for the parser."""
        return {"type": self.type, **{name: text for name, text in self.values.items() if text}}

    def is_blank(self) -> bool:
        """Say whether nothing was typed for it."""
        return not any(self.values.values())


@dataclass(slots=True)
class OutcomeEntries:
    """The outcomes on the page, in order."""

    entries: list[OutcomeEntry]
    error: tuple[str, str] = ("", "")

    @classmethod
    def stored(cls, rows: Sequence[OutcomeRow], new: str = "") -> OutcomeEntries:
        """Return the entries of stored outcomes, and a blank one of a new type where there is one."""
        entries = [OutcomeEntry(place, row.type or "", _measures_of(row)) for place, row in enumerate(rows)]
        if new in OutcomeType.values:
            entries.append(OutcomeEntry(len(entries), new, is_new=True))
        return cls(entries)

    @classmethod
    def posted(cls, data: QueryDict) -> OutcomeEntries:
        """Return the entries that were sent. One that was added and never filled in is left out."""
        places = sorted(int(found.group(1)) for key in data if (found := _ENTRY_KEY.fullmatch(key)))
        entries: list[OutcomeEntry] = []
        for place in places:
            values = {name: (data.get(f"outcomes-{place}-{name}") or "").strip() for name in MEASURE_NAMES}
            is_new = f"outcomes-{place}-new" in data
            entry = OutcomeEntry(len(entries), str(data[f"outcomes-{place}-type"]), values, is_new=is_new)
            if not (is_new and entry.is_blank()):
                entries.append(entry)
        return cls(entries)

    def raw(self) -> list[dict[str, str]]:
        """Return the entries for the parser."""
        return [entry.raw() for entry in self.entries]

    def refuse(self, fault: Violation) -> bool:
        """Put a violation beside its control; say whether it speaks of an outcome."""
        head, _, rest = fault.field.partition("/")
        if head != "outcomes":
            return False
        place, _, name = rest.partition("/")
        if place.isdigit() and int(place) < len(self.entries):
            self.entries[int(place)].errors[name or "type"] = (fault.message, fault.code)
        else:
            self.error = (fault.message, fault.code)
        return True

    def summary(self) -> list[dict[str, Any]]:
        """Return the entries of the error summary; each says which outcome it speaks of."""
        found = [summary_entry(self.error[0], "outcomes", self.error[1])] if self.error[0] else []
        for entry in self.entries:
            for name, (message, code) in entry.errors.items():
                target = f"id_outcomes-{entry.place}-{name}" if name in entry.measures else f"outcome-{entry.place}"
                found.append(summary_entry(f"{entry.title}: {message}", target, code))
        return found


def _measures_of(row: OutcomeRow) -> dict[str, str]:
    return {name: str(value) for name in MEASURE_NAMES if (value := getattr(row, name)) not in (None, "")}


# ------------------------------------------------------------------------------------------------ start, reason, review


class ReasonForm(forms.Form):
    """Why a record changes, for those who read its history."""

    reason = forms.CharField(label="Why is it changing?", required=False, widget=forms.Textarea)
    reason_class = forms.ChoiceField(
        label="Kind of change",
        required=False,
        choices=[("", "Choose one, if it fits"), *ReasonClass.choices],
        help_text="It explains why a published figure moves.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes: dict[str, str] = {}

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put each violation that speaks of the reason or its class beside its control."""
        for each in violations:
            if each.field in self.fields:
                self.codes[each.field] = each.code
                self.add_error(each.field, ValidationError(each.message, code=each.code))


class WithdrawForm(forms.Form):
    """Why a record is withdrawn."""

    reason = forms.CharField(label="Why is it withdrawn?", required=False, widget=forms.Textarea)


class ReopenForm(forms.Form):
    """Why a withdrawn record is opened again."""

    reason = forms.CharField(label="Why is it opened again?", required=False, widget=forms.Textarea)


class HandOverForm(forms.Form):
    """Which agency really led, and why."""

    to_agency = forms.ChoiceField(
        label="Agency that led it",
        required=False,
        error_messages={"invalid_choice": "Choose an agency of the list."},
        help_text="It is asked to accept the record. Until it does, the record stays yours.",
    )
    reason = forms.CharField(label="Why should it have the record?", required=False, widget=forms.Textarea)

    def __init__(self, data: QueryDict | None, choices: Choices) -> None:
        super().__init__(data)
        to_agency = self.fields["to_agency"]
        assert isinstance(to_agency, forms.ChoiceField)  # noqa: S101 - declared above
        to_agency.choices = [("", ""), *choices.agencies]


class HandOverAnswerForm(forms.Form):
    """Whether an agency takes a record over."""

    answer = forms.CharField(
        label="If you decline, why?",
        required=False,
        widget=forms.Textarea,
        help_text="The agency that asked reads this.",
    )


class SupportAnswerForm(forms.Form):
    """What an agency says to a support that names it as the lead."""

    CONFIRM, CORRECT, DECLINE = "confirm", "correct", "decline"

    answer = forms.ChoiceField(
        required=False,
        choices=[(CONFIRM, "Yes"), (CORRECT, "No, another agency did"), (DECLINE, "No")],
        error_messages={"invalid_choice": "Say whether your agency led this."},
    )
    lead = forms.CharField(required=False)
    other_lead = forms.CharField(
        label="Reference of the lead record", required=False, help_text="For example, D-7KQ2-M4XH."
    )
    lead_agency = forms.ChoiceField(
        label="Agency that led it",
        required=False,
        error_messages={"invalid_choice": "Choose an agency of the list."},
    )
    reason = forms.CharField(label="Why?", required=False, widget=forms.Textarea)

    def __init__(self, data: QueryDict | None, choices: Choices) -> None:
        super().__init__(data)
        lead_agency = self.fields["lead_agency"]
        assert isinstance(lead_agency, forms.ChoiceField)  # noqa: S101 - declared above
        lead_agency.choices = [("", ""), *choices.agencies]


class AskForThreatForm(forms.Form):
    """What an officer could not find on the list of threats."""

    title = forms.CharField(
        label="What is it known as?",
        required=False,
        help_text="The name of the group, or a few words for the person or the weakness. No names of people.",
    )
    details = forms.CharField(
        label="What is known of it?",
        required=False,
        widget=forms.Textarea,
        help_text="Whatever helps to find it: other names, where it works, who looks into it, its reference elsewhere.",
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.codes: dict[str, str] = {}

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put each violation beside its control."""
        for each in violations:
            name = each.field if each.field in self.fields else "title"
            self.codes[name] = each.code
            self.add_error(name, ValidationError(each.message, code=each.code))

    def summary(self) -> list[dict[str, Any]]:
        """Return the entries of the error summary, each linked to its control."""
        return simple_summary(self, self.codes)


class AnswerThreatRequestForm(AskForThreatForm):
    """A threat manager's answer to such a request."""

    title = None  # type: ignore[assignment]  # Django's way to leave out an inherited control
    details = None  # type: ignore[assignment]  # Django's way to leave out an inherited control
    decision = forms.ChoiceField(
        label="Your answer",
        choices=[("listed", "It is on the list"), ("declined", "It will not be listed")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer.", "invalid_choice": "Choose an answer."},
    )
    threat = forms.CharField(
        label="Reference of the threat",
        required=False,
        help_text="For example, T-7KQ2-M4XH. The officer then takes it over in one press.",
    )
    threat_found = forms.CharField(required=False)
    answer = forms.CharField(
        label="In your words",
        required=False,
        widget=forms.Textarea,
        help_text="If it will not be listed, say why and what to choose instead.",
    )

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put each violation beside its control."""
        for each in violations:
            name = each.field if each.field in self.fields else "answer"
            self.codes[name] = each.code
            self.add_error(name, ValidationError(each.message, code=each.code))


@dataclass(frozen=True, slots=True)
class Owners:
    """Who may own an action of a plan: people of the threat's lead agency, its officer, and who owns the action now."""

    choices: tuple[tuple[str, str], ...]

    @classmethod
    def of_threat(cls, threat: SOCThreat, *others: User | None) -> Owners:
        """Read them, in one query."""
        people = User.objects.people().of_agency(threat.lead_agency).filter(is_active=True).select_related("agency")
        known = {person.email: person for person in (*people, *(other for other in others if other is not None))}
        in_order = sorted(known.values(), key=lambda person: (person.name, person.email))
        return cls(tuple((person.email, f"{person.name}, {person.agency.short_name}") for person in in_order))


class PlanActionForm(forms.Form):
    """An action of a threat's plan. Its owner changes only where it stands and the note."""

    strand = forms.ChoiceField(
        label="Strand",
        required=False,
        choices=Strand.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the four strands."},
    )
    title = forms.CharField(
        label="What will be done?",
        required=False,
        help_text="In a few words. No names of people: they belong in the agencies’ own systems.",
    )
    owner = forms.ChoiceField(
        label="Who sees to it?", required=False, error_messages={"invalid_choice": "Choose somebody of the list."}
    )
    owner_elsewhere = forms.CharField(
        label="Or somebody of another agency",
        required=False,
        help_text="Their e-mail address here. It goes before the choice above.",
    )
    due_on = DatePartsField(
        label="By when?",
        noun="the date by which it is to be done",
        required=False,
        help_text="For example, 27 3 2027.",
    )
    state = forms.ChoiceField(
        label="Where it stands",
        required=False,
        choices=PlanState.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose where it stands."},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        widget=forms.Textarea,
        help_text="How it goes, or why it is dropped. No names of people.",
    )

    def __init__(self, data: QueryDict | None, owners: Owners, *, reports_only: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - declared above
        owner.choices = [("", ""), *owners.choices]
        if reports_only:
            self.fields = {name: each for name, each in self.fields.items() if name in ("state", "note")}
        self.codes: dict[str, str] = {}

    def values(self) -> dict[str, Any]:
        """Return what was sent, by the names of the service."""
        values = dict(self.cleaned_data)
        elsewhere = values.pop("owner_elsewhere", "")
        return values | ({"owner": elsewhere} if elsewhere else {})

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put each violation beside its control."""
        for each in violations:
            name = each.field if each.field in self.fields else next(iter(self.fields))
            if name == "owner" and self.cleaned_data.get("owner_elsewhere"):
                name = "owner_elsewhere"
            self.codes[name] = each.code
            self.add_error(name, ValidationError(each.message, code=each.code))

    def summary(self) -> list[dict[str, Any]]:
        """Return the entries of the error summary, each linked to its control."""
        return [
            summary_entry(
                str(self.errors[name][0]),
                f"id_{name}_day" if name == "due_on" else f"id_{name}",
                self.codes.get(name, ""),
            )
            for name in self.fields
            if name in self.errors
        ]


REGRADE: Final = "regrade"
"""The page's word for approving at another level than the one claimed."""

DECISION_LABELS: Final = {
    Decision.APPROVE.value: ("Approve", "At the level that it has now."),
    REGRADE: ("Approve at another level", "The agency's claim stays on file beside your level."),
    Decision.RETURN.value: ("Send back", "Its author puts it right and submits it again. It does not count meanwhile."),
    Decision.UPHELD.value: ("Uphold", "The level is right."),
    Decision.RAISED.value: ("Raise the level", ""),
    Decision.LOWERED.value: ("Lower the level", ""),
    Decision.NOT_A_DISRUPTION.value: ("Not a disruption", "It stays on file and is not counted."),
    Decision.DUPLICATE.value: ("Duplicate", "It stays on file, points at the other record and is not counted."),
    Decision.THREAT_CHANGED.value: ("Change the threat", "It was done against another threat."),
    Decision.LEAD_CHANGED.value: (
        "Change who led",
        "Another agency led it. The record moves there, with its supports, and that agency approves it again.",
    ),
}
APPROVER_CHOICES: Final = (Decision.APPROVE.value, REGRADE, Decision.RETURN.value, Decision.DUPLICATE.value)
MODERATOR_CHOICES: Final = (
    Decision.UPHELD.value,
    Decision.RAISED.value,
    Decision.LOWERED.value,
    Decision.THREAT_CHANGED.value,
    Decision.LEAD_CHANGED.value,
    Decision.NOT_A_DISRUPTION.value,
    Decision.DUPLICATE.value,
)
KEYS_OF_DECISIONS: Final = {Decision.APPROVE.value: "a", REGRADE: "g", Decision.RETURN.value: "r"}
"""The keyboard shortcuts that choose a decision."""
LEVEL_DECISIONS: Final = frozenset({REGRADE, Decision.RAISED.value, Decision.LOWERED.value})
ANSWERABLE: Final = ("occurred_on", "summary", "threat", "impact", "level")
"""The fields for which an approver may say, one by one, what has to be put right."""


class ReviewForm(forms.Form):
    """A decision about a record, as it was sent."""

    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a decision.", "invalid_choice": "Choose a decision that can be made here."},
    )
    to_level = forms.ChoiceField(label="New level", required=False, choices=[("", "Choose a level"), *Level.choices])
    duplicate_of = forms.CharField(
        label="Reference of the record that it repeats", required=False, help_text="For example, D-7KQ2-M4XH."
    )
    threat = forms.CharField(
        label="Reference of the right threat", required=False, help_text="For example, T-7KQ2-M4XH."
    )
    lead_agency = forms.ChoiceField(label="Agency that led", required=False)
    reason = forms.CharField(label="Reason", required=False, widget=forms.Textarea)

    def __init__(
        self, data: QueryDict | None, allowed: Sequence[str], *, agencies: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Offer the decisions that are allowed; ``agencies`` are those that may have led, by code and name."""
        super().__init__(data)
        decision, lead_agency = self.fields["decision"], self.fields["lead_agency"]
        assert isinstance(decision, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(lead_agency, forms.ChoiceField)  # noqa: S101 - declared above
        decision.choices = [(code, DECISION_LABELS[code][0]) for code in allowed]
        lead_agency.choices = [("", "Choose an agency"), *agencies]
        self.allowed = tuple(allowed)
        self.may_return = Decision.RETURN.value in allowed
        self.codes: dict[str, str] = {}
        if self.may_return:
            for name in ANSWERABLE:
                self.fields[f"about_{name}"] = forms.CharField(
                    label=BY_NAME[name].label, required=False, max_length=500
                )

    def field_reasons(self) -> dict[str, str]:
        """Return what has to be put right, by wire name."""
        return {name: text for name in ANSWERABLE if (text := self.cleaned_data.get(f"about_{name}", ""))}

    def items(self) -> list[dict[str, Any]]:
        """Return the decisions that may be made, with what each means."""
        return [
            {
                "value": code,
                "text": DECISION_LABELS[code][0],
                "hint": DECISION_LABELS[code][1],
                "attributes": {"data-key": KEYS_OF_DECISIONS[code]} if code in KEYS_OF_DECISIONS else {},
            }
            for code in self.allowed
        ]

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put each violation beside its control."""
        for each in violations:
            name = each.field if each.field in self.fields else "reason"
            self.codes[name] = each.code
            self.add_error(name, ValidationError(each.message, code=each.code))

    def summary(self) -> list[dict[str, Any]]:
        """Return the entries of the error summary, each linked to its control."""
        return simple_summary(self, self.codes)


def simple_summary(form: forms.Form, codes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the entries of the error summary of a plain form."""
    return [
        summary_entry(str(messages[0]), f"id_{name}", codes.get(name, "")) for name, messages in form.errors.items()
    ]


def read_version(data: QueryDict) -> int:
    """Return the version that a page was drawn from; what is no version is 0, which no record has."""
    text = data.get("version", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
