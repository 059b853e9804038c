"""A run of the importer over what a test writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hms.core import clock
from hms.core.actor import system
from hms.interop.importers.case import Place
from hms.interop.importers.reading import sources
from hms.interop.importers.report import Report
from hms.interop.importers.run import Run
from hms.interop.tests import fhir
from tests import make


@pytest.fixture
def place(db: Any, settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where it arrives, with a store of its own."""
    settings.BLOB_DIR = tmp_path_factory.mktemp("blobs")
    facility = make.facility(code="here", currency="USD", time_zone="America/New_York")
    return Place("elsewhere", facility, clock.now(), {})


@pytest.fixture
def bring(place: Place, tmp_path: Path) -> Callable[..., Report]:
    """Import files, or resources as one transaction bundle. What was told is in `report.words`."""

    def do(*told: Any, by: Any = None, sender: Place | None = None) -> Report:
        paths = [one for one in told if isinstance(one, Path)]
        if resources := [one for one in told if isinstance(one, dict)]:
            paths.append(fhir.write(tmp_path / f"bundle-{make.number()}.json", fhir.bundle(*resources)))
        words: list[str] = []
        report = Report(tell=words.append)
        Run(by=by or system("importer"), place=sender or place, report=report).take(sources(paths))
        report.words = words  # type: ignore[attr-defined]
        return report

    return do
