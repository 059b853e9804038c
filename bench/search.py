"""Is the patient found, how fast, and is the same list found on both engines? And who is stopped at registration?

    python -m bench.search                    100,000 invented people on SQLite and PostgreSQL, two hundred questions
    python -m bench.search --people 5000      a quicker look

Aims: 95 of 100 questions answered within the first ten, p95 under 50 ms, 95 of 100 people who come twice found,
at most 5 of 100 twins and namesakes stopped, identical lists.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tools.postgres import Cluster
from tools.shell import PYTHON, ROOT, environment, run

BATCH = 500


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.search", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.inside:
        inside(asked.people)
        return 0
    results = {"SQLite": on_engine("", asked.people)}
    with Cluster() as cluster:
        results["PostgreSQL"] = on_engine(cluster.url, asked.people)
    show(results, asked.people)
    return 0 if all(good(result) for result in results.values()) and same_lists(results) else 1


def on_engine(url: str, people: int) -> dict[str, Any]:
    """The measurements of one engine, taken in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="hms-bench-") as folder:
        env = environment(HMS_DEMO="1", HMS_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="hms.settings")
        if url:
            env["HMS_DATABASE_URL"] = url
        run([PYTHON, "manage.py", "migrate", "--no-input", "--verbosity", "0"], quiet=True, env=env)
        command = [str(PYTHON), "-m", "bench.search", "--inside", "--people", str(people)]
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])


# --- Within one engine ---------------------------------------------------------------------------------------------
def inside(people: int) -> None:
    """Register everybody, ask, and print what was measured as one line of JSON."""
    import django

    django.setup()
    from bench.people.names import people as invent

    population = list(invent(people))
    started = time.perf_counter()
    mrns, ids = fill(population)
    filled = time.perf_counter() - started
    result = {"fill": round(people / filled), **ask(population, mrns, ids), **register(population, ids)}
    print(json.dumps(result))


def fill(population: Sequence[Any]) -> tuple[list[str], list[Any]]:
    """Register everybody in batches; the record numbers and ids in order."""
    from django.db import connection

    from hms.core.actor import system
    from hms.patients.actions import bulk_register_patients

    mrns, ids = [], []
    for start in range(0, len(population), BATCH):
        told = [told_of(person, former=True) for person in population[start : start + BATCH]]
        for patient in bulk_register_patients(by=system("bench"), people=told):
            mrns.append(patient.mrn)
            ids.append(patient.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return mrns, ids


def told_of(person: Any, *, former: bool = False) -> Any:
    from hms.patients.intake import Contact, Identifier, NewPatient, PostalAddress
    from hms.patients.rules.names import Name
    from hms.patients.rules.partial_dates import PartialDate

    names = [Name(family=person.family, given=person.given)]
    if former and person.former_family:
        names.append(Name(family=person.former_family, given=person.given, use="maiden"))
    return NewPatient(
        names=names,
        birth=PartialDate.of(person.born),
        gender=person.sex,
        contacts=[Contact(person.phone)],
        addresses=[PostalAddress(lines=person.address)],
        identifiers=[Identifier(number, type="NI") for number in person.identifiers],
    )


def ask(population: Sequence[Any], mrns: Sequence[str], ids: Sequence[Any]) -> dict[str, Any]:
    """Two hundred questions: how many found the one who was meant among the first ten, how fast, and the lists."""
    from bench.people.questions import questions
    from hms.core.actor import system
    from hms.patients.search import search_patients

    by, place = system("bench"), {id: number for number, id in enumerate(ids)}
    hits: dict[str, list[bool]] = defaultdict(list)
    times, cpu, lists = [], [], []
    asked = list(questions(population, mrns))
    for warm_up in ("warm up", "Морски", "محمد", "李"):  # transliteration tables are read on first use
        search_patients(by, warm_up)
    for question in asked:
        began, worked = time.perf_counter(), time.thread_time()
        found = search_patients(by, question.text)
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.thread_time() - worked) * 1000)
        # A begun record number finds others on another engine, where other numbers were drawn.
        lists.append([] if question.kind == "record number" else [place[one.patient.pk] for one in found])
        hits[question.kind].append(ids[question.meant] in {one.patient.pk for one in found})
    return {
        "hits": {kind: [sum(one), len(one)] for kind, one in hits.items()},
        "p50": statistics.median(times),
        "p95": statistics.quantiles(times, n=20)[-1],
        "worst": max(times),
        "cpu_p50": statistics.median(cpu),
        "cpu_p95": statistics.quantiles(cpu, n=20)[-1],
        "lists": lists,
    }


