"""Working through what waits: the approver's queue, several minors together, the moderator's queue."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from agencies.models import AuditEntry
from agencies.vocabulary import Role
from disruptions.models import Disruption, DuplicateSetAside, ModerationCase, Review
from disruptions.services import DecisionRow, review_disruptions
from disruptions.vocabulary import Level, Status
from tests.disruptions.pages import summary_of, text_of
from tests.factories import make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/disruptions/queue/"
TOGETHER = "/disruptions/queue/approve/"
MODERATION = "/disruptions/moderation/"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_is_sampled(settings):
    settings.MODERATION_SAMPLE_PERCENT = 0


@pytest.fixture
def threat(centre):
    return make_threat(lead_agency=centre, title="Copper Heron")


@pytest.fixture
def waiting(clock_at, recorder, threat):
    """Make records that were submitted one day after the other."""

    def make(levels="minor minor major", **values):
        made = []
        for number, level in enumerate(levels.split()):
            with clock_at(NOON + timedelta(days=number)):
                given = {"agency": recorder.agency, "recorded_by": recorder, "threat": threat, "level": Level(level)}
                made.append(make_disruption(**(given | values)))
        return made

    return make


def listed(response):
    return re.findall(r"data-row>(D-[^<]+)</a>", response.content.decode())


def approve(user, *records):
    return review_disruptions(acting_user=user, decisions=[DecisionRow(each.reference, "approve") for each in records])


def review_address(record, query="queue=review"):
    return reverse("disruption_review", args=[record.reference]) + (f"?{query}" if query else "")


# ------------------------------------------------------------------------------------------------- the approver's queue


def test_the_longest_waiting_comes_first_and_a_new_submission_starts_to_wait_again(
    client_for, clock_at, approver, waiting
):
    first, second, third = waiting()
    assert listed(client_for(approver).get(QUEUE)) == [each.reference for each in (first, second, third)]
    with clock_at(NOON + timedelta(days=5)):
        Disruption.objects.filter(pk=first.pk).update(status="returned", version=2)
        Disruption.objects.filter(pk=second.pk).update(operation="Amended while it waits", version=2)
    with clock_at(NOON + timedelta(days=6)):
        Disruption.objects.filter(pk=first.pk).update(status="submitted", version=3)
    answer = client_for(approver).get(QUEUE)
    assert listed(answer) == [each.reference for each in (second, third, first)]


def test_a_row_says_how_long_it_has_waited_and_what_it_is_about(client_for, approver, waiting, recorder):
    record, other = waiting("minor minor")
    DuplicateSetAside.objects.create(
        disruption=record,
        other=other,
        version=1,
        score=80,
        why=["threat"],
        reason="Another lorry.",
        decided_by=recorder,
    )
    words = text_of(client_for(approver).get(QUEUE))
    assert re.search(r"\d+ days", words)
    for part in ("Minor", "Copper Heron", "Rowan Recorder", "Two arrests", "in spite of 1 likely duplicate"):
        assert part in words


def test_ones_own_records_never_wait_for_oneself(client_for, approver, waiting):
    [theirs] = waiting("minor")
    waiting("minor", recorded_by=approver)
    [submitted] = waiting("minor")
    Disruption.objects.filter(pk=submitted.pk).update(submitted_by=approver, version=2)
    assert listed(client_for(approver).get(QUEUE)) == [theirs.reference]


def test_only_what_waits_in_the_agencies_that_one_approves_for(client_for, approver, outsider, waiting):
    waiting("minor", agency=outsider.agency, recorded_by=outsider)
    waiting("minor", status=Status.APPROVED)
    waiting("minor", status=Status.RETURNED)
    answer = client_for(approver).get(QUEUE)
    assert listed(answer) == []
    assert "The queue is empty" in text_of(answer)


def test_a_regional_approver_has_the_queue_of_the_region(client_for, north, waiting):
    [record] = waiting("minor")
    assert listed(client_for(make_user(agency=north, regional_roles=[Role.APPROVER])).get(QUEUE)) == [record.reference]


def test_the_queue_is_narrowed_by_level_and_author(client_for, approver, north, waiting):
    minor, major = waiting("minor major")
    other = make_user(agency=north, roles=[Role.RECORDER])
    [theirs] = waiting("minor", recorded_by=other)
    browser = client_for(approver)
    assert listed(browser.get(QUEUE, {"level": "major"})) == [major.reference]
    assert listed(browser.get(QUEUE, {"author": other.pk})) == [theirs.reference]
    assert listed(browser.get(QUEUE, {"author": minor.recorded_by_id, "level": "minor"})) == [minor.reference]
    assert browser.get(QUEUE, {"level": "", "author": ""}).url == QUEUE


@pytest.mark.parametrize(
    "query", [{"level": "huge"}, {"author": "x"}, {"author": "0"}, {"agency": "north"}, {"nonsense": "1"}]
)
def test_a_bad_filter_is_no_wider_answer(client_for, approver, waiting, query):
    waiting()
    answer = client_for(approver).get(QUEUE, query)
    assert (answer.status_code, listed(answer)) == (400, [])


@pytest.mark.parametrize("records", [1, 30])
def test_the_queue_costs_the_same_however_long(client_for, approver, waiting, records, django_assert_num_queries):
    waiting(" ".join(["minor"] * records))
    browser = client_for(approver)
    browser.get(QUEUE)
    with django_assert_num_queries(QUEUE_QUERIES):
        assert len(listed(browser.get(QUEUE))) == min(records, 25)


QUEUE_QUERIES = 10


# ----------------------------------------------------------------------------------------------- one after the other


def test_after_a_decision_the_next_record_opens_until_the_queue_is_empty(client_for, approver, waiting):
    first, second, third = waiting()
    browser = client_for(approver)

    def decide(record, **data):
        return browser.post(review_address(record), {"version": record.version, **data})

    answer = decide(second, decision="approve")
    assert answer.url == review_address(third)
    page = browser.get(answer.url)
    assert f"{second.reference} is approved. 2 left." in text_of(page)
    assert "2 of 2 waiting" in text_of(page)
    answer = decide(third, decision="return", reason="Say which port.")
    assert answer.url == review_address(first)
    answer = decide(first, decision="approve")
    assert answer.url == QUEUE
    assert "The queue is empty." in text_of(browser.get(answer.url))


def test_previous_and_next_go_through_the_queue_as_it_is_narrowed(client_for, approver, waiting):
    first, middle, last = waiting("minor major minor")
    browser = client_for(approver)
    page = browser.get(review_address(first, "queue=review&level=minor"))
    assert "1 of 2 waiting" in text_of(page)
    link = re.search(r'href="([^"]*)" rel="next"', page.content.decode())
    assert link is not None
    assert link.group(1).replace("&amp;", "&") == review_address(last, "queue=review&level=minor")
    assert 'rel="prev"' not in page.content.decode()
    answer = browser.post(review_address(first, "queue=review&level=minor"), {"version": 1, "decision": "approve"})
    assert answer.url == review_address(last, "queue=review&level=minor")
    page = browser.get(review_address(middle, "queue=review&level=gone&author=x"))
    assert "1 of 2 waiting" in text_of(page)


def test_a_fault_keeps_the_place_in_the_queue(client_for, approver, waiting):
    record = waiting()[0]
    answer = client_for(approver).post(review_address(record), {"version": 1, "decision": "return"})
    assert answer.status_code == 400
    assert "1 of 3 waiting" in text_of(answer)
    assert f'action="{review_address(record)}"' in answer.content.decode()


def test_what_somebody_else_decided_meanwhile_leads_on(client_for, approver, north, waiting):
    first, second = waiting("minor minor")
    approve(make_user(agency=north, roles=[Role.APPROVER]), first)
    browser = client_for(approver)
    answer = browser.get(review_address(first))
    assert answer.url == review_address(second)
    assert f"{first.reference} is approved now" in text_of(browser.get(answer.url))
    assert browser.get(review_address(first, "")).status_code == 403


def test_without_a_queue_the_record_opens_after_a_decision(client_for, approver, recorder, waiting):
    [record] = waiting("minor")
    for who, query in ((recorder, "queue=review"), (approver, "queue=nonsense"), (approver, "queue=moderation")):
        page = client_for(who).get(review_address(record, query))
        assert 'aria-label="Queue"' not in page.content.decode()
    answer = client_for(approver).post(review_address(record, ""), {"version": 1, "decision": "approve"})
    assert answer.url == reverse("disruption_detail", args=[record.reference])


def test_the_page_shows_the_claim_with_its_meaning_and_what_was_done_to_the_threat(
    client_for, approver, recorder, waiting
):
    record, past = waiting("major minor", extent="notable", duration="short")
    waiting("none")
    [rejected] = waiting("minor", status=Status.REJECTED)
    words = text_of(client_for(approver).get(review_address(record)))
    for part in (
        "Significant or long-term impact on this threat",
        "A clear part of it was affected.",
        "These suggest Moderate The claim is another.",
        past.reference,
    ):
        assert part in words
    assert rejected.reference not in words


def test_who_judges_a_record_has_looked_at_it(client_for, approver, waiting):
    [record] = waiting("minor")
    client_for(approver).get(review_address(record))
    assert AuditEntry.objects.filter(user=approver, action="viewed", reference=record.reference).count() == 1


def test_the_review_page_costs_the_same_however_much_was_done(client_for, approver, waiting, django_assert_num_queries):
    records = waiting("minor")
    browser = client_for(approver)
    browser.get(review_address(records[0]))
    with django_assert_num_queries(REVIEW_QUERIES):
        browser.get(review_address(records[0]))
    waiting(" ".join(["minor"] * 30))
    # One more asks who may open the possible duplicates that are there now.
    with django_assert_num_queries(REVIEW_QUERIES + 1):
        browser.get(review_address(records[0]))


REVIEW_QUERIES = 21


def test_shortcuts_are_on_the_page_of_those_who_want_them(client_for, approver, waiting):
    [record] = waiting("minor")
    for wanted in (False, True):
        type(approver).objects.filter(pk=approver.pk).update(shortcuts=wanted, version=F("version") + 1)
        for address in (QUEUE, review_address(record)):
            assert ("data-shortcut-list" in client_for(approver).get(address).content.decode()) is wanted


# ---------------------------------------------------------------------------------------------------- several together


def chosen(*records):
    return {"chosen": [f"{each.reference}:{each.version}" for each in records]}


def test_the_chosen_minors_are_shown_and_then_approved_and_no_other(client_for, approver, waiting):
    first, second, third = waiting("minor minor minor")
    browser = client_for(approver)
    page = browser.get(TOGETHER, chosen(first, third))
    words = text_of(page)
    assert "2 records to approve" in words
    assert second.reference not in words
    assert not Review.objects.exists()
    answer = browser.post(TOGETHER, chosen(first, third))
    assert answer.url == QUEUE
    assert "2 records are approved. 1 left." in text_of(browser.get(QUEUE))
    approved = Disruption.objects.filter(status=Status.APPROVED).values_list("reference", flat=True)
    assert set(approved) == {first.reference, third.reference}


def test_other_levels_are_refused_by_name_and_nothing_is_approved(client_for, approver, waiting):
    minor, major = waiting("minor major")
    browser = client_for(approver)
    words = text_of(browser.get(TOGETHER, chosen(minor, major)))
    assert "Not minor. Open it and decide on it by itself" in words
    assert "Approve 1 record" in words
    answer = browser.post(TOGETHER, chosen(minor, major))
    assert answer.status_code == 400
    assert f"{major.reference} is not minor. Open it and decide on it by itself." in text_of(answer)
    assert not Review.objects.exists()


def test_a_stale_one_is_named_and_nothing_is_approved(client_for, approver, recorder, waiting):
    first, second = waiting("minor minor")
    seen = chosen(first, second)
    Disruption.objects.filter(pk=second.pk).update(operation="Changed", version=2, changed_by=recorder)
    browser = client_for(approver)
    answer = browser.post(TOGETHER, seen)
    assert answer.status_code == 409
    assert f"{second.reference} Minor , changed by Rowan Recorder" in text_of(answer)
    assert "Approve 1 record" in text_of(answer)
    assert not Review.objects.exists()
    assert "Changed since you saw the list" in text_of(browser.get(TOGETHER, seen))


def test_ones_own_and_decided_and_hidden_ones_are_left_out(client_for, approver, outsider, waiting):
    [fine] = waiting("minor")
    [own] = waiting("minor", recorded_by=approver)
    [decided] = waiting("minor", status=Status.APPROVED)
    [hidden] = waiting("minor", agency=outsider.agency, recorded_by=outsider, status=Status.DRAFT)
    browser = client_for(approver)
    words = text_of(browser.get(TOGETHER, chosen(fine, own, decided, hidden)))
    assert "Approve 1 record" in words
    assert f"{own.reference} , submitted" in words
    assert f"{decided.reference} , approved" in words
    assert "1 reference that you may not open" in words
    for bad in (own, decided, hidden):
        assert browser.post(TOGETHER, chosen(fine, bad)).status_code == 409
    assert not Review.objects.exists()


@pytest.mark.parametrize("sent", [[], [""], ["D-0000-0000:1"], ["nonsense"], ["{reference}"], ["{reference}:x"]])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_chosen_leads_back_to_the_queue(client_for, approver, waiting, sent, method):
    [record] = waiting("minor")
    browser = client_for(approver)
    answer = getattr(browser, method)(TOGETHER, {"chosen": [each.format(reference=record.reference) for each in sent]})
    assert answer.url == QUEUE
    assert "No record was chosen" in text_of(browser.get(QUEUE))


# ------------------------------------------------------------------------------------------------ the moderator's


@pytest.fixture
def cases(waiting, approver, settings):
    def make(levels, **values):
        settings.MODERATION_SAMPLE_PERCENT = 100
        made = waiting(levels, **values)
        approve(approver, *made)
        return made

    return make


def test_majors_come_first_then_the_sample(client_for, moderator, cases):
    sampled, major = cases("minor major")
    answer = client_for(moderator).get(MODERATION)
    assert listed(answer) == [major.reference, sampled.reference]
    assert "Random sample" in text_of(answer)
    assert listed(client_for(moderator).get(MODERATION, {"level": "minor", "agency": "north"})) == [sampled.reference]


def test_a_moderator_goes_through_the_cases_one_after_the_other(client_for, moderator, cases):
    sampled, major = cases("minor major")
    browser = client_for(moderator)
    page = browser.get(review_address(major, "queue=moderation"))
    assert "1 of 2 waiting" in text_of(page)
    assert "Here because of: major disruption." in text_of(page)
    answer = browser.post(review_address(major, "queue=moderation"), {"version": 2, "decision": "upheld"})
    assert answer.url == review_address(sampled, "queue=moderation")
    assert f"{major.reference} is upheld. 1 left." in text_of(browser.get(answer.url))
    data = {"version": 2, "decision": "not_a_disruption", "reason": "Nothing changed."}
    assert browser.post(review_address(sampled, "queue=moderation"), data).url == MODERATION
    assert not ModerationCase.objects.filter(review=None).exists()
    assert "The queue is empty" in text_of(browser.get(MODERATION))


def test_a_moderator_says_who_led(client_for, moderator, south, cases):
    [record] = cases("major")
    browser = client_for(moderator)
    data = {"version": 2, "decision": "lead_changed", "reason": "The south led it."}
    assert summary_of(browser.post(review_address(record), data))["review_lead_agency_exists"][0] == "#id_lead_agency"
    assert browser.post(review_address(record), data | {"lead_agency": "north"}).status_code == 400
    assert browser.post(review_address(record), data | {"lead_agency": "south"}).status_code == 302
    record.refresh_from_db()
    assert (record.agency, record.status) == (south, Status.SUBMITTED)


def test_a_support_has_no_lead_to_change(client_for, moderator, cases, south):
    [support] = cases("major", role="support", lead_agency=south)
    assert 'value="lead_changed"' not in client_for(moderator).get(review_address(support)).content.decode()


@pytest.mark.parametrize("records", [1, 30])
def test_the_moderators_queue_costs_the_same_however_long(
    client_for, moderator, cases, records, django_assert_num_queries
):
    cases(" ".join(["major"] * records))
    browser = client_for(moderator)
    browser.get(MODERATION)
    with django_assert_num_queries(QUEUE_QUERIES):
        assert len(listed(browser.get(MODERATION))) == min(records, 25)


@pytest.mark.parametrize(("address", "who"), [(QUEUE, "recorder"), (TOGETHER, "moderator"), (MODERATION, "approver")])
def test_a_queue_is_for_those_who_work_it(client_for, request, address, who):
    answer = client_for(request.getfixturevalue(who)).get(address)
    assert answer.status_code == 403
    assert "have this queue" in text_of(answer)


def test_likely_duplicates_stand_beside_the_evidence_in_the_readers_own_words(
    client_for, approver, moderator, cases, waiting
):
    same = {"operation": "Teal Lantern", "summary": "Two arrests at the lorry park in Dover, with three engines."}
    [record] = cases("major", **same)
    [other] = waiting("minor", **same)
    words = text_of(client_for(moderator).get(review_address(record)))
    assert f"{other.reference} of North Police" in words
    assert f"{record.reference} of your own agency" in text_of(client_for(approver).get(review_address(other)))


def test_an_approver_marks_a_duplicate(client_for, approver, waiting):
    record, other, _ = waiting()
    data = {"version": 1, "decision": "duplicate", "reason": "Recorded twice.", "duplicate_of": other.reference}
    answer = client_for(approver).post(review_address(record), data)
    assert answer.url == review_address(other)
    record.refresh_from_db()
    assert (record.status, record.duplicate_of) == (Status.REJECTED, other)


@pytest.mark.parametrize("query", ["queue=review", ""])
def test_a_decision_that_is_sent_twice_is_made_once(client_for, approver, waiting, query):
    first, second = waiting("minor minor")
    browser = client_for(approver)
    data = {"version": 1, "decision": "approve"}
    answers = [browser.post(review_address(first, query), data) for _ in range(2)]
    expected = review_address(second) if query else reverse("disruption_detail", args=[first.reference])
    assert [answer.url for answer in answers] == [expected, expected]
    assert Review.objects.count() == 1


def test_a_moderators_decision_that_is_sent_twice_is_made_once(client_for, moderator, cases):
    [record] = cases("major")
    data = {"version": 2, "decision": "upheld"}
    answers = [client_for(moderator).post(review_address(record, ""), data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Review.objects.filter(decision="upheld").count() == 1


def test_an_approval_of_several_that_is_sent_twice_is_made_once(client_for, approver, waiting):
    records = waiting("minor minor")
    browser = client_for(approver)
    assert [browser.post(TOGETHER, chosen(*records)).url for _ in range(2)] == [QUEUE, QUEUE]
    assert Review.objects.count() == 2
