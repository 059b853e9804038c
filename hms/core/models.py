"""The tables of the mechanisms: audit, keys, outbox, counters, drafts."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hms.core.crypto import EncryptedTextField
from hms.core.guards import AppendOnly
from hms.core.records import uuid7


class AuditEvent(models.Model):
    """One line of the trail: who did what to whose record, when, why, and with what outcome.

    Plain ids and labels, no foreign keys: the trail outlives what it speaks of. `detail` holds ids, codes,
    field names and counts, never words about a patient. Range-partitioned by `at` on PostgreSQL.
    """

    class Outcome(models.TextChoices):
        SUCCESS = "success", _("Done")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deed = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=80)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.SUCCESS)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=12)
    actor_role = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.UUIDField(null=True)
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    client = models.CharField(max_length=120, blank=True)
    facility_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    guards = [AppendOnly()]

    class Meta:
        indexes = [
            models.Index(fields=["patient_id", "-at"], name="audit_patient"),
            models.Index(fields=["actor_id", "-at"], name="audit_actor"),
            models.Index(fields=["-at"], name="audit_at"),
            models.Index(fields=["subject_id", "-at"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.outcome}"


class AuditSeal(models.Model):
    """A batch of audit events, closed: their ids and digests in order, chained to the seal before, signed."""

    number = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    from_position = models.BigIntegerField()
    upto_position = models.BigIntegerField()
    count = models.PositiveIntegerField()
    # 16 bytes id and 32 bytes digest of each event, in order: names the first row that does not fit.
    entries = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    previous_digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=68)

    guards = [AppendOnly()]

    def __str__(self) -> str:
        return f"seal {self.number}"


class DataKey(models.Model):
    """A data key, wrapped by a key-encryption key that lives outside the database."""

    purpose = models.CharField(max_length=12)
    wrapped_by = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} key {self.pk}"


class OutboxMessage(models.Model):
    """Something to be done after a deed, written in the deed's own transaction. Holds ids, never content."""

    class State(models.TextChoices):
        DUE = "due", _("Waiting")
        DONE = "done", _("Done")
        DEAD = "dead", _("Given up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True, null=True)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.UUIDField(null=True)
    deed = models.UUIDField(null=True)
    state = models.CharField(max_length=4, choices=State, default=State.DUE)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    # The class of the error and where it arose; its message may quote what it choked on.
    last_error = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="due"), name="outbox_due"),
            models.Index(fields=["state", "topic"], name="outbox_state"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.state}"


class IdempotentReply(models.Model):
    """What an action answered to an idempotency key, so that the same request twice is one deed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor_id = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    key_digest = models.BinaryField(max_length=32)
    body_digest = models.BinaryField(max_length=32)
    result_type = models.CharField(max_length=80, blank=True)
    result_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_digest"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.action} {self.created_at:%Y-%m-%d}"


class Counter(models.Model):
    """The last number given out in a series that may have no gaps."""

    series = models.CharField(max_length=80, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.value}"


class Draft(models.Model):
    """What somebody has typed and not yet saved: one row per person, page and subject, outside history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    page = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    body = EncryptedTextField(label="core.draft.body")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "page", "subject_id"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.page}"


class Installation(models.Model):
    """The one row that says whether this database is a demo or holds real people."""

    class Kind(models.TextChoices):
        PRODUCTION = "production", _("Production")
        DEMO = "demo", _("Demo hospital")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one")]

    def __str__(self) -> str:
        return self.kind


class CurrentDeed(models.Model):
    """SQLite's stand-in for a session variable: which deed the writer is in. Always one row; empty between deeds."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    deed = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.deed)
