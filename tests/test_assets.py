"""The styles and scripts: ours to use, complete, and built from a lock file that names no place."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
BUILT = ROOT / "build" / "static" / "oic"


def built(name):
    path = BUILT / name
    if not path.is_file():
        pytest.skip("not built: python -m assets.build")
    return path.read_text()


def test_the_lock_file_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_every_package_is_pinned():
    package = json.loads((ROOT / "package.json").read_text())
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_the_styles_use_neither_the_font_nor_the_crown_of_gov_uk():
    styles = built("site.css")
    assert not re.search(r"GDS Transport|crown|crest|@font-face", styles, re.IGNORECASE)


def test_every_picture_that_the_styles_name_is_there():
    pictures = re.findall(r"url\(\"?([^)\"]+)\"?\)", built("site.css"))
    assert pictures
    assert [name for name in pictures if not (BUILT / name).is_file()] == []


@pytest.mark.parametrize("name", ["site.css", "site.js", "early.js", "favicon.svg"])
def test_what_the_pages_ask_for_is_built_and_asks_for_nothing_elsewhere(name):
    assert not re.search(r"(?:src|href|@import|from|url\()\s*[=(]?\s*[\"']?https?://", built(name))
