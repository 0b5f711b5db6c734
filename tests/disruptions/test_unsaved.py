"""What is typed and not saved: kept for its person alone, shown again, forgotten with the save; no version."""

import uuid

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from agencies.refusals import Invalid, NotFound, Refused
from disruptions.models import ChangeEvent, Disruption, DisruptionEvent, UnsavedStep
from disruptions.services import keep_unsaved, unsaved_of, withdraw_disruptions
from disruptions.views.typed import token_of
from disruptions.views.unsaved import unsaved_rows
from disruptions.vocabulary import Status
from tests.disruptions.pages import WHAT, save_step, start, step_address, text_of, value_of
from tests.factories import make_disruption

pytestmark = pytest.mark.django_db

HALF = {"occurred_on_day": "7", "occurred_on_month": "se", "occurred_on_year": "", "summary": "Half a sent"}
NOT_SAVED = "It is not saved in the record yet."


@pytest.fixture
def browser(client_for, recorder):
    return client_for(recorder)


@pytest.fixture
def draft(recorder):
    return make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT, occurred_on=None)


def keep(browser, record, data, step="what", **more):
    address = reverse("disruption_step_keep", args=[record.reference, step])
    return browser.post(address, {"version": record.version, **data, **more})


def keep_new(browser, key, data, **more):
    return browser.post(reverse("disruption_new_keep"), {"role": "lead", "key": key, **data, **more})


def test_a_page_is_kept_as_it_is_typed_and_shown_again_on_another_machine(browser, client_for, recorder, draft):
    answer = keep(browser, draft, HALF)
    assert answer.status_code == 200
    [kept] = UnsavedStep.objects.all()
    assert answer.json() == {"saved_at": f"{localtime(kept.saved_at):%H:%M}"}
    page = client_for(recorder).get(step_address(draft, "what"))
    assert NOT_SAVED in text_of(page)
    assert [value_of(page, name) for name in HALF] == list(HALF.values())
    assert "There is a problem" not in text_of(page)


def test_keeping_a_page_is_no_version_and_moves_no_figure(browser, draft):
    events, changes = DisruptionEvent.objects.count(), ChangeEvent.objects.count()
    keep(browser, draft, HALF)
    draft.refresh_from_db()
    assert (draft.version, draft.occurred_on, draft.summary) == (1, None, "Two arrests at a lorry park.")
    assert (DisruptionEvent.objects.count(), ChangeEvent.objects.count()) == (events, changes)


def test_outcomes_are_kept_row_by_row(browser, draft):
    rows = {"outcomes-0-type": "arrest", "outcomes-0-count": "tw", "outcomes-4-type": "cash_seizure",
            "outcomes-4-value_gbp": "£12,", "outcomes-4-new": "1"}  # fmt: skip
    keep(browser, draft, rows, step="outcomes")
    page = browser.get(step_address(draft, "outcomes"))
    assert value_of(page, "outcomes-0-count") == "tw"
    assert value_of(page, "outcomes-1-value_gbp") == "£12,"


def test_saving_the_page_forgets_what_was_kept_of_it_and_of_no_other(browser, draft):
    keep(browser, draft, HALF)
    keep(browser, draft, {"impact": "Half"}, step="impact")
    assert save_step(browser, draft, "what", WHAT).status_code == 302
    assert [each.step for each in UnsavedStep.objects.all()] == ["impact"]
    assert NOT_SAVED not in text_of(browser.get(step_address(draft, "what")))


def test_a_page_that_says_what_is_stored_is_not_kept(browser, draft):
    keep(browser, draft, HALF)
    stored = {"occurred_on_day": "", "occurred_on_month": "", "occurred_on_year": "", "summary": draft.summary,
              "operation": "", "force_area": "", "country": ""}  # fmt: skip
    assert keep(browser, draft, stored).status_code == 200
    assert not UnsavedStep.objects.exists()


def test_a_reason_is_kept_but_not_what_comes_late_after_its_page_was_saved(browser, recorder):
    record = make_disruption(agency=recorder.agency, recorded_by=recorder)
    keep(browser, record, {"summary": record.summary, "reason": "Because"})
    assert UnsavedStep.objects.get().data["reason"] == ["Because"]
    assert value_of(browser.get(step_address(record, "what")), "reason") == "Because"
    save_step(
        browser, record, "what", {**WHAT, "summary": "Better words"}, reason="Because", reason_class="date_correction"
    )
    assert not UnsavedStep.objects.exists()
    assert record.version == 1
    keep(browser, record, {**WHAT, "summary": "Better words", "reason": "Because"})
    assert not UnsavedStep.objects.exists()


def test_what_was_typed_is_thrown_away_by_a_button(browser, draft):
    keep(browser, draft, HALF)
    answer = keep(browser, draft, {}, throw_away="yes")
    assert answer.url == step_address(draft, "what")
    assert value_of(browser.get(answer.url), "summary") == draft.summary


def test_a_page_that_is_refused_is_kept_without_a_script(browser, draft):
    assert save_step(browser, draft, "what", HALF).status_code == 400
    page = browser.get(step_address(draft, "what"))
    assert NOT_SAVED in text_of(page)
    assert value_of(page, "occurred_on_month") == "se"


def test_a_conflict_is_still_found_when_what_was_kept_is_saved(browser, client_for, other_recorder, draft):
    keep(browser, draft, {"summary": "Mine"})
    save_step(client_for(other_recorder), draft, "what", {**WHAT, "summary": "Theirs"})
    page = browser.get(step_address(draft, "what"))
    assert (value_of(page, "version"), value_of(page, "summary")) == ("1", "Mine")
    answer = browser.post(step_address(draft, "what"), {"version": "1", "action": "next", "summary": "Mine"})
    assert answer.status_code == 409
    assert UnsavedStep.objects.count() == 1


