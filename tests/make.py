"""Factories: one plain function for each noun, one section for each room.

They write rows directly, past the actions, with defaults a test need not name: `make.facility()`. Whatever
matters to the test is said in the test.
"""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

_numbers = count(1)


def number() -> int:
    """A number no other factory call of this run has had."""
    return next(_numbers)


# --- accounts ------------------------------------------------------------------------------------------------
PASSWORD = "correct horse battery"


def user(*duties: str, facility: Any = None, password: str = PASSWORD, **fields: Any) -> Any:
    """A user who holds these duties, at one facility or all, and signs in with `make.PASSWORD`."""
    from django.contrib.auth.hashers import make_password

    from hms.accounts.models import User

    n = number()
    defaults = {"login_name": f"user{n}@example.org", "email": f"user{n}@example.org", "full_name": f"Robin Vale {n}"}
    made = User.objects.create(password=make_password(password), **defaults | fields)
    for duty in duties:
        grant(made, duty, facility_id=getattr(facility, "pk", facility))
    return made


def grant(user: Any, duty: str, **fields: Any) -> Any:
    """A duty in force, given by the installation."""
    from hms.accounts.models import Grant

    at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    return Grant.objects.create(user=user, duty=duty, **{"start_at": at, "granted_at": at, "status": "active"} | fields)


# --- organization --------------------------------------------------------------------------------------------
def facility(**fields: Any) -> Any:
    from hms.organization.models import Facility, Letterhead

    n = number()
    defaults = {
        "name": f"Alder Valley Hospital {n}",
        "code": f"av{n}",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "country": "DE",
        "address_line1": "1 Alder Road",
        "postal_code": "12345",
        "city": "Alder Valley",
        "phone": "+49 30 5550100",
    }
    made = Facility.objects.create(**defaults | fields)
    Letterhead.objects.create(facility=made, heading="Caring since 1911", footer="Registered in Alder Valley")
    return made


def department(facility: Any = None, **fields: Any) -> Any:
    from hms.organization.models import Department

    n = number()
    if facility is None:
        facility = fields["parent"].facility if fields.get("parent") else globals()["facility"]()
    defaults = {"name": f"Cardiology {n}", "code": f"card-{n}", "specialty": "cardiology"}
    return Department.objects.create(facility=facility, **defaults | fields)


def location(facility: Any = None, **fields: Any) -> Any:
    from hms.organization.models import Location

    if facility is None:
        facility = fields["department"].facility if fields.get("department") else globals()["facility"]()
    return Location.objects.create(facility=facility, **{"name": f"Room {number()}"} | fields)


def device(facility: Any = None, **fields: Any) -> Any:
    from hms.organization.models import Device

    facility = facility or globals()["facility"]()
    return Device.objects.create(facility=facility, **{"name": f"Scanner {number()}", "kind": "ultrasound"} | fields)


def practitioner(user: Any = None, **fields: Any) -> Any:
    from hms.organization.models import Practitioner

    defaults = {"prefix": "Dr", "given": "Leila", "family": f"Farahani{number()}", "licence_number": f"L-{number()}"}
    return Practitioner.objects.create(user=user, **defaults | fields)


def practitioner_role(practitioner: Any = None, department: Any = None, **fields: Any) -> Any:
    from hms.organization.models import PractitionerRole

    practitioner = practitioner or globals()["practitioner"]()
    if "facility" not in fields:
        department = department or globals()["department"]()
        fields["facility"] = department.facility
    defaults = {"code": "doctor", "specialty": "cardiology", "start": dt.date(2020, 1, 1)}
    return PractitionerRole.objects.create(practitioner=practitioner, department=department, **defaults | fields)


def policy(name: str, value: Any, facility: Any = None, in_force_from: dt.date = dt.date(2020, 1, 1)) -> Any:
    from hms.organization.models import Policy
    from hms.organization.policies import KINDS

    column = f"value_{KINDS[name].type}"
    return Policy.objects.create(name=name, facility=facility, in_force_from=in_force_from, **{column: value})


# --- patients ------------------------------------------------------------------------------------------------
def patient(
    family: str = "", given: str = "Ingrid", born: str = "1962-03-14", sex: str = "female", **fields: Any
) -> Any:
    """A registered patient with an official name, found by search; `born` is a FHIR date, "" for not known."""
    from hms.core import clock
    from hms.patients import indexing
    from hms.patients.models import Patient, PatientName
    from hms.patients.rules.mrn import new_mrn
    from hms.patients.rules.partial_dates import PartialDate

    defaults = {"mrn": new_mrn(), "registered_at": clock.now(), "gender": sex, "sex_for_clinical_use": sex}
    made = Patient(**defaults | fields)
    made.birth_date = PartialDate(born) if born else None
    name = PatientName(patient=made, use="official", family=family or f"Halvorsen{number()}", given=given)
    indexing.label(made, [name])
    made.save(force_insert=True)
    name.save(force_insert=True)
    indexing.add([(made, [name])])
    made.refresh_from_db()  # its name advanced the version
    return made


