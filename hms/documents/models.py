"""Blobs, documents and their versions, and the originals of what was imported."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core import clock, crypto
from hms.core.actor import Actor
from hms.core.crypto import EncryptedTextField
from hms.core.guards import AppendOnly, Frozen
from hms.core.records import Owned, Record
from hms.documents import codes, content, store


class Blob(Record):
    """Bytes in the store: where they are, how to open them, and what they are. Written once."""

    keeps_history = False
    guards = [AppendOnly()]

    kind = models.CharField(max_length=12, choices=codes.BlobKind)
    wrapped_key = models.BinaryField()
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    # Of the file as it lies in the store: a backup is checked without any key.
    sha256 = models.BinaryField(max_length=32)
    # Keyed, so that nobody with the table can try out what a file may have said.
    content_index = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["kind", "content_index"], name="documents_blob_content")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def of(cls, written: store.Written, kind: str) -> Blob:
        """The row, not saved yet, for what was just written into the store."""
        return cls(
            id=written.id,
            kind=kind,
            wrapped_key=crypto.encrypt(written.key, _key_context(written.id), crypto.BLOB),
            size=written.size,
            content_type=content.media_type(written.head),
            sha256=written.sha256,
            content_index=crypto.keyed_digest(written.digest, "documents.blob"),
        )

    @property
    def key(self) -> bytes:
        return crypto.decrypt(bytes(self.wrapped_key), _key_context(self.pk))

    def read(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The plain bytes as a stream."""
        return store.read(self.pk, self.key, offset, length)


def _key_context(blob_id: uuid.UUID) -> bytes:
    """What a blob's wrapped key is bound to."""
    return b"documents.blob.key\0" + blob_id.bytes


class DocumentReferenceQuerySet(models.QuerySet["DocumentReference"]):
    def visible_to(self, by: Actor) -> DocumentReferenceQuerySet:
        """Documents of charts this actor may open; a patient's or proxy's only once released.

        Papers that belong to no patient are for the staff of their facility.
        """
        from hms.patients.models import Patient
        from hms.patients.models.scope import in_charts

        if by.kind == "system":
            return self.all()
        charts = Patient.objects.visible_to(by)
        if by.role == "patient":
            charts = charts.confiding_in(by)
            return self.filter(in_charts(charts), released_at__lte=clock.now()).exclude(
                status=codes.DocumentStatus.ENTERED_IN_ERROR
            )
        return self.filter(Q(in_charts(charts)) | Q(patient__isnull=True, facility__in=_facilities(by)))

    def current(self) -> DocumentReferenceQuerySet:
        return self.filter(status=codes.DocumentStatus.CURRENT)


def _facilities(by: Actor) -> models.QuerySet[models.Model]:
    from hms.organization.models import Facility

    return Facility.objects.worked_in_by(by, "documents.read_document")


class DocumentReference(Record):
    """A document: FHIR DocumentReference. Its content is in its versions, of which the newest counts."""

    on_merge = "move"
    on_export = "export"
    retention = "clinical"
    guards = [Frozen(columns=["facility", "author", "recorded_at"])]

    patient = models.ForeignKey(
        "patients.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="documents")
    status = models.CharField(
        _("status"), max_length=20, choices=codes.DocumentStatus, default=codes.DocumentStatus.CURRENT
    )
    type_system = models.CharField(max_length=100, default="http://loinc.org")
    type_code = models.CharField(_("kind"), max_length=32, choices=codes.DocumentKind)
    title = EncryptedTextField(_("title"), label="documents.document.title", blank=True)
    author = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    # When what the document says happened, which may be long before it was filed.
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(default=clock.now)
    released_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    objects = DocumentReferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["patient", "-occurred_at"], name="documents_of_patient")]
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="documents_not_own_successor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_code_display()}"


class DocumentVersion(Owned):
    """One content of a document, for ever as it was filed."""

    root = "document"
    may_delete = False
    guards = [AppendOnly()]
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    document = models.ForeignKey(DocumentReference, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    file_name = EncryptedTextField(label="documents.version.file_name", blank=True)
    filed_by = models.CharField(max_length=200)
    filed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="documents_version_number_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class StoredOriginal(Record):
    """The original of one imported resource: a stretch of a blob, and what it became here.

    Nothing of an import is lost: a later release maps more of it from these.
    """

    keeps_history = False
    guards = [Frozen(except_columns=["mapped_to_type", "mapped_to_id", "patient"])]
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    patient = models.ForeignKey(
        "patients.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="originals"
    )
    # Who sent it: two senders may use one id for different things.
    source = models.CharField(max_length=100)
    resource_type = models.CharField(max_length=40)
    resource_id = models.CharField(max_length=128)
    # Keyed digest of the resource's bytes: the same again is recognised, a changed one is kept beside.
    content_index = models.BinaryField(max_length=32)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="originals")
    offset = models.PositiveBigIntegerField()
    length = models.PositiveIntegerField()
    stored_at = models.DateTimeField(default=clock.now)
    mapped_to_type = models.CharField(max_length=80, blank=True)
    mapped_to_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "resource_type", "resource_id", "content_index"], name="documents_original_once"
            ),
        ]
        indexes = [models.Index(fields=["mapped_to_type", "mapped_to_id"], name="documents_original_mapped")]

    def __str__(self) -> str:
        return f"{self.resource_type}/{self.resource_id}"

    def read(self) -> bytes:
        """The resource's bytes as they came."""
        return b"".join(self.blob.read(self.offset, self.length))
