"""A threat that is not listed: asked for from the draft, answered by a manager, taken over in one press."""

import pytest
from django.urls import reverse

from agencies.refusals import Invalid, NotFound, Refused
from agencies.vocabulary import Role
from disruptions.models import ThreatRequest
from disruptions.services import answer_threat_request, ask_for_threat, take_back_threat_request
from disruptions.vocabulary import Status, ThreatRequestStatus, ThreatStatus
from tests.disruptions.pages import save_step, step_address, summary_of, text_of, value_of
from tests.factories import make_disruption, make_ocg, make_threat, make_threat_request, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_for, recorder):
    return client_for(recorder)


@pytest.fixture
def draft(recorder):
    return make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)


@pytest.fixture
def asked(draft, recorder):
    return make_threat_request(disruption=draft, requested_by=recorder, title="Grey Pelican")


def codes(refusal):
    return [each.code for each in refusal.value.violations]


# ------------------------------------------------------------------------------------------------------------ the pages


def test_an_officer_asks_from_the_threat_step_and_goes_on(browser, client_for, threat_manager, draft):
    answer = save_step(browser, draft, "threat", {"sub_threat": "facilitation"}, action="ask")
    assert answer.url == reverse("disruption_ask_for_threat", args=[draft.reference])
    draft.refresh_from_db()
    assert draft.sub_threat == "facilitation"
    answer = browser.post(answer.url, {"title": " Grey Pelican ", "details": "Engines, near Dover."})
    assert answer.url == step_address(draft, "role")
    [request] = ThreatRequest.objects.waiting_for(threat_manager)
    assert (request.title, request.details, request.status) == ("Grey Pelican", "Engines, near Dover.", "open")
    page = text_of(browser.get(step_address(draft, "threat")))
    assert "You asked a threat manager for Grey Pelican" in page
    assert "The threat is not listed" not in page

    threat = make_threat(title="Grey Pelican Group")
    manager = client_for(threat_manager)
    assert "Grey Pelican" in text_of(manager.get(reverse("threat_request_list")))
    there = reverse("threat_request_answer", args=[request.pk])
    assert "Grey Pelican Group" in text_of(manager.get(there))
    sent = {"decision": "listed", "threat_found": threat.reference, "threat": "", "answer": ""}
    assert manager.post(there, sent).url == reverse("threat_request_list")

    page = text_of(browser.get(step_address(draft, "threat")))
    assert f"Use {threat.reference}" in page
    answer = save_step(browser, draft, "threat", {"sub_threat": "facilitation"}, action=f"use-{threat.reference}")
    assert answer.url == f"{step_address(draft, 'threat')}?#id_threat"
    draft.refresh_from_db()
    assert draft.threat == threat
    assert f"Use {threat.reference}" not in text_of(browser.get(step_address(draft, "threat")))


def test_an_officer_reads_why_it_was_not_listed(browser, client_for, threat_manager, draft, asked):
    there = reverse("threat_request_answer", args=[asked.pk])
    sent = {"decision": "declined", "answer": "It is part of Copper Heron."}
    client_for(threat_manager).post(there, sent)
    page = text_of(browser.get(step_address(draft, "threat")))
    assert "did not list it: It is part of Copper Heron." in page
    assert "The threat is not listed" in page


def test_a_request_is_taken_back(browser, draft, asked):
    there = reverse("disruption_ask_for_threat", args=[draft.reference])
    assert "Take the request back" in text_of(browser.get(there))
    browser.post(there, {"take_back": asked.pk})
    asked.refresh_from_db()
    assert asked.status == ThreatRequestStatus.CANCELLED
    assert "You asked a threat manager" not in text_of(browser.get(step_address(draft, "threat")))


def test_what_is_missing_is_said_beside_its_box(browser, client_for, threat_manager, draft):
    there = reverse("disruption_ask_for_threat", args=[draft.reference])
    answer = browser.post(there, {"title": " ", "details": "Kept words"})
    assert (answer.status_code, value_of(answer, "details")) == (400, "Kept words")
    assert summary_of(answer)["threat_request_has_title"][0] == "#id_title"
    request = make_threat_request(disruption=draft)
    answered = reverse("threat_request_answer", args=[request.pk])
    manager = client_for(threat_manager)
    for sent, code, target in (
        ({}, "", "#id_decision"),
        ({"decision": "declined"}, "threat_request_declined_has_answer", "#id_answer"),
        ({"decision": "listed", "threat": "T-1"}, "threat_request_threat_exists", "#id_threat"),
    ):
        answer = manager.post(answered, sent)
        assert answer.status_code == 400
        assert summary_of(answer)[code][0] == target


