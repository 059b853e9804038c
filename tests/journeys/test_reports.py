"""The numbers of scheduling: from the administrator's home to a department's doctors, and a doctor's own."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Enter

REPORTS = {
    "Utilisation": "How much of the open hours is used",
    "Did not come": "Visits where the patient did not come",
    "Lead time": "From booking to visit",
    "Third free time": "How soon somebody is seen who asks today",
    "Wait at the desk": "From the desk to the room",
    "In the room": "How long visits take",
}


def test_the_administrator_reads_every_report_and_goes_on_to_a_departments_doctors(enter: Enter):
    admin = enter("admin")
    admin.press("Numbers")
    main = admin.page.locator("main")
    for tab, heading in REPORTS.items():
        admin.press(tab, within=main.get_by_role("navigation", name="Reports"))
        admin.heading(heading)
        admin.sees("What is counted", "Not counted")
        expect(main.get_by_role("img").first).to_be_visible()
        admin.look()

    # One press more, and the numbers are those of the department's doctors; the tabs stay with it.
    admin.press("Did not come", within=main.get_by_role("navigation", name="Reports"))
    admin.press("Internal medicine", within=main)
    admin.sees(re.compile("^Internal medicine · "), re.compile("^Dr "))
    admin.look()
    admin.press("Lead time", within=main.get_by_role("navigation", name="Reports"))
    admin.sees(re.compile("^Internal medicine · "))
    with admin.page.expect_download() as saved:
        admin.press("CSV", within=main)
    assert saved.value.suggested_filename.startswith("lead-time-")


def test_days_are_chosen_from_a_list_or_typed_and_a_wrong_one_is_told(enter: Enter):
    admin = enter("admin")
    admin.press("Numbers")
    admin.page.get_by_label("Period").select_option(label="Last 13 weeks")
    admin.press("Show")
    expect(admin.page).to_have_url(re.compile("period=13"))
    admin.look()
    admin.fill("Or from", "1 Jan 2020")
    admin.press("Show")
    admin.sees(re.compile("Give both days, or neither"))
    expect(admin.page.get_by_label("Or from")).to_have_value("1 Jan 2020")
    admin.look()


def test_a_doctor_reads_the_own_numbers_alone(enter: Enter):
    doctor = enter("doctor", phone=True)
    doctor.press("Numbers")
    doctor.press("Did not come", within=doctor.page.get_by_role("navigation", name="Reports"))
    doctor.heading("Visits where the patient did not come")
    doctor.look()
    expect(doctor.page.get_by_role("combobox", name="Department")).to_have_count(0)
    expect(doctor.page.locator("#numbers tbody tr")).to_have_count(1)


def test_a_rule_is_tried_before_it_is_made_the_rule(enter: Enter):
    admin = enter("admin")
    admin.press("Rules")
    admin.press("Try a change before you make it")
    admin.heading("Try another rule")
    admin.look()
    main = admin.page.locator("main")
    admin.fill("Grace, minutes", "soon")
    admin.press("Replay")
    admin.sees(re.compile("whole number"))
    expect(admin.page.get_by_label("Grace, minutes")).to_have_value("soon")
    admin.look()
    admin.fill("Grace, minutes", "15")
    admin.page.get_by_label("Patients at the start of a session").select_option(label="Two (Bailey and Welch)")
    admin.press("Replay")
    admin.sees(
        "Side by side", "Model's error", "Bigger than chance", "Drawn or assumed", re.compile("Several at the start")
    )
    expect(main.get_by_role("img").first).to_be_visible()
    admin.look()
    with admin.page.expect_download() as saved:
        admin.press("CSV", within=main)
    assert saved.value.suggested_filename.startswith("simulation-")
    admin.press("Make this the grace", within=main)
    admin.heading("Grace before a visit counts as missed")
    expect(admin.page.get_by_label("Grace before a visit counts as missed")).to_have_value("15")
