"""Writing, reading and adding to a note."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hms.clinical import chart, codes
from hms.clinical.actions import add_addendum, mark_entered_in_error, write_and_sign_note, write_note
from hms.clinical.actions.notes import ADDENDUM_DRAFT, DRAFT_PAGE
from hms.clinical.forms import AddendumForm, ErrorForm, NoteForm
from hms.clinical.models import Encounter, Note
from hms.clinical.people import chart_of, practitioner_of, refuse_other_patient
from hms.core import clock, drafts, trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.toasts import toast

PER_PAGE = 50


@access("clinical.write_note")
def write(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The note of a visit, by itself; the visit's page shows the same editor beside chart and basket."""
    by = request.actor  # type: ignore[attr-defined]
    visit = chart.encounter(by, id)
    # What somebody types as half past eleven is half past eleven at the hospital.
    with timezone.override(visit.facility.zone):
        form = NoteForm(request.POST) if request.method == "POST" else None
        if form is None:
            trail.read(request, patient=visit.patient, page="clinical:note")
        elif form.is_valid():
            with form.attempt():
                return _save(request, visit, form)
        context = editor(by, visit, form) | {"patient": visit.patient}
        return render(request, "clinical/note_write.html", context, status=context["form"].status)


@access("clinical.read_notes")
def read(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One note with its addenda, and the form for another."""
    by = request.actor  # type: ignore[attr-defined]
    note = chart.note(by, id)
    trail.read(request, patient=note.patient, page="clinical:note")
    return render(request, "clinical/note.html", _reading(by, note))


@access("clinical.read_notes")
def notes(request: HttpRequest, patient: uuid.UUID) -> HttpResponse:
    """Every note of a chart, by pages; `q` keeps those that hold the words."""
    by = request.actor  # type: ignore[attr-defined]
    person = chart_of(by, patient)
    words = request.GET.get("q", "").strip()
    found = chart.find_words(by, person, words) if words else chart.notes(by, patient=person)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    trail.read(request, patient=person, page="clinical:notes")
    return render(request, "clinical/notes.html", {"patient": person, "notes": shown, "words": words})


@access("clinical.add_addendum")
def addendum(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Add to a signed note."""
    by = request.actor  # type: ignore[attr-defined]
    note = chart.note(by, id)
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            add_addendum(
                by=by,
                note=note,
                text=form.cleaned_data["text"],
                version=guard.version,
                idempotency_key=guard.idempotency_key,
            )
            toast(request, _("The addendum is signed."))
            return HttpResponseRedirect(reverse("clinical:note", args=[note.pk]))
    return render(request, "clinical/note.html", _reading(by, note, form), status=form.status)


@access("clinical.mark_entered_in_error")
def note_error(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Say that a note was never true."""
    by = request.actor  # type: ignore[attr-defined]
    note = chart.note(by, id)
    form = ErrorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guard = guard_of(request)
        with form.attempt():
            mark_entered_in_error(by=by, record=note, reason=form.cleaned_data["reason"], version=guard.version)
            toast(request, _("The note is marked as entered in error."))
            return HttpResponseRedirect(reverse("clinical:note", args=[note.pk]))
    context = {"patient": note.patient, "note": note, "form": form}
    return render(request, "clinical/note_error.html", context, status=form.status)


def editor(by: Actor, encounter: Encounter, form: NoteForm | None = None) -> dict[str, Any]:
    """What `clinical/note_editor.html` needs: the form, filled from the draft or the unsigned note, and its states."""
    unsigned = unsigned_note(by, encounter)
    kept, saved_at = drafts.kept(by, DRAFT_PAGE, encounter.pk)
    draft = kept if form is None else {}
    if form is None:
        form = NoteForm(initial=_initial(encounter, unsigned, draft))
    return {
        "encounter": encounter,
        "form": form,
        "note": unsigned,
        "draft_saved_at": saved_at,
        "restored": bool(draft),
    }


def unsigned_note(by: Actor, encounter: Encounter) -> Note | None:
    """The note this person has not signed yet in this visit."""
    author = practitioner_of(by)
    if author is None:
        return None
    return Note.objects.filter(encounter=encounter, author=author, status=codes.NoteStatus.PRELIMINARY).first()


def _initial(encounter: Encounter, unsigned: Note | None, draft: dict[str, Any]) -> dict[str, Any]:
    initial: dict[str, Any] = {"occurred_at": encounter.start_at or clock.now()}
    initial["reason"] = encounter.reason
    if unsigned is not None:
        initial["occurred_at"] = unsigned.occurred_at
        initial |= {section: getattr(unsigned, section) for section in codes.NoteSection.values}
    # What was typed last wins over what was saved last.
    initial |= {name: values[0] for name, values in draft.items() if name in codes.NoteSection.values and values}
    return initial


def _save(request: HttpRequest, visit: Encounter, form: NoteForm) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    guard = guard_of(request)
    refuse_other_patient(guard, visit.patient_id)
    told = {
        "encounter": visit,
        "sections": form.sections,
        "occurred_at": form.cleaned_data["occurred_at"],
        # A page that showed no unsigned note rests on none: one that was kept since is not overwritten.
        "version": guard.version if guard.record_id else 0,
        "idempotency_key": guard.idempotency_key,
    }
    if "sign" in request.POST:
        note = write_and_sign_note(by=by, **told)
        toast(request, _("The note is signed. It can't be changed any more; you can add to it."))
        return HttpResponseRedirect(reverse("clinical:note", args=[note.pk]))
    write_note(by=by, **told)
    drafts.discard(by, DRAFT_PAGE, visit.pk)
    toast(request, _("The note is saved, not signed."))
    return HttpResponseRedirect(reverse("clinical:write_note", args=[visit.pk]))


def _reading(by: Actor, note: Note, form: AddendumForm | None = None) -> dict[str, Any]:
    if form is None or not form.is_bound:
        kept = drafts.load(by, ADDENDUM_DRAFT, note.pk)
        form = AddendumForm(initial={"text": kept.get("text", [""])[0]} if kept else None)
    return {"patient": note.patient, "note": note, "form": form}
