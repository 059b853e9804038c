import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hms.core.crypto
import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("organization", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllergyIntolerance",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "clinical_status",
                    models.CharField(
                        choices=[("active", "Active"), ("inactive", "Inactive"), ("resolved", "Resolved")],
                        default="active",
                        max_length=8,
                        verbose_name="clinical status",
                    ),
                ),
                (
                    "verification_status",
                    models.CharField(
                        choices=[
                            ("unconfirmed", "Reported, not confirmed"),
                            ("confirmed", "Confirmed"),
                            ("refuted", "Refuted"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="unconfirmed",
                        max_length=16,
                        verbose_name="certainty",
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        blank=True,
                        choices=[("allergy", "Allergy"), ("intolerance", "Intolerance")],
                        max_length=11,
                        verbose_name="type",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("medication", "Medicine"),
                            ("food", "Food"),
                            ("environment", "Environment"),
                            ("biologic", "Biologic"),
                        ],
                        max_length=11,
                        verbose_name="category",
                    ),
                ),
                (
                    "criticality",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low risk"), ("high", "High risk"), ("unable-to-assess", "Risk not known")],
                        max_length=16,
                        verbose_name="risk",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="substance")),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_version", models.CharField(blank=True, max_length=64)),
                ("allergy_group", models.CharField(blank=True, max_length=64, verbose_name="group of substances")),
                ("ingredient", models.CharField(blank=True, max_length=64, verbose_name="ingredient")),
                ("onset_text", models.CharField(blank=True, max_length=10, verbose_name="since")),
                ("occurred_at", models.DateTimeField(blank=True, null=True, verbose_name="last reaction")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("asserter", models.CharField(blank=True, max_length=200, verbose_name="told by")),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.allergy.note", verbose_name="note"
                    ),
                ),
                (
                    "refutation",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.allergy.refutation", verbose_name="why it does not hold"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "allergy or intolerance",
                "verbose_name_plural": "allergies and intolerances",
                "ordering": ["-criticality", "text", "id"],
            },
        ),
        migrations.CreateModel(
            name="AllergyReaction",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("manifestation", models.CharField(max_length=200, verbose_name="reaction")),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[("mild", "mild"), ("moderate", "moderate"), ("severe", "severe")],
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                ("onset_text", models.CharField(blank=True, max_length=10, verbose_name="when")),
                (
                    "description",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.allergy.reaction", verbose_name="description"
                    ),
                ),
                (
                    "allergy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reactions",
                        to="patients.allergyintolerance",
                    ),
                ),
            ],
            options={
                "verbose_name": "reaction",
                "verbose_name_plural": "reactions",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("mrn", models.CharField(editable=False, max_length=9, unique=True, verbose_name="record number")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("registered_at", models.DateTimeField(verbose_name="registered")),
                ("label", models.CharField(editable=False, max_length=300)),
                ("native_label", models.CharField(blank=True, editable=False, max_length=200)),
                ("sort_name", models.CharField(blank=True, db_index=True, editable=False, max_length=300)),
                ("birth_date_text", models.CharField(blank=True, max_length=10, verbose_name="date of birth")),
                ("birth_date_estimated", models.BooleanField(default=False, verbose_name="estimated")),
                ("birth_low", models.DateField(editable=False, null=True)),
                ("birth_high", models.DateField(editable=False, null=True)),
                ("birth_at", models.DateTimeField(blank=True, null=True, verbose_name="time of birth")),
                ("multiple_birth", models.BooleanField(blank=True, null=True, verbose_name="twin, triplet or more")),
                ("birth_order", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="birth order")),
                (
                    "gender",
                    models.CharField(
                        choices=[("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known")],
                        default="unknown",
                        max_length=8,
                        verbose_name="gender in papers",
                    ),
                ),
                (
                    "sex_for_clinical_use",
                    models.CharField(
                        choices=[
                            ("female", "Female"),
                            ("male", "Male"),
                            ("specified", "See note"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="sex for clinical use",
                    ),
                ),
                (
                    "gender_identity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("female", "Woman or girl"),
                            ("male", "Man or boy"),
                            ("non-binary", "Non-binary"),
                            ("other", "Other"),
                            ("asked-declined", "Prefers not to say"),
                        ],
                        max_length=16,
                        verbose_name="gender identity",
                    ),
                ),
                (
                    "marital_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("M", "Married"),
                            ("S", "Never married"),
                            ("D", "Divorced"),
                            ("L", "Legally separated"),
                            ("W", "Widowed"),
                            ("T", "Domestic partner"),
                            ("UNK", "Not known"),
                        ],
                        max_length=3,
                        verbose_name="marital status",
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=16, verbose_name="language")),
                ("interpreter_needed", models.BooleanField(default=False, verbose_name="needs an interpreter")),
                ("deceased", models.BooleanField(default=False, verbose_name="deceased")),
                ("deceased_date_text", models.CharField(blank=True, max_length=10, verbose_name="date of death")),
                (
                    "deceased_date_estimated",
                    models.BooleanField(default=False, verbose_name="date of death is approximate"),
                ),
                ("deceased_at", models.DateTimeField(blank=True, null=True, verbose_name="time of death")),
                ("unidentified", models.BooleanField(default=False, verbose_name="identity not known")),
                (
                    "restriction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not restricted"),
                            ("vip", "Public person"),
                            ("staff", "Works here"),
                            ("sensitive", "At risk if found"),
                        ],
                        max_length=9,
                        verbose_name="confidential record",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_records",
                        to="patients.patient",
                    ),
                ),
                (
                    "registered_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.facility",
                        verbose_name="registered at",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="patient",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "patient",
                "verbose_name_plural": "patients",
                "indexes": [
                    models.Index(fields=["birth_low"], name="patients_birth"),
                    models.Index(fields=["registered_at"], name="patients_registered"),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["merged_into"],
                        name="patients_merged",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="patients_not_merged_into_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("birth_high__isnull", True), ("birth_low__isnull", True)),
                            ("birth_low__lte", models.F("birth_high")),
                            _connector="OR",
                        ),
                        name="patients_birth_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deceased", True),
                            models.Q(("deceased_at__isnull", True), ("deceased_date_text", "")),
                            _connector="OR",
                        ),
                        name="patients_date_of_death_of_the_dead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GlassBreak",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("user_label", models.CharField(max_length=200)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("emergency", "Emergency treatment"),
                            ("on-call", "On call for a colleague"),
                            ("advice", "Asked for advice by the treating team"),
                            ("patient-asked", "The patient asked me"),
                            ("other", "Other reason"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                (
                    "explanation",
                    hms.core.crypto.EncryptedTextField(
                        default="", label="patients.glass.explanation", verbose_name="explanation"
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="reviewed")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("justified", "Justified"),
                            ("questioned", "Ask the person"),
                            ("breach", "Not justified: case opened"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "review_note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.glass.review_note", verbose_name="note of the review"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.facility",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="glass_breaks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="glass_breaks", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "emergency access",
                "verbose_name_plural": "emergency accesses",
                "indexes": [
                    models.Index(fields=["user", "patient", "ends_at"], name="patients_glass_open"),
                    models.Index(
                        condition=models.Q(("reviewed_at__isnull", True)),
                        fields=["opened_at"],
                        name="patients_glass_unreviewed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opened_at__lt", models.F("ends_at"))), name="patients_glass_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("reviewed_at__isnull", True)),
                            models.Q(("reviewed_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="patients_glass_review_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("inactive", "Ended"), ("entered-in-error", "Entered in error")],
                        default="active",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("safety", "Safety"),
                            ("clinical", "Clinical"),
                            ("behavioral", "Behaviour"),
                            ("admin", "Administrative"),
                            ("contact", "Contact"),
                        ],
                        default="safety",
                        max_length=10,
                        verbose_name="category",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("fall-risk", "Fall risk"),
                            ("isolation", "Isolation"),
                            ("pressure-ulcer", "Pressure ulcer risk"),
                            ("seizures", "Seizures"),
                            ("difficult-airway", "Difficult airway"),
                            ("bleeding-risk", "Bleeding risk"),
                            ("implant", "Implant, check before imaging"),
                            ("hearing", "Hard of hearing"),
                            ("sight", "Low vision"),
                            ("communication", "Needs help to communicate"),
                            ("advance-directive", "Advance directive on file"),
                            ("aggression", "Has been violent"),
                            ("safeguarding", "Safeguarding"),
                            ("name-alert", "Same or similar name"),
                            ("other", "Other alert"),
                        ],
                        max_length=24,
                        verbose_name="alert",
                    ),
                ),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.flag.note", verbose_name="note"
                    ),
                ),
                ("start_at", models.DateTimeField(verbose_name="from")),
                ("end_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="flags", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "active")), fields=["patient"], name="patients_flag_active"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_at__isnull", True), ("end_at__gte", models.F("start_at")), _connector="OR"
                        ),
                        name="patients_flag_period",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("different", "Different people"),
                            ("unsure", "To be looked at"),
                            ("same", "The same person"),
                        ],
                        max_length=9,
                    ),
                ),
                ("score", models.SmallIntegerField()),
                ("reasons", models.CharField(blank=True, max_length=300)),
                (
                    "reason",
                    hms.core.crypto.EncryptedTextField(
                        blank=True,
                        default="",
                        label="patients.duplicate.reason",
                        verbose_name="why they are different people",
                    ),
                ),
                ("decided_at", models.DateTimeField()),
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
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicate_decisions",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("patient", models.F("other")), _negated=True),
                        name="patients_duplicate_of_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Coverage",
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
                            ("active", "Active"),
                            ("cancelled", "Cancelled"),
                            ("draft", "Not checked yet"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="active",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("public", "Public insurance"),
                            ("private", "Private insurance"),
                            ("accident", "Accident or employer"),
                            ("self-pay", "Pays themselves"),
                            ("other", "Other"),
                        ],
                        default="public",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=1, verbose_name="pays as number")),
                ("payor", models.CharField(blank=True, max_length=200, verbose_name="insurer")),
                ("plan", models.CharField(blank=True, max_length=150, verbose_name="plan")),
                ("group_number", models.CharField(blank=True, max_length=64, verbose_name="group")),
                ("network", models.CharField(blank=True, max_length=150, verbose_name="network")),
                (
                    "relationship",
                    models.CharField(
                        choices=[
                            ("self", "The patient"),
                            ("spouse", "Husband or wife"),
                            ("parent", "Parent"),
                            ("child", "Child"),
                            ("other", "Somebody else"),
                        ],
                        default="self",
                        max_length=8,
                        verbose_name="insured through",
                    ),
                ),
                ("subscriber_name", models.CharField(blank=True, max_length=200, verbose_name="name of the insured")),
                (
                    "subscriber_id",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.coverage.subscriber_id", verbose_name="member number"
                    ),
                ),
                ("subscriber_index", models.BinaryField(blank=True, db_index=True, max_length=32)),
                ("dependent", models.CharField(blank=True, max_length=16, verbose_name="number of the dependant")),
                ("start", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "payor_organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.externalorganization",
                        verbose_name="insurer",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="coverages", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "insurance",
                "verbose_name_plural": "insurances",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__isnull", True),
                            ("start__isnull", True),
                            ("start__lte", models.F("end")),
                            _connector="OR",
                        ),
                        name="patients_coverage_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "self-pay"),
                            models.Q(("payor", ""), _negated=True),
                            ("payor_organization__isnull", False),
                            _connector="OR",
                        ),
                        name="patients_coverage_has_payor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "system",
                    models.CharField(
                        choices=[
                            ("phone", "Telephone"),
                            ("sms", "Mobile, text messages"),
                            ("email", "E-mail"),
                            ("fax", "Fax"),
                            ("other", "Other"),
                        ],
                        max_length=5,
                        verbose_name="kind",
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("home", "Home"),
                            ("work", "Work"),
                            ("mobile", "Mobile"),
                            ("temp", "For the time being"),
                            ("old", "No longer in use"),
                        ],
                        max_length=6,
                        verbose_name="use",
                    ),
                ),
                (
                    "value",
                    hms.core.crypto.EncryptedTextField(
                        default="", label="patients.contact.value", verbose_name="number or address"
                    ),
                ),
                ("value_index", models.BinaryField(db_index=True, max_length=32)),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="order of preference")),
                ("shared", models.BooleanField(default=False, verbose_name="shared with others: no details of health")),
                ("confidential", models.BooleanField(default=False, verbose_name="write to this one only")),
                ("start", models.DateField(blank=True, null=True, verbose_name="from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ["rank", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__isnull", True),
                            ("start__isnull", True),
                            ("start__lte", models.F("end")),
                            _connector="OR",
                        ),
                        name="patients_contact_period",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CareRelationship",
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
                            ("appointment", "Appointment"),
                            ("encounter", "Visit"),
                            ("stay", "Stay on a ward"),
                            ("order", "Order"),
                            ("referral", "Referral"),
                            ("prescription", "Prescription"),
                            ("panel", "Own doctor"),
                            ("import", "Earlier care, imported"),
                        ],
                        max_length=12,
                    ),
                ),
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField(blank=True, null=True)),
                ("source_type", models.CharField(max_length=80)),
                ("source_id", models.UUIDField()),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_relationships",
                        to="organization.department",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_relationships",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_relationships",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["practitioner", "patient", "start_at", "end_at"], name="patients_care_practitioner"
                    ),
                    models.Index(
                        fields=["department", "patient", "start_at", "end_at"], name="patients_care_department"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department__isnull", True), ("practitioner__isnull", False)),
                            models.Q(("department__isnull", False), ("practitioner__isnull", True)),
                            _connector="OR",
                        ),
                        name="patients_care_one_party",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_at__isnull", True), ("start_at__lte", models.F("end_at")), _connector="OR"
                        ),
                        name="patients_care_period",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("practitioner__isnull", False)),
                        fields=("source_id", "kind", "practitioner", "patient"),
                        name="patients_care_practitioner_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("department__isnull", False)),
                        fields=("source_id", "kind", "department", "patient"),
                        name="patients_care_department_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllergyStatus",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "statement",
                    models.CharField(
                        choices=[
                            ("no-known-allergies", "No known allergies"),
                            ("no-known-drug-allergies", "No known allergies to medicines"),
                            ("unable-to-ask", "Could not be asked yet"),
                        ],
                        max_length=24,
                        verbose_name="statement",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("recorded_by_label", models.CharField(blank=True, max_length=200)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allergy_statements",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement about allergies",
                "verbose_name_plural": "statements about allergies",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("patient",),
                        name="patients_one_allergy_statement",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="allergyintolerance",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="allergies", to="patients.patient"
            ),
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("home", "Home"),
                            ("work", "Work"),
                            ("temp", "For the time being"),
                            ("billing", "For invoices"),
                            ("old", "Former address"),
                        ],
                        default="home",
                        max_length=7,
                        verbose_name="use",
                    ),
                ),
                (
                    "lines",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.address.lines", verbose_name="street and number"
                    ),
                ),
                (
                    "postal_code",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.address.postal_code", verbose_name="postal code"
                    ),
                ),
                ("postal_area", models.CharField(blank=True, editable=False, max_length=3)),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="town or city")),
                ("state", models.CharField(blank=True, max_length=100, verbose_name="state or province")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("confidential", models.BooleanField(default=False, verbose_name="write to this one only")),
                ("start", models.DateField(blank=True, null=True, verbose_name="from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addresses", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__isnull", True),
                            ("start__isnull", True),
                            ("start__lte", models.F("end")),
                            _connector="OR",
                        ),
                        name="patients_address_period",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientIdentifier",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("NI", "National identity number"),
                            ("SS", "Social security number"),
                            ("PPN", "Passport"),
                            ("DL", "Driving licence"),
                            ("HC", "Health card"),
                            ("MR", "Record number elsewhere"),
                            ("RI", "Id in another system"),
                            ("U", "Other"),
                        ],
                        max_length=4,
                        verbose_name="kind of number",
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("usual", "Usual"),
                            ("official", "Official"),
                            ("temp", "Temporary"),
                            ("secondary", "Secondary"),
                            ("old", "No longer valid"),
                        ],
                        default="official",
                        max_length=9,
                        verbose_name="use",
                    ),
                ),
                ("system", models.CharField(blank=True, max_length=200, verbose_name="register")),
                (
                    "value",
                    hms.core.crypto.EncryptedTextField(
                        default="", label="patients.identifier.value", verbose_name="number"
                    ),
                ),
                ("value_index", models.BinaryField(db_index=True, max_length=32)),
                ("issuer", models.CharField(blank=True, max_length=150, verbose_name="issued by")),
                ("start", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identifiers", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "identifier",
                "verbose_name_plural": "identifiers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__isnull", True),
                            ("start__isnull", True),
                            ("start__lte", models.F("end")),
                            _connector="OR",
                        ),
                        name="patients_identifier_period",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientName",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("usual", "Name to use"),
                            ("official", "Official name"),
                            ("temp", "Temporary name"),
                            ("nickname", "Nickname"),
                            ("anonymous", "Alias"),
                            ("old", "Former name"),
                            ("maiden", "Name before marriage"),
                        ],
                        default="official",
                        max_length=9,
                        verbose_name="kind of name",
                    ),
                ),
                ("family", models.CharField(blank=True, max_length=200, verbose_name="family name")),
                ("given", models.CharField(blank=True, max_length=200, verbose_name="given names")),
                ("prefix", models.CharField(blank=True, max_length=60, verbose_name="title")),
                ("suffix", models.CharField(blank=True, max_length=60, verbose_name="suffix")),
                ("native", models.CharField(blank=True, max_length=200, verbose_name="in its own script")),
                ("start", models.DateField(blank=True, null=True, verbose_name="from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "name",
                "verbose_name_plural": "names",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("family", ""), ("given", ""), ("native", ""), _negated=True),
                        name="patients_name_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__isnull", True),
                            ("start__isnull", True),
                            ("start__lte", models.F("end")),
                            _connector="OR",
                        ),
                        name="patients_name_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivacySettings",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "hidden_from_directory",
                    models.BooleanField(default=False, verbose_name="callers and visitors are told nothing"),
                ),
                ("no_voicemail", models.BooleanField(default=False, verbose_name="no messages on answering machines")),
                ("research_refused", models.BooleanField(default=False, verbose_name="no use for research")),
                (
                    "payer_not_told",
                    models.BooleanField(
                        default=False, verbose_name="the insurer is not told of visits the patient pays"
                    ),
                ),
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="privacy", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "privacy settings",
                "verbose_name_plural": "privacy settings",
            },
        ),
        migrations.CreateModel(
            name="RelatedPerson",
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
                            ("guardian", "Guardian"),
                            ("proxy", "Proxy chosen by the patient"),
                            ("emergency-contact", "Emergency contact"),
                            ("next-of-kin", "Next of kin"),
                            ("blocked", "Must not have access"),
                        ],
                        max_length=17,
                        verbose_name="kind",
                    ),
                ),
                (
                    "relationship",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("MTH", "Mother"),
                            ("FTH", "Father"),
                            ("PRN", "Parent"),
                            ("CHILD", "Child"),
                            ("SPS", "Husband or wife"),
                            ("DOMPART", "Partner"),
                            ("SIB", "Brother or sister"),
                            ("GRPRN", "Grandparent"),
                            ("GUARD", "Legal guardian"),
                            ("POWATT", "Holds power of attorney"),
                            ("FRND", "Friend"),
                            ("NBOR", "Neighbour"),
                            ("O", "Other"),
                        ],
                        max_length=8,
                        verbose_name="relationship",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "In force"), ("ended", "Ended"), ("entered-in-error", "Entered in error")],
                        default="active",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "phone",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.relative.phone", verbose_name="telephone"
                    ),
                ),
                (
                    "email",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.relative.email", verbose_name="e-mail"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="order in which they are called")),
                ("may_view", models.BooleanField(default=False, verbose_name="sees the record")),
                ("may_book", models.BooleanField(default=False, verbose_name="books visits")),
                ("may_message", models.BooleanField(default=False, verbose_name="writes messages")),
                ("may_pay", models.BooleanField(default=False, verbose_name="pays invoices")),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("end_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("ends_at_majority", models.BooleanField(default=False, editable=False)),
                ("document", models.CharField(blank=True, max_length=200, verbose_name="document seen")),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="patients.relative.note", verbose_name="note"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="relatives", to="patients.patient"
                    ),
                ),
                (
                    "related_patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="related_as",
                        to="patients.patient",
                        verbose_name="is a patient too",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="related_patients",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "relative or proxy",
                "verbose_name_plural": "relatives and proxies",
                "ordering": ["rank", "id"],
                "indexes": [models.Index(fields=["user", "patient"], name="patients_related_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_at__isnull", True),
                            ("start_at__isnull", True),
                            ("start_at__lte", models.F("end_at")),
                            _connector="OR",
                        ),
                        name="patients_related_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["guardian", "proxy"]),
                            models.Q(
                                ("may_book", False), ("may_message", False), ("may_pay", False), ("may_view", False)
                            ),
                            _connector="OR",
                        ),
                        name="patients_related_only_proxies_act",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("related_patient__isnull", True),
                            models.Q(("related_patient", models.F("patient")), _negated=True),
                            _connector="OR",
                        ),
                        name="patients_related_to_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=41)),
                ("token", models.CharField(max_length=40)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "token"), name="patients_search_key_once")],
            },
        ),
        migrations.CreateModel(
            name="SearchName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=40)),
                ("kind", models.CharField(choices=[("n", "Name"), ("o", "Other"), ("b", "Born")], max_length=1)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="search_names", to="patients.patient"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["token", "patient", "kind"], name="patients_search_token")],
            },
        ),
        migrations.AddIndex(
            model_name="allergyintolerance",
            index=models.Index(
                condition=models.Q(
                    ("clinical_status", "active"), ("verification_status__in", ["unconfirmed", "confirmed"])
                ),
                fields=["patient"],
                name="patients_allergy_live",
            ),
        ),
    ]
