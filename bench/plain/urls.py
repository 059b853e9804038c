"""One view: a signed-in person inserts the rows of a booking through the ORM."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.plain import rows


def book(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    told = {name: request.POST[name] for name in ("patient", "practitioner", "location")}
    told |= {name: request.POST[name] for name in ("facility", "department", "service")}
    told["start"] = datetime.fromisoformat(request.POST["start"])
    with transaction.atomic():
        for row in rows.of_booking(told, request.user.pk):
            row.save(force_insert=True)
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [path("book/", book)]
