import re
from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.models import AuditEntry
from agencies.refusals import Invalid, Refused
from agencies.vocabulary import Role
from disruptions.filters import DisruptionFilter
from disruptions.models import Assignment, Disruption, DoneTogether, ModerationCase, Review
from disruptions.parsing import parse_disruption
from disruptions.services import DecisionRow, amend_disruption, review_disruptions
from disruptions.services.assigning import who_could_decide
from disruptions.services.together import Plan, do_together, sort_out
from disruptions.vocabulary import Decision, Level, ModerationReason, Sharing, Status, TogetherAct, WhyLeft
from tests.factories import make_agency, make_disruption, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(db):
    return make_agency(code="north")


@pytest.fixture
def recorder(north):
    return make_user(agency=north, roles=[Role.RECORDER])


@pytest.fixture
def approver(north):
    return make_user(agency=north, roles=[Role.APPROVER], name="Ann Approver")


@pytest.fixture
def moderator(db):
    return make_user(national_roles=[Role.MODERATOR], name="Mo Moderator")


@pytest.fixture
def analyst(db):
    return make_user(national_roles=[Role.ANALYST])


@pytest.fixture
def make(north, recorder):
    def made(**values):
        values = {"agency": north, "recorded_by": recorder, "status": Status.SUBMITTED, "level": Level.MINOR} | values
        return make_disruption(**values)

    return made


def plan(act, *records, **more):
    return Plan(uuid4(), act, {record.reference: record.version for record in records}, **more)


def left_by(act, user, *records, person=None):
    versions = {record.reference: record.version for record in records}
    found = sort_out(act, versions, acting_user=user, person=person)
    return {why: [record.pk for record in records] for why, records in found.left.items()}, [r.pk for r in found.ready]


# ---------------------------------------------------------------------------------------------------- what would happen


def test_what_an_approver_may_approve_together(make, approver, moderator):
    ready, major = make(), make(level=Level.MAJOR)
    own, approved = make(recorded_by=approver), make(status=Status.APPROVED, approved_by=moderator)
    elsewhere = make_disruption(status=Status.SUBMITTED, level=Level.MINOR)
    left, done = left_by(TogetherAct.APPROVE, approver, ready, major, own, approved, elsewhere)
    assert done == [ready.pk]
    assert left == {
        WhyLeft.NOT_MINOR: [major.pk],
        WhyLeft.OWN_WORK: [own.pk],
        WhyLeft.NOT_SUBMITTED: [approved.pk],
        WhyLeft.NOT_REACHED: [elsewhere.pk],
    }
    left, done = left_by(TogetherAct.RETURN, approver, ready, major, own, approved)
    assert set(done) == {ready.pk, major.pk}


def test_a_record_that_is_not_open_is_not_told_from_none(approver):
    hidden = make_disruption(sharing=Sharing.LEAD_AND_SUPPORTING)
    found = sort_out(TogetherAct.RETURN, {hidden.reference: 1, "D-0000-0000": 1}, acting_user=approver)
    assert found.unknown == [hidden.reference, "D-0000-0000"]
    assert found.left_count == 2


def test_what_goes_to_a_moderator(make, approver, moderator, analyst):
    submitted, approved = make(), make(status=Status.APPROVED, approved_by=approver)
    waiting = make(status=Status.APPROVED, approved_by=approver)
    ModerationCase.objects.create(disruption=waiting, why=ModerationReason.MAJOR)
    for user in (moderator, analyst):
        left, done = left_by(TogetherAct.MODERATE, user, submitted, approved, waiting)
        assert done == [approved.pk]
        assert left == {WhyLeft.NOT_APPROVED: [submitted.pk], WhyLeft.HAS_CASE: [waiting.pk]}


