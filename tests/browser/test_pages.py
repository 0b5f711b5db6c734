"""Every page, in every state where the run is deep: no finding of axe; no sideways scrolling; nothing refused."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW
from tests.browser.states import MY_WORK, NOT_PAGES, RECORDING, STATES
from tests.routes import pages

AXE = Axe()
RUN = "axe.run({resultTypes: ['violations']})"
# Colours are the same on a narrow page, and measuring them takes longer than all the rest.
RUN_NARROW = "axe.run({resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}}})"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


FIRST_STATES = list({state.route: state for state in reversed(STATES)}.values())
# With every change: a state of each page that is worked with all day, each step of recording, and the errors of what is
# filled in. The pages of administrators and the other states, which look the same but for a message, are looked at by
# `make test-deep`; that the HTML of a state of every page is valid is tested with every change (test_html.py).
SELDOM = re.compile(
    "^(agencies:|mfa_|account_|webhook_|scoring_|plan_|threat_(?!list|detail)|ocg_(?!list|detail)|membership_|export_|extract_|view_"
    "|upload_(?!list|new)|statistics_(?!oic|by_agency)|reassessment_plan|hand_over|support_)"
)
ALWAYS = [
    state
    for state in STATES
    if (state in FIRST_STATES and not SELDOM.match(state.route))
    or ((state in RECORDING or state in MY_WORK) and re.search("error|started", str(state)))
]


def findings(page, run=RUN):
    """Return what axe found, short enough to read: the rule, and the first elements that break it."""
    return [
        f"{each['id']}: {', '.join(str(node['target'][0]) for node in each['nodes'][:3])}"
        for each in page.evaluate(run)["violations"]
    ]


@pytest.mark.parametrize(
    "state",
    [pytest.param(each, marks=() if each in ALWAYS else pytest.mark.deep, id=str(each)) for each in STATES],
)
def test_a_page_is_accessible_in_every_state(site, look_as, state):
    page = look_as(state.who, state.path(site.scene))
    if state.prepare is not None:
        state.prepare(page)
    assert state.says in page.get_by_role("main").inner_text()
    page.evaluate(AXE.axe_script)
    found = {"wide": findings(page)}
    page.set_viewport_size(NARROW)
    found["pixels that scroll sideways"] = page.evaluate(WIDER)
    # A page's states differ in what they say, and hardly in how they fold: one of them is looked at narrow too.
    found["narrow"] = findings(page, RUN_NARROW) if state in FIRST_STATES else []
    assert found == {"wide": [], "narrow": [], "pixels that scroll sideways": 0}


def test_every_page_is_looked_at():
    looked_at = {state.route for state in STATES}
    assert not looked_at & set(NOT_PAGES)
    assert looked_at | set(NOT_PAGES) == {route.name for route in pages()}


@pytest.mark.parametrize(("path", "status"), [("/no-such-page/", 404), ("/people/", 403)])
def test_a_page_for_a_failure_is_accessible(look_as, path, status):
    page = look_as("officer", path)
    page.evaluate(AXE.axe_script)
    assert findings(page) == []
