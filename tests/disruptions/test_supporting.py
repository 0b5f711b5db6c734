"""A support recorded before its lead: the agency that is named confirms, corrects or declines; a match is suggested."""

import pytest

from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.vocabulary import Role
from disruptions.models import ChangeEvent, Disruption, DisruptionEvent
from disruptions.parsing import parse_disruption
from disruptions.services import amend_disruption
from disruptions.services.supporting import (
    confirm_support,
    correct_support,
    decline_support,
    start_lead_for,
    suggested_leads,
    suggested_supports,
)
from disruptions.vocabulary import Change, DisruptionRole, Status
from tests.disruptions.pages import text_of
from tests.factories import make_agency, make_disruption, make_outcome, make_threat, make_user

pytestmark = pytest.mark.django_db

WORDS = "Three people were arrested at a lorry park while they loaded engines, and a ledger was taken."


@pytest.fixture
def threat(db):
    return make_threat()


@pytest.fixture
def support(north, south, outsider, threat):
    """The south's, waiting for the north."""
    return make_disruption(
        agency=south,
        recorded_by=outsider,
        role=DisruptionRole.SUPPORT,
        lead_agency=north,
        threat=threat,
        summary=WORDS,
        operation="Teal Lantern",
    )


@pytest.fixture
def our_lead(north, recorder, threat):
    return make_disruption(agency=north, recorded_by=recorder, threat=threat, summary=WORDS, operation="Teal Lantern")


def confirm(person, support, lead, **how):
    return confirm_support(acting_user=person, reference=support.reference, version=support.version, lead=lead, **how)


def correct(person, support, code, reason="The west led."):
    return correct_support(
        acting_user=person, reference=support.reference, version=support.version, lead_agency=code, reason=reason
    )


def decline(person, support, reason="We were not there."):
    return decline_support(acting_user=person, reference=support.reference, version=support.version, reason=reason)


def codes(caught):
    return [each.code for each in caught.value.violations]


def assert_one_version_more(record, change, person):
    record.refresh_from_db()
    assert (record.version, record.change, record.changed_by) == (2, change, person)
    assert DisruptionEvent.objects.filter(id=record.pk).count() == 2
    assert ChangeEvent.objects.filter(object_id=record.pk, subject="disruption", version=2, change=change).count() == 1


# ------------------------------------------------------------------------------------------------------------ confirm


def test_confirming_joins_the_support_to_a_lead_and_leaves_it_as_it_stood(support, our_lead, approver):
    confirm(approver, support, our_lead.reference)
    assert_one_version_more(support, Change.LEAD_CONFIRMED, approver)
    assert (support.lead, support.lead_agency, support.status) == (our_lead, our_lead.agency, Status.SUBMITTED)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN, Status.REJECTED])
def test_only_a_lead_that_stands_is_joined(support, north, recorder, threat, status):
    lead = make_disruption(agency=north, recorded_by=recorder, threat=threat, status=status)
    with pytest.raises(Invalid) as caught:
        confirm(recorder, support, lead.reference)
    assert codes(caught) == ["support_lead_is_ours"]


def test_only_an_own_real_lead_is_joined(support, north, recorder, south, threat):
    others = [
        make_disruption(agency=make_agency(), threat=threat).reference,
        make_disruption(agency=south, threat=threat).reference,
        make_disruption(agency=north, threat=threat, sandbox=True).reference,
        make_disruption(agency=north, threat=threat, role=DisruptionRole.SUPPORT).reference,
        support.reference,
        None,
        "D-0000-0000",
    ]
    for reference in others:
        with pytest.raises(Invalid) as caught:
            confirm(recorder, support, reference)
        assert codes(caught) == ["support_lead_is_ours"]


def test_an_agency_supports_a_lead_once(support, our_lead, recorder, south, threat):
    make_disruption(agency=south, role=DisruptionRole.SUPPORT, lead=our_lead, threat=threat)
    with pytest.raises(Invalid) as caught:
        confirm(recorder, support, our_lead.reference)
    assert codes(caught) == ["disruption_one_live_support"]


# ------------------------------------------------------------------------------------------------------------ correct


def test_correcting_moves_the_task_to_the_agency_that_led(support, north, recorder):
    west = make_agency(code="west")
    correct(recorder, support, "west")
    assert_one_version_more(support, Change.LEAD_CORRECTED, recorder)
    assert (support.lead_agency, support.change_reason, support.reason_class) == (west, "The west led.", "lead_change")
    assert not Disruption.objects.waiting_for_lead_of(north).exists()
    assert list(Disruption.objects.waiting_for_lead_of(west)) == [support]
    with pytest.raises(Refused):
        decline(recorder, support)
    westerner = make_user(agency=west, roles=[Role.APPROVER])
    decline(westerner, support)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("north", "support_lead_agency_differs"),
        ("south", "support_lead_agency_differs"),
        ("nowhere", "disruption_lead_agency_exists"),
        (None, "disruption_lead_agency_exists"),
    ],
)
def test_the_right_agency_is_another_one(support, recorder, code, expected):
    with pytest.raises(Invalid) as caught:
        correct(recorder, support, code)
    assert codes(caught) == [expected]


