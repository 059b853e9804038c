"""manage.py keep_wall_times: after new rules for a time zone, put visits where the wall shows what was promised."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from hms.core import clock, values
from hms.core.actor import system
from hms.core.problems import Refused
from hms.scheduling import actions
from hms.scheduling.actions import wall_times
from hms.scheduling.actions.wall_times import Outcome, Shifted

_SAYS = {
    Outcome.KEPT: "kept",
    Outcome.IN_A_GAP: "the wall does not show it any more",
    Outcome.CLASHES: "CLASHES with another visit and stays: call",
}


class Command(BaseCommand):
    help = "Lists visits to come whose people must be told of new rules for clocks, and keeps their wall times."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list them, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        by, now = system("keep_wall_times", "scheduling.keep_wall_times"), clock.now()
        found, days = wall_times.in_order(wall_times.shifts(now)), wall_times.days_that_shift(now)
        done = []
        for shifted in found:
            if options["dry_run"]:
                done.append(shifted)
            else:
                with suppress(Refused):  # moved or called off in this moment
                    done.append(actions.keep_wall_time(by=by, shifted=shifted))
        for shifted in sorted(done, key=lambda one: one.after):
            self.stdout.write(_line(shifted))
        if days and not options["dry_run"]:
            actions.keep_days_that_differ(by=by, days=days)
        calls = sum(1 for one in done if one.outcome != Outcome.KEPT)
        self.stdout.write(f"{len(done)} visits, of which {calls} want a call, and {len(days)} days that differ.")


def _line(shifted: Shifted) -> str:
    link = settings.BASE_URL + reverse("scheduling:appointment", args=[shifted.appointment])
    before, after = (values.moment_text(moment, "UTC") for moment in (shifted.before, shifted.after))
    return f"{shifted.wall_start}  {before} -> {after}  {_SAYS[shifted.outcome]}  {link}"
