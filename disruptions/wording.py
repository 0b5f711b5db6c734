"""A record's values in words, as a person reads them on a page: record, check-answers, history and conflict alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from agencies.models import london_date
from disruptions.countries import COUNTRIES
from disruptions.days import is_relative, relative_in_words
from disruptions.fields import Field, Kind
from disruptions.models import Disruption
from disruptions.vocabulary import Level, OutcomeType

YES_NO: Final = {True: "Yes", False: "No", None: ""}
NOT_OPEN_TO_YOU: Final = "A record that you may not open"
LEVEL_WORDS: Final = {Level.NONE.value: "No disruption"}
"""Where a level stands alone, its label "None" would read as if nothing had been said."""


def day_in_words(day: date | None) -> str:
    """Write a date as ``2 October 2026``, and no date as nothing."""
    return f"{day.day} {day:%B %Y}" if day else ""


def written_day(text: str) -> str:
    """Write a day of an address as a person reads it: ``2 October 2026``, or ``28 days ago`` for a word."""
    return relative_in_words(text) if is_relative(text) else day_in_words(date.fromisoformat(text))


def choice_in_words(field: Field, code: str | None) -> str:
    """Write a code as its label; a code that is none of the field's stands as it is."""
    if not code or field.choices is None:
        return code or ""
    if field.name == "level":
        return LEVEL_WORDS.get(code, dict(field.choices.choices).get(code, code))
    return str(dict(field.choices.choices).get(code, code))


def value_in_words(field: Field, record: Any, *, open_leads: Iterable[int] | None = None) -> str:
    """Write a stored value of a record, or of one of its past states, as a person reads it; nothing is ``""``.

    ``open_leads`` are the ids of the lead records that the reader may open: another is not named. The agencies of a
    named list are rows of their own and are not read here.
    """
    if field.kind is Kind.AGENCIES:
        return ""
    if field.kind is Kind.DISRUPTION:
        if record.lead_id is None:
            return ""
        return str(record.lead.reference) if open_leads is None or record.lead_id in open_leads else NOT_OPEN_TO_YOU
    value = getattr(record, field.name)
    if field.kind is Kind.THREAT:
        return f"{value.reference} {value.title}" if value else ""
    if field.kind is Kind.AGENCY:
        return value.name if value else ""
    return raw_in_words(field, value)


def raw_in_words(field: Field, value: Any) -> str:
    """Write a value of a typed row as a person reads it; references and agency codes stand as they are."""
    if field.kind is Kind.BOOLEAN:
        return YES_NO[value]
    if field.kind is Kind.DATE:
        return day_in_words(value)
    if field.kind is Kind.CHOICES:
        return ", ".join(choice_in_words(field, code) for code in value)
    if field.kind is Kind.AGENCIES:
        return ", ".join(value)
    if field.kind is Kind.COUNTRY:
        return COUNTRIES.get(value, value) if value else ""
    return choice_in_words(field, value) if field.kind is Kind.CHOICE else str(value or "")


def measures_in_words(outcome: Any) -> str:
    """Write what an outcome measures: ``3, £12,500, 48 months, two engines``."""
    parts = []
    if outcome.count is not None:
        parts.append(f"{outcome.count:,}")
    if outcome.value_gbp is not None:
        parts.append(f"£{outcome.value_gbp:,.2f}".removesuffix(".00"))
    if outcome.months is not None:
        parts.append(f"{outcome.months:,} {'month' if outcome.months == 1 else 'months'}")
    if outcome.item:
        parts.append(outcome.item)
    return ", ".join(parts)


def outcomes_in_words(outcomes: Iterable[Any]) -> str:
    """Write a list of outcomes on one line: ``Arrest: 3; Cash seizure: £12,500``."""
    return "; ".join(f"{outcome_type_in_words(each.type)}: {measures_in_words(each)}" for each in outcomes)


def outcome_type_in_words(code: str | None) -> str:
    """Write an outcome type as its label."""
    return str(OutcomeType(code).label) if code in OutcomeType.values else str(code or "")


def next_step_of(record: Disruption) -> str:
    """Say in a sentence what happens next to a record, for those who recorded it."""
    return {
        "draft": "This is a draft. Only your agency can see it, and it is not counted until it is submitted.",
        "submitted": f"Submitted. An approver of {record.agency.name} who did not record it decides next.",
        "approved": "Approved. Nothing more is needed.",
        "returned": "Sent back. Put right what is asked for and submit it again. Until then it is not counted.",
        "rejected": "Rejected. It stays on file and is not counted.",
        "withdrawn": "Withdrawn. It stays on file and is not counted.",
    }[record.status]


def waited(since: datetime, now: datetime) -> str:
    """Say how long something has waited, in days of the calendar in London."""
    days = (london_date(now) - london_date(since)).days
    return "Since today" if days < 1 else "1 day" if days == 1 else f"{days:,} days"
