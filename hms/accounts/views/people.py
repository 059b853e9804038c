"""The administrator's pages of people: the list, one person, a new one, in and out."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hms.accounts import step_up
from hms.accounts.actions import change_user, create_user, deactivate_user, reactivate_user
from hms.accounts.codes import GrantStatus
from hms.accounts.facilities import facility_names, name_of
from hms.accounts.forms.people import GrantForm, NewUserForm, PeopleFilter, UserForm
from hms.accounts.models import ApiToken, Grant, User, UserSession
from hms.accounts.models.user import UserQuerySet
from hms.accounts.roles import TWO_PERSON_DUTIES
from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.problems import Refused
from hms.core.records import missing
from hms.core.toasts import toast

PAGE = 25
# No letter that is taken for another, in print or aloud.
_LETTERS = "abcdefhkmnprstuvwxyz"


@access("accounts.view_users")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in, found by name, duty and state."""
    form = PeopleFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = (
        _filtered(User.objects.visible_to(request.actor), wanted)
        .order_by("full_name", "pk")
        .prefetch_related(_open_grants())
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    names = facility_names()
    for user in page:
        user.duty_lines = [(grant, name_of(grant.facility_id, names)) for grant in user.open_grants]
    return render(
        request,
        "accounts/people.html",
        {"form": form, "page": page, "waiting": Grant.objects.filter(status=GrantStatus.PENDING).count()},
    )


@access("accounts.view_users")
def person(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """One person: how they sign in, what they may do since when, where they are signed in."""
    return person_page(request, find_person(request, user_id))


@access("accounts.create_user")
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Make a user. The answer shows a one-time password, once: it is kept nowhere."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words, password = form.cleaned_data, one_time_password()
        duties = [(words["duty"], words["facility_id"])] if words["duty"] else []
        try:
            user = create_user(
                by=request.actor,
                login_name=words["login_name"],
                full_name=words["full_name"],
                email=words["email"],
                language=words["language"],
                password_hash=make_password(password),
                must_change_password=True,
                duties=duties,
            )
        except Refused as refused:
            form.add_problems(refused.problems)
            return render(request, "accounts/new_person.html", {"form": form}, status=refused.status)
        return render(
            request,
            "accounts/person_made.html",
            {"person": user, "password": password, "waits": words["duty"] in TWO_PERSON_DUTIES},
        )
    return render(request, "accounts/new_person.html", {"form": form}, status=422 if form.is_bound else 200)


@access("accounts.change_user")
@require_http_methods(["GET", "POST"])
def edit_person(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Change how somebody is known and signs in."""
    user = find_person(request, user_id)
    form = UserForm(
        request.POST or None, initial={"full_name": user.full_name, "login_name": user.login_name, "email": user.email}
    )
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            change_user(by=request.actor, user=user, version=guard_of(request).version, **form.cleaned_data)
            toast(request, _("The changes were saved."))
            return redirect("accounts:person", user_id=user.pk)
    return render(request, "accounts/edit_person.html", {"form": form, "person": user}, status=form.status)


@access("accounts.deactivate_user")
@require_http_methods(["GET", "POST"])
def deactivate(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Show somebody out, after saying what that ends."""
    user = find_person(request, user_id)
    context: dict[str, Any] = {"person": user}
    if request.method == "POST":
        if (proof := step_up.require_fresh(request, 15)) is not None:
            return proof
        try:
            deactivate_user(by=request.actor, user=user, version=guard_of(request).version)
        except Refused as refused:
            return render(
                request, "accounts/deactivate.html", context | {"problems": refused.problems}, status=refused.status
            )
        toast(request, _("%(name)s was deactivated. Every session and token has ended.") % {"name": user.label})
        return redirect("accounts:person", user_id=user.pk)
    context["sessions"] = UserSession.objects.live().filter(user=user).count()
    context["tokens"] = ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=clock.now()).count()
    return render(request, "accounts/deactivate.html", context)


@access("accounts.reactivate_user")
@require_http_methods(["POST"])
def reactivate(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Let somebody in again; duties are given anew."""
    user = find_person(request, user_id)
    reactivate_user(by=request.actor, user=user, version=guard_of(request).version)
    toast(request, _("%(name)s can sign in again. Now give the duties.") % {"name": user.label})
    return redirect("accounts:person", user_id=user.pk)


# --- Used by the pages of duties -------------------------------------------------------------------------------
def person_page(request: HttpRequest, user: User, form: GrantForm | None = None, status: int = 200) -> HttpResponse:
    names = facility_names()
    grants = user.grants.select_related("granted_by", "decided_by").order_by("-granted_at")
    context = {
        "person": user,
        "grants": [(grant, name_of(grant.facility_id, names)) for grant in grants],
        "form": form or GrantForm(),
        "sessions": UserSession.objects.live().filter(user=user).order_by("-last_seen_at"),
        "tokens": ApiToken.objects.filter(
            user=user, revoked_at=None, expires_at__gt=clock.now(), epoch=user.session_epoch
        ),
        "is_me": user.pk == request.actor.id,
        "may_approve": request.actor.may("accounts.approve_grant"),
    }
    return render(request, "accounts/person.html", context, status=status)


def find_person(request: HttpRequest, user_id: uuid.UUID) -> User:
    user = User.objects.visible_to(request.actor).filter(pk=user_id).first()
    if user is None:
        raise missing()
    return user


# --- Helpers of the list ---------------------------------------------------------------------------------------
def one_time_password() -> str:
    """Sixteen letters in fours, about 69 bits: good to read aloud and to type once."""
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(4)) for _group in range(4))


def _filtered(users: UserQuerySet, wanted: dict[str, str]) -> UserQuerySet:
    users = users.matching(wanted.get("q", ""))
    if duty := wanted.get("duty"):
        users = users.on_duty(duty, clock.now())
    match wanted.get("state", ""):
        case "out":
            return users.filter(is_active=False)
        case "waiting":
            return users.filter(Exists(Grant.objects.filter(user=OuterRef("pk"), status=GrantStatus.PENDING)))
        case "all":
            return users
        case _:
            return users.filter(is_active=True)


def _open_grants() -> Prefetch:
    return Prefetch("grants", queryset=Grant.objects.open().order_by("duty"), to_attr="open_grants")