def test_an_answered_request_is_shown_and_not_answered_twice(client_for, threat_manager, asked):
    answer_threat_request(acting_user=threat_manager, request=asked.pk, listed=False, answer="No.")
    there = reverse("threat_request_answer", args=[asked.pk])
    manager = client_for(threat_manager)
    page = text_of(manager.get(there))
    assert "Declined by Tao Threat Manager" in page
    assert "Send the answer" not in page
    assert manager.post(there, {"decision": "declined", "answer": "Again."}).status_code == 302
    asked.refresh_from_db()
    assert asked.answer == "No."


def test_the_search_beside_the_answer_falls_back_to_single_words(client_for, threat_manager, asked):
    make_threat(ocg=make_ocg(name="Harbour", aliases=["Pelican crew"]), title="Harbour ring")
    page = text_of(client_for(threat_manager).get(reverse("threat_request_answer", args=[asked.pk])))
    assert "Harbour ring" in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_the_same_number_of_queries_however_long(
    client_for, threat_manager, recorder, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_threat_request(requested_by=recorder)
    client = client_for(threat_manager)
    client.get(reverse("help"))
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("threat_request_list"))
    assert text_of(page).count("Grey Pelican") == rows


QUERIES = 9


# ---------------------------------------------------------------------------------------------------------- the service


def test_one_request_of_a_record_is_open_at_a_time(recorder, draft, asked):
    with pytest.raises(Invalid) as refusal:
        ask_for_threat(acting_user=recorder, reference=draft.reference, title="Another")
    assert codes(refusal) == ["threat_request_one_open"]
    take_back_threat_request(acting_user=recorder, request=asked.pk)
    ask_for_threat(acting_user=recorder, reference=draft.reference, title="Another")
    assert ThreatRequest.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"title": ""}, "threat_request_has_title"),
        ({"title": "x" * 201}, "threat_request_title_within_limit"),
        ({"title": "a\x00"}, "threat_request_storable"),
        ({"title": "a", "details": "x" * 2001}, "threat_request_details_within_limit"),
    ],
)
def test_bad_words_are_refused(recorder, draft, words, code):
    with pytest.raises(Invalid) as refusal:
        ask_for_threat(acting_user=recorder, reference=draft.reference, **words)
    assert codes(refusal) == [code]
    assert not ThreatRequest.objects.exists()


def test_a_record_that_stands_has_its_threat(recorder):
    record = make_disruption(agency=recorder.agency, recorded_by=recorder)
    with pytest.raises(Refused):
        ask_for_threat(acting_user=recorder, reference=record.reference, title="Grey Pelican")


def test_only_a_manager_who_reaches_the_agency_answers(recorder, outsider, south, threat_manager, asked):
    elsewhere = make_user(agency=south, roles=[Role.THREAT_MANAGER])
    for person, refused in ((recorder, Refused), (outsider, NotFound), (elsewhere, NotFound)):
        with pytest.raises(refused):
            answer_threat_request(acting_user=person, request=asked.pk, listed=False, answer="No.")
        assert not ThreatRequest.objects.waiting_for(person).exists()
    own = make_user(agency=recorder.agency, roles=[Role.THREAT_MANAGER])
    assert list(ThreatRequest.objects.waiting_for(own)) == [asked]
    assert list(ThreatRequest.objects.waiting_for(threat_manager)) == [asked]
    answer_threat_request(acting_user=own, request=asked.pk, listed=False, answer="No.")
    with pytest.raises(Refused):
        answer_threat_request(acting_user=threat_manager, request=asked.pk, listed=False, answer="No.")
    assert not ThreatRequest.objects.waiting_for(own).exists()


def test_another_agencys_request_is_not_taken_back(outsider, nobody, asked):
    for person, refused in ((outsider, NotFound), (nobody, Refused)):
        with pytest.raises(refused):
            take_back_threat_request(acting_user=person, request=asked.pk)


def test_a_threat_that_takes_no_disruptions_answers_nothing(threat_manager, asked):
    archived = make_threat(status=ThreatStatus.ARCHIVED)
    with pytest.raises(Invalid) as refusal:
        answer_threat_request(acting_user=threat_manager, request=asked.pk, listed=True, threat=archived.reference)
    assert codes(refusal) == ["threat_request_threat_exists"]


def test_the_asker_is_told_until_the_record_has_its_threat(browser, recorder, other_recorder, threat_manager, asked):
    assert not ThreatRequest.objects.answered_for(recorder).exists()
    threat = make_threat()
    answer_threat_request(acting_user=threat_manager, request=asked.pk, listed=True, threat=threat.reference)
    assert list(ThreatRequest.objects.answered_for(recorder)) == [asked]
    assert not ThreatRequest.objects.answered_for(other_recorder).exists()
    save_step(browser, asked.disruption, "threat", {"threat": threat.reference})
    assert not ThreatRequest.objects.answered_for(recorder).exists()