# ------------------------------------------------------------------------------------------------------------ decline


def test_declining_sends_the_support_back_with_the_reason(support, recorder, outsider, client_for):
    decline(recorder, support)
    assert_one_version_more(support, Change.LEAD_DECLINED, recorder)
    assert (support.status, support.change_reason) == (Status.RETURNED, "We were not there.")
    author = client_for(outsider)
    for path in ("/", f"/disruptions/{support.reference}/amend/", f"/disruptions/{support.reference}/submit/"):
        assert "We were not there." in text_of(author.get(path)), path
    assert "Lead declined" in text_of(author.get(f"/disruptions/{support.reference}/"))


def test_an_approved_support_that_is_declined_is_approved_no_more(north, south, recorder, outsider, threat):
    support = make_disruption(
        agency=south,
        recorded_by=outsider,
        role=DisruptionRole.SUPPORT,
        lead_agency=north,
        threat=threat,
        status=Status.APPROVED,
    )
    decline(recorder, support)
    support.refresh_from_db()
    assert (support.status, support.approved_by, support.approved_at) == (Status.RETURNED, None, None)


def test_a_declined_support_may_be_put_right_and_submitted_again(support, recorder, outsider, south):
    decline(recorder, support)
    support.refresh_from_db()
    make_agency(code="west")
    changes = parse_disruption({"lead_agency": "west", "submit": True}, typed=True)
    amend_disruption(acting_user=outsider, reference=support.reference, version=2, changes=changes)
    support.refresh_from_db()
    assert (support.status, support.lead_agency.code) == (Status.SUBMITTED, "west")


# --------------------------------------------------------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "support_answer_has_reason"),
        ("  ", "support_answer_has_reason"),
        ("null \x00", "disruption_change_reason_storable"),
        ("x" * 2001, "disruption_change_reason_within_limit"),
    ],
)
def test_a_correction_and_a_refusal_say_why(support, recorder, reason, code):
    make_agency(code="west")
    for answer in (lambda: correct(recorder, support, "west", reason), lambda: decline(recorder, support, reason)):
        with pytest.raises(Invalid) as caught:
            answer()
        assert codes(caught) == [code]


def test_only_those_who_record_for_the_named_agency_answer(
    support, our_lead, north, nobody, agency_admin, outsider, analyst, moderator, system_admin
):
    elsewhere = make_user(agency=make_agency(), roles=[Role.RECORDER, Role.APPROVER])
    for person in (nobody, agency_admin, outsider, analyst, moderator, system_admin, elsewhere):
        for answer in (
            lambda person: confirm(person, support, our_lead.reference),
            lambda person: correct(person, support, "south"),
            lambda person: decline(person, support),
            lambda person: start_lead_for(acting_user=person, reference=support.reference),
        ):
            with pytest.raises(Refused) as caught:
                answer(person)
            assert caught.value.code == "may_not_answer_support"


@pytest.mark.parametrize("status", [Status.RETURNED, Status.WITHDRAWN, Status.REJECTED])
def test_what_does_not_wait_is_not_answered(north, south, recorder, threat, status):
    support = make_disruption(
        agency=south, role=DisruptionRole.SUPPORT, lead_agency=north, threat=threat, status=status
    )
    with pytest.raises(Refused):
        decline(recorder, support)


def test_a_draft_of_another_agency_is_not_there(north, south, recorder, threat):
    draft = make_disruption(
        agency=south, role=DisruptionRole.SUPPORT, lead_agency=north, threat=threat, status=Status.DRAFT
    )
    with pytest.raises(NotFound):
        decline(recorder, draft)


def test_an_answer_to_an_older_version_is_stale(support, recorder, outsider):
    changes = parse_disruption({"operation": "Amber Wren"}, typed=True)
    amend_disruption(acting_user=outsider, reference=support.reference, version=1, changes=changes)
    with pytest.raises(Stale):
        decline(recorder, support)


def test_a_waiting_support_is_open_to_the_named_agency_whatever_its_sharing(north, south, recorder, threat):
    support = make_disruption(
        agency=south, role=DisruptionRole.SUPPORT, lead_agency=north, threat=threat, shared_with=[make_agency()]
    )
    decline(recorder, support)


# --------------------------------------------------------------------------------------------------------- suggestions


def test_leads_are_suggested_to_a_support_and_supports_to_a_lead(support, our_lead, north, recorder, approver, threat):
    make_outcome(disruption=support, count=1)
    make_outcome(disruption=our_lead, count=9)
    make_disruption(agency=north, recorded_by=recorder, threat=threat, status=Status.DRAFT, summary=WORDS)
    make_disruption(agency=make_agency(), threat=threat, summary=WORDS)
    make_disruption(agency=north, recorded_by=recorder, summary="Something else.")
    assert [match.reference for match in suggested_leads(acting_user=approver, support=support)] == [our_lead.reference]
    [match] = suggested_supports(acting_user=approver, lead=our_lead)
    assert (match.reference, match.agency, match.version) == (support.reference, "south", 1)
    confirm(approver, support, our_lead.reference)
    assert suggested_supports(acting_user=approver, lead=our_lead) == []


