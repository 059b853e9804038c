"""The way in: everybody to the home of their first duty."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hms.core.access import SIGNED_IN, access
from hms.workspace.places import home_of


@access(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Send the person to their duty's home; somebody without a duty is told whom to ask."""
    address = home_of(request.actor.duties)  # type: ignore[attr-defined]
    return redirect(address) if address else render(request, "workspace/no_duty.html", status=200)


@access(SIGNED_IN)
def help_page(request: HttpRequest) -> HttpResponse:
    """How to find one's way: search, keys, whom to ask."""
    return render(request, "workspace/help.html")
