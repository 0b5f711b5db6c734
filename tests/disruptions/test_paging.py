"""Long lists: what is shown is found; beyond a thousand, nobody counts; pages go on as far as there are records."""

import pytest

from agencies.refusals import Invalid
from disruptions.models import Disruption
from disruptions.views import paging
from disruptions.views.paging import page_of
from tests.factories import make_agency, make_disruption, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(monkeypatch):
    """Seven records, where five are as many as are counted, two are ranked, and eight as far as pages go."""
    monkeypatch.setattr(paging, "COUNTED_TO", 5)
    monkeypatch.setattr(paging, "DEEPEST", 8)
    monkeypatch.setattr(paging, "RANKED_AT_MOST", 4)
    agency = make_agency()
    threat = make_threat(title="Plain", lead_agency=agency)
    for number in range(7):
        words = "Feathers of feathers." if number == 5 else "Some feathers."
        make_disruption(agency=agency, threat=threat, summary=words, operation="", impact="x")
    return Disruption.objects.all()


def pages(rows, number, sort="-date"):
    page = page_of(rows, number=number, size=2, sort=sort)
    return page, [row.pk for row in page]


@pytest.mark.parametrize("sort", ["-date", "relevance"])
def test_pages_hold_each_record_once(rows, sort):
    found = rows.matching("feathers", reader=None) if sort == "relevance" else rows
    gone_through = [key for number in range(1, 5) for key in pages(found, number, sort)[1]]
    assert sorted(gone_through) == sorted(row.pk for row in rows)
    if sort == "-date":
        assert gone_through == [row.pk for row in rows.in_order("-date")]


def test_more_than_are_counted_is_said(rows):
    page, _ = pages(rows, 1)
    assert (page.paginator.count, page.paginator.more, page.paginator.num_pages, page.has_next()) == (5, True, 3, True)
    page, _ = pages(rows, 3)
    assert (page.paginator.more, page.paginator.num_pages, page.has_next()) == (True, 4, True)
    page, keys = pages(rows, 4)
    assert (len(keys), page.paginator.count, page.paginator.more, page.has_next()) == (1, 7, False, False)


def test_fewer_are_counted_exactly(rows):
    few = rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:3]))
    page, _ = pages(few, 2)
    paginator = page.paginator
    assert (paginator.count, paginator.more, paginator.num_pages, page.has_next()) == (3, False, 2, False)


@pytest.mark.parametrize(("number", "message"), [(3, "The last page is 2."), (5, "paged through to 8")])
def test_a_page_that_is_not_there_is_refused(rows, number, message):
    few = rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:3]))
    with pytest.raises(Invalid) as refusal:
        pages(few, number)
    assert message in refusal.value.violations[0].message


def test_the_best_comes_first_among_the_latest(rows):
    found = rows.matching("feathers", reader=None)
    twice = Disruption.objects.get(summary__startswith="Feathers of")
    page, keys = pages(found, 1, "relevance")
    assert keys[0] == twice.pk
    assert (page.paginator.count, page.paginator.more) == (4, True)


def test_a_page_costs_as_much_whatever_it_holds(rows, django_assert_num_queries):
    with django_assert_num_queries(2):
        pages(rows, 1)
    with django_assert_num_queries(2):
        pages(rows, 4)
