"""Keeps what lists and the search read in step with a patient's names: label, sort name, words and their keys.

Called by every action that touches names or the birth date; `rebuild_search` does it for everybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from hms.core.bulk import in_batches
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
    forget([patient])
    add([(patient, list(patient.names.all()) if names is None else names)])


def forget(patients: Iterable[Patient]) -> None:
    """Take away the search words of these patients."""
    SearchName.objects.filter(patient__in=[patient.pk for patient in patients]).delete()


def add(people: Iterable[tuple[Patient, Sequence[PatientName]]]) -> None:
    """Write the search words of patients who have none yet, and the keys of words never seen before."""
    rows = [(patient.pk, token, kind) for patient, names in people for token, kind in words(patient, names).items()]
    _write(_WORDS, rows)
    learn({token for _pk, token, kind in rows if kind != SearchName.Kind.BORN})


def learn(tokens: Iterable[str]) -> None:
    """Write the keys of those words that the vocabulary lacks.

    Sorted, so that two transactions that learn the same words wait for one another and never in a circle.
    """
    known: set[str] = set()
    wanted = sorted(set(tokens))
    for some in in_batches(wanted, _BATCH):
        known.update(SearchKey.objects.filter(key__in=["0" + token for token in some]).values_list("token", flat=True))
    _write(_KEYS, [(key, token) for token in wanted if token not in known for key in sorted(keys(token))])


# A registration writes a dozen of these rows and a load of patients a million: models would double its time.
_WORDS = {
    "sqlite": "INSERT INTO patients_searchname (patient_id, token, kind) VALUES (%s, %s, %s)",
    "postgresql": "INSERT INTO patients_searchname (patient_id, token, kind) "
    "SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[])",
}
_KEYS = {
    "sqlite": "INSERT OR IGNORE INTO patients_searchkey (key, token) VALUES (%s, %s)",
    "postgresql": "INSERT INTO patients_searchkey (key, token) SELECT * FROM unnest(%s::text[], %s::text[]) "
    "ON CONFLICT DO NOTHING",
}


def _write(statement: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(statement["postgresql"], [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(statement["sqlite"], ([_plain(one) for one in row] for row in rows))


def _plain(value: Any) -> str:
    return value if type(value) is str else value.hex if isinstance(value, uuid.UUID) else str(value)


def words(patient: Patient, names: Sequence[PatientName]) -> dict[str, str]:
    """Word → kind of one patient; a word of a current name wins over a former one's."""
    kinds: dict[str, str] = {}
    for name in sorted(names, key=lambda one: one.use in _CURRENT):
        kind = SearchName.Kind.NAME if name.use in _CURRENT else SearchName.Kind.OTHER
        for part in (name.family, name.given, name.native):
            kinds.update((word[:TOKEN_LENGTH], kind.value) for word in name_words(part))
    kinds.update(dict.fromkeys(birth_tokens(patient), SearchName.Kind.BORN.value))
    return kinds


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
