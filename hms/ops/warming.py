"""What every worker of the web server would load for its first visitors, loaded once before there are workers.

They share it from then on. Without it the first request of each worker, also of one that was renewed at noon, cost a
second more than the next.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError
from django.template.loader import get_template
from django.urls import get_resolver

from hms.core import clock
from hms.organization.calendars import public_holidays
from hms.organization.models import Facility

GARBAGE_AFTER = 10_000
M_ARENA_MAX = -8  # malloc.h


def warm_up() -> None:
    """Load pages, templates and the calendars of the facilities."""
    # Every address brings its view, and by that nearly all of HMS.
    get_resolver().url_patterns  # noqa: B018
    if not settings.DEBUG:  # else they are read anew each time
        for name in _templates():
            get_template(name)
    _calendars()


def settle() -> None:
    """Leave what is loaded out of the search for garbage, search less often, and let threads share one heap.

    Python looks for garbage in circles by walking all that it made: 80 ms for what HMS has loaded, every 40 requests
    or so. What is there before the workers begin is left out for good; of the rest it waits for more to be worth it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 10, 10)
    # The C library gives each thread a heap of its own and so keeps 10 MB that another thread could use. Threads of
    # Python work one at a time and need no second heap. Other libraries than GNU's know no such setting.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _templates() -> Iterator[str]:
    """The names of our own, and of Django's controls of forms."""
    folders = [Path(folder) for folder in settings.TEMPLATES[0]["DIRS"]]
    folders += [Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("hms.")]
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.rglob("*.html")):
            yield path.relative_to(folder).as_posix()


def _calendars() -> None:
    """Public holidays of this year and the next: the package that knows them is heavy."""
    try:
        facilities = list(Facility.objects.active())
    except DatabaseError:
        return  # Whoever asks for a page will be told that it is away.
    for one in facilities:
        this_year = clock.today(one.time_zone).year
        for year in (this_year, this_year + 1):
            public_holidays(one.country, one.subdivision, year, one.language)
