"""The pages of plans: begun, looked at, changed, published, taken out; and wishes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms.scheduling.models import RotaPlan, RotaWish
from hms.scheduling.rota import asking
from hms.scheduling.tests.conftest import Clinic
from tests import make

TUESDAY = date(2026, 12, 8)
HOURS = {"morning_start": "9:00", "morning_end": "12:00", "afternoon_start": "13:00", "afternoon_end": "16:00"}


@pytest.fixture
def admin(clinic: Clinic) -> Client:
    client = Client()
    client.force_login(make.user("administrator"))
    return client


@pytest.fixture
def doctor(clinic: Clinic) -> Client:
    make.grant(clinic.practitioner.user, "doctor")
    client = Client()
    client.force_login(clinic.practitioner.user)
    return client


@pytest.fixture
def plan(clinic: Clinic) -> RotaPlan:
    return make.rota(clinic.department)


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"scheduling:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, name: str, *args: Any, plan: RotaPlan | None = None, **fields: Any) -> Any:
    guard = {"version": RotaPlan.objects.get(pk=plan.pk).version, "record_id": plan.pk} if plan else {}
    return client.post(reverse(f"scheduling:{name}", args=args), guard | fields)


def cell(plan: RotaPlan, half: str = "morning", day: date = TUESDAY) -> tuple[Any, ...]:
    return plan.pk, plan.members.get().pk, f"{day}-{half}"


def test_a_plan_is_begun_and_listed(admin: Client, clinic: Clinic):
    told = HOURS | {"department": clinic.department.pk, "month": "2026-12-01", "keep_bookings": "on"}
    answer = send(admin, "rota_begin", **told)
    plan = RotaPlan.objects.get()
    assert answer.headers["Location"] == reverse("scheduling:rota", args=[plan.pk])
    assert "Dec 2026" in page(admin, "rotas")


def test_what_was_typed_is_kept_when_a_plan_is_refused(admin: Client, clinic: Clinic):
    told = HOURS | {"department": clinic.department.pk, "month": "2026-12-01", "morning_end": "14:00"}
    answer = send(admin, "rota_begin", **told)
    assert answer.status_code == 422
    assert "Mornings end before afternoons begin" in answer.content.decode()
    assert 'value="14:00"' in answer.content.decode()


def test_the_week_says_who_is_where_and_what_is_wrong(admin: Client, clinic: Clinic, plan: RotaPlan):
    words = page(admin, "rota", plan.pk, week="2026-12-07")
    assert "Room 4" in words
    assert "The plan keeps all rules." in words
    plan.entries.filter(on=TUESDAY, part="morning").update(location=None)
    words = page(admin, "rota", plan.pk, week="2026-12-07")
    assert "1 rule is broken" in words
    assert "has no room on Tue 08-Dec, morning." in words
    assert clinic.practitioner.label in page(admin, "rota", plan.pk, week="2026-12-07", by="rooms")


def test_its_queries_do_not_grow_with_the_plan(admin: Client, clinic: Clinic, plan: RotaPlan):
    def asked(one: RotaPlan) -> int:
        page(admin, "rota", one.pk)
        with CaptureQueriesContext(connection) as queries:
            page(admin, "rota", one.pk)
        return len(queries)

    few = asked(plan)
    for _more in range(4):
        role = make.practitioner_role(department=clinic.department)
        make.session(make.schedule(role), location=make.location(clinic.facility, department=clinic.department))
    plan.members.all()
    assert asked(make.rota(clinic.department, date(2027, 1, 1))) <= few


def test_a_half_day_is_changed_and_the_way_back_is_to_it(admin: Client, clinic: Clinic, plan: RotaPlan):
    words = page(admin, "rota_cell", *cell(plan, "afternoon"))
    assert "Room 4" in words
    told = {"work": "general", "location": str(clinic.room.pk)}
    answer = send(admin, "rota_cell", *cell(plan, "afternoon"), plan=plan, **told)
    member = plan.members.get().pk
    assert answer.headers["Location"].endswith(f"?week=2026-12-07#cell-{member}-2026-12-08-afternoon")
    assert plan.entries.filter(on=TUESDAY, part="afternoon", by_hand=True).count() == 1
    send(admin, "rota_cell", *cell(plan), plan=plan, work="none")
    assert not plan.entries.filter(on=TUESDAY, part="morning").exists()


def test_a_half_day_says_what_is_known_of_it(admin: Client, clinic: Clinic, plan: RotaPlan):
    clinic.appointment(datetime(2026, 12, 8, 8, tzinfo=UTC))
    assert "1 visit is booked then." in page(admin, "rota_cell", *cell(plan))


def test_a_stale_half_day_is_refused_and_keeps_the_choice(admin: Client, clinic: Clinic, plan: RotaPlan):
    address, opened = reverse("scheduling:rota_cell", args=cell(plan, "afternoon")), plan.version
    plan.save()
    told = {"record_id": plan.pk, "version": opened, "work": "general", "location": str(clinic.room.pk)}
    answer = admin.post(address, told)
    assert answer.status_code == 409
    assert not plan.entries.filter(part="afternoon").exists()
    chosen = re.search(r'<input[^>]*name="work"[^>]*value="general"[^>]*>', answer.content.decode())
    assert chosen is not None
    assert "checked" in chosen.group()


@pytest.mark.parametrize("slot", ["2026-12-08-evening", "2027-01-08-morning", "nonsense"])
def test_a_half_day_that_is_none_is_not_there(admin: Client, plan: RotaPlan, slot: str):
    address = reverse("scheduling:rota_cell", args=[plan.pk, plan.members.get().pk, slot])
    assert admin.get(address).status_code == 404


def test_numbers_are_changed(admin: Client, plan: RotaPlan):
    member = plan.members.get()
    assert "most sessions a week" in page(admin, "rota_terms", plan.pk)
    told = {f"want:general:{day}": "2" for day in range(7)} | {f"day:{member.pk}": "1", f"week:{member.pk}": "5"}
    send(admin, "rota_terms", plan.pk, plan=plan, **told)
    member.refresh_from_db()
    assert (member.most_a_day, member.most_a_week) == (1, 5)
    refused = send(admin, "rota_terms", plan.pk, plan=plan, **told | {f"day:{member.pk}": "9"})
    assert refused.status_code == 422


def test_a_proposal_is_asked_for_and_the_page_waits_for_it(admin: Client, plan: RotaPlan):
    send(admin, "rota_ask", plan.pk, plan=plan)
    assert "A plan is being looked for" in page(admin, "rota", plan.pk)
    waiting = admin.get(reverse("scheduling:rota", args=[plan.pk]), headers={"HX-Request": "true"})
    assert "HX-Refresh" not in waiting.headers
    RotaPlan.objects.filter(pk=plan.pk).update(outcome="optimal", cost=1200, bound=1200)
    come = admin.get(reverse("scheduling:rota", args=[plan.pk]), headers={"HX-Request": "true"})
    assert come.headers["HX-Refresh"] == "true"
    assert "no plan can have fewer" in page(admin, "rota", plan.pk)


def test_without_the_solver_the_page_says_how_to_add_it(admin: Client, plan: RotaPlan, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "available", lambda: False)
    words = page(admin, "rota", plan.pk)
    assert "make planning" in words
    assert reverse("scheduling:rota_ask", args=[plan.pk]) not in words


def test_rules_that_can_not_all_hold_are_sentences(admin: Client, clinic: Clinic, plan: RotaPlan):
    plan.outcome = "infeasible"
    plan.save()
    member = plan.members.get()
    plan.conflicts.create(rule="booked", member=member, on=TUESDAY, part="morning", count=2)
    plan.conflicts.create(rule="room-twice", on=TUESDAY, part="morning", location=clinic.room)
    words = page(admin, "rota", plan.pk)
    assert f"{clinic.practitioner.label} has 2 booked visits on Tue 08-Dec, morning." in words
    assert "Room 4 is for one person on Tue 08-Dec, morning." in words


def test_a_plan_is_published_after_one_question(admin: Client, clinic: Clinic, plan: RotaPlan):
    clinic.appointment(datetime(2026, 12, 8, 8, tzinfo=UTC))
    plan.entries.filter(on=TUESDAY).delete()
    words = page(admin, "rota_publish", plan.pk)
    assert "1 booked visit has no session in it." in words
    send(admin, "rota_publish", plan.pk, plan=plan)
    assert RotaPlan.objects.get().status == "published"
    assert "Published" in page(admin, "rota", plan.pk)
    send(admin, "rota_withdraw", plan.pk, plan=plan)
    assert RotaPlan.objects.get().status == "withdrawn"


def test_a_refused_plan_shows_why(admin: Client, plan: RotaPlan):
    plan.entries.filter(on=TUESDAY).update(location=None)
    answer = send(admin, "rota_publish", plan.pk, plan=plan)
    assert answer.status_code == 422
    assert "The plan can&#x27;t be published yet" in answer.content.decode()
    assert "has no room on" in answer.content.decode()


def test_wishes_are_entered_and_stand_in_the_plan(doctor: Client, admin: Client, clinic: Clinic):
    words = page(doctor, "rota_wishes")
    assert "Dec 2026" in words
    address = reverse("scheduling:rota_wishes") + "?month=2026-12-01"
    doctor.post(address, {"2026-12-08:morning": "cannot", "2026-12-09:afternoon": "prefers"})
    assert {(one.on, one.part, one.kind) for one in RotaWish.objects.all()} == {
        (TUESDAY, "morning", "cannot"),
        (date(2026, 12, 9), "afternoon", "prefers"),
    }
    plan = make.rota(clinic.department)
    assert not plan.entries.filter(on=TUESDAY, part="morning").exists()
    assert "Can&#x27;t" in page(admin, "rota", plan.pk, week="2026-12-07")


def test_a_login_without_a_practitioner_is_told_so(clinic: Clinic):
    client = Client()
    client.force_login(make.user("doctor"))
    assert "not linked to a practitioner" in page(client, "rota_wishes")


def test_others_do_not_see_plans(doctor: Client, plan: RotaPlan):
    assert doctor.get(reverse("scheduling:rotas")).status_code == 403
    assert doctor.get(reverse("scheduling:rota", args=[plan.pk])).status_code == 403
