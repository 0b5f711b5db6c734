"""The list of disruptions: who sees what, its states, its figures, its past, its pages and its cost."""

import re
from datetime import UTC, date, datetime

import pytest

from agencies.models import AuditEntry
from agencies.vocabulary import AuditAction
from disruptions.columns import DEFAULT_COLUMNS
from disruptions.filters import DisruptionFilter
from disruptions.models import Disruption, DisruptionShare
from disruptions.views.finding import GROUPS, MAIN
from disruptions.vocabulary import DisruptionRole, Level, Marking, Sharing, Status, ThreatArea
from tests.api import Partner
from tests.factories import make_api_client, make_disruption, make_outcome, make_threat, make_user

pytestmark = pytest.mark.django_db

REFERENCE = re.compile(r'href="/disruptions/(D-[0-9A-Z]{4}-[0-9A-Z]{4})/"')


@pytest.fixture
def listed(client_for):
    """Return the references that a person's list shows: ``listed(user, level="major")``."""

    def references(user, **parameters):
        answer = client_for(user).get("/disruptions/", parameters)
        assert answer.status_code == 200
        return REFERENCE.findall(answer.content.decode())

    return references


# ------------------------------------------------------------------------------------------------------- who sees what


@pytest.fixture
def shared(north, south, centre):
    """Records of the north by how they are shared, with the supports that let others in."""
    threat = make_threat(lead_agency=north)
    together = make_disruption(agency=north, threat=threat, sharing=Sharing.LEAD_AND_SUPPORTING)
    make_disruption(agency=south, threat=threat, role=DisruptionRole.SUPPORT, lead=together)
    return {
        "all": make_disruption(agency=north, threat=threat),
        "draft": make_disruption(agency=north, threat=threat, status=Status.DRAFT),
        "own": make_disruption(agency=north, threat=threat, sharing=Sharing.LEAD_AND_SUPPORTING),
        "together": together,
        "named": make_disruption(agency=north, threat=threat, shared_with=[south]),
        "named_other": make_disruption(agency=north, threat=threat, shared_with=[centre]),
        "sandbox": make_disruption(agency=north, threat=threat, sandbox=True),
        "withdrawn": make_disruption(agency=north, threat=threat, status=Status.WITHDRAWN),
    }


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        ("recorder", set()),
        ("nobody", set()),
        ("outsider", {"draft", "own", "named_other", "sandbox"}),
        ("analyst", {"draft", "sandbox"}),
        ("viewer", {"draft", "sandbox"}),
    ],
)
def test_a_person_sees_what_is_shared_with_them(request, listed, client_for, shared, who, hidden):
    user = request.getfixturevalue(who)
    seen = set(listed(user, agency="north"))
    assert seen == {record.reference for name, record in shared.items() if name not in hidden}
    browser = client_for(user)
    for record in shared.values():
        opened = browser.get(f"/disruptions/{record.reference}/").status_code == 200
        assert opened == (record.reference in seen)


def test_a_support_is_not_found_by_a_lead_that_is_hidden(listed, outsider, north, centre):
    lead = make_disruption(agency=north, sharing=Sharing.LEAD_AND_SUPPORTING)
    support = make_disruption(agency=centre, role=DisruptionRole.SUPPORT, lead=lead)
    assert listed(outsider) == [support.reference]
    assert listed(outsider, lead=lead.reference) == listed(outsider, q=lead.reference) == []
    assert (
        Partner(make_api_client(agency=outsider.agency)).get(f"disruptions/?lead={lead.reference}").json()["results"]
        == []
    )


def test_a_withdrawn_support_no_longer_lets_its_agency_in(listed, shared, outsider):
    lead = shared["together"]
    assert lead.reference in listed(outsider, agency="north")
    lead.supports.update(status=Status.WITHDRAWN, change_reason="By mistake.", version=2)
    assert lead.reference not in listed(outsider, agency="north")


def test_a_named_list_is_read_at_the_version_of_the_record(listed, shared, outsider):
    record = shared["named"]
    DisruptionShare.objects.filter(disruption=record).update(until_version=2)
    assert record.reference in listed(outsider, agency="north")
    Disruption.objects.filter(pk=record.pk).update(version=2)
    assert record.reference not in listed(outsider, agency="north")


