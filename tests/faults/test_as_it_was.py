"""The chart as it was at ten o'clock: what had been recorded by then, whatever anybody did later."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest

from tests.faults.caller import Caller

OUTSIDE = "Changed outside the application"


@pytest.fixture
def at(hospital_server, wing):
    """The page of that chart at an instant."""
    doctor = Caller(hospital_server.url, "doctor")
    zone = zoneinfo.ZoneInfo(wing["zone"])

    def page(moment: dt.datetime) -> str:
        wall = moment.astimezone(zone)
        answer = doctor.get(f"/chart/{wing['patient']}/as-it-was/?at_day={wall:%d-%b-%Y}&at_clock={wall:%H:%M}")
        assert answer.status == 200
        # The banner above shows today's allergies.
        return answer.body.partition("hms-cols--3")[2]

    return page


def test_the_chart_at_ten_is_right_after_later_deeds_and_raw_sql(hospital_server, wing, at):
    nine = dt.datetime.fromisoformat(wing["nine"])
    assert "Penicillin" not in at(nine - dt.timedelta(hours=1))
    ten, noon = at(nine + dt.timedelta(hours=1)), at(nine + dt.timedelta(hours=3))
    assert ("Penicillin" in ten, "Latex" in ten, OUTSIDE in ten) == (True, False, False)
    # Refuted at eleven, when the other one came.
    assert ("Penicillin" in noon, "Latex" in noon, OUTSIDE in noon) == (False, True, False)

    with hospital_server.connect() as connection:
        mark = "%s" if hospital_server.on_postgresql else "?"
        connection.execute(
            f"UPDATE patients_allergyintolerance SET text = 'Nickel' WHERE id = {mark}",
            [hospital_server.key(wing["second"])],
        )
    ten, noon = at(nine + dt.timedelta(hours=1)), at(nine + dt.timedelta(hours=3))
    assert ("Penicillin" in ten, "Nickel" in ten, OUTSIDE in ten) == (True, False, False)
    assert ("Latex" in noon, "Nickel" in noon, OUTSIDE in noon) == (True, False, False)
    now = at(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2))
    assert ("Nickel" in now, "Latex" in now, OUTSIDE in now) == (True, False, True)
