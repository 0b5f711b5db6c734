"""What people come for, from the first page to the last, with and without JavaScript and by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.scene import THREAT
from tests.factories import PASSWORD

WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
REFERENCE = re.compile(r"D-[0-9A-Z]{4}-[0-9A-Z]{4}")


def heading(page):
    return page.get_by_role("heading", level=1)


def fill_day(page, day):
    for part in ("day", "month", "year"):
        page.get_by_label(part.title(), exact=True).fill(str(getattr(day, part)))


def choose_threat(page, javascript):
    if javascript:
        box = page.get_by_role("combobox", name="Threat")
        box.press_sequentially(THREAT[:6])
        page.get_by_role("option", name=re.compile(THREAT)).click()
        return
    page.get_by_label("Find a threat").fill(THREAT[:6])
    page.get_by_role("button", name="Search").click()
    page.get_by_role("radio", name=THREAT).check()


def go_on(page):
    page.get_by_role("button", name="Save and continue").click()


def sign_in(page, email):
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@WAYS
def test_an_officer_records_a_lead_from_sign_in_to_submitted(site, open_as, javascript):
    page = open_as(None, "/", javascript=javascript)
    sign_in(page, site.scene.emails["officer"])
    expect(heading(page)).to_contain_text("My work")
    page.get_by_role("button", name="Record a disruption").click()
    expect(heading(page)).to_contain_text("What happened")
    fill_day(page, site.scene.period[0])
    # Told in other words each time: the same account twice would be asked about as a likely duplicate.
    told = "Two men were arrested while they moved engines." if javascript else "A yard was searched; fuel was taken."
    page.get_by_label("What happened").fill(told)
    go_on(page)
    choose_threat(page, javascript)
    page.get_by_role("radio", name="Facilitation by land, sea or air").check()
    go_on(page)
    expect(page.get_by_role("radio", name="Lead", exact=True)).to_be_checked()
    page.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_role("radio", name="Proactive").check()
    page.get_by_role("radio", name="Pursue").check()
    go_on(page)
    page.get_by_label("Impact").fill("The group cannot launch until it finds other engines.")
    page.get_by_role("radio", name="Moderate").check()
    go_on(page)
    go_on(page)
    go_on(page)
    expect(heading(page)).to_contain_text("Check your answers")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(heading(page)).to_contain_text(REFERENCE)
    expect(page.get_by_role("main")).to_contain_text("is submitted")
    expect(page.get_by_role("main")).to_contain_text(THREAT)


@WAYS
def test_an_officer_records_the_support_of_anothers_lead(site, open_as, javascript):
    # Once with and once without: each supports a lead of its own.
    page = open_as("officer", "/disruptions/?agency=south&role=lead&sort=reference", javascript=javascript)
    leads = page.get_by_role("main").get_by_role("link", name=REFERENCE)
    lead = leads.nth(1 if javascript else 2).inner_text()
    page.get_by_role("link", name=lead).click()
    page.get_by_role("link", name="Record our support").or_(
        page.get_by_role("button", name="Record our support")
    ).click()
    expect(heading(page)).to_contain_text("What happened")
    page.get_by_label("What happened").fill("Our officers watched the yard.")
    go_on(page)
    go_on(page)
    expect(page.get_by_role("radio", name="Support", exact=True)).to_be_checked()
    expect(page.get_by_label("Lead record")).to_have_value(lead)
    go_on(page)
    page.get_by_label("Impact").fill("It helped.")
    page.get_by_role("radio", name="Minor").check()
    go_on(page)
    go_on(page)
    go_on(page)
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("is submitted")
    expect(page.get_by_role("main").get_by_role("link", name=lead).first).to_be_visible()


@WAYS
def test_an_approver_approves(site, open_as, javascript):
    page = open_as("approver", "/", javascript=javascript)
    waiting = page.get_by_role("region", name="Waiting for your decision").get_by_role("link", name=REFERENCE)
    record = waiting.nth(0 if javascript else 1).inner_text()
    page.get_by_role("link", name=record).first.click()
    page.get_by_role("button", name="Decide on it").click()
    page.get_by_role("radio", name="Approve", exact=True).check()
    page.get_by_role("button", name="Save decision").click()
    expect(heading(page)).to_contain_text(record)
    expect(page.get_by_role("main")).to_contain_text("Approved")


def draft_told_twice(site, javascript, first):
    return site.scene.pairs[first + (0 if javascript else 1)]


@WAYS
def test_a_draft_that_somebody_else_led_becomes_a_support_by_one_press(site, open_as, javascript):
    draft, twin = draft_told_twice(site, javascript, 0)
    page = open_as("officer", f"/disruptions/{draft}/submit/", javascript=javascript)
    warning = page.get_by_role("region", name="Somebody may have recorded this already")
    expect(warning).to_contain_text("same threat")
    expect(warning.get_by_role("link", name=twin)).to_be_visible()
    warning.get_by_role("button", name="Record ours as support of it").click()
    expect(page.get_by_role("main")).to_contain_text("Check your answers")
    expect(page.get_by_role("main")).not_to_contain_text("Somebody may have recorded this already")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(heading(page)).to_contain_text(draft)
    expect(page.get_by_role("main").get_by_role("link", name=twin).first).to_be_visible()


@WAYS
def test_an_officer_goes_on_with_a_reason_that_the_approver_reads(site, open_as, javascript):
    draft, twin = draft_told_twice(site, javascript, 2)
    page = open_as("officer", f"/disruptions/{draft}/submit/", javascript=javascript)
    page.get_by_role("button", name="Submit", exact=True).click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("say why yours is not the same")
    summary.get_by_role("link").first.click()
    box = page.get_by_label("Why is yours not the same?")
    expect(box).to_be_focused()
    box.fill("Ours was the second search, a week later.")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("is submitted")
    approver = open_as("approver", f"/disruptions/{draft}/review/", javascript=javascript)
    seen = approver.get_by_role("region", name="It may have been recorded already")
    expect(seen).to_contain_text("Ours was the second search, a week later.")
    expect(seen.get_by_role("link", name=twin)).to_be_visible()


def test_a_support_that_waited_is_joined_to_the_lead_it_looks_like(site, open_as):
    support, lead = site.scene.to_join
    page = open_as("approver", f"/disruptions/{support}/")
    page.get_by_role("button", name="Did we lead it?").click()
    page.get_by_role("radio", name="Yes, and here is our lead record").check()
    page.get_by_role("radio", name=re.compile(lead)).check()
    page.get_by_role("button", name="Save answer").click()
    expect(heading(page)).to_contain_text(lead)
    expect(page.get_by_role("main").get_by_role("link", name=support).first).to_be_visible()


def test_an_analyst_filters_the_list(open_as):
    page = open_as("analyst", "/disruptions/")
    before = shown(page)
    page.get_by_role("checkbox", name=re.compile("^Major")).first.check()
    page.get_by_role("button", name="Apply filters").first.click()
    expect(page).to_have_url(re.compile("level=major"))
    assert 0 < shown(page) < before
    page.get_by_role("link", name=re.compile("Remove.*Major")).click()
    assert shown(page) == before


def shown(page):
    """Return how many records the list says it has."""
    [number] = re.findall(r"([\d,]+) records?", page.locator(".oic-result-count").inner_text())
    return int(number.replace(",", ""))


@pytest.mark.parametrize("level", ["Counted disruptions led", "Major", "Minor"])
def test_a_number_of_the_dashboard_opens_as_many_records(open_as, level):
    page = open_as("analyst", "/dashboard/")
    tile = page.locator(".oic-tile").get_by_role("link", name=f"{level}: open the records")
    number = int(re.findall(r"[\d,]+", tile.inner_text())[0].replace(",", ""))
    assert number > 0
    tile.click()
    expect(heading(page)).to_have_text("Disruptions")
    assert shown(page) == number


@WAYS
def test_bad_input_is_explained_with_links_and_nothing_typed_is_lost(open_as, javascript):
    page = open_as("officer", "/disruptions/new/?role=lead", javascript=javascript)
    for part, typed in (("Day", "31"), ("Month", "2"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(typed)
    page.get_by_label("What happened").fill("  Zwei Festnahmen – “Überfall”\n\nline three")
    go_on(page)
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("There is a problem")
    if javascript:
        expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    expect(page.get_by_label("Day", exact=True)).to_have_value("31")
    expect(page.get_by_label("Month", exact=True)).to_have_value("2")
    expect(page.get_by_label("What happened")).to_have_value(re.compile("Zwei Festnahmen – “Überfall”\n\nline three"))
    assert page.title().startswith("Error: ")


def test_signing_in_and_starting_a_record_need_no_mouse(site, open_as):
    page = open_as(None, "/accounts/login/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Email address"))
    page.keyboard.type(site.scene.emails["officer"])
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(heading(page)).to_contain_text("My work")
    tab_to(page, page.get_by_role("button", name="Record a disruption"))
    page.keyboard.press("Enter")
    expect(heading(page)).to_contain_text("What happened")
    tab_to(page, page.get_by_label("Day", exact=True))
    page.keyboard.type("1")
    tab_to(page, page.get_by_label("What happened"))
    page.keyboard.type("Typed without a mouse")
    tab_to(page, page.get_by_role("button", name="Save and come back later"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_visible()


def tab_to(page, target):
    """Press Tab until something has the focus, and see that the focus shows."""
    for _ in range(40):
        if target.evaluate("element => element === document.activeElement || element.contains(document.activeElement)"):
            style = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return [s.outlineStyle, s.boxShadow, s.backgroundColor].join() }"
            )
            assert style != "none,none,rgba(0, 0, 0, 0)", "the focus does not show"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")
