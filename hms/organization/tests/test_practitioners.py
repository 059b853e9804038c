"""Practitioners and their roles."""

from __future__ import annotations

from datetime import date

import pytest

from hms.core.actor import system
from hms.core.models import AuditEvent
from hms.core.problems import Forbidden, Refused
from hms.organization import actions
from hms.organization.models import Practitioner
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return cast.actor("administrator")


class TestCreatePractitioner:
    def test_with_languages_and_qualifications(self, admin):
        one = actions.create_practitioner(
            by=admin,
            prefix="Dr",
            given="Leila",
            family="Farahani",
            licence_number="L-1",
            languages=["fa", "de"],
            qualifications=[{"kind": "degree", "code": "Cardiology", "issuer": "Chamber"}],
        )
        assert one.label == "Dr Farahani"
        assert sorted(row.code for row in one.languages.all()) == ["de", "fa"]
        assert one.qualifications.get().issuer == "Chamber"
        assert AuditEvent.objects.get().verb == "practitioner.created"
        one.refresh_from_db()
        assert one.version == 1  # what it owns came in the same deed

    def test_a_mononym_is_a_name(self, admin):
        assert actions.create_practitioner(by=admin, prefix="Dr", given="Suharto").label == "Dr Suharto"

    def test_no_name_is_refused(self, admin):
        with pytest.raises(Refused) as refusal:
            actions.create_practitioner(by=admin, prefix="Dr")
        assert refusal.value.problems[0].field == "family"

    def test_a_licence_that_ends_before_it_begins_is_refused(self, admin):
        with pytest.raises(Refused):
            actions.create_practitioner(
                by=admin, family="X", licence_start=date(2026, 2, 1), licence_end=date(2026, 2, 1)
            )

    def test_a_doctor_is_denied(self):
        with pytest.raises(Forbidden):
            actions.create_practitioner(by=cast.actor("doctor"), family="X")


class TestEditPractitioner:
    def test_languages_come_and_go_and_the_version_advances_once(self, admin):
        one = actions.create_practitioner(by=admin, family="X", languages=["en", "de"])
        actions.edit_practitioner(by=admin, practitioner=one, version=1, languages=["de", "fr"], given="Y")
        one.refresh_from_db()
        assert one.version == 2
        assert sorted(row.code for row in one.languages.all()) == ["de", "fr"]
        assert AuditEvent.objects.last().detail == {"fields": ["given", "languages"]}

    def test_qualifications_are_replaced_where_they_differ(self, admin):
        one = actions.create_practitioner(
            by=admin, family="X", qualifications=[{"kind": "degree", "code": "A"}, {"kind": "degree", "code": "B"}]
        )
        actions.edit_practitioner(
            by=admin, practitioner=one, qualifications=[{"kind": "degree", "code": "B", "issuer": "Chamber"}]
        )
        assert [(row.code, row.issuer) for row in one.qualifications.all()] == [("B", "Chamber")]

    def test_none_leaves_them_alone(self, admin):
        one = actions.create_practitioner(by=admin, family="X", languages=["en"])
        actions.edit_practitioner(by=admin, practitioner=one, given="Y")
        assert one.languages.count() == 1


class TestRoles:
    def test_a_role_is_given_and_ended(self, admin):
        one, department = make.practitioner(), make.department()
        role = actions.assign_role(
            by=admin,
            practitioner=one,
            facility=department.facility,
            department=department,
            code="doctor",
            start=date(2026, 1, 1),
        )
        assert list(Practitioner.objects.working_in(department, date(2026, 1, 1))) == [one]
        assert not Practitioner.objects.working_in(department, date(2025, 12, 31)).exists()
        actions.end_role(by=admin, role=role, end=date(2026, 3, 1))
        assert Practitioner.objects.working_in(department, date(2026, 2, 28)).exists()
        assert not Practitioner.objects.working_in(department, date(2026, 3, 1)).exists()
        assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
            "practitioner-role.assigned", "practitioner-role.ended",
        ]  # fmt: skip

    def test_the_same_role_twice_at_a_time_is_refused(self, admin):
        role = make.practitioner_role(start=date(2026, 1, 1), end=date(2026, 6, 1))
        again = {
            "practitioner": role.practitioner,
            "facility": role.facility,
            "department": role.department,
            "code": role.code,
        }
        with pytest.raises(Refused):
            actions.assign_role(by=admin, **again, start=date(2026, 5, 31))
        assert actions.assign_role(by=admin, **again, start=date(2026, 6, 1))

    def test_a_department_elsewhere_or_retired_is_refused(self, admin):
        one = make.practitioner()
        for department in (make.department(), make.department(active=False, retired_on=date(2026, 1, 1))):
            with pytest.raises(Refused):
                actions.assign_role(
                    by=admin,
                    practitioner=one,
                    facility=make.facility() if department.active else department.facility,
                    department=department,
                    code="nurse",
                    start=date(2026, 1, 1),
                )

    def test_an_end_before_its_start_is_refused(self, admin):
        with pytest.raises(Refused):
            actions.end_role(by=admin, role=make.practitioner_role(start=date(2026, 1, 1)), end=date(2026, 1, 1))


class TestImportPractitioner:
    by = system("importer", "organization.import_practitioner")

    def test_the_same_again_changes_nothing(self):
        first = actions.import_practitioner(by=self.by, system="npi", value="9", family="Haley279", given="Joe")
        again = actions.import_practitioner(by=self.by, system="npi", value="9", family="Other", given="Name")
        assert again == first
        first.refresh_from_db()
        assert (first.version, first.family, first.active) == (1, "Haley279", False)


@pytest.mark.parametrize(
    ("number", "start", "end", "expected"),
    [
        ("L", None, None, True),
        ("", None, None, False),
        ("L", date(2026, 1, 2), None, False),
        ("L", date(2026, 1, 1), None, True),
        ("L", None, date(2026, 1, 1), False),
        ("L", None, date(2026, 1, 2), True),
    ],
)
def test_a_licence_covers_its_days(number, start, end, expected):
    one = Practitioner(family="X", licence_number=number, licence_start=start, licence_end=end)
    assert one.licensed_on(date(2026, 1, 1)) is expected


def test_names_are_printed_in_the_facilitys_order():
    one = Practitioner(prefix="Dr", given="Ádám", family="Nagy")
    assert one.full_name == "Dr Ádám Nagy"
    assert one.name_in_order("family-given") == "Dr Nagy Ádám"


def test_a_login_belongs_to_one_practitioner(admin, django_user_model):
    user = django_user_model.objects.create(login_name="leila@example.org", full_name="Leila")
    one, other = make.practitioner(), make.practitioner()
    actions.link_user(by=admin, practitioner=one, user=user)
    with pytest.raises(Refused):
        actions.link_user(by=admin, practitioner=other, user=user)
    actions.link_user(by=admin, practitioner=one, user=None)
    actions.link_user(by=admin, practitioner=other, user=user)
    assert user.practitioner == other
