"""Whatever people write is found nowhere in the clear: not in the database's files, its log or a dump, not in the
program's logs, sessions, caches, outbox, mail queue or uploaded files.

More than fifty strings are planted, by the pages of every room and by the importer. One stands where text is kept
plain on purpose: if that were not found, the search would prove nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import sqlite3
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.faults.caller import Caller, Page
from tests.faults.canaries import CONTROL, NUMBER, WORD, Flock, found_in, found_in_files, spellings
from tests.faults.canary_bundle import bundle
from tests.faults.mailbox import REFUSED, Mailbox
from tests.hospital import PASSWORD, Hospital, Template
from tools.postgres import find_binaries


def test_nothing_that_people_write_is_found_in_the_clear(
    hospital_template: Template, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flock = Flock()
    with Mailbox() as mailbox:
        monkeypatch.setenv("HMS_EMAIL_URL", mailbox.address)
        hospital = hospital_template.copy()
        try:
            hospital.start()
            secrets = by_pages(hospital, flock)
            by_import(hospital, flock, tmp_path)
            until_done(hospital)
            assert len(flock.planted) >= 50, sorted(flock.planted)
            seen = places(hospital, tmp_path)
            assert found_in_files(seen, WORD, NUMBER, *secrets) == []
            inside = hospital.program("tests.faults.canaries")
            packed = json.dumps(inside["packed"]).encode()
            assert list(found_in("sessions and cache", packed, WORD, NUMBER, *secrets)) == []
            # Two controls. Every bird is there for those who have the keys; and a family name is plain, for search.
            read = " ".join(inside["readable"])
            assert {where for where, bird in flock.planted.items() if bird not in read} == set()
            assert {one.partition(":")[0] for one in found_in_files(seen, CONTROL)} >= {"dump.sql"}
            assert list(found_in("log", (hospital.folder / "log" / "web.log").read_bytes() + CONTROL.encode(), CONTROL))
        finally:
            hospital_template.remove(hospital)
    # They did go out: to the one they were meant for, and the refusal that quoted an address left no trace above.
    assert any(flock.planted["e-mail"] in letter for letter in mailbox.letters)
    assert mailbox.refused


@pytest.mark.parametrize("spelling", spellings(WORD))
def test_the_search_itself_finds_every_spelling(spelling: str) -> None:
    bird = f"{WORD}0001"
    packed = {
        "as it is": bird.upper().encode(),
        "in hexadecimal": bird.encode().hex().upper().encode(),
        "in two-byte letters": bird.encode("utf-16-le"),
        **{f"in base64 ({n})": base64.b64encode(b"x" * (6 + n) + bird.encode() + b" and more") for n in range(3)},
    }
    assert any(spelling in one for one in found_in("a file", b"\0\1" + packed[spelling] + b"\2", WORD))


# --- Planting -------------------------------------------------------------------------------------------------------
def by_pages(hospital: Hospital, flock: Flock) -> list[str]:
    """Write into every room's forms; gives back the secrets of a second factor, which are nobody's to read either."""
    wing = hospital.program("tests.faults.wing")
    at_the_desk(Caller(hospital.url, "desk"), flock)
    in_the_chart(wing, Caller(hospital.url, "doctor"), flock)
    glass(hospital, flock, wing["other"])
    in_the_portal(Caller(hospital.url, "patient"), flock)
    return second_factor(hospital)


def at_the_desk(desk: Caller, flock: Flock) -> None:
    """A new patient with all that belongs to them."""
    page = desk.fill(
        desk.get("/patients/register/"),
        {
            "family": CONTROL, "given": "Ada", "sex": "female", "birth": "1962",
            "phone": flock.phone("telephone"), "email": flock.email("e-mail"), "lines": flock.text("street"),
            "postal_code": flock.text("postal code"), "identifier": flock.text("identifier"),
        },
    )  # fmt: skip
    patient = one(r"/patients/([\w-]{36})/profile/", page.path)
    desk.fill(
        desk.get(f"/patients/{patient}/profile/edit/"),
        {
            "contacts-2-system": "other", "contacts-2-use": "work", "contacts-2-value": flock.text("another contact"),
            "addresses-1-use": "temp", "addresses-1-lines": flock.text("temporary address"), "addresses-1-city": "Elm",
            "identifiers-1-value": flock.text("another identifier"), "identifiers-1-type": "PPN",
        },
    )  # fmt: skip
    told = {"kind": "emergency-contact", "name": "Robin Vale", "relationship": "FRND"}
    told |= {"phone": flock.phone("telephone of a relative"), "email": flock.email("e-mail of a relative")}
    desk.fill(desk.get(f"/patients/{patient}/relatives/"), told)
    told = {"payor": "Alder Fund", "subscriber_id": flock.text("insurance number"), "status": "active"}
    page = desk.get(f"/patients/{patient}/coverages/")
    form = page.form("subscriber_id")
    desk.fill(page, {**told, "kind": form.named["kind"][0], "relationship": form.named["relationship"][0]})
    desk.fill(desk.get(f"/patients/{patient}/flags/"), {"code": "other", "note": flock.text("alert")})
    desk.fill(
        desk.get("/patients/emergency/"),
        {"sex": "male", "age_band": first(desk.get("/patients/emergency/"), "age_band"), "note": flock.text("arrival")},
    )
    upload(desk, patient, flock)
    # Found by them, too: what is searched for goes by address, not by body, and must not be noted.
    for where in ("telephone", "e-mail", "identifier"):
        assert "Zqcontrolbird".upper() in desk.post("/search/", {"q": flock.planted[where]}).body.upper()
    # Somebody whose mail server quotes the address that it refuses.
    told = {"family": "Elm", "given": "Bo", "sex": "male", "email": REFUSED + flock.email("refused e-mail")}
    other = one(r"/patients/([\w-]{36})/profile/", desk.fill(desk.get("/patients/register/"), told).path)
    for number, person in enumerate((other, patient)):
        booked = book(desk, person, number, flock)
    desk.fill(desk.get(f"{booked}cancel/"), {"reason": "pat", "comment": flock.text("comment on a cancellation")})


def upload(desk: Caller, patient: str, flock: Flock) -> None:
    page = desk.get(f"/documents/patients/{patient}/new/")
    pdf = f"%PDF-1.4\n% {flock.text('content of a document')}\n%%EOF\n".encode()
    filed = desk.fill(
        page,
        {"type_code": first(page, "type_code"), "title": flock.text("title of a document")},
        files={"file": (f"{flock.text('name of a file')}.pdf", "application/pdf", pdf)},
    )
    assert filed.status == 200, filed


def book(desk: Caller, patient: str, number: int, flock: Flock) -> str:
    """A visit at one of the last free times; its address."""
    page = desk.get(f"/scheduling/book/{patient}/")
    for department in re.findall(r'href="(\?department=[\w-]+)"', page.body):
        times = desk.get(f"/scheduling/book/{patient}/{department}")
        if slots := re.findall(r'name="slot"\s+value="([^"]+)"', times.body) or (times.body and slots_of(times)):
            told = {
                "slot": slots[-1 - number], "channel": "phone",
                "reason": flock.text(f"reason of booking {number}"), "caller": flock.text(f"caller {number}"),
            }  # fmt: skip
            answer = desk.post(times.path, {**times.form("slot").fields, **told})
            if "/appointments/" in answer.path:
                return answer.path
    raise AssertionError("No free time in any department.")


def slots_of(page: Page) -> list[str]:
    return [value for form in page.forms() for value in form.named.get("slot", [])]


def in_the_chart(wing: dict[str, Any], doctor: Caller, flock: Flock) -> None:
    """A visit of somebody whom the demo's doctor treats: draft, note, addendum, values, allergy, medicine."""
    patient, visit = wing["patient"], wing["encounter"]
    draft = {"subjective": flock.text("draft")}
    assert doctor.post(f"/drafts/note/{visit}/", draft).status == 200
    page = doctor.get(f"/clinical/encounters/{visit}/note/")
    parts = ("reason", "subjective", "objective", "assessment", "plan")
    signed = doctor.fill(page, {**{part: flock.text(f"note: {part}") for part in parts}, "sign": "1"})
    note = one(r"/clinical/notes/([\w-]{36})/", signed.path)
    doctor.fill(signed, {"text": flock.text("addendum")}, action="addendum")
    # The first draft went when the note was signed; these stay.
    doctor.post(f"/drafts/note/{visit}/", draft)
    doctor.post(f"/drafts/addendum/{note}/", {"text": flock.text("draft of an addendum")})
    doctor.fill(doctor.get(f"/diagnostics/patients/{patient}/vitals/"), {"8867-4": "72", "note": flock.text("values")})
    page = doctor.get(f"/patients/{patient}/allergies/")
    told = {"text": "Nickel", "note": flock.text("note on an allergy"), "reaction": "Rash", "type": "allergy"}
    doctor.fill(page, {**told, "category": "environment", "criticality": "low", "verification_status": "confirmed"})
    refute = doctor.get(f"/patients/allergies/{wing['second']}/refute/")
    doctor.fill(refute, {"reason": flock.text("refutation of an allergy")})
    prescribe(doctor, visit, flock)
    error = doctor.get(f"/clinical/notes/{note}/error/")
    doctor.fill(error, {"reason": flock.text("why a note was wrong")})


