"""One search over people, places and pages: a page of its own, and the command palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from hms.core import trail
from hms.core.access import SIGNED_IN, access
from hms.core.values import mrn_text
from hms.patients.search import kinds_asked, search_patients
from hms.patients.shown import shown_to
from hms.workspace.places import places_of

_PEOPLE, _SHORTEST = 6, 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the palette."""

    label: Any
    url: str
    icon: str = "arrow-right-short"
    detail: str = ""


# What may be done from anywhere: words, icon, address, permission.
_DEEDS = (
    (gettext_lazy("Register a patient"), "person-plus", "patients:register", "patients.register_patient"),
    (
        gettext_lazy("Emergency arrival without a name"),
        "person-fill-exclamation",
        "patients:emergency",
        "patients.register_patient",
    ),
    (gettext_lazy("Book a visit"), "calendar-plus", "scheduling:whom", "scheduling.book_appointment"),
    (gettext_lazy("Invite somebody"), "envelope", "accounts:invitations", "accounts.invite_user"),
    (gettext_lazy("Add a person"), "person-badge", "accounts:new_person", "accounts.create_user"),
    (gettext_lazy("My sessions"), "laptop", "accounts:sessions", ""),
    (gettext_lazy("My profile"), "person", "accounts:profile", ""),
    (gettext_lazy("Help"), "question-circle", "workspace:help", ""),
)


@require_http_methods(["GET", "POST"])
@access(SIGNED_IN)
def palette(request: HttpRequest) -> HttpResponse:
    """The palette's results, in groups. What is typed is posted: a name belongs in no address."""
    return render(request, "ui/palette_results.html", {"groups": _groups(request), "query": request.POST.get("q", "")})


@require_http_methods(["GET", "POST"])
@access(SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """The same search as a page, for whoever has no JavaScript or likes an address."""
    return render(
        request, "workspace/search.html", {"groups": _groups(request), "query": request.POST.get("q", "").strip()}
    )


def _groups(request: HttpRequest) -> list[tuple[str, list[Hit]]]:
    by = request.actor  # type: ignore[attr-defined]
    text = request.POST.get("q", "").strip()
    groups = [
        (_("People"), _people(request, text)),
        (
            pgettext("palette", "Places"),
            [
                Hit(place.label, reverse(place.address), place.icon)
                for place in places_of(by.duties)
                if _fits(place.label, text)
            ],
        ),
        (
            _("Do"),
            [
                Hit(words, reverse(address), icon)
                for words, icon, address, need in _DEEDS
                if (not need or by.may(need)) and _fits(words, text)
            ],
        ),
    ]
    return [(title, hits) for title, hits in groups if hits]


def _people(request: HttpRequest, text: str) -> list[Hit]:
    by = request.actor  # type: ignore[attr-defined]
    if len(text) < _SHORTEST or not by.may("patients.search"):
        return []
    found = search_patients(by, text, _PEOPLE)
    trail.observe(by, "patients.searched", detail={"by": kinds_asked(text), "found": len(found)})
    address = "workspace:chart" if by.may("patients.read_chart") else "patients:identity"
    return [
        Hit(
            one.label,
            reverse(address, args=[one.id]),
            "person",
            "" if one.masked else f"{one.patient.birth_date_shown} · {mrn_text(one.patient.mrn)}",
        )
        for one in shown_to(by, [one.patient for one in found])
    ]


def _fits(words: Any, text: str) -> bool:
    return not text or text.casefold() in str(words).casefold()