def test_what_can_be_given_to_whom(make, approver, moderator, north, recorder):
    other = make_user(agency=north, roles=[Role.APPROVER])
    submitted, own = make(), make(recorded_by=other)
    done, cased = make(status=Status.APPROVED, approved_by=other), make(status=Status.APPROVED, approved_by=other)
    ModerationCase.objects.create(disruption=cased, why=ModerationReason.MAJOR)
    left, ready = left_by(TogetherAct.ASSIGN, approver, submitted, own, done, cased, person=other)
    assert ready == [submitted.pk]
    assert left == {WhyLeft.NOT_WAITING: [done.pk], WhyLeft.NOT_THEIRS: [cased.pk, own.pk]} or left == {
        WhyLeft.NOT_WAITING: [done.pk],
        WhyLeft.NOT_THEIRS: [own.pk, cased.pk],
    }
    assert left_by(TogetherAct.ASSIGN, approver, submitted, cased, person=moderator)[1] == [cased.pk]
    people = dict(who_could_decide([submitted]))
    assert set(people) == {str(approver.pk), str(other.pk)}
    assert set(dict(who_could_decide([cased]))) == {str(moderator.pk)}


@pytest.mark.parametrize("act", list(TogetherAct))
def test_looking_costs_the_same_for_many(make, approver, act, django_assert_max_num_queries):
    person = approver if act == TogetherAct.ASSIGN else None
    records = {make().reference: 1 for _ in range(12)}
    user = make_user(national_roles=[Role.APPROVER, Role.MODERATOR])
    with django_assert_max_num_queries(8):
        sort_out(act, records, acting_user=user, person=person)


# ------------------------------------------------------------------------------------------------------------- doing it


def test_what_is_returned_goes_through_the_service_of_one(make, approver):
    first, second = make(), make(level=Level.MAJOR)
    done = do_together(acting_user=approver, plan=plan(TogetherAct.RETURN, first, second), reason="Name the place.")
    assert set(done.done) == {first.reference, second.reference}
    assert {review.reason for review in Review.objects.all()} == {"Name the place."}
    assert set(Disruption.objects.values_list("status", "version")) == {(Status.RETURNED, 2)}
    assert AuditEntry.objects.filter(subject="disruptions", reference=str(done.public_id)).count() == 1


def test_a_record_that_changed_is_left_out_and_said_so(make, approver, recorder):
    first, second = make(), make()
    looked_at = plan(TogetherAct.APPROVE, first, second, left={WhyLeft.NOT_MINOR.value: ["D-OTHER"]})
    changes = parse_disruption({"summary": "Better."}, typed=False)
    amend_disruption(acting_user=recorder, reference=second.reference, version=1, changes=changes)
    done = do_together(acting_user=approver, plan=looked_at)
    assert done.done == [first.reference]
    assert done.left == {"not_minor": ["D-OTHER"], "changed": [second.reference]}
    second.refresh_from_db()
    assert second.status == Status.SUBMITTED


def test_a_second_press_does_nothing(make, approver):
    looked_at = plan(TogetherAct.RETURN, make())
    first = do_together(acting_user=approver, plan=looked_at, reason="Why.")
    assert do_together(acting_user=approver, plan=looked_at, reason="Why.") == first
    assert Review.objects.count() == 1


def test_where_nothing_is_left_nothing_is_done(make, approver):
    record = make()
    do_together(acting_user=approver, plan=plan(TogetherAct.APPROVE, record))
    with pytest.raises(Invalid) as refusal:
        do_together(acting_user=approver, plan=plan(TogetherAct.APPROVE, record))
    assert [each.code for each in refusal.value.violations] == ["together_something_left"]


@pytest.mark.parametrize(
    ("act", "reason", "code"),
    [
        (TogetherAct.RETURN, "", "together_has_reason"),
        (TogetherAct.MODERATE, "", "together_has_reason"),
        (TogetherAct.RETURN, "a\x00b", "together_reason_storable"),
        (TogetherAct.RETURN, "x" * 2001, "together_reason_within_limit"),
        (TogetherAct.ASSIGN, "", "together_person_chosen"),
    ],
)
def test_what_is_missing_is_refused(make, north, act, reason, code):
    everything = make_user(agency=north, roles=[Role.APPROVER], national_roles=[Role.MODERATOR])
    with pytest.raises(Invalid) as refusal:
        do_together(acting_user=everything, plan=plan(act, make()), reason=reason)
    assert [each.code for each in refusal.value.violations] == [code]
    assert not DoneTogether.objects.exists()


def test_roles_that_have_none_of_it_are_refused(make, recorder):
    for act in TogetherAct:
        with pytest.raises(Refused):
            do_together(acting_user=recorder, plan=plan(act, make()), reason="Why.")


