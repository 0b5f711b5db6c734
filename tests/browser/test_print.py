"""A record on paper: one sheet or two, with its marking and without the buttons."""

import re

from playwright.sync_api import expect

from tests.factories import PASSWORD

SHEET = re.compile(rb"/Type\s*/Page\b(?!s)")


def test_a_record_prints_on_two_sheets_at_most(site, open_as):
    page = open_as("approver", f"/disruptions/{site.scene.submitted}/")
    page.emulate_media(media="print")
    expect(page.get_by_text("OFFICIAL-SENSITIVE").first).to_be_visible()
    expect(page.get_by_role("button", name="Decide on it")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    sheets = len(SHEET.findall(page.pdf(format="A4")))
    assert 1 <= sheets <= 2


def test_a_total_is_printed_once_below_its_table_and_not_on_each_sheet(site, open_as):
    page = open_as("analyst", "/dashboard/")
    page.emulate_media(media="print")
    feet = page.locator("tfoot")
    shown = feet.evaluate_all("feet => feet.map(foot => getComputedStyle(foot).display)")
    assert shown
    assert set(shown) == {"table-row-group"}


def test_a_link_opens_its_record_after_signing_in(site, open_as):
    address = f"/disruptions/{site.scene.submitted}/"
    page = open_as(None, address)
    page.get_by_label("Email address").fill(site.scene.emails["analyst"])
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(site.scene.submitted)
    expect(page).to_have_url(re.compile(f"{address}$"))
