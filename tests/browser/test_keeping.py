"""Nothing typed is lost: connection, browser or session may end. A start made twice is one record."""

import re
import time

from django.conf import settings
from playwright.sync_api import expect

from tests.browser.scene import THREAT
from tests.browser.test_journeys import WAYS, go_on, heading, sign_in

KEPT = re.compile(r"^Saved at \d\d:\d\d$")


def status_of(page):
    return page.locator("[data-keep-status]")


def start(open_as, **kind):
    page = open_as("officer", "/disruptions/new/?role=lead", **kind)
    expect(heading(page)).to_contain_text("What happened")
    return page


def test_what_was_typed_survives_a_lost_connection_and_a_killed_browser(site, open_as, windows):
    page = start(open_as)
    page.get_by_label("Day", exact=True).fill("7")
    page.get_by_label("Month", exact=True).fill("se")
    page.get_by_label("What happened").fill("Engines at a lorry park")
    expect(status_of(page)).to_have_text("Saving…")
    expect(status_of(page)).to_have_text(KEPT)
    page.context.set_offline(True)
    page.get_by_label("What happened").fill("Engines at a lorry park, and two arrests")
    expect(status_of(page)).to_contain_text("Not saved: no connection. We keep trying. Do not close this page.")
    go_on(page)
    # The page stays where it is: the browser's own page for a lost connection would take its place.
    expect(page.get_by_label("What happened")).to_have_value("Engines at a lorry park, and two arrests")
    page.context.set_offline(False)
    expect(status_of(page)).to_have_text(KEPT)
    address = page.url
    page.context.close()

    page = open_as("officer", address)
    expect(page.get_by_role("main")).to_contain_text("This is what you typed at")
    expect(page.get_by_label("Day", exact=True)).to_have_value("7")
    expect(page.get_by_label("Month", exact=True)).to_have_value("se")
    expect(page.get_by_label("What happened")).to_have_value("Engines at a lorry park, and two arrests")
    page.get_by_role("button", name="Throw away what I typed").click()
    expect(page.get_by_label("What happened")).to_have_value("")


def test_a_button_stays_where_it_is_while_what_is_typed_is_saved(open_as):
    page = start(open_as, narrow=True)
    expect(status_of(page)).to_have_text("Saved as you type.")
    button = page.get_by_role("button", name="Save and continue")
    page.get_by_label("Day", exact=True).focus()
    before = button.bounding_box()
    page.get_by_label("Day", exact=True).fill("7")
    expect(status_of(page)).to_have_text("Saving…")
    assert button.bounding_box() == before
    expect(status_of(page)).to_have_text(KEPT)
    assert button.bounding_box() == before


@WAYS
def test_what_was_typed_survives_signing_in_again(site, open_as, windows, javascript):
    page = start(open_as, javascript=javascript, narrow=not javascript)
    page.get_by_label("Day", exact=True).fill("7")
    page.get_by_label("What happened").fill("Typed while the session ended")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    if javascript:
        expect(status_of(page)).to_contain_text("You are signed out. What you typed is kept")
        page.get_by_role("link", name="Sign in again").click()
    else:
        go_on(page)
    sign_in(page, site.scene.emails["officer"])
    expect(page.get_by_role("main")).to_contain_text("It is not saved in the record yet.")
    expect(page.get_by_label("What happened")).to_have_value("Typed while the session ended")
    expect(page.get_by_label("Day", exact=True)).to_have_value("7")
    page.get_by_label("Day", exact=True).fill("")
    go_on(page)
    expect(heading(page)).to_contain_text("The threat")
    # The answer that the browser heard was "sign in".
    windows.faults[:] = [fault for fault in windows.faults if not fault.startswith("401")]


def until_a_minute_before_the_end(page):
    """Let the page's time pass. The session may be some minutes old: other tests use it."""
    ends = int(page.locator("dialog[data-session-seconds]").get_attribute("data-session-seconds"))
    page.clock.fast_forward((ends - 60) * 1000)


