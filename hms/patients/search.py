"""Finding a patient by whatever the person at the counter knows: one box, any order, any spelling.

Three steps, each one query: typed words meet the words of the vocabulary by their keys; the patients who
carry most of the best words are counted; sixty of them are fetched and ranked. The SQL compares for
equality and order only, so SQLite and PostgreSQL give the same list.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, IntegerField, Max, Q, Value, When
from django.db.models.functions import Coalesce

from hms.core.actor import Actor
from hms.patients.indexing import date_token
from hms.patients.models import ContactPoint, Patient, PatientIdentifier, SearchKey, SearchName
from hms.patients.models.contact import contact_index, identifier_index
from hms.patients.models.index import TOKEN_LENGTH
from hms.patients.rules import partial_dates
from hms.patients.rules.equivalents import same_name, short_forms
from hms.patients.rules.likeness import LEAST, typed_likeness
from hms.patients.rules.mrn import LENGTH, is_mrn
from hms.patients.rules.normalise import WHOLE, keys
from hms.patients.rules.query import MOST_WORDS, Query, Word, parse

CANDIDATES = 60
_MOST_ALIKE = 25  # vocabulary words taken for one typed word
_EXACT_NUMBER, _BEGUN_NUMBER = 1000, 300
_SLIP_OF_DATE, _SAME_MONTH, _SAME_YEAR = 60, 70, 60
_OPTIONAL = 0.3
_WORTH_SHOWING = 0.6


@dataclass(frozen=True, slots=True)
class Found:
    """A patient found, and how well: the sum of each typed word's likeness."""

    patient: Patient
    score: int

    @property
    def is_exact(self) -> bool:
        """Found by a whole number that nobody else has: a record number, a telephone, a card."""
        return self.score >= _EXACT_NUMBER


@dataclass(slots=True)
class _Term:
    """What satisfies one typed word or date: tokens by weight, and ranges `[from, below)` with one weight."""

    tokens: dict[str, int] = field(default_factory=dict)
    ranges: list[tuple[str, str, int]] = field(default_factory=list)

    def offer(self, token: str, weight: float) -> None:
        self.tokens[token] = max(self.tokens.get(token, 0), int(weight))

    def condition(self) -> Q:
        condition = Q(token__in=list(self.tokens))
        for low, high, _weight in self.ranges:
            condition |= Q(token__gte=low, token__lt=high)
        return condition

    def best(self) -> Coalesce:
        """SQL: the weight of the patient's best row for this term."""
        bands: dict[int, list[str]] = {}
        for token, weight in self.tokens.items():
            bands.setdefault(weight, []).append(token)
        whens = [(weight, When(token__in=tokens, then=Value(weight))) for weight, tokens in bands.items()]
        whens += [
            (weight, When(token__gte=low, token__lt=high, then=Value(weight))) for low, high, weight in self.ranges
        ]
        whens.sort(key=lambda pair: -pair[0])
        return Coalesce(Max(Case(*(when for _weight, when in whens), default=Value(0), output_field=IntegerField())), 0)


def search_patients(by: Actor, text: str, limit: int = 10) -> list[Found]:
    """The patients the actor may find, best first. Empty for a text that says nothing."""
    query = parse(text)
    scores: dict[uuid.UUID, int] = {}
    if query.has_number:
        scores = _by_number(query)
    if not scores or query.dates:
        for patient_id, score in _by_words(_terms(query)).items():
            scores[patient_id] = scores.get(patient_id, 0) + score
    if not scores:
        return []
    patients = Patient.objects.findable_by(by).standing().filter(pk__in=list(scores))
    return _ranked(query, patients, scores)[:limit]


def kinds_asked(text: str) -> list[str]:
    """What kinds of thing a text asks by, for the trail: never the text itself."""
    query = parse(text)
    asked = {
        "name": query.words, "date": query.dates, "mrn": query.mrn, "phone": query.phone, "email": query.email,
        "identifier": query.identifiers,
    }  # fmt: skip
    return [kind for kind, value in asked.items() if value]


