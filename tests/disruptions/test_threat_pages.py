"""The pages of the SOC master list: lists, threats, groups, references that lead nowhere, and the look-up."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from agencies.models import AuditEntry, london_date, oic_now
from agencies.vocabulary import AuditAction
from disruptions.models import SOCThreat
from disruptions.references import OCG, THREAT, reference_of
from disruptions.services import link_to_action
from disruptions.vocabulary import (
    DisruptionRole,
    Level,
    OicSubThreat,
    PndTier,
    PriorityGrade,
    Sharing,
    Status,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)
from tests.factories import grade_threat, make_disruption, make_membership, make_ocg, make_plan_action, make_threat

pytestmark = pytest.mark.django_db

REFERENCE = re.compile(
    r'<th scope="row"[^>]*><a class="govuk-link" href="/(?:threats|ocgs)/([TG]-[0-9A-Z]{4}-[0-9A-Z]{4})/"'
)


def text_of(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def references(browser, address):
    return REFERENCE.findall(text_of(browser.get(address)))


# --------------------------------------------------------------------------------------------------------------- lists


def test_the_list_of_threats_starts_with_the_highest_grade_and_leaves_archived_ones_out(client_for, nobody):
    ungraded = make_threat()
    fourth = make_threat(p_grade=PriorityGrade.P4)
    first = make_threat(p_grade=PriorityGrade.P1)
    archived = make_threat(status=ThreatStatus.ARCHIVED)
    browser = client_for(nobody)
    assert references(browser, "/threats/") == [first.reference, fourth.reference, ungraded.reference]
    assert references(browser, "/threats/?status=archived") == [archived.reference]
    assert references(browser, "/threats/?p_grade=ungraded&p_grade=P4&sort=-p_grade") == [
        fourth.reference,
        ungraded.reference,
    ]


def test_an_overdue_review_is_marked(client_for, nobody):
    today = london_date(oic_now())
    make_threat(next_review_on=today)
    browser = client_for(nobody)
    assert "Overdue</strong>" not in text_of(browser.get("/threats/"))
    overdue = make_threat(next_review_on=today - timedelta(days=1))
    assert "Overdue</strong>" in text_of(browser.get("/threats/"))
    assert references(browser, "/threats/?review=overdue") == [overdue.reference]


def test_empty_lists_say_so(client_for, nobody):
    browser = client_for(nobody)
    assert "no threats on the master list yet" in text_of(browser.get("/threats/"))
    assert "No threat matches these filters" in text_of(browser.get("/threats/?p_grade=P1"))
    assert "No organised crime group has been recorded yet" in text_of(browser.get("/ocgs/"))
    assert "No group matches these filters" in text_of(browser.get("/ocgs/?q=zzz"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/threats/?level=major", "level: There is no filter called level."),
        ("/threats/?p_grade=P9", "P grade: There is no choice “P9”."),
        ("/threats/?review=soon&page=9", "Next review: There is no choice"),
        ("/threats/?page=9", "Page: The last page is 1."),
        ("/threats/?sort=secret", "Sort: Choose one of"),
        ("/threats/?q=%00", "Text: Take out the characters"),
        ("/ocgs/?kind=ocg", "kind: There is no filter called kind."),
        ("/ocgs/?as_at=2026-01-01", "As at: This list shows the records as they are now."),
        ("/ocgs/?pnd_tier=tier_9", "PND tier: There is no choice"),
    ],
)
def test_a_bad_address_is_refused_in_words(client_for, nobody, address, said):
    make_ocg(name="Blue Thistle")
    answer = client_for(nobody).get(address)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "clear all filters" in page
    assert "Blue Thistle" not in page


def test_threats_as_they_stood_on_a_day(clock_at, client_for, nobody):
    with clock_at(datetime(2026, 5, 14, 12, tzinfo=UTC)):
        type(nobody.agency).objects.update(contact="Duty desk", version=2)
        threat = make_threat(lead_agency=nobody.agency, p_grade=PriorityGrade.P4, next_review_on=date(2026, 6, 1))
    with clock_at(datetime(2026, 6, 2, 12, tzinfo=UTC)):
        grade_threat(threat=threat, grade=PriorityGrade.P2)
    browser = client_for(nobody)
    assert references(browser, "/threats/?as_at=2026-05-14&p_grade=P4") == [threat.reference]
    assert references(browser, "/threats/?as_at=2026-05-14&p_grade=P2") == []
    assert references(browser, "/threats/?as_at=2026-05-14&review=overdue") == []
    assert references(browser, "/threats/?review=overdue&p_grade=P2") == [threat.reference]
    assert "at the end of <strong>14 May 2026</strong>" in text_of(browser.get("/threats/?as_at=2026-05-14"))


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queries_of_the_lists_do_not_grow(client_for, django_assert_num_queries, nobody, rows):
    for _ in range(rows):
        make_threat(ocg=make_ocg(lead_agency=nobody.agency, pnd_tier=PndTier.TIER_4), p_grade=PriorityGrade.P2)
    browser = client_for(nobody)
    # Session, person, agency, roles and time twice; count, keys and rows; the log; choices of agencies and regions.
    with django_assert_num_queries(12):
        browser.get("/threats/?page_size=50")
    with django_assert_num_queries(11):
        browser.get("/ocgs/?page_size=50")


# ------------------------------------------------------------------------------------------------------------ a threat


def test_a_threat_shows_what_is_known_of_it(client_for, nobody, threat_manager):
    group = make_ocg(name="Blue Thistle", pnd_tier=PndTier.TIER_4)
    threat = make_threat(
        ocg=group,
        title="Thistle boats",
        other_areas=[ThreatArea.MONEY_LAUNDERING],
        sub_threats=[OicSubThreat.DOCUMENTS],
        lead_responsible_officer=threat_manager,
        next_review_on=date(2020, 1, 2),
        p_grade=PriorityGrade.P3,
    )
    grade_threat(
        threat=threat,
        grade=PriorityGrade.P2,
        suggested_grade=PriorityGrade.P3,
        override_reason="Bigger boats.",
        assessed_by=threat_manager,
    )
    page = text_of(client_for(nobody).get(f"/threats/{threat.reference}/"))
    for words in (
        "Thistle boats",
        f'href="/ocgs/{group.reference}/"',
        "Tier 4",
        "Money laundering",
        "False or fraudulently obtained documents",
        "Tao Threat Manager, Centre",
        "2 January 2020",
        "Overdue</strong>",
        "Bigger boats.",
        "OFFICIAL-SENSITIVE",
    ):
        assert words in page, words
    assert page.index("P2</span>") < page.index("P3</span>")
    assert AuditEntry.objects.filter(action=AuditAction.VIEWED, reference=threat.reference, user=nobody).exists()


def test_a_threat_without_anything_says_what_is_missing(client_for, nobody):
    threat = make_threat(kind=ThreatKind.PRIORITY_INDIVIDUAL, status=ThreatStatus.ARCHIVED)
    page = text_of(client_for(nobody).get(f"/threats/{threat.reference}/"))
    for words in (
        "Not graded",
        "No date set",
        "has not been assessed",
        "No disruption of this threat",
        "Takes no more",
    ):
        assert words in page, words
    assert "PND tier of the group" not in page


def test_only_disruptions_that_may_be_opened_are_shown_and_counted(client_for, outsider, north, south):
    threat = make_threat()
    shared = make_disruption(agency=north, threat=threat, level=Level.MAJOR)
    support = make_disruption(agency=south, threat=threat, role=DisruptionRole.SUPPORT, lead=shared)
    hidden = [
        make_disruption(agency=north, threat=threat, level=Level.MAJOR, sharing=Sharing.LEAD_AND_SUPPORTING),
        make_disruption(agency=north, threat=threat, status=Status.DRAFT),
    ]
    page = text_of(client_for(outsider).get(f"/threats/{threat.reference}/"))
    assert shared.reference in page
    assert support.reference in page
    assert all(record.reference not in page for record in hidden)
    address = f"/disruptions/?threat={threat.reference}&role=lead&level=major&status=submitted&status=approved"
    assert f'<a class="govuk-link" href="{address.replace("&", "&amp;")}">1</a>' in page
    assert shared.reference in text_of(client_for(outsider).get(address))


def test_ten_records_are_shown_and_the_rest_is_a_link(client_for, nobody, north):
    threat = make_threat()
    for day in range(1, 12):
        make_disruption(agency=north, threat=threat, occurred_on=date(2025, 1, day))
    page = text_of(client_for(nobody).get(f"/threats/{threat.reference}/"))
    assert len(re.findall(r'href="/disruptions/D-', page)) == 10
    assert "See every record of this threat" in page
    assert "1 Jan 2025" not in page.replace("11 Jan 2025", "")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queries_of_a_threat_do_not_grow(client_for, clock_at, django_assert_num_queries, nobody, north, rows):
    with clock_at(datetime(2026, 11, 2, 9, tzinfo=UTC)):
        group = make_ocg(lead_agency=north)
        threat = make_threat(ocg=group)
        browser = client_for(nobody)
        browser.get(f"/threats/{threat.reference}/")
    for number in range(rows):
        record = make_disruption(agency=north, threat=threat)
        grade_threat(threat=threat, grade=PriorityGrade.P3)
        action = make_plan_action(threat=threat, owner=nobody)
        link_to_action(acting_user=nobody, action=action.pk, references=[record.reference])
        person = make_threat(kind=ThreatKind.PRIORITY_INDIVIDUAL, lead_agency=north, title=f"Individual {number}")
        wider = make_threat(lead_agency=north, title=f"Wider {number}")
        make_membership(threat=person, ocg=group)
        make_membership(threat=wider, ocg=group)
        make_membership(threat=wider, ocg=make_ocg(lead_agency=north))
    # Session, person, agency, roles and time; threat, its records and the log; assessments; actions and what came of
    # them; links, those beside it and what was merged into it; the visit; records over time; what is new of threat,
    # group and records; levels.
    with django_assert_num_queries(25):
        page = text_of(browser.get(f"/threats/{threat.reference}/"))
    assert "What is new since your last visit" in page


def test_a_group_shows_what_is_known_of_it(client_for, nobody):
    group = make_ocg(name="Red Kite", aliases=["Kite crew"], pnd_tier=PndTier.TIER_3, intent="Boats.\n\nLorries.")
    browser = client_for(nobody)
    assert "Not on the master list" in text_of(browser.get(f"/ocgs/{group.reference}/"))
    threat = make_threat(ocg=group, p_grade=PriorityGrade.P1)
    page = text_of(browser.get(f"/ocgs/{group.reference}/"))
    for words in ("Red Kite", "Kite crew", "Tier 3", "Lorries.", f'href="/threats/{threat.reference}/"'):
        assert words in page, words
    assert ">P1<" not in page
    assert AuditEntry.objects.filter(action=AuditAction.VIEWED, subject="ocg", reference=group.reference).exists()


# ------------------------------------------------------------------------------------------- references lead somewhere


@pytest.mark.parametrize(("place", "letter"), [("threats", THREAT), ("ocgs", OCG)])
def test_a_reference_that_leads_nowhere_is_explained(client_for, nobody, place, letter):
    browser = client_for(nobody)
    known = reference_of(letter, 5)
    mistyped = known[:-1] + ("0" if known[-1] != "0" else "1")
    answer = browser.get(f"/{place}/{mistyped}/")
    assert answer.status_code == 404
    assert "Check each character" in answer.content.decode()
    answer = browser.get(f"/{place}/{known}/")
    assert answer.status_code == 404
    assert "nothing has been recorded under it" in answer.content.decode()
    for odd in ("%00", "<script>", "x" * 500, "D-7KQ2-M4XH", "%F0%9F%9A%A4"):
        answer = browser.get(f"/{place}/{odd}/")
        assert answer.status_code == 404
        assert b"<script>alert" not in answer.content
        assert b"There is no" in answer.content


def test_a_reference_in_another_spelling_leads_to_its_page(client_for, nobody):
    group = make_ocg()
    threat = make_threat(ocg=group)
    browser = client_for(nobody)
    for place, reference in (("threats", threat.reference), ("ocgs", group.reference)):
        answer = browser.get(f"/{place}/{reference.lower().replace('-', '')}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/{place}/{reference}/")
        answer = browser.get(f"/{place}/", {"q": reference.lower()})
        assert (answer.status_code, answer["Location"]) == (302, f"/{place}/{reference}/")


@pytest.mark.parametrize("address", ["/threats/", "/ocgs/", "/search/threats/", "/search/records/", "/threats/T-1/"])
def test_nothing_is_shown_to_somebody_who_is_not_signed_in(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


# ------------------------------------------------------------------------------------------------------------- look-up


def test_threats_that_accept_disruptions_are_found_in_one_line(client_for, nobody):
    group = make_ocg(name="Blue Thistle", aliases=["Thistledown"])
    graded = make_threat(ocg=group, title="Thistle boats", p_grade=PriorityGrade.P2)
    ungraded = make_threat(title="Thistle lorries")
    make_threat(title="Thistle of old", status=ThreatStatus.ARCHIVED)
    browser = client_for(nobody)
    assert browser.get("/search/threats/", {"q": "thistle"}).json() == [
        {
            "value": graded.reference,
            "text": f"{graded.reference} Thistle boats (P2, {graded.lead_agency.name})",
        },
        {
            "value": ungraded.reference,
            "text": f"{ungraded.reference} Thistle lorries (not graded, {ungraded.lead_agency.name})",
        },
    ]
    for words in ("thistledown", graded.reference.lower(), group.reference):
        assert [each["value"] for each in browser.get("/search/threats/", {"q": words}).json()] == [graded.reference]
    for odd in ("\x00", "x" * 5000, "%", "' OR 1=1"):
        assert browser.get("/search/threats/", {"q": odd}).status_code == 200


def test_twenty_threats_at_most_are_found(client_for, nobody):
    for _ in range(22):
        make_threat(lead_agency=nobody.agency)
    assert len(client_for(nobody).get("/search/threats/").json()) == 20
    assert SOCThreat.objects.count() == 22
