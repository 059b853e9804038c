"""Keeps what lists and the search read in step with a patient's names: label, sort name, words and their keys.

Called by every action that touches names or the birth date; `rebuild_search` does it for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hms.patients.codes import NameUse
from hms.patients.models import Patient, PatientName, SearchKey, SearchName
from hms.patients.models.index import TOKEN_LENGTH
from hms.patients.rules import names as name_rules
from hms.patients.rules.normalise import fold, keys, name_words

_CURRENT = (NameUse.USUAL, NameUse.OFFICIAL, NameUse.TEMP, NameUse.ANONYMOUS)
_BATCH = 2000


def label(patient: Patient, names: Sequence[PatientName]) -> None:
    """Set the columns of the patient that are made from the names. The caller saves."""
    name = name_rules.preferred(names)
    if name is None:
        return
    patient.label = name_rules.display(name, patient.language)[:300]
    patient.native_label = name_rules.tidy(name.native)[:200]
    patient.sort_name = (
        f"{fold(name.family or name.given or name.native)} {fold(name.given if name.family else '')}".strip()[:300]
    )


def refresh(patient: Patient, names: Sequence[PatientName] | None = None) -> None:
    """Make the patient's search words anew. Call it after the names are written."""
    SearchName.objects.filter(patient=patient).delete()
    add([(patient, list(patient.names.all()) if names is None else names)])


def add(people: Iterable[tuple[Patient, Sequence[PatientName]]]) -> None:
    """Write the search words of patients who have none yet, and the keys of words never seen before."""
    rows = [row for patient, names in people for row in words(patient, names)]
    SearchName.objects.bulk_create(rows, batch_size=_BATCH)
    learn({row.token for row in rows if row.kind != SearchName.Kind.BORN})


def learn(tokens: Iterable[str]) -> None:
    """Write the keys of those words that the vocabulary lacks.

    Sorted, so that two transactions that learn the same words wait for one another and never in a circle.
    """
    known: set[str] = set()
    wanted = sorted(set(tokens))
    for start in range(0, len(wanted), _BATCH):
        some = wanted[start : start + _BATCH]
        known.update(SearchKey.objects.filter(key__in=["0" + token for token in some]).values_list("token", flat=True))
    fresh = [SearchKey(key=key, token=token) for token in wanted if token not in known for key in sorted(keys(token))]
    SearchKey.objects.bulk_create(fresh, batch_size=_BATCH, ignore_conflicts=True)


def words(patient: Patient, names: Sequence[PatientName]) -> Iterator[SearchName]:
    """The search rows of one patient, each word once; a word of a current name wins over a former one's."""
    kinds: dict[str, str] = {}
    for name in sorted(names, key=lambda one: one.use in _CURRENT):
        kind = SearchName.Kind.NAME if name.use in _CURRENT else SearchName.Kind.OTHER
        for part in (name.family, name.given, name.native):
            kinds.update((word[:TOKEN_LENGTH], kind) for word in name_words(part))
    for token in birth_tokens(patient):
        kinds[token] = SearchName.Kind.BORN
    for token, kind in kinds.items():
        yield SearchName(patient=patient, token=token, kind=kind)


def birth_tokens(patient: Patient) -> list[str]:
    """`d19620314`, `d196203` or `d1962`; a guessed year stands under each year it may be."""
    if not patient.birth_date_text or patient.birth_low is None or patient.birth_high is None:
        return []
    if patient.birth_date_estimated:
        return [f"d{year:04d}" for year in range(patient.birth_low.year, patient.birth_high.year + 1)]
    return [date_token(patient.birth_date_text)]


def date_token(text: str) -> str:
    """Letters and digits only: a hyphen sorts differently in different collations."""
    return "d" + text.replace("-", "")
