"""What a file is asked for: a list, or the records of it that somebody ticked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import User
from agencies.refusals import Invalid
from disruptions.asked import Asked, read_asked
from disruptions.filters.strict import BAD_VALUE, UNKNOWN
from disruptions.references import DISRUPTION, read_reference
from disruptions.saved import as_text
from disruptions.vocabulary import ListKind

CHOSEN: Final = "chosen"
"""The parameter that names a record that was ticked, by its reference; as often as there are such records."""

LIMIT: Final = 1_000
"""How many records can be ticked: more are what filters are for."""


@dataclass(frozen=True, slots=True)
class Selected(Asked):
    """Records that somebody ticked, and no others; the filters beside them still narrow."""

    chosen: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the query as text, with what was ticked."""
        query = self.query.copy()
        query.setlist(CHOSEN, list(self.chosen))
        return as_text(query)

    @contextmanager
    def rows(self) -> Iterator[Any]:
        """Give those of them that the person may open, as ``Asked.rows`` does."""
        with Asked.rows(self) as rows:
            yield rows.filter(reference__in=self.chosen)

    def in_words(self, rows: Any = None) -> list[str]:
        """Say first that they were ticked."""
        count = len(self.chosen)
        said = "One record that was chosen" if count == 1 else f"{count:,} records that were chosen"
        return [said, *Asked.in_words(self, rows)]


def read_selected(parameters: QueryDict, *, reader: User, which: str, allow: Iterable[str] = ()) -> Asked:
    """Read what a person asks a file for. Raises ``Invalid`` with everything that is wrong."""
    faults: list[Violation] = []
    chosen: dict[str, None] = {}
    for text in parameters.getlist(CHOSEN):
        reference = read_reference(text, DISRUPTION)
        if reference is None:
            faults = [
                Violation(CHOSEN, BAD_VALUE, "A chosen record has a mistyped reference. Choose on the list again.")
            ]
        else:
            chosen[reference] = None
    if CHOSEN in parameters and which != ListKind.DISRUPTIONS:
        faults = [Violation(CHOSEN, UNKNOWN, "Single entries of this list cannot be chosen. Filter it.")]
    if len(chosen) > LIMIT:
        faults.append(
            Violation(CHOSEN, "too_many", f"No more than {LIMIT:,} records are chosen at once. Filter the list.")
        )
    try:
        asked = read_asked(parameters, reader=reader, which=which, allow=(CHOSEN, *allow))
    except Invalid as refusal:
        raise Invalid([*faults, *refusal.violations]) from None
    if faults:
        raise Invalid(faults)
    if not chosen:
        return asked
    return Selected(asked.query, asked.as_at, asked.sort, asked.columns, reader, which, tuple(chosen))
