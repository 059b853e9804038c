"""The one type of visit that is about to be booked is found by the same rule as the list of them."""

from __future__ import annotations

from hms.accounts.codes import Duty
from hms.core import clock
from hms.core.actor import ANONYMOUS
from hms.scheduling import codes, queries
from tests import cast, make


def test_one_is_bookable_for_whom_the_list_holds_it(clinic):
    closed = make.department(clinic.facility, active=False, retired_on=clock.now().date())
    elsewhere = make.department(make.facility())
    services = [
        clinic.service,
        make.healthcare_service(clinic.department, active=False),
        make.healthcare_service(clinic.department, who_may_book=codes.WhoMayBook.STAFF),
        make.healthcare_service(closed),
        make.healthcare_service(elsewhere),
    ]
    reaches = (None, [], [clinic.facility], [clinic.facility, elsewhere.facility])
    everybody = [cast.actor(duty, facilities=reach) for duty in Duty for reach in reaches]
    for by in [*everybody, clinic.desk, clinic.himself, ANONYMOUS]:
        listed = set(queries.bookable_services(by))
        assert {one for one in services if queries.bookable_service(by, one.pk)} == listed, by


def test_it_comes_with_its_facility(clinic, django_assert_num_queries):
    with django_assert_num_queries(1):
        service = queries.bookable_service(clinic.desk, clinic.service.pk)
        assert service.facility == clinic.facility


def test_what_was_closed_a_moment_ago_is_not_bookable(clinic):
    assert queries.bookable_service(clinic.desk, clinic.service.pk)
    type(clinic.department).objects.filter(pk=clinic.department.pk).update(active=False, retired_on=clock.now().date())
    assert queries.bookable_service(clinic.desk, clinic.service.pk) is None
