"""What changed in a record, who changed it and when: from history, changes made past the application included."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hms.core import history
from hms.core.access import access
from hms.core.crypto import Unreadable
from hms.core.values import day_text, moment_text, mrn_text, partial_date_text
from hms.patients.models import (
    Address,
    ContactPoint,
    Coverage,
    Flag,
    Patient,
    PatientIdentifier,
    PatientName,
    PrivacySettings,
    RelatedPerson,
)
from hms.patients.views.places import detailed_for, patient_of

# Clinical facts have their own pages with their own access; here stands what the front desk keeps.
_SHOWN: tuple[type[Any], ...] = (
    PatientName,
    ContactPoint,
    Address,
    PatientIdentifier,
    Coverage,
    RelatedPerson,
    PrivacySettings,
    Flag,
)
# Made from other columns, or without meaning to a reader.
_SILENT_COLUMNS = """
label native_label sort_name birth_low birth_high value_index subscriber_index postal_area ends_at_majority system
code_version registered_at user_id related_patient_id registered_in_id recorded_by_id patient_id merged_into_id
"""
_SILENT = frozenset(_SILENT_COLUMNS.split())
PER_PAGE = 25


@dataclass(slots=True)
class Line:
    """One field, before and after."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Change:
    """What one deed did to one row."""

    what: str
    change: str
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Deed:
    """Everything changed at once by one person; `who` is empty for a change made past the application."""

    at: dt.datetime
    who: str
    role: str
    verb: str
    changes: list[Change] = field(default_factory=list)


@access("patients.view_history")
@require_safe
def changes(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Newest first."""
    patient = patient_of(request, detailed_for(request.actor), id, "patients:changes")
    page = Paginator(deeds_of(patient), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "patients/changes.html", {"patient": patient, "page": page})


def deeds_of(patient: Patient) -> list[Deed]:
    """The record's changes by deed, newest first."""
    versions: list[tuple[history.Version[Any], history.Version[Any] | None]] = []
    for model in (Patient, *_SHOWN):
        key = "" if model is Patient else "patient"
        rows = sorted(history.versions(model, patient.pk, key), key=lambda one: (str(one.row.pk), one.row.version))
        for _pk, states in groupby(rows, key=lambda one: one.row.pk):
            before = None
            for state in states:
                versions.append((state, before))
                before = state
    versions.sort(key=lambda pair: pair[0].at, reverse=True)
    found: dict[Any, Deed] = {}
    for state, before in versions:
        change = _change(state, before)
        if change is None:
            continue
        # Rows changed past the application have no deed; those of one statement share their moment.
        deed = found.setdefault(
            state.deed or state.at, Deed(state.at, state.actor_label or "", state.actor_role, state.verb)
        )
        deed.changes.append(change)
    return list(found.values())


def _change(state: history.Version[Any], before: history.Version[Any] | None) -> Change | None:
    older = before.row if before and state.change != "+" else None
    if state.change == "-":
        lines = [Line(label, text, "") for label, text, _same in _texts(state.row, None)]
    else:
        lines = [Line(label, was, text) for label, text, was in _texts(state.row, older) if text != was]
    if not lines and state.change == "~":
        return None
    return Change(str(state.row._meta.verbose_name), state.change, lines)


def _texts(row: models.Model, older: models.Model | None) -> Iterator[tuple[str, str, str]]:
    """(label, text, text before) of each field that means something to a reader."""
    for one in row._meta.concrete_fields:
        if one.primary_key or one.attname in _SILENT or one.name == "version":
            continue
        text = _text(row, one)
        was = _text(older, one) if older is not None else ""
        if text or was:
            yield str(one.verbose_name), text, was


def _text(row: models.Model, one: Any) -> str:
    try:
        value = getattr(row, one.attname)
    except Unreadable:
        return _("can’t be read")
    if value is None or value == "" or value is False:
        return ""
    if value is True:
        return _("yes")
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    if one.name == "mrn":
        return mrn_text(value)
    if one.name.endswith("_date_text"):
        return partial_date_text(value)
    if isinstance(value, dt.datetime):
        return moment_text(value)
    if isinstance(value, dt.date):
        return day_text(value)
    return str(value)
