"""References: every slip of one sign, and every exchange of two, is found."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from disruptions.references import ALPHABET, KINDS, REFERENCE_PATTERN, read_reference, reference_of

NUMBERS = st.integers(min_value=1, max_value=31**7 - 1)


@given(st.sampled_from(KINDS), NUMBERS)
def test_a_reference_reads_back_however_it_is_typed(kind: str, number: int) -> None:
    reference = reference_of(kind, number)
    assert re.fullmatch(REFERENCE_PATTERN, reference)
    for typed in (reference, reference.lower(), reference.replace("-", " "), f" {reference.replace('-', '')} "):
        assert read_reference(typed, kind) == reference


@given(NUMBERS, NUMBERS)
def test_two_numbers_never_share_a_reference(one: int, other: int) -> None:
    assert (reference_of("D", one) == reference_of("D", other)) == (one == other)


@given(NUMBERS, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_found(number: int, place: int, sign: str) -> None:
    signs = list(reference_of("D", number).replace("-", ""))
    before = signs[place + 1]
    signs[place + 1] = sign
    assert (read_reference("".join(signs)) is None) == (sign != before)


@given(NUMBERS, st.integers(1, 8), st.integers(1, 8))
def test_two_signs_exchanged_are_found(number: int, one: int, other: int) -> None:
    signs = list(reference_of("T", number).replace("-", ""))
    same = signs[one] == signs[other]
    signs[one], signs[other] = signs[other], signs[one]
    assert (read_reference("".join(signs)) is None) == (not same)


def test_a_reference_of_another_kind_is_not_read() -> None:
    assert read_reference(reference_of("T", 7), "D") is None
    assert read_reference("T" + reference_of("D", 7)[1:]) is None


def test_o_and_i_are_read_as_the_digits_they_look_like() -> None:
    reference = next(made for number in range(1, 500) if {"0", "1"} <= set(made := reference_of("D", number)))
    assert read_reference(reference.replace("0", "O").replace("1", "i")) == reference


@given(st.text(max_size=40))
def test_any_text_is_either_a_reference_or_not(text: str) -> None:
    found = read_reference(text)
    assert found is None or re.fullmatch(REFERENCE_PATTERN, found)
