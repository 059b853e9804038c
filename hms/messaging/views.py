"""The bell, one's own notifications and preferences, and messages that did not arrive."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hms.accounts.models import User
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.toasts import toast
from hms.messaging import codes, rules
from hms.messaging.actions import (
    mark_read,
    resolve_delivery,
    retry_delivery,
    set_preference,
    set_quiet_hours,
)
from hms.messaging.forms import PreferencesForm, QuietHoursForm, ResolveForm
from hms.messaging.models import Delivery, Notification, Preference, QuietHours, unread_count


@access("messaging.read_notifications")
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell of the frame, or 204 while it shows the right number (`?seen=`) already."""
    count = unread_count(request.actor)
    if request.GET.get("seen") == str(count):
        return HttpResponse(status=204)
    return render(request, "frame/bell.html")


@access("messaging.read_notifications")
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """One's own notifications, newest first; `?new=1`: only those not read."""
    rows = Notification.objects.visible_to(request.actor)
    only_new = request.GET.get("new") == "1"
    unread = rows.unread().count()
    page = Paginator(rows.unread() if only_new else rows, 25).get_page(request.GET.get("page"))
    context = {"page": page, "only_new": only_new, "unread": unread}
    return render(request, "messaging/notifications.html", context)


@access("messaging.read_notifications")
@require_POST
def open_notification(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Mark as read and go to what it is about."""
    one = get_object_or_404(Notification.objects.visible_to(request.actor), pk=id)
    mark_read(by=request.actor, notifications=[one])
    # Links are written by jobs of ours; checked all the same, because a redirect takes people along.
    if one.link and url_has_allowed_host_and_scheme(one.link, allowed_hosts=None):
        return redirect(one.link)
    return redirect("messaging:notifications")


@access("messaging.read_notifications")
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    mark_read(by=request.actor)
    return redirect("messaging:notifications")


@access("messaging.set_preferences")
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """What one is told by which channel, and when not."""
    user = get_object_or_404(User, pk=request.actor.id)
    out = set(Preference.objects.filter(user=user, wanted=False).values_list("channel", "kind"))
    wanted = {
        (channel, kind) for channel in codes.Channel for kind in codes.NoticeKind if rules.wanted(channel, kind, out)
    }
    hours = QuietHours.objects.filter(user=user).first()
    form = PreferencesForm(request.POST or None, wanted=wanted)
    quiet = QuietHoursForm(
        request.POST or None,
        initial={"start": hours.start, "end": hours.end, "time_zone": hours.time_zone}
        if hours
        else {"time_zone": "UTC"},
    )
    if request.method == "POST" and form.is_valid() and quiet.is_valid():
        with quiet.attempt():
            for channel, kind, yes in form.changes():
                set_preference(by=request.actor, user=user, channel=channel, kind=kind, wanted=yes)
            if quiet.has_changed():
                set_quiet_hours(by=request.actor, user=user, **quiet.cleaned_data)
            toast(request, _("Saved."))
            return redirect("messaging:preferences")
    context = {"form": form, "quiet": quiet, "channels": [channel.label for channel in codes.Channel]}
    return render(request, "messaging/preferences.html", context, status=max(form.status, quiet.status))


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that did not arrive, as the worklist shows it."""

    delivery: Delivery
    address: str


@access("messaging.handle_undelivered")
@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    """Messages that could not be delivered and that nobody has seen to yet, oldest first."""
    rows = Delivery.objects.visible_to(request.actor).undelivered().select_related("patient", "user", "facility")
    page = Paginator(rows.order_by("created_at"), 25).get_page(request.GET.get("page"))
    # Decrypted one by one and shown in part: a worklist needs to recognise an address, not to publish it.
    listed = [Undelivered(row, rules.masked(row.channel, row.recipient)) for row in page]
    return render(request, "messaging/undelivered.html", {"page": page, "listed": listed, "form": ResolveForm()})


@access("messaging.handle_undelivered")
@require_POST
def retry(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(Delivery.objects.visible_to(request.actor), pk=id)
    retry_delivery(by=request.actor, delivery=row, version=guard_of(request).version)
    toast(request, _("It is sent once more."))
    return redirect("messaging:undelivered")


@access("messaging.handle_undelivered")
@require_POST
def resolve(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(Delivery.objects.visible_to(request.actor), pk=id)
    resolution = request.POST.get("resolution", "")
    resolve_delivery(by=request.actor, delivery=row, resolution=resolution, version=guard_of(request).version)
    toast(request, _("Noted."))
    return redirect("messaging:undelivered")