def candidates(words: list[Word], birth: partial_dates.PartialDate | None) -> list[uuid.UUID]:
    """Patients to compare with somebody of these names and this birth date: the duplicate check's blocking.

    The date weighs half as much again as a name, so that somebody who married is found by given name and date.
    """
    known = _vocabulary(words)
    terms = [_word_term(word, known) for word in words[:MOST_WORDS]]
    if birth:
        date = _date_term((birth.text,))
        terms.append(
            _Term(
                {token: weight * 3 // 2 for token, weight in date.tokens.items()},
                [(a, b, w * 3 // 2) for a, b, w in date.ranges],
            )
        )
    return list(_by_words(terms))


# --- Step one: typed words to words of the vocabulary -------------------------------------------------------
def _terms(query: Query) -> list[_Term]:
    known = _vocabulary(query.words)
    return [_word_term(word, known) for word in query.words] + [_date_term(readings) for readings in query.dates]


def _vocabulary(words: Iterable[Word]) -> set[str]:
    """Every word of the vocabulary that shares a key with a typed one, or begins with it. One query."""
    wanted: set[str] = set()
    begun = Q()
    for word in words:
        for spelling in word.spellings:
            wanted.update(keys(spelling))
            wanted.update(WHOLE + other for other in same_name(spelling) | short_forms(spelling))
            if len(spelling) >= 3:
                begun |= Q(key__gte=WHOLE + spelling, key__lt=_after(WHOLE + spelling))
        wanted.update(WHOLE + joined for joined in word.joined)
    if not wanted:
        return set()
    return set(SearchKey.objects.filter(Q(key__in=sorted(wanted)) | begun).values_list("token", flat=True))


def _word_term(word: Word, known: set[str]) -> _Term:
    share = _OPTIONAL if word.optional else 1
    alike: list[tuple[int, str]] = []
    for token in known:
        weight = max(typed_likeness(spelling, token) for spelling in word.spellings)
        if weight >= LEAST:
            alike.append((-weight, token))
    term = _Term()
    for weight, token in sorted(alike)[:_MOST_ALIKE]:
        term.offer(token, -weight * share)
    for joined in word.joined:
        if joined in known:
            term.offer(joined, 98 * share)
    return term


def _date_term(readings: tuple[str, ...]) -> _Term:
    term = _Term()
    for place, text in enumerate(readings):
        exact = 100 - 4 * min(place, 5)
        date = partial_dates.PartialDate(text)
        if date.day is None:
            token = date_token(text)
            term.ranges.append((token, _after(token), exact if date.precision == "month" else exact - 5))
            continue
        term.offer(date_token(text), exact)
        if place == 0:
            for slip in partial_dates.slips(date.day):
                term.offer(date_token(slip), _SLIP_OF_DATE)
        term.offer(date_token(text[:7]), _SAME_MONTH)
        term.offer(date_token(text[:4]), _SAME_YEAR)
    return term


def _after(text: str) -> str:
    """A text above all that begin with this one.

    NB: letters only. The next sign of ASCII (":" after 9, "{" after z) sorts before every digit in the collations
    most PostgreSQL servers are made with, and a range that ends with it is empty there.
    """
    return text + "z" * (TOKEN_LENGTH + 1 - len(text))


# --- Step two: words to patients ------------------------------------------------------------------------------
def _by_words(terms: list[_Term]) -> dict[uuid.UUID, int]:
    """The patients with the highest sums of best weights. One query."""
    terms = [term for term in terms if term.tokens or term.ranges]
    if not terms:
        return {}
    condition, total = Q(), Value(0)
    for term in terms:
        condition |= term.condition()
        total = total + term.best()
    rows = (
        SearchName.objects.filter(condition)
        .values("patient_id")
        .annotate(total=total)
        .order_by("-total", "patient_id")
        .values_list("patient_id", "total")[:CANDIDATES]
    )
    return dict(rows)


def _by_number(query: Query) -> dict[uuid.UUID, int]:
    """Patients with this record number, telephone, e-mail address or identifier. One query."""
    weight = {"output_field": IntegerField()}
    parts = []
    if query.mrn:
        exact = len(query.mrn) == LENGTH and is_mrn(query.mrn)
        score = _EXACT_NUMBER if exact else _BEGUN_NUMBER
        numbers = Patient.objects.filter(mrn__gte=query.mrn, mrn__lt=_after(query.mrn))
        parts.append(numbers.order_by().values_list("pk", Value(score, **weight)))
    if query.phone or query.email:
        system, value = ("email", query.email) if query.email else ("phone", query.phone)
        contacts = ContactPoint.objects.filter(value_index=contact_index(system, value))
        parts.append(contacts.order_by().values_list("patient_id", Value(_EXACT_NUMBER, **weight)))
    if query.identifiers:
        index = [identifier_index(value) for value in query.identifiers]
        numbers_elsewhere = PatientIdentifier.objects.filter(value_index__in=index)
        parts.append(numbers_elsewhere.order_by().values_list("patient_id", Value(_EXACT_NUMBER, **weight)))
    first, *others = parts
    scores: dict[uuid.UUID, int] = {}
    for patient_id, score in first.union(*others)[: 4 * CANDIDATES]:
        scores[patient_id] = max(scores.get(patient_id, 0), score)
    best = sorted(scores, key=lambda one: (-scores[one], one))[:CANDIDATES]
    return {patient_id: scores[patient_id] for patient_id in best}


# --- Step three: ranking ---------------------------------------------------------------------------------------
def _ranked(query: Query, patients: Iterable[Patient], scores: dict[uuid.UUID, int]) -> list[Found]:
    """Best first. A former name counts a little less than the one in use; among equals come names with
    nothing left over, then the order of names, birth dates and ids, so that every engine gives one list.

    Left out is who meets hardly more than half of what somebody else meets whole: where an Ingrid Halvorsen is found,
    every other Ingrid and every other Halvorsen only hides her.
    """
    ranked = []
    for patient in patients:
        score = scores[patient.pk]
        fit, left_over = _in_use(query.words, patient.sort_name.split())
        order = (-score - fit // 10, left_over, patient.sort_name, patient.birth_date_text, patient.pk)
        ranked.append((order, Found(patient, score)))
    ranked.sort(key=lambda pair: pair[0])
    best = max((found.score for _order, found in ranked), default=0)
    return [found for _order, found in ranked if found.score >= _WORTH_SHOWING * best]


def _in_use(words: Iterable[Word], own: list[str]) -> tuple[int, int]:
    """How well the typed words fit the name in use, and how many of its words nobody typed."""
    fit, met = 0, set()
    for word in words:
        best, which = max(
            ((typed_likeness(spelling, token), token) for spelling in word.spellings for token in own), default=(0, "")
        )
        if best >= LEAST:
            fit += int(best * (_OPTIONAL if word.optional else 1))
            met.add(which)
    return fit, len(set(own) - met)
