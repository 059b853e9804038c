import django.db.models.deletion
from django.db import migrations, models

import hms.core.crypto
import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organization", "0001_initial"),
        ("patients", "0001_initial"),
        ("scheduling", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CarePlan",
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
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("on-hold", "On hold"),
                            ("revoked", "Revoked"),
                            ("completed", "Completed"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Not known"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "intent",
                    models.CharField(
                        choices=[("proposal", "Proposal"), ("plan", "Plan"), ("order", "Order"), ("option", "Option")],
                        default="plan",
                        max_length=8,
                    ),
                ),
                ("category_system", models.CharField(blank=True, max_length=200)),
                ("category_code", models.CharField(blank=True, max_length=64)),
                ("category_text", models.CharField(blank=True, max_length=200, verbose_name="kind")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                (
                    "description",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.care_plan.description", verbose_name="plan"
                    ),
                ),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("end_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="clinical.care_plan.error_reason"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_plans",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="care_plans", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "care plan",
                "verbose_name_plural": "care plans",
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "status"], name="clinical_plan_chart")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="clinical_careplan_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_at__isnull", True),
                            ("start_at__isnull", True),
                            ("end_at__gte", models.F("start_at")),
                            _connector="OR",
                        ),
                        name="clinical_plan_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CarePlanActivity",
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
                            ("not-started", "Not started"),
                            ("scheduled", "Scheduled"),
                            ("in-progress", "In progress"),
                            ("on-hold", "On hold"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("stopped", "Stopped"),
                            ("unknown", "Not known"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="not-started",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("text", models.CharField(max_length=300, verbose_name="what")),
                (
                    "description",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.care_plan_activity.description", verbose_name="remark"
                    ),
                ),
                ("location_text", models.CharField(blank=True, max_length=200)),
                ("start_at", models.DateTimeField(blank=True, null=True)),
                ("end_at", models.DateTimeField(blank=True, null=True)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="activities", to="clinical.careplan"
                    ),
                ),
            ],
            options={
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CareTeam",
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
                            ("proposed", "Proposed"),
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("inactive", "Ended"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("category_system", models.CharField(blank=True, max_length=200)),
                ("category_code", models.CharField(blank=True, max_length=64)),
                ("category_text", models.CharField(blank=True, max_length=200)),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("end_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="clinical.care_team.error_reason"),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_teams",
                        to="organization.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="care_teams", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "care team",
                "verbose_name_plural": "care teams",
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "status"], name="clinical_team_chart")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="clinical_careteam_source_once",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="careplan",
            name="care_team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="care_plans",
                to="clinical.careteam",
            ),
        ),
        migrations.CreateModel(
            name="CareTeamMember",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("role_system", models.CharField(blank=True, max_length=200)),
                ("role_code", models.CharField(blank=True, max_length=64)),
                ("role_text", models.CharField(blank=True, max_length=200, verbose_name="part")),
                ("is_patient", models.BooleanField(default=False, verbose_name="the patient")),
                ("start_at", models.DateTimeField(blank=True, null=True)),
                ("end_at", models.DateTimeField(blank=True, null=True)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_teams",
                        to="organization.department",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_teams",
                        to="organization.externalorganization",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_teams",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "related_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_teams",
                        to="patients.relatedperson",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="clinical.careteam"
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="patient may read it from")),
                ("source", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "clinical_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("active", "Active"),
                            ("recurrence", "Come back"),
                            ("relapse", "Relapse"),
                            ("inactive", "Inactive"),
                            ("remission", "In remission"),
                            ("resolved", "Resolved"),
                        ],
                        max_length=10,
                        verbose_name="clinical status",
                    ),
                ),
                (
                    "verification_status",
                    models.CharField(
                        choices=[
                            ("unconfirmed", "Not confirmed"),
                            ("provisional", "Working diagnosis"),
                            ("differential", "One of several possible"),
                            ("confirmed", "Confirmed"),
                            ("refuted", "Ruled out"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="confirmed",
                        max_length=16,
                        verbose_name="certainty",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("problem-list-item", "Problem"),
                            ("encounter-diagnosis", "Diagnosis of a visit"),
                            ("health-concern", "Health concern"),
                        ],
                        default="encounter-diagnosis",
                        max_length=20,
                        verbose_name="list",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe")],
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_version", models.CharField(blank=True, max_length=64)),
                ("text", models.CharField(max_length=400, verbose_name="diagnosis")),
                ("icd_code", models.CharField(blank=True, max_length=10, verbose_name="ICD-10-CM")),
                ("icd_version", models.CharField(blank=True, max_length=64)),
                ("icd_text", models.CharField(blank=True, max_length=400)),
                ("icd_note", models.CharField(blank=True, max_length=200)),
                (
                    "laterality",
                    models.CharField(
                        blank=True,
                        choices=[("left", "Left"), ("right", "Right"), ("bilateral", "Both sides")],
                        max_length=10,
                        verbose_name="side",
                    ),
                ),
                ("body_site_system", models.CharField(blank=True, max_length=200)),
                ("body_site_code", models.CharField(blank=True, max_length=64)),
                ("body_site_text", models.CharField(blank=True, max_length=200)),
                ("onset_text", models.CharField(blank=True, max_length=10, verbose_name="since")),
                ("onset_on", models.DateField(editable=False, null=True)),
                ("onset_at", models.DateTimeField(blank=True, null=True)),
                ("abatement_text", models.CharField(blank=True, max_length=10, verbose_name="until")),
                ("abatement_on", models.DateField(editable=False, null=True)),
                ("abatement_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.condition.note", verbose_name="remark"
                    ),
                ),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="clinical.condition.error_reason"),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conditions", to="patients.patient"
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_conditions",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["patient", "clinical_status"], name="clinical_condition_chart"),
                    models.Index(fields=["icd_code"], name="clinical_condition_icd"),
                    models.Index(fields=["code"], name="clinical_condition_code"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="clinical_condition_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("clinical_status", ""), ("verification_status", "entered-in-error")),
                            models.Q(
                                models.Q(("verification_status", "entered-in-error"), _negated=True),
                                models.Q(("clinical_status", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="clinical_condition_con_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("abatement_text", ""),
                            ("clinical_status__in", ["inactive", "remission", "resolved", ""]),
                            _connector="OR",
                        ),
                        name="clinical_condition_con_4",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("abatement_on__isnull", True),
                            ("onset_on__isnull", True),
                            ("abatement_on__gte", models.F("onset_on")),
                            _connector="OR",
                        ),
                        name="clinical_condition_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="clinical_condition_says_what"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="careteam",
            name="reason_condition",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="care_teams",
                to="clinical.condition",
            ),
        ),
        migrations.CreateModel(
            name="CarePlanCondition",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinical.careplan"
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinical.condition"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "condition"), name="clinical_plan_condition_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="careplan",
            name="addresses",
            field=models.ManyToManyField(
                related_name="care_plans", through="clinical.CarePlanCondition", to="clinical.condition"
            ),
        ),
        migrations.CreateModel(
            name="Encounter",
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
                            ("planned", "Planned"),
                            ("arrived", "Here"),
                            ("triaged", "Triaged"),
                            ("in-progress", "In progress"),
                            ("onleave", "On leave"),
                            ("finished", "Finished"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Not known"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "class_code",
                    models.CharField(
                        choices=[
                            ("AMB", "Outpatient visit"),
                            ("EMER", "Emergency visit"),
                            ("FLD", "Visit in the field"),
                            ("HH", "Home visit"),
                            ("IMP", "Stay on a ward"),
                            ("ACUTE", "Acute stay on a ward"),
                            ("NONAC", "Non-acute stay on a ward"),
                            ("OBSENC", "Observation"),
                            ("PRENC", "Before admission"),
                            ("SS", "Short stay"),
                            ("VR", "Video or telephone visit"),
                        ],
                        default="AMB",
                        max_length=8,
                        verbose_name="kind of visit",
                    ),
                ),
                ("type_system", models.CharField(blank=True, max_length=200)),
                ("type_code", models.CharField(blank=True, max_length=64)),
                ("type_version", models.CharField(blank=True, max_length=64)),
                ("type_text", models.CharField(blank=True, max_length=300, verbose_name="type")),
                ("priority", models.CharField(blank=True, max_length=4)),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("end_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("reason_system", models.CharField(blank=True, max_length=200)),
                ("reason_code", models.CharField(blank=True, max_length=64)),
                ("reason_text", models.CharField(blank=True, max_length=300)),
                (
                    "reason",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.encounter.reason", verbose_name="reason"
                    ),
                ),
                (
                    "discharge_disposition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("home", "Home"),
                            ("alt-home", "To another home"),
                            ("other-hcf", "To another hospital"),
                            ("hosp", "To a hospice"),
                            ("long", "To long-term care"),
                            ("aadvice", "Left against advice"),
                            ("exp", "Died"),
                            ("psy", "To a psychiatric hospital"),
                            ("rehab", "To rehabilitation"),
                            ("snf", "To a nursing home"),
                            ("oth", "Other"),
                        ],
                        max_length=10,
                        verbose_name="where to",
                    ),
                ),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="clinical.encounter.error_reason"),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="encounters",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="encounters",
                        to="organization.department",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="encounters",
                        to="organization.facility",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="encounters",
                        to="organization.location",
                    ),
                ),
                (
                    "part_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="encounters", to="patients.patient"
                    ),
                ),
                (
                    "service_provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="encounters",
                        to="organization.externalorganization",
                    ),
                ),
            ],
            options={
                "verbose_name": "visit",
                "verbose_name_plural": "visits",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["patient", "-start_at"], name="clinical_encounter_chart"),
                    models.Index(fields=["facility", "start_at"], name="clinical_encounter_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="clinical_encounter_source_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("appointment__isnull", False),
                            models.Q(("status__in", ["cancelled", "entered-in-error"]), _negated=True),
                        ),
                        fields=("appointment", "patient"),
                        name="clinical_one_encounter_an_appointment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_at__isnull", True),
                            ("start_at__isnull", True),
                            ("end_at__gte", models.F("start_at")),
                            _connector="OR",
                        ),
                        name="clinical_encounter_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["in-progress", "onleave"]), _negated=True),
                            ("start_at__isnull", False),
                            _connector="OR",
                        ),
                        name="clinical_encounter_going_on_began",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="condition",
            name="encounter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conditions",
                to="clinical.encounter",
            ),
        ),
        migrations.AddField(
            model_name="careteam",
            name="encounter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="care_teams",
                to="clinical.encounter",
            ),
        ),
        migrations.AddField(
            model_name="careplan",
            name="encounter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="care_plans",
                to="clinical.encounter",
            ),
        ),
        migrations.CreateModel(
            name="EncounterDiagnosis",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rank")),
                (
                    "use",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("CC", "Chief complaint"),
                            ("CM", "Comorbidity"),
                            ("AD", "At admission"),
                            ("DD", "At discharge"),
                            ("billing", "For billing"),
                        ],
                        max_length=8,
                        verbose_name="use",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_encounters",
                        to="clinical.condition",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="diagnoses", to="clinical.encounter"
                    ),
                ),
            ],
            options={
                "verbose_name": "diagnosis of a visit",
                "verbose_name_plural": "diagnoses of a visit",
                "ordering": ["rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("encounter", "condition"), name="clinical_diagnosis_once"),
                    models.UniqueConstraint(fields=("encounter", "rank"), name="clinical_diagnosis_rank_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rank__gte", 1)), name="clinical_diagnosis_ranked_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EncounterParticipant",
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
                            ("PPRF", "Leads the visit"),
                            ("SPRF", "Takes part"),
                            ("ATND", "Attends"),
                            ("ADM", "Admitted"),
                            ("DIS", "Discharged"),
                            ("CON", "Advises"),
                            ("REF", "Referred"),
                            ("PART", "Took part"),
                        ],
                        default="PPRF",
                        max_length=4,
                        verbose_name="part",
                    ),
                ),
                ("start_at", models.DateTimeField(blank=True, null=True)),
                ("end_at", models.DateTimeField(blank=True, null=True)),
                (
                    "encounter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="encounter_participations",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["practitioner", "encounter"], name="clinical_participant")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("encounter", "practitioner", "type"), name="clinical_participant_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="patient may read it from")),
                ("source", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "lifecycle_status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("planned", "Planned"),
                            ("accepted", "Accepted"),
                            ("active", "Active"),
                            ("on-hold", "On hold"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "achievement_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in-progress", "In progress"),
                            ("improving", "Improving"),
                            ("worsening", "Worsening"),
                            ("no-change", "No change"),
                            ("achieved", "Achieved"),
                            ("sustaining", "Sustained"),
                            ("not-achieved", "Not achieved"),
                            ("no-progress", "No progress"),
                            ("not-attainable", "Can't be reached"),
                        ],
                        max_length=16,
                        verbose_name="how far",
                    ),
                ),
                ("priority", models.CharField(blank=True, max_length=16)),
                ("category_system", models.CharField(blank=True, max_length=200)),
                ("category_code", models.CharField(blank=True, max_length=64)),
                ("category_text", models.CharField(blank=True, max_length=200)),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                (
                    "description",
                    hms.core.crypto.EncryptedTextField(
                        default="", label="clinical.goal.description", verbose_name="goal"
                    ),
                ),
                ("start_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="by")),
                ("measure_system", models.CharField(blank=True, max_length=200)),
                ("measure_code", models.CharField(blank=True, max_length=64)),
                ("measure_text", models.CharField(blank=True, max_length=200)),
                ("target_comparator", models.CharField(blank=True, max_length=2)),
                ("target_value", models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                ("target_unit", models.CharField(blank=True, max_length=40)),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.goal.note", verbose_name="remark"
                    ),
                ),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="clinical.goal.error_reason"),
                ),
                (
                    "addresses",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goals",
                        to="clinical.condition",
                    ),
                ),
                (
                    "expressed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goals",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="goals", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "goal",
                "verbose_name_plural": "goals",
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "lifecycle_status"], name="clinical_goal_chart")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="clinical_goal_source_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CarePlanGoal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinical.careplan"
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinical.goal"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("plan", "goal"), name="clinical_plan_goal_once")],
            },
        ),
        migrations.AddField(
            model_name="careplan",
            name="goals",
            field=models.ManyToManyField(
                related_name="care_plans", through="clinical.CarePlanGoal", to="clinical.goal"
            ),
        ),
        migrations.CreateModel(
            name="Immunization",
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
                            ("completed", "Given"),
                            ("not-done", "Not given"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("status_reason", models.CharField(blank=True, max_length=200, verbose_name="why not")),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_version", models.CharField(blank=True, max_length=64)),
                ("text", models.CharField(max_length=300, verbose_name="vaccine")),
                ("occurred_at", models.DateTimeField(blank=True, null=True, verbose_name="given")),
                ("occurrence_text", models.CharField(blank=True, max_length=100, verbose_name="about when")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("primary_source", models.BooleanField(default=True, verbose_name="we gave it or saw it given")),
                ("manufacturer", models.CharField(blank=True, max_length=200, verbose_name="maker")),
                ("lot_number", models.CharField(blank=True, max_length=64, verbose_name="lot")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="use by")),
                ("site_code", models.CharField(blank=True, max_length=16)),
                ("site_text", models.CharField(blank=True, max_length=100, verbose_name="where")),
                ("route_code", models.CharField(blank=True, max_length=16)),
                ("route_text", models.CharField(blank=True, max_length=100, verbose_name="route")),
                (
                    "dose_value",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="dose"),
                ),
                ("dose_unit", models.CharField(blank=True, max_length=20)),
                ("dose_number", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="dose number")),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.immunization.note", verbose_name="remark"
                    ),
                ),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.immunization.error_reason"
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="immunizations",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="immunizations", to="patients.patient"
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="immunizations",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "verbose_name": "immunisation",
                "verbose_name_plural": "immunisations",
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "-occurred_at"], name="clinical_immunization_chart")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="clinical_immunization_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("occurred_at__isnull", False),
                            models.Q(("occurrence_text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="clinical_immunization_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="patient may read it from")),
                ("source", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("11506-3", "Visit note"),
                            ("11488-4", "Consultation"),
                            ("34117-2", "History and examination"),
                            ("28570-0", "Procedure note"),
                            ("18842-5", "Discharge summary"),
                            ("34746-8", "Nursing note"),
                        ],
                        default="11506-3",
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("preliminary", "Not signed"),
                            ("final", "Signed"),
                            ("amended", "Signed, with addendum"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="preliminary",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("author_label", models.CharField(max_length=200)),
                (
                    "reason",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.note.reason", verbose_name="reason"
                    ),
                ),
                (
                    "subjective",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.note.subjective", verbose_name="history"
                    ),
                ),
                (
                    "objective",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.note.objective", verbose_name="examination"
                    ),
                ),
                (
                    "assessment",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.note.assessment", verbose_name="assessment"
                    ),
                ),
                (
                    "plan",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.note.plan", verbose_name="plan"
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="when it happened")),
                ("recorded_at", models.DateTimeField(verbose_name="written")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="signed")),
                ("signed_patient", models.UUIDField(editable=False, null=True)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("signature", models.BinaryField(max_length=68, null=True)),
                ("error_at", models.DateTimeField(blank=True, null=True)),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="clinical.note.error_reason"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="clinical.note",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="organization.facility"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "-occurred_at"], name="clinical_note_chart")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="clinical_note_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signature__isnull", True), ("signed_at__isnull", True), ("status", "preliminary")
                            ),
                            ("status", "entered-in-error"),
                            models.Q(
                                ("digest__isnull", False),
                                ("signature__isnull", False),
                                ("signed_at__isnull", False),
                                ("signed_patient__isnull", False),
                                ("status__in", ["final", "amended"]),
                            ),
                            _connector="OR",
                        ),
                        name="clinical_note_signed_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("encounter__isnull", False), ("status", "preliminary")),
                        fields=("encounter", "author", "type"),
                        name="clinical_note_one_unsigned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteAddendum",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("final", "Signed"), ("entered-in-error", "Entered in error")],
                        default="final",
                        max_length=16,
                    ),
                ),
                ("author_label", models.CharField(max_length=200)),
                (
                    "text",
                    hms.core.crypto.EncryptedTextField(
                        default="", label="clinical.addendum.text", verbose_name="addendum"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="written")),
                ("signed_at", models.DateTimeField(verbose_name="signed")),
                ("digest", models.BinaryField(max_length=32)),
                ("signature", models.BinaryField(max_length=68)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addenda",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="clinical.note"
                    ),
                ),
            ],
            options={
                "verbose_name": "addendum",
                "verbose_name_plural": "addenda",
                "ordering": ["signed_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Procedure",
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
                            ("preparation", "Being prepared"),
                            ("in-progress", "In progress"),
                            ("not-done", "Not done"),
                            ("on-hold", "On hold"),
                            ("stopped", "Stopped"),
                            ("completed", "Done"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Not known"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("status_reason", models.CharField(blank=True, max_length=200, verbose_name="why not")),
                ("category_system", models.CharField(blank=True, max_length=200)),
                ("category_code", models.CharField(blank=True, max_length=64)),
                ("category_text", models.CharField(blank=True, max_length=200)),
                ("system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_version", models.CharField(blank=True, max_length=64)),
                ("text", models.CharField(max_length=400, verbose_name="procedure")),
                ("performed_start_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("performed_end_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("reason_system", models.CharField(blank=True, max_length=200)),
                ("reason_code", models.CharField(blank=True, max_length=64)),
                ("reason_text", models.CharField(blank=True, max_length=300)),
                (
                    "laterality",
                    models.CharField(
                        blank=True,
                        choices=[("left", "Left"), ("right", "Right"), ("bilateral", "Both sides")],
                        max_length=10,
                        verbose_name="side",
                    ),
                ),
                ("body_site_text", models.CharField(blank=True, max_length=200, verbose_name="part of the body")),
                ("outcome_text", models.CharField(blank=True, max_length=200, verbose_name="outcome")),
                (
                    "note",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="clinical.procedure.note", verbose_name="remark"
                    ),
                ),
                (
                    "error_reason",
                    hms.core.crypto.EncryptedTextField(blank=True, default="", label="clinical.procedure.error_reason"),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="procedures",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="procedures", to="patients.patient"
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="procedures",
                        to="organization.practitioner",
                    ),
                ),
                (
                    "reason_condition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="procedures",
                        to="clinical.condition",
                    ),
                ),
                (
                    "recorder",
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
                "verbose_name": "procedure",
                "verbose_name_plural": "procedures",
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "-performed_start_at"], name="clinical_procedure_chart")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="clinical_procedure_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("performed_end_at__isnull", True),
                            ("performed_start_at__isnull", True),
                            ("performed_end_at__gte", models.F("performed_start_at")),
                            _connector="OR",
                        ),
                        name="clinical_procedure_period",
                    ),
                ],
            },
        ),
    ]
