import django.db.models.deletion
from django.db import migrations, models

import hms.core.crypto
import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clinical", "0001_initial"),
        ("organization", "0001_initial"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImagingStudy",
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
                            ("registered", "Expected"),
                            ("available", "Available"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Not known"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("study_uid", models.CharField(blank=True, max_length=80)),
                ("accession_number", models.CharField(blank=True, max_length=64)),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="taken")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("procedure_system", models.CharField(blank=True, max_length=200)),
                ("procedure_code", models.CharField(blank=True, max_length=64)),
                ("procedure_text", models.CharField(blank=True, max_length=300, verbose_name="examination")),
                ("modality_code", models.CharField(blank=True, max_length=16)),
                ("modality_text", models.CharField(blank=True, max_length=100, verbose_name="kind")),
                ("series_count", models.PositiveIntegerField(default=0)),
                ("instance_count", models.PositiveIntegerField(default=0)),
                (
                    "description",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="diagnostics.imaging.description", verbose_name="description"
                    ),
                ),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="diagnostics.imaging.error_reason"
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imaging_studies",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imaging_studies",
                        to="organization.facility",
                    ),
                ),
                (
                    "interpreter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imaging_studies",
                        to="patients.patient",
                    ),
                ),
                (
                    "referrer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "verbose_name": "imaging study",
                "verbose_name_plural": "imaging studies",
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "-started_at"], name="diagnostics_imaging_chart")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="diagnostics_imagingstudy_source_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImagingSeries",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("uid", models.CharField(max_length=80)),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
                ("modality_system", models.CharField(blank=True, max_length=200)),
                ("modality_code", models.CharField(max_length=16)),
                ("modality_text", models.CharField(blank=True, max_length=100)),
                (
                    "description",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="diagnostics.imaging_series.description"
                    ),
                ),
                ("body_site_system", models.CharField(blank=True, max_length=200)),
                ("body_site_code", models.CharField(blank=True, max_length=64)),
                ("body_site_text", models.CharField(blank=True, max_length=200, verbose_name="part of the body")),
                ("laterality_code", models.CharField(blank=True, max_length=64)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("instance_count", models.PositiveIntegerField(default=0)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="diagnostics.imagingstudy",
                    ),
                ),
            ],
            options={
                "verbose_name": "series",
                "verbose_name_plural": "series",
                "ordering": ["number", "id"],
                "constraints": [models.UniqueConstraint(fields=("study", "uid"), name="diagnostics_series_once")],
            },
        ),
        migrations.CreateModel(
            name="DiagnosticReport",
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
                            ("registered", "Expected"),
                            ("partial", "In part"),
                            ("preliminary", "Preliminary"),
                            ("final", "Final"),
                            ("amended", "Amended"),
                            ("corrected", "Corrected"),
                            ("appended", "Added to"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Not known"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("category_system", models.CharField(blank=True, max_length=200)),
                ("category_code", models.CharField(blank=True, max_length=64)),
                ("category_text", models.CharField(blank=True, max_length=200)),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_version", models.CharField(blank=True, max_length=64)),
                ("text", models.CharField(max_length=300, verbose_name="report")),
                ("effective_at", models.DateTimeField(blank=True, null=True, verbose_name="taken")),
                ("effective_end_at", models.DateTimeField(blank=True, null=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="verified")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("performer_text", models.CharField(blank=True, max_length=200)),
                (
                    "conclusion",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="diagnostics.report.conclusion", verbose_name="conclusion"
                    ),
                ),
                ("conclusion_system", models.CharField(blank=True, max_length=200)),
                ("conclusion_code", models.CharField(blank=True, max_length=64)),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="diagnostics.report.error_reason"),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="diagnostic_reports",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="diagnostic_reports",
                        to="organization.facility",
                    ),
                ),
                (
                    "interpreter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="diagnostic_reports",
                        to="patients.patient",
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="diagnostic_reports",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="diagnostics.diagnosticreport",
                    ),
                ),
                (
                    "imaging_study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="diagnostics.imagingstudy",
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "-effective_at"], name="diagnostics_report_chart")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="diagnostics_diagnosticreport_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces__isnull", True),
                            models.Q(("replaces", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="diagnostics_report_not_its_own_version",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="patient may read it from")),
                ("source", models.CharField(blank=True, editable=False, max_length=300)),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_version", models.CharField(blank=True, max_length=64)),
                ("text", models.CharField(max_length=300, verbose_name="test")),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True, verbose_name="value"),
                ),
                ("value_text", models.CharField(blank=True, max_length=40)),
                (
                    "comparator",
                    models.CharField(
                        blank=True, choices=[("<", "<"), ("<=", "≤"), (">=", "≥"), (">", ">")], max_length=2
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=40, verbose_name="unit")),
                ("unit_text", models.CharField(blank=True, max_length=40)),
                ("coded_system", models.CharField(blank=True, max_length=200)),
                ("coded_code", models.CharField(blank=True, max_length=64)),
                ("coded_text", models.CharField(blank=True, max_length=400)),
                (
                    "absent_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "Not known"),
                            ("not-performed", "Not done"),
                            ("error", "Failed"),
                            ("masked", "Hidden"),
                            ("not-applicable", "Does not apply"),
                            ("asked-declined", "The patient declined"),
                            ("temp-unknown", "Not known yet"),
                            ("unsupported", "Can't be shown"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "interpretation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("LL", "Critically low"),
                            ("L", "Low"),
                            ("N", "Normal"),
                            ("H", "High"),
                            ("HH", "Critically high"),
                            ("A", "Abnormal"),
                            ("AA", "Critically abnormal"),
                            ("POS", "Positive"),
                            ("NEG", "Negative"),
                            ("S", "Susceptible"),
                            ("I", "Intermediate"),
                            ("R", "Resistant"),
                        ],
                        max_length=4,
                        verbose_name="meaning",
                    ),
                ),
                ("range_low", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ("range_high", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ("range_text", models.CharField(blank=True, max_length=200, verbose_name="reference range")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "Expected"),
                            ("preliminary", "Preliminary"),
                            ("final", "Final"),
                            ("amended", "Amended"),
                            ("corrected", "Corrected"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Not known"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("vital-signs", "Vital signs"),
                            ("laboratory", "Laboratory"),
                            ("imaging", "Imaging"),
                            ("social-history", "Social history"),
                            ("exam", "Examination"),
                            ("survey", "Questionnaire"),
                            ("procedure", "Procedure"),
                            ("therapy", "Therapy"),
                            ("activity", "Activity"),
                        ],
                        max_length=16,
                        verbose_name="category",
                    ),
                ),
                (
                    "value_words",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="diagnostics.observation.value_words", verbose_name="finding"
                    ),
                ),
                ("value_boolean", models.BooleanField(blank=True, null=True)),
                ("value_at", models.DateTimeField(blank=True, null=True)),
                ("effective_at", models.DateTimeField(blank=True, null=True, verbose_name="measured")),
                ("effective_end_at", models.DateTimeField(blank=True, null=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="verified")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("performer_text", models.CharField(blank=True, max_length=200)),
                ("body_site_text", models.CharField(blank=True, max_length=200)),
                ("method_text", models.CharField(blank=True, max_length=200)),
                ("specimen_text", models.CharField(blank=True, max_length=200)),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="diagnostics.observation.note", verbose_name="remark"
                    ),
                ),
                (
                    "replacement_reason",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="diagnostics.observation.replacement_reason"
                    ),
                ),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="diagnostics.observation.error_reason"
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="organization.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="observations", to="patients.patient"
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="diagnostics.observation",
                    ),
                ),
            ],
            options={
                "verbose_name": "observation",
                "verbose_name_plural": "observations",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["patient", "category", "-effective_at"], name="diagnostics_observation_chart"),
                    models.Index(fields=["patient", "code", "-effective_at"], name="diagnostics_observation_code"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="diagnostics_observation_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["amended", "corrected"]), _negated=True),
                            ("replaces__isnull", False),
                            models.Q(("source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="diagnostics_correction_replaces",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces__isnull", True),
                            models.Q(("replaces", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="diagnostics_not_its_own_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_end_at__isnull", True),
                            ("effective_at__isnull", True),
                            ("effective_end_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="diagnostics_observation_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("absent_reason", ""),
                            models.Q(("coded_code", ""), ("value__isnull", True)),
                            _connector="OR",
                        ),
                        name="diagnostics_obs_6",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiagnosticReportResult",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result_rows",
                        to="diagnostics.diagnosticreport",
                    ),
                ),
                (
                    "observation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_rows",
                        to="diagnostics.observation",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "observation"), name="diagnostics_report_result_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="diagnosticreport",
            name="results",
            field=models.ManyToManyField(
                related_name="reports", through="diagnostics.DiagnosticReportResult", to="diagnostics.observation"
            ),
        ),
        migrations.CreateModel(
            name="ObservationComponent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_version", models.CharField(blank=True, max_length=64)),
                ("text", models.CharField(max_length=300, verbose_name="test")),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True, verbose_name="value"),
                ),
                ("value_text", models.CharField(blank=True, max_length=40)),
                (
                    "comparator",
                    models.CharField(
                        blank=True, choices=[("<", "<"), ("<=", "≤"), (">=", "≥"), (">", ">")], max_length=2
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=40, verbose_name="unit")),
                ("unit_text", models.CharField(blank=True, max_length=40)),
                ("coded_system", models.CharField(blank=True, max_length=200)),
                ("coded_code", models.CharField(blank=True, max_length=64)),
                ("coded_text", models.CharField(blank=True, max_length=400)),
                (
                    "absent_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "Not known"),
                            ("not-performed", "Not done"),
                            ("error", "Failed"),
                            ("masked", "Hidden"),
                            ("not-applicable", "Does not apply"),
                            ("asked-declined", "The patient declined"),
                            ("temp-unknown", "Not known yet"),
                            ("unsupported", "Can't be shown"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "interpretation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("LL", "Critically low"),
                            ("L", "Low"),
                            ("N", "Normal"),
                            ("H", "High"),
                            ("HH", "Critically high"),
                            ("A", "Abnormal"),
                            ("AA", "Critically abnormal"),
                            ("POS", "Positive"),
                            ("NEG", "Negative"),
                            ("S", "Susceptible"),
                            ("I", "Intermediate"),
                            ("R", "Resistant"),
                        ],
                        max_length=4,
                        verbose_name="meaning",
                    ),
                ),
                ("range_low", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ("range_high", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                ("range_text", models.CharField(blank=True, max_length=200, verbose_name="reference range")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "observation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="components",
                        to="diagnostics.observation",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of an observation",
                "verbose_name_plural": "parts of an observation",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("observation", "position"), name="diagnostics_component_position_once"
                    )
                ],
            },
        ),
    ]
