"""The people of the journeys, added to the demo hospital by its own actions.

Each journey has a doctor and patients to itself, so that none stands in another's way and each can be walked alone.
Runs inside the hospital: `manage.py shell -c "from tests.journeys.scene import lay; lay()"`.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from hms.accounts.actions import create_user, issue_token
from hms.accounts.codes import Duty
from hms.accounts.models import User
from hms.accounts.tokens import actor_from_token
from hms.core import clock
from hms.core.actor import system
from hms.formulary.models.knowledge import Statement
from hms.organization.actions import add_closed_day, assign_role, create_location, create_practitioner
from hms.organization.calendars import closed_days
from hms.organization.models import Facility, Practitioner
from hms.patients.actions import bulk_register_patients, import_safety_facts, link_portal_user
from hms.patients.actions.safety import NewAllergy, Reaction
from hms.patients.intake import Contact, NewPatient
from hms.patients.models import Patient
from hms.patients.rules.names import Name
from hms.patients.rules.partial_dates import PartialDate
from hms.scheduling import links
from hms.scheduling.actions import book_appointment, create_service
from hms.scheduling.actions.bulk import NewVisit, bulk_book
from hms.scheduling.actions.schedules import Hours, create_schedule
from hms.scheduling.codes import LIVE
from hms.scheduling.models import Appointment, HealthcareService, Schedule
from tests import make
from tests.hospital import PASSWORD

BY = system("journeys")
# Who treats whom today, in the order of the day.
DAYS = {
    "Linnea Sandberg": ["Wennerholm, Astrid", "Dovrefjell, Runa"],
    "Ngozi Okoye": ["Brandstaetter, Wilhelmina", "Castellanos, Aurelio"],
    "Mateo Rivera": ["Lindenhall, Tove", "Lindenhall, Tuva"],
    "Jonas Keller": ["Vasquez-Thorne, Paloma"],
    "Ifeoma Achebe": ["Ravensworth, Cordelia"],
    "Claire Moreau": ["Featherstone, Barnaby"],
    "Felix Marchetti": [],
    "Ilse Nakamura": ["Eskildsen, Bertram"],
    "Solveig Aldersey": [],
    "Yara Lindqvist": ["Ostrander, Anselm", "Quillfeather, Odile"],
    "Maren Holloway": [],
    "Tobias Wrenfield": [],
    "Rowan Ashgrove": [],
}
# Who comes on a day to come, and in how many days at the earliest: never on a day on which the house is closed.
AHEAD = {
    "Solveig Aldersey": {"Hawksmoor, Rosalind": 3, "Tremayne, Isolde": 20},
    "Tobias Wrenfield": {"Pemberton, Auden": 30, "Carraway, Silas": 36},
    "Rowan Ashgrove": {"Kestrelhay, Juno": 4},
}
# Born, and of which sex. No name is worn by anybody else in the demo hospital.
PEOPLE = {
    "Wennerholm, Astrid": ("1948-02-11", "female"),
    "Okonjo, Chidera": ("1979-07-30", "female"),
    "Dovrefjell, Runa": ("1969-03-09", "female"),
    "Brandstaetter, Wilhelmina": ("1951-09-04", "female"),
    "Castellanos, Aurelio": ("1968-12-19", "male"),
    "Lindenhall, Tove": ("1983-04-02", "female"),
    "Lindenhall, Tuva": ("1983-04-12", "female"),
    "Vasquez-Thorne, Paloma": ("1955-06-23", "female"),
    "Ravensworth, Cordelia": ("1972-01-08", "female"),
    "Featherstone, Barnaby": ("1990-10-15", "male"),
    "Eskildsen, Bertram": ("1965-02-27", "male"),
    "Thorbjørnsen, Ingeborg": ("1957-05-17", "female"),
    "Adebayo-Finch, Folasade": ("1995-03-28", "female"),
    "Marlowe-Quinn, Edith": ("1944-11-02", "female"),
    "Osei-Tutu, Kwabena": ("1961-08-26", "male"),
    "Ravelli, Donata": ("1986-05-05", "female"),
    "Hawksmoor, Rosalind": ("1953-12-01", "female"),
    "Tremayne, Isolde": ("1978-04-19", "female"),
    "Penhaligon, Jory": ("1969-08-08", "male"),
    "Ostrander, Anselm": ("1971-10-03", "male"),
    "Quillfeather, Odile": ("1962-03-14", "female"),
    "Lockhart, Imogen": ("1959-01-21", "female"),
    "Pemberton, Auden": ("1971-06-14", "male"),
    "Carraway, Silas": ("1964-10-03", "male"),
    "Kestrelhay, Juno": ("1974-05-29", "female"),
    "Marchbanks, Elowen": ("1949-09-17", "female"),
    "Trevanion, Piran": ("1957-02-03", "male"),
    # Treated by nobody.
    "Zellwood, Philippa": ("1987-06-06", "female"),
}
# Who was here before, and with whom.
SEEN = {"Osei-Tutu, Kwabena": "Jonas Keller", "Marlowe-Quinn, Edith": "Jonas Keller"}
# Patients who sign in at the portal, by given name.
PORTAL = ["Edith", "Donata", "Aurelio", "Cordelia", "Philippa", "Isolde", "Imogen", "Auden"]
PENICILLIN = NewAllergy(
    "Penicillin", "allergy", "medication", "high", allergy_group="penicillins", verification_status="confirmed",
    reactions=[Reaction("Anaphylaxis", "severe")],
)  # fmt: skip


def login(name: str) -> str:
    """How somebody of the scene signs in."""
    return f"{name.lower()}@journeys.hms"


def lay() -> None:
    """Put everybody in place and print, as JSON, the record numbers by name."""
    call_command("load_icd10cm", "--slice", stdout=io.StringIO())
    facility = Facility.objects.active().order_by("id").first()
    assert facility is not None
    service = HealthcareService.objects.select_related("department").get(
        facility=facility, department__code="med", capacity=1
    )
    password = make_password(PASSWORD)
    patients = _patients(facility)
    doctors = {name: _doctor(name, service, password) for name in DAYS}
    nine = _nine(facility)
    for name, day in DAYS.items():
        times = [nine + dt.timedelta(hours=number) for number in range(len(day))]
        _visits(facility, service, doctors[name], zip(times, (patients[who] for who in day), strict=True))
    for name, coming in AHEAD.items():
        when = ((_open_day(facility, nine, days), patients[who]) for who, days in coming.items())
        _visits(facility, service, doctors[name], when)
    for number, (who, name) in enumerate(SEEN.items()):
        then = nine - dt.timedelta(days=14, hours=number)
        _visits(facility, service, doctors[name], [(then, patients[who])], status="fulfilled")
    for who, patient in patients.items():
        family, given = who.split(", ")
        if given in PORTAL:
            user = _user(given, f"{given} {family}", Duty.PATIENT, password)
            link_portal_user(by=BY, patient=patient, user=user)
    # A login that belongs to no record yet.
    _user("newcomer", "Raúl Fernández", "", password)
    _facts(facility, patients)
    print(json.dumps({who: one.mrn for who, one in patients.items()}))


def treat(doctor: str, family: str) -> None:
    """Let a doctor of the scene have seen somebody a fortnight ago; print the patient's id as JSON."""
    patient = Patient.objects.get(names__family=family)
    who = Practitioner.objects.get(family=doctor)
    facility = Facility.objects.active().order_by("id").first()
    assert facility is not None
    service = HealthcareService.objects.select_related("department").get(
        facility=facility, department__code="med", capacity=1
    )
    then = _nine(facility) - dt.timedelta(days=14, hours=3)
    _visits(facility, service, who, [(then, patient)], status="fulfilled")
    print(json.dumps(str(patient.pk)))


