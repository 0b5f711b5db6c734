"""What passes between people: a record handed over, a withdrawn one opened again, two officers in one record."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WAYS, heading

WAYS_AND_SIZES = pytest.mark.parametrize(
    ("javascript", "narrow"), [(True, False), (False, True)], ids=["with JavaScript", "without JavaScript, 320 px"]
)


@WAYS_AND_SIZES
def test_a_record_is_handed_over_and_declined(site, open_as, javascript, narrow):
    page = open_as("outsider", "/", javascript=javascript, narrow=narrow)
    offered = page.get_by_role("region", name=re.compile("Records offered to")).get_by_role("link")
    expect(offered).to_have_text(site.scene.offered)
    offered.click()
    expect(heading(page)).to_contain_text("lead this?")
    page.get_by_role("button", name="No, decline").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why you decline")
    expect(page.get_by_text("They planned it.")).to_be_visible()


@WAYS
def test_a_withdrawn_record_is_opened_again(site, open_as, javascript):
    page = open_as("officer", f"/disruptions/{site.scene.withdrawn}/", javascript=javascript)
    page.get_by_role("button", name="Open it again").click()
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why the record is opened again.")


@WAYS
def test_two_officers_in_one_record_lose_nothing(site, open_as, javascript):
    address = f"/disruptions/{site.scene.draft}/amend/impact/"
    first = open_as("officer", address, javascript=javascript)
    second = open_as("approver", address, javascript=javascript)
    for page, text in ((first, "They have no driver left."), (second, "They sold both boats.")):
        page.get_by_label("Evidence of impact").fill(f"{text} {javascript}")
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_load_state()
    conflict = second.locator("#conflict")
    expect(conflict).to_contain_text("Somebody else changed this while you were writing")
    expect(conflict).to_contain_text("They have no driver left.")
    expect(conflict).to_contain_text("They sold both boats.")
    expect(second.get_by_label("Evidence of impact")).to_have_value(f"They sold both boats. {javascript}")
    second.get_by_role("button", name="Save and continue").click()
    expect(heading(second)).not_to_contain_text("Impact and level")
