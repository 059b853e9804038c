"""The environment is made once, is known again by its stamp, and is made anew when a lock or its place changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import setup, shell
from tools.shell import Failure


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder with a space in its name, with locks and with installers that only note their calls."""
    root = tmp_path / "my hospital"
    (root / "requirements").mkdir(parents=True)
    for name in ("core", "data", "dev", "planning"):
        (root / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    monkeypatch.setattr(setup, "ROOT", root)
    monkeypatch.setattr(setup, "TOOL", root / ".tool")
    monkeypatch.setattr(setup, "REQUIREMENTS", root / "requirements")
    return root


@pytest.fixture
def calls(place: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    heard: list[list[str]] = []

    def note(command: list[object], **_: object) -> None:
        words = [str(word) for word in command]
        heard.append(words)
        if "venv" in words:
            (Path(words[-1]) / "bin").mkdir(parents=True, exist_ok=True)
            (Path(words[-1]) / "bin" / "python").touch()

    monkeypatch.setattr(setup, "run", note)
    monkeypatch.setattr(setup, "find_uv", lambda: Path("uv"))
    return heard


def test_the_second_time_does_nothing(place: Path, calls: list[list[str]]) -> None:
    setup.install_locked(place / ".venv", ["core", "data"])
    assert [words[1] for words in calls] == ["venv", "pip"]
    calls.clear()
    setup.install_locked(place / ".venv", ["core", "data"])
    setup.install_locked(place / ".venv", ["core"])
    assert calls == []


def test_every_package_must_have_its_hash(place: Path, calls: list[list[str]]) -> None:
    setup.install_locked(place / ".venv", ["core"])
    assert "--require-hashes" in calls[-1]


def test_a_changed_lock_is_installed_into_the_same_environment(place: Path, calls: list[list[str]]) -> None:
    setup.install_locked(place / ".venv", ["core"])
    calls.clear()
    (place / "requirements" / "core.txt").write_text("# other\n")
    setup.install_locked(place / ".venv", ["core"])
    assert [words[1] for words in calls] == ["pip"]


def test_running_after_testing_keeps_what_tests_need(place: Path, calls: list[list[str]]) -> None:
    setup.install_locked(place / ".venv", ["core", "data", "dev"])
    calls.clear()
    setup.install_locked(place / ".venv", ["core", "data"])
    assert calls == []
    (place / "requirements" / "core.txt").write_text("# other\n")
    setup.install_locked(place / ".venv", ["core", "data"])
    assert [Path(word).name for word in calls[0] if word.endswith(".txt")] == ["core.txt", "data.txt", "dev.txt"]


def test_the_solver_that_was_added_stays_and_is_added_by_its_name_alone(place: Path, calls: list[list[str]]) -> None:
    setup.install_locked(place / ".venv", setup.RUNNING)
    assert not any("planning.txt" in word for word in calls[-1])
    setup.install_locked(place / ".venv", setup.PLANNING)
    assert any(word.endswith("planning.txt") for word in calls[-1])
    calls.clear()
    setup.install_locked(place / ".venv", setup.RUNNING)
    assert calls == []


def test_a_copied_folder_makes_its_own_environment(place: Path, calls: list[list[str]]) -> None:
    setup.install_locked(place / ".venv", ["core"])
    stamp = place / ".venv" / ".made-from.json"
    facts = json.loads(stamp.read_text())
    stamp.write_text(json.dumps(facts | {"folder": "/elsewhere/.venv"}))
    calls.clear()
    setup.install_locked(place / ".venv", ["core"])
    assert [words[1] for words in calls] == ["venv", "pip"]


def test_without_uv_plain_pip_reads_the_same_locks(
    place: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "find_uv", lambda: None)
    setup.install_locked(place / ".venv", ["core", "data"])
    assert calls[-1][1:4] == ["-m", "pip", "install"]
    assert "--require-hashes" in calls[-1]
    assert [Path(word).name for word in calls[-1] if word.endswith(".txt")] == ["core.txt", "data.txt"]


def test_an_old_python_is_refused_with_the_way_out(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (9, 0))
    with pytest.raises(Failure, match="make run PYTHON="):
        setup.install_locked(place / ".venv", ["core"])


@pytest.mark.parametrize("home", ["", "/does/not/exist"])
def test_without_a_home_there_is_a_folder_for_caches(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", home)
    assert Path(shell.environment()["HOME"]).is_dir()


def test_an_unset_home_is_no_trouble_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    assert Path(shell.environment()["HOME"]).is_dir()
