"""References: short, speakable, with a check character, so that a mistyped one is refused and not found wrong.

A reference is a letter for the kind, then two groups of four: ``D-7KQ2-M4XH``. The alphabet is the ten digits and
the consonants, 31 signs, so no word appears by accident; a weighted sum modulo 31 (a prime) gives the last sign and
finds every single wrong sign and every exchange of two. O is read as 0 and I as 1; case and spacing do not matter.
"""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "0123456789BCDFGHJKLMNPQRSTVWXYZ"
_BASE: Final = len(ALPHABET)
_BODY: Final = 7
_SPACE: Final = _BASE**_BODY
# Coprime to 31, so that multiplying is one-to-one and neighbours in time do not look alike.
_SPREAD: Final = 16_777_619 * 613
_READ_AS: Final = str.maketrans({"O": "0", "I": "1"})

DISRUPTION: Final = "D"
THREAT: Final = "T"
OCG: Final = "G"
KINDS: Final = (DISRUPTION, THREAT, OCG)
EXTRACT: Final = "E"
"""Extracts of the statistics have references of the same make; where a record is meant, they are none."""
_LETTERS: Final = (*KINDS, EXTRACT)

REFERENCE_PATTERN: Final = r"^[DTG]-[0-9B-DF-HJ-NP-TV-Z]{4}-[0-9B-DF-HJ-NP-TV-Z]{4}$"
EXTRACT_PATTERN: Final = r"^E-[0-9B-DF-HJ-NP-TV-Z]{4}-[0-9B-DF-HJ-NP-TV-Z]{4}$"


def _check_sign(kind: str, body: str) -> str:
    total = _LETTERS.index(kind) + 1
    for place, sign in enumerate(body, start=2):
        total += place * ALPHABET.index(sign)
    return ALPHABET[total % _BASE]


def reference_of(kind: str, number: int) -> str:
    """Return the reference of the ``number``-th record of a kind; a different one for each number below 31**7."""
    rest = (number * _SPREAD) % _SPACE
    signs = []
    for _ in range(_BODY):
        rest, place = divmod(rest, _BASE)
        signs.append(ALPHABET[place])
    body = "".join(signs)
    return f"{kind}-{body[:4]}-{body[4:]}{_check_sign(kind, body)}"


def read_reference(text: str, kind: str | None = None) -> str | None:
    """Return the reference that somebody typed in its stored form, or ``None`` where it is not one.

    Without a ``kind``, it is the reference of a disruption, a threat or an OCG.
    """
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    if len(signs) != _BODY + 2 or signs[0] not in ((kind,) if kind else KINDS):
        return None
    letter, rest = signs[0], signs[1:].translate(_READ_AS)
    if any(sign not in ALPHABET for sign in rest):
        return None
    body, check = rest[:-1], rest[-1]
    if _check_sign(letter, body) != check:
        return None
    return f"{letter}-{body[:4]}-{body[4:]}{check}"
