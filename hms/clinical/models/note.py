"""Notes and their addenda. A signed note never changes: the database refuses it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.clinical import codes
from hms.clinical.models.chart import ChartQuerySet, ChartRecord
from hms.clinical.models.encounter import Encounter
from hms.clinical.rules.notes import NoteContent, is_late
from hms.core.actor import Actor
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Owned
from hms.patients.models import Patient


class NoteQuerySet(ChartQuerySet):
    def visible_to(self, by: Actor, patient: Patient | None = None) -> Self:
        """Signed notes of charts this actor may open, and unsigned ones of their own hand."""
        rows = super().visible_to(by, patient)
        return rows.filter(~Q(status=codes.NoteStatus.PRELIMINARY) | Q(author__user=by.id, author__user__isnull=False))

    def signed(self) -> Self:
        return self.filter(status__in=codes.SIGNED_NOTE)

    def for_reading(self) -> Self:
        """With everything the reading template shows, in a fixed number of queries, latest first."""
        return (
            self.select_related("author", "encounter", "facility")
            .prefetch_related(models.Prefetch("addenda", NoteAddendum.objects.select_related("author")))
            .order_by(F("occurred_at").desc(), "-id")
        )


class Note(ChartRecord):
    """FHIR Composition: what a clinician wrote about a visit.

    `occurred_at` is when it happened, `recorded_at` when it was first saved, `signed_at` when it was signed;
    all from the server's clock but the first, which people may set. The signature covers the words, the people
    and the times as they were; `signed_patient` is the patient then, whatever is merged later.
    """

    read_permission: ClassVar[str] = "clinical.read_notes"
    guards = [
        Frozen(
            columns="*",
            when="status <> 'preliminary'",
            moves={"status": [("final", "amended"), ("final", "entered-in-error"), ("amended", "entered-in-error")]},
            except_columns=["patient", "released_at", "error_reason", "error_at"],
        ),
        Frozen(columns=["error_reason", "error_at"], when="status = 'entered-in-error'"),
    ]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="notes")
    encounter = models.ForeignKey(Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="notes")
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="notes")
    type = models.CharField(_("type"), max_length=10, choices=codes.NoteType, default=codes.NoteType.PROGRESS)
    title = models.CharField(_("title"), max_length=100)
    status = models.CharField(
        _("status"), max_length=16, choices=codes.NoteStatus, default=codes.NoteStatus.PRELIMINARY
    )
    author = models.ForeignKey("organization.Practitioner", on_delete=models.PROTECT, related_name="notes")
    author_label = models.CharField(max_length=200)

    reason = EncryptedTextField(_("reason"), label="clinical.note.reason", blank=True)
    subjective = EncryptedTextField(_("history"), label="clinical.note.subjective", blank=True)
    objective = EncryptedTextField(_("examination"), label="clinical.note.objective", blank=True)
    assessment = EncryptedTextField(_("assessment"), label="clinical.note.assessment", blank=True)
    plan = EncryptedTextField(_("plan"), label="clinical.note.plan", blank=True)
    # Text brought over from an older note is marked with where it comes from.
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies")

    occurred_at = models.DateTimeField(_("when it happened"))
    recorded_at = models.DateTimeField(_("written"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_patient = models.UUIDField(null=True, editable=False)
    digest = models.BinaryField(max_length=32, null=True, editable=False)
    signature = models.BinaryField(max_length=68, null=True, editable=False)
    error_at = models.DateTimeField(null=True, blank=True)
    error_reason = EncryptedTextField(label="clinical.note.error_reason", blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta(ChartRecord.Meta):
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["patient", "-occurred_at"], name="clinical_note_chart")]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status="preliminary", signature__isnull=True, signed_at__isnull=True)
                | Q(status="entered-in-error")
                | Q(
                    status__in=["final", "amended"],
                    signature__isnull=False,
                    digest__isnull=False,
                    signed_at__isnull=False,
                    signed_patient__isnull=False,
                ),
                name="clinical_note_signed_whole",
            ),
            # One page, one unsigned note: two tabs can't make two.
            models.UniqueConstraint(
                fields=["encounter", "author", "type"],
                condition=Q(status="preliminary", encounter__isnull=False),
                name="clinical_note_one_unsigned",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_signed(self) -> bool:
        return self.status in codes.SIGNED_NOTE

    @property
    def is_late(self) -> bool:
        """Written well after it happened: shown as a late entry."""
        return is_late(self.occurred_at, self.recorded_at)

    @property
    def sections(self) -> list[tuple[str, str, str]]:
        """(column, heading, text) of the sections that say something, in their order."""
        filled = [(part.value, str(part.label), getattr(self, part.value)) for part in codes.NoteSection]
        return [section for section in filled if section[2].strip()]

    @property
    def content(self) -> NoteContent:
        """What a signature covers."""
        return NoteContent(
            id=self.pk,
            patient=self.signed_patient or self.patient_id,
            encounter=self.encounter_id,
            author=self.author_id,
            author_label=self.author_label,
            type=self.type,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            signed_at=self.signed_at,
            sections={part.value: getattr(self, part.value) for part in codes.NoteSection},
        )

    @property
    def signature_state(self) -> codes.SignatureState:
        """The one source of what a page says about the signature."""
        from hms.clinical import signing

        return signing.state_of_note(self)


class NoteAddendum(Owned):
    """What was added to a signed note, by its own author at its own time. Written once."""

    root = "note"
    may_delete = False
    on_merge = "move"
    on_export = "export"
    retention = "clinical"
    guards = [Frozen(columns="*", moves={"status": [("final", "entered-in-error")]})]

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="addenda")
    status = models.CharField(max_length=16, choices=codes.AddendumStatus, default=codes.AddendumStatus.FINAL)
    author = models.ForeignKey("organization.Practitioner", on_delete=models.PROTECT, related_name="addenda")
    author_label = models.CharField(max_length=200)
    text = EncryptedTextField(_("addendum"), label="clinical.addendum.text")
    recorded_at = models.DateTimeField(_("written"))
    signed_at = models.DateTimeField(_("signed"))
    digest = models.BinaryField(max_length=32, editable=False)
    signature = models.BinaryField(max_length=68, editable=False)

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["signed_at", "id"]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def signature_state(self) -> codes.SignatureState:
        from hms.clinical import signing

        return signing.state_of_addendum(self)
