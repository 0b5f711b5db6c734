"""The level that extent and duration suggest, by the published definitions; the officer's own choice is the claim."""

import pytest
from django.urls import reverse

from disruptions.rules import LEVELS_SUGGESTED, suggested_level
from disruptions.vocabulary import Duration, Extent, Level, Status
from tests.disruptions.pages import IMPACT, save_step, step_address, text_of
from tests.factories import make_disruption


@pytest.mark.parametrize(
    ("extent", "duration", "level"),
    [
        ("significant", "long", Level.MAJOR),
        ("significant", "short", Level.MAJOR),
        ("minimal", "long", Level.MAJOR),
        ("notable", "medium", Level.MODERATE),
        ("notable", "short", Level.MODERATE),
        ("minimal", "medium", Level.MODERATE),
        ("minimal", "short", Level.MINOR),
        # One answer decides only where nothing can be higher.
        ("significant", None, Level.MAJOR),
        ("", "long", Level.MAJOR),
        ("notable", None, None),
        ("", "short", None),
        (None, None, None),
        ("x", "y", None),
    ],
)
def test_the_higher_of_the_two_is_suggested(extent, duration, level):
    assert suggested_level(extent, duration) == level


def test_each_answer_stands_for_a_level():
    assert set(LEVELS_SUGGESTED["extent"]) == set(Extent.values)
    assert set(LEVELS_SUGGESTED["duration"]) == set(Duration.values)


@pytest.mark.django_db
def test_the_step_suggests_and_the_officer_decides(client_for, recorder):
    draft = make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT, level=None)
    browser = client_for(recorder)
    assert "Answer extent and duration" in text_of(browser.get(step_address(draft, "impact")))
    answer = save_step(browser, draft, "impact", {**IMPACT, "level": ""}, action="suggest")
    assert answer.url == f"{step_address(draft, 'impact')}?#suggestion"
    assert "Your answers suggest moderate. You decide." in text_of(browser.get(step_address(draft, "impact")))
    answer = save_step(browser, draft, "impact", {**IMPACT, "level": "minor"})
    assert answer.url == step_address(draft, "outcomes")
    assert "You chose minor, and that is your claim." in text_of(browser.get(step_address(draft, "impact")))


@pytest.mark.django_db
def test_the_level_of_an_approved_record_is_not_asked_for(client_for, recorder):
    record = make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.APPROVED)
    page = client_for(recorder).get(reverse("disruption_step", args=[record.reference, "impact"]))
    assert page.status_code == 200
    assert "suggest" not in text_of(page)
