"""Finding a concept by what people type: everyday words, abbreviations, parts of words, codes.

    search("heart attack", system=ICD10CM, leaf_only=True)

Refuses nothing and writes nothing. The list is the same on every database engine, because matching and
scoring are done here on rows that `index.py` made; the database only fetches them by key.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from hms.terminology import rules
from hms.terminology.codes import DesignationUse
from hms.terminology.index import unpack
from hms.terminology.models import CodeSystem, Concept, Designation, Posting

# How many of the best-ranked matches are scored. More changes no result of the everyday-query test.
CANDIDATES: Final = 240
# A half-typed word stands for at most so many words of the vocabulary, the shortest first.
_COMPLETIONS: Final = 160
_SPELLING_CUTOFF: Final = 78


@dataclass(frozen=True, slots=True)
class Found:
    """One concept of a result list. `because` is the text that matched where it isn't the title."""

    id: int
    system: str
    version: str
    code: str
    display: str
    is_leaf: bool
    billable: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    stamp: str
    words: list[str]

    def starting_with(self, prefix: str) -> list[str]:
        start = bisect_left(self.words, prefix)
        end = bisect_left(self.words, prefix + "\x7f")
        return sorted(self.words[start:end], key=lambda word: (len(word), word))[:_COMPLETIONS]

    def __contains__(self, word: str) -> bool:
        place = bisect_left(self.words, word)
        return place < len(self.words) and self.words[place] == word

    def nearest(self, word: str) -> str | None:
        """The known word that a misspelt one most likely is: first letter right, four letters at least."""
        if len(word) < 4 or word.isdigit():
            return None
        start, end = bisect_left(self.words, word[0]), bisect_left(self.words, word[0] + "\x7f")
        best = process.extractOne(word, self.words[start:end], scorer=fuzz.ratio, score_cutoff=_SPELLING_CUTOFF)
        return best[0] if best else None


_vocabularies: dict[str, _Vocabulary] = {}


def search(text: str, *, system: str, leaf_only: bool = False, limit: int = 10) -> list[Found]:
    """The concepts that best answer `text`, best first. `leaf_only` leaves out codes that need more characters."""
    installed = CodeSystem.objects.filter(url=system).first()
    if installed is None or not text.strip():
        return []
    code = rules.looks_like_icd(text)
    if code and (by_code := _by_code(code, installed, leaf_only=leaf_only, limit=limit)):
        return by_code
    vocabulary = _vocabulary(installed)
    complete = text != text.rstrip()
    phrasings = rules.phrasings(text)
    if not phrasings:
        return []
    scored = _answers(phrasings, installed, vocabulary, complete=complete, leaf_only=leaf_only)
    if not scored:
        corrected = [_corrected(phrasing, vocabulary) for phrasing in phrasings]
        scored = _answers(corrected, installed, vocabulary, complete=True, leaf_only=leaf_only)
    if not scored:
        scored = _answers(_shortened(phrasings[0]), installed, vocabulary, complete=complete, leaf_only=leaf_only)
    best = sorted(scored.values(), key=lambda answer: (-answer[0], answer[1].rank))[:limit]
    return [_found(designation, installed) for _, designation in best]


def lookup(system: str, code: str) -> Concept | None:
    """The concept of a code, retired ones too: what was recorded stays readable."""
    return Concept.objects.select_related("system").filter(system__url=system, code=code).first()


def _by_code(code: str, installed: CodeSystem, *, leaf_only: bool, limit: int) -> list[Found]:
    """A typed code, then what lies below it. A code typed in part counts for the longest whole code in it."""
    beginnings = {code[:length].rstrip(".") for length in range(3, len(code) + 1)}
    known = {c.code: c for c in Concept.objects.filter(system=installed, code__in=beginnings, valid_to=None)}
    if not known:
        return []
    found: list[Concept] = [known[max(known, key=len)]]
    level = found
    while level and len(found) < limit * 12:
        level = list(Concept.objects.filter(parent__in=level, valid_to=None))
        found += level
    # Sorted here, not by the database: engines disagree on where a full stop goes.
    matching = sorted((c for c in found if c.code.startswith(code)), key=lambda c: (not c.common, len(c.code), c.code))
    matching.sort(key=lambda c: c.code != code)
    return [_concept(c, installed) for c in matching if c.is_leaf or not leaf_only][:limit]


