"""Going through files: each bundle one transaction, NDJSON in stretches that hold the writer for a moment.

A wrong resource stops its own bundle, in NDJSON only its own line. What refers to something further on waits until
everything was read, and is tried again as long as that helps. Memory does not grow with the files: of lines that wait
only the numbers are held.
"""

from __future__ import annotations

import time
import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Final, TypeVar

from django.db import DatabaseError
from django.utils.translation import gettext as _

from hms.core import trail
from hms.core.actor import Actor
from hms.core.problems import Busy, Conflict, Forbidden, Problem, Refused
from hms.interop.actions import import_resources
from hms.interop.importers import reading
from hms.interop.importers.batch import Batch, prepare
from hms.interop.importers.case import Place
from hms.interop.importers.reading import Item, Malformed, Source
from hms.interop.importers.report import Report

T = TypeVar("T")

# How long one stretch of NDJSON shall hold the writer (half of what people notice, because a disk has its moods), and
# how many lines and bytes one may have.
HOLD: Final = 0.05
FEWEST, MOST = 20, 2000
BYTES: Final = 4 * 1024 * 1024
_TRIES: Final = 5


@dataclass
class Pace:
    """How many lines of a type come next: as many as the last ones took `HOLD` for.

    A patient costs ten times what an observation does, so what was learnt of one type says nothing of another.
    """

    lines: dict[str, int] = field(default_factory=dict)

    def of(self, type: str) -> int:
        return self.lines.get(type, FEWEST)

    def learn(self, type: str, written: int, seconds: float) -> None:
        if written >= self.of(type) // 2 and seconds > 0:
            fitting = int(written * HOLD / seconds)
            # Up slowly, down at once: one slow disk write says little, a long hold is felt by people.
            self.lines[type] = max(FEWEST, min(MOST, fitting, self.of(type) * 2))