def test_somebody_who_is_not_signed_in_is_sent_to_the_sign_in_page(client):
    answer = client.get("/disruptions/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


# ----------------------------------------------------------------------------------------------------------- the states


def test_an_empty_list_says_so(client_for, recorder):
    page = client_for(recorder).get("/disruptions/").content.decode()
    assert "Nothing has been recorded yet" in page
    page = client_for(recorder).get("/disruptions/?level=major").content.decode()
    assert "matches these filters" in page
    assert "clear all filters" in page


def test_the_filters_in_force_stand_as_chips_that_take_themselves_away(client_for, recorder, north):
    make_disruption(agency=north, level=Level.MAJOR)
    address = "/disruptions/?agency=north&level=major&level=minor&from=2024-01-02&page=1"
    page = client_for(recorder).get(address).content.decode()
    assert "From 2 January 2024" in page
    assert 'href="/disruptions/?agency=north&amp;level=minor&amp;from=2024-01-02"' in page
    assert "North Police" in page


def test_empty_boxes_of_the_form_leave_the_address(client_for, recorder):
    answer = client_for(recorder).get("/disruptions/?q=&agency=&level=major&from=+&level=")
    assert (answer.status_code, answer["Location"]) == (302, "/disruptions/?level=major")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("agancy=1", "agancy: There is no filter called agancy."),
        ("cursor=abc", "cursor: There is no filter called cursor."),
        ("level=huge", "Level: There is no choice “huge”."),
        ("from=never", "From: Give a date"),
        ("q=%00", "Text: Take out the characters"),
        ("page=0", "Page: Give the number of a page."),
        ("page=x", "Page: Give the number of a page."),
        ("page=2", "Page: The last page is 1."),
        ("page=" + "9" * 30, "Page: Give the number of a page."),
        ("page=1&page=1", "Page: Give this once."),
        ("page_size=7", "Page size: Choose 25, 50, 100."),
        ("sort=-secret", "Sort: Choose one of: date,"),
        ("sort=--date", "Sort: Choose one of: date,"),
        ("as_at=2099-01-01", "As at: The date must be today or in the past."),
        ("as_at=%00", "As at: Give one date"),
        ("as_at=2026-01-01&as_at=2026-01-02", "As at: Give one date"),
    ],
)
def test_a_bad_address_is_refused_in_words_and_shows_no_record(client_for, recorder, north, query, said):
    record = make_disruption(agency=north)
    answer = client_for(recorder).get(f"/disruptions/?{query}")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "<title>Error: " in page
    assert "clear all filters" in page
    assert record.reference not in page


def test_all_that_is_wrong_is_said_at_once(client_for, recorder):
    answer = client_for(recorder).get("/disruptions/?x=1&level=huge&from=never&to=never&page=no&sort=no&as_at=no&q=%00")
    page = answer.content.decode()
    assert answer.status_code == 400
    for name in ("x: ", "Level: ", "From: ", "To: ", "Page: ", "Sort: ", "As at: ", "Text: "):
        assert f">{name}" in page


def test_the_reference_of_a_record_opens_it(client_for, recorder, outsider, north):
    record = make_disruption(agency=north)
    draft = make_disruption(agency=north, status=Status.DRAFT)
    answer = client_for(recorder).get("/disruptions/", {"q": record.reference.lower().replace("-", " ")})
    assert (answer.status_code, answer["Location"]) == (302, f"/disruptions/{record.reference}/")
    assert client_for(outsider).get("/disruptions/", {"q": draft.reference}).status_code == 200


def test_the_highest_marking_of_what_is_shown_is_on_the_page(client_for, recorder, north):
    make_disruption(agency=north, marking=Marking.OFFICIAL, level=Level.MAJOR)
    make_disruption(agency=north, marking=Marking.OFFICIAL_SENSITIVE, level=Level.MINOR)
    browser = client_for(recorder)
    assert b"oic-marked--official-sensitive" in browser.get("/disruptions/").content
    without_threats = browser.get("/disruptions/?level=major&columns=reference,summary").content
    assert b"oic-marked--official-sensitive" not in without_threats


def test_looking_is_logged(client_for, recorder, north):
    make_disruption(agency=north)
    client_for(recorder).get("/disruptions/?level=minor")
    entry = AuditEntry.objects.get(action=AuditAction.SEARCHED)
    assert (entry.user, entry.subject, entry.detail) == (recorder, "disruption", {"query": "level=minor", "found": 1})


# ------------------------------------------------------------------------------------------------------ sort and pages


def test_a_list_sorts_by_what_codes_mean(listed, recorder, north):
    by_level = {level: make_disruption(agency=north, level=level) for level in Level}
    order = [by_level[level].reference for level in Level]
    assert listed(recorder, sort="-level") == order
    assert listed(recorder, sort="level") == order[::-1]


