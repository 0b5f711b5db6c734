"""What the repository holds and does not hold."""

import re
import subprocess
import tomllib

import pytest

from tests.source import ROOT

# Put together here, so that this file does not find itself.
REGISTRY_HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "npmjs" + ".com", "deb.debian" + ".org"]
MACHINE_PATHS = [f"/{name}/" for name in ("root", "work", "home")] + ["/opt/" + "wheels", "/opt/" + "pypi"]
REFERENCES_IN_PINS = re.compile(r"https?://|--index-url|--find-links|file:")


@pytest.fixture(scope="module")
def files():
    """Every file that git keeps or would keep, with its text; pictures and the like are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                found[name] = path.read_text()
            except UnicodeDecodeError:
                continue
    assert found
    return found


def test_no_registry_is_named(files):
    assert [(name, host) for name, text in files.items() for host in REGISTRY_HOSTS if host in text] == []


def test_no_path_of_a_machine_is_named(files):
    pattern = re.compile("|".join(rf"(?<![\w.}})-]){re.escape(path)}" for path in MACHINE_PATHS))
    found = [
        f"{name}:{number}"
        for name, text in files.items()
        if name != "tests/test_repository.py"
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_pins_hold_hashes_and_no_addresses(files):
    assert "uv.lock" not in files
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert not REFERENCES_IN_PINS.search(files[name])
        pins = re.findall(r"^[a-z][\w.-]*(?:\[[^\]]+\])?==\S+", files[name], re.MULTILINE)
        assert len(pins) > 50
        blocks = re.split(r"^(?=[a-z])", files[name], flags=re.MULTILINE)[1:]
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert '"resolved"' not in files.get("package-lock.json", "")


def test_the_site_installs_what_the_tests_installed(files):
    def pins(name):
        return set(re.findall(r"^([a-z][\w.-]*==\S+)", files[name], re.MULTILINE))

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


def test_no_package_is_named_that_replaces_the_driver(files):
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert not re.search(r"^psycopg(\[.*\])?==", files[name], re.MULTILINE)


def test_nothing_built_is_kept(files):
    built = ("node_modules/", "static/", "build/", ".data/", ".stamps/", ".venv/")
    assert [name for name in files if name.startswith(built) or name.endswith((".pyc", ".log"))] == []


def test_no_secret_is_kept(files):
    pattern = re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----|AKIA[0-9A-Z]{16}|ghp_[0-9A-Za-z]{36}")
    assert [name for name, text in files.items() if pattern.search(text)] == []


def test_every_command_of_the_makefile_says_what_it_does(files):
    phony = re.search(r"^\.PHONY: (.*)$", files["Makefile"], re.MULTILINE)
    described = set(re.findall(r"^([a-z-]+):.*## ", files["Makefile"], re.MULTILINE))
    assert phony is not None
    assert set(phony[1].split()) - described == {"chromium"}


def test_the_project_file_names_no_version_twice(files):
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["requires-python"] == ">=3.11"
    assert "dependencies" not in project, "requirements.in is the one list"
