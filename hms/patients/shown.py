"""How patients stand in a list: name, birth date, number, and what must not be mixed up or shown.

A confidential record keeps its place in a list and loses its name there, for whoever does not treat the person.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from hms.core.actor import Actor
from hms.patients.models import Patient


@dataclass(frozen=True, slots=True)
class Shown:
    """A patient in a list."""

    patient: Patient
    masked: bool = False
    name_alert: bool = False

    @property
    def id(self) -> uuid.UUID:
        return self.patient.pk

    @property
    def label(self) -> str:
        return _("Confidential record") if self.masked else self.patient.label

    @property
    def native_label(self) -> str:
        return "" if self.masked else self.patient.native_label


def shown_to(by: Actor, patients: Sequence[Patient]) -> list[Shown]:
    """The patients as this actor's list shows them, in their order. Three queries at most."""
    hidden = masked_for(by, patients)
    alike = with_name_alert(patients)
    return [Shown(one, masked=one.pk in hidden, name_alert=one.pk in alike) for one in patients]


def masked_for(by: Actor, patients: Iterable[Patient]) -> set[uuid.UUID]:
    """Those whose names this actor's lists do not show."""
    closed = {one.pk for one in patients if one.restricted}
    if not closed:
        return set()
    return closed - set(Patient.objects.visible_to(by).filter(pk__in=closed).values_list("pk", flat=True))


def with_name_alert(patients: Sequence[Patient]) -> set[uuid.UUID]:
    """Those who share their whole name with another patient, or family name and birth date: namesakes and twins.

    Wristbands and lists say so (NPSA, Safer Practice Notice 11, 2005). Two queries.
    """
    names = {one.sort_name for one in patients if one.sort_name}
    if not names:
        return set()
    standing = Patient.objects.standing()
    shared = set(
        standing.filter(sort_name__in=names)
        .values("sort_name")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
        .values_list("sort_name", flat=True)
    )
    days = {one.birth_low for one in patients if one.birth_low and one.birth_low == one.birth_high}
    born = list(standing.filter(birth_low__in=days).values_list("pk", "sort_name", "birth_date_text"))
    return {
        one.pk
        for one in patients
        if one.sort_name in shared
        or any(
            pk != one.pk and text == one.birth_date_text and _family(name) == _family(one.sort_name)
            for pk, name, text in born
        )
    }


def _family(sort_name: str) -> str:
    """Its first word: of a family name with a particle, only that; an alert too many does no harm."""
    return sort_name.partition(" ")[0]