def _answers(
    phrasings: Iterable[list[str]], installed: CodeSystem, vocabulary: _Vocabulary, *, complete: bool, leaf_only: bool
) -> dict[int, tuple[float, Designation]]:
    """The best score of each concept over all phrasings, by concept id."""
    wanted: dict[int, list[tuple[int, list[str]]]] = {}
    postings = _Postings(installed, vocabulary)
    for place, typed in enumerate(phrasings):
        for rank in postings.matching(typed, complete=complete, leaf_only=leaf_only):
            wanted.setdefault(rank, []).append((place, typed))
    scored: dict[int, tuple[float, Designation]] = {}
    rows = Designation.objects.filter(system=installed, rank__in=wanted).select_related("concept")
    for designation in rows:
        analysed = rules.Analysed(tuple(designation.words.split()), designation.essential)
        for place, typed in wanted[designation.rank]:
            points = rules.score(
                typed,
                analysed,
                lay=designation.use == DesignationUse.LAY,
                common=designation.concept.common,
                # A rewritten phrase ends in a word of ours, which is whole.
                complete=complete or place > 0,
                title=designation.use == DesignationUse.TITLE,
            )
            points -= 3 * bool(place)
            best = scored.get(designation.concept_id)
            if best is None or (-points, designation.rank) < (-best[0], best[1].rank):
                scored[designation.concept_id] = (points, designation)
    return scored


class _Postings:
    """Fetches postings once for all phrasings of a search."""

    def __init__(self, installed: CodeSystem, vocabulary: _Vocabulary) -> None:
        self.installed = installed
        self.vocabulary = vocabulary
        self.known: dict[str, array[int]] = {}

    def matching(self, typed: list[str], *, complete: bool, leaf_only: bool) -> list[int]:
        """Ranks of designations that hold every typed word, in rank order."""
        groups = [
            self._words_for(word, prefix=not complete and position == len(typed) - 1)
            for position, word in enumerate(typed)
        ]
        if not groups or not all(groups):
            return []
        self._fetch({word for group in groups for word in group})
        lists = sorted((self._union(group) for group in groups), key=len)
        both = set(lists[0])
        for other in lists[1:]:
            both.intersection_update(other)
        if leaf_only:
            both = {number for number in both if number & 1}
        return [number >> 1 for number in sorted(both)[:CANDIDATES]]

    def _words_for(self, word: str, *, prefix: bool) -> list[str]:
        options = self.vocabulary.starting_with(word) if prefix else [word]
        options += [other for other in rules.alternatives(word) if other not in options]
        return [option for option in options if option in self.vocabulary]

    def _fetch(self, words: set[str]) -> None:
        missing = words - self.known.keys()
        if missing:
            rows = Posting.objects.filter(system=self.installed, word__in=missing).values_list("word", "ranks")
            self.known.update((word, unpack(ranks)) for word, ranks in rows)

    def _union(self, group: list[str]) -> array[int] | set[int]:
        if len(group) == 1:
            return self.known[group[0]]
        return set().union(*(self.known[word] for word in group))


def _vocabulary(installed: CodeSystem) -> _Vocabulary:
    cached = _vocabularies.get(installed.url)
    if cached is None or cached.stamp != installed.index_stamp:
        words = sorted(Posting.objects.filter(system=installed).values_list("word", flat=True))
        cached = _vocabularies[installed.url] = _Vocabulary(installed.index_stamp, words)
    return cached


def _corrected(typed: list[str], vocabulary: _Vocabulary) -> list[str]:
    """The typed words with each unknown one replaced by the known word it resembles, or left out."""
    known = [word if word in vocabulary else vocabulary.nearest(word) for word in typed]
    return [word for word in known if word]


def _shortened(typed: list[str]) -> list[list[str]]:
    """The typed words with one of them left out, in turn; a single word has nothing to leave out."""
    return [typed[:place] + typed[place + 1 :] for place in range(len(typed))] if len(typed) > 1 else []


def _found(designation: Designation, installed: CodeSystem) -> Found:
    concept = designation.concept
    because = designation.text if designation.use != DesignationUse.TITLE else ""
    return _concept(concept, installed, because=because)


def _concept(concept: Concept, installed: CodeSystem, because: str = "") -> Found:
    return Found(
        id=concept.pk,
        system=installed.url,
        version=installed.version,
        code=concept.code,
        display=concept.display,
        is_leaf=concept.is_leaf,
        billable=concept.billable,
        because=because,
    )
