"""Filing documents and keeping originals. The bytes are in the store before an action begins."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from hms.core import bulk, clock, trail
from hms.core.actions import action
from hms.core.actor import Actor
from hms.core.problems import Problem, Refused
from hms.core.records import take
from hms.documents import codes, content, store
from hms.documents.models import Blob, DocumentReference, DocumentVersion, StoredOriginal
from hms.documents.originals import Prepared

if TYPE_CHECKING:
    from hms.organization.models import Facility, Practitioner
    from hms.patients.models import Patient


@action("documents.file_document")
def file_document(
    *,
    by: Actor,
    facility: Facility,
    written: store.Written,
    type_code: str,
    occurred_at: datetime,
    patient: Patient | None = None,
    title: str = "",
    file_name: str = "",
    author: Practitioner | None = None,
    release: bool = True,
) -> DocumentReference:
    """File a document, with a patient or without. Refused: a kind of file we don't keep, an empty file.

    `written` comes from `store.write`; `release` lets the patient see it at once.
    """
    blob = Blob.of(written, codes.BlobKind.DOCUMENT)
    _refuse_strange(blob)
    now = clock.now()
    document = DocumentReference.objects.create(
        patient=patient,
        facility=facility,
        type_code=type_code,
        title=title,
        author=author,
        occurred_at=occurred_at,
        recorded_at=now,
        released_at=now if release else None,
    )
    _add(document, blob, 1, file_name, by)
    trail.record(
        "document.filed",
        subject=document,
        patient=patient,
        facility=facility,
        detail={"type": type_code, "size": blob.size},
    )
    return document


@action("documents.file_document")
def add_version(
    *, by: Actor, document: DocumentReference, written: store.Written, file_name: str = "", version: int | None = None
) -> DocumentVersion:
    """File a newer content of a document; the older stays readable. Refused: entered in error, strange file."""
    document = take(DocumentReference.objects.all(), document.pk, version)
    blob = Blob.of(written, codes.BlobKind.DOCUMENT)
    _refuse_strange(blob)
    _refuse_dead(document)
    newest = document.versions.order_by("-number").values_list("number", flat=True).first() or 0
    added = _add(document, blob, newest + 1, file_name, by)
    trail.record(
        "document.version-added",
        subject=document,
        patient=document.patient_id,
        facility=document.facility_id,
        detail={"number": added.number, "size": blob.size},
    )
    return added


@action("documents.release_document")
def release_document(*, by: Actor, document: DocumentReference, version: int | None = None) -> DocumentReference:
    """Let the patient see a document from now on. Refused: of a chart that is not theirs (404), entered in error."""
    document = take(DocumentReference.objects.visible_to(by), document.pk, version)
    _refuse_dead(document)
    if document.released_at is None:
        document.released_at = clock.now()
        document.save()
    trail.record("document.released", subject=document, patient=document.patient_id, facility=document.facility_id)
    return document


@action("documents.retract_document")
def retract_document(*, by: Actor, document: DocumentReference, version: int | None = None) -> DocumentReference:
    """Mark a document as entered in error: it stays, struck through, and the patient no longer sees it.

    Refused: of a chart that is not theirs (404), a second time.
    """
    document = take(DocumentReference.objects.visible_to(by), document.pk, version)
    if document.status == codes.DocumentStatus.ENTERED_IN_ERROR:
        raise Refused(Problem(code="business-rule", text=_("This document is marked as entered in error already.")))
    document.status = codes.DocumentStatus.ENTERED_IN_ERROR
    document.save()
    trail.record("document.retracted", subject=document, patient=document.patient_id, facility=document.facility_id)
    return document


@action("documents.keep_originals")
def keep_blob(*, by: Actor, written: store.Written, kind: str = codes.BlobKind.ORIGINAL) -> Blob:
    """Keep a whole file as it came. The same content again is the blob that is there already."""
    blob = Blob.of(written, kind)
    present = Blob.objects.filter(kind=kind, content_index=blob.content_index).first()
    if present is not None:
        transaction.on_commit(lambda: store.remove(written.id))
        trail.record("original.recognised", subject=present)
        return present
    blob.save(force_insert=True)
    trail.record("original.kept", subject=blob, detail={"size": blob.size})
    return blob


class Mapped(NamedTuple):
    """What a resource became here: the model's label, the row, and whose chart it is in.

    Without a row it is only kept; whose it is still counts, for merge, export and retention.
    """

    type: str
    id: uuid.UUID | None
    patient_id: uuid.UUID | None = None


@action("documents.keep_originals")
def keep_originals(
    *, by: Actor, prepared: Prepared, mapped: Mapping[tuple[str, str], Mapped] | None = None
) -> list[StoredOriginal]:
    """Insert what `originals.prepare` wrote. `mapped`: by (resource type, id at the sender), what it became."""
    became = mapped or {}
    rows: list[StoredOriginal] = []
    if prepared.content is not None:
        blob = Blob.of(prepared.content, codes.BlobKind.ORIGINAL)
        blob.save(force_insert=True)
        for one in prepared.new:
            target = became.get((one.resource_type, one.resource_id))
            rows.append(
                StoredOriginal(
                    source=prepared.source,
                    resource_type=one.resource_type,
                    resource_id=one.resource_id,
                    content_index=one.content_index,
                    blob=blob,
                    offset=one.offset,
                    length=one.length,
                    patient_id=target.patient_id if target else None,
                    mapped_to_type=target.type if target else "",
                    mapped_to_id=target.id if target else None,
                )
            )
        bulk.insert(rows)
    trail.record("originals.kept", detail={"source": prepared.source, "new": len(rows), "known": prepared.known})
    return rows


@action("documents.keep_originals")
def note_mapping(*, by: Actor, original: StoredOriginal, became: Mapped) -> StoredOriginal:
    """Say what an original became, when a later release maps more of it."""
    original = take(StoredOriginal.objects.all(), original.pk)
    original.mapped_to_type, original.mapped_to_id = became.type, became.id
    original.patient_id = became.patient_id or original.patient_id
    original.save()
    trail.record("original.mapped", subject=original, patient=original.patient_id, detail={"type": became.type})
    return original


def _add(document: DocumentReference, blob: Blob, number: int, file_name: str, by: Actor) -> DocumentVersion:
    blob.save(force_insert=True)
    return DocumentVersion.objects.create(
        document=document, number=number, blob=blob, file_name=file_name[:200], filed_by=by.label[:200]
    )


def _refuse_strange(blob: Blob) -> None:
    if blob.size == 0:
        raise Refused(Problem(code="required", field="file", text=_("This file is empty. Choose another one.")))
    if blob.content_type not in content.ACCEPTED:
        raise Refused(
            Problem(
                code="not-supported",
                field="file",
                text=_("This kind of file can't be kept. Choose a PDF, a picture (PNG, JPEG, TIFF) or plain text."),
            )
        )


def _refuse_dead(document: DocumentReference) -> None:
    if document.status == codes.DocumentStatus.ENTERED_IN_ERROR:
        raise Refused(
            Problem(
                code="business-rule",
                text=_("This document was entered in error. File the right one as a new document."),
            )
        )
