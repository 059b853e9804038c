"""Notes are written, signed, and added to. Nothing changes a signed one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from hms.clinical import codes, signing
from hms.clinical.models import Encounter, Note, NoteAddendum
from hms.clinical.people import author_of, open_chart
from hms.clinical.rules import notes as rules
from hms.core import clock, drafts, outbox, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.organization.policies import policy

Status = codes.NoteStatus
# The page name under which the editor keeps its draft; its subject is the encounter.
DRAFT_PAGE = "note"
# The same for an addendum; its subject is the note.
ADDENDUM_DRAFT = "addendum"


@action("clinical.write_note")
def write_note(
    *,
    by: Actor,
    encounter: Encounter,
    sections: Mapping[str, str],
    type: str = codes.NoteType.PROGRESS,
    occurred_at: dt.datetime | None = None,
    copied_from: Note | None = None,
    version: int | None = None,
) -> Note:
    """Keep a note unsigned. An author has one unsigned note of a type in a visit: writing again changes it.

    `version` is that of the unsigned note the page showed. Refused: a chart the actor may not open, a visit
    that was cancelled, a time ahead, a section that is too long.
    """
    visit = take(Encounter.objects.visible_to(by), encounter.pk)
    open_chart(by, visit.patient_id)
    if visit.status in (codes.EncounterStatus.CANCELLED, codes.EncounterStatus.ENTERED_IN_ERROR):
        raise Refused(Problem(code="business-rule", text=_("This visit was cancelled, so it takes no note.")))
    author = author_of(by)
    sections = {name: _tidy(words) for name, words in sections.items()}
    mine = Note.objects.filter(encounter=visit, author=author, type=type, status=Status.PRELIMINARY)
    earlier = mine.first()
    note = take(mine, earlier.pk, version) if earlier else Note(encounter=visit, author=author, type=type)
    when = occurred_at or note.occurred_at or visit.start_at or clock.now()
    if problems := rules.writing_problems(sections, when, clock.now()):
        raise Refused(*problems)
    note.patient_id, note.facility_id = visit.patient_id, visit.facility_id
    note.title = codes.NoteType(type).label
    note.author_label = author.full_name
    note.occurred_at = when
    note.recorded_at = note.recorded_at or clock.now()
    note.copied_from = copied_from or note.copied_from
    for name, words in sections.items():
        setattr(note, name, words)
    note.save()
    trail.record(
        "note.written", subject=note, patient=note.patient_id, facility=note.facility_id, detail={"type": type}
    )
    return note


@action("clinical.sign_note")
def sign_note(*, by: Actor, note: Note, version: int | None = None) -> Note:
    """Sign one's own note: from now on nobody changes it. The draft of the page goes.

    Refused: somebody else's note, one that is signed, an empty one, one about the future.
    """
    signed = take(Note.objects.visible_to(by), note.pk, version)
    now = clock.now()
    problems = rules.signing_problems(
        status=signed.status,
        sections={part: getattr(signed, part) for part in codes.NoteSection.values},
        occurred_at=signed.occurred_at,
        is_author=signed.author.user_id == by.id,
        now=now,
    )
    if problems:
        raise Refused(*problems)
    signed.status, signed.signed_at = Status.FINAL, now
    signed.author_label = signed.author.full_name
    signing.sign_note(signed)
    if policy("clinical.note_release", signed.facility):
        signed.released_at = now
    signed.save()
    if signed.encounter_id:
        drafts.discard(by, DRAFT_PAGE, signed.encounter_id)
    trail.record(
        "note.signed",
        subject=signed,
        patient=signed.patient_id,
        facility=signed.facility_id,
        detail={"type": signed.type},
    )
    outbox.say("note.signed", signed, key=f"note.signed:{signed.pk}")
    return signed


@action("clinical.sign_note")
def write_and_sign_note(
    *,
    by: Actor,
    encounter: Encounter,
    sections: Mapping[str, str],
    type: str = codes.NoteType.PROGRESS,
    occurred_at: dt.datetime | None = None,
    version: int | None = None,
) -> Note:
    """Write a note and sign it in one deed: all of it or nothing. Refused: what either of the two refuses."""
    note = write_note(
        by=by, encounter=encounter, sections=sections, type=type, occurred_at=occurred_at, version=version
    )
    return sign_note(by=by, note=note)


@action("clinical.add_addendum")
def add_addendum(*, by: Actor, note: Note, text: str, version: int | None = None) -> NoteAddendum:
    """Add to a signed note, by one's own name and time. Refused: a note that is not signed, an empty addendum."""
    amended = take(Note.objects.visible_to(by), note.pk, version)
    text = _tidy(text)
    if problems := rules.addendum_problems(amended.status, text):
        raise Refused(*problems)
    author, now = author_of(by), clock.now()
    if amended.status == Status.FINAL:
        amended.status = Status.AMENDED
        amended.save()
    addendum = NoteAddendum(
        note=amended, author=author, author_label=author.full_name, text=text, recorded_at=now, signed_at=now
    )
    signing.sign_addendum(addendum)
    addendum.save(force_insert=True)
    drafts.discard(by, ADDENDUM_DRAFT, amended.pk)
    trail.record("note.amended", subject=amended, patient=amended.patient_id, facility=amended.facility_id)
    outbox.say("note.amended", amended, key=f"note.amended:{addendum.pk}")
    return addendum


def _tidy(words: str) -> str:
    """Browsers send line ends as two characters; the signature should not depend on that."""
    return words.replace("\r\n", "\n").rstrip()
