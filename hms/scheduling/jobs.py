"""What follows from a booking: telling the patient, reminding, clearing up held times, and offering freed ones.

A notifier reads visits and writes letters. It never changes a visit; what is offered or ended, actions do.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from hms.core import clock, values
from hms.core.actor import system
from hms.core.models import OutboxMessage
from hms.core.problems import Refused
from hms.messaging.actions import notify
from hms.messaging.channels import Attachment
from hms.messaging.codes import Channel, NoticeKind
from hms.messaging.recipients import Recipient, of_patient, of_user, with_proxies
from hms.organization.models import Facility
from hms.patients.codes import Scope
from hms.patients.models import Patient
from hms.scheduling import actions, codes, entries, ics, strays, waiting
from hms.scheduling.actions import asking, telling, wall_times
from hms.scheduling.models import (
    Appointment,
    AppointmentParticipant,
    MoveProposal,
    ProposalRound,
    WaitingListEntry,
    WaitingOffer,
)
from hms.scheduling.rules.waiting import Freed
from hms.scheduling.strays import Stray, Suggestion
from hms.scheduling.waiting import Suited

DIED = codes.CancellationReason.PATIENT_DECEASED


def on_booked(message: OutboxMessage) -> None:
    """Confirm a booking, with the visit for the patient's calendar."""
    _tell(message.subject_id, "scheduling/mail/booked.txt", ics.REQUEST, while_status=codes.LIVE)


def on_moved(message: OutboxMessage) -> None:
    """Say the new time. The calendar file has the same UID, so the old entry moves."""
    _tell(message.subject_id, "scheduling/mail/moved.txt", ics.REQUEST, while_status=codes.LIVE)


def on_cancelled(message: OutboxMessage) -> None:
    """Say that the visit is called off, and take it out of the patient's calendar."""
    row = AppointmentParticipant.objects.select_related("appointment").get(pk=message.subject_id)
    replaced = row.appointment.cancellation_reason == codes.CancellationReason.EARLIER_TIME
    _tell(row.pk, f"scheduling/mail/{'replaced' if replaced else 'cancelled'}.txt", ics.CANCEL)


def on_wall_time_kept(message: OutboxMessage) -> None:
    """Say that the visit stays when the wall shows what was promised, with a file for calendars that disagree."""
    _tell(message.subject_id, "scheduling/mail/wall_time.txt", ics.REQUEST, while_status=codes.LIVE)


def keep_wall_times(message: OutboxMessage) -> None:
    """Look whether the rules of a time zone have changed what was promised; as a rule nothing has."""
    by, now = system("scheduling"), clock.now()
    for shifted in wall_times.in_order(wall_times.shifts(now)):
        with suppress(Refused):  # moved or called off in this moment
            actions.keep_wall_time(by=by, shifted=shifted)
    if days := wall_times.days_that_shift(now):
        actions.keep_days_that_differ(by=by, days=days)


def on_reminder(message: OutboxMessage) -> None:
    """Remind of a visit, unless it was called off, moved (its new time has its own reminder), or is over.

    NB: by what the visit is now, not by the policy: where that has become shorter since, the reminder that was asked
    for under the old one is the only one there is.
    """
    row = AppointmentParticipant.objects.select_related("appointment").get(pk=message.subject_id)
    visit = row.appointment
    if message.key == telling.reminder_key(row, visit) and clock.now() < visit.start_at:
        _tell(row.pk, "scheduling/mail/reminder.txt", "", while_status={codes.AppointmentStatus.BOOKED}, lead="before")


def expire_holds(message: OutboxMessage) -> None:
    """End held times that ran out, so that lists and reports show no ghosts. Bookings do not wait for this."""
    if Appointment.objects.filter(
        status=codes.AppointmentStatus.PENDING, hold_expires_at__lte=clock.now() - timedelta(minutes=1)
    ).exists():
        actions.expire_holds(by=system("scheduling"))


def on_time_freed(message: OutboxMessage) -> None:
    """Offer a freed time to whom it suits best, and what is left of it to the next, each to one holder.

    May run twice: a time that is held, booked or past by now suits nobody. Whoever answers a question of their own in
    the same moment is passed over.
    """
    freed = Freed.parse((message.key or "").split(":")[1])
    while suited := waiting.suited_by(freed, clock.now()):
        if not any(_offered(one, freed, len(suited)) for one in suited):
            return


