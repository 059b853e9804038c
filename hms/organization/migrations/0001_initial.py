import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Facility",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("code", models.SlugField(max_length=16, unique=True, verbose_name="short code")),
                ("identifier_system", models.CharField(blank=True, max_length=200, verbose_name="registry")),
                ("identifier_value", models.CharField(blank=True, max_length=64, verbose_name="registry number")),
                ("time_zone", models.CharField(max_length=64, verbose_name="time zone")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("subdivision", models.CharField(blank=True, max_length=8, verbose_name="state or province")),
                ("language", models.CharField(default="en", max_length=16, verbose_name="language")),
                (
                    "name_order",
                    models.CharField(
                        choices=[("given-family", "Given name first"), ("family-given", "Family name first")],
                        default="given-family",
                        max_length=16,
                        verbose_name="order of names",
                    ),
                ),
                (
                    "paper",
                    models.CharField(
                        choices=[("a4", "A4"), ("letter", "Letter")], default="a4", max_length=8, verbose_name="paper"
                    ),
                ),
                ("address_line1", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("address_line2", models.CharField(blank=True, max_length=200, verbose_name="address, second line")),
                ("postal_code", models.CharField(blank=True, max_length=16, verbose_name="postal code")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="town or city")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("emergency_text", models.TextField(blank=True, verbose_name="advice out of hours")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "facility",
                "verbose_name_plural": "facilities",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("code", models.SlugField(max_length=32, verbose_name="short code")),
                (
                    "specialty",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("general-practice", "General practice"),
                            ("internal-medicine", "Internal medicine"),
                            ("emergency-medicine", "Emergency medicine"),
                            ("cardiology", "Cardiology"),
                            ("pulmonology", "Lung medicine"),
                            ("gastroenterology", "Gastroenterology"),
                            ("nephrology", "Kidney medicine"),
                            ("endocrinology", "Endocrinology and diabetes"),
                            ("rheumatology", "Rheumatology"),
                            ("haematology", "Haematology"),
                            ("oncology", "Oncology"),
                            ("infectious-diseases", "Infectious diseases"),
                            ("neurology", "Neurology"),
                            ("psychiatry", "Psychiatry"),
                            ("paediatrics", "Paediatrics"),
                            ("geriatrics", "Medicine for older people"),
                            ("dermatology", "Dermatology"),
                            ("surgery", "General surgery"),
                            ("orthopaedics", "Orthopaedics and trauma"),
                            ("urology", "Urology"),
                            ("obstetrics", "Obstetrics and gynaecology"),
                            ("ophthalmology", "Eye medicine"),
                            ("otolaryngology", "Ear, nose and throat"),
                            ("anaesthesiology", "Anaesthesia and intensive care"),
                            ("radiology", "Radiology"),
                            ("laboratory-medicine", "Laboratory medicine"),
                            ("pharmacy", "Pharmacy"),
                            ("physiotherapy", "Physiotherapy"),
                            ("dentistry", "Dentistry"),
                        ],
                        max_length=32,
                        verbose_name="specialty",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("retired_on", models.DateField(blank=True, null=True, verbose_name="retired on")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="organization.department",
                        verbose_name="part of",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departments",
                        to="organization.facility",
                    ),
                ),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "code"), name="organization_department_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="organization_department_not_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("active", True), ("retired_on__isnull", True)),
                            models.Q(("active", False), ("retired_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="organization_department_retired_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExternalOrganization",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("identifier_system", models.CharField(max_length=200)),
                ("identifier_value", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("kind", models.CharField(blank=True, max_length=100, verbose_name="kind")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="telephone")),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("identifier_system", "identifier_value"), name="organization_external_identifier_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedDay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("day", models.DateField(verbose_name="day")),
                ("name", models.CharField(max_length=100, verbose_name="reason")),
                ("closed", models.BooleanField(default=True, verbose_name="closed")),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closed_days",
                        to="organization.facility",
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "day"), name="organization_closed_day_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Letterhead",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("heading", models.TextField(blank=True, verbose_name="heading")),
                ("footer", models.TextField(blank=True, verbose_name="footer")),
                ("logo", models.BinaryField(blank=True, max_length=300000, null=True, verbose_name="logo")),
                (
                    "facility",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letterhead",
                        to="organization.facility",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Location",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ro", "Room"),
                            ("wa", "Ward"),
                            ("area", "Area"),
                            ("bu", "Building"),
                            ("wi", "Wing"),
                            ("lvl", "Floor"),
                            ("si", "Site"),
                            ("ve", "Vehicle"),
                            ("vi", "Virtual"),
                        ],
                        default="ro",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("directions", models.CharField(blank=True, max_length=300, verbose_name="how to find it")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "In use"), ("suspended", "Closed for now"), ("inactive", "Retired")],
                        default="active",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locations",
                        to="organization.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locations",
                        to="organization.facility",
                        verbose_name="facility",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locations",
                        to="organization.externalorganization",
                    ),
                ),
            ],
            options={
                "verbose_name": "room",
                "verbose_name_plural": "rooms",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "name"), name="organization_location_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("facility__isnull", False), ("organization__isnull", True)),
                            models.Q(("facility__isnull", True), ("organization__isnull", False)),
                            _connector="OR",
                        ),
                        name="organization_location_one_owner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("kind", models.CharField(blank=True, max_length=60, verbose_name="kind")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "In use"),
                            ("inactive", "Out of use"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="active",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="organization.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="devices", to="organization.facility"
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="organization.location",
                        verbose_name="room",
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "name"), name="organization_device_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=64, verbose_name="policy")),
                ("in_force_from", models.DateField(verbose_name="in force from")),
                ("value_integer", models.BigIntegerField(blank=True, null=True)),
                ("value_decimal", models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                ("value_boolean", models.BooleanField(blank=True, null=True)),
                ("value_text", models.TextField(blank=True, null=True)),
                ("value_time", models.TimeField(blank=True, null=True)),
                ("value_duration", models.DurationField(blank=True, null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="organization.facility",
                        verbose_name="facility",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy",
                "verbose_name_plural": "policies",
                "ordering": ["name", "-in_force_from"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("facility__isnull", False)),
                        fields=("facility", "name", "in_force_from"),
                        name="organization_policy_once_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("facility__isnull", True)),
                        fields=("name", "in_force_from"),
                        name="organization_group_policy_once_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("value_boolean__isnull", True),
                                ("value_decimal__isnull", True),
                                ("value_duration__isnull", True),
                                ("value_integer__isnull", False),
                                ("value_text__isnull", True),
                                ("value_time__isnull", True),
                            ),
                            models.Q(
                                ("value_boolean__isnull", True),
                                ("value_decimal__isnull", False),
                                ("value_duration__isnull", True),
                                ("value_integer__isnull", True),
                                ("value_text__isnull", True),
                                ("value_time__isnull", True),
                            ),
                            models.Q(
                                ("value_boolean__isnull", False),
                                ("value_decimal__isnull", True),
                                ("value_duration__isnull", True),
                                ("value_integer__isnull", True),
                                ("value_text__isnull", True),
                                ("value_time__isnull", True),
                            ),
                            models.Q(
                                ("value_boolean__isnull", True),
                                ("value_decimal__isnull", True),
                                ("value_duration__isnull", True),
                                ("value_integer__isnull", True),
                                ("value_text__isnull", False),
                                ("value_time__isnull", True),
                            ),
                            models.Q(
                                ("value_boolean__isnull", True),
                                ("value_decimal__isnull", True),
                                ("value_duration__isnull", True),
                                ("value_integer__isnull", True),
                                ("value_text__isnull", True),
                                ("value_time__isnull", False),
                            ),
                            models.Q(
                                ("value_boolean__isnull", True),
                                ("value_decimal__isnull", True),
                                ("value_duration__isnull", False),
                                ("value_integer__isnull", True),
                                ("value_text__isnull", True),
                                ("value_time__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="organization_policy_one_value",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Practitioner",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("prefix", models.CharField(blank=True, max_length=40, verbose_name="title")),
                ("given", models.CharField(blank=True, max_length=100, verbose_name="given names")),
                ("family", models.CharField(blank=True, max_length=100, verbose_name="family name")),
                ("suffix", models.CharField(blank=True, max_length=40, verbose_name="letters after the name")),
                (
                    "gender",
                    models.CharField(
                        choices=[
                            ("female", "Female"),
                            ("male", "Male"),
                            ("other", "Other"),
                            ("unknown", "Not recorded"),
                        ],
                        default="unknown",
                        max_length=16,
                        verbose_name="gender",
                    ),
                ),
                ("licence_number", models.CharField(blank=True, max_length=64, verbose_name="licence number")),
                ("licence_issuer", models.CharField(blank=True, max_length=150, verbose_name="licence issued by")),
                ("licence_start", models.DateField(blank=True, null=True, verbose_name="licence valid from")),
                ("licence_end", models.DateField(blank=True, null=True, verbose_name="licence valid until")),
                ("active", models.BooleanField(default=True, verbose_name="in practice")),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practitioner",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "practitioner",
                "verbose_name_plural": "practitioners",
                "ordering": ["family", "given"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("family", ""), _negated=True),
                            models.Q(("given", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="organization_practitioner_has_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("licence_start__isnull", True),
                            ("licence_end__isnull", True),
                            ("licence_end__gt", models.F("licence_start")),
                            _connector="OR",
                        ),
                        name="organization_practitioner_licence_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PractitionerIdentifier",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("system", models.CharField(max_length=200, verbose_name="register")),
                ("value", models.CharField(max_length=64, verbose_name="number")),
                ("issuer", models.CharField(blank=True, max_length=150, verbose_name="issued by")),
                ("start", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identifiers",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "value"), name="organization_practitioner_identifier_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PractitionerLanguage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.CharField(max_length=16, verbose_name="language")),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="languages",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("practitioner", "code"), name="organization_language_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PractitionerQualification",
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
                            ("degree", "Degree"),
                            ("specialty", "Specialist certificate"),
                            ("certificate", "Certificate"),
                        ],
                        default="degree",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.CharField(max_length=100, verbose_name="qualification")),
                ("issuer", models.CharField(blank=True, max_length=150, verbose_name="issued by")),
                ("start", models.DateField(blank=True, null=True, verbose_name="from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qualifications",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practitioner", "kind", "code"), name="organization_qualification_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PractitionerRole",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("doctor", "Doctor"),
                            ("nurse", "Nurse"),
                            ("pharmacist", "Pharmacist"),
                            ("laboratory", "Laboratory scientist"),
                            ("therapist", "Therapist"),
                            ("dentist", "Dentist"),
                            ("midwife", "Midwife"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                (
                    "specialty",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("general-practice", "General practice"),
                            ("internal-medicine", "Internal medicine"),
                            ("emergency-medicine", "Emergency medicine"),
                            ("cardiology", "Cardiology"),
                            ("pulmonology", "Lung medicine"),
                            ("gastroenterology", "Gastroenterology"),
                            ("nephrology", "Kidney medicine"),
                            ("endocrinology", "Endocrinology and diabetes"),
                            ("rheumatology", "Rheumatology"),
                            ("haematology", "Haematology"),
                            ("oncology", "Oncology"),
                            ("infectious-diseases", "Infectious diseases"),
                            ("neurology", "Neurology"),
                            ("psychiatry", "Psychiatry"),
                            ("paediatrics", "Paediatrics"),
                            ("geriatrics", "Medicine for older people"),
                            ("dermatology", "Dermatology"),
                            ("surgery", "General surgery"),
                            ("orthopaedics", "Orthopaedics and trauma"),
                            ("urology", "Urology"),
                            ("obstetrics", "Obstetrics and gynaecology"),
                            ("ophthalmology", "Eye medicine"),
                            ("otolaryngology", "Ear, nose and throat"),
                            ("anaesthesiology", "Anaesthesia and intensive care"),
                            ("radiology", "Radiology"),
                            ("laboratory-medicine", "Laboratory medicine"),
                            ("pharmacy", "Pharmacy"),
                            ("physiotherapy", "Physiotherapy"),
                            ("dentistry", "Dentistry"),
                        ],
                        max_length=32,
                        verbose_name="specialty",
                    ),
                ),
                ("start", models.DateField(verbose_name="from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practitioner_roles",
                        to="organization.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practitioner_roles",
                        to="organization.facility",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles",
                        to="organization.practitioner",
                    ),
                ),
            ],
            options={
                "verbose_name": "practitioner role",
                "verbose_name_plural": "practitioner roles",
                "ordering": ["start"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="organization_role_period",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("row", models.UUIDField()),
                ("field", models.CharField(max_length=32)),
                ("language", models.CharField(max_length=16, verbose_name="language")),
                ("text", models.TextField(verbose_name="text")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("row", "field", "language"), name="organization_wording_once")
                ],
            },
        ),
    ]
