"""What README, Makefile and documents say is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tools import links
from tools.run import ACCOUNTS, PASSWORD
from tools.shell import ROOT

TARGETS = ["run", "test", "check", "bench", "setup", "assets", "screenshots", "lock", "planning", "clean"]


@pytest.mark.parametrize("target", TARGETS)
def test_the_makefile_has_the_target_and_its_program(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for module in re.findall(r"-m (tools\.\w+)", done.stdout):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


def test_help_names_every_target() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(re.findall(r"make (\w+)", done.stdout)) == {*TARGETS, "help"}


def test_ci_runs_the_tests_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-1] == "make test"


def test_the_readme_names_every_demo_account_and_the_password() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert PASSWORD in text
    assert not [name for name in ACCOUNTS if f"{name}@demo.hms" not in text]


def test_every_variable_that_hms_reads_is_documented() -> None:
    sources = [ROOT / "gunicorn.conf.py", *(path for path in (ROOT / "hms").rglob("*.py") if "tests" not in path.parts)]
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    read = set(re.findall(r"""["'](HMS_[A-Z_]+)["']""", text)) - {"HMS_TESTING"}
    described = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert not sorted(name for name in read if f"`{name}`" not in described)


@pytest.mark.parametrize(
    "name", ["CONTRIBUTING.md", "SECURITY.md", "README.md", "docs/operations.md", "docs/security.md"]
)
def test_every_file_that_a_document_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:hms|tests|tools|docs|deploy|requirements)/[\w./-]+)`", text)
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_every_guard_is_shown_by_a_test_that_exists() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert missing_tests(text) == []
    # Every row of a threat names one.
    rows = [line for line in text.splitlines() if line.startswith("| ") and line.count(" | ") == 2]
    threats = [row for row in rows if not row.startswith(("| Threat", "| Who", "| some", "| a ", "| staff", "| an "))]
    assert len(threats) > 30
    assert not [row for row in threats if "/test_" not in row]


def test_a_test_that_is_gone_is_found() -> None:
    here = "tests/tools/test_documents.py"
    named = f"`{here}::test_that_is_gone`, `{here}::test_a_test_that_is_gone_is_found`, `hms/test_gone.py`"
    assert missing_tests(named) == [f"{here}::test_that_is_gone", "hms/test_gone.py"]


def missing_tests(text: str) -> list[str]:
    """Names of tests (`file.py::name`, or a whole file) that nobody finds."""
    missing = []
    for path, name in re.findall(r"`((?:hms|tests)/[\w/]*test_\w+\.py)(?:::(\w+))?`", text):
        file = ROOT / path
        there = file.is_file() and (not name or re.search(rf"^(def|class) {name}\b", file.read_text(), re.MULTILINE))
        missing += [] if there else [f"{path}::{name}" if name else path]
    return missing


def test_no_document_has_a_broken_link() -> None:
    assert links.broken_links(ROOT) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "here.md").write_text("# One place\n\n## And `another`\n")
    (tmp_path / "README.md").write_text(
        "[a](docs/here.md) [b](docs/here.md#and-another) [c](docs/nowhere.md) [d](docs/here.md#elsewhere)\n"
        "[e](https://example.org/) ![f](docs/nothing.png)\n\n```\n[g](not/a/link.md)\n```\n"
    )
    assert links.broken_links(tmp_path) == [
        "README.md: docs/nowhere.md leads nowhere",
        "README.md: docs/here.md#elsewhere leads nowhere",
        "README.md: docs/nothing.png leads nowhere",
    ]


def test_screenshots_are_small_and_shown() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = sorted((ROOT / "docs" / "screens").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size <= 80_000, picture.name
        assert f"docs/screens/{picture.name}" in text