def test_somebody_who_does_nothing_is_asked_before_they_are_signed_out(open_as):
    page = open_as("officer", "/help/")
    page.clock.install()
    page.goto("/help/")
    until_a_minute_before_the_end(page)
    asked = page.get_by_role("dialog", name="You will be signed out soon")
    expect(asked).to_be_visible()
    expect(asked).to_contain_text("in less than a minute")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(asked).to_be_hidden()
    page.clock.fast_forward(30 * 60 * 1000)
    expect(asked).to_be_hidden()
    page.clock.fast_forward(31 * 60 * 1000)
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=%2Fhelp%2F|/help/$"))


def test_the_end_of_a_session_leaves_what_is_kept_nowhere_else_on_the_screen(site, open_as):
    page = open_as("approver", "/help/")
    page.clock.install()
    page.goto(f"/disruptions/{site.scene.submitted}/review/")
    reason = page.get_by_label("Reason", exact=True)
    page.get_by_role("radio", name="Send back").check()
    reason.fill("Say what was seized")
    page.get_by_role("radio", name="Send back").focus()
    until_a_minute_before_the_end(page)
    expect(page.get_by_role("dialog", name="You will be signed out soon")).to_be_visible()
    # The page behind the dialog does not hear single keys.
    page.keyboard.press("a")
    page.clock.fast_forward(2 * 60 * 1000)
    expect(
        page.get_by_role("alert").filter(has_text="You are signed out. Copy what you typed here")
    ).to_be_in_viewport()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("radio", name="Send back")).to_be_checked()
    expect(reason).to_have_value("Say what was seized")
    page.get_by_role("alert").get_by_role("link", name="sign in again").click()
    expect(page).to_have_url(re.compile(r"next=%2Fdisruptions%2F|/review/$"))


def test_a_page_that_cannot_be_kept_can_be_saved(open_as, windows):
    page = open_as("officer", "/help/")
    page.clock.install()
    page.goto("/disruptions/new/?role=lead")
    much = "Engines. " * 7000
    page.get_by_label("What happened").fill(much)
    page.clock.run_for(3000)
    expect(status_of(page)).to_contain_text("Not saved: There is more on this page than can be kept.")
    page.clock.run_for(60_000)
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("What happened")).to_have_value(re.compile("Engines"))
    # Asked once: the same words would be refused again.
    assert [fault[:3] for fault in windows.faults] == ["400"]
    windows.faults.clear()


def test_a_save_that_was_stopped_can_be_pressed_again(open_as):
    page = open_as("officer", "/help/")
    page.clock.install()
    page.goto("/disruptions/new/?role=lead")
    page.get_by_label("What happened").fill("Stopped on its way")
    page.route("**/disruptions/new/", lambda route: route.fulfill(status=204))
    go_on(page)
    page.unroute_all()
    page.clock.run_for(16_000)
    expect(status_of(page)).to_have_text(KEPT)
    go_on(page)
    expect(heading(page)).to_contain_text("The threat")


@WAYS
def test_extent_and_duration_suggest_a_level_and_the_officer_decides(open_as, javascript):
    page = start(open_as, javascript=javascript)
    go_on(page)
    expect(heading(page)).to_contain_text("The threat")
    page.goto(page.url.replace("threat", "impact"))
    box = page.locator("#suggestion")
    expect(box).to_contain_text("Answer extent and duration")
    page.get_by_role("radio", name="Notable").check()
    page.get_by_role("radio", name="Short").check()
    if not javascript:
        page.get_by_role("button", name="Show the suggested level").click()
    expect(box).to_contain_text("Your answers suggest moderate. You decide.")
    page.get_by_role("radio", name="Minor").check()
    if not javascript:
        page.get_by_role("button", name="Show the suggested level").click()
    expect(box).to_contain_text("You chose minor, and that is your claim.")
    go_on(page)
    expect(heading(page)).to_contain_text("Outcomes")


def test_a_start_made_twice_is_one_record(open_as):
    page = start(open_as)
    address = page.url
    second = page.context.new_page()
    second.goto(address)
    for tab in (page, second):
        tab.get_by_label("Operation name").fill("Amber Solo")
    page.get_by_role("button", name="Save and continue").dblclick()
    expect(heading(page)).to_contain_text("The threat")
    address = page.url
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text("You have started this record already.")
    go_on(second)
    expect(heading(second)).to_contain_text("The threat")
    assert second.url == address
    page.goto("/disruptions/?q=Amber+Solo")
    expect(page.locator(".oic-result-count")).to_have_text("1 record")


