"""The waiting list: joining and leaving, and freed times that find their next holder."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from hms.core import outbox
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Conflict, Forbidden, Missing, Refused, Stale
from hms.messaging.models import Delivery, Notification
from hms.scheduling import refusals, waiting, waits
from hms.scheduling.actions import (
    accept_offer,
    book_appointment,
    cancel_appointment,
    confirm_appointment,
    decline_offer,
    expire_holds,
    expire_offer,
    hold_appointment,
    join_waiting_list,
    leave_waiting_list,
    move_appointment,
    offer_time,
    release_hold,
    set_urgency,
    withdraw_offer,
)
from hms.scheduling.models import Appointment, WaitingListEntry, WaitingOffer
from hms.scheduling.rules.waiting import Fit, Freed
from hms.scheduling.rules.wall_clock import Span
from hms.scheduling.tests.conftest import NINE, NOW, TWENTY
from tests import cast, make

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SCHEDULER = system("scheduling")


def work() -> None:
    """What the worker does: everything that is due, until nothing is."""
    while outbox.drain(50):
        pass
    assert list(OutboxMessage.objects.exclude(last_error="").values_list("topic", "last_error")) == []


def tick() -> None:
    """What the scheduler says each minute, done."""
    for topic in ("scheduling.expire_holds", "scheduling.expire_offers"):
        outbox.say(topic)
    work()


@pytest.fixture
def wait(clinic):
    """`wait(patient, …)` puts somebody on the clinic's list."""

    def put(patient=None, **wishes):
        return make.waiting(patient, clinic.service, **wishes)

    return put


@pytest.fixture
def free_a_time(clinic):
    """Somebody's visit on Tuesday at nine is called off, and the worker works."""

    def free(start_at=NINE):
        visit = clinic.appointment(start_at)
        cancel_appointment(by=clinic.desk, appointment=visit, reason="pat")
        work()

    return free


def offered_to() -> list[WaitingListEntry]:
    return [offer.entry for offer in WaitingOffer.objects.open()]


# --- Joining, leaving, moving up ----------------------------------------------------------------------------------
def asked(clinic, **fields):
    return {"by": clinic.himself, "patient": clinic.patient, "service": clinic.service} | fields


def test_a_patient_joins_and_keeps_the_visit_there_is(clinic, lines):
    late = clinic.appointment(NINE + 14 * DAY, patient=clinic.patient)
    entry = join_waiting_list(
        **asked(clinic), current=late, days={1, 3}, parts={"morning"}, latest_on=date(2026, 12, 4), note="Any hour"
    )
    entry = WaitingListEntry.objects.get(pk=entry.pk)
    assert (entry.status, entry.current, entry.days, entry.parts_of_day) == ("waiting", late, {1, 3}, {"morning"})
    assert (entry.appointment_type, entry.urgency, entry.note) == ("ROUTINE", "routine", "Any hour")
    assert lines() == [("waiting.joined", "success")]
    assert AuditEvent.objects.get().detail == {"urgency": "routine", "keeps": True}


def test_how_urgent_it_is_the_hospital_says(clinic):
    assert join_waiting_list(**asked(clinic), urgency="urgent").urgency == "routine"
    other = make.patient()
    assert join_waiting_list(**asked(clinic, by=clinic.desk, patient=other), urgency="urgent").urgency == "urgent"


def test_nobody_waits_twice_for_one_type_of_visit(clinic):
    join_waiting_list(**asked(clinic))
    with pytest.raises(Conflict) as refused:
        join_waiting_list(**asked(clinic))
    assert refused.value.problems == (refusals.WAITS_ALREADY,)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.waiting(clinic.patient, clinic.service)


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        ({"days": ()}, refusals.NO_SUITING_DAY),
        ({"parts": ()}, refusals.NO_SUITING_DAY),
        ({"latest_on": date(2026, 11, 22)}, refusals.LAST_DAY_PASSED),
        ({"earliest_on": date(2026, 12, 2), "latest_on": date(2026, 12, 1)}, refusals.LAST_DAY_PASSED),
    ],
)
def test_some_day_has_to_suit(clinic, wishes, problem):
    with pytest.raises(Refused) as refused:
        join_waiting_list(**asked(clinic), **wishes)
    assert refused.value.problems == (problem,)


def test_somebody_elses_visit_is_not_kept(clinic):
    with pytest.raises(Refused):
        join_waiting_list(**asked(clinic), current=clinic.appointment())


