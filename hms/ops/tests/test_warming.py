"""What is loaded before the workers begin."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from django.template.loader import get_template

from hms.core import clock
from hms.ops import warming
from hms.organization import calendars
from hms.organization.models import Facility
from tests import make

pytestmark = pytest.mark.django_db


def test_calendars_of_this_year_and_the_next_are_known_afterwards():
    facility = make.facility(country="DE", subdivision="BE", language="de")
    calendars._asked.cache_clear()
    warming.warm_up()
    known = calendars._asked.cache_info().misses
    year = clock.today(facility.time_zone).year
    for asked in (year, year + 1):
        calendars.public_holidays("DE", "BE", asked, "de")
    assert calendars._asked.cache_info().misses == known


def test_our_templates_are_among_those_that_are_read():
    names = set(warming._templates())
    assert {"scheduling/taken.html", "frame.html", "patients/banner.html", "django/forms/widgets/attrs.html"} <= names
    assert get_template("scheduling/taken.html")


def test_a_database_that_is_away_does_not_keep_the_server_from_starting(monkeypatch):
    def away(_rows):
        raise DatabaseError("away")

    monkeypatch.setattr(type(Facility.objects.all()), "active", away)
    warming.warm_up()
