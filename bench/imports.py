"""How fast do records from elsewhere come in, does memory stay flat, and how long does the writer wait?

    python -m bench.imports                        bundles and NDJSON of 1, 5 and 25 MB, on SQLite and PostgreSQL
    python -m bench.imports --megabytes 200 1000   longer files; with --once and --lines in half of the time

Bundles are made here, each a patient with 200 resources; where the sample bundles are beside the repository, they are
measured too. Aims: 1,000 resources a second, the largest file within 30 MB of the smallest one's memory, no hold of the
writer that takes 100 ms of work. On a machine that does other things too, a hold is as long as they let it be.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.postgres import Cluster
from tools.shell import PYTHON, ROOT, environment, run

SAMPLES = ROOT.parent / "shared" / "data" / "synthea"
BUNDLES = 20
MOST_GROWTH = 30


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.imports", description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[1, 5, 25])
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--once", action="store_true", help="leave out the second import, which changes nothing")
    parser.add_argument("--lines", action="store_true", help="NDJSON alone, without bundles")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.inside:
        inside(Path(asked.inside), asked.once)
        return 0
    with tempfile.TemporaryDirectory(prefix="hms-bench-") as folder:
        files = made(Path(folder), asked.megabytes, bundles=not asked.lines)
        results = {}
        if asked.engine != "postgresql":
            results["SQLite"] = {name: measured("", path, asked.once) for name, path in files.items()}
        if asked.engine != "sqlite":
            with Cluster() as cluster:
                results["PostgreSQL"] = {name: measured(cluster.url, path, asked.once) for name, path in files.items()}
    return 0 if all(shown(engine, rows) for engine, rows in results.items()) else 1


# --- What is imported ------------------------------------------------------------------------------------------------
def made(folder: Path, megabytes: Sequence[int], *, bundles: bool) -> dict[str, Path]:
    """The files to import, by the name of their row."""
    rng = random.Random(1911)
    files: dict[str, Path] = {}
    if bundles:
        files |= made_bundles(rng, folder / "bundles")
    for size in megabytes:
        lines = folder / f"lines-{size}"
        lines.mkdir()
        write_lines(rng, lines, size)
        files[f"NDJSON {size:,} MB"] = lines
    return files


def made_bundles(rng: random.Random, folder: Path) -> dict[str, Path]:
    files = {"sample bundles": SAMPLES} if SAMPLES.is_dir() else {}
    folder.mkdir()
    for number in range(BUNDLES):
        (folder / f"{number}.json").write_text(json.dumps(bundle(rng)))
    return files | {f"{BUNDLES} bundles of 200": folder}


def bundle(rng: random.Random) -> dict[str, Any]:
    who, visits = patient(rng), []
    resources = [who]
    for _visit in range(20):
        visits.append(encounter(rng, who))
        resources.append(visits[-1])
    while len(resources) < 200:
        resources.append(observation(rng, who, rng.choice(visits)))
    entries = [
        {"fullUrl": f"urn:uuid:{one['id']}", "resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def write_lines(rng: random.Random, folder: Path, megabytes: int) -> None:
    """A bulk export: 500 patients, four visits each, and observations up to the size. One file is compressed."""
    people = [patient(rng) for _number in range(500)]
    visits = [(who, encounter(rng, who)) for who in people for _number in range(4)]
    (folder / "Patient.ndjson").write_text("".join(json.dumps(one) + "\n" for one in people))
    text = "".join(json.dumps(one) + "\n" for _who, one in visits)
    (folder / "Encounter.ndjson.gz").write_bytes(gzip.compress(text.encode()))
    with (folder / "Observation.ndjson").open("w") as file:
        while file.tell() < megabytes * 1024 * 1024:
            file.write(json.dumps(observation(rng, *rng.choice(visits))) + "\n")


def uid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def moment(rng: random.Random) -> str:
    return f"{rng.randint(1990, 2025)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(8, 17):02}:30:00Z"


def patient(rng: random.Random) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": uid(rng),
        "name": [{"family": f"Halvorsen{rng.randint(1, 9999)}", "given": ["Ingrid"]}],
        "gender": rng.choice(["female", "male"]),
        "birthDate": f"{rng.randint(1930, 2020)}-03-14",
        "telecom": [{"system": "phone", "value": f"+47 22 55 {rng.randint(1000, 9999)}"}],
    }


def encounter(rng: random.Random, who: dict[str, Any]) -> dict[str, Any]:
    start = moment(rng)
    return {
        "resourceType": "Encounter",
        "id": uid(rng),
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{who['id']}"},
        "period": {"start": start, "end": start},
    }


def observation(rng: random.Random, who: dict[str, Any], visit: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": uid(rng),
        "status": "final",
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": "6298-4", "display": "Potassium"}]},
        "subject": {"reference": f"Patient/{who['id']}"},
        "encounter": {"reference": f"Encounter/{visit['id']}"},
        "effectiveDateTime": moment(rng),
        "valueQuantity": {
            "value": round(rng.uniform(3, 6), 2),
            "unit": "mmol/L",
            "system": "http://unitsofmeasure.org",
            "code": "mmol/L",
        },
    }


# --- One import in a process of its own ------------------------------------------------------------------------------
def measured(url: str, path: Path, once: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="hms-bench-") as folder:
        env = environment(HMS_DEMO="1", HMS_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="hms.settings")
        if url:
            env["HMS_DATABASE_URL"] = url
        run([PYTHON, "manage.py", "migrate", "--no-input", "--verbosity", "0"], quiet=True, env=env)
        command = [str(PYTHON), "-m", "bench.imports", "--inside", str(path), *(["--once"] if once else [])]
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])


def inside(path: Path, once: bool) -> None:
    """Import twice, or `once`, and print what was measured as one line of JSON."""
    import django

    django.setup()
    from hms.core import clock
    from hms.core.actor import system
    from hms.interop.importers import run as runs
    from hms.interop.importers.case import Place
    from hms.interop.importers.reading import sources
    from hms.interop.importers.report import Report
    from hms.organization.actions import create_facility
    from hms.organization.models import Facility

    facility = Facility.objects.first() or create_facility(
        by=system("bench"), name="Bench", code="bench", time_zone="Europe/Oslo", currency="NOK", country="NO"
    )
    # A name of its own for each measurement: on PostgreSQL they share a database.
    place = Place(f"bench-{path.name}", facility, clock.now())
    holds: list[float] = []
    worked: list[float] = []
    write = runs.import_resources

    def watched(**told: Any) -> Any:
        began, spent = time.perf_counter(), time.process_time()
        result = write(**told)
        holds.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - spent) * 1000)
        return result

    runs.import_resources = watched  # type: ignore[assignment]

    def imported() -> tuple[int, float, float]:
        report = Report(tell=print)
        began, worked = time.perf_counter(), time.process_time()
        runs.Run(by=system("bench"), place=place, report=report).take(sources([path]))
        return report.total, time.perf_counter() - began, time.process_time() - worked

    count, seconds, cpu = imported()
    first, longest_work = list(holds), max(worked)
    again = 0.0 if once else imported()[1]
    result = {
        "count": count,
        "rate": count / seconds,
        "cpu": cpu / count * 1000,
        "again": count / again if again else 0,
        "hold": statistics.median(first),
        "most": statistics.quantiles(first, n=100)[-1] if len(first) > 1 else first[0],
        "longest": max(first),
        # Without waiting for a disk, or for a machine that does something else meanwhile.
        "work": longest_work,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(result))


# --- The table ------------------------------------------------------------------------------------------------------
_COLUMNS = (
    ("count", "resources", ","),
    ("rate", "a second", ",.0f"),
    ("cpu", "CPU ms each", ".2f"),
    ("again", "again a second", ",.0f"),
    ("hold", "hold ms", ".0f"),
    ("most", "99 in 100", ".0f"),
    ("longest", "longest ms", ".0f"),
    ("work", "longest CPU ms", ".0f"),
    ("memory", "memory MB", ".0f"),
)


def shown(engine: str, rows: dict[str, dict[str, Any]]) -> bool:
    print(f"\n{engine:22}" + "".join(f"{head:>15}" for _key, head, _form in _COLUMNS))
    for name, row in rows.items():
        print(f"{name:22}" + "".join(f"{row[key]:>15{form}}" for key, _head, form in _COLUMNS))
    lines = [row for name, row in rows.items() if name.startswith("NDJSON")]
    growth = max(row["memory"] for row in lines) - min(row["memory"] for row in lines) if lines else 0
    slow = [name for name, row in rows.items() if row["rate"] < 1000]
    print(f"Memory grows by {growth:.0f} MB from the smallest NDJSON to the largest (at most {MOST_GROWTH}).")
    if slow:
        print(f"Under 1,000 a second: {', '.join(slow)}.")
    # A busy machine is slow; only memory tells of a fault.
    return growth <= MOST_GROWTH


if __name__ == "__main__":
    raise SystemExit(main())
