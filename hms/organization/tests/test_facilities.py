"""Opening and changing facilities, their letterhead and closed days; organisations from elsewhere."""

from __future__ import annotations

import io
import sys
from datetime import date

import pytest
import time_machine
from PIL import Image

from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused, Stale
from hms.organization import actions
from hms.organization.calendars import closed_days, public_holidays
from hms.organization.letterhead import prepare_logo
from hms.organization.models import ExternalOrganization, Facility
from tests import cast, make

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Alder Valley", "code": "AV", "time_zone": "Europe/Berlin", "currency": "EUR", "country": "DE"}


@pytest.fixture
def admin():
    return cast.actor("administrator")


class TestCreateFacility:
    def test_it_is_opened_with_a_letterhead(self, admin):
        facility = actions.create_facility(by=admin, **FIELDS)
        assert Facility.objects.get().letterhead.heading == ""
        line = AuditEvent.objects.get()
        assert (line.verb, line.subject_id, line.facility_id, line.detail) == (
            "facility.created", facility.pk, facility.pk, {},
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"time_zone": "Mars/Base"}, "time_zone"), ({"currency": "Euro"}, "currency"), ({"country": "D"}, "country")],
    )
    def test_malformed_codes_are_refused(self, admin, change, field):
        with pytest.raises(Refused) as refusal:
            actions.create_facility(by=admin, **FIELDS | change)
        assert [problem.field for problem in refusal.value.problems] == [field]

    def test_a_code_in_use_is_refused(self, admin):
        make.facility(code="AV")
        with pytest.raises(Refused) as refusal:
            actions.create_facility(by=admin, **FIELDS)
        assert refusal.value.codes == ["duplicate"]

    @pytest.mark.parametrize("name", ["id", "version", "active", "anything"])
    def test_no_other_field_can_be_set(self, admin, name):
        with pytest.raises(TypeError):
            actions.create_facility(by=admin, **FIELDS, **{name: "x"})

    def test_a_stranger_is_denied(self):
        with pytest.raises(Forbidden):
            actions.create_facility(by=cast.stranger(), **FIELDS)

    def test_the_same_form_twice_opens_one(self, admin):
        first = actions.create_facility(by=admin, idempotency_key="k", **FIELDS)
        assert actions.create_facility(by=admin, idempotency_key="k", **FIELDS) == first


class TestEditFacility:
    def test_it_names_the_changed_fields(self, admin):
        facility = make.facility(phone="1")
        actions.edit_facility(by=admin, facility=facility, version=1, phone="2", name=facility.name)
        line = AuditEvent.objects.get()
        assert (line.verb, line.detail) == ("facility.edited", {"fields": ["phone"]})

    def test_the_currency_stays(self, admin):
        facility = make.facility()
        with pytest.raises(Refused) as refusal:
            actions.edit_facility(by=admin, facility=facility, currency="USD")
        assert refusal.value.problems[0].field == "currency"

    def test_a_stale_form_is_refused_with_what_is_there_now(self, admin):
        facility = make.facility()
        actions.edit_facility(by=admin, facility=facility, version=1, phone="new")
        with pytest.raises(Stale) as refusal:
            actions.edit_facility(by=admin, facility=facility, version=1, phone="other")
        assert refusal.value.theirs.phone == "new"

    def test_a_stranger_is_denied(self):
        with pytest.raises(Forbidden):
            actions.edit_facility(by=cast.actor("doctor"), facility=make.facility(), phone="2")


class TestLetterhead:
    def test_words_are_set_and_the_logo_stays_until_it_is_removed(self, admin):
        facility = make.facility()
        actions.set_letterhead(by=admin, facility=facility, heading="Since 1911", logo=b"png")
        actions.set_letterhead(by=admin, facility=facility, heading="Since 1912", footer="Bank")
        facility.letterhead.refresh_from_db()
        assert (facility.letterhead.heading, bytes(facility.letterhead.logo)) == ("Since 1912", b"png")
        actions.set_letterhead(by=admin, facility=facility, remove_logo=True)
        facility.letterhead.refresh_from_db()
        assert facility.letterhead.logo is None
        assert AuditEvent.objects.filter(verb="letterhead.set").count() == 3


def picture(size=(1200, 300), kind="JPEG", mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, kind)
    return out.getvalue()