def prescribe(doctor: Caller, visit: str, flock: Flock) -> None:
    basket = doctor.get(f"/prescribing/encounters/{visit}/basket/")
    guard = basket.form("q", action="/basket/").fields
    basket = doctor.post(basket.path, {**guard, "medication": "paracetamol-500-mg-tablet"})
    draft = one(r"/prescribing/requests/([\w-]{36})/change/", basket.body)
    page = doctor.get(f"/prescribing/requests/{draft}/change/")
    told = {"as_needed": "on", "as_needed_for": flock.text("needed for"), "max_doses_a_day": "3"}
    told |= {"min_hours_between": "6", "instructions": flock.text("instructions")}
    assert doctor.fill(page, told).status == 200
    basket = doctor.get(f"/prescribing/encounters/{visit}/basket/")
    doctor.fill(basket, {}, action="/sign/")
    stop = doctor.get(f"/prescribing/requests/{draft}/stop/")
    reason = next(value for value in stop.form("note").named["reason"] if value)
    doctor.fill(stop, {"reason": reason, "note": flock.text("why a medicine was stopped")})


def glass(hospital: Hospital, flock: Flock, patient: str) -> None:
    """The nurse breaks the glass over a patient of nobody's, and the privacy officer looks at why."""
    nurse, officer = Caller(hospital.url, "nurse"), Caller(hospital.url, "privacy")
    page = nurse.get(f"/patients/{patient}/identity/")
    nurse.fill(page, {"reason": first(page, "reason"), "explanation": flock.text("why the glass was broken")})
    review = officer.get(one(r'href="(/patients/glass/[\w-]{36}/)"', officer.get("/patients/glass/").body))
    told = {"outcome": next(value for value in review.form("note").named["outcome"] if value)}
    officer.fill(review, {**told, "note": flock.text("review of the glass")})


