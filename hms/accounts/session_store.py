"""Django's sessions in the database, found by a query that is prepared: every request begins with it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField

from hms.core import clock
from hms.core.prepared import Given, Prepared

_DATA = Prepared(
    lambda: Session.objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField())
    ).values_list("session_data", flat=True)
)


class SessionStore(db.SessionStore):
    """As Django's own."""

    def load(self) -> dict[str, Any]:
        data = _DATA.first(key=self.session_key, now=clock.now())
        if data is None:
            self._session_key = None
            return {}
        return self.decode(data)
