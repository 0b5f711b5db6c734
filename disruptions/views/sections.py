"""A record as the sections that a person reads: the record's page and check-answers show the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from disruptions.fields import BY_NAME, Field
from disruptions.forms import STEPS, Step
from disruptions.models import Disruption, Outcome
from disruptions.vocabulary import DisruptionRole, Sharing
from disruptions.wording import measures_in_words, outcome_type_in_words, value_in_words

LABELS: Final = {name: described.label for name, described in BY_NAME.items()} | {"outcomes": "Outcomes"}
"""What each wire field is called on a page."""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One field of a record in words."""

    field: Field
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """The fields of one step of recording."""

    step: Step
    rows: list[SectionRow]


def sections_of(record: Disruption, *, open_leads: Iterable[int]) -> list[Section]:
    """Return a record's fields by step, in words; outcomes stand apart (``outcome_rows``). One query: the named list.

    ``open_leads``: ids of the lead records that the reader may open.
    """
    shared_with = ", ".join(share.agency.name for share in record.shares.live().select_related("agency"))

    def words(field: Field) -> str:
        return shared_with if field.name == "shared_with" else value_in_words(field, record, open_leads=open_leads)

    return [
        Section(
            step,
            [
                SectionRow(BY_NAME[name], words(BY_NAME[name]))
                for name in step.names
                if name in BY_NAME and _is_shown(name, record)
            ],
        )
        for step in STEPS
    ]


def _is_shown(name: str, record: Disruption) -> bool:
    if name in {"lead", "lead_agency"}:
        return record.role == DisruptionRole.SUPPORT
    if name == "shared_with":
        return record.sharing == Sharing.NAMED_AGENCIES
    return True


def outcome_rows(record: Disruption) -> list[tuple[str, Outcome, str]]:
    """Return the outcomes of a record as it stands: type, the outcome, and its measures in words."""
    return [
        (outcome_type_in_words(each.type), each, measures_in_words(each))
        for each in record.outcomes.live().order_by("position")
    ]
