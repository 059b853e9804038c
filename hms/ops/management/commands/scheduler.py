"""Says recurring topics when their time has come. Several may run: each topic and time is said once."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections

from hms.core import clock, installation, outbox


class Command(BaseCommand):
    help = "Asks for recurring work when it is due. Safe to run on several machines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pause", type=float, default=2.0, help="seconds between looks at the clock (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        installation.check()
        stop = threading.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                outbox.say_recurring(clock.now())
            except OperationalError as error:
                self.stderr.write(f"The database can't be reached ({type(error.__cause__).__name__}); trying again.")
            stop.wait(options["pause"])
