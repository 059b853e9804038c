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
from django.utils.translation import gettext_lazy as _l

from hms.accounts.codes import Duty
from hms.accounts.roles import PERMISSIONS
from hms.core.models import AuditEvent

Words = str | Promise

READ: Final = "chart.read"
BROKE_GLASS: Final = "glass.broken"

_SETTINGS: Final = _l("Changed the settings of the record")
_BOOKED: Final = _l("Booked a visit")
_MEDICINE_DRAFT: Final = _l("Prepared a prescription")
_DOCUMENT: Final = _l("Filed a document")
_WROTE_TO: Final = _l("Sent a message about a visit, a result or a bill")
_ERROR: Final = _l("Marked something as entered in error")
_RELEASED: Final = _l("Released something for the patient to read")
_IMPORTED: Final = _l("Took over records from elsewhere")

DEEDS: Final[Mapping[str, Words]] = {
    "glass.broken": _l("Opened the record in an emergency, without a treating relationship"),
    "glass.reviewed": _l("Reviewed an emergency access"),
    # --- the person
    "patient.registered": _l("Registered the patient"),
    "patient.identified": _l("Gave the record its true name"),
    "patient.edited": _l("Changed personal details"),
    "patient.restricted": _SETTINGS,
    "patient.privacy_set": _SETTINGS,
    "patient.portal_linked": _l("Opened the portal for this record"),
    "patient.died": _l("Recorded the death"),
    "patient.death_taken_back": _l("Took back the record of a death"),
    "relative.added": _l("Added a contact person"),
    "guardian.added": _l("Recorded a guardian"),
    "proxy.added": _l("Recorded a proxy"),
    "proxy.revoked": _l("Ended somebody’s access"),
    "person.blocked": _SETTINGS,
    "coverage.recorded": _l("Recorded an insurance"),
    "coverage.changed": _l("Changed an insurance"),
    "allergy.recorded": _l("Recorded an allergy"),
    "allergy.refuted": _l("Corrected an allergy"),
    "allergy.entered_in_error": _ERROR,
    "allergies.stated": _l("Asked about allergies"),
    "flag.recorded": _SETTINGS,
    "flag.ended": _SETTINGS,
    # --- visits
    "appointment.held": _l("Chose a time for a visit"),
    "appointment.booked": _BOOKED,
    "appointment.moved": _l("Moved a visit"),
    "appointment.cancelled": _l("Cancelled a visit"),
    "appointment.released": _l("Gave a chosen time back"),
    "appointment.entered_in_error": _ERROR,
    "appointment.checked_in": _l("Checked the patient in"),
    "appointment.check_in_undone": _l("Took a check-in back"),
    "appointment.noshow": _l("Noted that the patient did not come"),
    "appointment.noshow_undone": _l("Took back that the patient did not come"),
    "appointment.started": _l("Began the visit"),
    "appointment.start_undone": _l("Took the beginning of a visit back"),
    "appointment.fulfilled": _l("Finished the visit"),
    "encounter.arrived": _l("Noted that the patient came"),
    "encounter.started": _l("Began the visit"),
    "encounter.resumed": _l("Went on with the visit"),
    "encounter.finished": _l("Finished the visit"),
    "visit.finished": _l("Finished the visit"),
    # --- the chart
    "condition.recorded": _l("Recorded a diagnosis"),
    "condition.addressed": _l("Dealt with a diagnosis"),
    "condition.verified": _l("Confirmed or ruled out a diagnosis"),
    "condition.resolved": _l("Ended a diagnosis"),
    "note.written": _l("Wrote a note"),
    "note.signed": _l("Signed a note"),
    "note.amended": _l("Added to a note"),
    "procedure.recorded": _l("Recorded a procedure"),
    "immunization.recorded": _l("Recorded an immunisation"),
    "observations.recorded": _l("Recorded measurements or results"),
    "observation.corrected": _l("Corrected a result"),
    "medication-request.drafted": _MEDICINE_DRAFT,
    "medication-request.changed": _MEDICINE_DRAFT,
    "medication-request.removed": _MEDICINE_DRAFT,
    "medication-request.swapped": _MEDICINE_DRAFT,
    "medication-request.renewed": _MEDICINE_DRAFT,
    "medication-request.signed": _l("Prescribed a medicine"),
    "medication-request.stopped": _l("Stopped a medicine"),
    "medication-request.cancelled": _l("Cancelled a prescription"),
    "medication-request.corrected": _ERROR,
    "detected-issue.overridden": _l("Decided about a warning of the medicine check"),
    # --- documents, messages, money
    "document.filed": _DOCUMENT,
    "document.version-added": _DOCUMENT,
    "document.released": _RELEASED,
    "document.retracted": _ERROR,
    "original.mapped": _IMPORTED,
    "person.notified": _WROTE_TO,
    "delivery.sent": _WROTE_TO,
    "delivery.failed": _l("Tried to send a message"),
    "delivery.withheld": _l("Did not send a message, on purpose"),
    "delivery.retried": _l("Tried to send a message"),
    "delivery.resolved": _l("Saw to a message that had not arrived"),
    "preference.set": _l("Changed how the patient is told of things"),
    "charge.recognised": _l("Prepared a bill"),
    "charge.recorded": _l("Prepared a bill"),
    "charge.waived": _l("Left a service unbilled"),
    "invoice.issued": _l("Issued an invoice"),
    "invoice.credited": _l("Credited an invoice"),
    "payment.taken": _l("Took a payment"),
    "statement.imported": _IMPORTED,
    "statement.recognised": _IMPORTED,
    "trail.exported": _l("Saved lines of the trail as a table"),
    # --- without a record
    "trail.searched": _l("Searched the trail"),
    "patients.searched": _l("Searched for patients"),
    "session.opened": _l("Signed in"),
    "session.closed": _l("Signed out"),
    "session.ended": _l("Was signed out"),
    "session.refused": _l("Tried to sign in"),
    "session.revoked": _l("Ended a session"),
    "role.switched": _l("Changed between staff and patient"),
}

