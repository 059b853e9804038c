"""Plans of sessions: the list, a plan by week with what is wrong with it, changing it, and publishing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hms.core import clock
from hms.core.access import access
from hms.core.forms import guard_of
from hms.core.frame import Choice
from hms.core.problems import Refused
from hms.core.records import missing
from hms.core.toasts import toast
from hms.organization.models import Department
from hms.scheduling import codes
from hms.scheduling.actions import (
    ask_for_rota,
    begin_rota,
    publish_rota,
    set_rota_entry,
    set_rota_terms,
    withdraw_rota,
)
from hms.scheduling.models import RotaPlan
from hms.scheduling.models.rota import PLAN
from hms.scheduling.rota import asking, grids, reading, telling
from hms.scheduling.rota.reading import GENERAL, Rota
from hms.scheduling.rota_forms import NOTHING, BeginRotaForm, CellForm, TermsForm, usual_half_days
from hms.scheduling.rules.rota import checking
from hms.scheduling.rules.rota.checking import Report, check
from hms.scheduling.rules.rota.problem import PARTS, Slot
from hms.scheduling.views.appointment import MENDABLE
from hms.scheduling.views.places import CHOSEN, facility_and_choices, facility_where

# Of what could be better, so much is said at once: the rest follows when that is mended.
_TOLD = 12


@require_GET
@access(PLAN)
def rotas(request: HttpRequest) -> HttpResponse:
    """The plans of a facility, the latest month first; those taken out are history and not listed."""
    facility, choices = facility_and_choices(request, PLAN)
    plans = RotaPlan.objects.visible_to(request.actor).filter(facility=facility)
    plans = plans.exclude(status=codes.RotaStatus.WITHDRAWN).select_related("department")
    context = {
        "facility": facility,
        "facilities": choices,
        "plans": [
            (plan, telling.month_text(plan.first_on)) for plan in plans.order_by("-first_on", "department__name")
        ],
    }
    return render(request, "scheduling/rotas.html", context)


@require_http_methods(["GET", "POST"])
@access(PLAN)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a plan: it starts as the timetables are."""
    facility = facility_where(request, PLAN)
    departments = Department.objects.active().filter(facility=facility, healthcare_services__active=True).distinct()
    last = RotaPlan.objects.visible_to(request.actor).filter(facility=facility).order_by("-pk").first()
    form = BeginRotaForm(
        request.POST or None,
        departments=departments,
        today=clock.today(facility.time_zone),
        initial=usual_half_days(last),
    )
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            made = begin_rota(by=request.actor, idempotency_key=guard_of(request).idempotency_key, **form.told())
            toast(request, _("The plan is begun, as the timetables are now."))
            return redirect("scheduling:rota", made.pk)
    context = {"form": form, "facility": facility}
    return render(request, "scheduling/rota_new.html", context, status=form.status)


