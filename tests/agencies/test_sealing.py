"""Sealed text: only for its purpose, only under our keys, and never a failure on what anybody makes up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.sealing import seal, unseal


@given(st.text())
def test_what_was_sealed_is_opened(text):
    assert unseal(seal(text, purpose="cursor of a"), purpose="cursor of a") == text


def test_another_purpose_opens_nothing():
    assert unseal(seal("17", purpose="cursor of a"), purpose="cursor of b") is None


@given(st.text())
def test_what_is_made_up_is_nothing(text):
    assert unseal(text, purpose="cursor of a") is None


@pytest.mark.parametrize("place", [0, 20, -8])
def test_what_was_changed_is_nothing(place):
    sealed = seal("17", purpose="cursor of a")
    other = "B" if sealed[place] != "B" else "C"
    changed = f"{sealed[:place]}{other}{sealed[place:][1:]}"
    assert unseal(changed, purpose="cursor of a") is None


def test_an_older_key_is_taken_as_long_as_it_is_listed(settings):
    sealed = seal("17", purpose="cursor of a")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, long enough to be taken for one, and not a real one"
    assert unseal(sealed, purpose="cursor of a") == "17"
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(sealed, purpose="cursor of a") is None