def test_nobody_joins_for_a_stranger(clinic):
    with pytest.raises(Missing):
        join_waiting_list(**asked(clinic, patient=make.patient()))


def test_moving_up_needs_a_reason_and_leaves_a_line(clinic, wait, lines):
    entry = wait()
    with pytest.raises(Refused) as refused:
        set_urgency(by=clinic.doctor, entry=entry, urgency="urgent", reason=" ")
    assert refused.value.problems == (refusals.WHY_URGENT,)
    set_urgency(by=clinic.doctor, entry=entry, urgency="urgent", reason="Worse since Friday")
    assert WaitingListEntry.objects.get().urgency == "urgent"
    line = AuditEvent.objects.get(verb="waiting.urgency_set")
    assert line.detail == {"before": "routine", "after": "urgent"}
    with pytest.raises(Forbidden):
        set_urgency(by=clinic.himself, entry=entry, urgency="urgent", reason="I want to")


def test_who_left_is_offered_nothing_and_changed_no_more(clinic, wait, free_a_time):
    entry = wait(clinic.patient)
    leave_waiting_list(by=clinic.himself, entry=entry)
    free_a_time()
    assert offered_to() == []
    with pytest.raises(Refused) as refused:
        leave_waiting_list(by=clinic.desk, entry=entry)
    assert refused.value.problems == (refusals.NOT_WAITING,)
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingListEntry.objects.update(status="waiting", ended_at=None)


def test_the_list_is_the_facilitys_and_ones_own(clinic, wait):
    mine, other = wait(clinic.patient), wait()
    elsewhere = cast.actor("front-desk", facilities=[make.facility()])
    assert set(WaitingListEntry.objects.visible_to(clinic.desk)) == {mine, other}
    assert not WaitingListEntry.objects.visible_to(elsewhere).exists()
    assert list(WaitingListEntry.objects.visible_to(clinic.himself)) == [mine]
    assert not WaitingListEntry.objects.visible_to(cast.actor("billing")).exists()


# --- A time is freed ---------------------------------------------------------------------------------------------
def test_a_freed_time_is_offered_to_one_holder_and_held(clinic, wait, free_a_time):
    entry = wait(clinic.patient)
    free_a_time()
    offer = WaitingOffer.objects.get()
    assert (offer.entry, offer.outcome, offer.expires_at) == (entry, "", NOW + HOUR)
    held = offer.appointment
    assert (held.status, held.hold_expires_at, held.start_at) == ("pending", NOW + HOUR, NINE)
    assert all(held.participants.values_list("blocking", flat=True))
    line = AuditEvent.objects.get(verb="offer.made")
    assert line.detail == {"urgency": "routine", "fit": 8, "days": 3, "among": 1}
    assert line.patient_id == clinic.patient.pk


def test_nobody_else_books_a_time_that_is_offered(clinic, wait, free_a_time):
    wait(clinic.patient)
    free_a_time()
    for by in (clinic.desk, SCHEDULER):
        with pytest.raises(Conflict) as refused:
            book_appointment(**clinic.asked(by=by, patient=make.patient()))
        assert refused.value.problems == (refusals.TAKEN,)


@pytest.mark.parametrize("how", ["move", "error", "hold given back", "hold ran out"])
def test_every_way_of_giving_up_a_time_frees_it(clinic, wait, how):
    from hms.scheduling.actions import mark_entered_in_error

    visit = clinic.appointment(NINE)
    wait()
    if how == "move":
        move_appointment(by=clinic.desk, appointment=visit, start_at=NINE + 3 * TWENTY)
    elif how == "error":
        mark_entered_in_error(by=clinic.desk, appointment=visit)
    else:
        cancel_appointment(by=clinic.desk, appointment=visit, reason="pat")
        held = hold_appointment(**clinic.asked(by=clinic.himself))
        # The worker comes too late for the first freeing.
        work()
        assert offered_to() == []
        if how == "hold given back":
            release_hold(by=clinic.himself, appointment=held)
        else:
            with time_machine.travel(NOW + 11 * MINUTE, tick=False):
                expire_holds(by=SCHEDULER)
    with time_machine.travel(NOW + 11 * MINUTE, tick=False):
        work()
    (offer,) = WaitingOffer.objects.all()
    assert offer.appointment.start_at == NINE


