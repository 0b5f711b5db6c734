"""The words and colours of tags. One code, one word, one colour, on every page."""

from __future__ import annotations

from typing import NamedTuple


class TagWords(NamedTuple):
    """What a tag says, and the GOV.UK tag colour that goes with it."""

    text: str
    colour: str


STATUSES: dict[str, TagWords] = {
    # disruptions
    "draft": TagWords("Draft", "grey"),
    "submitted": TagWords("Submitted", "blue"),
    "returned": TagWords("Returned", "orange"),
    "approved": TagWords("Approved", "green"),
    "rejected": TagWords("Rejected", "red"),
    "withdrawn": TagWords("Withdrawn", "grey"),
    # SOC threats and OCGs
    "active": TagWords("Active", "green"),
    "monitored": TagWords("Monitored", "teal"),
    "dormant": TagWords("Dormant", "grey"),
    "dismantled": TagWords("Dismantled", "purple"),
    "archived": TagWords("Archived", "grey"),
    # tasks and people
    "waiting": TagWords("Waiting", "yellow"),
    "overdue": TagWords("Overdue", "red"),
    "invited": TagWords("Invited", "yellow"),
    "left": TagWords("Left", "grey"),
    "expired": TagWords("Expired", "red"),
    "inactive": TagWords("Inactive", "grey"),
}

LEVELS: dict[str, str] = {
    "major": "Major",
    "moderate": "Moderate",
    "minor": "Minor",
    "none": "No disruption",
    "negative": "Negative",
    "": "Not set",
}

ROLES: dict[str, str] = {"lead": "Lead", "support": "Support"}

MARKINGS: dict[str, str] = {"official": "OFFICIAL", "official_sensitive": "OFFICIAL-SENSITIVE"}


def status_words(status: str) -> TagWords:
    """Return the word and colour of a status; an unknown one is an error, not a grey tag."""
    return STATUSES[str(status)]


def level_words(level: str | None) -> str:
    """Return the word of a disruption's level."""
    return LEVELS[str(level or "")]


def role_words(role: str) -> str:
    """Return the word of an agency's role in a disruption."""
    return ROLES[str(role)]


def marking_words(marking: str | None) -> str:
    """Return a marking as it is printed; a page that names none is OFFICIAL."""
    return MARKINGS[str(marking or "official")]
