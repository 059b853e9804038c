"""manage.py load_icd10cm: ICD-10-CM from the package simple_icd_10_cm into the database."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from hms.core.actor import system
from hms.terminology import icd10cm, tables
from hms.terminology.actions import Edition, load_code_system
from hms.terminology.codes import ICD10CM
from hms.terminology.models import CodeSystem


class Command(BaseCommand):
    help = "Load ICD-10-CM, or bring it to the edition of the installed package. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--slice",
            nargs="?",
            const=500,
            type=int,
            metavar="CODES",
            help="Load only about so many codes (500), for tests.",
        )
        parser.add_argument(
            "--again", action="store_true", help="Compare and index again even if this edition is loaded."
        )

    def handle(self, *args: Any, slice: int | None, again: bool, **options: Any) -> None:
        started = time.monotonic()
        release = icd10cm.release()
        installed = CodeSystem.objects.filter(url=ICD10CM).first()
        version = f"{release.version} (part)" if slice else release.version
        if installed and installed.version == version and not again:
            self.stdout.write(_("ICD-10-CM of %(version)s is loaded already.") % {"version": version})
            return
        self.stdout.write(_("Reading ICD-10-CM of %(version)s …") % {"version": release.version})
        common = tables.common_codes()
        rows = icd10cm.read()
        if slice:
            rows = icd10cm.part(rows, slice, common)
        self.stdout.write(_("%(count)d codes read.") % {"count": len(rows)})
        codes = {row.code for row in rows}
        load_code_system(
            by=system("load_icd10cm", "terminology.load_code_system"),
            edition=Edition(ICD10CM, "ICD-10-CM", version, release.source, release.released_on),
            concepts=rows,
            lay={code: words for code, words in tables.lay_words().items() if code in codes},
            common=common & codes,
            partial=bool(slice),
            tell=self.stdout.write,
        )
        self.stdout.write(_("Done in %(seconds)d s.") % {"seconds": round(time.monotonic() - started)})
