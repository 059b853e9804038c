"""The list that opens under a diagnosis field while somebody types everyday words.

A fragment, asked for by htmx and by a page whose search button was pressed without JavaScript.
It shows no patient, so it writes no line in the trail.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hms.core.access import access
from hms.terminology.codes import ICD10CM
from hms.terminology.search import Found, search

# Shorter texts match half the classification.
SHORTEST = 2
LONGEST = 120


def diagnoses_for(text: str, limit: int = 10) -> list[Found]:
    """What a clinician may choose from: complete codes only, so that no claim is refused for a missing digit."""
    text = text[:LONGEST]
    return search(text, system=ICD10CM, leaf_only=True, limit=limit) if len(text.strip()) >= SHORTEST else []


@access("terminology.search")
def diagnoses(request: HttpRequest) -> HttpResponse:
    """Options for what was typed in `q`."""
    text = request.GET.get("q", "")
    context = {"found": diagnoses_for(text), "typed": text.strip(), "shortest": SHORTEST}
    return render(request, "terminology/diagnoses.html#options", context)