def care(patient: Any, by: Any, **fields: Any) -> Any:
    """A relationship in force now: `by` is a practitioner or a department."""
    import uuid

    from hms.core import clock
    from hms.patients.models import CareRelationship

    party = "department" if by._meta.model_name == "department" else "practitioner"
    defaults = {"kind": "appointment", "source_type": "scheduling.Appointment", "source_id": uuid.uuid4()}
    period = {"start_at": clock.now() - dt.timedelta(days=1), "end_at": clock.now() + dt.timedelta(days=30)}
    return CareRelationship.objects.create(patient=patient, **{party: by}, **defaults | period | fields)


def related_person(
    patient: Any, user: Any = None, kind: str = "guardian", scopes: Any = ("view",), **fields: Any
) -> Any:
    """A guardian in force who sees the record, unless said otherwise."""
    from hms.patients.models import RelatedPerson

    may = {f"may_{scope}": True for scope in scopes} if kind in ("guardian", "proxy") else {}
    defaults = {"name": f"Robin Vale {number()}", "relationship": "MTH"}
    return RelatedPerson.objects.create(patient=patient, user=user, kind=kind, **may, **defaults | fields)


def allergy(patient: Any, text: str = "Penicillin", **fields: Any) -> Any:
    from hms.core import clock
    from hms.patients.models import AllergyIntolerance

    defaults = {"verification_status": "confirmed", "category": "medication", "recorded_at": clock.now()}
    return AllergyIntolerance.objects.create(patient=patient, text=text, **defaults | fields)


# --- scheduling ----------------------------------------------------------------------------------------------
def healthcare_service(department: Any = None, **fields: Any) -> Any:
    """A type of visit: 40 minutes for a first visit, 20 for a follow-up, offered every 20."""
    from hms.scheduling.models import HealthcareService

    department = department or globals()["department"]()
    defaults = {
        "facility": department.facility,
        "code": f"visit-{number()}",
        "name": "Consultation",
        "duration_new": 40,
        "duration_followup": 20,
        "step": 20,
    }
    return HealthcareService.objects.create(department=department, **defaults | fields)


def schedule(practitioner_role: Any = None, **fields: Any) -> Any:
    """A timetable without hours, of a role or (`location`, `device`) of a thing; see `session`."""
    from hms.scheduling.models import Schedule

    if thing := fields.get("location") or fields.get("device"):
        defaults = {"facility": thing.facility, "valid_from": dt.date(2020, 1, 1)}
        return Schedule.objects.create(**defaults | fields)
    role = practitioner_role or globals()["practitioner_role"]()
    defaults = {"facility": role.facility, "valid_from": dt.date(2020, 1, 1)}
    return Schedule.objects.create(practitioner_role=role, **defaults | fields)


def session(
    schedule: Any = None, start: str = "09:00", end: str = "12:00", weekdays: Any = range(5), **fields: Any
) -> Any:
    """Weekly hours, Monday to Friday unless said otherwise; returns the schedule."""
    from hms.scheduling.models import ScheduleSession

    schedule = schedule or globals()["schedule"]()
    for weekday in weekdays:
        ScheduleSession.objects.create(
            schedule=schedule,
            weekday=weekday,
            start=dt.time.fromisoformat(start),
            end=dt.time.fromisoformat(end),
            **fields,
        )
    return schedule


def appointment(
    patient: Any = None, schedule: Any = None, service: Any = None, start_at: dt.datetime | None = None, **fields: Any
) -> Any:
    """A booked follow-up with its participants, past all rules of booking."""
    from hms.scheduling.codes import BLOCKING
    from hms.scheduling.models import Appointment, AppointmentParticipant
    from hms.scheduling.rules.wall_clock import promise

    schedule = schedule or session()
    role = schedule.practitioner_role
    service = service or healthcare_service(role.department)
    patient = patient or globals()["patient"]()
    start_at = start_at or dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
    end_at = start_at + dt.timedelta(minutes=fields.pop("minutes", service.duration_followup))
    zone = schedule.facility.zone
    defaults = {
        "facility": schedule.facility,
        "department": role.department,
        "service": service,
        "status": "booked",
        "start_at": start_at,
        "end_at": end_at,
        "zone": str(zone),
        "wall_start": promise(start_at, zone),
        "capacity": service.capacity,
        "booked_at": start_at - dt.timedelta(days=7),
    }
    made = Appointment.objects.create(**defaults | fields)
    taken = {"start_at": start_at, "end_at": end_at, "blocking": made.status in BLOCKING}
    AppointmentParticipant.objects.create(appointment=made, practitioner=role.practitioner, **taken)
    AppointmentParticipant.objects.create(
        appointment=made, patient=patient, place=1 if taken["blocking"] else None, **taken
    )
    return made


