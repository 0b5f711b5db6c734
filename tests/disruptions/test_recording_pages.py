"""Recording in the browser, step by step: saved as it is left, checked, submitted; a start made twice is one record."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from disruptions.forms import STEPS
from disruptions.models import Disruption, StartedDraft
from disruptions.vocabulary import ACCEPTING_STATUSES, DisruptionRole, Level, Sharing, Status, ThreatStatus
from tests.disruptions.pages import (
    IMPACT,
    OUTCOMES,
    REFERENCE,
    ROLE,
    WHAT,
    chosen_of,
    save_step,
    start,
    step_address,
    summary_of,
    text_of,
    value_of,
)
from tests.factories import make_disruption, make_outcome, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_for, recorder):
    return client_for(recorder)


@pytest.fixture
def threat(centre):
    return make_threat(lead_agency=centre, title="Copper Heron")


@pytest.fixture
def draft(recorder):
    return make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)


# -------------------------------------------------------------------------------------------------------- the journey


def test_a_lead_is_recorded_step_by_step_checked_and_submitted(browser, threat):
    answer = start(browser)
    record = Disruption.objects.get()
    assert answer.url == step_address(record, "threat")
    assert (record.status, record.channel, record.operation) == (Status.DRAFT, "browser", "Teal Lantern")

    steps = {
        "threat": {"threat": threat.reference, "sub_threat": "facilitation", "enablers": ["equipment", "online"]},
        "role": ROLE,
        "impact": IMPACT,
        "outcomes": OUTCOMES,
        "reference": REFERENCE,
    }
    names = [*steps, None]
    for here, following in zip(steps, names[1:], strict=True):
        answer = save_step(browser, record, here, steps[here])
        check = reverse("disruption_submit", args=[record.reference])
        assert answer.url == (step_address(record, following) if following else check)

    page = browser.get(check)
    assert "Still missing" not in text_of(page)
    assert "Copper Heron" in text_of(page)
    record.refresh_from_db()
    answer = browser.post(check, {"version": record.version})
    assert answer.url == reverse("disruption_detail", args=[record.reference])
    record.refresh_from_db()
    assert (record.status, record.level, record.claimed_level) == (Status.SUBMITTED, Level.MODERATE, Level.MODERATE)
    assert record.enablers == ["online", "equipment"] or record.enablers == ["equipment", "online"]
    assert [each.count for each in record.outcomes.live()] == [3]
    assert "is submitted" in text_of(browser.get(answer.url))


def test_a_draft_is_left_found_again_and_carried_on(browser):
    answer = start(browser, {"summary": "Half a sentence"}, action="later")
    record = Disruption.objects.get()
    assert answer.url == reverse("home")
    page = browser.get(reverse("home"))
    assert "It waits for you here" in text_of(page)
    assert reverse("disruption_amend", args=[record.reference]) in page.content.decode()
    assert value_of(browser.get(step_address(record, "what")), "summary") == "Half a sentence"


def test_a_draft_may_lack_anything_but_its_role(browser):
    start(browser, {})
    record = Disruption.objects.get()
    assert (record.role, record.occurred_on, record.summary) == (DisruptionRole.LEAD, None, "")


def test_a_draft_says_what_it_lacks_and_cannot_be_submitted(browser, draft):
    check = reverse("disruption_submit", args=[draft.reference])
    page = browser.get(check)
    assert "Still missing Choose the SOC threat." in text_of(page)
    assert f"{step_address(draft, 'threat')}?then=check" in page.content.decode()
    answer = browser.post(check, {"version": draft.version})
    assert answer.status_code == 400
    assert "This cannot be submitted yet" in text_of(answer)
    assert "<title>Error: " in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.status, draft.version) == (Status.DRAFT, 1)


def test_a_change_from_check_answers_leads_back_there(browser, draft):
    page = browser.get(step_address(draft, "impact") + "?then=check")
    assert value_of(page, "then") == "check"
    answer = save_step(browser, draft, "impact", IMPACT, then="check")
    assert answer.url == reverse("disruption_submit", args=[draft.reference])


def test_the_sections_say_which_are_to_finish(browser, draft):
    page = text_of(browser.get(reverse("disruption_amend", args=[draft.reference])))
    assert "The threat Which group, person or vulnerability it was done against. To finish" in page
    assert (
        "Impact and level Judge it against this threat: the same act can be major for one group and minor for" in page
    )
    assert page.count("To finish") == 1


def test_submitting_twice_is_submitting_once(browser, recorder, threat):
    draft = make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT, threat=threat)
    check = reverse("disruption_submit", args=[draft.reference])
    first = browser.post(check, {"version": 1})
    second = browser.post(check, {"version": 1})
    assert first.url == second.url
    draft.refresh_from_db()
    assert (draft.status, draft.version) == (Status.SUBMITTED, 2)


# ------------------------------------------------------------------------------------------------ one start, one record


def test_a_double_click_makes_one_record(browser):
    page = browser.get(reverse("disruption_new"), {"role": "lead"}, follow=True)
    sent = {"role": "lead", "key": value_of(page, "key"), "action": "next", **WHAT}
    answers = [browser.post(reverse("disruption_new"), sent) for _ in range(2)]
    record = Disruption.objects.get()
    assert {answer.url for answer in answers} == {step_address(record, "threat")}
    assert record.version == 1


def test_the_back_button_and_other_words_amend_the_same_record(browser):
    page = browser.get(reverse("disruption_new"), {"role": "lead"}, follow=True)
    sent = {"role": "lead", "key": value_of(page, "key"), **WHAT}
    browser.post(reverse("disruption_new"), sent)
    browser.post(reverse("disruption_new"), {**sent, "summary": "Four people, not three."})
    record = Disruption.objects.get()
    assert (record.summary, record.version) == ("Four people, not three.", 2)


def test_words_sent_again_do_not_undo_what_a_later_step_saved(browser):
    page = browser.get(reverse("disruption_new"), {"role": "lead"}, follow=True)
    sent = {"role": "lead", "key": value_of(page, "key"), **WHAT}
    browser.post(reverse("disruption_new"), sent)
    record = Disruption.objects.get()
    save_step(browser, record, "what", {**WHAT, "summary": "As it is now."})
    browser.post(reverse("disruption_new"), sent)
    record.refresh_from_db()
    assert record.summary == "As it is now."


def test_a_start_page_sent_again_with_other_words_is_a_conflict_that_can_be_put_right(browser):
    page = browser.get(reverse("disruption_new"), {"role": "lead"}, follow=True)
    sent = {"role": "lead", "key": value_of(page, "key"), "then": "check", **WHAT}
    browser.post(reverse("disruption_new"), sent)
    record = Disruption.objects.get()
    save_step(browser, record, "what", {**WHAT, "summary": "As it is now."})
    answer = browser.post(reverse("disruption_new"), {**sent, "summary": "Mine."})
    assert (answer.status_code, value_of(answer, "summary")) == (409, "Mine.")
    found = re.search(r'<form method="post" action="([^"]*)"[^>]* data-keep=', answer.content.decode())
    assert found is not None
    action = found.group(1)
    assert action == f"{step_address(record, 'what')}?then=check"
    browser.post(action, {**WHAT, "version": value_of(answer, "version"), "summary": "Both.", "action": "next"})
    record.refresh_from_db()
    assert record.summary == "Both."


def test_the_start_page_of_a_started_record_leads_to_it(browser):
    page = browser.get(reverse("disruption_new"), {"role": "lead"}, follow=True)
    address = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
    browser.post(reverse("disruption_new"), {"role": "lead", "key": value_of(page, "key"), **WHAT})
    record = Disruption.objects.get()
    assert browser.get(address).url == reverse("disruption_amend", args=[record.reference])


def test_a_key_is_somebodys_own(browser, client_for, other_recorder):
    page = browser.get(reverse("disruption_new"), {"role": "lead"}, follow=True)
    sent = {"role": "lead", "key": value_of(page, "key"), **WHAT}
    browser.post(reverse("disruption_new"), sent)
    client_for(other_recorder).post(reverse("disruption_new"), sent)
    assert Disruption.objects.count() == 2
    assert StartedDraft.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x", "0" * 5000, "\x00", "é"])
def test_a_start_without_its_key_still_saves_what_was_typed(browser, key):
    browser.post(reverse("disruption_new"), {"role": "lead", "key": key, **WHAT})
    assert Disruption.objects.get().summary == WHAT["summary"]


@pytest.mark.parametrize("query", [{}, {"role": "x"}, {"role": "\x00"}, {"role": ["lead", "x"]}])
def test_a_start_without_a_role_asks_for_it(browser, query):
    page = browser.get(reverse("disruption_new"), query)
    assert page.status_code == 200
    assert "Who led it?" in text_of(page)
    assert Disruption.objects.count() == 0


def test_nobody_without_the_role_starts_a_record(client_for, nobody, analyst):
    for person in (nobody, analyst):
        answer = client_for(person).get(reverse("disruption_new"), {"role": "lead"})
        assert answer.status_code == 403
        assert "recording officer role" in text_of(answer)


# ---------------------------------------------------------------------------------------------------- what is not right


def test_a_step_with_a_fault_is_shown_again_with_what_was_typed_and_saves_nothing(browser, draft):
    answer = save_step(browser, draft, "what", {**WHAT, "occurred_on_year": "2031", "summary": "Kept words"})
    assert answer.status_code == 400
    target, message = summary_of(answer)["disruption_occurred_on_not_after_recording"]
    assert target == "#id_occurred_on_day"
    assert message in text_of(answer)
    assert value_of(answer, "occurred_on_year") == "2031"
    assert value_of(answer, "summary") == "Kept words"
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_start_with_a_fault_is_shown_again_and_makes_no_record(browser):
    answer = start(browser, {**WHAT, "occurred_on_month": "x", "operation": "o" * 101})
    assert answer.status_code == 400
    found = summary_of(answer)
    assert found["invalid"] == (
        "#id_occurred_on_day",
        "The date of the disruption must be a real date, for example 27 3 2026",
    )
    assert found["disruption_operation_within_limit"][0] == "#id_operation"
    assert value_of(answer, "summary") == WHAT["summary"]
    assert Disruption.objects.count() == 0


FAULTS = [
    (
        "what",
        {"occurred_on_day": "31", "occurred_on_month": "2", "occurred_on_year": "2026"},
        "invalid",
        "occurred_on_day",
    ),
    ("what", {"occurred_on_day": "3"}, "invalid", "occurred_on_day"),
    ("what", {"country": "ZZ"}, "disruption_country_known", "country"),
    ("what", {"force_area": "nowhere"}, "disruption_force_area_exists", "force_area"),
    ("what", {"summary": "x" * 4001}, "disruption_summary_within_limit", "summary"),
    ("what", {"summary": "a\x00b"}, "invalid", "summary"),
    ("threat", {"threat": "T-0000-0000"}, "mistyped_reference", "threat"),
    ("threat", {"sub_threat": "x"}, "disruption_sub_threat_known", "sub_threat"),
    ("threat", {"enablers": ["x"]}, "disruption_enablers_known", "enablers"),
    ("role", {**ROLE, "role": "x"}, "disruption_role_known", "role"),
    ("role", {**ROLE, "role": "support", "lead": "D-0000-0000"}, "mistyped_reference", "lead"),
    (
        "role",
        {**ROLE, "role": "support", "lead_agency": "north"},
        "disruption_support_of_another_agency",
        "lead_agency",
    ),
    ("role", {**ROLE, "uk_led": "perhaps"}, "invalid", "uk_led"),
    ("impact", {"level": "huge"}, "disruption_level_known", "level"),
    ("outcomes", {"outcomes-0-type": "x", "outcomes-0-count": "1"}, "outcome_type_known", None),
    ("outcomes", {"outcomes-0-type": "arrest", "outcomes-0-count": "0"}, "outcome_count_in_range", "outcomes-0-count"),
    ("outcomes", {"outcomes-0-type": "arrest", "outcomes-0-count": "two"}, "invalid", "outcomes-0-count"),
    ("outcomes", {"outcomes-0-type": "arrest"}, "outcome_has_its_measures", "outcomes-0-count"),
    (
        "outcomes",
        {"outcomes-0-type": "arrest", "outcomes-0-count": "1", "outcomes-0-months": "2"},
        "outcome_only_its_measures",
        None,
    ),
    (
        "outcomes",
        {"outcomes-7-type": "cash_seizure", "outcomes-7-value_gbp": "1e99"},
        "invalid",
        "outcomes-0-value_gbp",
    ),
    ("reference", {"marking": "secret", "sharing": "all_agencies"}, "disruption_marking_known", "marking"),
    ("reference", {**REFERENCE, "sharing": "named_agencies"}, "disruption_shared_with_named", "shared_with"),
    (
        "reference",
        {**REFERENCE, "sharing": "named_agencies", "shared_with": ["x"]},
        "disruption_shared_with_exists",
        "shared_with",
    ),
]


@pytest.mark.parametrize(
    ("step", "data", "code", "control"), FAULTS, ids=[f"{place}-{row[2]}" for place, row in enumerate(FAULTS)]
)
def test_each_fault_has_its_code_and_leads_to_its_control(browser, south, draft, step, data, code, control):
    answer = save_step(browser, draft, step, data)
    assert answer.status_code == 400
    found = summary_of(answer)
    assert code in found, found
    if control:
        assert found[code][0] == f"#id_{control}"
    draft.refresh_from_db()
    assert draft.version == 1
    assert not draft.outcomes.exists()


def test_a_fault_of_another_step_names_it_and_links_to_it(browser, recorder):
    draft = make_disruption(
        agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT, agency_reference="N/1", occurred_on=None
    )
    save_step(browser, draft, "reference", {**REFERENCE, "source_recorded_on_day": "1", "source_recorded_on_month": "9",
                                            "source_recorded_on_year": "2026"})  # fmt: skip
    answer = save_step(browser, draft, "what", WHAT)
    target, message = summary_of(answer)["disruption_source_recorded_on_in_order"]
    assert target == f"{step_address(draft, 'reference')}?then=check"
    assert message.startswith("First recorded in your system: ")


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "9" * 30, "99"])
def test_a_version_that_never_was_is_a_conflict_that_keeps_what_was_typed(browser, draft, version):
    answer = browser.post(step_address(draft, "what"), {"version": version, **WHAT, "summary": "Mine"})
    assert answer.status_code == 409
    assert value_of(answer, "summary") == "Mine"
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_step_that_is_none_is_not_found(browser, draft):
    assert browser.get(step_address(draft, "nothing")).status_code == 404


def test_the_draft_of_another_agency_is_not_found(client_for, outsider, analyst, draft):
    for person in (outsider, analyst):
        browser = client_for(person)
        for name in ("disruption_detail", "disruption_amend", "disruption_submit", "disruption_withdraw"):
            assert browser.get(reverse(name, args=[draft.reference])).status_code == 404
        assert save_step(browser, draft, "what", WHAT).status_code == 404
    draft.refresh_from_db()
    assert draft.version == 1


# ----------------------------------------------------------------------------------------------------------- the threat


def test_a_threat_is_found_and_chosen_without_a_script(browser, draft, threat):
    make_threat(title="Grey Finch")
    answer = save_step(browser, draft, "threat", {"sub_threat": "documents", "action": "search", "q": "copper"})
    assert answer.url.startswith(f"{step_address(draft, 'threat')}?q=copper")
    draft.refresh_from_db()
    assert draft.sub_threat == "documents"
    page = browser.get(answer.url)
    assert threat.reference in text_of(page)
    assert "Grey Finch" not in text_of(page)
    save_step(browser, draft, "threat", {"threat": "", "threat_found": threat.reference, "sub_threat": "documents"})
    draft.refresh_from_db()
    assert draft.threat == threat


def test_a_search_that_finds_nothing_says_what_to_do(browser, draft):
    for words in ("no such threat", "\x00", "%", "'", "x" * 5000):
        page = browser.get(step_address(draft, "threat"), {"q": words})
        assert page.status_code == 200
    assert "ask a threat manager to add it" in text_of(browser.get(step_address(draft, "threat"), {"q": "nothing"}))


def test_an_archived_threat_is_neither_found_nor_taken(browser, draft):
    assert ThreatStatus.ARCHIVED not in ACCEPTING_STATUSES
    archived = make_threat(title="Old Ferry", status=ThreatStatus.ARCHIVED)
    page = browser.get(step_address(draft, "threat"), {"q": "ferry"})
    assert archived.reference not in text_of(page)
    answer = save_step(browser, draft, "threat", {"threat": archived.reference})
    assert "disruption_threat_accepts" in summary_of(answer)


# --------------------------------------------------------------------------------------------------------- the outcomes


def test_outcomes_are_added_and_removed_without_a_script(browser, draft):
    answer = save_step(browser, draft, "outcomes", {"action": "add", "add_type": "sentence"})
    page = browser.get(answer.url)
    assert 'name="outcomes-0-count"' in page.content.decode()
    assert 'name="outcomes-0-months"' in page.content.decode()
    assert 'name="outcomes-0-value_gbp"' not in page.content.decode()

    first = {"outcomes-0-type": "sentence", "outcomes-0-new": "1", "outcomes-0-count": "2", "outcomes-0-months": "96"}
    answer = save_step(browser, draft, "outcomes", {**first, "action": "add", "add_type": "cash_seizure"})
    page = browser.get(answer.url)
    assert value_of(page, "outcomes-0-months") == "96"
    assert 'name="outcomes-1-value_gbp"' in page.content.decode()

    second = {"outcomes-1-type": "cash_seizure", "outcomes-1-new": "1", "outcomes-1-value_gbp": "£12,500.50"}
    save_step(browser, draft, "outcomes", {**first, **second})
    draft.refresh_from_db()
    assert [(each.type, each.months, str(each.value_gbp)) for each in draft.outcomes.live()] == [
        ("sentence", 96, "None"),
        ("cash_seizure", None, "12500.50"),
    ]

    save_step(browser, draft, "outcomes", {**first, **second, "action": "remove-0"})
    assert [each.type for each in draft.outcomes.live()] == ["cash_seizure"]


def test_an_outcome_that_was_added_and_left_blank_is_none(browser, draft):
    answer = save_step(browser, draft, "outcomes", {"outcomes-0-type": "arrest", "outcomes-0-new": "1"})
    assert answer.status_code == 302
    assert not draft.outcomes.exists()


@pytest.mark.parametrize("action", ["remove-", "remove-99", "remove-x", "add", "", "\x00"])
def test_a_button_that_is_none_saves_and_goes_on(browser, draft, action):
    assert save_step(browser, draft, "outcomes", {**OUTCOMES, "action": action}).status_code == 302
    assert draft.outcomes.live().count() == 1


@pytest.mark.parametrize("kind", ["x", "", "\x00", "arrest"])
def test_an_outcome_of_an_unknown_type_is_not_offered(browser, draft, kind):
    page = browser.get(step_address(draft, "outcomes"), {"add": kind})
    assert page.status_code == 200
    assert ("outcomes-0-count" in page.content.decode()) is (kind == "arrest")


# ---------------------------------------------------------------------------------------------------------- the support


def test_a_support_starts_filled_in_from_its_lead_and_stays_its_own(browser, outsider, threat):
    lead = make_disruption(
        agency=outsider.agency, recorded_by=outsider, threat=threat, operation="Grey Wake", level=Level.MAJOR
    )
    make_outcome(disruption=lead)
    page = browser.get(reverse("disruption_new"), {"lead": lead.reference}, follow=True)
    assert value_of(page, "operation") == "Grey Wake"
    assert value_of(page, "summary") == lead.summary
    start(browser, {**WHAT, "operation": "Grey Wake"}, role="support", lead=lead.reference)
    support = Disruption.objects.get(role=DisruptionRole.SUPPORT)
    assert (support.lead, support.lead_agency, support.threat) == (lead, outsider.agency, threat)
    assert (support.level, support.sub_threat, support.uk_led) == (Level.MAJOR, "facilitation", True)
    assert support.summary == WHAT["summary"]
    assert support.impact == ""
    assert not support.outcomes.exists()


def test_a_second_support_of_a_lead_is_the_first_one(browser, recorder, outsider):
    lead = make_disruption(agency=outsider.agency, recorded_by=outsider)
    support = make_disruption(agency=recorder.agency, recorded_by=recorder, role=DisruptionRole.SUPPORT, lead=lead)
    answer = browser.get(reverse("disruption_new"), {"lead": lead.reference}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("disruption_detail", args=[support.reference])
    assert "recorded its support" in text_of(answer)


def test_what_cannot_be_supported_says_why(browser, recorder, outsider):
    ours = make_disruption(agency=recorder.agency, recorded_by=recorder)
    withdrawn = make_disruption(agency=outsider.agency, recorded_by=outsider, status=Status.WITHDRAWN)
    for record in (ours, withdrawn):
        answer = browser.get(reverse("disruption_new"), {"lead": record.reference}, follow=True)
        assert answer.status_code == 403
        assert "cannot be supported" in text_of(answer)


def test_a_lead_that_is_hidden_mistyped_or_absent_is_not_found(browser, outsider):
    hidden = make_disruption(agency=outsider.agency, recorded_by=outsider, status=Status.DRAFT)
    for reference in (hidden.reference, "D-0000-0000", "D-7KQ2-M4XH", "x"):
        assert browser.get(reverse("disruption_new"), {"lead": reference}, follow=True).status_code == 404
        sent = {"role": "support", "lead": reference, **WHAT}
        assert browser.post(reverse("disruption_new"), sent).status_code == 404
    assert Disruption.objects.count() == 1


def test_a_support_may_name_only_the_agency_that_led(browser, south, threat):
    start(browser, role="support")
    support = Disruption.objects.get()
    save_step(browser, support, "role", {**ROLE, "role": "support", "lead_agency": "south"})
    support.refresh_from_db()
    assert (support.role, support.lead, support.lead_agency) == (DisruptionRole.SUPPORT, None, south)


def test_what_an_answer_hides_is_not_sent(browser, draft):
    """The lead of a support that becomes a lead, and the list of a record that is shared with all."""
    save_step(browser, draft, "role", {**ROLE, "role": "lead", "lead": "D-0000-0000", "lead_agency": "south"})
    save_step(browser, draft, "reference", {**REFERENCE, "shared_with": ["south"]})
    draft.refresh_from_db()
    assert (draft.role, draft.lead_agency, draft.sharing) == (DisruptionRole.LEAD, None, Sharing.ALL_AGENCIES)
    assert not draft.shares.exists()


# ---------------------------------------------------------------------------------------------------- after submitting


def test_a_submitted_record_is_changed_with_a_reason(browser, recorder):
    record = make_disruption(agency=recorder.agency, recorded_by=recorder)
    page = browser.get(step_address(record, "role"))
    assert 'name="role"' not in page.content.decode()
    answer = save_step(
        browser, record, "what", {**WHAT, "reason": "The custody record.", "reason_class": "date_correction"}
    )
    assert answer.url == reverse("disruption_detail", args=[record.reference])
    record.refresh_from_db()
    assert (record.change_reason, record.reason_class) == ("The custody record.", "date_correction")
    assert "Date correction: The custody record." in text_of(browser.get(answer.url))


@pytest.mark.parametrize(("name", "value"), [("reason", "a\x00b"), ("reason", "x" * 2001), ("reason_class", "x")])
def test_a_reason_that_cannot_be_kept_is_refused(browser, recorder, name, value):
    record = make_disruption(agency=recorder.agency, recorded_by=recorder)
    answer = save_step(browser, record, "what", {**WHAT, name: value})
    assert answer.status_code == 400
    assert f'href="#id_{name}"' in answer.content.decode()
    record.refresh_from_db()
    assert record.version == 1


def test_the_level_of_an_approved_record_is_not_asked_for(browser, recorder):
    record = make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.APPROVED)
    page = browser.get(step_address(record, "impact"))
    assert 'name="level"' not in page.content.decode()
    assert "changes only by review" in text_of(page)
    save_step(browser, record, "impact", {"impact": "More is known.", "level": "major"})
    record.refresh_from_db()
    assert (record.impact, record.level, record.status) == ("More is known.", Level.MINOR, Status.APPROVED)


def test_every_field_of_the_wire_is_asked_for_in_one_step():
    names = [name for step in STEPS for name in step.names]
    assert len(names) == len(set(names))


def test_every_step_shows_what_is_stored(browser, draft):
    for step in STEPS:
        page = browser.get(step_address(draft, step.name))
        assert page.status_code == 200
        assert step.title in text_of(page)
    assert chosen_of(browser.get(step_address(draft, "role")), "strand") == ["pursue"]
    assert chosen_of(browser.get(step_address(draft, "role")), "uk_led") == ["yes"]


def test_a_published_change_asks_why_beside_the_boxes(client_for, recorder, clock_at):
    with clock_at(datetime(2026, 2, 10, 12, tzinfo=UTC)):
        record = make_disruption(agency=recorder.agency, recorded_by=recorder, occurred_on=date(2026, 1, 20))
    browser = client_for(recorder)
    address = reverse("disruption_step", args=[record.reference, "what"])
    shown = browser.get(address).content.decode()
    assert "Needed if it moves a figure that may be published" in shown
    typed = {
        "version": record.version,
        "occurred_on_day": "19",
        "occurred_on_month": "1",
        "occurred_on_year": "2026",
        "summary": record.summary,
    }
    refused = browser.post(address, typed)
    assert refused.status_code == 400
    words = text_of(refused)
    assert words.count("Say why it changes: it moves a figure that may be published.") == 2
    assert words.count("Choose the kind of change: it moves a figure that may be published.") == 2
    saved = browser.post(address, {**typed, "reason": "The log has the 19th.", "reason_class": "date_correction"})
    assert saved.status_code == 302
    record.refresh_from_db()
    assert (record.occurred_on, record.reason_class) == (date(2026, 1, 19), "date_correction")