def test_the_most_urgent_then_the_best_fit_then_the_longest_wait(clinic, wait, free_a_time):
    long = wait(added_at=NOW - 90 * DAY)
    fitting = wait(practitioner=clinic.practitioner, added_at=NOW - DAY)
    urgent = wait(urgency="urgent", added_at=NOW)
    free_a_time()
    for entry in (urgent, fitting, long):
        assert offered_to() == [entry]
        decline_offer(by=clinic.desk, offer=WaitingOffer.objects.open().get())
        work()
    # Everybody was asked once, nobody twice.
    assert offered_to() == []
    assert WaitingOffer.objects.count() == 3


def test_who_is_not_suited_is_not_asked(clinic, wait, free_a_time):
    colleague = make.practitioner()
    wait(practitioner=colleague)
    wait(days={2})
    wait(parts_of_day={"evening"})
    wait(earliest_on=date(2026, 11, 25))
    wait(patient=make.patient(deceased=True))
    earlier = make.patient()
    wait(earlier, current=clinic.appointment(NOW + 3 * HOUR, patient=earlier))
    elsewhere = make.session()
    busy = make.patient()
    make.appointment(busy, elsewhere, start_at=NINE)
    wait(busy)
    make.waiting(service=make.healthcare_service())
    free_a_time()
    assert offered_to() == []


def test_the_sentence_of_an_offer_can_be_recomputed(clinic, wait, free_a_time):
    """The three factors and their values, worked out here from the rows by hand."""
    wait(added_at=NOW - 200 * DAY)
    entry = wait(urgency="soon", added_at=NOW - 12 * DAY - HOUR, practitioner=clinic.practitioner, days={0, 1})
    wait(urgency="soon", added_at=NOW - 40 * DAY, parts_of_day={"morning"})
    free_a_time()
    offer = WaitingOffer.objects.get()
    held = offer.appointment
    wishes = []
    if entry.practitioner == held.practitioner:
        wishes.append("asked for this practitioner")
    if entry.weekdays != 0b1111111 and held.local_start.weekday() in {0, 1}:
        wishes.append("asked for this weekday")
    if held.span == Span(NINE, NINE + TWENTY):
        wishes.append("fills the time to the minute")
    days = (offer.offered_at - entry.added_at).days
    assert offer.entry == entry
    assert waits.sentence(offer) == (
        f"First of 3 by urgency (Soon), then fit ({len(wishes)} of 4: {', '.join(wishes)}), "
        f"then waiting time ({days} days)."
    )
    assert (offer.urgency, Fit(offer.fit).points, offer.waited_days, offer.among) == ("soon", 3, 12, 3)


def test_what_is_left_of_a_freed_time_is_offered_on(clinic, wait):
    first, second = wait(added_at=NOW - 9 * DAY), wait(added_at=NOW - 8 * DAY)
    visit = clinic.appointment(NINE, minutes=40)
    cancel_appointment(by=clinic.desk, appointment=visit, reason="pat")
    work()
    found = {offer.entry: offer.appointment.start_at for offer in WaitingOffer.objects.open()}
    assert found == {first: NINE, second: NINE + TWENTY}


def test_the_same_message_twice_is_one_offer(clinic, wait, free_a_time):
    from hms.scheduling import jobs

    wait(added_at=NOW - 9 * DAY), wait()
    free_a_time()
    jobs.on_time_freed(OutboxMessage.objects.get(topic="time.freed"))
    assert WaitingOffer.objects.count() == 1


@pytest.mark.parametrize("why", ["too near", "in the past", "taken", "switched off"])
def test_a_freed_time_that_is_no_use_is_not_offered(clinic, wait, why):
    wait()
    visit = clinic.appointment(NINE)
    if why == "switched off":
        make.policy("scheduling.offers_by_itself", False, clinic.facility)
    cancel_appointment(by=clinic.desk, appointment=visit, reason="pat")
    if why == "taken":
        clinic.appointment(NINE)
    ahead = {"too near": HOUR, "in the past": -MINUTE}.get(why, DAY)
    with time_machine.travel(NINE - ahead, tick=False):
        work()
    assert not WaitingOffer.objects.exists()


def test_in_the_night_the_hour_is_counted_from_the_morning_and_the_letter_waits(clinic, wait, free_a_time):
    wait(clinic.patient)
    with time_machine.travel(NINE - 10 * HOUR, tick=False):  # 23:00
        free_a_time(NINE + 2 * HOUR)
        offer = WaitingOffer.objects.get()
        assert offer.heard_at == NINE - 2 * HOUR  # seven o'clock
        assert offer.expires_at == NINE - HOUR
        assert Delivery.objects.get(template="scheduling/mail/offer.txt").due_at == offer.heard_at