def waiting(patient: Any = None, service: Any = None, **fields: Any) -> Any:
    """Somebody on the waiting list for a follow-up, for whom any time will do."""
    from hms.core import clock
    from hms.scheduling.models import WaitingListEntry

    service = service or healthcare_service()
    wishes = {name: fields.pop(name) for name in ("days", "parts_of_day") if name in fields}
    defaults = {
        "facility": service.facility,
        "department": service.department,
        "appointment_type": "FOLLOWUP",
        "added_at": clock.now() - dt.timedelta(days=3),
    }
    made = WaitingListEntry(patient=patient or globals()["patient"](), service=service, **defaults | fields)
    for name, value in wishes.items():
        setattr(made, name, frozenset(value))
    made.save(force_insert=True)
    return made


def queue_entry(visit: Any = None, **fields: Any) -> Any:
    """A place in the queue of a visit's day, with the next token of its department."""
    from hms.scheduling.models import QueueEntry

    at = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
    visit = visit or appointment(status="arrived", checked_in_at=at)
    defaults = {
        "facility": visit.facility,
        "department": visit.department,
        "practitioner": visit.practitioner,
        "day": visit.local_start.date(),
        "letter": "A",
        "number": QueueEntry.objects.filter(department=visit.department, day=visit.local_start.date()).count() + 1,
        "arrived_at": visit.checked_in_at or at,
        "place_at": visit.start_at,
        "place_by": "appointment",
    }
    return QueueEntry.objects.create(appointment=visit, **defaults | fields)


