"""manage.py load_terminology: the small code tables that ship with HMS (LOINC, UCUM and CVX subsets)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from hms.core.actor import system
from hms.terminology import tables
from hms.terminology.actions import Edition, load_code_system
from hms.terminology.codes import CVX, LOINC, LOINC_NOTICE, UCUM
from hms.terminology.index import ConceptRow

_TABLES = (
    (Edition(LOINC, "LOINC", "", "data/loinc.csv", copyright=LOINC_NOTICE), "loinc", "display"),
    (Edition(UCUM, "UCUM", "", "data/ucum.csv"), "ucum", "label"),
    (Edition(CVX, "CVX", "", "data/cvx.csv"), "cvx", "display"),
)


class Command(BaseCommand):
    help = "Load the subsets of LOINC, UCUM and CVX that HMS uses. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for edition, table, title in _TABLES:
            rows = [ConceptRow(code=row["code"], display=row[title]) for row in tables.rows(table)]
            lay = {row["code"]: row["also"].split("; ") for row in tables.rows(table) if row.get("also")}
            done = load_code_system(
                by=system("load_terminology", "terminology.load_code_system"), edition=edition, concepts=rows, lay=lay
            )
            self.stdout.write(
                _("%(name)s: %(added)d added, %(unchanged)d as before.")
                % {"name": edition.name, "added": done.added, "unchanged": done.unchanged + done.changed}
            )
