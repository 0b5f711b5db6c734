"""Take a picture of each page of the demonstration, as each of its people: `make screenshots`.

Uses the site that answers at ``--address`` and starts one of its own if none does. Pictures go to
`build/screenshots/`, one wide and one at 320 pixels, the whole page each; the README's one to `docs/images/`.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from oic.demonstration_accounts import PASSWORD, PEOPLE
from oic.health import answers
from tests.source import ROOT

OUTPUT = ROOT / "build" / "screenshots"
README_PICTURE = ROOT / "docs" / "images" / "dashboard.png"
README_PAGE = "/dashboard/"
README_SIZE: ViewportSize = {"width": 1280, "height": 2120}
WIDTHS = {"wide": 1280, "narrow": 320}
READY_WITHIN_SECONDS = 600
STOPPED_WITHIN_SECONDS = 30
ARGUMENTS = [
    "--no-sandbox",
    "--lang=en-GB",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

EVERYBODY = ["/"]
"""What everybody has and what differs from person to person."""

# Who else looks at what. A brace names a link to follow: on which page, and how its address begins and ends.
PAGES: dict[str | None, list[str]] = {
    None: ["/accounts/login/", "/accounts/password/reset/", "/accessibility/", "/privacy/", "/cookies/"],
    "officer@surrey.example": [
        "/disruptions/new/",
        "/disruptions/new/?role=lead",
        "/disruptions/new/?role=support",
        "/uploads/",
        "/uploads/new/",
        "/disruptions/",
        "{record}",
        "{draft}",
        "{draft}what/",
        "{draft}threat/",
        "{draft}role/",
        "{draft}impact/",
        "{draft}outcomes/",
        "{draft}reference/",
        "/account/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/help/",
    ],
    "approver@surrey.example": [
        "{record}",
        "{decision}review/",
        "/disruptions/queue/",
        "/disruptions/queue/?level=minor",
        "/statistics/quality/surrey/",
    ],
    "moderator@nca.example": ["{major}", "{major}review/", "/disruptions/moderation/"],
    "analyst@nca.example": [
        "/disruptions/",
        "/disruptions/?level=major&status=approved",
        "/disruptions/?q=nosuchword",
        "/disruptions/?level=huge",
        "/disruptions/?q=boat+-lorry&level__not=minor",
        "/disruptions/facets/?level=major",
        "/disruptions/columns/",
        "/pivot/",
        "/pivot/?rows=quarter&across=level&measure=counted&level=major",
        "/views/",
        "/exports/",
        "/exports/new/?level=major",
        "/threats/?p_grade=P2&review=overdue&disrupted__from=start_of_year",
        "/dashboard/",
        "/dashboard/surrey/",
        "/dashboard/?from=2025-10-01&to=2026-09-30&strand=pursue",
        "/dashboard/?as_at=2025-11-20",
        "/dashboard/regions/south-east/",
        "/dashboard/rocus/serocu/",
        "/statistics/",
        "/statistics/oic-01/",
        "/statistics/oic-01/?as_at=2026-05-14",
        "/statistics/trend/",
        "/statistics/by-agency/",
        "/statistics/year-ending/",
        "/statistics/year-ending/?as_at=2025-11-20",
        "/statistics/records/",
        "/statistics/agreement/",
        "/statistics/by-grade/",
        "/statistics/growth/?as_at=2026-05-14",
        "/statistics/lag/",
        "/statistics/quality/",
        "/statistics/revisions/?before=2025-11-20&as_at=2026-05-14",
        "/statistics/extracts/",
        "/help/figures/",
        "/help/glossary/",
        "/statistics/threats/",
        "/threats/",
        "/threats/reconcile/",
        "{threat}",
        "/ocgs/",
        "{ocg}",
        "/no-such-page/",
    ],
    "statistician@nca.example": [
        "/statistics/extracts/",
        "/statistics/extracts/new/",
        "{extract}",
        "{extract}records/",
    ],
    "viewer@bsc.example": ["/people/"],
    "auditor@nca.example": ["/audit/"],
    "admin@nca.example": [
        "/people/",
        "/people/invite/",
        "{person}",
        "{person}roles/add/",
        "{person}amend/",
        "{person}leave/",
        "/agencies/",
        "/agencies/add/",
        "/agencies/surrey/",
        "/agencies/surrey/amend/",
        "/api-clients/",
        "/api-clients/add/",
        "{client}",
        "{client}rotate/",
        "{client}revoke/",
        "/audit/",
        "/admin/",
    ],
}
LINKS = {
    "record": ("/disruptions/", r"/disruptions/D-[^/?#]+/"),
    "draft": ("/", r"/disruptions/D-[^/?#]+/amend/"),
    "decision": ("/", r"/disruptions/D-[^/?#]+/"),
    "major": ("/disruptions/?level=major&status=approved&role=lead", r"/disruptions/D-[^/?#]+/"),
    "threat": ("/threats/", r"/threats/T-[^/?#]+/"),
    "extract": ("/statistics/extracts/", r"/statistics/extracts/E-[^/?#]+/"),
    "ocg": ("/ocgs/", r"/ocgs/[^/?#]+/"),
    "person": ("/people/", r"/people/[0-9]+/"),
    "client": ("/api-clients/", r"/api-clients/(?!add/)[^/?#]+/"),
}


class Camera:
    """A browser that goes through the site and says what it could not picture."""

    def __init__(self, address: str, only: str) -> None:
        self.address = address
        self.only = only
        self.taken = 0

    def take_all(self, browser: Browser) -> None:
        """Take every picture whose path matches, as each person in turn."""
        for person in (None, *PEOPLE):
            prefix = person.replace("@", "-").removesuffix(".example") if person else "nobody"
            paths = [path for path in [*(EVERYBODY if person else []), *PAGES.get(person, [])] if self.wants(path)]
            if not paths:
                continue
            page = self.signed_in(browser, person)
            for path in paths:
                self.take(page, path, prefix)
            page.context.close()

    def wants(self, path: str) -> bool:
        """Say whether the path matches what was asked for."""
        return re.search(self.only, path) is not None

    def signed_in(self, browser: Browser, person: str | None) -> Page:
        """Return a page of a browser of its own, signed in as this person."""
        page = browser.new_context(locale="en-GB", base_url=self.address).new_page()
        if person is not None:
            page.goto("/accounts/login/")
            page.fill("input[name=login]", person)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url(f"{self.address}/")
        return page

    def take(self, page: Page, path: str, prefix: str) -> None:
        """Take one page at each width."""
        name, followed = path, re.match(r"\{(\w+)\}", path)
        if followed is not None:
            found = self.follow(page, *LINKS[followed[1]])
            if found is None:
                print(f"{prefix}: there is no {followed[1]} to open")
                return
            name, path = path.replace("{", "one-").replace("}", "/"), path.replace(followed[0], found)
        for kind, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            answer = page.goto(path)
            if answer is None or answer.status >= 500:
                print(f"{prefix}: {path} answers {answer.status if answer else 'nothing'}")
                return
            file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "home"
            page.screenshot(path=OUTPUT / f"{prefix}.{file}.{kind}.png", full_page=True)
            self.taken += 1
        if path == README_PAGE:
            page.set_viewport_size(README_SIZE)
            page.goto(path)
            README_PICTURE.parent.mkdir(exist_ok=True)
            page.screenshot(path=README_PICTURE)

    def follow(self, page: Page, start: str, wanted: str) -> str | None:
        """Return the first address of this kind that a page links to."""
        page.goto(start)
        for link in page.locator("main a[href]").all():
            target = link.get_attribute("href") or ""
            if re.fullmatch(wanted, target):
                return target
        return None


@contextmanager
def site_at(address: str) -> Iterator[None]:
    """Use the site that answers, or serve the demonstration there meanwhile."""
    health = f"{address}/health/"
    if answers(health):
        yield
        return
    print(f"nothing answers on {address}: starting the demonstration there", flush=True)
    environment = dict(os.environ) | {"DEMO": "1", "PORT": str(urlsplit(address).port or 8000)}
    runner = subprocess.Popen([sys.executable, "-m", "oic.runner"], cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not answers(health):
            if runner.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the demonstration could not be started; what it wrote stands above")
            time.sleep(1)
        yield
    finally:
        runner.terminate()
        runner.wait(STOPPED_WITHIN_SECONDS)


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="a regular expression that the path must match")
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    camera = Camera(options.address, options.only)
    with site_at(options.address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        camera.take_all(browser)
        browser.close()
    print(f"{camera.taken} pictures in {OUTPUT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