def screen(kind: str = "display", facility: Any = None, secret: str = "", **fields: Any) -> Any:
    """A display or kiosk that is switched on."""
    from hms.scheduling.models import Screen
    from hms.scheduling.models.feed import digest

    n = number()
    facility = facility or globals()["facility"]()
    defaults = {"name": f"Hall {n}", "made_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
    return Screen.objects.create(
        kind=kind, facility=facility, secret_digest=digest(secret or f"secret {n}"), **defaults | fields
    )


def offer(entry: Any, schedule: Any, start_at: dt.datetime | None = None) -> Any:
    """A time of this schedule offered to somebody on the waiting list, by the program itself."""
    from hms.core.actor import system
    from hms.scheduling.actions import offer_time

    start_at = start_at or dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
    return offer_time(by=system("tests"), entry=entry, schedule=schedule, start_at=start_at)


def series(patient: Any, schedule: Any, service: Any, **fields: Any) -> Any:
    """Six follow-ups, one a week from Tuesday the 24th at nine by the wall clock, by the program itself.

    A date that can't be booked stays open. `fields` are those of the recurrence.
    """
    from hms.core.actor import system
    from hms.scheduling.actions import book_series
    from hms.scheduling.rules.series import Recurrence
    from hms.scheduling.series_drafts import draft

    told = {"unit": "week", "every": 1, "first": dt.date(2026, 11, 24), "at": dt.time(9), "weekdays": (1,), "count": 6}
    asked = Recurrence(**told | fields)
    found = draft(patient.pk, schedule, service, asked, base=None)
    return book_series(
        by=system("tests"), patient=patient, schedule=schedule, service=service, asked=asked, chosen=found.as_proposed
    )


def rota(department: Any, first_on: dt.date | None = None) -> Any:
    """A draft of a plan for the next month, which begins as the timetables are, by the program itself."""
    from hms.core import clock
    from hms.core.actor import system
    from hms.scheduling.actions import HalfDays, begin_rota
    from hms.scheduling.actions.rota import month_after

    month = first_on or month_after(clock.now().date())
    return begin_rota(by=system("tests"), department=department, month=month, half_days=HalfDays())


def proposal(visit: Any, schedule: Any, start_at: dt.datetime) -> Any:
    """Another time proposed for a visit, by the program itself."""
    from hms.core.actor import system
    from hms.scheduling.actions import propose_move

    return propose_move(by=system("tests"), appointment=visit, schedule=schedule, start_at=start_at)


# --- terminology ---------------------------------------------------------------------------------------------
def icd10cm() -> None:
    """A dozen ICD-10-CM codes, enough to record diagnoses with."""
    from hms.core.actor import system
    from hms.terminology.actions import Edition, load_code_system
    from hms.terminology.codes import ICD10CM, ConceptKind
    from hms.terminology.index import ConceptRow

    titles = {
        "E11": "Type 2 diabetes mellitus",
        "E11.9": "Type 2 diabetes mellitus without complications",
        "I10": "Essential (primary) hypertension",
        "I21": "Acute myocardial infarction",
        "I21.9": "Acute myocardial infarction, unspecified",
        "J18": "Pneumonia, unspecified organism",
        "J18.9": "Pneumonia, unspecified organism",
        "J45": "Asthma",
        "J45.909": "Unspecified asthma, uncomplicated",
        "M25.5": "Pain in joint",
        "M25.561": "Pain in right knee",
        "M25.562": "Pain in left knee",
    }
    parents = {"E11.9": "E11", "I21.9": "I21", "J18.9": "J18", "J45.909": "J45", "M25.561": "M25.5", "M25.562": "M25.5"}
    headings = set(parents.values())
    rows = [
        ConceptRow(
            code, title, ConceptKind.SUBCATEGORY, parents.get(code, ""), code not in headings, code not in headings
        )
        for code, title in titles.items()
    ]
    lay = {"I21.9": ["heart attack"], "I10": ["high blood pressure"], "J18.9": ["pneumonia"]}
    edition = Edition(ICD10CM, "ICD-10-CM", "2026-04-01", "tests")
    load_code_system(by=system("tests"), edition=edition, concepts=rows, lay=lay, common=frozenset(lay))


# --- clinical ------------------------------------------------------------------------------------------------
def treating(patient: Any, *duties: str, department: Any = None) -> tuple[Any, Any]:
    """Somebody of these duties (a doctor, if none is named) who treats the patient: actor and practitioner."""
    from tests import cast

    duties = duties or ("doctor",)
    who = user(*duties)
    person = practitioner(user=who)
    practitioner_role(person, department)
    care(patient, person)
    return cast.actor(*duties, user=who), person


def encounter(patient: Any = None, practitioner: Any = None, **fields: Any) -> Any:
    """A visit that is going on."""
    from hms.clinical.models import Encounter, EncounterParticipant
    from hms.core import clock

    patient = patient or globals()["patient"]()
    defaults = {
        "facility": fields.pop("facility", None) or facility(),
        "status": "in-progress",
        "start_at": clock.now() - dt.timedelta(minutes=20),
        "released_at": clock.now(),
    }
    made = Encounter.objects.create(patient=patient, **defaults | fields)
    if practitioner is not None:
        EncounterParticipant.objects.create(encounter=made, practitioner=practitioner)
    return made


def condition(patient: Any = None, **fields: Any) -> Any:
    """An open problem."""
    from hms.clinical.models import Condition
    from hms.core import clock
    from hms.terminology.codes import ICD10CM

    patient = patient or globals()["patient"]()
    code = fields.pop("code", "I10")
    text = fields.pop("text", "Essential (primary) hypertension")
    defaults = {
        "clinical_status": "active",
        "verification_status": "confirmed",
        "category": "problem-list-item",
        "system": ICD10CM,
        "code": code,
        "text": text,
        "icd_code": code,
        "icd_text": text,
        "recorded_at": clock.now(),
        "released_at": clock.now(),
    }
    return Condition.objects.create(patient=patient, **defaults | fields)


def note(encounter: Any, author: Any, **fields: Any) -> Any:
    """An unsigned note."""
    from hms.clinical.models import Note
    from hms.core import clock

    defaults = {
        "patient": encounter.patient,
        "facility": encounter.facility,
        "title": "Visit note",
        "author_label": author.full_name,
        "subjective": "Cough and fever for five days.",
        "occurred_at": encounter.start_at or clock.now(),
        "recorded_at": clock.now(),
    }
    return Note.objects.create(encounter=encounter, author=author, **defaults | fields)


# --- diagnostics ---------------------------------------------------------------------------------------------
def observation(patient: Any = None, **fields: Any) -> Any:
    """A final laboratory value."""
    from decimal import Decimal

    from hms.core import clock
    from hms.diagnostics.models import Observation
    from hms.terminology.codes import LOINC

    patient = patient or globals()["patient"]()
    value = Decimal(str(fields.pop("value", "4.2")))
    defaults = {
        "facility": fields.pop("facility", None) or facility(),
        "status": "final",
        "category": "laboratory",
        "system": LOINC,
        "code": "6298-4",
        "text": "Potassium",
        "value": value,
        "value_text": str(value),
        "unit": "mmol/L",
        "effective_at": clock.now(),
        "issued_at": clock.now(),
        "recorded_at": clock.now(),
        "released_at": clock.now(),
    }
    return Observation.objects.create(patient=patient, **defaults | fields)


# --- formulary and prescribing ---------------------------------------------------------------------------------
def formulary() -> None:
    """The whole formulary with its knowledge, loaded."""
    from hms.core.actor import system
    from hms.formulary.actions import load_formulary
    from hms.formulary.sheets import read_sheets

    load_formulary(by=system("tests"), sheets=read_sheets())


def medication(code: str = "amoxicillin-500-mg-capsule") -> Any:
    """A product of the loaded formulary."""
    from hms.formulary.models import Medication

    return Medication.objects.select_related("generic").get(code=code)


def medication_request(patient: Any, code: str = "warfarin-5-mg-tablet", **fields: Any) -> Any:
    """A medicine the patient takes: prescribed elsewhere, once a day, going on."""
    from decimal import Decimal

    from hms.prescribing.models import MedicationRequest

    product = medication(code)
    defaults = {
        "facility": fields.pop("facility", None) or facility(),
        "status": "active",
        "source": f"test/MedicationRequest/{number()}",
        "medication": product,
        "system": "urn:hms:formulary:medication",
        "code": product.code,
        "text": product.label,
        "dose": Decimal(5),
        "dose_unit": "mg",
        "route": product.route,
        "frequency": 1,
        "period": Decimal(1),
        "period_unit": "d",
        "authored_at": dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC),
        "recorded_at": dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC),
        "released_at": dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC),
    }
    return MedicationRequest.objects.create(patient=patient, **defaults | fields)