def come_link(family: str) -> None:
    """Print the address at which somebody of today checks in by phone, as JSON."""
    (visit,) = Appointment.objects.filter(participants__patient__names__family=family, status__in=LIVE)
    print(json.dumps(f"/scheduling/come/{links.secret_of(visit)}/"))


def again(doctor: str, taken_by: str) -> None:
    """Close the house on the second of six Tuesdays, give the third at nine to somebody; print the first, as JSON."""
    facility = Facility.objects.active().order_by("id").first()
    assert facility is not None
    service = HealthcareService.objects.select_related("department").get(
        facility=facility, department__code="med", capacity=1
    )
    nine = _nine(facility) + dt.timedelta(days=100)
    nine += dt.timedelta(days=(1 - nine.weekday()) % 7)
    week = dt.timedelta(days=7)
    # Far enough ahead that no other journey books there, and where no holiday of the country is in the way.
    while closed_days(facility, nine.date(), (nine + 7 * week).date()).keys() & {
        (nine + number * week).date() for number in range(8)
    }:
        nine += week
    add_closed_day(by=BY, facility=facility, day=(nine + week).date(), name="Founders' Day", closed=True)
    who = Practitioner.objects.get(family=doctor)
    _visits(facility, service, who, [(nine + 2 * week, Patient.objects.get(names__family=taken_by))])
    print(json.dumps(nine.date().isoformat()))


