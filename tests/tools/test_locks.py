"""What is installed is fixed by version and hash, and no lock names a place it comes from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.lock import LOCKS
from tools.setup import REQUIREMENTS
from tools.shell import ROOT

PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[^\]]+\])?==[^\s;]+(\s*;[^\\]+)? \\$")


@pytest.fixture(params=LOCKS)
def lock(request: pytest.FixtureRequest) -> Path:
    return REQUIREMENTS / f"{request.param}.txt"


def test_every_package_is_pinned_and_hashed(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    packages = [at for at, line in enumerate(lines) if line and line[0] not in " #"]
    assert packages
    for at in packages:
        assert PINNED.match(lines[at]), lines[at]
        assert lines[at + 1].strip().startswith("--hash=sha256:"), lines[at]


def test_a_lock_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(--index-url|--extra-index-url|--find-links|-i|-f)\b", text, re.MULTILINE)


def test_what_a_room_needs_is_in_the_lock_of_the_running_system() -> None:
    """Every name in core.in has its pin in core.txt: the lock was made after the last change."""
    for name in ("core", "data", "dev", "planning"):
        asked = [
            line for line in (REQUIREMENTS / f"{name}.in").read_text().splitlines() if line and line[0] not in "#-"
        ]
        pins = {
            line.split("==")[0].split("[")[0].lower() for line in (REQUIREMENTS / f"{name}.txt").read_text().split("\n")
        }
        missing = {re.split(r"[\[<>=~;\s]", line)[0].lower() for line in asked} - pins
        assert not missing


def test_the_browsers_packages_are_pinned_hashed_and_without_addresses() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    lock = json.loads(text)
    for name, version in wanted["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned exactly"
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())
    assert not any("resolved" in facts or facts.get("hasInstallScript") for facts in packages.values())


def test_npm_is_told_not_to_write_addresses_nor_to_run_scripts() -> None:
    lines = (ROOT / ".npmrc").read_text(encoding="utf-8").split()
    assert {"omit-lockfile-registry-resolved=true", "ignore-scripts=true"} <= set(lines)
    assert not any("registry=" in line or "_auth" in line for line in lines)


def test_htmx_stays_on_its_second_version() -> None:
    """Its 4.x changed names that our pages use: docs/decisions/0002-dependencies.md."""
    assert json.loads((ROOT / "package.json").read_text())["dependencies"]["htmx.org"].startswith("2.")
