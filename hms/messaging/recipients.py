"""Who is told, at which addresses, in which language."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hms.core import clock
from hms.messaging.codes import Channel

if TYPE_CHECKING:
    from hms.accounts.models import User
    from hms.patients.models import ContactPoint, Patient


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to be told. `patient` is whose matter it is; a guardian is told about a child."""

    user: User | None = None
    patient: Patient | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""

    @property
    def id(self) -> uuid.UUID | None:
        """Who it is, for the key of a delivery."""
        return self.user.pk if self.user is not None else self.patient.pk if self.patient is not None else None

    def address(self, channel: str) -> str:
        return {Channel.EMAIL: self.email, Channel.SMS: self.phone}.get(Channel(channel), "")


def of_user(user: User, patient: Patient | None = None) -> Recipient:
    """Somebody with a login; `patient` when it is about a patient they act for."""
    return Recipient(user=user, patient=patient, name=user.full_name, email=user.email, language=user.language)


def of_patient(patient: Patient) -> Recipient:
    """A patient, by their login where they have one and else by the contacts the front desk wrote down.

    Where one contact is marked "write to this one only" (45 CFR 164.522(b)), nothing else is used.
    """
    user = patient.user if patient.user_id else None
    contacts = _in_use(patient)
    only = [contact for contact in contacts if contact.confidential]
    email = "" if only else (user.email if user is not None else "")
    phone = ""
    for contact in only or contacts:
        if contact.system == "email":
            email = email or contact.value
        elif contact.system in {"sms", "phone"} and contact.use != "work":
            phone = phone or contact.value
    language = (user.language if user is not None else "") or patient.language
    return Recipient(user=user, patient=patient, name=patient.label, email=email, phone=phone, language=language)


def _in_use(patient: Patient) -> list[ContactPoint]:
    today = clock.today("UTC")
    return [
        contact
        for contact in patient.contacts.all()
        if contact.use != "old"
        and (contact.start is None or contact.start <= today)
        and (contact.end is None or today < contact.end)
    ]


def with_proxies(patient: Patient, scope: str) -> list[Recipient]:
    """The patient, and the guardians and proxies with a login who may act in this scope ("book", "pay" …).

    A child without a login or an address of their own is told through them alone.
    """
    now = clock.now()
    found = [of_patient(patient)] if not patient.deceased else []
    # Whoever is blocked hears nothing, whatever else they are to the patient.
    blocked = patient.relatives.in_force(now).filter(kind="blocked")
    seen = {
        patient.user_id,
        *blocked.values_list("user", flat=True),
        *blocked.values_list("related_patient__user", flat=True),
    }
    speaking = patient.relatives.speaking(now).filter(**{f"may_{scope}": True})
    for relative in speaking.select_related("user", "related_patient__user"):
        user = relative.user or (relative.related_patient.user if relative.related_patient is not None else None)
        if user is not None and user.is_active and user.pk not in seen:
            seen.add(user.pk)
            found.append(of_user(user, patient))
    return found