def test_a_plain_minor_is_recorded_by_keyboard_alone(site, open_as):
    page = open_as("officer", "/")
    keys, begun = Keys(page), time.monotonic()
    keys.tab_to(page.get_by_role("button", name="Record a disruption"), "Enter")
    expect(heading(page)).to_contain_text("What happened")
    keys.skip()
    day = site.scene.period[0]
    keys.tab_to(page.get_by_label("Day", exact=True))
    for part in (day.day, day.month, day.year):
        keys.type(str(part))
        keys.press("Tab")
    keys.type("Two arrests at a lorry park.")
    keys.press("Control+Enter")
    expect(heading(page)).to_contain_text("The threat")
    keys.skip()
    keys.tab_to(page.get_by_role("combobox", name="Threat"))
    keys.type(THREAT[:6])
    expect(page.get_by_role("option", name=re.compile(THREAT))).to_be_visible()
    keys.press("ArrowDown", "Enter")
    keys.tab_to(page.get_by_role("radio", name="Facilitation by land, sea or air"), "Space")
    keys.press("Control+Enter")
    expect(heading(page)).to_contain_text("Who led it")
    keys.skip()
    for answer in ("Yes", "Proactive", "Pursue"):
        keys.tab_to(page.get_by_role("radio", name=answer, exact=True), "Space")
    keys.press("Control+Enter")
    expect(heading(page)).to_contain_text("Impact")
    keys.skip()
    keys.tab_to(page.get_by_label("Evidence of impact"))
    keys.type("They cannot move engines.")
    keys.tab_to(page.get_by_role("radio", name="Major", exact=True), "ArrowDown")
    keys.press("ArrowDown")
    expect(page.get_by_role("radio", name="Minor", exact=True)).to_be_checked()
    keys.press("Control+Enter")
    for title in ("Outcomes", "References"):
        expect(heading(page)).to_contain_text(title)
        keys.skip()
        keys.press("Tab", "Control+Enter")
    expect(heading(page)).to_contain_text("Check your answers")
    keys.skip()
    keys.tab_to(page.get_by_role("button", name="Submit", exact=True), "Enter")
    expect(page.get_by_role("main")).to_contain_text("is submitted")
    # For whoever runs it with -s; nothing is promised of these figures.
    print(f"{keys.pressed} keys, {keys.typed} of them text, in {time.monotonic() - begun:.1f} s")  # noqa: T201 - shown to whoever asks for it


class Keys:
    """A keyboard that counts."""

    def __init__(self, page):
        self.page = page
        self.pressed = 0
        self.typed = 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text):
        self.page.keyboard.type(text)
        self.pressed += len(text)
        self.typed += len(text)

    def skip(self):
        """Pass the header and the navigation by the first link of the page."""
        self.press("Tab", "Enter")

    def tab_to(self, target, then=None):
        for _ in range(60):
            if target.evaluate("element => element === document.activeElement"):
                break
            self.press("Tab")
        else:
            raise AssertionError(f"Tab does not lead to {target}")
        if then:
            self.press(then)


def test_a_page_is_kept_after_signing_in_again_in_another_window(site, open_as, windows):
    page = open_as(None, "/disruptions/new/?role=lead")
    sign_in(page, site.scene.emails["officer"])
    expect(heading(page)).to_contain_text("What happened")
    second = page.context.new_page()
    second.goto("/")
    second.get_by_role("button", name="Sign out").first.click()
    sign_in(second, site.scene.emails["officer"])
    expect(heading(second)).to_contain_text("My work")
    page.get_by_label("What happened").fill("Typed before and after")
    expect(status_of(page)).to_have_text(KEPT)
    go_on(page)
    expect(heading(page)).to_contain_text("The threat")
    windows.faults[:] = [fault for fault in windows.faults if not fault.startswith("403")]
