"""The login page, the slow-down, and what outsiders can learn from them."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import time_machine
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client, override_settings

from hms.accounts import throttle
from hms.accounts.backends import LoginNameBackend
from hms.accounts.models import SignInTries, User
from hms.core import clock
from hms.core.models import AuditEvent, OutboxMessage
from tests import make

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
START = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def sign_in(name: str, password: str, client: Client | None = None, **extra):
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, **extra)


def test_the_page_is_an_ordinary_form():
    page = Client().get(LOGIN).content.decode()
    assert 'name="login"' in page
    assert 'type="email"' in page
    assert 'type="password"' in page
    assert "novalidate" in page
    assert "<script>" not in page


@pytest.mark.parametrize("typed", ["Ana@Example.org", " ana@example.org "])
def test_signs_in_and_goes_home_or_to_where_one_was_going(typed):
    make.user(login_name="ana@example.org")
    assert sign_in(typed, make.PASSWORD).headers["Location"] == "/"
    answer = Client().post(LOGIN + "?next=/accounts/profile/", {"login": typed, "password": make.PASSWORD})
    assert answer.headers["Location"] == "/accounts/profile/"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_sends_nobody_elsewhere(target):
    user = make.user()
    answer = Client().post(LOGIN, {"login": user.login_name, "password": make.PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"


def test_each_sign_in_leaves_its_line():
    user = make.user()
    sign_in(user.login_name, "wrong")
    sign_in(user.login_name, make.PASSWORD)
    lines = list(AuditEvent.objects.order_by("at", "id").values_list("verb", "outcome", "actor_id", "detail"))
    assert lines == [
        ("session.refused", "refused", None, {"method": "password"}),
        ("session.opened", "success", user.pk, {"method": "password"}),
    ]


def test_unknown_deactivated_and_wrong_look_alike():
    user, out = make.user(), make.user(is_active=False, deactivated_at=clock.now())
    pages = [sign_in(name, "wrong") for name in (user.login_name, "nobody@example.org")] + [
        sign_in(out.login_name, make.PASSWORD)
    ]
    assert {page.status_code for page in pages} == {200}
    errors = {page.content.decode().split("There is a problem")[1].split("</ul>")[0] for page in pages}
    assert len(errors) == 1


class CountedHasher(Argon2PasswordHasher):
    """The real thing, made cheap, that counts how often it works."""

    time_cost, memory_cost, parallelism = 4, 4096, 1
    work = 0

    def encode(self, password, salt):
        CountedHasher.work += 1
        return super().encode(password, salt)

    def verify(self, password, encoded):
        CountedHasher.work += 1
        return super().verify(password, encoded)


@override_settings(PASSWORD_HASHERS=[f"{__name__}.CountedHasher"])
def test_the_clock_does_not_tell_who_has_an_account(django_assert_num_queries):
    """security.md V6. CPU time of the fastest round each: what other programs do on the machine is not in it."""
    backend = LoginNameBackend()
    right = {
        "known": make.user().login_name,
        "out": make.user(is_active=False, deactivated_at=clock.now()).login_name,
        "unknown": "nobody@example.org",
    }
    taken: dict[str, list[float]] = {kind: [] for kind in right}
    for _round in range(40):
        for kind, name in right.items():
            CountedHasher.work, start = 0, time.process_time()
            with django_assert_num_queries(1):
                assert backend.authenticate(None, name, make.PASSWORD if kind == "out" else "wrong password") is None
            taken[kind].append(time.process_time() - start)
            assert CountedHasher.work == 1, kind
    fastest = {kind: min(times) for kind, times in taken.items()}
    assert max(fastest.values()) < 1.1 * min(fastest.values()), fastest


def test_guessing_is_slowed_down_and_the_right_password_waits_too():
    user = make.user()
    with time_machine.travel(START, tick=False) as travel:
        answers = [sign_in(user.login_name, f"guess {n}").content.decode() for n in range(6)]
        assert "4 tries left" in answers[0]
        assert "Wait 15 seconds" in answers[4]
        assert "Too many tries" in answers[5]
        assert "Too many tries" in sign_in(user.login_name, make.PASSWORD).content.decode()
        travel.shift(dt.timedelta(seconds=15))
        assert sign_in(user.login_name, make.PASSWORD).status_code == 302
        # A clean sheet after the right one.
        assert "4 tries left" in sign_in(user.login_name, "wrong").content.decode()


def test_a_thousand_guesses_get_few_looks_at_the_password():
    user = make.user()
    with time_machine.travel(START, tick=False) as travel:
        looked = 0
        for _try in range(1000):
            looked += throttle.charge_sign_in(user.login_name, "203.0.113.9").allowed
            travel.shift(dt.timedelta(seconds=1))
    assert looked <= 12


def test_the_owners_browser_is_spared_what_a_stranger_does():
    user, own = make.user(), Client()
    assert sign_in(user.login_name, make.PASSWORD, own).status_code == 302
    own.post("/accounts/logout/")
    for n in range(20):
        sign_in(user.login_name, f"guess {n}")
    assert sign_in(user.login_name, make.PASSWORD).status_code == 200
    assert sign_in(user.login_name, make.PASSWORD, own).status_code == 302


def test_a_known_browser_is_slowed_down_as_well():
    user, own = make.user(), Client()
    sign_in(user.login_name, make.PASSWORD, own)
    own.post("/accounts/logout/")
    answers = [sign_in(user.login_name, f"guess {n}", own).content.decode() for n in range(12)]
    assert "Too many tries" in answers[-1]


def test_one_own_account_is_no_known_browser_for_anothers():
    attacker, victim, browser = make.user(), make.user(), Client()
    sign_in(attacker.login_name, make.PASSWORD, browser)
    browser.post("/accounts/logout/")
    answers = [sign_in(victim.login_name, f"guess {n}", browser).content.decode() for n in range(6)]
    assert "Too many tries" in answers[-1]


def test_an_address_is_never_shut_out_but_has_no_free_guesses_left():
    with time_machine.travel(START, tick=False):
        spray = [sign_in(f"user{n}@spray.example", "Password1234") for n in range(60)]
        assert "4 tries left" in spray[0].content.decode()
        assert "Wait 15 seconds" in spray[59].content.decode()
        user = make.user()
        assert sign_in(user.login_name, make.PASSWORD).status_code == 302


def test_tries_at_once_are_counted_before_they_are_looked_at():
    """Charging comes before checking, so parallel guesses don't all see an empty sheet."""
    verdicts = [throttle.charge("account", "a@example.org").allowed for _ in range(10)]
    assert verdicts == [True] * 5 + [False] * 5


