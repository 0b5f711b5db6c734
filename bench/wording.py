"""Words of generated records: a vocabulary whose words come as often as words of a language do, so search is honest."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import Final

SOUNDS: Final = (
    "b",
    "br",
    "c",
    "cl",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
)
VOWELS: Final = ("a", "e", "i", "o", "u", "ai", "ea", "oo")
ENDS: Final = ("", "n", "r", "s", "t", "l", "nd", "rk")
INVENTED: Final = 20_000
_FIELD_WORDS: Final = """
    arrested boats engines lorry driver passports money officers warrant searched seized facilitator network coast
    trailer container vessel advertised visas sponsor marriage flight passengers safehouse phones accounts
    transferred launch crossing dinghy port checkpoint stopped charged sentenced removed intelligence partner
    border group members supply route delayed disrupted prevented intercepted recovered documents forged equipment
    transport accommodation
"""
FIELD_WORDS: Final = _FIELD_WORDS.split()
"""Words of the field, the most frequent of all."""
_OPERATION_WORDS: Final = """
    lantern harbour copper willow granite falcon meadow saffron anchor thistle marble osprey cedar quarry juniper
    beacon heron velvet amber slate
"""
OPERATION_WORDS: Final = _OPERATION_WORDS.split()
OPERATIONS: Final = 6_000
# What tests of search and the workloads look for: known to be rare, whatever the chance.
RARE_WORD: Final = "xanthoria"
RARE_EACH: Final = 40_000


class Wording:
    """Writes texts. Word number n comes about 1/n as often as the first (Zipf)."""

    def __init__(self, chance: random.Random) -> None:
        invented = random.Random(7)
        words = {self._word(invented): None for _ in range(INVENTED)}
        self._words = [*FIELD_WORDS, *words]
        self._weights = list(accumulate(1 / place for place in range(5, len(self._words) + 5)))
        names = {
            f"{first.title()} {second.title()}" if invented.random() < 0.7 else first.title(): None
            for first, second in (
                (
                    invented.choice(OPERATION_WORDS) if invented.random() < 0.1 else self._word(invented),
                    self._word(invented),
                )
                for _ in range(OPERATIONS)
            )
        }
        self._operations = ["Lantern", *names]
        self._operation_weights = list(accumulate(1 / place for place in range(20, len(self._operations) + 20)))
        self._chance = chance

    @staticmethod
    def _word(chance: random.Random) -> str:
        syllables = chance.choice((2, 2, 2, 3, 3))
        return "".join(chance.choice(SOUNDS) + chance.choice(VOWELS) for _ in range(syllables)) + chance.choice(ENDS)

    def text(self, shortest: int, longest: int) -> str:
        """Return a text of so many words, in sentences."""
        words = self._chance.choices(self._words, cum_weights=self._weights, k=self._chance.randint(shortest, longest))
        return ". ".join(" ".join(words[place : place + 9]).capitalize() for place in range(0, len(words), 9)) + "."

    def operation(self) -> str:
        """Return the name of an operation."""
        return self._chance.choices(self._operations, cum_weights=self._operation_weights)[0]
