import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hms.core.crypto
import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("clinical", "0001_initial"),
        ("formulary", "0001_initial"),
        ("organization", "0001_initial"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DetectedIssue",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="patient may read it from")),
                ("source", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("preliminary", "Before signing"),
                            ("final", "Signed"),
                            ("entered-in-error", "Entered in error"),
                            ("cancelled", "No longer applies"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("interaction", "Interaction"),
                            ("allergy", "Allergy"),
                            ("intolerance", "Intolerance"),
                            ("duplicate", "Duplicate therapy"),
                            ("dose", "Dose"),
                            ("age", "Age"),
                            ("renal", "Kidney function"),
                            ("pregnancy", "Pregnancy"),
                            ("lactation", "Breast-feeding"),
                            ("missing-fact", "Not recorded"),
                            ("not-checked", "Not checked"),
                            ("check-did-not-run", "The check did not run"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("contraindicated", "Contraindicated"),
                            ("major", "Serious"),
                            ("moderate", "Moderate"),
                            ("minor", "For information"),
                        ],
                        max_length=15,
                        verbose_name="severity",
                    ),
                ),
                (
                    "evidence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                ("rule", models.CharField(max_length=200)),
                ("fingerprint", models.CharField(max_length=64)),
                ("knowledge_version", models.CharField(max_length=40, verbose_name="knowledge base")),
                ("knowledge_source", models.CharField(blank=True, max_length=400, verbose_name="knowledge")),
                (
                    "title",
                    hms.core.crypto.EncryptedTextField(
                        default="", label="prescribing.issue.title", verbose_name="issue"
                    ),
                ),
                (
                    "detail",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="prescribing.issue.detail", verbose_name="in words"
                    ),
                ),
                ("identified_at", models.DateTimeField(verbose_name="detected")),
                ("author_label", models.CharField(blank=True, max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("noted", "Shown, did not interrupt"),
                            ("overridden", "Overridden with a reason"),
                            ("accepted", "The safer medicine was taken"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "override_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tolerated", "Taken before without harm"),
                            ("benefit-outweighs", "The benefit outweighs the risk"),
                            ("no-alternative", "No alternative; will be monitored"),
                            ("monitored", "Dose adjusted or level monitored"),
                            ("not-true", "The alert does not apply to this patient"),
                            ("patient-choice", "The patient was told and wants it"),
                            ("specialist", "Agreed with a specialist or pharmacist"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "override_text",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="prescribing.issue.override_text", verbose_name="in your words"
                    ),
                ),
                ("taken_instead", models.CharField(blank=True, max_length=64)),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="prescribing.issue.error_reason"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="detected_issues",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="detected_issues",
                        to="organization.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="detected_issues",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "detected issue",
                "verbose_name_plural": "detected issues",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["patient", "-identified_at"], name="prescribing_issue_chart"),
                    models.Index(fields=["rule", "outcome"], name="prescribing_issue_rule"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="prescribing_detectedissue_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "overridden"), _negated=True),
                            models.Q(("override_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="prescribing_override_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MedicationRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="patient may read it from")),
                ("source", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("on-hold", "Paused"),
                            ("cancelled", "Cancelled"),
                            ("completed", "Completed"),
                            ("entered-in-error", "Entered in error"),
                            ("stopped", "Stopped"),
                            ("draft", "Not signed"),
                            ("unknown", "Not known"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "intent",
                    models.CharField(
                        choices=[
                            ("proposal", "Proposal"),
                            ("plan", "Plan"),
                            ("order", "Order"),
                            ("original-order", "Original order"),
                            ("reflex-order", "Reflex order"),
                            ("filler-order", "Filler order"),
                            ("instance-order", "Single dose of an order"),
                            ("option", "Option"),
                        ],
                        default="order",
                        max_length=14,
                        verbose_name="intent",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("inpatient", "In the ward"),
                            ("outpatient", "In the clinic"),
                            ("community", "At home"),
                            ("discharge", "At discharge"),
                        ],
                        max_length=10,
                        verbose_name="where",
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("routine", "Routine"),
                            ("urgent", "Urgent"),
                            ("asap", "As soon as possible"),
                            ("stat", "At once"),
                        ],
                        default="routine",
                        max_length=8,
                        verbose_name="priority",
                    ),
                ),
                ("do_not_perform", models.BooleanField(default=False, verbose_name="must not be given")),
                ("reported", models.BooleanField(default=False, verbose_name="reported")),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=100)),
                ("code_version", models.CharField(blank=True, max_length=64)),
                ("text", models.CharField(max_length=300, verbose_name="medicine")),
                (
                    "dose",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name="dose"),
                ),
                (
                    "dose_unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mg", "mg"),
                            ("ug", "mcg"),
                            ("g", "g"),
                            ("mL", "mL"),
                            ("[iU]", "units"),
                            ("mmol", "mmol"),
                            ("{tablet}", "tablet"),
                            ("{capsule}", "capsule"),
                            ("{puff}", "puff"),
                            ("{patch}", "patch"),
                            ("{application}", "application"),
                        ],
                        max_length=16,
                        verbose_name="unit",
                    ),
                ),
                (
                    "route",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("oral", "by mouth"),
                            ("sublingual", "under the tongue"),
                            ("intravenous", "into a vein"),
                            ("intramuscular", "into a muscle"),
                            ("subcutaneous", "under the skin"),
                            ("inhaled", "inhaled"),
                            ("nasal", "into the nose"),
                            ("rectal", "into the rectum"),
                            ("vaginal", "into the vagina"),
                            ("transdermal", "patch on the skin"),
                            ("topical", "on the skin"),
                            ("ophthalmic", "into the eye"),
                            ("otic", "into the ear"),
                        ],
                        max_length=16,
                        verbose_name="route",
                    ),
                ),
                ("frequency", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="times")),
                (
                    "period",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="in"),
                ),
                (
                    "period_unit",
                    models.CharField(
                        blank=True,
                        choices=[("min", "minutes"), ("h", "hours"), ("d", "days"), ("wk", "weeks"), ("mo", "months")],
                        max_length=3,
                        verbose_name="period",
                    ),
                ),
                ("when", models.CharField(blank=True, max_length=40, verbose_name="when")),
                ("as_needed", models.BooleanField(default=False, verbose_name="as needed")),
                (
                    "as_needed_for",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="prescribing.request.as_needed_for", verbose_name="needed for"
                    ),
                ),
                (
                    "max_doses_a_day",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most a day"),
                ),
                (
                    "min_hours_between",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="hours between doses"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days")),
                ("start_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("end_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "instructions",
                    hms.core.crypto.EncryptedTextField(
                        blank=True,
                        default="",
                        label="prescribing.request.instructions",
                        verbose_name="instructions for the patient",
                    ),
                ),
                (
                    "dosage_text",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="prescribing.request.dosage_text"),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=12, null=True, verbose_name="quantity"
                    ),
                ),
                (
                    "quantity_unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mg", "mg"),
                            ("ug", "mcg"),
                            ("g", "g"),
                            ("mL", "mL"),
                            ("[iU]", "units"),
                            ("mmol", "mmol"),
                            ("{tablet}", "tablet"),
                            ("{capsule}", "capsule"),
                            ("{puff}", "puff"),
                            ("{patch}", "patch"),
                            ("{application}", "application"),
                        ],
                        max_length=16,
                    ),
                ),
                ("repeats", models.PositiveSmallIntegerField(default=0, verbose_name="repeats")),
                ("substitution_allowed", models.BooleanField(default=True, verbose_name="substitution allowed")),
                ("substitution_reason", models.CharField(blank=True, max_length=200, verbose_name="why not")),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="prescribing.request.note", verbose_name="remark"
                    ),
                ),
                ("requester_text", models.CharField(blank=True, max_length=200, verbose_name="prescribed by")),
                ("authored_at", models.DateTimeField(blank=True, null=True, verbose_name="prescribed")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="signed")),
                ("signed_patient", models.UUIDField(editable=False, null=True)),
                ("knowledge_version", models.CharField(blank=True, max_length=40, verbose_name="checked against")),
                (
                    "status_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("altchoice", "Another treatment was chosen"),
                            ("clarif", "The prescription was not clear"),
                            ("drughigh", "The blood level is too high"),
                            ("hospadm", "Admitted to hospital"),
                            ("labint", "Interferes with a test"),
                            ("non-avail", "The patient is not available"),
                            ("preg", "The patient is pregnant"),
                            ("salg", "Allergy"),
                            ("sddi", "Interacts with another medicine"),
                            ("sdupther", "Duplicate therapy"),
                            ("sintol", "Side effect"),
                            ("surg", "The patient is to have surgery"),
                            ("washout", "Waiting for another medicine to wash out"),
                            ("patient-choice", "The patient does not want it"),
                            ("not-needed", "No longer needed"),
                            ("replaced", "Replaced by a new prescription"),
                            ("not-signed", "Taken out of the basket before signing"),
                        ],
                        max_length=16,
                        verbose_name="why it ended",
                    ),
                ),
                (
                    "status_note",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="prescribing.request.status_note"),
                ),
                ("status_changed_at", models.DateTimeField(blank=True, null=True)),
                ("status_changed_by", models.CharField(blank=True, max_length=200)),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="prescribing.request.error_reason"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medication_requests",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medication_requests",
                        to="organization.facility",
                    ),
                ),
                (
                    "medication",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="formulary.medication",
                        verbose_name="medicine",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medication_requests",
                        to="patients.patient",
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinical.condition",
                        verbose_name="for",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="prescribing.medicationrequest",
                        verbose_name="replaces",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medication_requests",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "verbose_name": "prescription",
                "verbose_name_plural": "prescriptions",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["patient", "status"], name="prescribing_request_chart"),
                    models.Index(
                        condition=models.Q(("status", "draft")), fields=["author"], name="prescribing_request_basket"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="prescribing_medicationrequest_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("requester__isnull", False),
                                ("signed_at__isnull", False),
                                ("signed_patient__isnull", False),
                            ),
                            models.Q(
                                ("signed_at__isnull", True), ("status__in", ["draft", "cancelled", "entered-in-error"])
                            ),
                            models.Q(("source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="prescribing_request_signed_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "draft"), _negated=True), ("signed_at__isnull", True), _connector="OR"
                        ),
                        name="prescribing_draft_is_unsigned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="prescribing_request_says_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dose__isnull", True), ("dose__gt", 0), _connector="OR"),
                        name="prescribing_request_dose_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__isnull", True), ("quantity__gt", 0), _connector="OR"),
                        name="prescribing_request_quantity_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("start_on__isnull", True),
                            ("end_on__isnull", True),
                            ("end_on__gte", models.F("start_on")),
                            _connector="OR",
                        ),
                        name="prescribing_request_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces__isnull", True),
                            models.Q(("replaces", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="prescribing_request_not_its_own",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DetectedIssueImplicated",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="implicated",
                        to="prescribing.detectedissue",
                    ),
                ),
                (
                    "medication_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="implicated_in",
                        to="prescribing.medicationrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issue", "medication_request"), name="prescribing_implicated_once")
                ],
            },
        ),
    ]
