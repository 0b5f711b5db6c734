"""Spectral's rules for OpenAPI find no fault in the description that the repository keeps."""

import shutil
import subprocess

import pytest

from assets.build import node_and_npm
from tests.source import ROOT

pytestmark = pytest.mark.deep

RULES = ROOT / "tests/openapi_rules"


@pytest.fixture(scope="module")
def spectral(tmp_path_factory):
    """Return the program, installed from its lock file in a folder of its own."""
    folder = tmp_path_factory.mktemp("spectral")
    for name in ("package.json", "package-lock.json", ".npmrc", "rules.yaml"):
        shutil.copyfile(RULES / name, folder / name)
    node, npm = node_and_npm()
    done = subprocess.run([*npm, "ci", "--loglevel=error"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    program = folder / "node_modules/@stoplight/spectral-cli/dist/index.js"
    return [str(node), str(program), "lint", "--ruleset", str(folder / "rules.yaml"), "--fail-severity=warn"]


def test_the_description_keeps_the_rules(spectral):
    result = subprocess.run(
        [*spectral, "docs/openapi.yaml"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert result.returncode == 0, result.stdout[-5000:]


def test_the_rules_find_a_fault(spectral, tmp_path):
    text = (ROOT / "docs/openapi.yaml").read_text()
    file = tmp_path / "openapi.yaml"
    file.write_text(text.replace("operationId: disruptions_amend", "operationId: disruptions_create"))
    assert file.read_text() != text
    result = subprocess.run([*spectral, str(file)], capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 1
    assert "operation-operationId-unique" in result.stdout
