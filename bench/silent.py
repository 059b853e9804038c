"""HMS without its trail, to see what the trail costs: lines are made and counted, and not written.

There is no such switch in HMS; this module takes a piece out by hand, and only the bench loads it.
"""

from __future__ import annotations

from typing import Any

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()


def _unwritten(*arguments: Any, **told: Any) -> Any:
    """In the place of `trail._write`."""
    return None


def _take_out() -> None:
    from hms.core import trail

    trail._write = _unwritten


_take_out()
