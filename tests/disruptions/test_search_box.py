"""The search box of every page: a reference opens what it names, where the person may open it; words are looked for."""

import pytest

from disruptions.vocabulary import Sharing
from tests.factories import make_agency, make_disruption, make_ocg, make_threat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_for, north):
    return client_for(make_user(agency=north))


def leads_to(browser, text):
    answer = browser.get("/search/", {"q": text})
    assert answer.status_code == 302
    return answer.url


def test_a_reference_of_any_kind_opens_what_it_names(browser, north):
    record = make_disruption(agency=north, agency_reference="NORTH/2026/77")
    threat, group = make_threat(lead_agency=north), make_ocg()
    assert leads_to(browser, record.reference.lower()) == f"/disruptions/{record.reference}/"
    assert leads_to(browser, threat.reference.replace("-", " ")) == f"/threats/{threat.reference}/"
    assert leads_to(browser, group.reference) == f"/ocgs/{group.reference}/"
    assert leads_to(browser, " north/2026/77 ") == f"/disruptions/{record.reference}/"
    assert browser.get("/disruptions/?q=NORTH%2F2026%2F77").url == f"/disruptions/{record.reference}/"
    assert browser.get("/disruptions/?q=NORTH%2F2026%2F77&level=minor").status_code == 200


def test_what_is_hidden_is_only_looked_for(browser):
    other = make_agency(code="far")
    hidden = make_disruption(agency=other, sharing=Sharing.NAMED_AGENCIES, agency_reference="FAR/1")
    assert leads_to(browser, hidden.reference) == f"/disruptions/?q={hidden.reference}"
    assert leads_to(browser, "FAR/1") == "/disruptions/?q=FAR%2F1"


def test_a_reference_that_two_agencies_use_shows_both(browser, north):
    for agency in (north, make_agency(code="far")):
        make_disruption(agency=agency, agency_reference="2026/1")
    assert leads_to(browser, "2026/1") == "/disruptions/?q=2026%2F1"


@pytest.mark.parametrize("text", ["", "  ", "\x00"])
def test_nothing_opens_the_list(browser, text):
    assert leads_to(browser, text) == "/disruptions/"


def test_words_are_looked_for_in_the_list(browser, north):
    make_disruption(agency=north, operation="", summary="Three <b>boats</b> were seized.", impact="x")
    assert leads_to(browser, "boats & <b>") == "/disruptions/?q=boats+%26+%3Cb%3E"
    page = browser.get("/disruptions/?q=boat").content.decode()
    assert '<mark class="oic-mark">boats</mark>' in page
    assert "<b>" not in page
    assert 'action="/search/"' in page


def test_words_that_nobody_wrote_are_said_to_be_taken_for_others(browser, north):
    make_disruption(agency=north, operation="Lantern")
    page = browser.get("/disruptions/?q=lantren").content.decode()
    assert "No record has “lantren”. Records with “lantern” are shown." in page