def test_the_table_of_tries_is_bounded(monkeypatch):
    monkeypatch.setattr(throttle, "MOST_ROWS", 50)
    monkeypatch.setattr(throttle, "TIDY_EVERY", 16)
    for _try in range(3):
        throttle.charge("account", "victim@example.org")
    for n in range(300):
        throttle.charge("account", f"{n}@flood.example")
    assert SignInTries.objects.count() <= 50 + 16
    # The one that matters outlived the flood.
    assert throttle.charge("account", "victim@example.org").tries_left == 1


def test_x_forwarded_for_counts_from_trusted_proxies_only(rf, settings):
    from hms.accounts.devices import address_of

    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.5")
    assert address_of(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    assert address_of(request) == "203.0.113.5"


def test_nobody_signs_up():
    assert Client().get("/accounts/signup/").status_code == 404
    assert User.objects.count() == 0


# --- A new password by mail ------------------------------------------------------------------------------------
def test_asking_for_a_new_password_looks_the_same_for_everybody():
    user = make.user()
    answers = [
        Client().post("/accounts/password/reset/", {"email": name}) for name in (user.email, "nobody@example.org")
    ]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (302, "/accounts/password/reset/done/")
    }
    asked = list(
        OutboxMessage.objects.filter(topic="password_reset.asked").order_by("id").values_list("subject_id", flat=True)
    )
    assert asked == [user.pk, None]
    assert AuditEvent.objects.filter(verb="password_reset.asked").count() == 2


