from datetime import date

import pytest
from django.urls import reverse

from agencies.models import london_date, oic_now
from disruptions.days import RELATIVE_DAYS, is_relative, read_day, relative_in_words
from disruptions.filters import DisruptionFilter
from disruptions.models import Disruption
from tests.factories import make_disruption, make_user

A_FRIDAY = date(2026, 2, 27)


def on(day):
    return lambda: day


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("today", date(2026, 2, 27), "today"),
        ("-28d", date(2026, 1, 30), "28 days ago"),
        ("today-28d", date(2026, 1, 30), "28 days ago"),
        ("-1w", date(2026, 2, 20), "1 week ago"),
        ("-12m", date(2025, 2, 27), "12 months ago"),
        ("-1y", date(2025, 2, 27), "1 year ago"),
        ("start_of_week", date(2026, 2, 23), "the start of this week"),
        ("start_of_month", date(2026, 2, 1), "the start of this month"),
        ("start_of_quarter", date(2026, 1, 1), "the start of this quarter"),
        ("start_of_quarter-3m", date(2025, 10, 1), "3 months before the start of this quarter"),
        ("start_of_quarter-1d", date(2025, 12, 31), "1 day before the start of this quarter"),
        ("start_of_year", date(2026, 1, 1), "the start of this year"),
        ("start_of_financial_year", date(2025, 4, 1), "the start of this financial year"),
        ("start_of_financial_year-1y", date(2024, 4, 1), "1 year before the start of this financial year"),
    ],
)
def test_a_word_stands_for_a_day(text, day, words):
    assert read_day(text, on(A_FRIDAY)) == day
    assert relative_in_words(text) == words


def test_a_month_that_is_shorter_ends_sooner():
    assert read_day("-1m", on(date(2026, 3, 31))) == date(2026, 2, 28)
    assert read_day("-1y", on(date(2024, 2, 29))) == date(2023, 2, 28)


def test_the_financial_year_begins_in_april():
    assert read_day("start_of_financial_year", on(date(2026, 4, 1))) == date(2026, 4, 1)
    assert read_day("start_of_financial_year", on(date(2026, 3, 31))) == date(2025, 4, 1)


NO_DAYS = (
    *("", " ", "tomorrow", "today-", "today+1d", "28d", "-d", "-28", "-28x", "-99999d", "-9999y", "start_of", "TODAY"),
    *("2026-13-01", "2026-1-1", "1899-12-31", "9001-01-01", "today\n"),
)


@pytest.mark.parametrize("text", NO_DAYS)
def test_anything_else_is_no_day(text):
    assert read_day(text, on(A_FRIDAY)) is None


def test_a_date_asks_for_no_clock():
    assert read_day("2026-05-14", pytest.fail) == date(2026, 5, 14)


@pytest.mark.django_db
@pytest.mark.parametrize("word", RELATIVE_DAYS)
def test_a_filter_takes_words(word):
    today = london_date(oic_now())
    record = make_disruption(occurred_on=today)
    find = DisruptionFilter({"from": word}, Disruption.objects.all()).strict
    assert list(find()) == [record]


@pytest.mark.django_db
def test_the_page_says_the_word_and_keeps_it_in_a_box_that_holds_words(client):
    client.force_login(make_user())
    page = client.get(reverse("disruption_list"), {"from": "start_of_financial_year"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "From the start of this financial year" in text
    box = text[text.index('id="from"') :].split(">")[0]
    assert 'value="start_of_financial_year"' in box
    assert 'type="text"' in box


@pytest.mark.django_db
def test_counted_figures_take_words_for_their_period_and_a_day_for_their_cut_off(client):
    client.force_login(make_user())
    address = reverse("statistics_by_agency")
    assert client.get(address, {"from": "start_of_year", "to": "today"}).status_code == 200
    assert client.get(address, {"as_at": "today"}).status_code == 400


def test_it_says_which_texts_are_words():
    assert is_relative("-28d")
    assert not is_relative("2026-05-14")
