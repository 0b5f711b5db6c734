"""The words and colours of tags. One code, one word, one colour, on every page; the words are the vocabulary's."""

from __future__ import annotations

from typing import Final, NamedTuple

from agencies.vocabulary import PersonStatus
from disruptions.vocabulary import DisruptionRole, Level, Marking, Status, ThreatStatus
from disruptions.wording import LEVEL_WORDS


class TagWords(NamedTuple):
    """What a tag says, and the GOV.UK tag colour that goes with it."""

    text: str
    colour: str


COLOURS: Final[dict[str, str]] = {
    # disruptions
    "draft": "grey",
    "submitted": "blue",
    "returned": "orange",
    "approved": "green",
    "rejected": "red",
    "withdrawn": "grey",
    # SOC threats and OCGs
    "active": "green",
    "monitored": "teal",
    "dormant": "grey",
    "dismantled": "purple",
    "archived": "grey",
    # people
    "invited": "yellow",
    "inactive": "grey",
    "left": "grey",
    # states that are worked out and stored nowhere
    "overdue": "red",
    "never_assessed": "yellow",
    "expired": "red",
}

_LABELS: Final[dict[str, str]] = {
    **{each.value: str(each.label) for each in (*Status, *ThreatStatus, *PersonStatus)},
    "overdue": "Overdue",
    "never_assessed": "Never assessed",
    "expired": "Expired",
}

STATUSES: Final = {status: TagWords(text, COLOURS[status]) for status, text in _LABELS.items()}
LEVELS: Final = {each.value: str(each.label) for each in Level} | LEVEL_WORDS | {"": "Not set"}
ROLES: Final = {each.value: str(each.label) for each in DisruptionRole}
MARKINGS: Final = {each.value: str(each.label) for each in Marking}


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
    return MARKINGS[str(marking or Marking.OFFICIAL)]