# --- Telling ---------------------------------------------------------------------------------------------------------
def test_the_holder_is_asked_in_the_app_and_by_mail_and_told_what_is_kept(clinic, wait, free_a_time, settings):
    late = clinic.appointment(NINE + 7 * DAY, patient=clinic.patient)
    wait(clinic.patient, current=late, note="Chest pain")
    free_a_time()
    offer = WaitingOffer.objects.get()
    notice = Notification.objects.get(user=clinic.patient.user)
    assert notice.link == f"/scheduling/offers/{offer.pk}/"
    assert "Tuesday, 24-Nov-2026, 09:00 CET" in notice.text
    assert "until 23-Nov-2026, 10:00 CET" in notice.text
    (mail,) = Delivery.objects.filter(template="scheduling/mail/offer.txt")
    assert mail.recipient == clinic.patient.user.email
    assert f"Accept or decline it here: {settings.BASE_URL}{notice.link}" in mail.body
    assert "Tuesday, 01-Dec-2026, 09:00 CET stays yours until you accept" in mail.body
    for secret in ("Chest", clinic.service.name):
        assert secret not in mail.body + mail.subject + notice.text


def test_a_text_message_goes_where_there_is_a_number_and_a_carrier(clinic, wait, free_a_time, settings):
    from hms.patients.models import ContactPoint

    settings.CARRIER_SMS = "file"
    ContactPoint(patient=clinic.patient, system="phone", use="mobile", value="+49 30 5550101").indexed().save()
    wait(clinic.patient)
    free_a_time()
    text = Delivery.objects.get(channel="sms")
    assert text.body.count("\n") == 1
    assert f"/scheduling/offers/{WaitingOffer.objects.get().pk}/" in text.body


def test_a_guardian_who_may_book_is_asked_and_may_accept(clinic, wait, free_a_time):
    child, mother, father = make.patient(), make.user(), make.user()
    make.related_person(child, mother, scopes=("view", "book"))
    make.related_person(child, father, scopes=("view",))
    wait(child)
    free_a_time()
    assert set(Notification.objects.values_list("user", flat=True)) == {mother.pk}
    offer = WaitingOffer.objects.get()
    with pytest.raises(Missing):
        accept_offer(by=cast.actor("patient", user=father), offer=offer)
    accept_offer(by=cast.actor("patient", user=mother), offer=offer)
    assert Appointment.objects.of_patient(child.pk).get().status == "booked"


# --- Answers ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def offered(clinic, wait, free_a_time):
    """The patient has a visit next week, and is offered tomorrow at nine."""
    late = clinic.appointment(NINE + 7 * DAY, patient=clinic.patient, reason="Cough")
    wait(clinic.patient, current=late)
    free_a_time()
    return WaitingOffer.objects.get()


def test_accepting_books_the_new_time_and_gives_up_the_old_in_one_deed(clinic, offered, lines):
    accept_offer(by=clinic.himself, offer=offered)
    offered.refresh_from_db()
    held, late = Appointment.objects.get(pk=offered.appointment_id), Appointment.objects.get(pk=offered.replaces_id)
    assert (held.status, held.hold_expires_at, held.channel, held.reason) == ("booked", None, "portal", "Cough")
    assert (late.status, late.cancellation_reason) == ("cancelled", "earlier-time")
    assert not any(late.participants.values_list("blocking", flat=True))
    assert (offered.outcome, offered.answered_at, offered.entry.status) == ("accepted", NOW, "booked")
    verbs = {"appointment.booked", "appointment.cancelled", "offer.accepted"}
    done = AuditEvent.objects.filter(verb__in=verbs, actor_id=clinic.himself.id)
    assert set(done.values_list("verb", flat=True)) == verbs
    assert len(set(done.values_list("deed", flat=True))) == 1


def test_an_accepted_offer_is_never_a_late_cancellation(clinic, wait, free_a_time):
    soon = clinic.appointment(NINE + TWENTY, patient=clinic.patient)
    wait(clinic.patient, current=soon)
    free_a_time()
    accept_offer(by=clinic.himself, offer=WaitingOffer.objects.get())
    soon.refresh_from_db()
    assert (soon.status, soon.cancelled_late) == ("cancelled", False)


