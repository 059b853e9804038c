"""Makes the rows that searching reads, from concepts, rubrics and everyday words. Pure: rows in, rows out.

A designation's rank is its place in one fixed order of the whole code system, so that the first few
hundred of any list of matches are the ones worth scoring.
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hms.terminology.codes import ConceptKind, DesignationUse, RubricKind
from hms.terminology.rules import Analysed, analyse

# Chapters and blocks are headings, never a diagnosis.
_SEARCHED = {ConceptKind.CATEGORY, ConceptKind.SUBCATEGORY, ConceptKind.EXTENSION, ConceptKind.CODE}


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """A concept as a loader reads it."""

    code: str
    display: str
    kind: str = ConceptKind.CODE
    parent: str = ""
    is_leaf: bool = True
    billable: bool = False
    rubrics: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DesignationRow:
    code: str
    use: str
    text: str
    analysed: Analysed
    is_leaf: bool


@dataclass(slots=True)
class Index:
    """Designations in rank order, and for each word the numbers `rank * 2 + is_leaf`, ascending."""

    designations: list[DesignationRow]
    postings: dict[str, array[int]] = field(default_factory=dict)


def build(concepts: Iterable[ConceptRow], *, lay: Mapping[str, Iterable[str]], common: frozenset[str]) -> Index:
    """Index valid concepts. `lay` maps a code to its everyday words, `common` names everyday codes."""
    by_code = {concept.code: concept for concept in concepts}
    children: dict[str, list[ConceptRow]] = defaultdict(list)
    for concept in by_code.values():
        children[concept.parent].append(concept)
    rows = sorted(_designations(by_code, children, lay), key=lambda row: _order(row, by_code[row.code], common))
    index = Index(rows)
    occurrences: dict[str, list[int]] = defaultdict(list)
    for rank, row in enumerate(rows):
        for word in row.analysed.words:
            occurrences[word].append(rank * 2 + row.is_leaf)
    index.postings = {word: array("I", ranks) for word, ranks in occurrences.items()}
    return index


def pack(ranks: array[int]) -> bytes:
    """The stored form of a posting, the same whatever the processor."""
    if sys.byteorder == "big":
        ranks = array("I", ranks)
        ranks.byteswap()
    return ranks.tobytes()


def unpack(stored: bytes) -> array[int]:
    ranks = array("I")
    ranks.frombytes(bytes(stored))
    if sys.byteorder == "big":
        ranks.byteswap()
    return ranks


def default_leaf(concept: ConceptRow, children: Mapping[str, list[ConceptRow]]) -> ConceptRow:
    """The complete code that a category's plain name stands for: the unspecified one, first encounter.

    ICD-10-CM reserves the digit 9 (or 0) for "unspecified" and seventh character A for the first
    encounter (Official Guidelines, sections I.A.9.b and I.C.19.a).
    """
    while below := children.get(concept.code):
        concept = min(below, key=_unspecific_first)
    return concept


def _unspecific_first(concept: ConceptRow) -> tuple[bool, bool, bool, str]:
    """Sort key: "unspecified" in the title and a 9 or 0 at the end, else a 9 that isn't "other", else either."""
    if concept.kind == ConceptKind.EXTENSION:
        return (concept.code[-1] != "A", False, False, concept.code)
    text, end = concept.display.lower(), concept.code[-1]
    unspecified = "unspecified" in text
    return (not (unspecified and end in "90"), not (end == "9" and "other" not in text), not unspecified, concept.code)


def _designations(
    by_code: Mapping[str, ConceptRow], children: Mapping[str, list[ConceptRow]], lay: Mapping[str, Iterable[str]]
) -> Iterator[DesignationRow]:
    for concept in by_code.values():
        if concept.kind not in _SEARCHED:
            continue
        texts = {concept.display: DesignationUse.TITLE}
        for kind, text in concept.rubrics:
            if kind in {RubricKind.INCLUSION_TERM, RubricKind.INCLUDES}:
                texts.setdefault(text, DesignationUse.INCLUSION)
        for text in lay.get(concept.code, ()):
            texts[text] = DesignationUse.LAY
        # Somebody who may only choose complete codes finds them by their category's other names too.
        leaf = default_leaf(concept, children)
        for text, use in texts.items():
            analysed = analyse(text)
            if not analysed.words:
                continue
            yield DesignationRow(concept.code, use, text, analysed, concept.is_leaf)
            if leaf is not concept and (use != DesignationUse.TITLE or concept.kind == ConceptKind.CATEGORY):
                yield DesignationRow(leaf.code, use, text, analysed, True)


def _order(row: DesignationRow, concept: ConceptRow, common: frozenset[str]) -> tuple[object, ...]:
    later_encounter = concept.kind == ConceptKind.EXTENSION and concept.code[-1] != "A"
    return (
        row.use != DesignationUse.LAY,
        row.code not in common,
        later_encounter,
        row.analysed.essential,
        len(row.code),
        len(row.analysed.words),
        row.code,
        row.use,
        row.text,
    )