def in_the_portal(patient: Caller, flock: Flock) -> None:
    """Patients hold a time first, and say on the next page what it is about."""
    home = one(r'href="(/scheduling/book/[\w-]{36}/)"', patient.get("/my/visits/").body)
    for department in re.findall(r'href="(\?department=[\w-]+)"', patient.get(home).body):
        times = patient.get(home + department)
        if slots := slots_of(times):
            held = patient.post(times.path, {**times.form("slot").fields, "slot": slots[-1]})
            patient.fill(held, {"reason": flock.text("reason in the portal")}, having=["reason"])
            return
    raise AssertionError("No free time in any department.")


def second_factor(hospital: Hospital) -> list[str]:
    """The laboratory sets one up, and signs in with it: a secret, and the codes for the day the telephone is lost."""
    person = Caller(hospital.url, "lab")
    page = person.fill(person.get("/accounts/2fa/totp/activate/"), {"password": PASSWORD})
    secret = one(r"\b([A-Z2-7]{32})\b", page.body)
    person.fill(page, {"code": totp(secret)})
    codes = re.findall(r"\b[0-9a-f]{8,12}\b", person.get("/accounts/2fa/recovery-codes/").body)
    again = Caller(hospital.url)
    page = again.fill(again.get("/accounts/login/"), {"login": "lab@demo.hms", "password": PASSWORD})
    # The code just used is not taken a second time; the next one is.
    page = again.fill(page, {"code": totp(secret, ahead=1)})
    assert "/accounts/" not in page.path, page.path
    return [secret, *codes]


def totp(secret: str, ahead: int = 0) -> str:
    """The code of RFC 6238 for this half minute, or a later one."""
    counter = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def by_import(hospital: Hospital, flock: Flock, folder: Path) -> None:
    path = folder / "canaries.json"
    path.write_text(json.dumps(bundle(flock)), encoding="utf-8")
    said = hospital.manage("import_fhir", str(path))
    assert "Brenninkmeijer" not in said
    assert WORD not in said


# --- Looking --------------------------------------------------------------------------------------------------------
def until_done(hospital: Hospital) -> None:
    """Let the worker do what was asked for, and the database write down what it holds."""
    deadline = time.monotonic() + 60
    due = "SELECT count(*) FROM core_outboxmessage WHERE state = 'due' AND topic LIKE 'appointment.booked'"
    while hospital.rows(due) != [(0,)] and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(3)
    if hospital.on_postgresql:
        with hospital.connect() as connection:
            connection.execute("CHECKPOINT")


def places(hospital: Hospital, folder: Path) -> list[Path]:
    """Every file that a hospital writes, and a dump of its database."""
    dump = folder / "dump.sql"
    files = [path for path in hospital.folder.rglob("*") if path.is_file()]
    if not hospital.on_postgresql:
        with sqlite3.connect(hospital.folder / "hms.sqlite3") as connection, dump.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in connection.iterdump())
        assert {"hms.sqlite3", "hms.sqlite3-wal"} <= {path.name for path in files}
    else:
        pg_dump = [str(find_binaries() / "pg_dump"), "--file", str(dump), hospital.database_url]
        subprocess.run(pg_dump, check=True)
        files += [path for path in files_of_the_server(hospital) if path.is_file()]
    assert any("blobs" in str(path) for path in files), "No uploaded file was looked at."
    return [*files, dump]


def files_of_the_server(hospital: Hospital) -> list[Path]:
    """What PostgreSQL wrote for this database, and its log of all of them."""
    (data,), (oid,) = hospital.rows(
        "SELECT current_setting('data_directory') UNION ALL "
        "SELECT oid::text FROM pg_database WHERE datname = current_database()"
    )
    root = Path(data)
    return [*(root / "base" / oid).iterdir(), *(root / "pg_wal").iterdir(), root.parent / "log"]


def first(page: Page, name: str) -> str:
    """The first choice of a list or of radio buttons."""
    return next(value for value in page.form(name).named[name] if value)


def one(pattern: str, text: str) -> str:
    found: Any = re.search(pattern, text)
    assert found, f"Nothing like {pattern} in {text[:3000]}"
    return str(found[1])
