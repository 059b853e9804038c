"""Taking over a shared workstation by PIN. Open to nobody's session: it stands on the locked screen too."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hms.accounts.forms.own import SwitchForm
from hms.accounts.switching import people_here, switch
from hms.core.access import PUBLIC, access
from hms.core.problems import Problem, Refused


@access(PUBLIC)
@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def switch_user(request: HttpRequest) -> HttpResponse:
    """Who worked on this computer within the shift; one of them and their PIN takes it over."""
    people = people_here(request)
    if not people:
        return redirect(settings.LOGIN_URL)
    chosen = _chosen(request.POST.get("person") or request.GET.get("person", ""), {person.id for person in people})
    form, status = SwitchForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if chosen is None:
            form.add_problems([Problem(code="required", text=_("Choose your name."))])
        elif form.is_valid():
            try:
                before = request.user.pk
                user = switch(request, chosen, form.cleaned_data["pin"])
            except Refused as refused:
                form.add_problems(refused.problems)
                status = refused.status
            else:
                # Only who comes back to their own work comes back to the same page.
                return HttpResponseRedirect(
                    _next(request) if before in (None, user.pk) else resolve_url(settings.LOGIN_REDIRECT_URL)
                )
    context = {
        "people": people,
        "chosen": chosen,
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "accounts/switch.html", context, status=status)


def _chosen(text: str, ids: set[uuid.UUID]) -> uuid.UUID | None:
    try:
        one = uuid.UUID(text)
    except ValueError:
        return None
    return one if one in ids else None


def _next(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    return address if url_has_allowed_host_and_scheme(address, None) else resolve_url(settings.LOGIN_REDIRECT_URL)
