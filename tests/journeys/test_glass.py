"""Step 7: a doctor who does not treat a patient finds who it is, and no more, until the glass is broken."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Enter

PHILIPPA = "ZELLWOOD, Philippa"


def test_a_doctor_without_relation_breaks_the_glass_and_the_privacy_officer_reads_why(enter: Enter):
    doctor = enter("keller")
    doctor.page.keyboard.press("/")
    doctor.type("Philippa Zellwood")
    doctor.pressed = 0
    doctor.page.locator("#palette-results").get_by_role("option", name=PHILIPPA).click()
    doctor.pressed += 1
    doctor.heading(re.compile(PHILIPPA))
    doctor.sees("You are not treating this patient", "06-Jun-1987")
    for shut in ("Problems", "Medicines", "Notes", "Results"):
        doctor.sees_not(re.compile(f"^{shut}$"))
    patient = re.search(r"/patients/([0-9a-f-]{36})/", doctor.page.url)
    assert patient
    chart = f"/chart/{patient[1]}/"
    doctor.open(chart)
    doctor.sees("You are not treating this patient")
    assert doctor.page.request.get(f"{doctor.hospital.url}/clinical/patients/{patient[1]}/notes/").status == 404
    doctor.look()

    doctor.press("Open the chart")
    doctor.sees("There is a problem")
    doctor.look()
    doctor.pressed = 0
    doctor.choose("Emergency treatment")
    doctor.fill("In a few words", "Found unconscious in the waiting room")
    doctor.press("Open the chart")
    assert doctor.pressed <= 3
    doctor.sees(re.compile("open to you until"))
    expect(doctor.banner).to_contain_text(PHILIPPA)
    doctor.look()
    doctor.open(chart)
    doctor.heading("Summary")

    officer = enter("privacy")
    officer.sees("Jonas Keller")
    officer.look()
    officer.press("Emergency access")
    expect(officer.row("Jonas Keller")).to_contain_text("Emergency treatment")
    officer.look()
    officer.press("Jonas Keller", within=officer.row("Jonas Keller"))
    officer.sees("Found unconscious in the waiting room")
    officer.look()
    officer.choose("Justified")
    officer.press("Save the review")
    officer.sees("The review is saved.")
    officer.open("/privacy/trail/")
    officer.look()
    officer.open("/privacy/readers/")
    officer.look()

    # And the patient sees that somebody looked, why, and that it was an emergency access.
    philippa = enter("philippa", phone=True)
    philippa.open("/my/readers/")
    philippa.sees("Emergency access", re.compile("Jonas Keller"))


def test_who_may_not_break_the_glass_is_not_offered_it(enter: Enter):
    billing = enter("billing")
    billing.open("/patients/")
    billing.type("Philippa Zellwood")
    billing.page.locator("#found").get_by_role("link", name=PHILIPPA).click()
    billing.heading(re.compile(PHILIPPA))
    billing.sees_not("Open the chart")
    billing.look()
