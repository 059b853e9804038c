"""`make check`: everything about the source that a machine can judge without running HMS.

Lint, layout, templates, types, storeys, migrations, production settings, links in the documents, icons.
"""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import time
from collections.abc import Callable

from tools import links
from tools.assets import draw_sprite, make_assets
from tools.messages import compile_messages
from tools.setup import TESTING, make_environment
from tools.shell import PYTHON, ROOT, environment, main_of, say

Check = Callable[[], bool]


def run_checks(checks: dict[str, Check]) -> list[str]:
    """Run all of them; gives back the names of those that found something."""
    failed = []
    for name, check in checks.items():
        started = time.monotonic()
        fine = check()
        say(f"{name}: {'fine' if fine else 'NOT FINE'} ({time.monotonic() - started:.1f} s)")
        if not fine:
            failed.append(name)
    return failed


def _program(*words: str, env: dict[str, str] | None = None) -> Check:
    """A check that is a program of the environment; what it prints is shown when it fails."""

    def check() -> bool:
        done = subprocess.run(
            [str(PYTHON), *words],
            cwd=ROOT,
            env=env or environment(HMS_TESTING="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode:
            print(done.stdout.rstrip(), flush=True)
        return done.returncode == 0

    return check


def _module(name: str, *arguments: str) -> Check:
    return _program("-m", name, *arguments)


def _production() -> dict[str, str]:
    """The least a real installation has to set; keys made up here and thrown away."""
    env = environment(
        HMS_SECRET_KEY=secrets.token_urlsafe(48),
        HMS_KEYRING=f"check:{base64.b64encode(os.urandom(32)).decode()}",
        HMS_ALLOWED_HOSTS="hms.example.org",
    )
    for name in ("HMS_DEMO", "HMS_DEBUG", "HMS_TESTING"):
        env.pop(name, None)
    return env


def _documents() -> bool:
    broken = links.broken_links(ROOT)
    for line in broken:
        print(line)
    return not broken


def _icons() -> bool:
    unknown = draw_sprite()
    for name, paths in sorted(unknown.items()):
        print(f"No icon is called {name!r}: {', '.join(str(path.relative_to(ROOT)) for path in paths)}")
    return not unknown


# What `make test` runs as well, being quick.
LINT: dict[str, Check] = {
    "Lint (ruff)": _module("ruff", "check", "--quiet", "."),
    "Storeys (import-linter)": _program(
        "-c", "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    ),
    "Migrations are made": _program("manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
}
CHECKS: dict[str, Check] = {
    **LINT,
    "Layout (ruff format)": _module("ruff", "format", "--check", "--quiet", "."),
    "Templates (djlint)": _module("djlint", "--lint", "--quiet", "hms"),
    "Types (mypy)": _module("mypy"),
    "Production settings": _program("manage.py", "check", "--deploy", "--fail-level", "WARNING", env=_production()),
    "Links in the documents": _documents,
    "Icons": _icons,
}


def main() -> int:
    make_environment(TESTING)
    make_assets()
    compile_messages()
    failed = run_checks(CHECKS)
    if failed:
        say(f"Not fine: {', '.join(failed)}.")
        return 1
    say(f"All {len(CHECKS)} checks are fine.")
    return 0


if __name__ == "__main__":
    main_of(main)
