"""Several desks register the same person in the same moment: one record, and the others are told of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.faults.caller import Caller
from tests.hospital import Hospital

DESKS = 4


def test_one_of_four_desks_registers_and_three_are_told(hospital_server: Hospital) -> None:
    told = {"family": "Thistlewick", "given": "Leocadia", "sex": "female", "birth": "1971-09-23"}
    pages = [(desk := Caller(hospital_server.url, "desk"), desk.get("/patients/register/")) for _number in range(DESKS)]
    line = Barrier(DESKS)

    def register(number: int) -> tuple[str, str]:
        caller, page = pages[number]
        line.wait()
        answer = caller.fill(page, told)
        return answer.path, answer.body

    with ThreadPoolExecutor(DESKS) as pool:
        answers = list(pool.map(register, range(DESKS)))
    registered = [path for path, _body in answers if path.endswith("/profile/")]
    refused = [body for path, body in answers if not path.endswith("/profile/")]
    assert len(registered) == 1
    assert all("Somebody like this is registered already" in body for body in refused)
    assert hospital_server.rows("SELECT count(*) FROM patients_patientname WHERE family = %s", ["Thistlewick"]) == [
        (1,)
    ]
