"""The kiosk: a tablet at the entrance at which patients check in by themselves.

It asks who somebody is and never says it. Every answer that could tell something about another person is one sentence:
ask the desk. What it shows at the end is a token and a room, for some seconds.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from hms.accounts import throttle
from hms.core import clock
from hms.core.access import PUBLIC, access
from hms.core.actor import Actor, system
from hms.core.problems import Refused
from hms.scheduling import codes, queries, queues, refusals
from hms.scheduling.actions import check_in_oneself
from hms.scheduling.forms import KioskForm
from hms.scheduling.links import ONESELF
from hms.scheduling.models import Appointment, Screen
from hms.scheduling.views.screens import of_secret

# Seconds: how long the token stays without a touch, and how long the address that shows it works.
SHOWN, WORKS = 15, 25
# Seconds without a touch after which what was typed goes.
IDLE = 45
_SALT = "hms.scheduling.kiosk"


@access(PUBLIC)
@cache_control(no_store=True)
def kiosk(request: HttpRequest, secret: str) -> HttpResponse:
    """Date of birth and family name; POST checks in and leads to the token."""
    screen = _screen(secret)
    form = KioskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            visit = _check_in(screen, form)
            shown = signing.dumps(visit.pk.hex, salt=_SALT)
            return redirect(f"{reverse('scheduling:kiosk_done', args=[secret])}?shown={shown}")
    return _answer(request, screen, "scheduling/kiosk.html", {"form": form, "idle": IDLE}, status=form.status)


@require_GET
@access(PUBLIC)
@cache_control(no_store=True)
def done(request: HttpRequest, secret: str) -> HttpResponse:
    """The token, for some seconds; after that the address shows the start again, whoever goes back to it."""
    screen = _screen(secret)
    try:
        id = UUID(hex=signing.loads(request.GET.get("shown", ""), salt=_SALT, max_age=WORKS))
    except (signing.BadSignature, ValueError):
        return redirect("scheduling:kiosk", secret)
    visit = Appointment.objects.visible_to(actor_of(screen)).filter(pk=id).with_people().first()
    if visit is None:
        return redirect("scheduling:kiosk", secret)
    now = clock.now()
    context = {"visit": visit, "own": queues.own_of(visit, now), "seconds": SHOWN, "start": _start(secret)}
    response = _answer(request, screen, "scheduling/kiosk_done.html", context)
    # Whoever comes next is greeted in the hospital's language, not in the last one's.
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


def actor_of(screen: Screen) -> Actor:
    """Who acts at a kiosk: the device, with one right."""
    return replace(system(f"kiosk {screen.name}", ONESELF), channel="kiosk", client=str(screen.pk))


def _check_in(screen: Screen, form: KioskForm) -> Appointment:
    """Refused in one sentence for nobody, for two, and for who is here already; guessing gets slower and slower."""
    lane, subject = "kiosk", str(screen.pk)
    if not throttle.charge(lane, subject).allowed:
        raise Refused(refusals.ASK_THE_DESK)
    visit = queries.at_the_door(screen, form.cleaned_data["born_on"], form.cleaned_data["family"])
    if visit is None:
        raise Refused(refusals.ASK_THE_DESK)
    arrived = check_in_oneself(by=actor_of(screen), appointment=visit, at=screen.facility)
    # Only now: whoever may not check in yet could otherwise guess on and on, with their own name in between.
    throttle.forgive(lane, subject)
    return arrived


def _screen(secret: str) -> Screen:
    screen = of_secret(secret, codes.ScreenKind.KIOSK)
    if screen is None:
        raise Http404
    return screen


def _start(secret: str) -> str:
    return reverse("scheduling:kiosk", args=[secret])


def _answer(
    request: HttpRequest, screen: Screen, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    with timezone.override(screen.facility.zone):
        return render(request, template, {"screen": screen, **context}, status=status)
