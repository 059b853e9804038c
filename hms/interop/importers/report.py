"""What became of everything: a table by type, and each refusal with its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core.problems import Problem
from hms.interop.importers.batch import Batch
from hms.interop.importers.registry import rank

# So many resources are named for each reason; the trail and the originals have all.
_NAMED = 20


@dataclass
class Report:
    """Counts by type, and `tell` for what is refused on the way."""

    tell: Callable[[str], object]
    read: Counter[str] = field(default_factory=Counter)
    mapped: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    renewed: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    files: int = 0
    bundles_refused: int = 0
    loose: int = 0
    # Why resources are kept as originals alone.
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    # Other contents kept beside their rows: how many, and by reason the first of those somebody should look at.
    beside: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, batch: Batch) -> None:
        """A batch that was written, or was here already."""
        for outcome, counted in batch.counts.items():
            self._of(outcome).update(counted)
        for one in batch.items:
            self.read[one.type] += 1
        self.reasons.update(batch.reasons)
        for name, reason in batch.beside:
            self.beside[reason] += 1
            if reason and len(self.named[reason]) < _NAMED:
                self.named[reason].append(name)
        self.loose += batch.loose

    def refuse(self, type: str, where: str, problems: Iterable[Problem]) -> None:
        """One resource, or a text that is none, with what is wrong and where."""
        self.read[type] += 1
        self.refused[type] += 1
        for problem in problems:
            self.say(where, problem)

    def say(self, where: str, problem: Problem) -> None:
        self.tell("  ".join(part for part in (where, problem.field, str(problem.text)) if part))

    @property
    def total(self) -> int:
        return self.read.total()

    def lines(self) -> Iterator[str]:
        """The table, and what is to be said beneath it."""
        heads = (_("type"), _("read"), _("mapped"), _("renewed"), _("here already"), _("original only"), _("refused"))
        counters = (self.read, self.mapped, self.renewed, self.known, self.kept, self.refused)
        rows = [
            (type, *(counter[type] for counter in counters))
            for type in sorted(self.read, key=lambda one: (rank(one), one))
        ]
        sums = (_("all"), *(sum(int(row[place]) for row in rows) for place in range(1, len(heads))))
        table = [
            [str(cell) if not isinstance(cell, int) else f"{cell:,}" for cell in row] for row in (heads, *rows, sums)
        ]
        widths = [max(len(row[place]) for row in table) for place in range(len(heads))]
        for number, row in enumerate(table):
            if number in (1, len(table) - 1):
                yield "  ".join("-" * width for width in widths)
            cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
            yield "  ".join((row[0].ljust(widths[0]), *cells)).rstrip()
        if self.bundles_refused:
            yield ngettext(
                "%(count)d bundle is refused as a whole: nothing of it is kept.",
                "%(count)d bundles are refused as a whole: nothing of them is kept.",
                self.bundles_refused,
            ) % {"count": self.bundles_refused}
        yield from self._original_only()
        yield from self._beside()
        if self.loose:
            yield ngettext(
                "%(count)d reference leads to nothing that is here; it stands in the original.",
                "%(count)d references lead to nothing that is here; they stand in the originals.",
                self.loose,
            ) % {"count": self.loose}

    def _original_only(self) -> Iterator[str]:
        """Why: for each type and member, the most frequent reason first."""
        if self.reasons:
            yield _("Kept as original only:")
        for (type, path, reason), count in self.reasons.most_common():
            yield f"  {count:,} × {path or type}: {reason}"

    def _beside(self) -> Iterator[str]:
        """Other contents of what is here that their rows did not take over."""
        count = self.beside.total()
        if count:
            yield ngettext(
                "%(count)d resource is here with another content: the new one is kept beside as original.",
                "%(count)d resources are here with another content: the new ones are kept beside as originals.",
                count,
            ) % {"count": count}
        for reason, names in sorted(self.named.items()):
            more = self.beside[reason] - len(names)
            ending = _(" and %(count)d more") % {"count": more} if more else ""
            yield f"  {reason}: {', '.join(names)}{ending}"

    def _of(self, outcome: str) -> Counter[str]:
        return {"mapped": self.mapped, "renewed": self.renewed, "known": self.known, "kept": self.kept}[outcome]
