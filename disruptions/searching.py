"""What somebody typed to search for, read: words, "exact phrases", -exclusions, alternatives joined by ``or``.

No database here. ``disruptions.text_search`` asks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SEPARATORS: Final = "/.-_@:&=+~%#'<>"
"""Signs that part words, in records and in what is searched for (``disruption_search`` in the migration has the same).

PostgreSQL would take ``KENT/2026/000123`` for a file and ``jo@example.org`` for an address, each one word, and would
leave out what stands between ``<`` and ``>``.
"""
_PARTED: Final = str.maketrans(dict.fromkeys(SEPARATORS, " "))
_TYPED = re.compile(r"""(?P<not>-?)(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))""")
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_WORD = re.compile(r"\w+")

BEGUN_FROM: Final = 2
"""How many letters of a word are looked for before it is typed to its end."""

CORRECTED_FROM: Final = 4
"""Words shorter than this are taken as they are: too many names are like them."""

_STOP_WORDS: Final = """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it
    its itself they them their theirs themselves what which who whom this that these those am is are was were be been
    being have has had having do does did doing a an the and but if or because as until while of at by for with about
    against between into through during before after above below to from up down in out on off over under again further
    then once here there when where why how all any both each few more most other some such no nor not only own same so
    than too very s t can will just don should now
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())
"""Words that English texts are full of and that PostgreSQL keeps out of its index."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One word or phrase that a record holds, or must not hold."""

    text: str
    negative: bool = False
    begun: bool = False
    """Whether a word that begins with the text will do."""

    @property
    def is_word(self) -> bool:
        """Whether it is one word, which may be misspelt, and no phrase, number or exclusion."""
        return not self.negative and len(self.text) >= CORRECTED_FROM and self.text.isalpha()


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for: every group must hold, and a group holds where any of its atoms does."""

    groups: tuple[tuple[Atom, ...], ...]

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Return every atom, in the order they were typed in."""
        return tuple(atom for group in self.groups for atom in group)

    def positive(self) -> Search:
        """Return the search without what must not be held."""
        groups = (tuple(atom for atom in group if not atom.negative) for group in self.groups)
        return Search(tuple(filter(None, groups)))

    def with_replaced(self, words: Mapping[str, tuple[str, ...]]) -> Search:
        """Return the search with words replaced, each by any of others."""
        return Search(tuple(tuple(_replaced(group, words)) for group in self.groups))


def _replaced(group: Iterable[Atom], words: Mapping[str, tuple[str, ...]]) -> Iterator[Atom]:
    for atom in group:
        if atom.is_word and atom.text in words:
            yield from map(Atom, words[atom.text])
        else:
            yield atom


def read_search(text: str, *, begun: bool = False) -> Search:
    """Read what somebody typed. Words that English is full of say nothing and are left out.

    A search of such words alone keeps them: an operation may be called WHO. A phrase that is not closed ends with the
    text. ``or`` stands between two alternatives. ``begun``: the last word is still being typed. Every word is read, and
    read once where it is repeated: how long a text may be is the caller's to say.
    """
    groups: list[list[Atom]] = []
    joining = False
    for found in _TYPED.finditer(text.translate(_QUOTES)):
        word, phrase = found["word"], found["phrase"]
        if word is not None and word.lower() == "or" and not found["not"]:
            joining = bool(groups)
            continue
        cleaned = parted(word if phrase is None else phrase)
        if not cleaned:
            continue
        last = begun and word is not None and found.end() == len(text)
        atom = Atom(cleaned, negative=bool(found["not"]), begun=last and len(cleaned.split()[-1]) >= BEGUN_FROM)
        if joining:
            groups[-1].append(atom)
        else:
            groups.append([atom])
        joining = False
    telling = [kept for group in groups if (kept := [atom for atom in group if not _says_nothing(atom)])]
    return Search(tuple(dict.fromkeys(tuple(dict.fromkeys(group)) for group in telling or groups)))


def parted(text: str) -> str:
    """Return a text in small letters with one space between its words, as it is compared."""
    return " ".join(_WORD.findall(text.lower().translate(_PARTED)))


def _says_nothing(atom: Atom) -> bool:
    return not atom.begun and all(word in STOP_WORDS for word in atom.text.split())


def most_alike(word: str, names: Iterable[str], *, at_most: int = 3) -> tuple[str, ...]:
    """Return the words of names that a misspelt word may have meant, the most alike first; none where none is near.

    Near is one wrong, missing, added or exchanged letter in a short word, two from seven letters on, three from eleven.
    Only those of the smallest distance found are returned.
    """
    reach = 1 if len(word) < 7 else 2 if len(word) < 11 else 3
    by_distance: dict[int, dict[str, None]] = {}
    for name in names:
        for candidate in parted(name).split():
            if candidate == word or abs(len(candidate) - len(word)) > reach or len(candidate) < CORRECTED_FROM:
                continue
            distance = distance_between(word, candidate)
            if distance <= reach:
                by_distance.setdefault(distance, {})[candidate] = None
    if not by_distance:
        return ()
    return tuple(sorted(by_distance[min(by_distance)], key=lambda each: (each[0] != word[0], each)))[:at_most]


def distance_between(one: str, other: str) -> int:
    """Return how many letters must be changed, added, left out or exchanged with their neighbour to make one other."""
    before: Sequence[int] = ()
    row: Sequence[int] = range(len(other) + 1)
    for place, letter in enumerate(one, start=1):
        two_before, before = before, row
        fresh = [place]
        for at, sign in enumerate(other, start=1):
            best = min(before[at] + 1, fresh[at - 1] + 1, before[at - 1] + (letter != sign))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == sign:
                best = min(best, two_before[at - 2] + 1)
            fresh.append(best)
        row = fresh
    return row[-1]
