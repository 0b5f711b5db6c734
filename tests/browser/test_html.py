"""The HTML of every page is valid, as it is sent: before any script has touched it."""

import json
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from tests.browser.states import STATES
from tests.browser.test_pages import FIRST_STATES

CHECKOUT = Path(__file__).resolve().parents[2]
VALIDATOR = CHECKOUT / "node_modules" / ".bin" / "html-validate"
RULES = {
    "root": True,
    "extends": ["html-validate:standard"],
    "rules": {
        # Style, not validity; GOV.UK Frontend writes both.
        "attribute-boolean-style": "off",
        "no-inline-style": "off",
        "void-style": "off",
        "doctype-style": "off",
        "attr-quotes": "off",
    },
}


def source_of(site, state):
    """Return the HTML that somebody is sent."""
    request = Request(site.address + state.path(site.scene))  # noqa: S310 - our own server
    if state.who is not None:
        request.add_header("Cookie", f"{settings.SESSION_COOKIE_NAME}={site.scene.sessions[state.who]}")
    try:
        with urlopen(request) as answer:  # noqa: S310
            return answer.read().decode()
    except HTTPError as refused:
        return refused.read().decode()


@pytest.mark.parametrize(
    "states", [pytest.param(FIRST_STATES, id="a state of each"), pytest.param(STATES, marks=pytest.mark.deep, id="all")]
)
def test_the_html_of_every_page_is_valid(site, tmp_path, states):
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(RULES))
    pages = {}
    for number, state in enumerate(states):
        pages[str(tmp_path / f"{number:03}.html")] = str(state)
        (tmp_path / f"{number:03}.html").write_text(source_of(site, state))
    report = tmp_path / "report.json"
    with report.open("w") as written:
        # To a file: what is written to a pipe is cut off when the validator ends.
        subprocess.run(
            [VALIDATOR, "--config", rules, "--formatter", "json", *sorted(pages)], stdout=written, check=False
        )
    found = [
        f"{pages[each['filePath']]}: line {message['line']}: {message['ruleId']}: {message['message']}"
        for each in json.loads(report.read_text())
        for message in each["messages"]
    ]
    assert found == []