# What the last word of a verb says where the whole is not above.
_ENDINGS: Final[Mapping[str, Words]] = {
    "imported": _IMPORTED,
    "released": _RELEASED,
    "held_back": _l("Held something back from the patient"),
    "entered_in_error": _ERROR,
}

# What somebody read, by the page; below, by the room the page is in.
_PAGES: Final[Mapping[str, Words]] = {
    "workspace:chart": _l("Read the summary"),
    "workspace:visit": _l("Read the record during a visit"),
    "workspace:as_it_was": _l("Read the record as it was on an earlier day"),
    "workspace:my_home": _l("Looked at the portal’s first page"),
    "workspace:my_visits": _l("Looked at visits"),
    "workspace:my_visit": _l("Read about a visit"),
    "workspace:my_health": _l("Read the health record"),
    "workspace:my_results": _l("Read results"),
    "workspace:my_bills": _l("Looked at bills"),
    "workspace:my_readers": _l("Checked who opened the record"),
    "workspace:trail": _l("Checked who opened the record"),
    "patients:glass": _l("Checked an emergency access"),
    "patients:changes": _l("Looked at what changed"),
    "documents:download": _l("Opened a document"),
}
_ROOMS: Final[Mapping[str, Words]] = {
    "patients": _l("Looked at name, contacts and other details"),
    "clinical": _l("Read visits, notes or diagnoses"),
    "diagnostics": _l("Read results"),
    "prescribing": _l("Read medicines"),
    "scheduling": _l("Looked at appointments"),
    "billing": _l("Looked at bills"),
    "documents": _l("Looked at the list of documents"),
    "workspace": _l("Read the record"),
    "interop": _l("Fetched the record for another program"),
}

# HL7 v3 PurposeOfUse (http://terminology.hl7.org/CodeSystem/v3-ActReason), those that HMS writes.
_PURPOSES: Final[Mapping[str, Words]] = {
    "TREAT": _l("Treatment"),
    "ETREAT": _l("Emergency treatment"),
    "BTG": _l("Emergency access"),
    "PATRQT": _l("At the patient’s request"),
    "FAMRQT": _l("At the family’s request"),
    "HOPERAT": _l("Running the hospital"),
    "HPAYMT": _l("Payment"),
    "HCOMPL": _l("Protecting privacy"),
    "PATADMIN": _l("Organising visits"),
    "HSYSADMIN": _l("Running the system"),
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