@dataclass
class Run:
    """One import of some files. `progress` is told the share that is done, with a file's name."""

    by: Actor
    place: Place
    report: Report
    progress: Callable[[str, float], object] = lambda _name, _share: None
    written: int = 0
    longest_hold: float = 0.0
    _pace: Pace = field(default_factory=Pace)
    # Lines whose references lead further on, by file.
    _waiting: dict[Source, array[int]] = field(default_factory=dict)

    def take(self, sources: Sequence[Source]) -> Report:
        """Import the files in their order; then, as long as it helps, again what had to wait."""
        for source in sources:
            self.report.files += 1
            if source.lines:
                self._lines(source)
            else:
                self._bundle(source)
        self._again()
        if not self.written:
            detail = {"source": self.place.sender, "read": self.report.total}
            trail.observe(self.by, "resources.recognised", facility=self.place.facility, detail=detail)
        return self.report

    # --- Bundles -----------------------------------------------------------------------------------------------
    def _bundle(self, source: Source) -> None:
        name = source.path.name
        self.progress(name, 0)
        try:
            data = _whole(source)
            items = reading.resources(data, "")
        except Malformed as wrong:
            self._refuse_text(name, wrong.problem, "Bundle")
            return
        except (OSError, EOFError, zlib.error):
            self._refuse_text(name, _cut_short(), "Bundle")
            return
        self._whole_bundle(name, items)
        self.progress(name, 1)

    def _whole_bundle(self, name: str, items: list[Item]) -> None:
        """All of it or nothing."""
        try:
            batch, _seconds = self._write(items)
        except (Busy, Forbidden):
            raise
        except (Refused, DatabaseError) as refusal:
            self._refuse_bundle(items)
            for problem in _problems(refusal):
                self.report.say(name, problem)
            return
        if batch.wrong:
            self._refuse_bundle(items)
            for one in batch.wrong:
                for problem in one.problems:
                    self.report.say(_place(name, one.item), problem)
        else:
            self.report.add(batch)

    def _refuse_bundle(self, items: list[Item]) -> None:
        self.report.bundles_refused += 1
        for one in items:
            self.report.refuse(one.type, "", ())

    # --- NDJSON ------------------------------------------------------------------------------------------------
    def _lines(self, source: Source, only: array[int] | None = None, *, final: bool = False) -> None:
        waiting: array[int] = array("Q")
        for stretch in self._stretches(source, only):
            self._stretch(source.path.name, stretch, waiting, final)
        if waiting:
            self._waiting[source] = waiting

    def _stretches(self, source: Source, only: array[int] | None) -> Iterator[list[tuple[int, Item]]]:
        """Resources with their line's number, so many that they are written in a moment."""
        name = source.path.name
        stretch: list[tuple[int, Item]] = []
        size = 0
        try:
            with reading.opened(source.path) as file:
                for count, (number, line) in enumerate(_chosen(reading.lines(file), only)):
                    if count % 200 == 0:
                        self.progress(name, _share(file, source))
                    items = self._items(name, number, line)
                    stretch += [(number, item) for item in items]
                    size += sum(len(item.data) for item in items)
                    if stretch and (len(stretch) >= self._pace.of(stretch[0][1].type) or size >= BYTES):
                        yield stretch
                        stretch, size = [], 0
        except (OSError, EOFError, zlib.error):
            self._refuse_text(name, _cut_short(), "?")
        if stretch:
            yield stretch
        self.progress(name, 1)

    def _items(self, name: str, number: int, line: bytes | Malformed) -> list[Item]:
        where = _("line %(number)d") % {"number": number}
        try:
            if isinstance(line, Malformed):
                raise Malformed(str(line), where, line.problem.code)
            items = reading.resources(line, where)
        except Malformed as wrong:
            self._refuse_text(name, wrong.problem, "?")
            return []
        if len(items) != 1 or items[0].where != where:
            # A line may hold a whole bundle, which stands or falls as one.
            self._whole_bundle(name, items)
            return []
        return items

    def _stretch(self, name: str, stretch: list[tuple[int, Item]], waiting: array[int], final: bool) -> None:
        """Write a stretch. What is wrong is left out and told; what the database refuses is sought by halving."""
        items = [item for _number, item in stretch]
        try:
            batch, seconds = self._write(items, alone=True, final=final)
        except (Busy, Forbidden):
            raise
        except (Refused, DatabaseError) as refusal:
            if len(stretch) > 1:
                middle = len(stretch) // 2
                self._stretch(name, stretch[:middle], waiting, final)
                self._stretch(name, stretch[middle:], waiting, final)
                return
            self.report.refuse(items[0].type, _place(name, items[0]), _problems(refusal))
            return
        self._pace.learn(items[0].type, len(batch.taken), seconds)
        numbers = {id(item): number for number, item in stretch}
        for one in batch.wrong:
            self.report.refuse(one.item.type, _place(name, one.item), one.problems)
        waiting.extend(sorted(numbers[id(item)] for item in batch.waiting))
        left = {id(item) for item in batch.left_out}
        batch.items = [item for item in items if id(item) not in left]
        self.report.add(batch)

    def _again(self) -> None:
        """What waited is tried until a round brings nothing new; then it stands without, or is refused."""
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            before = self.report.mapped.total()
            for source, numbers in waiting.items():
                self._lines(source, numbers)
            if self.report.mapped.total() == before:
                waiting, self._waiting = self._waiting, {}
                for source, numbers in waiting.items():
                    self._lines(source, numbers, final=True)

    # --- Writing -----------------------------------------------------------------------------------------------
    def _write(self, items: list[Item], *, alone: bool = False, final: bool = True) -> tuple[Batch, float]:
        """Prepare and write a batch. `alone`: what is wrong is left out, because it has no bundle.

        Once more where somebody imported the same meanwhile, and some more times where the database is busy.
        """
        for attempt in range(_TRIES):
            batch = prepare(items, self.place, final=final)
            try:
                return batch, self._written(batch, alone)
            except Conflict:
                batch.throw_away()
                if attempt:
                    raise
            except Busy:
                batch.throw_away()
                if attempt == _TRIES - 1:
                    raise
                time.sleep(Busy.retry_after)
            except BaseException:
                batch.throw_away()
                raise
        raise AssertionError("unreachable")

    def _written(self, batch: Batch, alone: bool) -> float:
        """How many seconds the writer was held. Nothing is written of a bundle in which something is wrong."""
        if batch.wrong:
            self._note_refusal(batch)
        if not batch.taken or (batch.wrong and not alone):
            return 0.0
        batch.keep_originals()
        started = time.perf_counter()
        import_resources(by=self.by, batch=replace(batch, wrong=[]))
        seconds = time.perf_counter() - started
        self.written += len(batch.taken)
        self.longest_hold = max(self.longest_hold, seconds)
        return seconds

    def _note_refusal(self, batch: Batch) -> None:
        """The action refuses what is wrong, so that the trail says who tried it."""
        try:
            import_resources(by=self.by, batch=Batch(self.place, [], wrong=batch.wrong))
        except Forbidden:
            raise
        except Refused:
            return

    def _refuse_text(self, where: str, problem: Problem, type: str) -> None:
        """A text that is no resource is refused like any other: the trail has a line of it."""
        self.report.refuse(type, where, [problem])
        if type == "Bundle":
            self.report.bundles_refused += 1
        detail = {"source": self.place.sender, "codes": [problem.code]}
        trail.observe(self.by, "interop.import", facility=self.place.facility, detail=detail, outcome="refused")


def _whole(source: Source) -> bytes:
    """A bundle's bytes. Raises Malformed for one beyond `LARGEST_BUNDLE`."""
    with reading.opened(source.path) as file:
        data = file.read(reading.LARGEST_BUNDLE + 1)
    if len(data) > reading.LARGEST_BUNDLE:
        limit = reading.LARGEST_BUNDLE // (1024 * 1024)
        words = _("A bundle is written as one, so it may have up to %(limit)d MB. Export it as NDJSON, or in parts.")
        raise Malformed(words % {"limit": limit}, "Bundle", "too-costly")
    return data


def _chosen(lines: Iterator[tuple[int, T]], only: array[int] | None) -> Iterator[tuple[int, T]]:
    """All lines, or those of these numbers (in their order)."""
    if only is None:
        yield from lines
        return
    numbers = iter(only)
    wanted = next(numbers, None)
    for number, line in lines:
        if number == wanted:
            yield number, line
            wanted = next(numbers, None)
        if wanted is None:
            return


def _place(name: str, item: Item) -> str:
    return " ".join(part for part in (name, item.where, item.name) if part)


def _share(file: IO[bytes], source: Source) -> float:
    inner = getattr(file, "fileobj", None) or file
    return min(1.0, inner.tell() / max(source.size, 1))


def _cut_short() -> Problem:
    return Problem(code="incomplete", text=_("This file can't be read to its end."))


def _problems(error: Exception) -> Sequence[Problem]:
    if isinstance(error, Refused):
        return error.problems
    words = _("The database refuses this (%(name)s).") % {"name": type(error).__name__}
    return [Problem(code="business-rule", text=words)]
