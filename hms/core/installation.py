"""Demo and production never mix, whatever the environment says: the database remembers which it is."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from hms.core.models import Installation


def settle() -> Installation:
    """Note, once and for ever, what kind of installation a new database is. Called by `migrate`."""
    kind = Installation.Kind.DEMO if settings.DEMO else Installation.Kind.PRODUCTION
    installation, _made = Installation.objects.get_or_create(id=1, defaults={"kind": kind})
    return installation


def kind() -> str | None:
    """ "demo", "production", or None for a database that is not set up yet."""
    try:
        row = Installation.objects.first()
    except DatabaseError:
        return None
    return row.kind if row else None


def check() -> None:
    """Refuse to go on where demo meets production. Called by whatever serves or works."""
    if settings.TESTING or settings.DEBUG:
        return
    found = kind()
    if found is None:
        raise ImproperlyConfigured("This database is not set up yet. Run: python manage.py migrate")
    if settings.DEMO and found == Installation.Kind.PRODUCTION:
        raise ImproperlyConfigured(
            "HMS_DEMO=1 is set, but this database belongs to a production installation. "
            "Unset HMS_DEMO, or point HMS_DATABASE_URL at a database of its own for the demo."
        )
    if not settings.DEMO and found == Installation.Kind.DEMO:
        raise ImproperlyConfigured(
            "This database holds the demo hospital, whose passwords everybody knows. "
            "Point HMS_DATABASE_URL at a new database, or set HMS_DEMO=1 to look at the demo."
        )