def register(population: Sequence[Any], ids: Sequence[Any]) -> dict[str, Any]:
    """A hundred who come again and a hundred who only look so: who is shown, who is stopped."""
    from bench.people.planted import duplicates, strangers
    from hms.patients.duplicates import look_alikes

    stopped = shown = strangers_stopped = 0
    times = []
    for again, number in duplicates(population):
        began = time.perf_counter()
        found = look_alikes(told_of(again))
        times.append((time.perf_counter() - began) * 1000)
        own = next((one for one in found if one.patient.pk == ids[number]), None)
        stopped += bool(own and own.match.is_probable)
        shown += bool(own and not own.match.is_probable)
    for _kind, person in strangers(population):
        strangers_stopped += any(one.match.is_probable for one in look_alikes(told_of(person)))
    return {
        "duplicates_stopped": stopped,
        "duplicates_shown": shown,
        "strangers_stopped": strangers_stopped,
        "check_p50": statistics.median(times),
        "check_p95": statistics.quantiles(times, n=20)[-1],
    }


# --- The table ----------------------------------------------------------------------------------------------------
def found_share(result: dict[str, Any]) -> float:
    hits = result["hits"].values()
    return sum(one for one, _all in hits) / sum(every for _one, every in hits)


def good(result: dict[str, Any]) -> bool:
    return (
        found_share(result) >= 0.95
        and result["p95"] < 50
        and result["duplicates_stopped"] + result["duplicates_shown"] >= 95
        and result["strangers_stopped"] <= 5
    )


def same_lists(results: dict[str, dict[str, Any]]) -> bool:
    first, *others = (result["lists"] for result in results.values())
    return all(one == first for one in others)


def show(results: dict[str, dict[str, Any]], people: int) -> None:
    engines = list(results)
    print(f"\nPatient search, {people:,} people{'':24}" + "".join(f"{engine:>14}" for engine in engines))

    def row(label: str, values: Sequence[str]) -> None:
        print(f"  {label:52}" + "".join(f"{value:>14}" for value in values))

    every = results.values()
    for kind in next(iter(every))["hits"]:
        row(f"found among ten: {kind}", ["{} / {}".format(*one["hits"][kind]) for one in every])
    row("found among ten, all questions (aim 95 %)", [f"{found_share(one):.1%}" for one in every])
    row("search p50 / p95, ms (aim p95 < 50)", [f"{one['p50']:.1f} / {one['p95']:.1f}" for one in every])
    row("of it CPU of this process, p50 / p95, ms", [f"{one['cpu_p50']:.1f} / {one['cpu_p95']:.1f}" for one in every])
    row("search, slowest, ms", [f"{one['worst']:.0f}" for one in every])
    row("came twice: stopped, of 100", [str(one["duplicates_stopped"]) for one in every])
    row("came twice: shown, not stopped", [str(one["duplicates_shown"]) for one in every])
    row("twins and namesakes stopped, of 100 (aim ≤ 5)", [str(one["strangers_stopped"]) for one in every])
    row("duplicate check p50 / p95, ms", [f"{one['check_p50']:.0f} / {one['check_p95']:.0f}" for one in every])
    row("registered in bulk, people a second", [f"{one['fill']:,}" for one in every])
    row("the same lists on every engine", ["yes" if same_lists(results) else "no"] * len(engines))


if __name__ == "__main__":
    if "--inside" in sys.argv:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms.settings")
    raise SystemExit(main())
