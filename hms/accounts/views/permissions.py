"""The table of permissions, as code has it, for people to read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hms.accounts.forms.people import PermissionsFilter
from hms.accounts.roles import rooms
from hms.core.access import access


@access("accounts.view_users")
def permissions(request: HttpRequest) -> HttpResponse:
    """Every permission with the duties that carry it, room by room; or those of one duty."""
    form = PermissionsFilter(request.GET or None)
    duty = form.cleaned_data["duty"] if form.is_bound and form.is_valid() else ""
    table = [(room, [line for line in lines if not duty or duty in line[1].duties]) for room, lines in rooms()]
    return render(request, "accounts/permissions.html", {"form": form, "rooms": [one for one in table if one[1]]})