def test_the_link_is_on_the_configured_host_and_works_once(mailoutbox, settings):
    from hms.accounts import jobs

    settings.BASE_URL = "https://hms.example.org"
    user, client = make.user(), Client()
    client.post("/accounts/password/reset/", {"email": user.email}, headers={"Host": "evil.example"})
    for message in OutboxMessage.objects.filter(topic="password_reset.asked"):
        jobs.on_password_reset_asked(message)
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    assert link.startswith("https://hms.example.org/accounts/password/reset/key/")
    path = link.removeprefix("https://hms.example.org")
    form = client.get(path).headers["Location"]
    new = "quite another phrase"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(user.login_name, new).status_code == 302
    assert sign_in(user.login_name, make.PASSWORD).status_code == 200
    assert "Location" not in Client().get(path).headers


def test_a_link_dies_with_the_account_and_with_a_new_address():
    from hms.accounts.reset_links import ResetLinks

    user = make.user()
    token = ResetLinks().make_token(user)
    assert ResetLinks().check_token(user, token)
    user.email = "other@example.org"
    assert not ResetLinks().check_token(user, token)
    user.refresh_from_db()
    user.is_active = False
    assert not ResetLinks().check_token(user, token)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=61)):
        user.is_active = True
        assert not ResetLinks().check_token(user, token)


def test_asking_again_and_again_is_slowed_down():
    user = make.user()
    answers = [Client().post("/accounts/password/reset/", {"email": user.email}).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 200, 200]
    assert OutboxMessage.objects.filter(topic="password_reset.asked").count() == 3


def test_one_address_can_not_have_the_house_mail_everybody():
    with time_machine.travel(START, tick=False):
        answers = [
            Client().post("/accounts/password/reset/", {"email": f"{n}@example.org"}).status_code for n in range(40)
        ]
    assert answers == [302] * 30 + [200] * 10


@pytest.mark.parametrize("answer", ["[]", "{}", "null", "1", '{"id": 1}', '{"response": {"userHandle": "////"}}'])
def test_what_no_key_answers_is_refused_and_no_fault(client, answer):
    response = client.post("/accounts/2fa/webauthn/login/", {"credential": answer}, follow=True)
    assert response.status_code == 200
    assert not response.wsgi_request.user.is_authenticated


def test_the_present_password_is_not_tried_through_at_a_session_left_open(client):
    user = make.user("patient")
    client.force_login(user)

    def change(present: str) -> None:
        words = {"password1": "quite another phrase", "password2": "quite another phrase"}
        client.post("/accounts/password/change/", {"oldpassword": present, **words})

    for number in range(20):
        change(f"guess {number}")
    change(make.PASSWORD)
    user.refresh_from_db()
    assert user.check_password(make.PASSWORD)
    with time_machine.travel(clock.now() + dt.timedelta(hours=1)):
        client.force_login(user)
        change(make.PASSWORD)
    user.refresh_from_db()
    assert user.check_password("quite another phrase")


def test_a_referer_that_is_no_address_leads_to_the_sign_in_like_any_other(client):
    for referer in ("http://[::1", "//", "é", "javascript:alert(1)"):
        answer = client.get("/accounts/sessions/", headers={"HX-Request": "true", "Referer": referer})
        assert (answer.status_code, answer.headers["HX-Redirect"][:23]) == (401, "/accounts/login/?next=%")


def test_a_clock_that_ran_ahead_shuts_nobody_out_until_then():
    user = make.user("patient")
    with time_machine.travel(START + dt.timedelta(days=400)):
        for number in range(8):
            sign_in(user.login_name, f"guess {number}")
        assert not throttle.charge_sign_in(user.login_name, "192.0.2.1").allowed
    with time_machine.travel(START):
        assert sign_in(user.login_name, make.PASSWORD).status_code == 302
