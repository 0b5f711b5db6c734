"""What figures and words mean: each page and operation has a registered figure, and its conditions are the rule's."""

from __future__ import annotations

import re

import pytest
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from agencies.vocabulary import AgencyKind
from disruptions.fields import BY_NAME, Kind
from disruptions.glossary import CODES, TERMS
from disruptions.models import Disruption
from disruptions.querysets import COUNTING_RULE, EVER_SUBMITTED, RULE_VERSION
from disruptions.statistics.conditions import all_in_words, in_words
from disruptions.statistics.definitions import (
    BESIDE_CONDITIONS,
    COUNTED_CONDITIONS,
    FIGURES,
    FROZEN,
    LEFT_OUT,
    OF_LEADS,
    OF_SUPPORTS,
)
from disruptions.vocabulary import NotCounted
from tests.disruptions.pages import text_of
from tests.factories import make_agency, make_disruption, make_threat
from tests.routes import pages, routes

FIGURE_PAGES = re.compile(r"^(dashboard|statistics_|extract_detail$|pivot$)")
"""Addresses that show figures. The list of statistics has none."""
WITHOUT_FIGURES = re.compile(r"^statistics_revision_records$")
"""Lists of records."""


def figure_pages() -> set[str]:
    return {each.name for each in pages() if FIGURE_PAGES.match(each.name) and not WITHOUT_FIGURES.search(each.name)}


def test_every_page_and_operation_with_figures_names_a_registered_one() -> None:
    shown = {name for each in FIGURES for name in each.pages}
    assert figure_pages() - shown == set(), "give the page a figure in statistics/definitions.py (FIGURES)"
    served = {name for each in FIGURES for name in each.operations}
    operations = {each.name for each in routes() if each.is_operation and "/statistics/" in f"/{each.written}"}
    assert operations - served == set(), "give the operation a figure in statistics/definitions.py (FIGURES)"
    known = {each.name for each in routes()}
    assert (shown | served) - known == {"admin:index"} - known


def test_a_figure_says_all_that_it_has_to() -> None:
    slugs = [each.slug for each in FIGURES]
    assert len(set(slugs)) == len(slugs)
    for each in FIGURES:
        assert re.fullmatch(r"[a-z0-9-]+", each.slug)
        assert all((each.title, each.day, each.source, each.conditions, each.pages, each.rule_version == RULE_VERSION))
        assert not any("{" in paragraph for paragraph in each.paragraphs)
        if each.left_out:
            assert each.left_out == tuple(LEFT_OUT.values())
            assert set(COUNTED_CONDITIONS) <= set(each.conditions)


def sql_of(rows: QuerySet[Disruption], conditions: tuple[Q, ...]) -> str:
    for condition in conditions:
        rows = rows.filter(condition)
    return str(rows.query)


def test_the_conditions_in_words_are_those_of_the_counting_rule() -> None:
    assert sql_of(Disruption.objects.all(), OF_LEADS) == str(Disruption.objects.counted().query)
    assert sql_of(Disruption.objects.all(), OF_SUPPORTS) == str(Disruption.objects.credited().query)
    assert all_in_words(OF_LEADS) == COUNTED_CONDITIONS
    for reason, condition in COUNTING_RULE:
        assert reason in LEFT_OUT
        assert set(all_in_words((condition,))) <= set(COUNTED_CONDITIONS)
    assert set(LEFT_OUT) == set(NotCounted)
    assert sql_of(Disruption.objects.all(), (EVER_SUBMITTED,)) == str(Disruption.objects.ever_submitted().query)
    assert FROZEN.conditions[0] == f"frozen: {in_words(EVER_SUBMITTED)}, as at the cut-off"
    assert BESIDE_CONDITIONS[-1] == "for supports, role is support in the place of role is lead"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Q(a__b="x"), "a.b is x"),
        (Q(a=True), "a is true"),
        (Q(a=""), "a is empty"),
        (Q(a__isnull=True) | Q(a__lte=F("b")), "a is empty or a is not later than b"),
        (~Q(a__in=["x", "y"]), "not (a is one of: x, y)"),
        ((Q(a=1) | Q(b=2)) & Q(c__isnull=False), "(a is 1 or b is 2) and c is given"),
        (~(Q(a=1) | Q(b=2) & Q(c=3)), "not (a is 1 or (b is 2 and c is 3))"),
        (Q(a__overlap=["x"]), "a holds any of: x"),
    ],
)
def test_a_condition_in_words(condition: Q, words: str) -> None:
    assert in_words(condition) == words


def test_a_condition_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="no words"):
        in_words(Q(Q(a=1), F("b")))


@pytest.mark.django_db
def test_each_page_says_what_its_figures_are(client_for, viewer, north):
    browser = client_for(viewer)
    make_agency(code="unit", kind=AgencyKind.REGIONAL_UNIT)
    of_one = {
        "dashboard_agency": "north",
        "statistics_quality_agency": "north",
        "dashboard_region": "the-north",
        "dashboard_rocu": "unit",
    }
    of_a_thing = {each.name for each in pages() if "<" in each.written} - of_one.keys()
    for page in sorted(figure_pages() - of_a_thing):
        address = reverse(page, args=[of_one[page]] if page in of_one else [])
        answer = browser.get(address)
        assert answer.status_code == 200, page
        html = answer.content.decode()
        for each in FIGURES:
            # The pivot table shows the definition of the measure that was asked for.
            if page in each.pages and page != "pivot":
                assert f"/help/figures/#{each.slug}" in html, (page, each.slug)
        assert "/help/figures/#" in html, page
    record = make_disruption(threat=make_threat())
    assert record.threat is not None
    lists = ("/disruptions/?counted=yes", "/disruptions/facets/", f"/threats/{record.threat.reference}/")
    for address in lists:
        assert "/help/figures/#lists" in browser.get(address).content.decode(), address


@pytest.mark.django_db
def test_the_page_of_figures(client_for, viewer):
    page = client_for(viewer).get(reverse("help_figures"))
    text, html = text_of(page), page.content.decode()
    for each in FIGURES:
        assert f'id="{each.slug}"' in html
        assert each.title in text
        assert all(condition in text for condition in each.conditions)
    assert "/api/v1/statistics/oic-01/ (partner systems)" in text
    assert "official statistic" not in text.lower()


def test_each_code_has_words() -> None:
    for each in CODES:
        assert set(each.meanings) == set(each.vocabulary.values), each.title
        assert all(term.words.endswith(".") for term in each.terms)
    names = [term.name for term in TERMS]
    assert names == sorted(set(names), key=str.lower)
    assert all(term.words.endswith(".") for term in TERMS)
    explained = {each.vocabulary for each in CODES}
    # What explains itself, or has its words elsewhere.
    plain = {"entry_method", "marking"}
    assert {
        field.name
        for field in BY_NAME.values()
        if field.kind is Kind.CHOICE and field.choices is not None and field.choices not in explained
    } == plain


@pytest.mark.django_db
def test_the_glossary_and_the_ways_to_it(client_for, viewer):
    browser = client_for(viewer)
    text = text_of(browser.get(reverse("help_glossary")))
    assert all(term.name in text and term.words in text for each in CODES for term in each.terms)
    assert all(term.words in text for term in TERMS)
    for place in ("help", "statistics", "home"):
        assert reverse("help_glossary") in browser.get(reverse(place)).content.decode()
    assert reverse("help_figures") in browser.get(reverse("help")).content.decode()
