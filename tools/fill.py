"""Brings a database up to date and fills a new one: one process, since each start of Django costs two seconds.

Called by tools/run.py in the project's own environment: python -m tools.fill
"""

from __future__ import annotations

import os

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from tools.shell import Failure, main_of


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms.settings")
    try:
        django.setup()
        _fill(demo=os.environ.get("HMS_DEMO") == "1")
    except (CommandError, ImproperlyConfigured) as error:
        raise Failure(str(error)) from error
    return 0


def _fill(*, demo: bool) -> None:
    """Each step does nothing where nothing is to do."""
    from hms.core import installation  # once Django is set up

    print("  Bringing the database up to date …", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    installation.check()
    if demo:
        call_command("demo", if_empty=True)
    else:
        call_command("load_terminology")
        call_command("load_formulary")
    call_command("load_icd10cm")


if __name__ == "__main__":
    main_of(main)
