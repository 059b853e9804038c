"""The way in: everybody to the home of their duty."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hms.accounts.codes import Duty
from hms.workspace.places import PLACES
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("duty", list(Duty))
def test_each_duty_lands_on_its_own_home(client: Client, duty: Duty):
    make.facility()
    client.force_login(make.user(duty))
    assert client.get("/").headers["Location"] == reverse(PLACES[duty][0].address)
    assert client.get("/", follow=True).status_code == 200


def test_somebody_without_a_duty_is_told_whom_to_ask(client: Client):
    client.force_login(make.user())
    assert b"You have no duty here yet" in client.get("/").content


def test_a_stranger_is_asked_to_sign_in(client: Client):
    make.facility()
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))


def test_a_new_installation_opens_its_first_page(client: Client):
    assert client.get("/").headers["Location"] == reverse("organization:first_run")


def test_two_duties_add_up_and_the_first_is_home(client: Client):
    make.facility()
    client.force_login(make.user(Duty.DOCTOR, Duty.ADMINISTRATOR))
    answer = client.get("/", follow=True)
    assert answer.request["PATH_INFO"] == reverse("workspace:administration")
    assert reverse("workspace:doctor").encode() in answer.content
