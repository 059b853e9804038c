"""Pages: who opens them, what they show, what their forms do, how many queries they need."""

from __future__ import annotations

import pytest
from django.test import Client

from hms.accounts.models import Grant, User
from hms.accounts.roles import PERMISSIONS
from hms.core import clock
from hms.core.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def client_of(*duties: str, **fields) -> Client:
    client = Client()
    client.user = make.user(*duties, **fields)
    client.post("/accounts/login/", {"login": client.user.login_name, "password": make.PASSWORD})
    return client


ADMIN_PAGES = ["people/", "people/new/", "duties/", "invitations/", "permissions/"]
OWN_PAGES = ["profile/", "preferences/", "sessions/", "2fa/", "password/change/", "secure/"]


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_the_administrators_pages_open_to_administrators(page):
    assert client_of("administrator").get(f"/accounts/{page}").status_code == 200
    for duty in ("doctor", "front-desk", "patient", "integration-analyst"):
        assert client_of(duty).get(f"/accounts/{page}").status_code == 403
    assert Client().get(f"/accounts/{page}").headers["Location"].startswith("/accounts/login/")


def test_the_privacy_officer_reads_and_changes_nothing():
    client, other = client_of("privacy-officer"), make.user("nurse")
    assert client.get("/accounts/people/").status_code == 200
    page = client.get(f"/accounts/people/{other.pk}/").content.decode()
    assert "Give a duty" not in page
    assert "Deactivate" not in page
    for path in ("duties/", "deactivate/", "edit/"):
        assert client.post(f"/accounts/people/{other.pk}/{path}").status_code == 403


@pytest.mark.parametrize("page", OWN_PAGES)
@pytest.mark.parametrize("duty", ["doctor", "patient"])
def test_own_pages_open_to_everybody_signed_in(page, duty):
    assert client_of(duty).get(f"/accounts/{page}").status_code == 200
    assert Client().get(f"/accounts/{page}").status_code == 302


@pytest.mark.parametrize("page", ["logout/", "role/", "keepalive/", "sessions/end-others/"])
def test_no_get_changes_anything(page):
    client = client_of("doctor", "patient")
    client.get(f"/accounts/{page}")
    assert client.get("/accounts/profile/").status_code == 200


def test_the_list_finds_people_and_grows_without_queries(django_assert_max_num_queries):
    client = client_of("administrator")
    facility = make.facility()
    for n in range(30):
        make.user("nurse", facility=facility, full_name=f"Nia Norse {n:02}")
    make.user("doctor", full_name="Dora Doc")
    client.get("/accounts/profile/")  # zones and the hospital's name are read now, once a minute
    with django_assert_max_num_queries(9):
        answer = client.get("/accounts/people/?q=norse&duty=nurse")
    assert (answer.context["page"].paginator.count, len(answer.context["page"])) == (30, 25)
    page = answer.content.decode()
    assert "Dora" not in page
    assert facility.name in page
    assert "Nobody found" in client.get("/accounts/people/?q=xyzzy").content.decode()


def test_states_of_the_list():
    client = client_of("administrator")
    out = make.user("nurse", full_name="Olga Out", is_active=False, deactivated_at=clock.now())
    waiting = make.user(full_name="Wanda Waits")
    make.grant(waiting, "doctor", status="pending")
    assert out.full_name not in client.get("/accounts/people/").content.decode()
    assert out.full_name in client.get("/accounts/people/?state=out").content.decode()
    page = client.get("/accounts/people/?state=waiting").content.decode()
    assert waiting.full_name in page
    assert out.full_name not in page


def test_making_a_user_shows_a_password_once_that_has_to_be_changed():
    client = client_of("administrator")
    answer = client.post(
        "/accounts/people/new/", {"full_name": "Nia", "login_name": "AB 1234", "email": "", "duty": "nurse"}
    )
    assert answer.status_code == 200
    password = answer.context["password"]
    assert answer.content.decode().count(password) == 1
    other = Client()
    other.post("/accounts/login/", {"login": "ab1234", "password": password})
    assert other.get("/accounts/sessions/").headers["Location"] == "/accounts/password/change/"
    assert password not in str(list(AuditEvent.objects.values()))


def test_a_form_that_is_refused_says_so_beside_the_field():
    client, other = client_of("administrator"), make.user()
    answer = client.post("/accounts/people/new/", {"full_name": "Nia", "login_name": other.login_name})
    assert answer.status_code == 422
    assert "Somebody signs in with this name already" in answer.content.decode()


@pytest.mark.parametrize("extra", ["is_active", "session_epoch", "pin_hash", "must_change_password", "id"])
def test_no_form_takes_fields_it_does_not_show(extra):
    client = client_of("nurse")
    before = User.objects.filter(pk=client.user.pk).values(extra).get()
    client.post("/accounts/preferences/", {"language": "de", "density": "compact", extra: "7"})
    user = User.objects.get(pk=client.user.pk)
    assert (user.language, user.density) == ("de", "compact")
    assert User.objects.filter(pk=client.user.pk).values(extra).get() == before