def test_what_is_chosen_waits_for_a_moderator_with_its_reason(make, approver, moderator, analyst):
    record = make(status=Status.APPROVED, approved_by=approver)
    do_together(acting_user=analyst, plan=plan(TogetherAct.MODERATE, record), reason="Much like another.")
    case = ModerationCase.objects.get()
    assert (case.why, case.note, case.chosen_by) == (ModerationReason.CHOSEN, "Much like another.", analyst)
    assert list(Disruption.objects.waiting_for_moderation_by(moderator)) == [record]
    review_disruptions(acting_user=moderator, decisions=[DecisionRow(record.reference, Decision.UPHELD.value)])
    assert not Disruption.objects.waiting_for_moderation_by(moderator).exists()


def test_what_is_given_to_somebody_is_theirs_until_it_is_decided(make, approver, north):
    other = make_user(agency=north, roles=[Role.APPROVER])
    record = make()
    do_together(acting_user=approver, plan=plan(TogetherAct.ASSIGN, record, person=other), reason="Please.")
    assert list(Disruption.objects.given_to(other)) == [record]
    do_together(acting_user=other, plan=plan(TogetherAct.ASSIGN, record, person=approver))
    assert not Disruption.objects.given_to(other).exists()
    assert list(Disruption.objects.given_to(approver)) == [record]
    assert [each.ended_by for each in Assignment.objects.order_by("pk")] == [other, None]
    review_disruptions(
        acting_user=other, decisions=[DecisionRow(record.reference, Decision.RETURN.value, reason="Name the place.")]
    )
    assert not Disruption.objects.given_to(approver).exists()


def test_the_filter_finds_what_was_given(make, approver, analyst, north):
    given, waiting = make(), make()
    do_together(acting_user=approver, plan=plan(TogetherAct.ASSIGN, given, person=approver))
    make_disruption(status=Status.SUBMITTED)

    def found(value, reader):
        rows = Disruption.objects.visible_to(reader)
        return set(DisruptionFilter({"assigned_to": value, "agency": "north"}, rows, reader=reader).strict())

    assert found("me", approver) == {given}
    assert found("nobody", approver) == {waiting}
    assert found("somebody", analyst) == {given}
    outsider = make_user(agency=make_agency(code="south"), roles=[Role.APPROVER])
    assert found("nobody", outsider) == found("somebody", outsider) == set()


# ---------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture
def as_approver(client, approver):
    client.force_login(approver)
    return client


def sealed_in(page):
    [plan] = re.findall(r'name="plan" value="([^"]+)"', page.content.decode())
    return plan


def chosen(*records):
    return {"chosen": [f"{record.reference}:{record.version}" for record in records]}


def test_records_are_returned_from_the_list(as_approver, make):
    ready, own = make(), make(level=Level.MAJOR, status=Status.APPROVED, approved_by=make_user())
    address = reverse("together_preview", args=["return"])
    assert 'formaction="' + address in as_approver.get(reverse("disruption_list")).content.decode()
    page = as_approver.get(address, chosen(ready, own))
    text = page.content.decode()
    assert "1 record will be sent back" in text
    assert "Yes, return 1 record" in text
    assert "Not waiting for approval" in text
    plan = {"plan": sealed_in(page), "reason": "Name the place."}
    unconfirmed = as_approver.post(address, plan)
    assert unconfirmed.status_code == 400
    assert "Tick the box to confirm" in unconfirmed.content.decode()
    missing = as_approver.post(address, {**plan, "reason": "", "confirmed": "on"})
    assert missing.status_code == 400
    assert "Say why" in missing.content.decode()
    done = as_approver.post(address, {**plan, "confirmed": "on"})
    assert done.status_code == 302
    text = as_approver.get(done["Location"]).content.decode()
    assert "1 record sent back" in text
    assert own.reference in text
    assert as_approver.post(address, {**plan, "confirmed": "on"})["Location"] == done["Location"]