def test_nobody_sees_or_loses_what_another_person_typed(browser, client_for, other_recorder, draft):
    keep(browser, draft, HALF)
    page = client_for(other_recorder).get(step_address(draft, "what"))
    assert NOT_SAVED not in text_of(page)
    assert value_of(page, "summary") == draft.summary
    keep(client_for(other_recorder), draft, {}, throw_away="yes")
    save_step(client_for(other_recorder), draft, "impact", {"impact": "Theirs"})
    assert UnsavedStep.objects.count() == 1


def test_a_page_drawn_for_somebody_else_is_not_kept(browser, recorder, other_recorder, draft):
    assert keep(browser, draft, HALF, typed_by=token_of(other_recorder)).status_code == 409
    assert not UnsavedStep.objects.exists()
    assert keep(browser, draft, HALF, typed_by=token_of(recorder)).status_code == 200


# ------------------------------------------------------------------------------------------------------- the start page


def test_a_start_page_is_kept_before_there_is_a_record(browser):
    key = uuid.uuid4()
    assert keep_new(browser, key, HALF).status_code == 200
    assert not Disruption.objects.exists()
    page = browser.get(reverse("disruption_new"), {"role": "lead", "key": key})
    assert NOT_SAVED in text_of(page)
    assert value_of(page, "occurred_on_month") == "se"


def test_starting_the_record_forgets_what_was_kept_of_its_start_page(browser):
    start(browser, HALF)
    assert UnsavedStep.objects.get().key is not None
    key = str(UnsavedStep.objects.get().key)
    browser.post(reverse("disruption_new"), {"role": "lead", "key": key, "action": "next", **WHAT})
    assert Disruption.objects.count() == 1
    assert not UnsavedStep.objects.exists()


def test_a_start_page_that_has_made_its_record_speaks_of_that_record(browser):
    key = uuid.uuid4()
    browser.post(reverse("disruption_new"), {"role": "lead", "key": key, "action": "next", **WHAT})
    record = Disruption.objects.get()
    keep_new(browser, key, {**WHAT, "summary": "More"})
    [kept] = UnsavedStep.objects.all()
    assert (kept.disruption, kept.key, kept.version) == (record, None, 1)
    keep_new(browser, key, WHAT)
    assert UnsavedStep.objects.count() == 1


def test_an_empty_start_page_is_not_kept(browser):
    keep_new(browser, uuid.uuid4(), {"summary": "", "operation": ""})
    assert not UnsavedStep.objects.exists()


def test_a_start_page_without_its_key_says_what_to_do(browser):
    answer = keep_new(browser, "x", HALF)
    assert answer.status_code == 400
    assert answer.json() == {"detail": "This page is not complete. Open it again."}


# ------------------------------------------------------------------------------------------------------------- service


def test_what_waits_to_be_saved_is_listed_with_its_address(browser, recorder, other_recorder, draft):
    key = uuid.uuid4()
    keep(browser, draft, HALF)
    keep_new(browser, key, HALF)
    rows = unsaved_rows(recorder)
    assert {row.address for row in rows} == {
        step_address(draft, "what"),
        f"{reverse('disruption_new')}?role=lead&key={key}",
    }
    for row in rows:
        assert NOT_SAVED in text_of(browser.get(row.address))
    assert unsaved_rows(other_recorder) == []
    withdraw_disruptions(acting_user=recorder, versions={draft.reference: 1}, reason="")
    assert [row.reference for row in unsaved_rows(recorder)] == [None]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_characters_that_cannot_be_stored_do_not_lose_the_rest(recorder, draft, text):
    keep_unsaved(acting_user=recorder, step="what", data={"summary": [text]}, reference=draft.reference, version=1)
    kept = unsaved_of(acting_user=recorder, step="what", reference=draft.reference)
    assert kept is not None
    assert kept.data == {"summary": ["ab"]}


def test_more_than_can_be_kept_is_refused(recorder, draft, browser):
    with pytest.raises(Invalid) as refusal:
        keep_unsaved(acting_user=recorder, step="what", data={"summary": ["x" * 70_000]}, reference=draft.reference)
    assert [each.code for each in refusal.value.violations] == ["unsaved_step_too_large"]
    answer = keep(browser, draft, {"summary": "x" * 70_000})
    assert (answer.status_code, "Press Save" in answer.json()["detail"]) == (400, True)


def test_only_who_may_save_may_keep(recorder, outsider, nobody, draft):
    for person, refused in ((outsider, NotFound), (nobody, Refused)):
        with pytest.raises(refused):
            keep_unsaved(acting_user=person, step="what", data={}, reference=draft.reference)
    with pytest.raises(Refused):
        keep_unsaved(acting_user=nobody, step="what", data={}, key=uuid.uuid4())
    with pytest.raises(NotFound):
        keep_unsaved(acting_user=recorder, step="what", data={})
    assert not UnsavedStep.objects.exists()


def test_a_refusal_is_answered_in_words(client_for, nobody, draft):
    answer = keep(client_for(nobody), draft, HALF)
    assert (answer.status_code, "can change it" in answer.json()["detail"]) == (403, True)


def test_what_comes_late_is_not_kept_once_the_page_is_saved(recorder):
    """The page was on its way to be kept while the same page was saved: the record holds it when its turn comes."""
    record = make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)
    asked = []

    def holds_it(found):
        asked.append(found.version)
        return True

    kept = keep_unsaved(
        acting_user=recorder,
        step="impact",
        data={"impact": ["The van is gone."]},
        reference=record.reference,
        version=1,
        unless=holds_it,
    )
    assert kept is None
    assert asked == [1]
    assert not UnsavedStep.objects.exists()