def test_preferences_reach_this_browser_too():
    client = client_of("doctor")
    answer = client.post("/accounts/preferences/", {"language": "de", "theme": "dark", "shortcuts": "on"})
    assert (answer.cookies["hms_language"].value, answer.cookies["hms_theme"].value) == ("de", "dark")
    page = client.get("/accounts/preferences/").content.decode()
    assert 'lang="de"' in page
    assert "Sprache" in page


def test_two_administrators_give_power_by_their_pages():
    giver, approver, user = client_of("administrator"), client_of("administrator"), make.user()
    assert giver.post(f"/accounts/people/{user.pk}/duties/", {"duty": "doctor"}).status_code == 302
    grant = Grant.objects.get(user=user)
    assert "Another administrator decides" in giver.get("/accounts/duties/").content.decode()
    assert giver.post(f"/accounts/duties/{grant.pk}/approve/").status_code == 422
    assert approver.post(f"/accounts/duties/{grant.pk}/approve/", {"version": "99"}).status_code == 409
    assert approver.post(f"/accounts/duties/{grant.pk}/approve/", {"version": grant.version}).status_code == 302
    grant.refresh_from_db()
    assert grant.status == "active"


def test_the_last_day_of_a_period_counts():
    client, user = client_of("administrator"), make.user()
    client.post(
        f"/accounts/people/{user.pk}/duties/", {"duty": "nurse", "start_on": "01-Dec-2026", "end_on": "05-Dec-2026"}
    )
    grant = Grant.objects.get(user=user)
    assert (grant.start_at.isoformat(), grant.end_at.isoformat()) == (
        "2026-12-01T00:00:00+00:00",
        "2026-12-06T00:00:00+00:00",
    )


def test_deactivating_names_what_ends_and_needs_a_fresh_proof():
    client, user = client_of("administrator"), make.user("nurse")
    Client().force_login(user)
    page = client.get(f"/accounts/people/{user.pk}/deactivate/").content.decode()
    assert user.full_name in page
    assert client.post(f"/accounts/people/{user.pk}/deactivate/", {"version": user.version}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert client.post(f"/accounts/people/{user.pk}/reactivate/").status_code == 302
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    answer = client.post(f"/accounts/people/{user.pk}/deactivate/")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")


def test_a_stale_page_of_a_person_is_refused():
    client, user = client_of("administrator"), make.user("nurse")
    fields = {"full_name": "New Name", "login_name": user.login_name, "email": ""}
    assert client.post(f"/accounts/people/{user.pk}/edit/", fields | {"version": user.version}).status_code == 302
    assert client.post(f"/accounts/people/{user.pk}/edit/", fields | {"version": user.version}).status_code == 409


def test_a_new_address_for_passwords_needs_a_fresh_proof():
    client = client_of("nurse")
    assert client.post("/accounts/profile/", {"email": "new@example.org"}).status_code == 302
    client.user.refresh_from_db()
    assert client.user.email == "new@example.org"
    other = Client()
    other.force_login(client.user)
    assert (
        other.post("/accounts/profile/", {"email": "evil@example.org"})
        .headers["Location"]
        .startswith("/accounts/reauthenticate/")
    )


def test_the_table_shows_every_permission():
    page = client_of("administrator").get("/accounts/permissions/").content.decode()
    assert all(name in page for name in PERMISSIONS)


def test_demo_accounts_are_offered_in_the_demo_only(settings):
    from hms.accounts.demo import PASSWORD

    make.user("doctor", login_name="doctor@demo.hms", password=PASSWORD)
    assert "demo.hms" not in Client().get("/accounts/login/").content.decode()
    settings.DEMO = True
    page = Client().get("/accounts/login/").content.decode()
    assert "doctor@demo.hms" in page
    answer = Client().post("/accounts/login/", {"login": "doctor@demo.hms", "password": PASSWORD})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "path", ["people/0196a000-0000-7000-8000-000000000000/", "people/0196a000-0000-7000-8000-000000000000/edit/"]
)
def test_who_is_not_there_is_not_found(path):
    assert client_of("administrator").get(f"/accounts/{path}").status_code == 404


def test_csrf_is_asked_for():
    client = Client(enforce_csrf_checks=True)
    user = make.user("nurse")
    assert client.post("/accounts/login/", {"login": user.login_name, "password": make.PASSWORD}).status_code == 403
    client.force_login(user)
    for path in ("logout/", "preferences/", "sessions/end-others/", "keepalive/"):
        assert client.post(f"/accounts/{path}").status_code == 403
