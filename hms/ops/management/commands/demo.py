"""Makes the demo hospital."""

from __future__ import annotations

import random
import time
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hms.core import clock, installation
from hms.core.actor import system
from hms.core.models import Installation
from hms.ops.demo import calendar, families, histories, marginals, staff, waiting
from hms.ops.demo.hurry import hurried
from hms.ops.demo.population import population
from hms.organization.models import Facility
from hms.patients.actions import bulk_register_patients

BATCH = 400
# Of a load hospital, where nobody waits for the writer: fewer questions which words are known.
LARGE_BATCH = 2000
# So many have a chart and appointments, however large the hospital.
KNOWN = 2000


class Command(BaseCommand):
    help = "Makes a hospital of invented people in an empty demo database: seeded, without a network."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=400, help="how many patients (400)")
        parser.add_argument("--seed", type=int, default=1911, help="another seed makes other people (1911)")
        parser.add_argument("--zone", default=staff.ZONE, help=f"the time zone it lies in ({staff.ZONE})")
        parser.add_argument("--marginals", action="store_true", help="print the table of figures, and make nothing")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is a hospital already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["marginals"]:
            self._table()
            return
        if not settings.DEMO and not settings.TESTING:
            raise CommandError("The demo hospital's passwords are public, so it is made only with HMS_DEMO=1.")
        installation.check()
        if installation.kind() == Installation.Kind.PRODUCTION and not settings.TESTING:
            raise CommandError("This database belongs to a production installation.")
        if Facility.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There is a hospital in this database already. Point HMS_DATABASE_URL at an empty one.")
        with hurried() if options["patients"] > KNOWN else nullcontext():
            self._make(options["patients"], options["seed"], options["zone"])

    def _make(self, count: int, seed: int, zone: str) -> None:
        started, rng, by = time.monotonic(), random.Random(seed), system("demo")  # noqa: S311
        self._say("Medicines and code lists …")
        call_command("load_terminology", verbosity=0)
        call_command("load_formulary", verbosity=0)
        self._say("2 facilities, 12 departments, 40 practitioners …")
        house = staff.build(by, rng, zone)
        plans = population(count, rng, clock.today(zone))
        began = time.monotonic()
        patients = []
        batch = LARGE_BATCH if count > KNOWN else BATCH
        for start in range(0, count, batch):
            told = [plan.told for plan in plans[start : start + batch]]
            patients += bulk_register_patients(by=by, people=told, facility=house.facilities[0])
            if count > KNOWN:
                self._say(f"{len(patients):,} of {count:,} patients", again=True)
        placed = list(zip(plans, patients, strict=True))
        seconds = time.monotonic() - began
        rate = f" ({count / seconds:,.0f} a second)" if count > KNOWN else ""
        self._say(f"{count:,} patients after {time.monotonic() - started:.0f} s{rate}. Families and appointments …")
        # A load hospital has the calendar of a big one, not a hundred thousand charts to read.
        known = _known(placed) if count > KNOWN else placed
        families.guardians(by, house, known)
        families.portal_accounts(by, house, known, rng)
        kept = calendar.fill(by, house, known, rng)
        self._say(f"{len(kept):,} appointments. Charts …")
        histories.write(by, house, known, kept, rng)
        waiting.fill(by, kept, rng)
        self._say(f"The demo hospital stands after {time.monotonic() - started:.0f} s.")

    def _table(self) -> None:
        for name, wanted, found, fits in marginals.table():
            self.stdout.write(f"{name:44} {wanted:>12} {found:>8} {'' if fits else '  <- outside'}")

    def _say(self, words: str, again: bool = False) -> None:
        self.stdout.write(f"  {words}", ending="\r" if again and self.stdout.isatty() else "\n")
        self.stdout.flush()


def _known(placed: list[Any]) -> list[Any]:
    """Those of a load hospital who come to it: grown-ups, the first of all, and children, those of these parents first.

    A plan names its guardian by place, so the grown-ups keep theirs.
    """
    grown = KNOWN * 4 // 5
    children = [one for one in placed if one[0].age < 18 and (one[0].guardian is None or one[0].guardian < grown)]
    children.sort(key=lambda one: one[0].guardian is None)
    return placed[:grown] + children[: KNOWN - grown]
