"""Does what deeds have asked for: drains the outbox until it is told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections

from hms.core import installation, outbox


class Command(BaseCommand):
    help = "Works off the outbox. Run as many as you like, on as many machines as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pause", type=float, default=0.5, help="seconds to wait when nothing is due (0.5)")
        parser.add_argument("--once", action="store_true", help="do what is due now and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        installation.check()
        stop = threading.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                tried = outbox.drain()
            except OperationalError as error:
                # The database is away or busy; messages stay due, so waiting is all there is to do.
                self.stderr.write(f"The database can't be reached ({type(error.__cause__).__name__}); trying again.")
                stop.wait(2)
                continue
            if tried:
                continue
            if options["once"]:
                return
            stop.wait(options["pause"])