@require_GET
@access(PLAN)
def rota(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """`?week=` a Monday, `?by=rooms`. Fragment `#outcome`: whether a proposal has come; then the page is read anew."""
    return _page(request, _visible(request, plan_id))


@require_http_methods(["GET", "POST"])
@access(PLAN)
def cell(request: HttpRequest, plan_id: UUID, member_id: UUID, slot: str) -> HttpResponse:
    """Half a day of somebody; `slot` is "2026-12-08-morning". After a change the plan says what is wrong with it."""
    plan = _visible(request, plan_id)
    found, when = reading.read(plan), _slot(plan, slot)
    member = found.members.get(str(member_id))
    if member is None:
        raise missing()
    entry = found.entries.get((str(member.pk), when))
    work = (str(entry.service_id) if entry.service_id else GENERAL) if entry is not None else NOTHING
    initial = {
        "work": work,
        "location": str(entry.location_id or "") if entry is not None else _room(found, member, when),
    }
    form = CellForm(request.POST or None, rota=found, slot=when, initial=initial)
    back = f"{_address(plan, when.day)}#cell-{member.pk}-{when.day.isoformat()}-{when.part}"
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            set_rota_entry(
                by=request.actor,
                plan=plan,
                member=member,
                on=when.day,
                part=when.part,
                version=guard_of(request).version,
                **form.told(),
            )
            return redirect(back)
    doctor = next(one for one in found.problem.doctors if one.key == str(member.pk))
    known = [
        words
        for words, true in (
            (_("Away then."), when in doctor.away),
            (_("Has other hours then."), when in doctor.elsewhere),
            (_("The house is closed: %(why)s") % {"why": found.closed.get(when.day, "")}, when.day in found.closed),
        )
        if true
    ]
    if count := doctor.booked.get(when, 0):
        words = ngettext("%(count)d visit is booked then.", "%(count)d visits are booked then.", count)
        known.append(words % {"count": count})
    if wish := doctor.wishes.get(when):
        known.append(_("Their wish: %(wish)s") % {"wish": codes.RotaWishKind(wish).label})
    context = {
        "plan": plan,
        "form": form,
        "who": member.practitioner_role.practitioner,
        "when": telling.when_text(when.day, when.part),
        "known": known,
        "back": back,
    }
    return render(request, "scheduling/rota_cell.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@access(PLAN)
def terms(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """What the plan goes by: limits of people, sessions wanted."""
    plan = _visible(request, plan_id)
    form = TermsForm(request.POST or None, rota=reading.read(plan))
    if request.method == "POST" and form.is_valid():
        with form.attempt():
            set_rota_terms(by=request.actor, plan=plan, version=guard_of(request).version, **form.told())
            toast(request, _("The plan goes by these numbers now."))
            return redirect("scheduling:rota", plan.pk)
    context = {"plan": plan, "form": form, "month": telling.month_text(plan.first_on)}
    return render(request, "scheduling/rota_terms.html", context, status=form.status)


@require_POST
@access(PLAN)
def ask(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Have a proposal looked for."""
    plan = _visible(request, plan_id)
    try:
        ask_for_rota(by=request.actor, plan=plan, version=guard_of(request).version)
    except Refused as refusal:
        if refusal.status not in MENDABLE:
            raise
        toast(request, str(refusal.problems[0].text), level=40)
    return redirect("scheduling:rota", plan.pk)


@require_http_methods(["GET", "POST"])
@access(PLAN)
def publish(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Says what will happen, and asks once. POST makes the plan the timetable."""
    plan = _visible(request, plan_id)
    if request.method == "POST":
        try:
            publish_rota(by=request.actor, plan=plan, version=guard_of(request).version)
        except Refused as refusal:
            if refusal.status not in MENDABLE:
                raise
            return _page(request, plan, refused=refusal)
        toast(request, _("The plan is published. Visits without a session are in the list “To move”."))
        return redirect("scheduling:rota", plan.pk)
    found = reading.read(plan)
    report = check(found.problem, found.as_entries)
    older = RotaPlan.objects.published().filter(department=plan.department, first_on=plan.first_on).first()
    lost = sum(one.count for one in _lost(report))
    context = {
        "plan": plan,
        "month": telling.month_text(plan.first_on),
        "first": plan.starts_on(clock.today(plan.facility.time_zone)),
        "sessions": len(found.as_entries),
        "lost": lost,
        "replaces": older is not None,
    }
    return render(request, "scheduling/rota_publish.html", context)


@require_http_methods(["GET", "POST"])
@access(PLAN)
def withdraw(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Asks once. POST discards a draft, or takes a published plan out of the timetables."""
    plan = _visible(request, plan_id)
    if request.method == "POST":
        try:
            withdraw_rota(by=request.actor, plan=plan, version=guard_of(request).version)
        except Refused as refusal:
            if refusal.status not in MENDABLE:
                raise
            return _page(request, plan, refused=refusal)
        toast(request, _("The plan is taken out. The timetables are as they were before it."))
        return redirect(f"{reverse('scheduling:rotas')}?{CHOSEN}={plan.facility_id}")
    return render(request, "scheduling/rota_withdraw.html", {"plan": plan, "month": telling.month_text(plan.first_on)})


def _page(request: HttpRequest, plan: RotaPlan, *, refused: Refused | None = None) -> HttpResponse:
    if refused is None and request.headers.get("HX-Request"):
        answer = render(request, "scheduling/rota.html#outcome", {"plan": plan})
        if not plan.is_being_proposed:
            answer.headers["HX-Refresh"] = "true"
        return answer
    found = reading.read(plan)
    report = check(found.problem, found.as_entries)
    mondays = grids.weeks_of(plan.first_on, plan.until_on)
    monday, by_rooms = _week(request, mondays), request.GET.get("by") == "rooms" and bool(found.problem.rooms)
    days = grids.days_of(found, monday)
    told = [one for name in telling.TOLD for one in report.flaws_of(name)]
    context: dict[str, Any] = {
        "plan": plan,
        "month": telling.month_text(plan.first_on),
        "refused": refused.problems if refused is not None else (),
        "weeks": [Choice(_week_words(one, plan), _address(plan, one, by_rooms), one == monday) for one in mondays],
        "views": [
            Choice(_("People"), _address(plan, monday), not by_rooms, "people"),
            Choice(_("Rooms"), _address(plan, monday, True), by_rooms, "door-closed"),
        ]
        if found.problem.rooms
        else [],
        "days": [telling.day_words(one) for one in days],
        "closed": found.closed,
        "rows": grids.rooms(found, report, days) if by_rooms else grids.people(found, report, days),
        "by_rooms": by_rooms,
        "breaches": [telling.breach_text(found, one) for one in report.breaches],
        "publishable": not [one for one in report.breaches if one.rule not in (checking.BOOKED, checking.KEPT)],
        "better": [telling.flaw_text(found, one) for one in told[:_TOLD]],
        "more": max(0, len(told) - _TOLD),
        "unmet": sum(one.count for one in report.flaws_of(checking.UNMET)),
        "wishes": len(report.flaws_of(checking.RATHER, checking.PREFERRED)),
        "lost": sum(one.count for one in _lost(report)),
        "points": report.cost,
        "costs": telling.costs(report),
        "solver": asking.available(),
        "reasons": _reasons(found),
        "over": not found.problem.days,
    }
    status = refused.status if refused is not None else 200
    with timezone.override(plan.facility.zone):
        return render(request, "scheduling/rota.html", context, status=status)


def _lost(report: Report) -> list[Any]:
    """Booked visits without a session, whether that is a rule or a cost."""
    return [*(one for one in report.breaches if one.rule == checking.BOOKED), *report.flaws_of(checking.LOST)]


def _reasons(found: Rota) -> list[str]:
    if found.plan.outcome != codes.RotaOutcome.INFEASIBLE:
        return []
    return [telling.reason_text(found, one) for one in found.plan.conflicts.order_by("on", "part", "pk")]


def _room(found: Rota, member: Any, slot: Slot) -> str:
    """The room somebody is in on the other half of the day, or usually; for a session that is put in by hand."""
    other = next((part for part in PARTS if part != slot.part), slot.part)
    entry = found.entries.get((str(member.pk), Slot(slot.day, other)))
    if entry is not None and entry.location_id:
        return str(entry.location_id)
    doctor = next(one for one in found.problem.doctors if one.key == str(member.pk))
    return doctor.usual[slot].room if slot in doctor.usual else ""


def _visible(request: HttpRequest, id: UUID) -> RotaPlan:
    """The plan, or 404."""
    rows = RotaPlan.objects.visible_to(request.actor).select_related("facility", "department__facility")
    plan = rows.filter(pk=id).first()
    if plan is None:
        raise missing()
    return plan


def _slot(plan: RotaPlan, text: str) -> Slot:
    """The half-day that an address names, or 404."""
    day_text, _dash, part = text.rpartition("-")
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        raise missing() from None
    if part not in PARTS or not plan.first_on <= day < plan.until_on:
        raise missing()
    return Slot(day, part)


def _week(request: HttpRequest, mondays: list[date]) -> date:
    """The week that the address names, or the first."""
    asked = request.GET.get("week", "")
    return next((one for one in mondays if one.isoformat() == asked), mondays[0])


def _address(plan: RotaPlan, day: date, by_rooms: bool = False) -> str:
    monday = date.fromordinal(day.toordinal() - day.weekday())
    return f"{reverse('scheduling:rota', args=[plan.pk])}?week={monday.isoformat()}{'&by=rooms' if by_rooms else ''}"


def _week_words(monday: date, plan: RotaPlan) -> str:
    """ "7–13": the days of a week that lie in the month."""
    last = min(monday.toordinal() + 6, plan.until_on.toordinal() - 1)
    return f"{max(monday, plan.first_on).day}–{date.fromordinal(last).day}"