# --- messaging -----------------------------------------------------------------------------------------------
def notification(user: Any, text: str = "Your visit is booked.", **fields: Any) -> Any:
    from hms.messaging.models import Notification

    defaults = {"kind": "appointment", "key": f"n{number()}"}
    return Notification.objects.create(user=user, text=text, **defaults | fields)


def delivery(**fields: Any) -> Any:
    """A mail that waits to be sent."""
    from hms.messaging.models import Delivery

    defaults = {
        "key": f"d{number()}",
        "channel": "email",
        "kind": "appointment",
        "language": "en",
        "recipient": "ingrid@example.org",
        "subject": "Your visit",
        "body": "It is booked.",
    }
    return Delivery.objects.create(**defaults | fields)


# --- billing -------------------------------------------------------------------------------------------------
def price(facility: Any = None, code: str = "visit", unit_minor: int = 5000, **fields: Any) -> Any:
    from hms.billing.models import Price, PriceList

    facility = facility or globals()["facility"]()
    price_list, _made = PriceList.objects.get_or_create(
        facility=facility, is_default=True, defaults={"name": "Standard", "currency": facility.currency}
    )
    defaults = {"text": "Consultation", "start": dt.date(2020, 1, 1)}
    return Price.objects.create(price_list=price_list, code=code, unit_minor=unit_minor, **defaults | fields)


def charge_item(patient: Any = None, facility: Any = None, unit_minor: int = 5000, **fields: Any) -> Any:
    """A charge that waits to be billed."""
    from hms.billing.models import ChargeItem

    facility = facility or globals()["facility"]()
    defaults = {
        "source": f"test:{number()}",
        "code": "visit",
        "text": "Consultation",
        "occurred_on": dt.date(2026, 1, 5),
        "currency": facility.currency,
        "recorded_by": "somebody",
    }
    return ChargeItem.objects.create(
        patient=patient or globals()["patient"](), facility=facility, unit_minor=unit_minor, **defaults | fields
    )


def invoice(patient: Any = None, facility: Any = None, *unit_minors: int) -> Any:
    """An issued invoice of one line for each price: EUR 50.00 unless said otherwise."""
    from hms.billing.actions import issue_invoice
    from hms.core.actor import system

    patient, facility = patient or globals()["patient"](), facility or globals()["facility"]()
    items = [charge_item(patient, facility, unit_minor) for unit_minor in unit_minors or (5000,)]
    return issue_invoice(by=system("a test"), patient=patient, charge_items=items)
