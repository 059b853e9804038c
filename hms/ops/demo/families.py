"""The two patients' accounts of the demo, and the guardians of its children."""

from __future__ import annotations

import random
from collections.abc import Sequence

from django.contrib.auth.hashers import make_password

from hms.accounts.actions import create_user
from hms.accounts.codes import Duty
from hms.accounts.demo import DOMAIN, PASSWORD
from hms.core.actor import Actor
from hms.ops.demo.population import Plan
from hms.ops.demo.staff import House
from hms.patients.actions import add_guardian, link_portal_user
from hms.patients.actions.relatives import NewRelative
from hms.patients.codes import Scope
from hms.patients.models import Patient

Placed = Sequence[tuple[Plan, Patient]]


def guardians(by: Actor, house: House, placed: Placed) -> None:
    """Record the parent of each child that has one among the patients."""
    for plan, child in placed:
        if plan.guardian is not None:
            _guard(by, house, child, placed[plan.guardian][1], placed[plan.guardian][0].sex)


def portal_accounts(by: Actor, house: House, placed: Placed, rng: random.Random) -> None:
    """patient@demo.hms is a grown-up with a full chart; guardian@demo.hms has two children."""
    parents = {plan.guardian for plan, _child in placed if plan.guardian is not None}
    grown = [
        (index, patient)
        for index, (plan, patient) in enumerate(placed)
        if 35 <= plan.age < 75
        and not plan.told.deceased
        and len(plan.illnesses) >= 2
        and index not in parents
        and len(patient.label) < 32
    ]
    _open(by, rng.choice(grown)[1], "patient")
    parent = max(parents, key=lambda index: sum(plan.guardian == index for plan, _patient in placed))
    guardian_plan, guardian = placed[parent]
    children = [(plan, child) for plan, child in placed if plan.guardian == parent]
    for plan, child in placed:
        if len(children) >= 2:
            break
        if plan.guardian is None and plan.age < 16 and guardian_plan.age - plan.age >= 18:
            _guard(by, house, child, guardian, guardian_plan.sex)
            children.append((plan, child))
    user = _open(by, guardian, "guardian")
    # The rights of a guardian belong to the person who signs in.
    for _plan, child in children:
        child.relatives.filter(related_patient=guardian).update(user=user)


def _open(by: Actor, patient: Patient, name: str) -> object:
    user = create_user(
        by=by,
        login_name=f"{name}{DOMAIN}",
        full_name=_spoken(patient),
        email=f"{name}{DOMAIN}",
        password_hash=make_password(PASSWORD),
        duties=[(Duty.PATIENT, None)],
    )
    link_portal_user(by=by, patient=patient, user=user)
    return user


def _spoken(patient: Patient) -> str:
    name = patient.names.filter(use="official").first()
    return f"{name.given} {name.family}".strip() if name else patient.label


def _guard(by: Actor, house: House, child: Patient, parent: Patient, sex: str) -> None:
    add_guardian(
        by=by,
        patient=child,
        facility=house.facilities[0],
        scopes=[Scope.VIEW, Scope.BOOK, Scope.MESSAGE, Scope.PAY],
        told=NewRelative(
            name=_spoken(parent),
            relationship="MTH" if sex == "female" else "FTH",
            related_patient=parent,
            document="Birth certificate seen at the desk",
        ),
    )
