"""The trail in plain words: what was done, as what, and why. The one place that names verbs for people.

Verbs are codes that the rooms write ("note.signed"); patients read these sentences, so they say what happened and
never what stood in the record. A verb that is not here yet is told in general words, never left out. What a guardian
may not learn from a list of deeds (alerts, blocked people, a record kept closer) is told in the same general words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hms.accounts.codes import Duty
from hms.accounts.roles import PERMISSIONS
from hms.core.models import AuditEvent

Words = str | Promise

READ: Final = "chart.read"
BROKE_GLASS: Final = "glass.broken"

_SETTINGS: Final = gettext_lazy("Changed the settings of the record")
_BOOKED: Final = gettext_lazy("Booked a visit")
_MEDICINE_DRAFT: Final = gettext_lazy("Prepared a prescription")
_DOCUMENT: Final = gettext_lazy("Filed a document")
_WROTE_TO: Final = gettext_lazy("Sent a message about a visit, a result or a bill")
_ERROR: Final = gettext_lazy("Marked something as entered in error")
_RELEASED: Final = gettext_lazy("Released something for the patient to read")
_IMPORTED: Final = gettext_lazy("Took over records from elsewhere")

DEEDS: Final[Mapping[str, Words]] = {
    "glass.broken": gettext_lazy("Opened the record in an emergency, without a treating relationship"),
    "glass.reviewed": gettext_lazy("Reviewed an emergency access"),
    # --- the person
    "patient.registered": gettext_lazy("Registered the patient"),
    "patient.identified": gettext_lazy("Gave the record its true name"),
    "patient.edited": gettext_lazy("Changed personal details"),
    "patient.restricted": _SETTINGS,
    "patient.privacy_set": _SETTINGS,
    "patient.portal_linked": gettext_lazy("Opened the portal for this record"),
    "patient.died": gettext_lazy("Recorded the death"),
    "patient.death_taken_back": gettext_lazy("Took back the record of a death"),
    "relative.added": gettext_lazy("Added a contact person"),
    "guardian.added": gettext_lazy("Recorded a guardian"),
    "proxy.added": gettext_lazy("Recorded a proxy"),
    "proxy.revoked": gettext_lazy("Ended somebody’s access"),
    "person.blocked": _SETTINGS,
    "coverage.recorded": gettext_lazy("Recorded an insurance"),
    "coverage.changed": gettext_lazy("Changed an insurance"),
    "allergy.recorded": gettext_lazy("Recorded an allergy"),
    "allergy.refuted": gettext_lazy("Corrected an allergy"),
    "allergy.entered_in_error": _ERROR,
    "allergies.stated": gettext_lazy("Asked about allergies"),
    "flag.recorded": _SETTINGS,
    "flag.ended": _SETTINGS,
    # --- visits
    "appointment.held": gettext_lazy("Chose a time for a visit"),
    "appointment.booked": _BOOKED,
    "appointment.moved": gettext_lazy("Moved a visit"),
    "appointment.wall_time_kept": gettext_lazy("Kept a visit at its time when the clocks of the zone changed"),
    "appointment.cancelled": gettext_lazy("Cancelled a visit"),
    "appointment.released": gettext_lazy("Gave a chosen time back"),
    "appointment.entered_in_error": _ERROR,
    "appointment.checked_in": gettext_lazy("Checked the patient in"),
    "appointment.check_in_undone": gettext_lazy("Took a check-in back"),
    "appointment.noshow": gettext_lazy("Noted that the patient did not come"),
    "appointment.noshow_undone": gettext_lazy("Took back that the patient did not come"),
    "appointment.started": gettext_lazy("Began the visit"),
    "appointment.start_undone": gettext_lazy("Took the beginning of a visit back"),
    "appointment.fulfilled": gettext_lazy("Finished the visit"),
    "appointment.read": gettext_lazy("Opened the link of a visit"),
    "offer.made": gettext_lazy("Offered a time that had become free"),
    "offer.accepted": gettext_lazy("Accepted an offered time"),
    "offer.declined": gettext_lazy("Declined an offered time"),
    "offer.withdrawn": gettext_lazy("Took an offered time back"),
    "waiting.withdrawn": gettext_lazy("Took the patient off a waiting list"),
    "series.cancelled": gettext_lazy("Ended a series of visits"),
    "patient.plans_ended": gettext_lazy("Ended what was planned for the patient"),
    "queue.called": gettext_lazy("Called the patient in"),
    "queue.recalled": gettext_lazy("Called the patient once more"),
    "queue.skipped": gettext_lazy("Noted that the patient did not answer the call"),
    "queue.call_undone": gettext_lazy("Took a call back"),
    "queue.ranked": gettext_lazy("Changed when the patient is called"),
    "queue.sent_for_tests": gettext_lazy("Sent the patient for tests"),
    "queue.returned": gettext_lazy("Noted that the patient is back from tests"),
    "queue.resumed": gettext_lazy("Went on with the visit"),
    "encounter.arrived": gettext_lazy("Noted that the patient came"),
    "encounter.started": gettext_lazy("Began the visit"),
    "encounter.resumed": gettext_lazy("Went on with the visit"),
    "encounter.finished": gettext_lazy("Finished the visit"),
    "visit.finished": gettext_lazy("Finished the visit"),
    # --- the chart
    "condition.recorded": gettext_lazy("Recorded a diagnosis"),
    "condition.addressed": gettext_lazy("Dealt with a diagnosis"),
    "condition.verified": gettext_lazy("Confirmed or ruled out a diagnosis"),
    "condition.resolved": gettext_lazy("Ended a diagnosis"),
    "note.written": gettext_lazy("Wrote a note"),
    "note.signed": gettext_lazy("Signed a note"),
    "note.amended": gettext_lazy("Added to a note"),
    "procedure.recorded": gettext_lazy("Recorded a procedure"),
    "immunization.recorded": gettext_lazy("Recorded an immunisation"),
    "observations.recorded": gettext_lazy("Recorded measurements or results"),
    "observation.corrected": gettext_lazy("Corrected a result"),
    "medication-request.drafted": _MEDICINE_DRAFT,
    "medication-request.changed": _MEDICINE_DRAFT,
    "medication-request.removed": _MEDICINE_DRAFT,
    "medication-request.swapped": _MEDICINE_DRAFT,
    "medication-request.renewed": _MEDICINE_DRAFT,
    "medication-request.signed": gettext_lazy("Prescribed a medicine"),
    "medication-request.stopped": gettext_lazy("Stopped a medicine"),
    "medication-request.cancelled": gettext_lazy("Cancelled a prescription"),
    "medication-request.corrected": _ERROR,
    "detected-issue.overridden": gettext_lazy("Decided about a warning of the medicine check"),
    # --- documents, messages, money
    "document.filed": _DOCUMENT,
    "document.version-added": _DOCUMENT,
    "document.released": _RELEASED,
    "document.retracted": _ERROR,
    "original.mapped": _IMPORTED,
    "person.notified": _WROTE_TO,
    "delivery.sent": _WROTE_TO,
    "delivery.failed": gettext_lazy("Tried to send a message"),
    "delivery.withheld": gettext_lazy("Did not send a message, on purpose"),
    "delivery.retried": gettext_lazy("Tried to send a message"),
    "delivery.resolved": gettext_lazy("Saw to a message that had not arrived"),
    "preference.set": gettext_lazy("Changed how the patient is told of things"),
    "charge.recognised": gettext_lazy("Prepared a bill"),
    "charge.recorded": gettext_lazy("Prepared a bill"),
    "charge.waived": gettext_lazy("Left a service unbilled"),
    "invoice.issued": gettext_lazy("Issued an invoice"),
    "invoice.credited": gettext_lazy("Credited an invoice"),
    "payment.taken": gettext_lazy("Took a payment"),
    "statement.imported": _IMPORTED,
    "statement.recognised": _IMPORTED,
    "trail.exported": gettext_lazy("Saved lines of the trail as a table"),
    # --- without a record
    "trail.searched": gettext_lazy("Searched the trail"),
    "patients.searched": gettext_lazy("Searched for patients"),
    "session.opened": gettext_lazy("Signed in"),
    "session.closed": gettext_lazy("Signed out"),
    "session.ended": gettext_lazy("Was signed out"),
    "session.refused": gettext_lazy("Tried to sign in"),
    "session.revoked": gettext_lazy("Ended a session"),
    "role.switched": gettext_lazy("Changed between staff and patient"),
}

# What the last word of a verb says where the whole is not above.
_ENDINGS: Final[Mapping[str, Words]] = {
    "imported": _IMPORTED,
    "released": _RELEASED,
    "held_back": gettext_lazy("Held something back from the patient"),
    "entered_in_error": _ERROR,
}

# What somebody read, by the page; below, by the room the page is in.
_PAGES: Final[Mapping[str, Words]] = {
    "workspace:chart": gettext_lazy("Read the summary"),
    "workspace:visit": gettext_lazy("Read the record during a visit"),
    "workspace:as_it_was": gettext_lazy("Read the record as it was on an earlier day"),
    "workspace:my_home": gettext_lazy("Looked at the portal’s first page"),
    "workspace:my_visits": gettext_lazy("Looked at visits"),
    "workspace:my_visit": gettext_lazy("Read about a visit"),
    "workspace:my_health": gettext_lazy("Read the health record"),
    "workspace:my_results": gettext_lazy("Read results"),
    "workspace:my_bills": gettext_lazy("Looked at bills"),
    "workspace:my_readers": gettext_lazy("Checked who opened the record"),
    "workspace:trail": gettext_lazy("Checked who opened the record"),
    "patients:glass": gettext_lazy("Checked an emergency access"),
    "patients:changes": gettext_lazy("Looked at what changed"),
    "documents:download": gettext_lazy("Opened a document"),
    "documents:create": gettext_lazy("Went to file a document"),
}
_ROOMS: Final[Mapping[str, Words]] = {
    "patients": gettext_lazy("Looked at name, contacts and other details"),
    "clinical": gettext_lazy("Read visits, notes or diagnoses"),
    "diagnostics": gettext_lazy("Read results"),
    "prescribing": gettext_lazy("Read medicines"),
    "scheduling": gettext_lazy("Looked at appointments"),
    "billing": gettext_lazy("Looked at bills"),
    "documents": gettext_lazy("Looked at the list of documents"),
    "workspace": gettext_lazy("Read the record"),
    "interop": gettext_lazy("Fetched the record for another program"),
}

# HL7 v3 PurposeOfUse (http://terminology.hl7.org/CodeSystem/v3-ActReason), those that HMS writes.
_PURPOSES: Final[Mapping[str, Words]] = {
    "TREAT": gettext_lazy("Treatment"),
    "ETREAT": gettext_lazy("Emergency treatment"),
    "BTG": gettext_lazy("Emergency access"),
    "PATRQT": gettext_lazy("At the patient’s request"),
    "FAMRQT": gettext_lazy("At the family’s request"),
    "HOPERAT": gettext_lazy("Running the hospital"),
    "HPAYMT": gettext_lazy("Payment"),
    "HCOMPL": gettext_lazy("Protecting privacy"),
    "PATADMIN": gettext_lazy("Organising visits"),
    "HSYSADMIN": gettext_lazy("Running the system"),
}


def deed_words(verb: str, page: str = "", outcome: str = AuditEvent.Outcome.SUCCESS) -> str:
    """What happened, in one sentence without its subject: "Signed a note"."""
    if outcome != AuditEvent.Outcome.SUCCESS and verb not in DEEDS:
        return _refused(verb)
    if verb == READ:
        return str(_PAGES.get(page) or _ROOMS.get(page.partition(":")[0]) or _("Read the record"))
    known = DEEDS.get(verb) or _ENDINGS.get(verb.rpartition(".")[2])
    return str(known) if known else _("Did something else: %(verb)s") % {"verb": _spelled(verb)}


def _refused(verb: str) -> str:
    # A refusal is recorded under the permission of the deed that did not take place.
    line = PERMISSIONS.get(verb)
    what = line.words if line is not None else _spelled(verb)
    return _("Wanted to do this, and was refused: %(deed)s") % {"deed": what}


def _spelled(verb: str) -> str:
    return verb.replace(".", " ").replace("_", " ").replace("-", " ")


def purpose_words(code: str) -> str:
    """Why, in words; a code that is not among ours is shown as it is."""
    return str(_PURPOSES.get(code, code))


def role_words(role: str) -> str:
    """As what somebody acted: "Doctor, Nurse"; a program's role is empty or "system"."""
    known: dict[str, Any] = {duty.value: duty.label for duty in Duty}
    return ", ".join(str(known[one]) for one in role.split(",") if one in known)
