"""Which handler answers which outbox topic, and what is said again and again. A law: no topic without a handler."""

from __future__ import annotations

import datetime as dt
from typing import Final

HANDLERS: Final[dict[str, str]] = {
    # accounts
    "invitation.sent": "hms.accounts.jobs.on_invitation_sent",
    "password.changed": "hms.accounts.jobs.on_password_changed",
    "password_reset.asked": "hms.accounts.jobs.on_password_reset_asked",
    "accounts.tidy": "hms.accounts.jobs.tidy",
    # scheduling
    "appointment.booked": "hms.scheduling.jobs.on_booked",
    "appointment.moved": "hms.scheduling.jobs.on_moved",
    "appointment.cancelled": "hms.scheduling.jobs.on_cancelled",
    "appointment.reminder": "hms.scheduling.jobs.on_reminder",
    "appointment.wall_time_kept": "hms.scheduling.jobs.on_wall_time_kept",
    "scheduling.keep_wall_times": "hms.scheduling.jobs.keep_wall_times",
    "scheduling.expire_holds": "hms.scheduling.jobs.expire_holds",
    "scheduling.expire_offers": "hms.scheduling.jobs.expire_offers",
    "time.freed": "hms.scheduling.jobs.on_time_freed",
    "offer.made": "hms.scheduling.jobs.on_offer_made",
    "proposal.made": "hms.scheduling.jobs.on_proposal_made",
    "proposal.declined": "hms.scheduling.jobs.on_proposal_declined",
    "proposals.round": "hms.scheduling.jobs.on_proposals_round",
    "series.booked": "hms.scheduling.series_jobs.on_booked",
    "series.moved": "hms.scheduling.series_jobs.on_moved",
    "series.cancelled": "hms.scheduling.series_jobs.on_cancelled",
    "series.open": "hms.scheduling.series_jobs.on_open",
    "scheduling.continue_series": "hms.scheduling.series_jobs.continue_series",
    "rota.asked": "hms.scheduling.rota.jobs.on_asked",
    # documents
    "documents.sweep": "hms.documents.jobs.on_sweep",
    # messaging
    "mail.send": "hms.messaging.jobs.on_mail_send",
    # clinical
    "note.signed": "hms.clinical.jobs.on_note_signed",
    "note.amended": "hms.clinical.jobs.on_note_amended",
    # diagnostics
    "observation.corrected": "hms.diagnostics.jobs.on_observation_corrected",
    # billing
    "encounter.finished": "hms.billing.jobs.on_encounter_finished",
    "invoice.issued": "hms.billing.jobs.on_invoice_issued",
    "payment.taken": "hms.billing.jobs.on_payment_taken",
    # patients
    "patient.died": "hms.scheduling.death_jobs.on_patient_died",
    "patient.death_taken_back": "hms.scheduling.death_jobs.on_death_taken_back",
    "glass.broken": "hms.pathways.jobs.on_glass_broken",
    # said by the scheduler
    "core.seal_audit": "hms.ops.jobs.seal_audit",
    "core.tidy": "hms.ops.jobs.tidy",
    "core.make_partitions": "hms.ops.jobs.make_partitions",
}
RECURRING: Final[dict[str, dt.timedelta]] = {
    "accounts.tidy": dt.timedelta(days=1),
    "scheduling.expire_holds": dt.timedelta(minutes=1),
    "scheduling.expire_offers": dt.timedelta(minutes=1),
    "scheduling.continue_series": dt.timedelta(days=1),
    "scheduling.keep_wall_times": dt.timedelta(days=1),
    "core.seal_audit": dt.timedelta(seconds=5),
    "core.tidy": dt.timedelta(hours=1),
    "documents.sweep": dt.timedelta(days=1),
    "core.make_partitions": dt.timedelta(days=1),
}
