import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "login_name",
                    models.CharField(
                        help_text="An e-mail address, a phone number with country code, or a card number.",
                        max_length=254,
                        unique=True,
                        verbose_name="login name",
                    ),
                ),
                ("email", models.EmailField(blank=True, db_index=True, max_length=254, verbose_name="e-mail address")),
                ("full_name", models.CharField(max_length=200, verbose_name="name")),
                ("language", models.CharField(blank=True, max_length=16, verbose_name="language")),
                (
                    "density",
                    models.CharField(
                        blank=True,
                        choices=[("", "As usual for my role"), ("comfortable", "Comfortable"), ("compact", "Compact")],
                        max_length=12,
                        verbose_name="density",
                    ),
                ),
                ("shortcuts", models.BooleanField(default=True, verbose_name="keyboard shortcuts")),
                ("must_change_password", models.BooleanField(default=False, verbose_name="must choose a new password")),
                ("pin_hash", models.CharField(blank=True, editable=False, max_length=128)),
                ("session_epoch", models.PositiveIntegerField(default=1, editable=False)),
                ("is_active", models.BooleanField(default=True, editable=False)),
                ("deactivated_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("deactivated_at", None), ("is_active", True)),
                            models.Q(("deactivated_at__isnull", False), ("is_active", False)),
                            _connector="OR",
                        ),
                        name="user_deactivated_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("login_name", ""), _negated=True), name="user_has_a_login_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("scopes", models.CharField(max_length=1000, verbose_name="scopes")),
                ("epoch", models.PositiveIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "access token",
            },
        ),
        migrations.CreateModel(
            name="SignInTries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField(max_length=32, unique=True)),
                ("lane", models.CharField(max_length=10)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("blocked_until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "tries to sign in",
                "indexes": [models.Index(fields=["last_at"], name="tries_last")],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("doctor", "Doctor"),
                            ("nurse", "Nurse"),
                            ("front-desk", "Front desk"),
                            ("laboratory", "Laboratory and imaging"),
                            ("pharmacist", "Pharmacist"),
                            ("billing", "Billing"),
                            ("privacy-officer", "Privacy officer"),
                            ("integration-analyst", "Integration analyst"),
                            ("patient", "Patient"),
                        ],
                        max_length=24,
                        verbose_name="duty",
                    ),
                ),
                ("facility_id", models.UUIDField(blank=True, null=True, verbose_name="facility")),
                ("start_at", models.DateTimeField(verbose_name="from")),
                ("end_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Waits for a second person"),
                            ("active", "In force"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("granted_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "duty",
                "indexes": [
                    models.Index(fields=["user", "status"], name="grant_user"),
                    models.Index(condition=models.Q(("status", "pending")), fields=["status"], name="grant_pending"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end_at", None), ("end_at__gte", models.F("start_at")), _connector="OR"),
                        name="grant_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("granted_by", None),
                            models.Q(("decided_by", models.F("granted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="grant_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="grant_not_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "active"), _negated=True),
                            models.Q(("duty__in", ["administrator", "doctor"]), _negated=True),
                            ("granted_by", None),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="grant_of_power_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("full_name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("language", models.CharField(blank=True, max_length=16, verbose_name="language")),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("doctor", "Doctor"),
                            ("nurse", "Nurse"),
                            ("front-desk", "Front desk"),
                            ("laboratory", "Laboratory and imaging"),
                            ("pharmacist", "Pharmacist"),
                            ("billing", "Billing"),
                            ("privacy-officer", "Privacy officer"),
                            ("integration-analyst", "Integration analyst"),
                            ("patient", "Patient"),
                        ],
                        max_length=24,
                        verbose_name="duty",
                    ),
                ),
                ("facility_id", models.UUIDField(blank=True, null=True, verbose_name="facility")),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitation",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("used_at", None), ("user", None)),
                            models.Q(("used_at__isnull", False), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="invitation_used_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("secret_digest", models.BinaryField(max_length=32)),
                ("epoch", models.PositiveIntegerField()),
                ("agent", models.CharField(blank=True, max_length=80)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                ("switch_until", models.DateTimeField()),
                ("wrong_pins", models.PositiveSmallIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="devices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "known device",
                "constraints": [models.UniqueConstraint(fields=("secret_digest", "user"), name="device_once_per_user")],
            },
        ),
        migrations.CreateModel(
            name="UserSession",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("epoch", models.PositiveIntegerField()),
                ("started_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                ("method", models.CharField(max_length=20)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("agent", models.CharField(blank=True, max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed-out", "Signed out"),
                            ("idle", "Not used for a while"),
                            ("absolute", "Reached its longest time"),
                            ("revoked", "Ended by its owner"),
                            ("security", "Ended by a change of password or access"),
                            ("switched", "Handed over to a colleague"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "indexes": [models.Index(fields=["user", "-started_at"], name="session_user")],
            },
        ),
    ]
