"""Inviting people, and the page behind the link."""

from __future__ import annotations

import uuid

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login as django_login
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hms.accounts.actions import accept_invitation, invite_user, withdraw_invitation
from hms.accounts.facilities import facility_names, name_of
from hms.accounts.forms.people import AcceptForm, InvitationForm
from hms.accounts.invitation_links import opened_by
from hms.accounts.models import Invitation
from hms.accounts.roles import TWO_PERSON_DUTIES
from hms.core import clock
from hms.core.access import PUBLIC, access
from hms.core.actor import system
from hms.core.forms import guard_of
from hms.core.problems import Refused
from hms.core.records import missing
from hms.core.toasts import toast

_BACKEND = "hms.accounts.backends.LoginNameBackend"
# How many used, withdrawn or expired ones are shown below the open ones.
_OLD_SHOWN = 25


@access("accounts.invite_user")
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """Invitations that wait, and a form for another."""
    form, status = InvitationForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                invite_user(by=request.actor, idempotency_key=guard_of(request).idempotency_key, **form.cleaned_data)
            except Refused as refused:
                form.add_problems(refused.problems)
                status = refused.status
            else:
                toast(request, _("The invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]})
                return redirect("accounts:invitations")
    now, names = clock.now(), facility_names()
    everything = Invitation.objects.select_related("invited_by", "user").order_by("-invited_at")
    waiting = everything.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)
    old = everything.exclude(pk__in=waiting.values("pk"))[:_OLD_SHOWN]
    context = {"form": form, "waiting": _with_place(waiting, names), "old": _with_place(old, names)}
    return render(request, "accounts/invitations.html", context, status=status)


@access("accounts.withdraw_invitation")
@require_POST
def withdraw(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Close an invitation nobody has taken up."""
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None:
        raise missing()
    withdraw_invitation(by=request.actor, invitation=invitation, version=guard_of(request).version)
    toast(request, _("The invitation was withdrawn. Its link opens nothing any more."))
    return redirect("accounts:invitations")


@access(PUBLIC)
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, invitation_id: uuid.UUID, secret: str) -> HttpResponse:
    """Take up an invitation: name and password. The link works once; a wrong, old and used one look alike."""
    invitation = opened_by(invitation_id, secret)
    if invitation is None:
        return render(request, "accounts/invitation_closed.html", status=404)
    form, status = AcceptForm(request.POST or None, invitation=invitation), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                user = accept_invitation(
                    by=system("invitation link", "accounts.accept_invitation"),
                    invitation=invitation,
                    full_name=form.cleaned_data["full_name"],
                    password_hash=make_password(form.cleaned_data["password1"]),
                )
            except Refused as refused:
                form.add_problems(refused.problems)
                status = refused.status
            else:
                request.sign_in_method = "invitation"
                django_login(request, user, backend=_BACKEND)
                # They have just typed the password: no need to ask again before the second factor is set up.
                record_authentication(request, user, method="password", reauthenticated=True)
                toast(request, _("Welcome. Your account is ready."))
                return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "invitation": invitation, "waits": invitation.duty in TWO_PERSON_DUTIES}
    return render(request, "accounts/accept_invitation.html", context, status=status)


def _with_place(found, names: dict[uuid.UUID, str]) -> list[tuple[Invitation, str]]:  # type: ignore[no-untyped-def]
    return [(invitation, name_of(invitation.facility_id, names)) for invitation in found]
