"""What a note needs to be signed, what a signature covers, and what makes an entry late.

Sources: 21 CFR 11.50 (a signature shows name, time and meaning) and 11.70 (it can't be moved to another
record); AHIMA, "Amendments, Corrections, and Deletions in the Electronic Health Record" (2009) for addenda
and late entries.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from hms.clinical.codes import NoteSection, NoteStatus
from hms.core.problems import Problem

# Written down so long after it happened, an entry is shown as late.
LATE_AFTER: Final = dt.timedelta(hours=24)
TOLERANCE: Final = dt.timedelta(minutes=2)
LONGEST_SECTION: Final = 50_000
AUTHOR: Final = "author"
ADDENDUM_AUTHOR: Final = "addendum author"

STATUS_MOVES: Final[dict[str, frozenset[str]]] = {
    NoteStatus.PRELIMINARY: frozenset({NoteStatus.FINAL, NoteStatus.ENTERED_IN_ERROR}),
    NoteStatus.FINAL: frozenset({NoteStatus.AMENDED, NoteStatus.ENTERED_IN_ERROR}),
    NoteStatus.AMENDED: frozenset({NoteStatus.ENTERED_IN_ERROR}),
    NoteStatus.ENTERED_IN_ERROR: frozenset(),
}


@dataclass(frozen=True, slots=True)
class NoteContent:
    """Everything a signature on a note covers."""

    id: uuid.UUID
    patient: uuid.UUID
    encounter: uuid.UUID | None
    author: uuid.UUID
    author_label: str
    type: str
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    signed_at: dt.datetime | None
    sections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AddendumContent:
    """Everything a signature on an addendum covers; `note_digest` ties it to the note as signed."""

    id: uuid.UUID
    note: uuid.UUID
    note_digest: bytes
    author: uuid.UUID
    author_label: str
    text: str
    recorded_at: dt.datetime
    signed_at: dt.datetime


def canonical_note(content: NoteContent) -> bytes:
    """The bytes that are signed. Any change of words, person, patient, time or meaning changes them."""
    return _canonical(
        {
            "kind": "note",
            "meaning": AUTHOR,
            "id": str(content.id),
            "patient": str(content.patient),
            "encounter": str(content.encounter) if content.encounter else None,
            "author": str(content.author),
            "author_label": content.author_label,
            "type": content.type,
            "occurred_at": _instant(content.occurred_at),
            "recorded_at": _instant(content.recorded_at),
            "signed_at": _instant(content.signed_at),
            "sections": dict(content.sections),
        }
    )


def canonical_addendum(content: AddendumContent) -> bytes:
    """The bytes that are signed for an addendum."""
    return _canonical(
        {
            "kind": "addendum",
            "meaning": ADDENDUM_AUTHOR,
            "id": str(content.id),
            "note": str(content.note),
            "note_digest": content.note_digest.hex(),
            "author": str(content.author),
            "author_label": content.author_label,
            "text": content.text,
            "recorded_at": _instant(content.recorded_at),
            "signed_at": _instant(content.signed_at),
        }
    )


def writing_problems(sections: Mapping[str, str], occurred_at: dt.datetime, now: dt.datetime) -> list[Problem]:
    """Why these words can't be saved as a note."""
    problems = []
    if occurred_at > now + TOLERANCE:
        text = _("A note can't be about something that has not happened yet. Check the date and time.")
        problems.append(Problem(code="business-rule", text=text, field="occurred_at"))
    for name, words in sections.items():
        if name not in NoteSection.values:
            problems.append(Problem(code="invalid", text=_("A note has no such section."), field=name))
        elif len(words) > LONGEST_SECTION:
            text = _("This section is longer than %(limit)d characters. Put the rest into a document.") % {
                "limit": LONGEST_SECTION
            }
            problems.append(Problem(code="too-long", text=text, field=name))
    return problems


def signing_problems(
    *, status: str, sections: Mapping[str, str], occurred_at: dt.datetime, is_author: bool, now: dt.datetime
) -> list[Problem]:
    """Why a note can't be signed: signed already, somebody else's, empty, or about the future."""
    if status != NoteStatus.PRELIMINARY:
        text = _("This note is signed already. Add an addendum to say more.")
        if status == NoteStatus.ENTERED_IN_ERROR:
            text = _("This note was entered in error, so it can't be signed.")
        return [Problem(code="business-rule", text=text)]
    problems = writing_problems(sections, occurred_at, now)
    if not is_author:
        text = _("Only the person who wrote a note can sign it.")
        problems.append(Problem(code="forbidden", text=text))
    if not any(words.strip() for words in sections.values()):
        text = _("There is nothing in this note yet. Write at least one section before you sign.")
        problems.append(Problem(code="required", text=text, field=NoteSection.SUBJECTIVE))
    return problems


def addendum_problems(status: str, text: str) -> list[Problem]:
    """Why an addendum can't be added."""
    if status not in (NoteStatus.FINAL, NoteStatus.AMENDED):
        words = _("Only a signed note takes an addendum. Change the note itself while it is not signed.")
        if status == NoteStatus.ENTERED_IN_ERROR:
            words = _("This note was entered in error. Write a new note instead.")
        return [Problem(code="business-rule", text=words)]
    if not text.strip():
        return [Problem(code="required", text=_("The addendum is empty."), field="text")]
    if len(text) > LONGEST_SECTION:
        words = _("An addendum has at most %(limit)d characters.") % {"limit": LONGEST_SECTION}
        return [Problem(code="too-long", text=words, field="text")]
    return []


def is_late(occurred_at: dt.datetime, recorded_at: dt.datetime) -> bool:
    """Whether an entry was written so long afterwards that readers are told."""
    return recorded_at - occurred_at > LATE_AFTER


def _canonical(values: Mapping[str, Any]) -> bytes:
    # Sorted keys, no spaces, UTF-8: one spelling for one content, in every version of Python.
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _instant(moment: dt.datetime | None) -> str | None:
    # Databases keep microseconds; more would not survive the way back.
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else None
