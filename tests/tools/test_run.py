"""A new database is filled whole or not at all, whatever cuts the filling short."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tools import run

_cut: list[AbstractContextManager[None]] = []


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HMS_DATA_DIR": str(tmp_path / "data of mine"), "HMS_DEMO": "1"}


def file_of(env: dict[str, str]) -> Path:
    return Path(env["HMS_DATA_DIR"]) / "hms.sqlite3"


def begun(env: dict[str, str]) -> None:
    """A database of which a power cut left the first half."""
    # Held on to, or Python would end it in good order when nobody looks.
    _cut.append(run._whole_or_not_at_all(env))
    _cut[-1].__enter__()
    file_of(env).parent.mkdir(exist_ok=True)
    file_of(env).write_text("half a hospital")


def test_a_failure_leaves_nothing(env: dict[str, str]) -> None:
    filling = run._whole_or_not_at_all(env)
    filling.__enter__()
    file_of(env).write_text("half a hospital")
    assert not filling.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None), "it goes on"
    assert list(file_of(env).parent.iterdir()) == []


def test_a_demo_that_was_cut_short_is_made_anew(env: dict[str, str]) -> None:
    begun(env)
    with run._whole_or_not_at_all(env):
        assert not file_of(env).exists()
        file_of(env).write_text("a whole hospital")
    with run._whole_or_not_at_all(env):
        assert file_of(env).read_text() == "a whole hospital"
    assert [path.name for path in file_of(env).parent.iterdir()] == ["hms.sqlite3"]


@pytest.mark.parametrize("change", [{"HMS_DEMO": "0"}, {"HMS_DATABASE_URL": "postgres://somewhere/else"}])
def test_a_real_database_is_never_removed_at_the_next_start(env: dict[str, str], change: dict[str, str]) -> None:
    begun(env | change)
    with run._whole_or_not_at_all(env | change):
        assert file_of(env).read_text() == "half a hospital"
    with pytest.raises(ZeroDivisionError), run._whole_or_not_at_all(env | change):
        1 / 0  # noqa: B018
    assert file_of(env).read_text() == "half a hospital"
