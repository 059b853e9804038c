"""A real installation starts with the keys that make_keys prints, and is refused in words without one of them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tools.shell import PYTHON, ROOT

NEEDED = ("HMS_SECRET_KEY", "HMS_KEYRING", "HMS_ALLOWED_HOSTS")


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    done = manage("make_keys")
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in done.stdout.split()) | {"HMS_ALLOWED_HOSTS": "hms.example.org"}


def manage(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in an environment that holds nothing but `env`."""
    return subprocess.run(
        [str(PYTHON), "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
    )


def test_the_printed_keys_are_all_that_production_wants(keys: dict[str, str], tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **keys, HMS_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", NEEDED)
def test_production_without_one_of_them_is_refused_in_words(missing: str, keys: dict[str, str], tmp_path: Path) -> None:
    rest = {name: value for name, value in keys.items() if name != missing}
    done = manage("check", **rest, HMS_DATA_DIR=str(tmp_path))
    assert done.returncode != 0
    assert f"{missing} is not set." in done.stderr.splitlines()[-1]
