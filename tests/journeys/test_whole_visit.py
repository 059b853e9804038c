"""One patient from the street to the receipt, and back to the phone: every step by whoever does it in a hospital.

Once with somebody whose record was imported from elsewhere, where the sample records are at hand, and once with
somebody the hospital knows.
"""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.hospital import Hospital
from tests.journeys.conftest import Enter
from tests.journeys.scene import login
from tests.journeys.test_visit import add, basket, begin, section
from tests.journeys.visitor import Visitor
from tools.shell import ROOT

pytestmark = pytest.mark.long

SAMPLES = ROOT.parent / "shared" / "data" / "synthea"
LETTERHEAD = "Caring for the valley since 1911"


def test_an_imported_patient(enter: Enter, hospital: Hospital):
    bundle = next(SAMPLES.glob("Raul_Fernandez*.json"), None)
    if bundle is None:
        pytest.skip("The sample records of ../shared/data/synthea are not here.")
    said = hospital.manage("import_fhir", *map(str, [*SAMPLES.glob("*Information*.json"), bundle]))
    assert re.search(r"Patient +1 +1 +0 +0 +0", said), said
    label = "FERNÁNDEZ, Raúl"
    desk = enter("desk")

    # Found by a name as it is heard; tied to a login; booked for this morning.
    desk.type("Raul Fernandes")
    desk.page.locator("#desk-found").get_by_role("link", name=label).click()
    desk.press("Open profile")
    expect(desk.banner).to_contain_text("23-Dec-1971")
    desk.press("Give access to the portal")
    desk.look()
    desk.fill("Login name", login("newcomer"))
    desk.press("Give access")
    desk.sees(re.compile("sees this record in the portal now"))
    desk.press("Appointments")
    desk.press("Book a visit")
    desk.press("Internal medicine")
    # Of many who are free at once the page shows the first few, and names the others below.
    desk.page.get_by_role("link", name="Dr Ifeoma Achebe").last.click()
    desk.fill("Reason", "Tired for weeks")
    desk.press("Book this time")
    desk.sees("The visit is booked.")

    walk(enter, label, "newcomer", history=["Prediabetes", "Anemia"])


def test_a_patient_whom_the_hospital_knows(enter: Enter):
    walk(enter, "RAVENSWORTH, Cordelia", "cordelia", history=[])


def walk(enter: Enter, label: str, patient_login: str, history: list[str]) -> None:
    """Check-in, visit, bill, payment, and what the patient sees of it all."""
    desk = enter("desk")
    desk.press("Check in", within=desk.row(label))
    expect(desk.row(label)).to_contain_text("Waiting")

    doctor = enter("achebe")
    doctor.press("Open chart")
    expect(doctor.banner).to_contain_text(label)
    doctor.sees(*history)
    doctor.look()
    begin(doctor, label)
    section(doctor, "Assessment").fill("Iron deficiency is likely.")
    add(doctor, "Add a diagnosis", "high blood pressure", "I10")
    add(doctor, "Add a medicine", "omep", "20 mg")
    expect(basket(doctor)).to_contain_text("Omeprazole")
    doctor.press("Sign and finish")
    doctor.sees("The visit is finished.")

    number = bill(enter("billing"), label)
    receipt = pay(enter("desk"), number)
    assert number in receipt
    assert LETTERHEAD in receipt
    assert label in receipt
    assert "EUR 48.00" in receipt

    looks_back(enter(patient_login, phone=True), number)


def bill(billing: Visitor, label: str) -> str:
    """The charge has arisen from the visit by itself; the invoice gets the next number. Gives it back."""
    billing.press("Bill what waits")
    waiting = billing.row(label)
    for _try in range(20):
        if waiting.get_by_role("link", name="Bill").count():
            break
        billing.page.wait_for_timeout(500)
        billing.page.reload()
    billing.look()
    billing.press("Bill", within=waiting)
    billing.sees("Consultation", "EUR 48.00")
    billing.look()
    billing.press("Issue invoice")
    heading = billing.page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(re.compile(r"AV-\d{4}-\d{6}"))
    billing.look()
    return heading.inner_text().removeprefix("Invoice").strip("\u2066\u2068\u2069 ")


def pay(desk: Visitor, number: str) -> str:
    """The desk takes the money; gives back the words of the receipt."""
    desk.press("Cashier")
    desk.press(re.compile(number))
    desk.look()
    desk.choose("Cash")
    desk.press("Take payment")
    desk.sees("Paid in full.")
    desk.look()
    return words_of(desk.page, re.compile("Receipt"))


def words_of(page: Page, link: re.Pattern[str]) -> str:
    """The text of the PDF that a link leads to, with a plain blank for each kind of gap."""
    address = page.get_by_role("link", name=link).first.get_attribute("href")
    answer = page.request.get(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)
    return re.sub(r"[\u2066-\u2069]", "", re.sub(r"[\u00a0\u202f]", " ", text))


def looks_back(patient: Visitor, number: str) -> None:
    """On the phone: the visit, what was found and prescribed, the bill, and who opened the record."""
    patient.home()
    patient.look()
    patient.press("Visits", within=patient.page.get_by_role("navigation", name="Everything else"))
    patient.look()
    patient.page.get_by_role("link", name="Dr Ifeoma Achebe").last.click()
    patient.heading(re.compile("Visit on"))
    patient.sees("Essential (primary) hypertension", "Omeprazole", "Iron deficiency is likely.")
    patient.look()

    patient.press("Bills")
    patient.sees(re.compile(number))
    patient.look()
    patient.press(re.compile("EUR 48.00"))
    expect(patient.page.get_by_role("heading", level=1)).to_contain_text(number)
    patient.look()

    patient.open("/my/readers/")
    for who in ("Dr Ifeoma Achebe|Ifeoma Achebe", "Petra Solheim", "Bodil Hansen"):
        patient.sees(re.compile(who))
    patient.sees(re.compile("Front desk"), re.compile("Treatment|Care"))
    # What one did oneself and what programs did is folded away.
    expect(patient.page.locator("details").first).not_to_have_attribute("open", "")
    patient.look()


def test_the_numbers_of_invoices_have_no_gap(hospital: Hospital):
    rows = hospital.rows("SELECT number FROM billing_invoice WHERE kind = 'invoice' AND number IS NOT NULL")
    numbers = sorted(number for (number,) in rows)
    assert numbers == list(range(1, len(numbers) + 1))