def test_the_place_that_was_kept_is_offered_on(clinic, offered, wait):
    next_in_line = wait(earliest_on=date(2026, 11, 30))
    accept_offer(by=clinic.himself, offer=offered)
    work()
    offer = WaitingOffer.objects.open().get()
    assert (offer.entry, offer.appointment.start_at) == (next_in_line, NINE + 7 * DAY)
    subjects = set(Delivery.objects.filter(user=clinic.patient.user).values_list("template", flat=True))
    assert {"scheduling/mail/booked.txt", "scheduling/mail/replaced.txt"} <= subjects
    assert "scheduling/mail/cancelled.txt" not in subjects


def test_until_then_the_old_visit_stays(clinic, offered):
    assert Appointment.objects.get(pk=offered.replaces_id).status == "booked"
    decline_offer(by=clinic.himself, offer=offered)
    assert Appointment.objects.get(pk=offered.replaces_id).status == "booked"
    assert WaitingListEntry.objects.get().status == "waiting"


def test_a_visit_booked_while_waiting_is_kept_like_one_that_was_there(clinic, wait, free_a_time):
    wait(clinic.patient)
    since = clinic.appointment(NINE + 7 * DAY, patient=clinic.patient)
    free_a_time()
    assert WaitingOffer.objects.get().replaces == since


def test_an_offer_is_good_until_its_minute_and_not_a_moment_longer(clinic, offered):
    with time_machine.travel(offered.expires_at - timedelta(seconds=1), tick=False):
        tick()
        assert WaitingOffer.objects.get().outcome == ""
    with time_machine.travel(offered.expires_at, tick=False):
        with pytest.raises(Conflict) as refused:
            accept_offer(by=clinic.himself, offer=offered)
        assert refused.value.problems == (refusals.OFFER_ENDED,)
    assert Appointment.objects.get(pk=offered.replaces_id).status == "booked"


def test_an_offer_nobody_answered_goes_to_the_next_in_line(clinic, offered, wait):
    second = wait(added_at=NOW)
    with time_machine.travel(offered.expires_at, tick=False):
        tick()
        offered.refresh_from_db()
        assert (offered.outcome, offered.appointment.status) == ("expired", "cancelled")
        offer = WaitingOffer.objects.open().get()
        assert (offer.entry, offer.appointment.start_at) == (second, NINE)
        # Late, and kindly.
        with pytest.raises(Conflict) as refused:
            accept_offer(by=clinic.himself, offer=offered)
    assert refused.value.problems == (refusals.OFFER_ENDED,)


def test_a_second_press_does_nothing_twice(clinic, offered):
    key = "019300aa-0000-7000-8000-000000000002"
    for _press in range(2):
        accept_offer(by=clinic.himself, offer=offered, idempotency_key=key)
    with pytest.raises(Conflict):
        accept_offer(by=clinic.himself, offer=offered)
    with pytest.raises(Conflict):
        decline_offer(by=clinic.himself, offer=offered)
    assert AuditEvent.objects.filter(verb="offer.accepted").count() == 1


def test_an_old_page_does_not_answer(clinic, offered):
    with pytest.raises(Stale):
        accept_offer(by=clinic.himself, offer=offered, version=offered.version + 1)


def test_nobody_answers_for_a_stranger(clinic, offered):
    user = make.user()
    make.patient(user=user)
    for answer in (accept_offer, decline_offer):
        with pytest.raises(Missing):
            answer(by=cast.actor("patient", user=user), offer=offered)
    with pytest.raises(Forbidden):
        accept_offer(by=cast.actor("billing"), offer=offered)


def test_an_offered_time_is_neither_confirmed_nor_given_back_by_the_booking_page(clinic, offered):
    for deed in (confirm_appointment, release_hold):
        with pytest.raises(Refused) as refused:
            deed(by=clinic.himself, appointment=offered.appointment)
        assert refused.value.problems == (refusals.ANSWER_THE_OFFER,)


def test_who_leaves_the_list_gives_the_offer_to_the_next(clinic, offered, wait):
    second = wait(added_at=NOW)
    leave_waiting_list(by=clinic.himself, entry=offered.entry)
    work()
    assert offered_to() == [second]
    assert WaitingOffer.objects.get(pk=offered.pk).outcome == "withdrawn"