def test_supports_are_suggested_only_to_those_who_may_join_them(support, our_lead, north, nobody, outsider, recorder):
    assert suggested_supports(acting_user=nobody, lead=our_lead) == []
    assert suggested_supports(acting_user=outsider, lead=our_lead) == []
    draft = make_disruption(agency=north, recorded_by=recorder, threat=our_lead.threat, status=Status.DRAFT)
    assert suggested_supports(acting_user=recorder, lead=draft) == []
    assert suggested_supports(acting_user=recorder, lead=support) == []


def test_a_lead_is_started_from_its_support_once_and_then_joins(support, recorder, client_for):
    draft = start_lead_for(acting_user=recorder, reference=support.reference)
    again = start_lead_for(acting_user=recorder, reference=support.reference)
    assert again == draft
    assert (draft.role, draft.status, draft.agency, draft.lead_agency) == ("lead", "draft", support.lead_agency, None)
    assert (draft.threat, draft.occurred_on, draft.summary) == (support.threat, support.occurred_on, support.summary)
    changes = parse_disruption({"impact": "They cannot launch.", "submit": True}, typed=True)
    amend_disruption(acting_user=recorder, reference=draft.reference, version=1, changes=changes)
    draft.refresh_from_db()
    [match] = suggested_supports(acting_user=recorder, lead=draft)
    assert match.reference == support.reference
    later = start_lead_for(acting_user=recorder, reference=support.reference)
    assert later != draft


# --------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture
def browser(client_for, recorder):
    return client_for(recorder)


def address(support):
    return f"/disruptions/{support.reference}/lead/"


def test_the_page_suggests_and_joins(browser, support, our_lead):
    page = browser.get(address(support))
    assert our_lead.reference in text_of(page)
    sent = {"version": 1, "answer": "confirm", "lead": our_lead.reference}
    response = browser.post(address(support), sent, follow=True)
    assert response.redirect_chain[-1][0] == f"/disruptions/{our_lead.reference}/"
    assert f"{support.reference} is joined to {our_lead.reference}" in text_of(response)


def test_a_typed_reference_counts_before_a_chosen_one(browser, support, our_lead, north, recorder):
    other = make_disruption(agency=north, recorded_by=recorder)
    typed = other.reference.lower().replace("-", " ")
    browser.post(address(support), {"version": 1, "answer": "confirm", "lead": our_lead.reference, "other_lead": typed})
    support.refresh_from_db()
    assert support.lead == other


def test_the_page_corrects_and_declines(browser, support):
    make_agency(code="west", name="West Police")
    sent = {"version": 1, "answer": "correct", "lead_agency": "west", "reason": "The west led."}
    assert "now waits for West Police" in text_of(browser.post(address(support), sent, follow=True))
    support.refresh_from_db()
    assert support.lead_agency.code == "west"


def test_the_page_declines(browser, support):
    sent = {"version": 1, "answer": "decline", "reason": "We were not there."}
    assert "is sent back to South Police" in text_of(browser.post(address(support), sent, follow=True))


def test_the_page_starts_a_lead(browser, support):
    response = browser.post(address(support), {"action": "start"}, follow=True)
    assert "is started from" in text_of(response)
    assert Disruption.objects.filter(role="lead", status="draft", summary=WORDS).count() == 1


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "support_answer_known"),
        ({"answer": "confirm"}, "support_lead_is_ours"),
        ({"answer": "correct", "reason": "x"}, "disruption_lead_agency_exists"),
        ({"answer": "decline"}, "support_answer_has_reason"),
    ],
)
def test_what_is_missing_is_said_with_its_code(browser, support, sent, code):
    response = browser.post(address(support), {"version": 1, **sent})
    assert response.status_code == 400
    assert f'data-code="{code}"' in response.content.decode()


def test_an_unknown_answer_is_no_answer(browser, support):
    assert browser.post(address(support), {"version": 1, "answer": "perhaps"}).status_code == 400


def test_somebody_elses_change_is_shown_first(browser, support):
    response = browser.post(address(support), {"version": 7, "answer": "decline", "reason": "No."})
    assert response.status_code == 409
    assert "This record has changed" in text_of(response)


def test_a_leads_own_page_offers_the_supports_that_wait(browser, support, our_lead):
    page = browser.get(f"/disruptions/{our_lead.reference}/")
    assert "1 support waits for a lead of yours and may belong to this" in text_of(page)
    assert "Join it to this record" in text_of(page)


def test_my_work_leads_to_the_answer(browser, support):
    assert address(support) in browser.get("/").content.decode()


def test_the_page_takes_a_fixed_number_of_queries(
    browser, support, north, recorder, threat, django_assert_max_num_queries
):
    browser.get(address(support))
    for _ in range(30):
        make_disruption(agency=north, recorded_by=recorder, threat=threat, summary=WORDS)
    with django_assert_max_num_queries(16):
        browser.get(address(support))
