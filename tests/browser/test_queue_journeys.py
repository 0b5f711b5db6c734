"""Working through a queue, with and without JavaScript, wide and narrow, and by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

WAYS = pytest.mark.parametrize(
    ("javascript", "narrow"), [(True, False), (False, True)], ids=["with JavaScript", "without JavaScript, at 320 px"]
)
REFERENCE = re.compile(r"^D-[0-9A-Z]{4}-[0-9A-Z]{4}$")
QUEUE = "/disruptions/queue/"


def heading(page):
    return page.get_by_role("heading", level=1)


def main(page):
    return page.get_by_role("main")


def place(page):
    """Return number and total of the bar above a record of the queue."""
    words = page.get_by_role("navigation", name="Queue").inner_text()
    found = re.search(r"(\d+) of (\d+) waiting", words)
    assert found is not None, words
    return tuple(int(each) for each in found.groups())


def records(page):
    return page.locator("[data-row]")


@WAYS
def test_an_approver_goes_through_the_queue(open_as, javascript, narrow):
    page = open_as("approver", QUEUE, javascript=javascript, narrow=narrow)
    first = records(page).nth(2)
    reference = first.inner_text()
    first.click()
    expect(heading(page)).to_have_text(re.compile(reference))
    number, total = place(page)
    page.get_by_role("link", name="Next", exact=True).click()
    assert place(page) == (number + 1, total)
    page.get_by_role("link", name="Previous", exact=True).click()
    assert place(page) == (number, total)
    page.get_by_role("radio", name="Send back").check()
    if javascript:
        page.get_by_text("Say it field by field").click()
        page.get_by_role("textbox", name="Evidence of impact").fill("What can it no longer do?")
    else:
        page.get_by_label("Reason", exact=True).fill("Say how you know.")
    page.get_by_role("button", name="Save decision").click()
    expect(main(page)).to_contain_text(f"{reference} is sent back to its author. {total - 1} left.")
    expect(heading(page)).not_to_have_text(re.compile(reference))
    assert place(page) == (number, total - 1)
    page.get_by_role("link", name="Back to the queue").click()
    expect(main(page)).not_to_contain_text(reference)


@WAYS
def test_several_minors_are_approved_together(open_as, javascript, narrow):
    page = open_as("approver", QUEUE, javascript=javascript, narrow=narrow)
    boxes = page.get_by_role("checkbox", name=re.compile("^Choose D-"))
    chosen = []
    for box in (boxes.nth(3), boxes.nth(4)):
        chosen.append(box.get_attribute("value").partition(":")[0])
        box.check()
    page.get_by_role("button", name="Approve the chosen ones").click()
    expect(heading(page)).to_have_text(re.compile("Approve minor disruptions together"))
    for reference in chosen:
        expect(main(page).get_by_role("link", name=reference)).to_be_visible()
    page.get_by_role("button", name="Approve 2 records").click()
    expect(main(page)).to_contain_text(re.compile(r"2 records are approved. \d+ left."))
    for reference in chosen:
        expect(main(page)).not_to_contain_text(reference)


@WAYS
def test_a_moderator_upholds_and_the_next_case_opens(site, open_as, javascript, narrow):
    page = open_as("moderator", "/disruptions/moderation/", javascript=javascript, narrow=narrow)
    names = [name for name in records(page).all_inner_texts() if name != site.scene.moderated]
    page.get_by_role("link", name=names[0], exact=True).click()
    _, total = place(page)
    page.get_by_role("radio", name="Uphold").check()
    page.get_by_role("button", name="Save decision").click()
    expect(main(page)).to_contain_text(f"{names[0]} is upheld. {total - 1} left.")
    assert place(page)[1] == total - 1


def test_an_approver_needs_no_mouse(open_as):
    page = open_as("approver", QUEUE)
    press = page.keyboard.press
    press("j")
    expect(records(page).nth(0)).to_be_focused()
    press("j")
    press("k")
    expect(records(page).nth(0)).to_be_focused()
    press("x")
    box = page.get_by_role("checkbox", name=f"Choose {records(page).nth(0).inner_text()}")
    if box.count():
        expect(box).to_be_checked()
        press("x")
        expect(box).not_to_be_checked()
    press("j")
    reference = records(page).nth(1).inner_text()
    press("o")
    expect(heading(page)).to_have_text(re.compile(reference))
    press("n")
    expect(heading(page)).not_to_have_text(re.compile(reference))
    press("p")
    expect(heading(page)).to_have_text(re.compile(reference))
    press("g")
    expect(page.get_by_role("radio", name="Approve at another level")).to_be_checked()
    expect(page.get_by_label("New level")).to_be_visible()
    press("r")
    expect(page.get_by_role("radio", name="Send back")).to_be_checked()
    page.get_by_label("Reason", exact=True).focus()
    page.keyboard.type("ang pork?")
    expect(page.get_by_label("Reason", exact=True)).to_have_value("ang pork?")
    expect(page.get_by_role("radio", name="Send back")).to_be_checked()
    page.get_by_label("Reason", exact=True).fill("")
    page.get_by_role("radio", name="Send back").focus()
    press("Control+a")
    expect(page.get_by_role("radio", name="Send back")).to_be_checked()
    press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    press("a")
    expect(page.get_by_role("radio", name="Send back", include_hidden=True)).to_be_checked()
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press("a")
    expect(page.get_by_role("radio", name="Approve", exact=True)).to_be_focused()
    press("Enter")
    expect(main(page)).to_contain_text(f"{reference} is approved.")


@pytest.mark.parametrize(("who", "javascript"), [("calm_approver", True), ("approver", False)])
def test_single_keys_do_nothing_for_those_who_have_not_got_them(open_as, who, javascript):
    page = open_as(who, QUEUE, javascript=javascript)
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_hidden()
    records(page).nth(0).click()
    for key in ("a", "r", "n", "o", "?"):
        page.keyboard.press(key)
    expect(page.get_by_role("navigation", name="Queue")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_without_shortcuts_tab_and_enter_decide(open_as):
    page = open_as("calm_approver", QUEUE)
    reference = records(page).nth(5).inner_text()
    records(page).nth(5).focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(re.compile(reference))
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "decision":
            break
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Approve", exact=True)).to_be_checked()
    page.keyboard.press("Enter")
    expect(main(page)).to_contain_text(f"{reference} is approved.")