def course(doctor: str, full: list[str]) -> None:
    """A group of two on Tuesdays at nine, the first of which is full; print the first day, as JSON."""
    facility = Facility.objects.active().order_by("id").first()
    assert facility is not None
    department = HealthcareService.objects.get(facility=facility, department__code="med").department
    rehab = create_service(
        by=BY, department=department, code="rehab", name="Cardiac rehab", rank=900, duration_new=60,
        duration_followup=60, step=60, capacity=2, who_may_book="everyone", delivery="in-person",
    )  # fmt: skip
    nine, week = _nine(facility) + dt.timedelta(days=8), dt.timedelta(days=7)
    nine += dt.timedelta(days=(1 - nine.weekday()) % 7)
    while closed_days(facility, nine.date(), (nine + 3 * week).date()).keys() & {
        (nine + number * week).date() for number in range(4)
    }:
        nine += week
    schedule = Schedule.objects.get(practitioner_role__practitioner__family=doctor)
    for family in full:
        patient = Patient.objects.get(names__family=family)
        book_appointment(by=BY, patient=patient, schedule=schedule, service=rehab, start_at=nine)
    print(json.dumps(nine.date().isoformat()))


def forget() -> None:
    """Empty the tables of what is known about medicines."""
    for model in apps.get_app_config("formulary").get_models():
        if issubclass(model, Statement):
            model._base_manager.all().delete()


def issue(name: str, number: int) -> None:
    """Print so many bearer tokens of somebody, as JSON."""
    user = User.objects.get(login_name=name)
    lasts = dt.timedelta(days=1)
    made = [issue_token(by=BY, user=user, name="journey", scopes="user/*.rs", lasts=lasts) for _one in range(number)]
    print(json.dumps([token.bearer for token in made]))


def good(bearers: list[str]) -> None:
    """Print which bearer tokens let anybody in, as JSON."""
    print(json.dumps([actor_from_token(bearer) is not None for bearer in bearers]))


def _patients(facility: Facility) -> dict[str, Patient]:
    told = [
        NewPatient(
            names=[Name(family=who.split(", ")[0], given=who.split(", ")[1])],
            birth=PartialDate(born),
            gender=sex,
            contacts=[Contact(f"+49 30 55512{number:02}", "phone", "mobile")],
        )
        for number, (who, (born, sex)) in enumerate(PEOPLE.items())
    ]
    return dict(zip(PEOPLE, bulk_register_patients(by=BY, people=told, facility=facility), strict=True))


def _doctor(name: str, service: HealthcareService, password: str) -> Practitioner:
    """A doctor with hours on every day of the week: tests run on Sundays too."""
    given, family = name.split()
    user = _user(family, name, Duty.DOCTOR, password)
    doctor = create_practitioner(
        by=BY, user=user, prefix="Dr", given=given, family=family, gender="unknown", licence_number=f"J-{family}",
        qualifications=[], languages=["en"],
    )  # fmt: skip
    department, facility = service.department, service.facility
    role = assign_role(
        by=BY, practitioner=doctor, facility=facility, department=department, code="doctor",
        specialty=department.specialty, start=dt.date(2020, 1, 1),
    )  # fmt: skip
    room = create_location(by=BY, facility=facility, department=department, name=f"Room {family}", kind="ro")
    hours = [Hours(weekday, dt.time(8), dt.time(17), room) for weekday in range(7)]
    create_schedule(by=BY, valid_from=dt.date(2026, 1, 1), practitioner_role=role, hours=hours)
    return doctor


def _nine(facility: Facility) -> dt.datetime:
    """Nine o'clock today."""
    return dt.datetime.combine(clock.today(facility.time_zone), dt.time(9), clock.zone(facility.time_zone))


def _open_day(facility: Facility, nine: dt.datetime, days: int) -> dt.datetime:
    """Nine o'clock on the first day, so many from now or more, on which the house is open."""
    first = nine.date() + dt.timedelta(days=days)
    closed = closed_days(facility, first, first + dt.timedelta(days=30))
    day = next(one for number in range(30) if (one := first + dt.timedelta(days=number)) not in closed)
    return dt.datetime.combine(day, dt.time(9), nine.tzinfo)


def _visits(
    facility: Facility,
    service: HealthcareService,
    doctor: Practitioner,
    who_comes: Iterable[tuple[dt.datetime, Patient]],
    status: str = "booked",
) -> None:
    visits = [
        NewVisit(
            patient=patient, practitioner=doctor, service=service, start_at=start, status=status,
            reason="Cough and fever for five days",
        )
        for start, patient in who_comes
    ]  # fmt: skip
    bulk_book(by=BY, facility=facility, visits=visits)


def _user(name: str, full_name: str, duty: str, password: str) -> User:
    return create_user(
        by=BY,
        login_name=login(name),
        full_name=full_name,
        email=login(name),
        password_hash=password,
        duties=[(duty, None)] if duty else [],
    )


def _facts(facility: Facility, patients: dict[str, Patient]) -> None:
    """What makes a medicine dangerous: warfarin, and an allergy to penicillin."""
    warfarin: list[Any] = ["Brandstaetter, Wilhelmina", "Vasquez-Thorne, Paloma"]
    for who in warfarin:
        make.medication_request(
            patients[who], "warfarin-5-mg-tablet", facility=facility, source=f"scene/{who}", requester=None
        )
    import_safety_facts(by=BY, allergies=[(patients["Castellanos, Aurelio"], PENICILLIN)])
