"""Giving, approving and withdrawing duties; those that wait for a second person."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hms.accounts import step_up
from hms.accounts.actions import approve_grant, grant_duty, refuse_grant, withdraw_grant
from hms.accounts.codes import GrantStatus
from hms.accounts.facilities import facility_names, name_of
from hms.accounts.forms.people import GrantForm
from hms.accounts.models import Grant
from hms.accounts.views.people import find_person, person_page
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.problems import Refused
from hms.core.records import missing
from hms.core.toasts import toast


@access("accounts.grant_duty")
@require_POST
def give(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Give a person a duty, from their page."""
    user, form = find_person(request, user_id), GrantForm(request.POST)
    if not form.is_valid():
        return person_page(request, user, form, status=422)
    start, end = form.period()
    try:
        grant = grant_duty(
            by=request.actor,
            user=user,
            duty=form.cleaned_data["duty"],
            facility_id=form.cleaned_data["facility_id"],
            start_at=start,
            end_at=end,
            idempotency_key=guard_of(request).idempotency_key,
        )
    except Refused as refused:
        form.add_problems(refused.problems)
        return person_page(request, user, form, status=refused.status)
    waits = grant.status == GrantStatus.PENDING
    toast(request, _("The duty waits for another administrator to approve it.") if waits else _("The duty was given."))
    return redirect("accounts:person", user_id=user.pk)


@access("accounts.approve_grant")
def approvals(request: HttpRequest) -> HttpResponse:
    """Duties that wait for a second person. One's own proposals are there to see, not to approve."""
    names = facility_names()
    waiting = (
        Grant.objects.filter(status=GrantStatus.PENDING).select_related("user", "granted_by").order_by("granted_at")
    )
    lines = [
        (grant, name_of(grant.facility_id, names), request.actor.id not in (grant.granted_by_id, grant.user_id))
        for grant in waiting
    ]
    return render(request, "accounts/approvals.html", {"lines": lines})


@access("accounts.approve_grant")
@require_POST
def approve(request: HttpRequest, grant_id: uuid.UUID) -> HttpResponse:
    """Approve as second person. Wants a fresh proof: it is power over people or medicines."""
    if (proof := step_up.require_fresh(request, 15, back=reverse("accounts:approvals"))) is not None:
        return proof
    grant = approve_grant(by=request.actor, grant=_grant(grant_id), version=guard_of(request).version)
    toast(request, _("%(name)s now has the duty.") % {"name": grant.user.label})
    return redirect("accounts:approvals")


@access("accounts.refuse_grant")
@require_POST
def refuse(request: HttpRequest, grant_id: uuid.UUID) -> HttpResponse:
    """Refuse as second person."""
    refuse_grant(by=request.actor, grant=_grant(grant_id), version=guard_of(request).version)
    toast(request, _("The duty was refused."))
    return redirect("accounts:approvals")


@access("accounts.withdraw_grant")
@require_POST
def withdraw(request: HttpRequest, grant_id: uuid.UUID) -> HttpResponse:
    """Take a duty away, at once."""
    grant = withdraw_grant(by=request.actor, grant=_grant(grant_id), version=guard_of(request).version)
    toast(request, _("The duty was withdrawn."))
    return redirect("accounts:person", user_id=grant.user_id)


def _grant(grant_id: uuid.UUID) -> Grant:
    grant = Grant.objects.filter(pk=grant_id).first()
    if grant is None:
        raise missing()
    return grant
