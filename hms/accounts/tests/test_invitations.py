"""invite_user, withdraw_invitation, accept_invitation, and the page behind the link."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from hms.accounts import actions, jobs
from hms.accounts.invitation_links import opened_by, secret_of
from hms.accounts.models import Invitation, User
from hms.core import clock
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Forbidden, Refused
from tests import cast, make

pytestmark = pytest.mark.django_db
PHRASE = "quite another phrase"


def invite(duty: str = "nurse", email: str = "new@example.org", by=None) -> Invitation:
    return actions.invite_user(
        by=by or cast.actor("administrator", user=make.user("administrator")),
        email=email,
        duty=duty,
        full_name="Noor New",
    )


def link(invitation: Invitation) -> str:
    return f"/accounts/invitations/{invitation.pk}/{secret_of(invitation.pk)}/"


def accept(invitation: Invitation, client: Client | None = None):
    return (client or Client()).post(
        link(invitation), {"full_name": "Noor New", "password1": PHRASE, "password2": PHRASE}
    )


def test_the_mail_holds_the_link_and_the_outbox_only_ids(mailoutbox, settings):
    settings.BASE_URL = "https://hms.example.org"
    invitation = invite()
    message = OutboxMessage.objects.get(topic="invitation.sent")
    assert message.subject_id == invitation.pk
    jobs.on_invitation_sent(message)
    assert mailoutbox[0].to == ["new@example.org"]
    assert "https://hms.example.org" + link(invitation) in mailoutbox[0].body
    assert AuditEvent.objects.get(verb="invitation.sent").detail == {"duty": "nurse"}


def test_the_invited_person_is_in_with_the_duty():
    invitation, browser = invite(), Client()
    assert "Noor New" in browser.get(link(invitation)).content.decode()
    answer = accept(invitation, browser)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    user = User.objects.get(login_name="new@example.org")
    assert browser.get("/accounts/profile/").wsgi_request.actor.duties == {"nurse"}
    assert [(grant.duty, grant.granted_by_id) for grant in user.grants.all()] == [("nurse", invitation.invited_by_id)]
    assert AuditEvent.objects.get(verb="invitation.accepted").detail == {"user": str(user.pk), "duty": "nurse"}


def test_a_link_works_once():
    invitation = invite()
    assert accept(invitation).status_code == 302
    assert accept(invitation).status_code == 404
    assert User.objects.filter(login_name="new@example.org").count() == 1
    invitation.refresh_from_db()
    with pytest.raises(Refused):
        actions.accept_invitation(by=system("test"), invitation=invitation, full_name="Again", password_hash="!")


def test_an_invitation_as_doctor_still_waits_for_a_second_person():
    accept(invite("doctor"))
    assert User.objects.get(login_name="new@example.org").grants.get().status == "pending"


@pytest.mark.parametrize("what", ["expired", "withdrawn", "inviter gone", "wrong secret"])
def test_a_link_that_opens_nothing_says_the_same(what):
    make.user("administrator")
    invitation = invite()
    address, at = link(invitation), clock.now()
    if what == "expired":
        at += dt.timedelta(days=7)
    elif what == "withdrawn":
        actions.withdraw_invitation(by=cast.actor("administrator"), invitation=invitation)
    elif what == "inviter gone":
        actions.deactivate_user(by=cast.actor("administrator"), user=invitation.invited_by)
    else:
        address = address.replace(secret_of(invitation.pk), secret_of(make.user().pk))
    with time_machine.travel(at):
        answer = Client().get(address)
    assert (answer.status_code, "opens nothing" in answer.content.decode()) == (404, True)


def test_a_bad_password_is_refused_in_words():
    answer = Client().post(
        link(invite()), {"full_name": "Noor", "password1": "new@example.org", "password2": "new@example.org"}
    )
    assert answer.status_code == 422
    assert "too similar" in answer.content.decode()


@pytest.mark.parametrize(
    "fields", [{"email": "no address"}, {"duty": "patient"}, {"duty": "king"}, {"email": "taken@example.org"}]
)
def test_refusals_of_an_invitation(fields):
    make.user(login_name="taken@example.org")
    with pytest.raises(Refused):
        invite(**fields)
    assert not Invitation.objects.exists()


def test_only_administrators_invite():
    with pytest.raises(Forbidden):
        invite(by=cast.actor("front-desk"))
    with pytest.raises(Forbidden):
        actions.accept_invitation(by=cast.actor("administrator"), invitation=invite(), full_name="X", password_hash="!")


def test_the_secret_belongs_to_one_invitation():
    one, other = invite(email="one@example.org"), invite(email="other@example.org")
    assert opened_by(one.pk, secret_of(one.pk)) == one
    assert opened_by(one.pk, secret_of(other.pk)) is None


def test_a_link_with_letters_no_link_has_is_closed_like_any_other(client):
    assert client.get(f"/accounts/invitations/{invite().pk}/gehört-mir/").status_code == 404