def on_offer_made(message: OutboxMessage) -> None:
    """Ask the patient, and whoever may book for them: in the app, by mail, and by text message where that goes."""
    rows = WaitingOffer.objects.select_related(
        "entry__patient__user", "appointment__facility", "appointment__service", "replaces__facility"
    )
    offer = rows.prefetch_related(*_people("appointment"), *_people("replaces")).get(pk=message.subject_id)
    if not offer.stands(clock.now()):
        return
    _ask(offer, offer.entry.patient, "offer", reverse("scheduling:offer", args=[offer.pk]))


def on_proposal_made(message: OutboxMessage) -> None:
    """Ask whose visit can't take place whether another time suits: the same way, and to the same people."""
    rows = MoveProposal.objects.select_related("appointment__facility", "appointment__service", "replaces__facility")
    proposal = rows.prefetch_related(*_people("appointment"), *_people("replaces")).get(pk=message.subject_id)
    patient = proposal.replaces.patient
    if patient is not None and proposal.stands(clock.now()):
        _ask(proposal, patient, "proposal", reverse("scheduling:proposal", args=[proposal.pk]))


def on_proposals_round(message: OutboxMessage) -> None:
    """Propose to the next few of the list. May run twice: whoever was asked is not asked again."""
    found = ProposalRound.objects.going_on().select_related("facility").filter(pk=message.subject_id).first()
    if found is None:
        return
    by, key = system("scheduling"), message.key or ""
    if key != f"proposals.round:{found.pk}:{found.version}":
        # Another worker went on with it.
        return
    place = (found.after_at, found.after or UUID(int=0))
    waiting = [one for one in strays.strays(by, found.facility) if (one.visit.start_at, one.visit.pk) > place]
    few = [one for one in waiting if one.may_be_asked_by_itself][: asking.AT_ONCE]
    offered = strays.instead_of(found.facility, few)
    for one in few:
        _propose(one, offered.get(one.visit.pk), found)
    last = few[-1].visit if few else None
    with suppress(Refused):
        actions.advance_round(
            by=by,
            round=found,
            after_at=last.start_at if last is not None else found.after_at,
            after=last.pk if last is not None else found.after,
            is_over=len(few) < asking.AT_ONCE,
        )


def _propose(one: Stray, instead: Suggestion | None, found: ProposalRound) -> None:
    """Propose a time, if there is one; it may be gone by now, or too near for an answer. Then somebody calls."""
    if instead is None:
        return
    with suppress(Refused):
        actions.propose_move(
            by=system("scheduling"),
            appointment=one.visit,
            schedule=instead.slot.schedule,
            start_at=instead.at,
            asked_by=found.asked_by_id,
        )


def on_proposal_declined(message: OutboxMessage) -> None:
    """Tell whoever proposed a time that it does not suit: somebody has to call."""
    rows = MoveProposal.objects.select_related("offered_by", "appointment__facility", "replaces__facility")
    proposal = rows.prefetch_related(*_people("replaces")).get(pk=message.subject_id)
    if proposal.offered_by is None:
        return
    link = reverse("scheduling:to_move") + f"?facility={proposal.replaces.facility_id}"
    notify(
        by=system("scheduling"),
        to=of_user(proposal.offered_by),
        kind=NoticeKind.WORK,
        template="scheduling/mail/proposal_declined.txt",
        context={"visit": entries.Told(proposal.replaces), "list_link": settings.BASE_URL + link},
        key=f"proposal-declined:{proposal.pk}",
        facility=proposal.replaces.facility,
        link=link,
    )


def expire_offers(message: OutboxMessage) -> None:
    """End offers and proposals that nobody answered, so that somebody else is asked, and waits that are over."""
    by = system("scheduling")
    for offer in WaitingOffer.objects.ran_out(clock.now()).order_by("expires_at")[:200]:
        with suppress(Refused):  # answered in this moment
            actions.expire_offer(by=by, offer=offer)
    for proposal in MoveProposal.objects.ran_out(clock.now()).order_by("expires_at")[:200]:
        with suppress(Refused):
            actions.expire_proposal(by=by, proposal=proposal)
    for facility in Facility.objects.all():
        today = clock.today(facility.time_zone)
        if WaitingListEntry.objects.waiting().filter(facility=facility, latest_on__lt=today).exists():
            actions.expire_waits(by=by, facility=facility)


