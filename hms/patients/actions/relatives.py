"""People around the patient: contacts in an emergency, guardians, proxies, and those who must not have access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hms.core import clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Conflict, Problem, Refused
from hms.core.records import take
from hms.patients import codes
from hms.patients.models import Patient, RelatedPerson
from hms.patients.rules import relations


@dataclass(frozen=True, slots=True)
class NewRelative:
    """A person around the patient, as they are told: by name, by login, or as a patient themselves."""

    name: str = ""
    relationship: str = ""
    phone: str = ""
    email: str = ""
    rank: int = 1
    user: Any = None
    related_patient: Patient | None = None
    document: str = ""
    note: str = ""


@action("patients.manage_relative")
def add_contact_person(
    *, by: Actor, patient: Patient, told: NewRelative, kind: str = codes.RelatedKind.EMERGENCY_CONTACT
) -> RelatedPerson:
    """Record whom to call, or who the next of kin is. They see nothing by it. Refused without a name."""
    if kind not in (codes.RelatedKind.EMERGENCY_CONTACT, codes.RelatedKind.NEXT_OF_KIN):
        raise Refused(Problem(code="invalid", field="kind", text=_("Choose emergency contact or next of kin.")))
    patient = take(Patient.objects.editable_by(by), patient.pk)
    relative = _save(patient, told, kind)
    trail.record("relative.added", subject=relative, patient=patient, detail={"kind": kind})
    return relative


@action("patients.manage_proxy")
def add_guardian(
    *,
    by: Actor,
    patient: Patient,
    told: NewRelative,
    scopes: Collection[str],
    facility: Any,
    end_at: dt.datetime | None = None,
) -> RelatedPerson:
    """Let a parent or guardian act for a child, until the child comes of age at the latest.

    Refused without a document that was seen, for a patient who is of age, without a scope, and for somebody
    who is blocked.
    """
    from hms.organization.policies import policy

    patient = take(Patient.objects.administered_by(by).standing(), patient.pk)
    age, now = policy("patients.majority_age", facility), clock.now()
    minor = relations.may_be_minor(patient.birth_date, clock.today(facility.time_zone), age)
    _refuse(
        relations.proxy_problems(
            kind="guardian", scopes=scopes, start=now, end=end_at, minor=minor, document=told.document
        )
    )
    assert patient.birth_date is not None, "only somebody with a birth date can be a minor"
    majority = clock.day_bounds(relations.majority_day(patient.birth_date, age), facility.time_zone)[0]
    own_end = end_at is not None and end_at < majority
    guardian = _save(
        patient,
        told,
        codes.RelatedKind.GUARDIAN,
        start_at=now,
        end_at=end_at if own_end else majority,
        ends_at_majority=not own_end,
        **_scopes(scopes),
    )
    _not_blocked(patient, guardian)
    trail.record("guardian.added", subject=guardian, patient=patient, detail={"scopes": sorted(scopes)})
    return guardian


@action("patients.manage_proxy")
def add_proxy(
    *, by: Actor, patient: Patient, told: NewRelative, scopes: Collection[str], end_at: dt.datetime
) -> RelatedPerson:
    """Let somebody whom the patient chose act for them, for a year at most. Refused for somebody who is blocked."""
    patient = take(Patient.objects.administered_by(by).standing(), patient.pk)
    now = clock.now()
    _refuse(
        relations.proxy_problems(
            kind="proxy", scopes=scopes, start=now, end=end_at, minor=False, document=told.document
        )
    )
    proxy = _save(patient, told, codes.RelatedKind.PROXY, start_at=now, end_at=end_at, **_scopes(scopes))
    _not_blocked(patient, proxy)
    trail.record("proxy.added", subject=proxy, patient=patient, detail={"scopes": sorted(scopes)})
    return proxy


@action("patients.manage_proxy")
def block_person(*, by: Actor, patient: Patient, told: NewRelative) -> RelatedPerson:
    """Refuse somebody all access to this record, whatever family or duty would give: a custody order, a threat."""
    patient = take(Patient.objects.administered_by(by).standing(), patient.pk)
    if told.user is None and told.related_patient is None:
        raise Refused(
            Problem(
                code="required", field="person", text=_("Choose the login or the record of the person to be blocked.")
            )
        )
    blocked = _save(patient, told, codes.RelatedKind.BLOCKED, start_at=clock.now())
    trail.record("person.blocked", subject=blocked, patient=patient)
    return blocked


@action("patients.revoke_proxy")
def revoke_proxy(*, by: Actor, relative: RelatedPerson) -> RelatedPerson:
    """End a guardian's or proxy's access now: by the front desk, or by the patient in the portal.

    A guardian is not revoked by the child; a proxy is by the patient, at once and without a reason. Who is blocked
    has no access to be ended: to everybody else the row is not there.
    """
    allowed = RelatedPerson.objects.filter(
        status=codes.RelatedStatus.ACTIVE, kind__in=[codes.RelatedKind.GUARDIAN, codes.RelatedKind.PROXY]
    )
    if by.role == "patient":
        allowed = allowed.filter(kind=codes.RelatedKind.PROXY, patient__user_id=by.id)
    else:
        allowed = allowed.filter(patient__in=Patient.objects.administered_by(by))
    relative = take(allowed, relative.pk)
    now = clock.now()
    relative.status, relative.end_at = codes.RelatedStatus.ENDED, max(now, relative.start_at or now)
    relative.save()
    trail.record("proxy.revoked", subject=relative, patient=relative.patient_id)
    return relative


@action("patients.link_portal_user")
def link_portal_user(*, by: Actor, patient: Patient, user: Any) -> Patient:
    """Tie a login to the record, so that the person sees it in the portal. The desk has seen a document.

    Refused for a record or a login that is tied already.
    """
    from hms.accounts.actions import open_portal

    patient = take(Patient.objects.administered_by(by).standing(), patient.pk)
    if patient.user_id is not None:
        raise Refused(Problem(code="business-rule", field="user", text=_("This record has a login already.")))
    if Patient.objects.filter(user=user).exists():
        raise Refused(Problem(code="business-rule", field="user", text=_("This login belongs to another record.")))
    patient.user = user
    patient.save()
    open_portal(by=by, user=user)
    trail.record("patient.portal_linked", subject=patient, patient=patient, detail={"user": str(user.pk)})
    return patient


# --- Helpers ------------------------------------------------------------------------------------------------------
def _save(patient: Patient, told: NewRelative, kind: str, **fields: Any) -> RelatedPerson:
    known = told.related_patient.label if told.related_patient is not None else getattr(told.user, "full_name", "")
    name = told.name.strip() or known
    if not name:
        raise Refused(Problem(code="required", field="name", text=_("Enter the person’s name.")))
    if told.related_patient is not None and told.related_patient.pk == patient.pk:
        raise Refused(Problem(code="invalid", field="related_patient", text=_("This is the patient’s own record.")))
    return RelatedPerson.objects.create(
        patient=patient,
        kind=kind,
        relationship=told.relationship,
        name=name[:200],
        phone=told.phone.strip(),
        email=told.email.strip(),
        rank=told.rank,
        user=told.user,
        related_patient=told.related_patient,
        document=told.document.strip()[:200],
        note=told.note.strip(),
        **fields,
    )


def _scopes(scopes: Collection[str]) -> dict[str, bool]:
    return {f"may_{scope}": scope in scopes for scope in codes.Scope.values}


def _not_blocked(patient: Patient, relative: RelatedPerson) -> None:
    blocked = RelatedPerson.objects.in_force(clock.now()).filter(patient=patient, kind=codes.RelatedKind.BLOCKED)
    users = {relative.user_id, relative.related_patient.user_id if relative.related_patient else None} - {None}
    for one in blocked:
        if one.user_id in users or (
            relative.related_patient_id and one.related_patient_id == relative.related_patient_id
        ):
            raise Conflict(
                Problem(
                    code="conflict",
                    text=_("This person is blocked from the record. Ask the privacy officer before you go on."),
                )
            )


def _refuse(found: Any) -> None:
    texts = {
        "no-scope": ("scopes", _("Choose what the person may do.")),
        "view-first": ("scopes", _("Whoever books or pays sees the record too. Choose “See the record” as well.")),
        "ends-before-start": ("end_at", _("The end is before the beginning.")),
        "no-document": (
            "document",
            _("Name the document you have seen, such as the birth certificate or court order."),
        ),
        "of-age": ("", _("The patient is of age. Record a proxy whom the patient chooses instead.")),
        "proxy-too-long": ("end_at", _("A proxy lasts a year at most. Choose an earlier end; it can be renewed.")),
    }
    problems = [Problem(code="business-rule", field=texts[code][0], text=texts[code][1]) for code in found]
    if problems:
        raise Refused(*problems)
