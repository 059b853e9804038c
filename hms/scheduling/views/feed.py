"""The own calendar as an address for a calendar program: made, revoked, and read by its secret."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hms.accounts.actors import actor_for, roles_of
from hms.accounts.models import User
from hms.accounts.models.grants import holdings_of
from hms.core import clock
from hms.core.access import PUBLIC, access
from hms.core.actor import Actor
from hms.core.toasts import toast
from hms.scheduling import codes, entries, facts, ics
from hms.scheduling.actions import issue_feed, revoke_feed
from hms.scheduling.models import Appointment, AppointmentParticipant, CalendarFeed

# Past visits stay in the calendar for a month; those ahead for a year.
BACK, AHEAD = timedelta(days=30), timedelta(days=366)
ISSUE = "scheduling.issue_feed"
SHOWN = codes.LISTED | {codes.AppointmentStatus.CANCELLED}


@access(ISSUE)
def feeds(request: HttpRequest) -> HttpResponse:
    """Whether there is an address, a new one, or none any more. The secret is shown once, where it was made."""
    address = ""
    if request.method == "POST":
        if request.POST.get("do") == "revoke":
            revoke_feed(by=request.actor)
            toast(request, _("The calendar address does not work any more."))
            return redirect("scheduling:feeds")
        issued = issue_feed(by=request.actor)
        address = settings.BASE_URL + reverse("scheduling:feed", args=[issued.secret])
    standing = CalendarFeed.objects.live().filter(user=request.actor.id).first()
    return render(request, "scheduling/feeds.html", {"feed": standing, "address": address})


@require_GET
@access(PUBLIC)
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The visits of whoever the secret belongs to. It dies with its owner's access, and says nothing but 404."""
    found = CalendarFeed.objects.by_secret(secret).select_related("user").first()
    if found is None:
        raise Http404
    user = found.user
    actors = [one for one in _hats(user) if one.may(ISSUE)]
    if not actors:
        raise Http404
    with translation.override(user.language or settings.LANGUAGE_CODE):
        stream = ics.calendar(_entries(actors), name=_("HMS: my visits"))
    return HttpResponse(stream, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})


def _hats(user: User) -> list[Actor]:
    """The owner as they are now, in each of their roles: a duty that ended is not read by an old address."""
    holdings = holdings_of(user.pk, clock.now())
    return [actor_for(user, holdings, role=role, channel="feed") for role in roles_of(holdings)]


def _entries(actors: Iterable[Actor]) -> list[ics.Entry]:
    """One's own visits: as a patient in full, as a practitioner with initials."""
    now = clock.now()
    mine = AppointmentParticipant.objects.filter(start_at__gte=now - BACK, start_at__lt=now + AHEAD)
    visits = Appointment.objects.filter(status__in=SHOWN).exclude(cancellation_reason__in=codes.OWN_REASONS)
    found: list[ics.Entry] = []
    for by in actors:
        if facts.acts_as_patient(by):
            parts = _as_patient(mine.filter(patient__user=by.id))
            theirs = visits.visible_to(by).filter(pk__in=parts)
            found += [entries.for_patient(one, parts[one.pk]) for one in theirs.with_people()]
        else:
            theirs = visits.visible_to(by).filter(pk__in=mine.filter(practitioner__user=by.id).values("appointment"))
            found += map(entries.for_practitioner, theirs.with_people())
    return found


def _as_patient(rows: QuerySet[AppointmentParticipant]) -> dict[UUID, AppointmentParticipant]:
    """By visit. Who is only asked about a place in a group has none yet; one given up and taken again is there."""
    rows = rows.exclude(status=codes.ParticipationStatus.NEEDS_ACTION)
    given_up = rows.filter(status=codes.ParticipationStatus.DECLINED)
    return {row.appointment_id: row for row in [*given_up, *rows.exclude(pk__in=given_up.values("pk"))]}
