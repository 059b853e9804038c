"""The house and the people who work in it: 2 facilities, 12 departments, 40 practitioners with weekly hours."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Final

from django.contrib.auth.hashers import make_password

from hms.accounts.actions import create_user
from hms.accounts.codes import Duty
from hms.accounts.demo import DOMAIN, PASSWORD
from hms.accounts.models import User
from hms.billing.actions import set_price
from hms.billing.codes import PLAIN_VISIT
from hms.core import clock
from hms.core.actor import Actor
from hms.ops.demo.names import people
from hms.organization.actions import (
    assign_role,
    create_department,
    create_device,
    create_facility,
    create_location,
    create_practitioner,
    set_letterhead,
)
from hms.organization.models import Department, Facility, Location, Practitioner, PractitionerRole
from hms.scheduling.actions.schedules import Hours, create_schedule, create_service
from hms.scheduling.models import HealthcareService

ZONE: Final = "Europe/Berlin"
# Hours and prices hold from before the oldest visit of the demo.
IN_FORCE_FOR: Final = dt.timedelta(days=120)

# code, name, specialty, which facility, practitioners, minutes new / follow-up
_DEPARTMENTS: Final = [
    ("gp", "General practice", "general-practice", 0, 6, 20, 10),
    ("med", "Internal medicine", "internal-medicine", 0, 5, 40, 20),
    ("card", "Cardiology", "cardiology", 0, 4, 40, 20),
    ("paed", "Children's clinic", "paediatrics", 0, 4, 30, 15),
    ("gyn", "Women's health", "obstetrics", 0, 3, 30, 20),
    ("orth", "Orthopaedics", "orthopaedics", 0, 3, 30, 15),
    ("derm", "Skin clinic", "dermatology", 0, 2, 20, 10),
    ("neuro", "Neurology", "neurology", 0, 2, 40, 20),
    ("gp-n", "General practice, north", "general-practice", 1, 5, 20, 10),
    ("diab", "Diabetes clinic", "endocrinology", 1, 2, 40, 20),
    ("eye", "Eye clinic", "ophthalmology", 1, 2, 20, 10),
    ("psych", "Mental health", "psychiatry", 1, 2, 60, 30),
]
_CONSULTATION: Final = "consultation"
# Code, what it is called, net price in cents.
_PRICES: Final = [(PLAIN_VISIT, "Visit", 3500), (_CONSULTATION, "Consultation", 4800)]
# The accounts of the contract: who they are and what they do.
_ACCOUNTS: Final = [
    ("admin", "Ada Lindqvist", Duty.ADMINISTRATOR),
    ("nurse", "Noor Haddad", Duty.NURSE),
    ("desk", "Petra Solheim", Duty.FRONT_DESK),
    ("lab", "Luis Ortega", Duty.LABORATORY),
    ("pharmacy", "Phuong Tran", Duty.PHARMACIST),
    ("billing", "Bodil Hansen", Duty.BILLING),
    ("privacy", "Priya Menon", Duty.PRIVACY_OFFICER),
]


@dataclass(slots=True)
class Clinic:
    """A department with what the calendar needs."""

    department: Department
    service: HealthcareService
    doctors: list[Practitioner] = field(default_factory=list)
    rooms: dict[object, Location] = field(default_factory=dict)


@dataclass(slots=True)
class House:
    """What was built."""

    facilities: list[Facility]
    clinics: list[Clinic]
    accounts: dict[str, User]
    doctor: Practitioner

    @property
    def practitioners(self) -> list[Practitioner]:
        return [doctor for clinic in self.clinics for doctor in clinic.doctors]


def build(by: Actor, rng: random.Random, zone: str = ZONE) -> House:
    """Make the house, its staff and their hours, on the clock of this zone."""
    facilities = [
        _facility(by, zone, *row)
        for row in (
            ("Alder Valley Hospital", "AV", "1 Alder Road", "12345", "Alder Valley", "+49 30 5550100"),
            ("Alder Valley North", "AVN", "27 Mill Lane", "12399", "Northbrook", "+49 30 5550200"),
        )
    ]
    password = make_password(PASSWORD)
    accounts = {
        name: create_user(
            by=by,
            login_name=f"{name}{DOMAIN}",
            full_name=full_name,
            email=f"{name}{DOMAIN}",
            password_hash=password,
            duties=[(duty, None)],
        )
        for name, full_name, duty in _ACCOUNTS
    }
    accounts["doctor"] = create_user(
        by=by,
        login_name=f"doctor{DOMAIN}",
        full_name="Samir Farahani",
        email=f"doctor{DOMAIN}",
        password_hash=password,
        duties=[(Duty.DOCTOR, None)],
    )
    cast = iter(people(200, seed=rng.randrange(10**6)))
    clinics, number = [], 0
    for code, name, specialty, where, count, new, followup in _DEPARTMENTS:
        facility = facilities[where]
        department = create_department(by=by, facility=facility, name=name, code=code, specialty=specialty)
        service = create_service(
            by=by,
            department=department,
            code=f"{code}-visit",
            name="Consultation",
            duration_new=new,
            duration_followup=followup,
            step=followup,
            price_code=_CONSULTATION,
            preparation="Bring your insurance card and a list of your medicines.",
        )
        clinic = Clinic(department, service)
        for place in range(count):
            first = code == "med" and place == 0
            practitioner = _practitioner(by, cast, rng, accounts["doctor"] if first else None, number)
            role = assign_role(
                by=by,
                practitioner=practitioner,
                facility=facility,
                department=department,
                code="doctor",
                specialty=specialty,
                start=dt.date(2020, 1, 1),
            )
            room = create_location(
                by=by, facility=facility, department=department, name=f"Room {number + 1}", kind="ro"
            )
            _hours(by, role, room, number, kept=30 if code == "gp" else 0)
            clinic.doctors.append(practitioner)
            clinic.rooms[practitioner.pk] = room
            number += 1
        clinics.append(clinic)
    _more_types(by, {clinic.department.code: clinic.department for clinic in clinics})
    _nurse(by, accounts["nurse"], clinics)
    doctor = next(clinic for clinic in clinics if clinic.department.code == "med").doctors[0]
    return House(facilities, clinics, accounts, doctor)


def _facility(by: Actor, zone: str, name: str, code: str, address: str, postal: str, city: str, phone: str) -> Facility:
    facility = create_facility(
        by=by,
        name=name,
        code=code.lower(),
        time_zone=zone,
        currency="EUR",
        country="DE",
        language="en",
        address_line1=address,
        postal_code=postal,
        city=city,
        phone=phone,
        email=f"hello@{code.lower()}.example",
        emergency_text="In an emergency call 112.",
    )
    set_letterhead(
        by=by,
        facility=facility,
        heading="Caring for the valley since 1911",
        footer="Demo hospital: nobody here is real.",
    )
    for price, text, minor in _PRICES:
        set_price(
            by=by, facility=facility, code=price, text=text, unit_minor=minor, start=clock.today(zone) - IN_FORCE_FOR
        )
    return facility


def _practitioner(by: Actor, cast: object, rng: random.Random, user: User | None, number: int) -> Practitioner:
    person = next(one for one in cast if one.family and one.given)  # type: ignore[attr-defined]
    family, given, sex = ("Farahani", "Samir", "male") if user else (person.family, person.given, person.sex)
    return create_practitioner(
        by=by,
        user=user,
        prefix="Dr",
        given=given,
        family=family,
        gender=sex,
        licence_number=f"DE-{100_000 + number * 37}",
        licence_issuer="Medical Chamber",
        licence_start=dt.date(2010 + number % 12, 1, 1),
        licence_end=dt.date(2035, 1, 1),
        languages=["en", rng.choice(["de", "ar", "es", "pl", "vi", "fr"])],
        qualifications=[{"kind": "degree", "code": "MD", "issuer": "University of Northbrook"}],
    )


def _more_types(by: Actor, departments: dict[str, Department]) -> None:
    """A visit by video, and one that takes a room and a device, which has hours of its own."""
    create_service(
        by=by,
        department=departments["gp"],
        code="gp-video",
        name="Video consultation",
        duration_new=20,
        duration_followup=10,
        step=10,
        delivery="video",
        rank=200,
        price_code=_CONSULTATION,
        preparation="Sit where it is quiet and light, with your medicines beside you.",
    )
    heart = departments["card"]
    for number in (1, 2):
        create_location(
            by=by, facility=heart.facility, department=heart, name=f"Ultrasound {number}", kind="ro", use="ultrasound"
        )
    scanner = create_device(by=by, facility=heart.facility, department=heart, name="Scanner 1", kind="ultrasound")
    create_device(by=by, facility=heart.facility, department=heart, name="Scanner 2", kind="ultrasound")
    create_schedule(
        by=by,
        valid_from=clock.today(heart.facility.time_zone) - IN_FORCE_FOR,
        device=scanner,
        hours=[Hours(weekday, dt.time(8), dt.time(16)) for weekday in range(5)],
    )
    create_service(
        by=by,
        department=heart,
        code="card-echo",
        name="Ultrasound of the heart",
        duration_new=40,
        duration_followup=40,
        step=20,
        buffer_after=10,
        rank=200,
        room_kind="ultrasound",
        device_kind="ultrasound",
        price_code=_CONSULTATION,
        preparation="Nothing to prepare. Wear something that opens at the front.",
    )


def _hours(by: Actor, role: PractitionerRole, room: Location, number: int, kept: int = 0) -> None:
    """Mornings every day; afternoons on three days, which ones differs from one practitioner to the next.

    The last minutes of a morning may be kept for people who call on the day.
    """
    hours = [Hours(weekday, dt.time(8), dt.time(12), room, same_day_reserve=kept) for weekday in range(5)]
    hours += [Hours((number + step) % 5, dt.time(13), dt.time(17), room) for step in range(3)]
    create_schedule(
        by=by, valid_from=clock.today(role.facility.time_zone) - IN_FORCE_FOR, practitioner_role=role, hours=hours
    )


def _nurse(by: Actor, user: User, clinics: list[Clinic]) -> None:
    practitioner = create_practitioner(
        by=by, user=user, given="Noor", family="Haddad", gender="female", languages=["en", "ar"], qualifications=[]
    )
    for clinic in clinics[:3]:
        assign_role(
            by=by,
            practitioner=practitioner,
            facility=clinic.department.facility,
            department=clinic.department,
            code="nurse",
            specialty=clinic.department.specialty,
            start=dt.date(2020, 1, 1),
        )
