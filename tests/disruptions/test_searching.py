"""What somebody typed is read into words, phrases, exclusions and alternatives; a misspelt word finds the near one."""

import pytest
from django.db import connection

from disruptions.searching import SEPARATORS, STOP_WORDS, distance_between, most_alike, read_search


def shape(text, **options):
    """Return the groups of a search as text: ``-`` before what is excluded, ``*`` after what is begun."""
    return [
        "|".join(f"{'-' * atom.negative}{atom.text}{'*' * atom.begun}" for atom in group)
        for group in read_search(text, **options).groups
    ]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("lorry Kent", ["lorry", "kent"]),
        ('"soft sided lorry" kent', ["soft sided lorry", "kent"]),
        ("“soft sided” lorry", ["soft sided", "lorry"]),
        ("lorry -kent", ["lorry", "-kent"]),
        ('-"soft sided" lorry', ["-soft sided", "lorry"]),
        ("lorry or van kent", ["lorry|van", "kent"]),
        ("OR lorry or", ["lorry"]),
        ("KENT/2026/000123", ["kent 2026 000123"]),
        ("small-boat", ["small boat"]),
        ("the lorry at a port", ["lorry", "port"]),
        ("who", ["who"]),
        ("the who", ["the", "who"]),
        ('lorry -"soft sided', ["lorry", "-soft sided"]),
        ("& ... '' \"\"", []),
        ("", []),
        ("-", []),
        ("100%", ["100"]),
        ("Müller’s", ["müller s"]),
    ],
)
def test_text_is_read_into_groups_that_must_all_hold(text, groups):
    assert shape(text) == groups


def test_the_last_word_may_still_be_typed():
    assert shape("blue lan", begun=True) == ["blue", "lan*"]
    assert shape("blue lan ", begun=True) == ["blue", "lan"]
    assert shape("blue l", begun=True) == ["blue", "l"]
    assert shape('blue "lan"', begun=True) == ["blue", "lan"]
    assert shape("th", begun=True) == ["th*"]


def test_every_word_is_read_and_once():
    words = [f"a{number}" for number in range(50)]
    assert shape(" ".join(words + words)) == words
    assert shape("lorry or van or lorry -kent -kent") == ["lorry|van", "-kent"]


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("lantern", "lantern", 0), ("lantren", "lantern", 1), ("lanten", "lantern", 1), ("", "abc", 3), ("abc", "xyz", 3)],
)
def test_letters_between_words(one, other, distance):
    assert distance_between(one, other) == distance_between(other, one) == distance


def test_the_nearest_words_of_names_are_meant():
    names = ["Blue Lantern", "Lanterns of Kent", "Granite"]
    assert most_alike("lantren", names) == ("lantern",)
    assert most_alike("granit", names) == ("granite",)
    assert most_alike("xylophone", names) == ()
    assert most_alike("kint", names) == ("kent",)
    assert most_alike("bleu", ["Blue", "Bleach"]) == ("blue",)


@pytest.mark.django_db
def test_words_that_say_nothing_are_those_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s) AS word WHERE to_tsvector('oic_english', word) <> ''", [sorted(STOP_WORDS)]
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_words_are_parted_at_the_same_signs_by_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT words_parted(%s)", [f"a{SEPARATORS}b"])
        assert cursor.fetchone()[0] == f"a{' ' * len(SEPARATORS)}b"