# --- By hand --------------------------------------------------------------------------------------------------------
def by_hand(clinic, entry, start_at=NINE, **fields):
    return {"by": clinic.desk, "entry": entry, "schedule": clinic.schedule, "start_at": start_at} | fields


def test_the_desk_offers_a_time_of_its_choice(clinic, wait):
    entry = wait(clinic.patient, practitioner=make.practitioner())
    offer = offer_time(**by_hand(clinic, entry))
    assert (offer.offered_by_id, offer.among) == (clinic.desk.id, 0)
    assert waits.sentence(offer) == (
        "Chosen by the desk. Urgency: Routine; fit: 0 of 4 (no wish of their own); waiting time: 3 days."
    )


def test_one_offer_at_a_time_for_one_who_waits(clinic, wait):
    entry = wait()
    offer_time(**by_hand(clinic, entry))
    with pytest.raises(Conflict) as refused:
        offer_time(**by_hand(clinic, entry, NINE + TWENTY))
    assert refused.value.problems == (refusals.HAS_OFFER,)
    with pytest.raises(IntegrityError, match=r"scheduling_one_open_offer|entry_id"), transaction.atomic():
        WaitingOffer.objects.create(
            entry=entry, appointment=clinic.appointment(NINE + TWENTY), offered_at=NOW, heard_at=NOW,
            expires_at=NOW + HOUR, urgency="routine",
        )  # fmt: skip


def test_one_time_is_offered_to_one_at_a_time(clinic, wait):
    offer_time(**by_hand(clinic, wait()))
    with pytest.raises(Conflict) as refused:
        offer_time(**by_hand(clinic, wait()))
    assert refused.value.problems == (refusals.TAKEN,)


def test_a_time_about_to_begin_is_not_offered(clinic, wait):
    with time_machine.travel(NINE - 5 * MINUTE, tick=False), pytest.raises(Refused) as refused:
        offer_time(**by_hand(clinic, wait()))
    assert refused.value.problems == (refusals.NO_TIME_FOR_OFFER,)


def test_what_the_desk_takes_back_is_offered_to_nobody_by_itself(clinic, wait, offered):
    wait()
    withdraw_offer(by=clinic.desk, offer=offered)
    work()
    assert offered_to() == []
    book_appointment(**clinic.asked(patient=make.patient()))


def test_the_desk_answers_for_who_is_on_the_telephone(clinic, offered):
    accept_offer(by=clinic.desk, offer=offered)
    assert Appointment.objects.get(pk=offered.appointment_id).channel == "phone"


def test_an_offer_that_ran_out_makes_room_for_the_next_by_hand(clinic, offered):
    with time_machine.travel(offered.expires_at, tick=False):
        offer_time(**by_hand(clinic, offered.entry, NINE + 3 * TWENTY))
    offered.refresh_from_db()
    assert offered.outcome == "expired"


@pytest.mark.parametrize("who", ["doctor", "himself"])
def test_only_the_desk_offers(clinic, wait, who):
    with pytest.raises(Forbidden):
        offer_time(**by_hand(clinic, wait(clinic.patient), by=getattr(clinic, who)))


# --- The end of waiting ---------------------------------------------------------------------------------------------
def test_a_wait_ends_with_its_last_day(clinic, wait):
    over, going_on = wait(latest_on=date(2026, 11, 24)), wait(latest_on=date(2026, 11, 25))
    with time_machine.travel(NINE + 16 * HOUR, tick=False):  # one o'clock on Wednesday, there
        tick()
    assert set(WaitingListEntry.objects.values_list("pk", "status")) == {
        (over.pk, "expired"),
        (going_on.pk, "waiting"),
    }


def test_offers_end_by_the_scheduler_alone(clinic, offered):
    with pytest.raises(Forbidden):
        expire_offer(by=clinic.desk, offer=offered)
    with pytest.raises(Refused):
        expire_offer(by=SCHEDULER, offer=offered)


@pytest.mark.parametrize("people", [1, 12])
def test_whom_a_time_suits_is_asked_in_a_fixed_number_of_queries(clinic, wait, people, django_assert_max_num_queries):
    for number in range(people):
        patient = make.patient()
        wait(patient, current=clinic.appointment(NINE + (7 + number) * DAY + TWENTY, patient=patient))
    freed = Freed(clinic.practitioner.pk, Span(NINE, NINE + TWENTY))
    waiting.suited_by(freed, NOW)
    with django_assert_max_num_queries(9):
        assert len(waiting.suited_by(freed, NOW)) == people
