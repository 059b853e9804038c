"""The permissions of every duty, on one page. What is not here, nobody may do.

A permission is `room.action_name`, the string its action or page asks for; a law checks that each one
asked for anywhere has its line. Which rows somebody sees is another question: `visible_to` in each room
answers it (own patients, own chart, own facility). A line here says only that the deed belongs to the duty.

Sources: security.md E (role × resource). To give a duty something new, add or widen one line.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hms.accounts.codes import STAFF_DUTIES, Duty

ADMIN, DOCTOR, NURSE, DESK = Duty.ADMINISTRATOR, Duty.DOCTOR, Duty.NURSE, Duty.FRONT_DESK
LAB, PHARM, BILLING = Duty.LABORATORY, Duty.PHARMACIST, Duty.BILLING
PRIVACY, ANALYST, PATIENT = Duty.PRIVACY_OFFICER, Duty.INTEGRATION_ANALYST, Duty.PATIENT
CLINICIANS = (DOCTOR, NURSE)
STAFF = tuple(duty for duty in Duty if duty in STAFF_DUTIES)


class Line(NamedTuple):
    """One permission: in words, and the duties that carry it. `everybody`: whoever is signed in."""

    words: str | Promise
    duties: frozenset[Duty]
    everybody: bool = False

    @property
    def in_order(self) -> list[Duty]:
        """The duties, always in one order."""
        return [duty for duty in Duty if duty in self.duties]


def may(words: str | Promise, *duties: Duty) -> Line:
    return Line(words, frozenset(duties))


def everybody(words: str | Promise) -> Line:
    return Line(words, frozenset(Duty), everybody=True)


PERMISSIONS: dict[str, Line] = {
    # --- accounts: people and what they may do ---------------------------------------------------------------
    "accounts.accept_invitation": may(_("Accept an invitation (the invited person, by the link)")),
    "accounts.approve_grant": may(_("Approve, as second person, a duty that another administrator gave"), ADMIN),
    "accounts.ask_password_reset": may(_("Ask for a link to a new password (anybody, by mail)")),
    "accounts.change_own_preferences": everybody(_("Change one's own language, theme and shortcuts")),
    "accounts.change_own_profile": everybody(_("Change one's own e-mail address")),
    "accounts.change_password": everybody(_("Change one's own password")),
    "accounts.change_user": may(_("Change a user's name, login name and e-mail address"), ADMIN),
    "accounts.create_user": may(_("Create a user"), ADMIN),
    "accounts.deactivate_user": may(_("Deactivate a user: every session and token ends at once"), ADMIN),
    "accounts.end_own_sessions": everybody(_("See and end one's own sessions")),
    "accounts.found_administrator": may(
        _("Make the first administrator of a new installation (set-up page, command line)"),
    ),
    "accounts.grant_duty": may(_("Give somebody a duty"), ADMIN),
    "accounts.invite_user": may(_("Invite somebody by e-mail"), ADMIN),
    "accounts.issue_token": may(_("Issue an access token for a program (command line)")),
    "accounts.open_portal": may(_("Give a patient access to the portal"), DESK),
    "accounts.reactivate_user": may(_("Let a deactivated user in again"), ADMIN),
    "accounts.refuse_grant": may(_("Refuse, as second person, a duty that another administrator gave"), ADMIN),
    "accounts.revoke_token": everybody(_("Revoke one's own access tokens")),
    "accounts.set_pin": may(_("Set a PIN for shared workstations"), *STAFF),
    "accounts.view_users": may(_("See the users and their duties"), ADMIN, PRIVACY),
    "accounts.withdraw_grant": may(_("Withdraw a duty"), ADMIN),
    "accounts.withdraw_invitation": may(_("Withdraw an invitation"), ADMIN),
    # --- organization: facilities, departments, rooms, practitioners ------------------------------------------
    "organization.assign_role": may(_("Say where a practitioner works"), ADMIN),
    "organization.create_department": may(_("Create a department"), ADMIN),
    "organization.create_facility": may(_("Open a facility"), ADMIN),
    "organization.create_practitioner": may(_("Enter a practitioner"), ADMIN),
    "organization.edit_department": may(_("Change a department"), ADMIN),
    "organization.edit_device": may(_("Create and change devices that are booked"), ADMIN),
    "organization.edit_facility": may(_("Change a facility, its letterhead and closed days"), ADMIN),
    "organization.edit_location": may(_("Create and change rooms"), ADMIN),
    "organization.edit_practitioner": may(_("Change a practitioner"), ADMIN),
    "organization.end_role": may(_("End a practitioner's role"), ADMIN),
    "organization.import_organization": may(_("Keep an organisation that an import names (importer)")),
    "organization.import_practitioner": may(_("Keep a practitioner that an import names (importer)")),
    "organization.retire_department": may(_("Retire a department"), ADMIN),
    "organization.set_policy": may(_("Set a policy, with the day from which it holds"), ADMIN),
    "organization.set_up": may(_("Set up a new installation (set-up page)")),
    "organization.set_wording": may(_("Translate names of departments, visit types and the like"), ADMIN),
    "organization.view_directory": may(_("Look up departments, rooms and practitioners"), *STAFF, PATIENT),
    # --- formulary and terminology: catalogues ----------------------------------------------------------------
    "terminology.load_code_system": may(_("Load a code system"), ADMIN),
    "terminology.search": may(
        _("Search codes of diagnoses, tests and units"), *CLINICIANS, LAB, PHARM, BILLING, ANALYST,
    ),
    "formulary.load_formulary": may(_("Load the formulary and what is known of its dangers (command line)")),
    "formulary.manage_knowledge": may(_("Change medicines, interactions and dose limits"), PHARM),
    "formulary.search": may(_("Search medicines"), *CLINICIANS, PHARM),
    # --- patients: identity and the facts that keep somebody safe ----------------------------------------------
    "patients.break_glass": may(
        _("Open the chart of a patient they do not treat, with a reason, reviewed afterwards"), *CLINICIANS,
    ),
    "patients.bulk_register_patients": may(_("Register many patients at once (command line)")),
    "patients.correct_identity": may(_("Correct name, birth date and identifiers"), DESK),
    "patients.edit_patient": may(_("Change contacts, address, names to use"), DESK, NURSE),
    "patients.import_patients": may(_("Keep patients that an import brings (importer)")),
    "patients.link_portal_user": may(_("Tie a login to a patient's record"), DESK),
    "patients.manage_coverage": may(_("Record insurance"), DESK, BILLING),
    "patients.manage_proxy": may(_("Record guardians and proxies"), DESK),
    "patients.manage_relative": may(_("Record emergency contacts and next of kin"), DESK, NURSE),
    "patients.read_allergies": may(_("See allergies and alerts"), *CLINICIANS, PHARM, LAB, DESK),
    "patients.read_any_chart": may(_("Read every chart (an interface, by its own grant)")),
    "patients.read_chart": may(_("Read the charts of patients they treat"), *CLINICIANS, PHARM, PRIVACY),
    "patients.rebuild_search": may(_("Make the search index anew (command line)")),
    "patients.reconcile_care_relationships": may(_("Recompute who treats whom (command line)")),
    "patients.record_allergy": may(_("Record allergies"), *CLINICIANS),
    "patients.record_death": may(_("Record a death"), *CLINICIANS, DESK),
    "patients.record_flag": may(_("Set alerts, such as fall risk or interpreter needed"), *CLINICIANS, DESK),
    "patients.register_patient": may(_("Register a patient, also an unknown one and a newborn"), DESK),
    "patients.restrict_patient": may(_("Mark a patient as confidential"), PRIVACY),
    "patients.review_glass": may(_("Review why a chart was opened without a treating relationship"), PRIVACY),
    "patients.revoke_proxy": may(
        _("End a guardian's or proxy's access; patients: that of their own proxies"), DESK, PATIENT,
    ),
    "patients.search": may(
        _("Find a patient by name, birth date or number"), *CLINICIANS, DESK, LAB, PHARM, BILLING, PRIVACY,
    ),
    "patients.view_history": may(
        _("See what changed in a patient's details, who changed it and when"), *CLINICIANS, DESK, PRIVACY,
    ),
    "patients.view_identity": may(
        _("See a patient's name, birth date and contacts"), *CLINICIANS, DESK, LAB, PHARM, BILLING, PRIVACY,
    ),
    # --- documents and messages ---------------------------------------------------------------------------------
    "documents.file_document": may(_("File a document"), *CLINICIANS, DESK, LAB, PATIENT),
    "documents.keep_originals": may(_("Keep the originals of an import (importer)")),
    "documents.read_document": may(_("Read documents"), *CLINICIANS, PHARM, PRIVACY, PATIENT),
    "documents.release_document": may(_("Let the patient see a document"), *CLINICIANS),
    "documents.retract_document": may(_("Mark a document as entered in error"), *CLINICIANS),
    "messaging.handle_undelivered": may(_("See to messages that could not be delivered"), DESK, BILLING),
    "messaging.notify": may(_("Tell people of what happened (jobs)")),
    "messaging.queue_mail": may(_("Send a mail that a program wrote (jobs)")),
    "messaging.read_notifications": everybody(_("Read one's own notifications")),
    "messaging.record_attempt": may(_("Note what became of a message (jobs)")),
    "messaging.set_preference_of_patient": may(_("Write down how a patient wants to be told of things"), DESK),
    "messaging.set_preferences": everybody(_("Choose how to be told of things")),
    "messaging.write_message": may(_("Write messages"), *CLINICIANS, DESK, PHARM, BILLING, PATIENT),
    # --- scheduling: times and the queue ------------------------------------------------------------------------
    "scheduling.answer_offer": may(_("Accept or decline an offered time"), DESK, *CLINICIANS, PATIENT),
    "scheduling.book_appointment": may(_("Book an appointment"), DESK, *CLINICIANS, PATIENT),
    "scheduling.book_series": may(_("Book a series of visits"), DESK, *CLINICIANS),
    "scheduling.bulk_book": may(_("Write many appointments at once (importer, demo hospital)")),
    "scheduling.call_patient": may(_("Call who waits, call again, pass over, and undo it"), DESK, *CLINICIANS),
    "scheduling.cancel_appointment": may(_("Cancel an appointment"), DESK, *CLINICIANS, PATIENT),
    "scheduling.change_places": may(_("Say how many places a group visit has"), DESK, *CLINICIANS),
    "scheduling.change_series": may(
        _("Move and end a series of visits, and settle its dates"), DESK, *CLINICIANS, PATIENT
    ),
    "scheduling.check_in": may(_("Check a patient in, and undo it"), DESK, NURSE),
    "scheduling.check_in_oneself": may(_("Check in for one's own visit"), PATIENT),
    "scheduling.continue_series": may(_("Book the next dates of a series as the timetable opens (scheduler)")),
    "scheduling.enter_rota_wishes": may(_("Say on which half-days one would like to work"), DOCTOR),
    "scheduling.end_for_death": may(_("End what was planned for a patient who died (scheduler)")),
    "scheduling.expire_holds": may(_("Give back held times that ran out (scheduler)")),
    "scheduling.expire_offers": may(_("End offers and waits whose time has passed (scheduler)")),
    "scheduling.issue_feed": may(_("Have one's own appointments in a calendar program"), *CLINICIANS, PATIENT),
    "scheduling.join_waiting_list": may(_("Put a patient on the waiting list"), DESK, *CLINICIANS, PATIENT),
    "scheduling.keep_wall_times": may(_("Keep promised wall times when a zone's rules change (scheduler)")),
    "scheduling.leave_waiting_list": may(_("Take a patient off the waiting list"), DESK, *CLINICIANS, PATIENT),
    "scheduling.manage_schedule": may(_("Set working hours, absences and visit types"), ADMIN, DESK),
    "scheduling.manage_screens": may(_("Switch displays and kiosks on and off"), ADMIN, DESK),
    "scheduling.mark_entered_in_error": may(_("Mark an appointment as never true"), DESK, *CLINICIANS),
    "scheduling.mark_no_show": may(_("Mark that a patient did not come"), DESK, *CLINICIANS),
    "scheduling.move_appointment": may(_("Move an appointment"), DESK, *CLINICIANS, PATIENT),
    "scheduling.offer_time": may(_("Offer a time to somebody on the waiting list, and take it back"), DESK),
    "scheduling.overbook": may(_("Book beyond capacity, with a reason"), DESK, DOCTOR),
    "scheduling.override_timetable": may(_("Book outside the timetable, with a reason"), DESK, *CLINICIANS),
    "scheduling.plan_rota": may(_("Plan who holds which session of a month, and publish it"), ADMIN),
    "scheduling.propose_move": may(_("Propose another time for a visit that can't take place"), DESK),
    "scheduling.record_rota": may(_("Keep a proposed plan of sessions (worker)")),
    "scheduling.see_strays": may(_("See which booked visits can't take place, and whom to call"), DESK, *CLINICIANS),
    "scheduling.send_for_tests": may(_("Send somebody from the queue for tests, and back"), DESK, *CLINICIANS),
    "scheduling.set_priority": may(_("Let somebody who waits go before others"), DESK, *CLINICIANS),
    "scheduling.set_urgency": may(_("Say how urgently somebody waits, with a reason"), DESK, *CLINICIANS),
    "scheduling.start_appointment": may(_("Begin and finish a booked visit"), *CLINICIANS),
    "scheduling.view_day": may(_("See the day: who comes, who waits"), DESK, *CLINICIANS, LAB, BILLING),
    "scheduling.view_waiting_list": may(_("See the waiting list"), DESK, *CLINICIANS),
    # --- clinical: the visit and the chart ----------------------------------------------------------------------
    "clinical.add_addendum": may(_("Add to a signed note"), *CLINICIANS),
    "clinical.finish_encounter": may(_("Finish a visit's record"), *CLINICIANS),
    "clinical.import_care_plans": may(_("Import care plans (importer)")),
    "clinical.import_care_teams": may(_("Import care teams (importer)")),
    "clinical.import_conditions": may(_("Import diagnoses (importer)")),
    "clinical.import_encounters": may(_("Import visits (importer)")),
    "clinical.import_goals": may(_("Import goals (importer)")),
    "clinical.import_immunizations": may(_("Import immunisations (importer)")),
    "clinical.import_notes": may(_("Import notes (importer)")),
    "clinical.import_procedures": may(_("Import procedures (importer)")),
    "clinical.mark_entered_in_error": may(_("Mark what is wrong in a chart as entered in error"), *CLINICIANS),
    "clinical.plan_care": may(_("Write care plans and goals"), *CLINICIANS),
    "clinical.read_notes": may(_("Read notes"), *CLINICIANS, PRIVACY, PATIENT),
    "clinical.record_arrival": may(_("Record that somebody came without an appointment"), DESK, *CLINICIANS),
    "clinical.record_condition": may(_("Record a diagnosis or problem"), *CLINICIANS),
    "clinical.record_immunization": may(_("Record an immunisation"), *CLINICIANS),
    "clinical.record_procedure": may(_("Record a procedure"), *CLINICIANS),
    "clinical.release_to_patient": may(_("Show or hold back what a patient reads in the portal"), DOCTOR),
    "clinical.resolve_condition": may(_("End a diagnosis"), *CLINICIANS),
    "clinical.sign_note": may(_("Sign a note"), *CLINICIANS),
    "clinical.start_encounter": may(_("Start a visit"), *CLINICIANS),
    "clinical.write_note": may(_("Write a note"), *CLINICIANS),
    # --- diagnostics: measurements and results ------------------------------------------------------------------
    "diagnostics.acknowledge_result": may(_("Acknowledge a critical result"), DOCTOR),
    "diagnostics.correct_observation": may(_("Correct a measured value by a new version"), *CLINICIANS, LAB),
    "diagnostics.import_diagnostic_reports": may(_("Import reports (importer)")),
    "diagnostics.import_imaging_studies": may(_("Import imaging studies (importer)")),
    "diagnostics.import_observations": may(_("Import measurements and results (importer)")),
    "diagnostics.order_service": may(_("Order a test or an image"), DOCTOR, NURSE),
    "diagnostics.read_results": may(_("Read results"), *CLINICIANS, LAB, PHARM, PRIVACY, PATIENT),
    "diagnostics.record_observations": may(_("Record vital signs and measurements"), *CLINICIANS, LAB),
    "diagnostics.record_results": may(_("Record and correct results"), LAB),
    # --- prescribing --------------------------------------------------------------------------------------------
    "prescribing.cancel_medication_request": may(_("Cancel a prescription"), DOCTOR),
    "prescribing.correct_medication_request": may(_("Mark a prescription as entered in error"), DOCTOR),
    "prescribing.dispense": may(_("Dispense a medicine"), PHARM),
    "prescribing.draft_medication_request": may(_("Put medicines into a basket, unsigned"), DOCTOR),
    "prescribing.import_medication_requests": may(_("Import prescriptions (the importer)")),
    "prescribing.override_issue": may(_("Go on in spite of an alert, with a reason"), DOCTOR),
    "prescribing.read_medication": may(_("Read the medicines of a patient"), *CLINICIANS, PHARM, PRIVACY, PATIENT),
    "prescribing.sign_medication_request": may(_("Prescribe"), DOCTOR),
    "prescribing.stop_medication_request": may(_("Stop a prescription"), DOCTOR),
    # --- billing ------------------------------------------------------------------------------------------------
    "billing.charge_visit": may(_("Charge a finished visit"), BILLING, DOCTOR),
    "billing.credit_invoice": may(_("Credit an invoice"), BILLING),
    "billing.import_statement": may(_("Keep a claim or explanation of benefit that was imported (importer)")),
    "billing.issue_invoice": may(_("Issue an invoice"), BILLING),
    "billing.record_charge": may(_("Record a charge"), BILLING, DOCTOR),
    "billing.set_price": may(_("Set a price, with the day from which it holds"), BILLING),
    "billing.take_payment": may(_("Take a payment"), BILLING, DESK),
    "billing.view_invoice": may(_("See invoices and payments"), BILLING, DESK, PRIVACY, PATIENT),
    "billing.view_unbilled": may(_("See what is not billed yet"), BILLING),
    "billing.waive_charge": may(_("Leave a charge unbilled, with a reason"), BILLING),
    # --- pathways and reports: across rooms ---------------------------------------------------------------------
    "pathways.finish_visit": may(_("Finish a visit"), DOCTOR),
    "reports.see_own_scheduling": may(_("See the numbers of one's own visits and waits"), DOCTOR),
    "reports.see_scheduling": may(
        _("See the numbers of visits, waits and open hours, by department and doctor, without patients"), ADMIN,
    ),
    "reports.view_revenue": may(_("See revenue, without names"), ADMIN, BILLING),
    # --- workspace: homes, portal, the privacy officer's room ---------------------------------------------------
    "workspace.administration": may(_("Administrator's home"), ADMIN),
    "workspace.billing": may(_("Billing home"), BILLING),
    "workspace.doctor": may(_("Doctor's day"), DOCTOR),
    "workspace.front_desk": may(_("Front desk home"), DESK),
    "workspace.integration": may(_("Integration home"), ANALYST),
    "workspace.laboratory": may(_("Laboratory home"), LAB),
    "workspace.nursing": may(_("Nurse's board"), NURSE),
    "workspace.pharmacy": may(_("Pharmacy home"), PHARM),
    "workspace.portal": may(_("Portal: own record, and that of those one acts for"), PATIENT),
    "workspace.privacy": may(_("Privacy officer's room: who read what"), PRIVACY),
    # --- interop and ops: machines ------------------------------------------------------------------------------
    "interop.fhir": may(
        _("Use the FHIR interface, within one's own rows"), *CLINICIANS, LAB, PHARM, PRIVACY, ANALYST, PATIENT,
    ),
    "interop.import": may(_("Import records"), ANALYST),
    "interop.read_message": may(_("Read the contents of interface messages, audited"), ANALYST),
    "ops.replay_message": may(_("Try a failed job again"), ADMIN, ANALYST),
    "ops.view_status": may(_("See whether the system runs: jobs, backups, storage"), ADMIN, ANALYST),
    "ops.view_technical_audit": may(_("See technical events, without patients"), ADMIN, PRIVACY),
}  # fmt: skip

# A duty that carries one of these is power over people or over medicines, so two people give it.
POWERFUL = frozenset({"accounts.grant_duty", "prescribing.sign_medication_request"})
TWO_PERSON_DUTIES = frozenset().union(*(PERMISSIONS[power].duties for power in POWERFUL))


@lru_cache(maxsize=512)
def permissions_of(duties: frozenset[str]) -> frozenset[str]:
    """What somebody signed in with these duties may do: the union, and what everybody may."""
    return frozenset(name for name, line in PERMISSIONS.items() if line.everybody or duties & line.duties)


# What the rooms are called for people.
ROOM_WORDS: dict[str, str | Promise] = {
    "accounts": _("People and access"),
    "organization": _("The hospital's directory"),
    "terminology": _("Codes"),
    "formulary": _("Medicines"),
    "patients": _("Patients"),
    "documents": _("Documents"),
    "messaging": _("Messages and notifications"),
    "scheduling": _("Appointments"),
    "clinical": _("Visits and charts"),
    "diagnostics": _("Measurements and results"),
    "prescribing": _("Prescriptions"),
    "wards": _("Wards"),
    "billing": _("Billing"),
    "pathways": _("Across rooms"),
    "reports": _("Reports"),
    "workspace": _("Homes and portal"),
    "interop": _("Interfaces"),
    "ops": _("Running the system"),
}


def rooms() -> list[tuple[str | Promise, list[tuple[str, Line]]]]:
    """The table, room by room, as the administrator is shown it."""
    found: dict[str, list[tuple[str, Line]]] = {}
    for name, line in PERMISSIONS.items():
        found.setdefault(name.partition(".")[0], []).append((name, line))
    return [(ROOM_WORDS.get(room, room), lines) for room, lines in found.items()]
