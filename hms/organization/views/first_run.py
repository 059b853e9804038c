"""The first page of a new installation."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hms.core.access import PUBLIC, access
from hms.core.problems import Problem
from hms.core.toasts import toast
from hms.organization import setup
from hms.organization.actions.first_run import owner, set_up
from hms.organization.forms import FirstRunForm


@sensitive_post_parameters("password", "password_again", "setup_code")
@access(PUBLIC)
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Facility, currency, zone, order of names, first administrator. Not there once anybody is."""
    if not setup.is_pending():
        raise Http404
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        if not setup.matches(clean["setup_code"]):
            form.add_problems(
                [Problem(code="invalid", field="setup_code", text=_("This is not the code the server printed."))]
            )
        else:
            # Hashing is slow on purpose and stays outside the transaction.
            hashed = make_password(clean["password"])
            with form.attempt():
                set_up(
                    by=owner(),
                    login_name=clean["login_email"],
                    email=clean["login_email"],
                    full_name=clean["full_name"],
                    password_hash=hashed,
                    **form.facility_fields,
                )
                toast(request, _("Your hospital is set up. Sign in to go on."))
                return redirect(resolve_url(settings.LOGIN_URL))
    return render(request, "organization/first_run.html", {"form": form}, status=form.status)
