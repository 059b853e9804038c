import django.db.models.deletion
from django.db import migrations, models

import hms.core.clock
import hms.core.crypto
import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organization", "0001_initial"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Blob",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("document", "Document"),
                            ("original", "Original of an import"),
                            ("attachment", "Attachment of a message"),
                        ],
                        max_length=12,
                    ),
                ),
                ("wrapped_key", models.BinaryField()),
                ("size", models.PositiveBigIntegerField()),
                ("content_type", models.CharField(max_length=100)),
                ("sha256", models.BinaryField(max_length=32)),
                ("content_index", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField(default=hms.core.clock.now)),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "content_index"], name="documents_blob_content")],
            },
        ),
        migrations.CreateModel(
            name="DocumentReference",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("current", "Current"),
                            ("superseded", "Replaced"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="current",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("type_system", models.CharField(default="http://loinc.org", max_length=100)),
                (
                    "type_code",
                    models.CharField(
                        choices=[
                            ("34109-9", "Clinical note"),
                            ("18842-5", "Discharge summary"),
                            ("57133-1", "Referral letter"),
                            ("68609-7", "Letter"),
                            ("11502-2", "Laboratory report"),
                            ("18748-4", "Imaging report"),
                            ("59284-0", "Consent"),
                            ("64290-0", "Insurance document"),
                            ("51852-2", "Letter or form of the patient"),
                            ("51851-4", "Administrative document"),
                        ],
                        max_length=32,
                        verbose_name="kind",
                    ),
                ),
                (
                    "title",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="documents.document.title", verbose_name="title"
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="when")),
                ("recorded_at", models.DateTimeField(default=hms.core.clock.now)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="organization.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="patients.patient",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="documents.documentreference",
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["-occurred_at"],
                "indexes": [models.Index(fields=["patient", "-occurred_at"], name="documents_of_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces__isnull", True),
                            models.Q(("replaces", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="documents_not_own_successor",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "file_name",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="documents.version.file_name"),
                ),
                ("filed_by", models.CharField(max_length=200)),
                ("filed_at", models.DateTimeField(default=hms.core.clock.now)),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.blob"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="documents.documentreference",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "number"), name="documents_version_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredOriginal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("source", models.CharField(max_length=100)),
                ("resource_type", models.CharField(max_length=40)),
                ("resource_id", models.CharField(max_length=128)),
                ("content_index", models.BinaryField(max_length=32)),
                ("offset", models.PositiveBigIntegerField()),
                ("length", models.PositiveIntegerField()),
                ("stored_at", models.DateTimeField(default=hms.core.clock.now)),
                ("mapped_to_type", models.CharField(blank=True, max_length=80)),
                ("mapped_to_id", models.UUIDField(blank=True, null=True)),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="originals", to="documents.blob"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="originals",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["mapped_to_type", "mapped_to_id"], name="documents_original_mapped")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "resource_type", "resource_id", "content_index"),
                        name="documents_original_once",
                    )
                ],
            },
        ),
    ]
