"""One server, one scene and one Chromium for each process; every page is watched for faults of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.browser.scene import Scene, make_scene
from tests.databases import TestDatabase

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
# Long, for a machine that does other things meanwhile; nothing waits that long where all is well.
WAIT_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker("browser")


@dataclass(frozen=True)
class Site:
    """A running site and what is in it."""

    address: str
    scene: Scene


@dataclass
class Windows:
    """The browser's windows, each watched for faults; one for each person is kept from test to test.

    A window that is kept keeps the styles and scripts that it has read, too.
    """

    site: Site
    browser: Browser
    kept: dict[str | None, Page] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def of(self, who: str | None) -> Page:
        """Return somebody's own window."""
        if who not in self.kept:
            self.kept[who] = self.new(who)
        return self.kept[who]

    def new(self, who: str | None, *, javascript: bool = True, narrow: bool = False) -> Page:
        """Return a new window with nothing in it, in which somebody is signed in."""
        context = self.browser.new_context(
            base_url=self.site.address,
            java_script_enabled=javascript,
            viewport=NARROW if narrow else WIDE,
            locale="en-GB",
        )
        context.set_default_timeout(WAIT_MS)
        if who is not None:
            context.add_cookies(
                [
                    {
                        "name": settings.SESSION_COOKIE_NAME,
                        "value": self.site.scene.sessions[who],
                        "url": self.site.address,
                    }
                ]
            )
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", self._failed)
        page.on("response", self._answered)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        """Keep an error of the console: refused styles and scripts are among them."""
        # The browser also reports the status of a page that says no; the test of that page does so in words.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def _failed(self, error: Error) -> None:
        """Keep an error of a script."""
        self.faults.append(f"script: {error}")

    def _answered(self, response: Response) -> None:
        """Keep a failure of the server and a missing file."""
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type != "document"):
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="package")
def site(django_db_setup: None, test_database: TestDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """Serve the scene; the database is restored when the last test of this folder is done."""
    with django_db_blocker.unblock():
        scene = make_scene()
        server = LiveServer("127.0.0.1")
        yield Site(server.url, scene)
        server.stop()
        test_database.restore()


@pytest.fixture(scope="package")
def chromium(site: Site) -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program is not None, "chromium is needed: install the package chromium"
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def all_windows(site: Site, chromium: Browser) -> Windows:
    """Every window of the browser."""
    return Windows(site, chromium)


@pytest.fixture
def windows(all_windows: Windows) -> Iterator[Windows]:
    """The windows of one test, which fails where any page of it had a fault."""
    all_windows.faults.clear()
    yield all_windows
    assert all_windows.faults == []


Opener = Callable[..., Page]


@pytest.fixture
def open_as(windows: Windows) -> Iterator[Opener]:
    """Return a function that opens a page in a new window: ``open_as("officer", "/")``, ``open_as(None, "/")``."""
    contexts: list[BrowserContext] = []

    def opened(who: str | None, path: str, **kind: bool) -> Page:
        page = windows.new(who, **kind)
        contexts.append(page.context)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def look_as(windows: Windows) -> Opener:
    """Return a function that opens a page in somebody's own window, for tests that leave nothing behind there."""

    def looked(who: str | None, path: str) -> Page:
        page = windows.of(who)
        page.set_viewport_size(WIDE)
        page.goto(path)
        return page

    return looked
