"""Two people, or two tabs, on one record or on two: nobody's words are lost, and none reach the wrong patient."""

from __future__ import annotations

from tests.faults.caller import Caller

PHONE = "contacts-0-value"


def test_the_second_of_two_who_edit_a_patient_sees_both_versions(hospital_server, wing):
    path = f"/patients/{wing['patient']}/profile/edit/"
    first, second = Caller(hospital_server.url, "desk"), Caller(hospital_server.url, "desk")
    opened_first, opened_second = first.get(path), second.get(path)
    row = {"contacts-0-system": "phone", "contacts-0-use": "home"}
    saved = first.fill(opened_first, {**row, PHONE: "+49 30 555 0177", "language": "pl"})
    assert saved.path.endswith("/profile/")
    assert "+49 30 555 0177" in saved.body

    refused = second.fill(opened_second, {**row, PHONE: "+49 30 555 0188", "language": "tr"})
    assert refused.status == 409
    # Theirs and mine, side by side, and mine still in the form.
    assert "+49 30 555 0177" in refused.body
    assert "+49 30 555 0188" in refused.body
    assert refused.form(PHONE).fields[PHONE] == ["+49 30 555 0188"]
    again = second.get(f"/patients/{wing['patient']}/profile/")
    assert "+49 30 555 0177" in again.body
    assert "+49 30 555 0188" not in again.body


def test_a_form_of_one_patient_sent_to_the_page_of_another_changes_neither(hospital_server, wing):
    desk = Caller(hospital_server.url, "desk")
    form = desk.get(f"/patients/{wing['other']}/flags/").form("code", "note")
    before = hospital_server.rows("SELECT count(*) FROM patients_flag")
    fields = {**form.fields, "code": "fall-risk", "note": "meant for somebody else"}
    answer = desk.post(f"/patients/{wing['patient']}/flags/", fields)
    assert answer.status in (400, 404, 409)
    assert hospital_server.rows("SELECT count(*) FROM patients_flag") == before
