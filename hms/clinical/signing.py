"""The server's signature on notes and addenda, and whether it still holds.

A signature is made over canonical bytes (rules/notes.py) with the server's Ed25519 key at the moment the
author signs; afterwards anybody can tell whether a word, a name, a patient or a time was changed. It says
that this system saw the author sign; it is not the author's own qualified signature.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hms.clinical.codes import NoteStatus, SignatureState
from hms.clinical.rules.notes import AddendumContent, canonical_addendum, canonical_note
from hms.core import crypto

if TYPE_CHECKING:
    from hms.clinical.models import Note, NoteAddendum


def sign_note(note: Note) -> None:
    """Set digest and signature from the note's present content. The caller has set `signed_at`."""
    note.signed_patient = note.patient_id
    content = canonical_note(note.content)
    note.digest = hashlib.sha256(content).digest()
    note.signature = crypto.sign(content)


def sign_addendum(addendum: NoteAddendum) -> None:
    """Set digest and signature of an addendum; it is tied to the note's digest."""
    content = canonical_addendum(_content(addendum))
    addendum.digest = hashlib.sha256(content).digest()
    addendum.signature = crypto.sign(content)


def state_of_note(note: Note) -> SignatureState:
    """What pages, prints and exports say about a note's signature. One source for all of them."""
    if note.signature is None or (note.status == NoteStatus.PRELIMINARY):
        return SignatureState.UNSIGNED
    return _state(canonical_note(note.content), note.digest, note.signature)


def state_of_addendum(addendum: NoteAddendum) -> SignatureState:
    """The same for an addendum, which is never unsigned."""
    return _state(canonical_addendum(_content(addendum)), addendum.digest, addendum.signature)


def _state(content: bytes, digest: bytes | memoryview | None, signature: bytes | memoryview) -> SignatureState:
    same = bytes(digest or b"") == hashlib.sha256(content).digest()
    return SignatureState.VALID if same and crypto.verify(content, bytes(signature)) else SignatureState.BROKEN


def _content(addendum: NoteAddendum) -> AddendumContent:
    return AddendumContent(
        id=addendum.pk,
        note=addendum.note_id,
        note_digest=bytes(addendum.note.digest or b""),
        author=addendum.author_id,
        author_label=addendum.author_label,
        text=addendum.text,
        recorded_at=addendum.recorded_at,
        signed_at=addendum.signed_at,
    )
