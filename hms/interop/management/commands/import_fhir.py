"""manage.py import_fhir: FHIR R4 bundles and bulk NDJSON into the hospital, every original kept."""

from __future__ import annotations

import re
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hms.core import clock
from hms.core.actor import system
from hms.core.problems import Busy
from hms.formulary.models import AllergyCode
from hms.interop.importers.case import Place
from hms.interop.importers.reading import Malformed, sources
from hms.interop.importers.report import Report
from hms.interop.importers.run import Run
from hms.organization.models import Facility

_BAR = 24


class Command(BaseCommand):
    help = (
        "Import FHIR R4: transaction bundles (.json) and bulk NDJSON (.ndjson), either may be .gz; files or folders. "
        "Importing the same again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--facility", default="", metavar="CODE", help="which facility takes it in (the first one)")
        parser.add_argument(
            "--source",
            default="fhir",
            metavar="NAME",
            help="who sent it (fhir): two senders may use one id for different things, so give each its own name",
        )

    def handle(self, *args: Any, paths: list[Path], facility: str, source: str, **options: Any) -> None:
        if not re.fullmatch(r"[\w.:/#-]{1,100}", source):
            raise CommandError(_("--source is a short name or an address without spaces."))
        place = Place(source, self._facility(facility), clock.now(), _allergy_codes())
        try:
            found = sources(paths)
        except Malformed as wrong:
            raise CommandError(str(wrong)) from None
        if not found:
            raise CommandError(_("There is no .json and no .ndjson file here."))
        started = time.monotonic()
        report = Report(tell=self._tell)
        run = Run(by=system("importer"), place=place, report=report, progress=self._progress)
        try:
            run.take(found)
        except Busy:
            raise CommandError(_("The database is busy. What is in is in; start the same import again.")) from None
        finally:
            self._clear()
            self._summary(report, time.monotonic() - started)
        if report.refused.total():
            raise CommandError(_("Something was refused: see above. Everything else is in."))

    def _facility(self, code: str) -> Facility:
        facilities = Facility.objects.active().order_by("id")
        found = facilities.filter(code=code).first() if code else facilities.first()
        if found is None and code:
            codes = ", ".join(facilities.values_list("code", flat=True))
            raise CommandError(
                _("There is no facility “%(code)s”. There are: %(codes)s") % {"code": code, "codes": codes}
            )
        if found is None:
            raise CommandError(_("There is no facility yet. Set the hospital up first."))
        return found

    def _summary(self, report: Report, seconds: float) -> None:
        for line in report.lines():
            self.stdout.write(line)
        rate = report.total / seconds if seconds else 0
        words = _("%(count)s resources of %(files)d files in %(seconds).1f s (%(rate)d a second).")
        self.stdout.write(
            words % {"count": f"{report.total:,}", "files": report.files, "seconds": seconds, "rate": rate}
        )

    # --- Progress ----------------------------------------------------------------------------------------------
    def _tell(self, line: str) -> None:
        self._clear()
        self.stderr.write(line)

    def _progress(self, name: str, share: float) -> None:
        """A bar on a terminal; in a log one line a file."""
        if sys.stdout.isatty():
            done = int(share * _BAR)
            self.stdout.write(f"\r\x1b[K{'█' * done}{'░' * (_BAR - done)} {share:4.0%}  {name[:60]}", ending="")
            self.stdout.flush()
        elif share == 1:
            self.stdout.write(_("%(name)s read.") % {"name": name})

    def _clear(self) -> None:
        if sys.stdout.isatty():
            self.stdout.write("\r\x1b[K", ending="")


def _allergy_codes() -> dict[tuple[str, str], tuple[str, str]]:
    rows = AllergyCode.objects.values_list("system", "code", "kind", "name")
    return {(system, code): (kind, name) for system, code, kind, name in rows}