class TestPrepareLogo:
    def test_a_jpeg_becomes_a_small_png(self):
        with Image.open(io.BytesIO(prepare_logo(picture()))) as logo:
            assert (logo.format, logo.size) == ("PNG", (480, 120))

    @pytest.mark.parametrize(
        "data",
        [b"", b"<svg onload='x'/>", b"\x89PNG\r\n\x1a\n garbage", picture(kind="GIF", mode="P"), b"x" * (2**21 + 1)],
        ids=["empty", "svg", "broken", "gif", "large"],
    )
    def test_anything_else_is_refused(self, data):
        with pytest.raises(Refused):
            prepare_logo(data)

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        with pytest.raises(Refused):
            prepare_logo(picture(size=(6000, 6000), kind="PNG", mode="1"))

    def test_nothing_hidden_in_the_file_survives(self):
        assert b"secret" not in prepare_logo(picture() + b"secret")


class TestClosedDays:
    def test_public_holidays_and_own_days(self, admin):
        facility = make.facility(country="DE", subdivision="BY", language="de")
        first, last = date(2026, 12, 1), date(2027, 1, 31)
        assert closed_days(facility, first, last) == {
            date(2026, 12, 25): "Erster Weihnachtstag",
            date(2026, 12, 26): "Zweiter Weihnachtstag",
            date(2027, 1, 1): "Neujahr",
            date(2027, 1, 6): "Heilige Drei Könige",
        }
        actions.add_closed_day(by=admin, facility=facility, day=date(2026, 12, 24), name="Stocktaking")
        row = actions.add_closed_day(by=admin, facility=facility, day=date(2027, 1, 6), name="Open", closed=False)
        assert list(closed_days(facility, first, last)) == [
            date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1),
        ]  # fmt: skip
        actions.remove_closed_day(by=admin, closed_day=row)
        assert date(2027, 1, 6) in closed_days(facility, first, last)
        assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
            "closed-day.added", "closed-day.added", "closed-day.removed",
        ]  # fmt: skip

    def test_an_unknown_country_has_none(self):
        assert public_holidays("ZZ", "", 2026) == {}
        assert public_holidays("DE", "nowhere", 2026)

    def test_they_are_told_in_the_language_of_the_facility_or_the_countrys_own(self):
        day = date(2026, 12, 25)
        assert public_holidays("DE", "", 2026, "de")[day] == "Erster Weihnachtstag"
        assert public_holidays("DE", "", 2026, "en")[day] == "Christmas Day"
        assert public_holidays("FR", "", 2026, "eo")[day] == "Noël"

    def test_every_year_is_whole_and_alone(self):
        for year in (2024, 2025, 2029, 2030):
            days = public_holidays("AT", "", year)
            assert {day.year for day in days} == {year}
            assert {date(year, 1, 1), date(year, 10, 26), date(year, 12, 26)} <= set(days)

    def test_the_package_stays_out_of_the_process_that_asks(self):
        assert public_holidays("NO", "", 2041)
        assert "holidays" not in sys.modules

    def test_one_query(self, django_assert_num_queries):
        facility = make.facility()
        with django_assert_num_queries(1):
            closed_days(facility, date(2026, 1, 1), date(2028, 12, 31))


class TestImportOrganization:
    by = system("importer", "organization.import_organization")
    who = {"system": "urn:npi", "value": "1", "name": "Elsewhere General"}

    def test_the_same_again_changes_nothing(self):
        first = actions.import_organization(by=self.by, **self.who)
        assert actions.import_organization(by=self.by, **self.who) == first
        assert ExternalOrganization.objects.get().version == 1

    def test_a_new_name_is_taken_over(self):
        actions.import_organization(by=self.by, **self.who)
        actions.import_organization(by=self.by, **self.who | {"name": "Elsewhere Clinic"})
        assert ExternalOrganization.objects.get().name == "Elsewhere Clinic"


@time_machine.travel("2026-11-23T23:30:00Z", tick=False)
def test_a_facility_knows_its_zone():
    assert str(make.facility(time_zone="Pacific/Auckland").zone) == "Pacific/Auckland"


def test_staff_see_the_facilities_of_their_duties():
    north, south = make.facility(), make.facility()
    assert set(Facility.objects.worked_in_by(cast.actor("billing"))) == {north, south}
    assert set(Facility.objects.worked_in_by(cast.actor("billing", facilities=[south]))) == {south}
