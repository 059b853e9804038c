"""Demo and production never mix, whatever the environment says: the database remembers which it is."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from hms.core.models import Installation


def settle() -> Installation:
    """Note, once and for ever, what kind of installation a new database is. Called by `migrate`."""
    kind = Installation.Kind.DEMO if _nobody_is_real() else Installation.Kind.PRODUCTION
    installation, _made = Installation.objects.get_or_create(id=1, defaults={"kind": kind})
    return installation


def kind() -> str | None:
    """ "demo", "production", or None for a database that is not set up yet."""
    try:
        row = Installation.objects.first()
    except DatabaseError:
        return None
    return row.kind if row else None


def check(*, may_be_new: bool = False) -> None:
    """Refuse to go on where demo meets production. Called by whatever serves, works or migrates."""
    if settings.TESTING:
        return
    found = kind()
    if found is None:
        if may_be_new:
            return
        raise ImproperlyConfigured("This database is not set up yet. Run: python manage.py migrate")
    if _nobody_is_real() and found == Installation.Kind.PRODUCTION:
        set_here = "HMS_DEMO=1" if settings.DEMO else "HMS_DEBUG=1"
        raise ImproperlyConfigured(
            f"{set_here} is set, but this database belongs to a production installation. "
            "Unset it, or point HMS_DATABASE_URL at a database of its own for try-outs."
        )
    if not _nobody_is_real() and found == Installation.Kind.DEMO:
        raise ImproperlyConfigured(
            "This database holds the demo hospital, whose passwords everybody knows. "
            "Point HMS_DATABASE_URL at a new database, or set HMS_DEMO=1 to look at the demo."
        )


def _nobody_is_real() -> bool:
    return bool(settings.DEMO or settings.DEBUG)