def test_all_that_match_are_meant_where_it_is_said(as_approver, make):
    for _ in range(3):
        make()
    make(level=Level.MAJOR)
    address = reverse("together_preview", args=["approve"])
    page = as_approver.get(address, {"all": "yes", "level": "minor", "agency": "north"})
    assert "3 records will be approved" in page.content.decode()
    as_approver.post(address, {"plan": sealed_in(page), "confirmed": "on"})
    assert Disruption.objects.filter(status=Status.APPROVED).count() == 3
    assert DoneTogether.objects.get().query == "agency=north&level=minor"


def test_more_than_can_be_taken_at_once_is_refused(as_approver, make, monkeypatch):
    monkeypatch.setattr("disruptions.views.together.LIMIT", {TogetherAct.RETURN: 1})
    records = [make(), make()]
    address = reverse("together_preview", args=["return"])
    for asked in ({"all": "yes"}, chosen(*records)):
        answer = as_approver.get(address, asked)
        assert answer.status_code == 400
        assert "No more than 1 records are taken at once" in answer.content.decode()


def test_what_the_list_refuses_is_refused_here_too(as_approver, make):
    address = reverse("together_preview", args=["return"])
    assert as_approver.get(address, {"all": "yes", "colour": "red"}).status_code == 400
    make()
    assert as_approver.get(address, {"all": "yes", "as_at": "2025-06-01"}).status_code == 400
    assert as_approver.get(reverse("together_preview", args=["burn"])).status_code == 404


def test_nothing_chosen_leads_back_to_the_list_as_it_was(as_approver):
    answer = as_approver.get(reverse("together_preview", args=["return"]), {"level": "minor", "page": "2"})
    assert answer["Location"] == reverse("disruption_list") + "?level=minor"


def test_a_plan_of_another_person_or_act_is_none(as_approver, client, make, north):
    record = make()
    page = as_approver.get(reverse("together_preview", args=["return"]), chosen(record))
    sealed = {"plan": sealed_in(page), "reason": "Why.", "confirmed": "on"}
    assert as_approver.post(reverse("together_preview", args=["approve"]), sealed)["Location"] == "/disruptions/"
    assert as_approver.post(reverse("together_preview", args=["return"]), {"plan": "x"})["Location"] == "/disruptions/"
    client.force_login(make_user(agency=north, roles=[Role.APPROVER]))
    assert client.post(reverse("together_preview", args=["return"]), sealed)["Location"] == "/disruptions/"
    assert not Review.objects.exists()


def test_assigning_asks_who_first(as_approver, make, north):
    other = make_user(agency=north, roles=[Role.APPROVER], name="Otto Other")
    record, theirs = make(), make(recorded_by=other)
    address = reverse("together_preview", args=["assign"])
    page = as_approver.get(address, chosen(record, theirs))
    assert "Otto Other" in page.content.decode()
    assert 'name="plan"' not in page.content.decode()
    assert as_approver.get(address, chosen(record) | {"assigned_to": "99"}).status_code == 400
    page = as_approver.get(address, chosen(record, theirs) | {"assigned_to": str(other.pk)})
    assert "1 record will be given to Otto Other" in page.content.decode()
    assert "Not theirs to decide" in page.content.decode()
    done = as_approver.post(address, {"plan": sealed_in(page), "reason": "Before Friday.", "confirmed": "on"})
    assert "1 record given to Otto Other" in as_approver.get(done["Location"]).content.decode()
    detail = as_approver.get(reverse("disruption_detail", args=[record.reference])).content.decode()
    assert "Given to <strong>Otto Other</strong>" in detail
    assert "Before Friday." in detail
    as_approver.force_login(other)
    assert "Given to you to decide on" in as_approver.get(reverse("home")).content.decode()
    assert "Before Friday." in as_approver.get(reverse("disruption_review", args=[record.reference])).content.decode()


def test_only_whoever_did_it_sees_what_was_done(as_approver, make, analyst):
    done = do_together(
        acting_user=make_user(national_roles=[Role.APPROVER]), plan=plan(TogetherAct.RETURN, make()), reason="Why."
    )
    assert as_approver.get(reverse("together_done", args=[done.public_id])).status_code == 404


def test_those_who_can_do_nothing_together_are_not_offered_it(client, recorder, make):
    record = make()
    client.force_login(recorder)
    assert 'id="together"' not in client.get(reverse("disruption_list")).content.decode()
    assert client.get(reverse("together_preview", args=["return"]), chosen(record)).status_code == 403
