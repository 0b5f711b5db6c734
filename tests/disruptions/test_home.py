"""My work: what waits for the person who signed in, and nothing that does not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.models import london_date, oic_now
from agencies.vocabulary import Role
from disruptions.services import (
    DecisionRow,
    answer_threat_request,
    ask_for_threat,
    keep_unsaved,
    offer_hand_over,
    review_disruptions,
)
from disruptions.vocabulary import (
    Decision,
    DisruptionRole,
    Level,
    Marking,
    PriorityGrade,
    Sharing,
    Status,
    ThreatStatus,
)
from disruptions.work import counts_for
from tests.disruptions.pages import text_of
from tests.factories import make_agency, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db


def section_of(page, heading):
    """Return the words of one section of the page."""
    words = text_of(page)
    assert heading in words, words
    rest = words.split(heading, 1)[1]
    ends = [rest.index(other) for other in HEADINGS if other in rest and other != heading]
    return rest[: min(ends)] if ends else rest


def send_back(approver, *records):
    """Return records to their author through the service."""
    decisions = [DecisionRow(record.reference, Decision.RETURN, reason="Say how you know.") for record in records]
    review_disruptions(acting_user=approver, decisions=decisions)


HEADINGS = (
    "Waiting for your decision",
    "Sent back to",
    "Your drafts",
    "Supports waiting for your agency’s lead record",
    "Submitted by you, waiting for a decision",
    "Threats to review",
    "Latest major disruptions",
    "Accessibility statement",
)


def test_an_officer_sees_drafts_returns_and_what_waits(client_for, recorder, other_recorder, approver, south):
    north = recorder.agency
    draft = make_disruption(agency=north, recorded_by=recorder, status=Status.DRAFT)
    theirs = make_disruption(agency=north, recorded_by=other_recorder, status=Status.DRAFT)
    returned = make_disruption(agency=north, recorded_by=other_recorder)
    send_back(approver, returned)
    mine = make_disruption(agency=north, recorded_by=recorder)
    not_mine = make_disruption(agency=north, recorded_by=other_recorder)
    waiting = make_disruption(agency=south, role=DisruptionRole.SUPPORT, lead_agency=north)
    joined = make_disruption(agency=south, role=DisruptionRole.SUPPORT, lead=not_mine)
    page = client_for(recorder).get(reverse("home"))
    drafts = section_of(page, "Your drafts")
    assert draft.reference in drafts
    assert theirs.reference not in drafts
    assert returned.reference in section_of(page, "Sent back to North")
    assert "Say how you know." in section_of(page, "Sent back to North")
    supports = section_of(page, "Supports waiting for your agency’s lead record")
    assert waiting.reference in supports
    assert joined.reference not in supports
    submitted = section_of(page, "Submitted by you, waiting for a decision")
    assert mine.reference in submitted
    assert not_mine.reference not in submitted
    assert "Record a disruption" in text_of(page)
    assert "Waiting for your decision" not in text_of(page)


def test_a_support_waits_for_the_lead_agency_whatever_its_sharing_and_for_nobody_else(client_for, recorder, south):
    stranger = make_user(agency=make_agency(), roles=[Role.RECORDER])
    waiting = make_disruption(
        agency=south,
        role=DisruptionRole.SUPPORT,
        lead_agency=recorder.agency,
        sharing=Sharing.NAMED_AGENCIES,
    )
    assert waiting.reference in text_of(client_for(recorder).get(reverse("home")))
    assert waiting.reference not in text_of(client_for(stranger).get(reverse("home")))
    assert client_for(stranger).get(reverse("disruption_detail", args=[waiting.reference])).status_code == 404


def test_an_approver_sees_what_others_submitted_and_never_their_own(client_for, approver, recorder, outsider):
    north = recorder.agency
    to_decide = make_disruption(agency=north, recorded_by=recorder)
    own = make_disruption(agency=north, recorded_by=approver)
    elsewhere = make_disruption(agency=outsider.agency, recorded_by=outsider)
    decided = make_disruption(agency=north, recorded_by=recorder, status=Status.APPROVED)
    decisions = section_of(client_for(approver).get(reverse("home")), "Waiting for your decision")
    assert to_decide.reference in decisions
    for other in (own, elsewhere, decided):
        assert other.reference not in decisions


def test_a_regional_approver_sees_the_region(client_for, north, recorder, outsider):
    regional = make_user(agency=north, regional_roles=[Role.APPROVER])
    inside = make_disruption(agency=north, recorded_by=recorder)
    outside = make_disruption(agency=outsider.agency, recorded_by=outsider)
    decisions = section_of(client_for(regional).get(reverse("home")), "Waiting for your decision")
    assert inside.reference in decisions
    assert outside.reference not in decisions


def test_a_threat_manager_sees_reviews_the_overdue_on_top(client_for, threat_manager, centre):
    today = london_date(oic_now())
    soon = make_threat(lead_agency=centre, title="Soon", next_review_on=today + timedelta(days=5))
    late = make_threat(
        lead_agency=centre, title="Late", next_review_on=today - timedelta(days=1), p_grade=PriorityGrade.P2
    )
    later = make_threat(lead_agency=centre, title="Later", next_review_on=today + timedelta(days=60))
    archived = make_threat(title="Old", next_review_on=today, status=ThreatStatus.ARCHIVED)
    threats = section_of(client_for(threat_manager).get(reverse("home")), "Threats to review")
    assert threats.index(late.reference) < threats.index("Overdue") < threats.index(soon.reference)
    reviews, _, never = threats.partition("Threats never assessed")
    assert later.reference not in reviews
    assert {soon.reference, later.reference} <= set(never.split())
    assert archived.reference not in threats


def test_readers_see_the_latest_majors_that_they_may_open(client_for, analyst, viewer, recorder):
    major = make_disruption(agency=recorder.agency, recorded_by=recorder, level=Level.MAJOR)
    minor = make_disruption(agency=recorder.agency, recorded_by=recorder)
    for person in (analyst, viewer):
        page = client_for(person).get(reverse("home"))
        majors = section_of(page, "Latest major disruptions")
        assert major.reference in majors
        assert minor.reference not in majors
        assert "Record a disruption" not in text_of(page)


def test_every_empty_list_says_so(client_for, approver, threat_manager, analyst, nobody):
    officer = text_of(client_for(approver).get(reverse("home")))
    for words in (
        "Nothing waits for your decision.",
        "Nothing has been sent back.",
        "You have no drafts.",
        "No other agency waits for a lead record of yours.",
        "Nothing of yours waits for a decision.",
    ):
        assert words in officer
    assert "No review is due" in text_of(client_for(threat_manager).get(reverse("home")))
    assert "No major disruption" in text_of(client_for(analyst).get(reverse("home")))
    assert "You have no role yet" in text_of(client_for(nobody).get(reverse("home")))


def test_the_page_bears_the_highest_marking_of_what_it_shows(client_for, recorder):
    browser = client_for(recorder)
    assert "oic-marked--official " in browser.get("/").content.decode().replace('"', " ")
    make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT, marking=Marking.OFFICIAL)
    assert "oic-marked--official " in browser.get("/").content.decode().replace('"', " ")
    make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)
    assert "oic-marked--official-sensitive" in browser.get("/").content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queries_do_not_grow_with_the_lists(client_for, approver, recorder, south, django_assert_num_queries, rows):
    north = approver.agency
    for _ in range(rows):
        make_disruption(agency=north, recorded_by=approver, status=Status.DRAFT)
        make_disruption(agency=north, recorded_by=approver)
        make_disruption(agency=north, recorded_by=recorder)
        make_disruption(agency=south, role=DisruptionRole.SUPPORT, lead_agency=north)
    send_back(approver, *(make_disruption(agency=north, recorded_by=recorder) for _ in range(rows)))
    browser = client_for(approver)
    browser.get("/")
    with django_assert_num_queries(18):
        page = browser.get("/")
    if rows == 30:
        assert "The first 10 of 30 are shown." in text_of(page)


def test_the_navigation_says_how_many_things_wait(client_for, approver, recorder):
    north = recorder.agency
    make_disruption(agency=north, recorded_by=recorder, status=Status.DRAFT)
    make_disruption(agency=north, recorded_by=recorder)
    for person, number in ((recorder, 1), (approver, 1)):
        assert f"My work , waiting: {number}" in text_of(client_for(person).get("/help/"))
    assert counts_for(approver) == {
        "given": 0,
        "decisions": 1,
        "returned": 0,
        "drafts": 0,
        "answers": 0,
        "hand_overs": 0,
        "waiting": 0,
        "plan_actions": 0,
    }


def test_what_is_offered_to_an_agency_waits_for_it(client_for, recorder, outsider):
    record = make_disruption(agency=recorder.agency, recorded_by=recorder)
    offer_hand_over(
        acting_user=recorder,
        reference=record.reference,
        version=record.version,
        to_agency=outsider.agency.code,
        reason="Their officers planned it.",
    )
    words = text_of(client_for(outsider).get("/"))
    assert f"Records offered to {outsider.agency.short_name} 1" in words
    assert record.reference in words
    assert "Their officers planned it." in words
    assert record.reference not in text_of(client_for(recorder).get("/")).split("Submitted by you")[0]


def test_what_was_typed_and_not_saved_is_found_again(client_for, recorder, other_recorder):
    draft = make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)
    keep_unsaved(
        acting_user=recorder, step="impact", data={"impact": ["Half a sentence"]}, reference=draft.reference, version=1
    )
    words = text_of(client_for(recorder).get("/"))
    assert "Typed and not saved You left these pages" in words
    assert f"{draft.reference}: impact and level , typed at" in words
    assert "Half a sentence" not in words
    assert "Typed and not saved" not in text_of(client_for(other_recorder).get("/"))


def test_a_request_for_a_threat_waits_for_the_manager_and_its_answer_for_who_asked(client_for, recorder):
    draft = make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT, threat=None)
    manager = make_user(agency=recorder.agency, roles=[Role.THREAT_MANAGER])
    asked = ask_for_threat(acting_user=recorder, reference=draft.reference, title="The quay people", details="")
    assert "Threats that officers ask for 1 The quay people" in text_of(client_for(manager).get("/"))
    assert "Answers about threats" not in text_of(client_for(recorder).get("/"))
    answer_threat_request(
        acting_user=manager, request=asked.pk, listed=False, answer="They are listed as Copper Heron."
    )
    words = text_of(client_for(recorder).get("/"))
    assert "Answers about threats 1" in words
    assert "They are listed as Copper Heron." in words
    assert "Threats that officers ask for" not in text_of(client_for(manager).get("/"))
