"""The way in: everybody to the home of their first duty."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hms.core.access import PUBLIC, SIGNED_IN, access, to_login
from hms.organization import setup
from hms.workspace.places import home_of


@access(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """Send the person to their duty's home; somebody without a duty is told whom to ask.

    Who is not signed in goes to the login page, and in a new installation to its first page.
    """
    if not request.actor.is_authenticated:  # type: ignore[attr-defined]
        return redirect("organization:first_run") if setup.is_pending() else to_login(request)
    address = home_of(request.actor.duties)  # type: ignore[attr-defined]
    return redirect(address) if address else render(request, "workspace/no_duty.html", status=200)


@access(SIGNED_IN)
def help_page(request: HttpRequest) -> HttpResponse:
    """How to find one's way: search, keys, whom to ask."""
    return render(request, "workspace/help.html")
