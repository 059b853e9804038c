"""What a practitioner wishes of the sessions of a month."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.frame import Choice
from hms.core.toasts import toast
from hms.organization.models import Practitioner
from hms.scheduling.actions import enter_rota_wishes
from hms.scheduling.actions.rota import month_after
from hms.scheduling.models import RotaPlan, RotaWishes
from hms.scheduling.rota.telling import month_text
from hms.scheduling.rota_forms import WishesForm, months_from
from hms.scheduling.rules.rota.problem import Slot


@require_http_methods(["GET", "POST"])
@access("scheduling.enter_rota_wishes")
def wishes(request: HttpRequest) -> HttpResponse:
    """`?month=2026-12-01`, else the next one. Somebody whose login is no practitioner's is told so."""
    practitioner = Practitioner.objects.active().filter(user=request.actor.id).first()
    if practitioner is None:
        return render(request, "scheduling/rota_wishes.html", {"practitioner": None})
    today = clock.now().date()
    months = months_from(today)
    first = _month(request, months, month_after(today))
    until = month_after(first)
    saved = RotaWishes.objects.visible_to(request.actor).filter(practitioner=practitioner, first_on=first).first()
    known = {Slot(one.on, one.part): one.kind for one in saved.of_days.all()} if saved is not None else {}
    days = [date.fromordinal(n) for n in range(first.toordinal(), until.toordinal())]
    form = WishesForm(request.POST or None, days=days, known=known)
    here = f"{reverse('scheduling:rota_wishes')}?month={first.isoformat()}"
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            enter_rota_wishes(
                by=request.actor,
                practitioner=practitioner,
                month=first,
                wishes=form.wishes(),
                version=guard_of(request).version if saved is not None else None,
            )
            toast(request, _("Your wishes are kept. Whoever plans the month sees them."))
            return redirect(here)
    published = RotaPlan.objects.published().filter(
        first_on=first, members__practitioner_role__practitioner=practitioner
    )
    context = {
        "practitioner": practitioner,
        "form": form,
        "saved": saved,
        "here": here,
        "month": month_text(first),
        "months": [
            Choice(words, f"{reverse('scheduling:rota_wishes')}?month={day}", day == first.isoformat())
            for day, words in months
        ],
        "published": published.exists(),
    }
    return render(request, "scheduling/rota_wishes.html", context, status=form.status)


def _month(request: HttpRequest, months: list[tuple[str, str]], otherwise: date) -> date:
    asked = request.GET.get("month", "")
    return date.fromisoformat(asked) if asked in {day for day, _words in months} else otherwise
