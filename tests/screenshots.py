"""Take a picture of each page of a running demonstration: `make run` in one terminal, `make screenshots` in another.

Pictures go to `build/screenshots/`, one wide and one at 320 pixels, the whole page each.
"""

import argparse
import re
import shutil
import sys

from playwright.sync_api import Browser, Page, sync_playwright

from oic.demonstration_accounts import PASSWORD
from oic.health import answers
from tests.source import ROOT

OUTPUT = ROOT / "build" / "screenshots"
WIDTHS = {"wide": 1280, "narrow": 320}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Who looks at what; `*` follows the first link whose address has this beginning and goes on.
PAGES = {
    None: ["/accounts/login/", "/accounts/password/reset/", "/accessibility/", "/privacy/", "/cookies/"],
    "officer@surrey.example": ["/", "/disruptions/new/", "/disruptions/", "/disruptions/*", "/account/", "/help/"],
    "approver@surrey.example": ["/"],
    "analyst@nca.example": [
        "/dashboard/",
        "/dashboard/surrey/",
        "/statistics/",
        "/statistics/oic-01/",
        "/statistics/oic-01/?as_at=2026-05-14",
        "/statistics/trend/",
        "/statistics/by-agency/",
        "/statistics/year-ending/",
        "/statistics/records/",
        "/statistics/threats/",
        "/threats/",
        "/threats/*",
        "/ocgs/",
        "/ocgs/*",
    ],
    "admin@nca.example": [
        "/people/",
        "/people/invite/",
        "/agencies/",
        "/agencies/surrey/",
        "/api-clients/",
        "/audit/",
        "/admin/",
    ],
}


def take_all(address: str, only: str) -> int:
    """Take the pictures whose path matches, and return how many."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for person, paths in PAGES.items():
            page = signed_in(browser, address, person)
            for path in paths:
                if re.search(only, path):
                    taken += take(page, address, path)
            page.context.close()
        browser.close()
    return taken


def signed_in(browser: Browser, address: str, person: str | None) -> Page:
    """Return a page of a browser of its own, signed in as this person."""
    page = browser.new_context(locale="en-GB").new_page()
    if person is not None:
        page.goto(f"{address}/accounts/login/")
        page.fill("input[name=login]", person)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{address}/")
    return page


def take(page: Page, address: str, path: str) -> int:
    """Take one page at each width."""
    if path.endswith("*"):
        found = follow(page, address, path.removesuffix("*"))
        if found is None:
            print(f"nothing to follow for {path}")
            return 0
        name, path = path.replace("*", "one"), found
    else:
        name = path
    for kind, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(f"{address}{path}")
        if answer is None or not answer.ok:
            print(f"{path} answers {answer.status if answer else 'nothing'}")
            return 0
        file = OUTPUT / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'home'}.{kind}.png"
        page.screenshot(path=file, full_page=True)
    return len(WIDTHS)


def follow(page: Page, address: str, beginning: str) -> str | None:
    """Return the first address on the list page that leads to one of its things."""
    page.goto(f"{address}{beginning}")
    pattern = re.compile(rf"{re.escape(beginning)}[A-Z][^/?#]*/$")
    for link in page.locator("main a[href]").all():
        target = link.get_attribute("href") or ""
        if pattern.fullmatch(target):
            return target
    return None


def main() -> int:
    """Take the pictures of a running site."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="a regular expression that the path must match")
    options = parser.parse_args()
    if not answers(f"{options.address}/health/"):
        print(f"nothing answers on {options.address}: start it with `make run`", file=sys.stderr)
        return 1
    print(f"{take_all(options.address, options.only)} pictures in {OUTPUT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