@pytest.mark.parametrize("sort", ["date", "reference", "agency", "level", "status", "recorded"])
def test_each_sort_shows_every_record_once_either_way(listed, recorder, north, south, sort):
    threat = make_threat(lead_agency=north)
    records = [
        make_disruption(agency=north, threat=threat, status=Status.DRAFT, occurred_on=None, level=None),
        make_disruption(agency=north, threat=threat, status=Status.APPROVED, occurred_on=date(2024, 1, 1)),
        make_disruption(agency=south, threat=threat, occurred_on=date(2025, 1, 1), level=Level.MAJOR),
    ]
    for given in (sort, f"-{sort}"):
        found = listed(recorder, sort=given)
        assert sorted(found) == sorted(record.reference for record in records)


def test_pages_hold_every_record_once_in_order(listed, client_for, recorder, north):
    threat = make_threat(lead_agency=north)
    records = [make_disruption(agency=north, threat=threat, occurred_on=date(2025, 1, 1)) for _ in range(60)]
    pages = [listed(recorder, page=page) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [25, 25, 10]
    assert [reference for page in pages for reference in page] == [record.reference for record in reversed(records)]
    assert len(listed(recorder, page_size=100)) == 60
    page = client_for(recorder).get("/disruptions/?page=2&page_size=25").content.decode()
    assert "Showing <strong>26</strong> to <strong>50</strong> of <strong>60 records</strong>" in page


@pytest.mark.parametrize(
    ("who", "records", "queries"), [("recorder", 1, 11), ("outsider", 30, 11), ("analyst", 30, 10)]
)
def test_the_queries_of_a_page_do_not_grow(
    request, client_for, django_assert_num_queries, north, south, who, records, queries
):
    threat = make_threat(lead_agency=north)
    lead = make_disruption(agency=north, threat=threat)
    for _ in range(records - 1):
        make_disruption(agency=north, threat=threat)
    make_disruption(agency=south, threat=threat, role=DisruptionRole.SUPPORT, lead=lead)
    browser = client_for(request.getfixturevalue(who))
    # Session, person, agency, time and roles; count, keys and rows; the log; the choices of four filters; and for those
    # for whom something may wait, how much.
    with django_assert_num_queries(queries):
        browser.get("/disruptions/?page_size=50")


# ------------------------------------------------------------------------------------------------------ counted figures


def test_a_counted_list_says_how_many_are_counted_and_how_many_may_be_opened(client_for, outsider, north):
    for sharing in (Sharing.ALL_AGENCIES, Sharing.ALL_AGENCIES, Sharing.LEAD_AND_SUPPORTING):
        make_disruption(agency=north, sharing=sharing)
    make_disruption(agency=north, level=Level.NONE)
    make_disruption(agency=north, status=Status.DRAFT)
    browser = client_for(outsider)
    page = browser.get(
        "/disruptions/?counted=yes&role=lead&agency=north&from=2025-01-01&to=2025-12-31"
    ).content.decode()
    assert "3 counted, 2 you may open." in page
    page = browser.get("/disruptions/?counted=yes&role=lead&from=2026-01-01").content.decode()
    assert "0 counted, 0 you may open." in page


def test_supports_and_what_is_not_counted_have_their_figure_too(client_for, outsider, north, south):
    hidden = {"agency": north, "sharing": Sharing.LEAD_AND_SUPPORTING}
    make_disruption(role=DisruptionRole.SUPPORT, lead_agency=make_threat().lead_agency, **hidden)
    make_disruption(threat=make_threat(primary_area=ThreatArea.DRUGS), **hidden)
    make_disruption(threat=make_threat(primary_area=ThreatArea.DRUGS), agency=north)
    browser = client_for(outsider)
    page = browser.get("/disruptions/?credited=yes&role=support&agency=north").content.decode()
    assert "1 shown beside the counts, 0 you may open." in page
    page = browser.get("/disruptions/?not_counted=threat_area&role=lead").content.decode()
    assert "2 not counted, 1 you may open." in page


@pytest.mark.parametrize("more", ["q=lorry", "status=approved", "threat_area=oic", "marking=official", "counted=no"])
def test_no_counted_figure_stands_beside_what_could_feel_for_a_hidden_record(client_for, outsider, north, more):
    make_disruption(agency=north, sharing=Sharing.LEAD_AND_SUPPORTING)
    page = client_for(outsider).get(f"/disruptions/?counted=yes&{more}").content.decode()
    assert "1 counted" not in page


# --------------------------------------------------------------------------------------------------------- as at a day


def test_a_past_day_shows_the_records_as_they_stood(clock_at, listed, client_for, recorder, north):
    early, late = datetime(2026, 5, 14, 12, tzinfo=UTC), datetime(2026, 6, 1, 12, tzinfo=UTC)
    with clock_at(early):
        type(north).objects.filter(pk=north.pk).update(contact="Duty desk", version=2)
        record = make_disruption(agency=north, level=Level.MINOR)
    with clock_at(late):
        Disruption.objects.filter(pk=record.pk).update(level=Level.MAJOR, version=2)
        newer = make_disruption(agency=north)
    assert set(listed(recorder)) == {record.reference, newer.reference}
    assert listed(recorder, as_at="2026-05-14") == listed(recorder, as_at="2026-05-14", level="minor")
    assert listed(recorder, as_at="2026-05-14", level="minor") == [record.reference]
    assert listed(recorder, as_at="2026-05-13") == listed(recorder, as_at="2026-05-14", level="major") == []
    page = client_for(recorder).get("/disruptions/?as_at=2026-05-14&counted=yes&role=lead").content.decode()
    assert "as the records stood at the end of <strong>14 May 2026</strong>" in page
    assert "1 counted, 1 you may open." in page


def test_sharing_that_was_narrowed_since_stays_narrowed_on_a_past_day(clock_at, listed, recorder, outsider, north):
    with clock_at(datetime(2026, 5, 14, 12, tzinfo=UTC)):
        type(north).objects.filter(pk=north.pk).update(contact="Duty desk", version=2)
        narrowed = make_disruption(agency=north)
        widened = make_disruption(agency=north, sharing=Sharing.LEAD_AND_SUPPORTING)
        draft = make_disruption(agency=north, status=Status.DRAFT)
    Disruption.objects.filter(pk=narrowed.pk).update(sharing=Sharing.LEAD_AND_SUPPORTING, version=2)
    Disruption.objects.filter(pk=widened.pk).update(sharing=Sharing.ALL_AGENCIES, version=2)
    assert listed(outsider) == [widened.reference]
    assert listed(outsider, as_at="2026-05-14") == []
    assert set(listed(recorder, as_at="2026-05-14")) == {each.reference for each in (narrowed, widened, draft)}


# ------------------------------------------------------------------------------------------------------------- look-up


def test_leads_are_found_to_support_where_they_may_be_opened(client_for, outsider, north, south):
    lead = make_disruption(agency=north, operation="Larkspur")
    make_disruption(agency=north, operation="Larkspur", sharing=Sharing.LEAD_AND_SUPPORTING)
    make_disruption(agency=north, operation="Larkspur", status=Status.DRAFT)
    make_disruption(agency=south, operation="Larkspur")
    make_disruption(agency=north, operation="Larkspur", role=DisruptionRole.SUPPORT)
    answer = client_for(outsider).get("/search/records/", {"q": "larks"})
    assert [each["value"] for each in answer.json()] == [lead.reference]
    assert "Larkspur" in answer.json()[0]["text"]
    for odd in ("\x00", "x" * 5000, "%", "\ud800".encode("utf-8", "surrogatepass")):
        assert client_for(outsider).get("/search/records/", {"q": odd}).status_code == 200


def test_a_look_up_answers_twenty_at_most(client_for, outsider, north):
    threat = make_threat(lead_agency=north)
    for _ in range(22):
        make_disruption(agency=north, threat=threat)
    assert len(client_for(outsider).get("/search/records/").json()) == 20


def test_a_service_account_has_no_page(client, north):
    account = make_api_client(agency=north).service_account
    assert client.login(email=account.email, password="anything") is False
    assert client.get("/disruptions/").status_code == 302


def test_a_leaver_sees_nothing(client_for, north):
    leaver = make_user(agency=north)
    browser = client_for(leaver)
    make_disruption(agency=north)
    type(leaver).objects.filter(pk=leaver.pk).update(is_active=False, version=2)
    assert browser.get("/disruptions/").status_code == 302


# -------------------------------------------------------------------------------------------- the panel and the columns


@pytest.mark.parametrize(
    ("typed", "shared"),
    [
        ("level=minor&level__is=not", "level__not=minor"),
        ("level=minor&level__not=none&level__is=not", "level__not=minor&level__not=none"),
        ("strand__empty=yes&strand__is=not", "strand__empty=no"),
        ("agency=&agency__is=not", ""),
        ("uk_led=not_given", "uk_led__empty=yes"),
        ("q=not_given&operation=", "q=not_given"),
    ],
)
def test_the_form_says_it_as_the_address_that_is_shared(client_for, recorder, typed, shared):
    answer = client_for(recorder).get(f"/disruptions/?{typed}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == (f"/disruptions/?{shared}" if shared else "/disruptions/")


def test_what_is_left_out_stands_ticked_in_the_panel_and_as_a_chip(client_for, recorder):
    threat = make_threat().reference
    query = f"level__not=minor&strand__empty=no&threat__not={threat}"
    text = client_for(recorder).get(f"/disruptions/?{query}").content.decode()
    assert re.search(r'name="level" type="checkbox" value="minor" checked', text)
    assert re.search(r'name="level__is" type="checkbox" value="not" checked', text)
    assert re.search(r'name="strand__empty" type="checkbox" value="yes" checked', text)
    assert re.search(r'name="strand__is" type="checkbox" value="not" checked', text)
    assert not re.search(r'name="role__is" type="checkbox" value="not" checked', text)
    # What no box of the panel says travels with the form.
    assert f'<input type="hidden" name="threat__not" value="{threat}">' in text
    assert "not Minor" in text
    assert re.findall(r'moj-filter__tag" href="([^"]*)"', text)[0] == (
        f"/disruptions/?strand__empty=no&amp;threat__not={threat}"
    )


def test_every_filter_of_the_panel_is_one_and_every_filter_has_its_place():
    shown = {*MAIN, *(name for group in GROUPS for name in group.names)}
    families = DisruptionFilter.families
    assert {name for name in shown if name not in families} <= {
        *DisruptionFilter.base_filters,
        "outcome_count",
        "outcome_value",
    }
    assert {name for name in families if name != "occurred_on"} <= shown


def test_a_fault_of_any_filter_leads_to_its_box(client_for, recorder):
    text = client_for(recorder).get("/disruptions/?lag__from=soon&strand__not=huge").content.decode()
    assert 'href="#lag__from"' in text
    assert 'id="lag__from"' in text
    assert "Days from the disruption to its record, from: Enter a whole number." in text


def test_the_list_shows_the_columns_that_are_asked_for_in_their_order(client_for, recorder, north):
    record = make_disruption(agency=north, operation="Larkspur", level=Level.MAJOR)
    make_outcome(disruption=record, count=3)
    browser = client_for(recorder)
    text = browser.get(
        "/disruptions/?columns=arrests,reference,operation,role&density=compact&sort=-operation"
    ).content.decode()
    headings = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', text)
    assert headings[:4] == ["Arrests", "Reference", "Operation name", "Role"]
    assert "oic-table--close" in text
    assert re.search(r">3</th>", text)
    for bad in ("columns=shoe", "density=loose", "columns=reference&columns=date"):
        assert browser.get(f"/disruptions/?{bad}").status_code == 400


def test_columns_are_chosen_on_a_page_of_their_own(client_for, recorder):
    browser = client_for(recorder)
    page = browser.get("/disruptions/columns/?level=major&page=3&columns=operation,reference").content.decode()
    assert page.index('value="operation"') < page.index('value="reference"') < page.index('value="date"')
    chosen = "chosen=yes&level=major&show=reference&place_reference=2&show=operation&place_operation=1&show=shoe"
    answer = browser.get(f"/disruptions/columns/?{chosen}&density=compact&page_size=50&place_date=x")
    assert (
        answer.headers["Location"]
        == "/disruptions/?level=major&columns=operation%2Creference&density=compact&page_size=50"
    )
    usual = "&".join(f"show={name}" for name in DEFAULT_COLUMNS)
    answer = browser.get(f"/disruptions/columns/?chosen=yes&{usual}&density=comfortable&page_size=25")
    assert answer.headers["Location"] == "/disruptions/"


def test_a_misspelt_name_is_said_and_the_match_is_shown(client_for, recorder, north):
    make_disruption(agency=north, operation="Teal Lantern", summary="Three men of the lantern crew were arrested.")
    text = client_for(recorder).get("/disruptions/?q=lantren").content.decode()
    assert "No record has “lantren”. Records with “lantern” are shown." in text
    assert '<mark class="oic-mark">lantern</mark> crew' in text
