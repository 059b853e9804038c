"""The search page: one box, results while typing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hms.core import trail
from hms.core.access import access
from hms.patients.search import kinds_asked, search_patients
from hms.patients.shown import shown_to

SHOWN = 10


@access("patients.search")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What is typed is posted, so that no name stands in an address or a browser's history; `?q=` works too.

    Fragment `#found` for htmx. A whole record number, as a scanner types it, opens the record at once.
    """
    text = request.POST.get("q") or request.GET.get("q", "")
    found = search_patients(request.actor, text, SHOWN) if text.strip() else []
    if text.strip():
        trail.observe(request.actor, "patients.searched", detail={"by": kinds_asked(text), "found": len(found)})
    live = bool(request.headers.get("HX-Request"))
    if not live and len(found) == 1 and found[0].is_exact:
        return redirect("patients:identity", found[0].patient.pk)
    context = {
        "q": text,
        "asked": bool(text.strip()),
        "found": shown_to(request.actor, [one.patient for one in found]),
        "may_register": request.actor.may("patients.register_patient"),
    }
    return render(request, "patients/search.html#found" if live else "patients/search.html", context)
