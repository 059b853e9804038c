import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hms.core.clock
import hms.core.crypto
import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("organization", "0001_initial"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[("in-app", "Here"), ("email", "E-mail"), ("sms", "Text message")], max_length=8
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("appointment", "Visits booked, moved or cancelled"),
                            ("reminder", "Reminders of visits"),
                            ("result", "New results and documents"),
                            ("billing", "Invoices and payments"),
                            ("work", "Work waiting for me"),
                            ("account", "Sign-in and security"),
                        ],
                        max_length=16,
                    ),
                ),
                ("template", models.CharField(blank=True, max_length=100)),
                ("language", models.CharField(max_length=16)),
                ("recipient", hms.core.crypto.EncryptedTextField(default="", label="messaging.delivery.recipient")),
                (
                    "subject",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="messaging.delivery.subject"),
                ),
                ("body", hms.core.crypto.EncryptedTextField(default="", label="messaging.delivery.body")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting to be sent"),
                            ("sent", "Handed over"),
                            ("failed", "Could not be delivered"),
                            ("withheld", "Not sent on purpose"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("opted-out", "The person does not want messages of this kind"),
                            ("deceased", "The patient has died"),
                            ("no-address", "No address of this kind is on file"),
                            ("address-refused", "The address was refused"),
                            ("carrier-down", "The mail or message service did not answer"),
                            ("no-carrier", "No mail or message service is set up"),
                        ],
                        max_length=16,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=hms.core.clock.now)),
                ("due_at", models.DateTimeField(default=hms.core.clock.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("receipt", models.CharField(blank=True, max_length=200)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_by", models.CharField(blank=True, max_length=200)),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phoned", "Told by telephone"),
                            ("posted", "Sent by post"),
                            ("corrected", "Address put right, sent again"),
                            ("not-needed", "No longer needed"),
                        ],
                        max_length=12,
                        verbose_name="what was done",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="organization.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="patients.patient",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", True), ("state", "failed")),
                        fields=["-created_at"],
                        name="messaging_undelivered",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="messaging_sent_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolution", ""), ("resolved_at__isnull", True)),
                            models.Q(("resolved_at__isnull", False), models.Q(("resolution", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="messaging_resolved_says_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryAttachment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=100)),
                ("content_type", models.CharField(max_length=100)),
                ("content", hms.core.crypto.EncryptedBinaryField(label="messaging.attachment.content")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="messaging.delivery"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DeliveryAttempt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(default=hms.core.clock.now)),
                ("carrier", models.CharField(max_length=20)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("sent", "Handed over"), ("try-later", "Not now"), ("failed", "Refused")],
                        max_length=10,
                    ),
                ),
                ("receipt", models.CharField(blank=True, max_length=200)),
                ("error", models.CharField(blank=True, max_length=100)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="log", to="messaging.delivery"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "number"), name="messaging_attempt_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
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
                            ("appointment", "Visits booked, moved or cancelled"),
                            ("reminder", "Reminders of visits"),
                            ("result", "New results and documents"),
                            ("billing", "Invoices and payments"),
                            ("work", "Work waiting for me"),
                            ("account", "Sign-in and security"),
                        ],
                        max_length=16,
                    ),
                ),
                ("text", hms.core.crypto.EncryptedTextField(default="", label="messaging.notification.text")),
                ("link", models.CharField(blank=True, max_length=300)),
                ("key", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(default=hms.core.clock.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="patients.patient",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(fields=["user", "-created_at"], name="messaging_bell"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["user"], name="messaging_unread"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="messaging_notification_once")],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "channel",
                    models.CharField(
                        choices=[("in-app", "Here"), ("email", "E-mail"), ("sms", "Text message")], max_length=8
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("appointment", "Visits booked, moved or cancelled"),
                            ("reminder", "Reminders of visits"),
                            ("result", "New results and documents"),
                            ("billing", "Invoices and payments"),
                            ("work", "Work waiting for me"),
                            ("account", "Sign-in and security"),
                        ],
                        max_length=16,
                    ),
                ),
                ("wanted", models.BooleanField(default=True)),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_preferences",
                        to="patients.patient",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "channel", "kind"), name="messaging_preference_of_user_once"
                    ),
                    models.UniqueConstraint(
                        fields=("patient", "channel", "kind"), name="messaging_preference_of_patient_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("patient__isnull", True), ("user__isnull", False)),
                            models.Q(("patient__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="messaging_preference_of_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuietHours",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("start", models.TimeField(verbose_name="from")),
                ("end", models.TimeField(verbose_name="until")),
                ("time_zone", models.CharField(max_length=64, verbose_name="time zone")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quiet_hours",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start", models.F("end")), _negated=True),
                        name="messaging_quiet_hours_not_all_day",
                    )
                ],
            },
        ),
    ]
