"""What patients are told: in the app and by mail, with the visit for their calendar."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
import time_machine

from hms.core import clock, outbox
from hms.core.models import OutboxMessage
from hms.messaging.models import Delivery, DeliveryAttachment, Notification
from hms.scheduling import jobs
from hms.scheduling.actions import (
    book_appointment,
    cancel_appointment,
    confirm_appointment,
    hold_appointment,
    move_appointment,
)
from hms.scheduling.tests.conftest import NINE, TWENTY
from tests import make

WEEK = timedelta(days=7)


def do(topic: str) -> None:
    """Let the handler answer what was said of this topic and is due."""
    handler = {
        "appointment.booked": jobs.on_booked,
        "appointment.moved": jobs.on_moved,
        "appointment.cancelled": jobs.on_cancelled,
        "appointment.reminder": jobs.on_reminder,
    }[topic]
    for message in OutboxMessage.objects.filter(topic=topic, due_at__lte=clock.now()):
        handler(message)


def calendar_of(delivery: Delivery) -> tuple[icalendar.Calendar, icalendar.Event]:
    content = DeliveryAttachment.objects.get(delivery=delivery).content
    stream = icalendar.Calendar.from_ical(bytes(content))
    return stream, stream.walk("VEVENT")[0]


def test_a_booking_is_confirmed_in_the_app_and_by_mail(clinic):
    booked = book_appointment(**clinic.asked(reason="Chest pain"))
    do("appointment.booked")
    notice = Notification.objects.get(user=clinic.patient.user)
    assert notice.text == "Your visit is booked: Tuesday, 24-Nov-2026, 09:00 CET."
    assert notice.link == f"/scheduling/appointments/{booked.pk}/"
    mail = Delivery.objects.get()
    assert mail.recipient == clinic.patient.user.email
    assert "Tuesday, 24-Nov-2026, 09:00 CET" in mail.body
    assert "Room 4" in mail.body
    assert clinic.practitioner.full_name in mail.body
    for secret in ("Chest", clinic.service.name):
        assert secret not in mail.body + mail.subject + notice.text
    stream, event = calendar_of(mail)
    assert stream["METHOD"] == "REQUEST"
    assert event["UID"] == f"{booked.pk}@hms"
    assert event["SEQUENCE"] == 0


def test_a_confirmed_hold_is_told_of_once(clinic):
    held = hold_appointment(**clinic.asked(by=clinic.himself))
    do("appointment.booked")
    assert not Notification.objects.exists()
    confirm_appointment(by=clinic.himself, appointment=held)
    do("appointment.booked")
    do("appointment.booked")
    assert Notification.objects.count() == Delivery.objects.count() == 1


def test_a_moved_visit_moves_in_the_calendar(clinic):
    booked = book_appointment(**clinic.asked())
    move_appointment(by=clinic.desk, appointment=booked, start_at=NINE + TWENTY)
    do("appointment.moved")
    mail = Delivery.objects.get()
    assert "09:20 CET" in mail.body
    stream, event = calendar_of(mail)
    assert (stream["METHOD"], event["UID"], event["SEQUENCE"]) == ("REQUEST", f"{booked.pk}@hms", 1)
    assert event.decoded("dtstart") == NINE + TWENTY


def test_a_cancelled_visit_leaves_the_calendar(clinic):
    booked = book_appointment(**clinic.asked())
    cancel_appointment(by=clinic.desk, appointment=booked, reason="prov")
    do("appointment.cancelled")
    stream, event = calendar_of(Delivery.objects.get())
    assert (stream["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)


def test_news_that_is_old_is_not_told(clinic):
    """Booked and cancelled before the worker came: the booking is not announced any more."""
    booked = book_appointment(**clinic.asked())
    cancel_appointment(by=clinic.desk, appointment=booked, reason="pat")
    do("appointment.booked")
    assert not Delivery.objects.exists()


def test_the_mail_is_in_the_patients_language(clinic):
    type(clinic.patient.user).objects.filter(pk=clinic.patient.user.pk).update(language="de")
    book_appointment(**clinic.asked())
    do("appointment.booked")
    assert Delivery.objects.get().language == "de"


def test_the_zone_is_the_hospitals_wherever_the_patient_is(clinic):
    """Pain 3: in-person visits are in hospital time in mail and calendar alike."""
    type(clinic.facility).objects.filter(pk=clinic.facility.pk).update(time_zone="Asia/Kathmandu")
    clinic.facility.refresh_from_db()
    schedule = make.session(make.schedule(make.practitioner_role(department=clinic.department)), "08:00", "20:00")
    book_appointment(**clinic.asked(schedule=schedule))
    do("appointment.booked")
    mail = Delivery.objects.get()
    assert "13:45 UTC+05:45" in mail.body
    assert b"TZID=Asia/Kathmandu:20261124T134500" in bytes(DeliveryAttachment.objects.get(delivery=mail).content)


def test_the_guardian_who_booked_is_told_too(clinic):
    child = make.patient()
    make.related_person(child, user=clinic.patient.user, scopes=("view", "book"))
    book_appointment(**clinic.asked(by=clinic.himself, patient=child))
    do("appointment.booked")
    assert Notification.objects.get().user == clinic.patient.user
    assert {mail.recipient for mail in Delivery.objects.all()} == {"", clinic.patient.user.email}


@pytest.mark.parametrize("how", ["ended", "blocked"])
def test_who_may_see_the_child_no_more_is_told_nothing_more(clinic, how):
    """Whoever booked is not told for ever: an ex-partner would read when and where the child is next."""
    child, former = make.patient(), clinic.patient.user
    link = make.related_person(child, user=former, scopes=("view", "book"))
    booked = book_appointment(**clinic.asked(by=clinic.himself, patient=child))
    if how == "ended":
        type(link).objects.filter(pk=link.pk).update(end_at=clock.now())
    else:
        make.related_person(child, user=former, kind="blocked")
    cancel_appointment(by=clinic.desk, appointment=booked, reason="prov")
    do("appointment.cancelled")
    assert not Notification.objects.filter(user=former).exists()
    assert former.email not in {mail.recipient for mail in Delivery.objects.all()}


def test_a_caller_without_mail_is_nobodys_error(clinic):
    book_appointment(**clinic.asked(patient=make.patient(), caller="Herself"))
    do("appointment.booked")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == ("withheld", "no-address")


def test_the_reminder_comes_once_and_only_for_what_still_stands(clinic):
    kept = book_appointment(**clinic.asked(NINE + WEEK))
    gone = book_appointment(**clinic.asked(NINE + WEEK + TWENTY, patient=make.patient()))
    later = book_appointment(**clinic.asked(NINE + WEEK + 2 * TWENTY, patient=make.patient(user=make.user())))
    cancel_appointment(by=clinic.desk, appointment=gone, reason="pat")
    move_appointment(by=clinic.desk, appointment=later, start_at=NINE + 2 * WEEK)
    with time_machine.travel(kept.start_at - timedelta(hours=23), tick=False):
        for _again in range(3):
            do("appointment.reminder")
    told = Delivery.objects.get(template="scheduling/mail/reminder.txt")
    assert told.patient == clinic.patient
    with time_machine.travel(NINE + 2 * WEEK - timedelta(hours=23), tick=False):
        do("appointment.reminder")
    assert Delivery.objects.filter(template="scheduling/mail/reminder.txt").count() == 2


def test_a_shorter_lead_takes_no_reminder_away(clinic):
    """Who booked under the longer one is reminded then: nobody asks for another reminder when a policy changes."""
    book_appointment(**clinic.asked(NINE + WEEK))
    asked_for = OutboxMessage.objects.get(topic="appointment.reminder")
    make.policy("messaging.reminder_lead", timedelta(hours=2), clinic.facility, NINE.date())
    with time_machine.travel(asked_for.due_at, tick=False):
        do("appointment.reminder")
    assert Delivery.objects.filter(template="scheduling/mail/reminder.txt").count() == 1


def test_who_is_here_is_not_reminded(clinic):
    booked = book_appointment(**clinic.asked(NINE + WEEK))
    with time_machine.travel(booked.start_at + timedelta(minutes=1), tick=False):
        do("appointment.reminder")
    assert not Delivery.objects.exists()


def test_the_notifier_changes_no_visit(clinic):
    """Pain 13: reading the row's version before and after."""
    booked = book_appointment(**clinic.asked())
    before = type(booked).objects.get(pk=booked.pk).version
    do("appointment.booked")
    assert type(booked).objects.get(pk=booked.pk).version == before


def test_a_hold_that_ran_out_is_cleared_by_the_scheduler(clinic):
    held = hold_appointment(**clinic.asked())
    outbox.say("scheduling.expire_holds")
    message = OutboxMessage.objects.get(topic="scheduling.expire_holds")
    jobs.expire_holds(message)
    held.refresh_from_db()
    assert held.status == "pending"
    with time_machine.travel(held.hold_expires_at + timedelta(minutes=2), tick=False):
        jobs.expire_holds(message)
    held.refresh_from_db()
    assert held.status == "cancelled"


def test_handlers_are_found_by_their_topics():
    found = outbox.handlers()
    assert found["appointment.booked"] == "hms.scheduling.jobs.on_booked"
