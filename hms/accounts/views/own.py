"""One's own profile, preferences, PIN, hat, and the sign that somebody is still there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hms.accounts import sessions, step_up
from hms.accounts.actions import change_own_preferences, change_own_profile, set_pin
from hms.accounts.actors import roles_of
from hms.accounts.forms.own import PinForm, PreferencesForm, ProfileForm
from hms.accounts.pins import hash_pin
from hms.core import clock, trail
from hms.core.access import SIGNED_IN, access
from hms.core.forms import guard_of
from hms.core.frame import THEME_COOKIE, theme_of
from hms.core.problems import Refused
from hms.core.toasts import toast

_A_YEAR = 365 * 24 * 3600


@access(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here: name, duties, e-mail address. A new address wants a fresh proof, for passwords are reset by it."""
    user = request.user
    form = ProfileForm(request.POST or None, initial={"email": user.email})
    if request.method == "POST":
        if (proof := step_up.require_fresh(request)) is not None:
            return proof
        if form.is_valid():
            with form.attempt():
                change_own_profile(
                    by=request.actor, email=form.cleaned_data["email"], version=guard_of(request).version
                )
                toast(request, _("Your e-mail address was changed."))
                return redirect("accounts:profile")
    grants = user.grants.in_force(clock.now()).order_by("duty")
    return render(request, "accounts/profile.html", {"form": form, "grants": grants}, status=form.status)


@access(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How pages look to me."""
    user = request.user
    now = {"language": user.language, "theme": theme_of(request), "density": user.density, "shortcuts": user.shortcuts}
    form = PreferencesForm(request.POST or None, initial=now)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/preferences.html", {"form": form}, status=422 if form.is_bound else 200)
    wanted = dict(form.cleaned_data)
    theme = wanted.pop("theme")
    change_own_preferences(by=request.actor, version=guard_of(request).version, **wanted)
    toast(request, _("Your preferences were saved."))
    response = redirect("accounts:preferences")
    _keep(response, settings.LANGUAGE_COOKIE_NAME, wanted["language"])
    _keep(response, THEME_COOKIE, theme)
    return response


@access("accounts.set_pin")
@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """My PIN for shared workstations: set, change, remove. Wants a fresh proof."""
    if (proof := step_up.require_fresh(request)) is not None:
        return proof
    form = PinForm(request.POST if request.method == "POST" and "remove" not in request.POST else None)
    if request.method == "POST":
        if "remove" in request.POST:
            set_pin(by=request.actor, pin_hash="")
            toast(request, _("Your PIN was removed."))
            return redirect("accounts:profile")
        if form.is_valid():
            try:
                set_pin(by=request.actor, pin_hash=hash_pin(request.user.pk, form.cleaned_data["pin"]))
            except Refused as refused:
                form.add_problems(refused.problems)
            else:
                toast(request, _("Your PIN is set. It works where you have signed in within the last twelve hours."))
                return redirect("accounts:profile")
    return render(request, "accounts/pin.html", {"form": form}, status=422 if form.is_bound else 200)


@access(SIGNED_IN)
@require_POST
def role(request: HttpRequest) -> HttpResponse:
    """Change hats: from staff to patient and back, for somebody who is both."""
    wanted = request.POST.get("role", "")
    if wanted in roles_of(request.presence.holdings) and wanted != request.presence.role:
        request.session[sessions.ROLE] = wanted
        trail.observe(request.actor, "role.switched", request.user, detail={"to": wanted})
    return redirect(settings.LOGIN_REDIRECT_URL)


@access(SIGNED_IN)
@require_POST
def keepalive(request: HttpRequest) -> HttpResponse:
    """Somebody types: the middleware has noted it, unless this came as a poll. Says what is left in a header."""
    return HttpResponse(status=204)


@access(SIGNED_IN)
def secure(request: HttpRequest) -> HttpResponse:
    """Setting up a second factor: the only page that staff without one are shown."""
    return render(request, "accounts/secure.html", {"required": request.presence.needs_second_factor})


def _keep(response: HttpResponse, cookie: str, value: str) -> None:
    """Keep a choice in this browser, or forget it."""
    if value:
        response.set_cookie(cookie, value, max_age=_A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie(cookie, samesite="Lax")