def _offered(one: Suited, freed: Freed, among: int) -> bool:
    try:
        actions.offer_time(
            by=system("scheduling"),
            entry=one.entry,
            schedule=one.schedule,
            start_at=one.ranked.start,
            freed=freed,
            among=among,
        )
    except Refused:
        return False
    return True


def _people(visit: str) -> Sequence[str]:
    return [f"{visit}__participants__{who}" for who in ("practitioner", "location", "patient", "device")]


def _ask(offer: WaitingOffer | MoveProposal, patient: Patient, template: str, link: str) -> None:
    """Ask the patient, and whoever may book for them: in the app, by mail, and by text message where that goes."""
    if patient.deceased:
        return
    visit = offer.appointment
    context = {
        "visit": entries.Told(visit),
        "kept": entries.Told(offer.replaces) if offer.replaces is not None else None,
        "until": values.moment_text(offer.expires_at, visit.zone),
        "patient": patient,
        "offer_link": settings.BASE_URL + link,
    }
    for recipient in with_proxies(patient, "book"):
        ways = [(f"scheduling/mail/{template}.txt", (Channel.IN_APP, Channel.EMAIL))]
        if recipient.phone and settings.CARRIER_SMS != "none":
            ways.append((f"scheduling/mail/{template}_sms.txt", (Channel.SMS,)))
        for letter, channels in ways:
            notify(
                by=system("scheduling"),
                to=recipient,
                kind=NoticeKind.APPOINTMENT,
                template=letter,
                context=context,
                key=f"{template}:{offer.pk}",
                facility=visit.facility,
                channels=channels,
                link=link,
                due_at=offer.heard_at,
            )


def _tell(
    participation: UUID | None,
    template: str,
    method: str,
    *,
    while_status: frozenset[str] | set[str] | None = None,
    lead: str = "",
) -> None:
    row = (
        AppointmentParticipant.objects.select_related(
            "patient__user",
            "appointment__facility",
            "appointment__service",
            "appointment__booked_by",
            "instead_of__appointment__facility",
            "instead_of__appointment__service",
        )
        .prefetch_related("appointment__participants__practitioner", "appointment__participants__location")
        .get(pk=participation)
    )
    visit = row.appointment
    # Neither the dead nor whoever mourns them reads of visits, whether the death is recorded by now or only the reason.
    if row.patient is None or row.patient.deceased or DIED in (visit.cancellation_reason, row.declined_reason):
        return
    # Said too late: what happened since has its own message.
    if while_status is not None and (visit.status not in while_status or row.status in codes.NOT_TAKING_PART):
        return
    for recipient in _recipients(row):
        language = recipient.language or visit.facility.language or settings.LANGUAGE_CODE
        notify(
            by=system("scheduling"),
            to=recipient,
            kind=NoticeKind.REMINDER if lead else NoticeKind.APPOINTMENT,
            template=template,
            context={"visit": entries.Told(visit), "patient": row.patient},
            key=f"appointment:{row.pk}:{visit.sequence}",
            facility=visit.facility,
            attachments=_attachments(row, method, language) if method else [],
            link=entries.Told(visit).link.removeprefix(settings.BASE_URL),
            lead=lead,
        )


def _recipients(row: AppointmentParticipant) -> list[Recipient]:
    """The patient, and the proxy who booked for them, as long as they may see the patient's visits."""
    patient, booker = row.patient, row.appointment.booked_by
    if patient is None:
        return []
    if row.appointment.is_group:
        # Whoever booked the first place is nobody to the others.
        return with_proxies(patient, "book")
    told = [of_patient(patient)]
    if booker is not None and row.appointment.channel == codes.Channel.PORTAL and booker.pk != patient.user_id:
        told += [one for one in with_proxies(patient, Scope.VIEW) if one.user == booker]
    return told


def _attachments(row: AppointmentParticipant, method: str, language: str) -> list[Attachment]:
    """The visit for a calendar, and the end of the group visit whose place was exchanged for it."""
    visit, former = row.appointment, row.instead_of
    with translation.override(language):
        files = [ics.attached([entries.for_patient(visit, row)], method, "visit.ics", visit.facility.email)]
        if former is not None and method == ics.REQUEST and former.appointment_id != visit.pk:
            given_up = entries.for_patient(former.appointment, former)
            files.append(ics.attached([given_up], ics.CANCEL, "given-up.ics", visit.facility.email))
    return files
