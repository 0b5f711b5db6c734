"""What a file says of itself: what it holds, of when, for whom, and by which rule figures are counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from agencies.models import LONDON
from disruptions.exports.lists import LISTS
from disruptions.models import Export
from disruptions.vocabulary import ListKind, Marking
from disruptions.wording import day_in_words

NOTES: Final = "Notes"
_NOT_COUNTED: Final = (
    "The file has a row for each record of the list. Published figures count leads that meet the rule; "
    "supports are never added. Filter the list by Counted to have these only."
)
Note = tuple[str, str]


def notes_of(export: Export, *, rows: int, marking: Marking, read_at: datetime, words: Iterable[str]) -> list[Note]:
    """Return the notes of a file as pairs of heading and text, in order."""
    listed = LISTS[export.listing]
    asker = export.asked_by
    moment = f"{in_london(read_at)} (London)"
    state = f"As they stood at the end of {day_in_words(export.as_at)} (London)" if export.as_at else f"As of {moment}"
    return [
        ("Marking", marking.label),
        ("What it holds", f"{listed.title} from OIC Disruptions that {asker.name}, {export.agency.name}, may open"),
        *(("Filter", sentence) for sentence in list(words) or ["None"]),
        ("Address of the list", export.address),
        ("State of the records", state),
        ("Read at", moment),
        ("Rows", f"{rows:,}"),
        ("Made for", f"{asker.name}, {export.agency.name}"),
        *_counting(export),
        (
            "Text that begins like a formula",
            "Has an apostrophe before it, so that no spreadsheet runs it: = + - @, tab and line end.",
        ),
        (
            "Others may see other rows",
            "Somebody else who opens the address sees the records that they may open, as they are then.",
        ),
    ]


def _counting(export: Export) -> list[Note]:
    if export.listing != ListKind.DISRUPTIONS:
        return []
    return [
        ("Counting rule", f"Version {export.rule_version}"),
        ("Rows are not counted figures", _NOT_COUNTED),
    ]


def in_london(moment: datetime) -> str:
    """Write a time as ``22 November 2026, 14:02``, in London."""
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, {local:%H:%M}"
