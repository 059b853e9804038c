import django.db.models.deletion
from django.db import migrations, models

import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AgeLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                ("ingredient", models.CharField(max_length=64)),
                ("min_age", models.DecimalField(decimal_places=3, max_digits=6)),
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
                    ),
                ),
                ("effect", models.CharField(max_length=200)),
                ("action", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "age limit",
                "verbose_name_plural": "age limits",
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Alternative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
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
                    ),
                ),
                ("avoid", models.CharField(max_length=64)),
                ("because", models.CharField(blank=True, max_length=64)),
                ("use", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "alternative",
                "verbose_name_plural": "alternatives",
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DuplicateException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                ("who", models.CharField(max_length=64, unique=True)),
                ("why", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "exception from duplicate therapy",
                "verbose_name_plural": "exceptions from duplicate therapy",
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Generic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64, unique=True, verbose_name="generic name")),
                ("tall_man", models.CharField(blank=True, max_length=64, verbose_name="name with tall letters")),
                ("atc", models.CharField(blank=True, max_length=7, verbose_name="ATC code")),
                ("other_atc", models.CharField(blank=True, max_length=7, verbose_name="second ATC code")),
                ("rxcui", models.CharField(blank=True, max_length=16, verbose_name="RxNorm code")),
                ("high_alert", models.BooleanField(default=False, verbose_name="high-alert medicine")),
                (
                    "controlled_schedule",
                    models.CharField(blank=True, max_length=4, verbose_name="controlled substance, schedule"),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
            ],
            options={
                "verbose_name": "generic",
                "verbose_name_plural": "generics",
            },
        ),
        migrations.CreateModel(
            name="Ingredient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64, unique=True, verbose_name="name")),
                ("rxcui", models.CharField(blank=True, max_length=16, verbose_name="RxNorm code")),
            ],
            options={
                "verbose_name": "ingredient",
                "verbose_name_plural": "ingredients",
            },
        ),
        migrations.CreateModel(
            name="KnowledgeVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="version")),
                ("digest", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField(verbose_name="loaded")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
            ],
            options={
                "verbose_name": "knowledge version",
                "verbose_name_plural": "knowledge versions",
                "get_latest_by": ["loaded_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Lingering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                ("ingredient", models.CharField(max_length=64, unique=True)),
                ("days", models.PositiveSmallIntegerField()),
                ("why", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "lingering effect",
                "verbose_name_plural": "lingering effects",
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AllergyCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(max_length=100)),
                ("code", models.CharField(max_length=32)),
                ("kind", models.CharField(choices=[("group", "group"), ("ingredient", "ingredient")], max_length=10)),
                ("name", models.CharField(max_length=64)),
                ("display", models.CharField(max_length=200)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("system", "code"), name="formulary_allergy_code_once")],
            },
        ),
        migrations.CreateModel(
            name="CrossReaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                ("allergy", models.CharField(max_length=64)),
                ("given", models.CharField(max_length=64)),
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
                    ),
                ),
                ("why", models.CharField(max_length=200)),
                ("likelihood", models.CharField(max_length=100)),
            ],
            options={
                "verbose_name": "cross-reaction",
                "verbose_name_plural": "cross-reactions",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("allergy", "given"), name="formulary_cross_reaction_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DoseLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                ("ingredient", models.CharField(max_length=64)),
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
                    ),
                ),
                ("age_from", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ("age_below", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                (
                    "unit",
                    models.CharField(
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
                ("max_single", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ("max_daily", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ("max_single_per_kg", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ("max_daily_per_kg", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ("min_hours_between", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
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
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "dose limit",
                "verbose_name_plural": "dose limits",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("age_from__isnull", True),
                            ("age_below__isnull", True),
                            ("age_from__lt", models.F("age_below")),
                            _connector="OR",
                        ),
                        name="formulary_dose_age_band",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Interaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                ("a", models.CharField(max_length=64)),
                ("b", models.CharField(max_length=64)),
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
                    ),
                ),
                ("effect", models.CharField(max_length=200, verbose_name="may happen")),
                ("mechanism", models.CharField(max_length=200, verbose_name="why")),
                ("action", models.CharField(max_length=200, verbose_name="what to do")),
            ],
            options={
                "verbose_name": "interaction",
                "verbose_name_plural": "interactions",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("a", "b"), name="formulary_interaction_once")],
            },
        ),
        migrations.CreateModel(
            name="Medication",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.SlugField(max_length=100, unique=True, verbose_name="code")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("inactive", "Withdrawn"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="active",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("tablet", "tablet"),
                            ("modified-release tablet", "modified-release tablet"),
                            ("capsule", "capsule"),
                            ("oral solution", "oral solution"),
                            ("oral suspension", "oral suspension"),
                            ("injection", "injection"),
                            ("prefilled syringe", "prefilled syringe"),
                            ("pen", "pen"),
                            ("inhaler", "inhaler"),
                            ("nebuliser solution", "nebuliser solution"),
                            ("sublingual spray", "sublingual spray"),
                            ("sublingual tablet", "sublingual tablet"),
                            ("patch", "patch"),
                            ("cream", "cream"),
                            ("28-day pack", "28-day pack"),
                        ],
                        max_length=24,
                        verbose_name="form",
                    ),
                ),
                ("strength_text", models.CharField(blank=True, max_length=100, verbose_name="strength")),
                (
                    "unit",
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
                        verbose_name="counted in",
                    ),
                ),
                (
                    "route",
                    models.CharField(
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
                ("rxcui", models.CharField(blank=True, max_length=16, verbose_name="RxNorm code")),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="place among the products of the generic"),
                ),
                (
                    "usual_dose",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=12, null=True, verbose_name="usual dose"
                    ),
                ),
                (
                    "usual_unit",
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
                ("usual_frequency", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="times")),
                ("usual_period", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="in")),
                ("usual_period_unit", models.CharField(blank=True, max_length=2)),
                ("usual_as_needed", models.BooleanField(default=False, verbose_name="as needed")),
                (
                    "usual_max_doses_a_day",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most a day"),
                ),
                (
                    "usual_min_hours_between",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="hours between doses"),
                ),
                ("usual_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                (
                    "generic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medications",
                        to="formulary.generic",
                        verbose_name="generic",
                    ),
                ),
            ],
            options={
                "verbose_name": "medicine",
                "verbose_name_plural": "medicines",
                "ordering": ["generic__name", "position"],
            },
        ),
        migrations.CreateModel(
            name="MedicationClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("rules", "Interactions and rules"), ("allergy", "Allergies")], max_length=7
                    ),
                ),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField()),
                ("recordable", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "medicine class",
                "verbose_name_plural": "medicine classes",
                "ordering": ["purpose", "position"],
                "constraints": [models.UniqueConstraint(fields=("purpose", "name"), name="formulary_class_once")],
            },
        ),
        migrations.CreateModel(
            name="PregnancyRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                ("who", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("pregnancy", "pregnancy"), ("breast-feeding", "breast-feeding")], max_length=14
                    ),
                ),
                ("from_week", models.PositiveSmallIntegerField()),
                ("below_week", models.PositiveSmallIntegerField()),
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
                    ),
                ),
                (
                    "ask",
                    models.CharField(
                        choices=[("interrupt", "before anything else"), ("inline", "in passing"), ("no", "no")],
                        max_length=9,
                    ),
                ),
                ("effect", models.CharField(max_length=200)),
                ("action", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "pregnancy rule",
                "verbose_name_plural": "pregnancy rules",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_week__lt", models.F("below_week"))), name="formulary_pregnancy_weeks"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(max_length=100)),
                ("code", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=300)),
                ("systemic", models.BooleanField(default=True)),
                ("source", models.CharField(max_length=300)),
                (
                    "generic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="formulary.generic",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("system", "code"), name="formulary_product_code_once")],
            },
        ),
        migrations.CreateModel(
            name="ProductIngredient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "ingredient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="formulary.ingredient"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="product_ingredients",
                        to="formulary.productcode",
                    ),
                ),
            ],
            options={
                "ordering": ["product_id", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "position"), name="formulary_product_position_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RenalRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("established", "Established: on a published list of what must not be combined"),
                            ("agreed", "Agreed: a medicines agency lists it too"),
                            ("label", "From the product information"),
                            ("published", "From published studies"),
                            ("guidance", "From public guidance"),
                        ],
                        default="label",
                        max_length=12,
                        verbose_name="how sure",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("not-reviewed", "Not yet reviewed by a pharmacist"),
                            ("reviewed", "Reviewed by a pharmacist"),
                        ],
                        default="not-reviewed",
                        max_length=12,
                        verbose_name="review",
                    ),
                ),
                ("who", models.CharField(max_length=64)),
                ("from_value", models.DecimalField(decimal_places=1, max_digits=6)),
                ("below", models.DecimalField(decimal_places=1, max_digits=6)),
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
                    ),
                ),
                ("max_daily", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ("ask", models.CharField(choices=[("always", "always"), ("risk", "from 65 years on")], max_length=9)),
                ("action", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "kidney rule",
                "verbose_name_plural": "kidney rules",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_value__lt", models.F("below"))), name="formulary_renal_band"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GenericTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("generic", "Generic name"), ("synonym", "Other name"), ("brand", "Brand name")],
                        max_length=8,
                    ),
                ),
                ("term", models.CharField(max_length=100)),
                ("folded", models.CharField(db_index=True, max_length=100)),
                (
                    "generic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="formulary.generic"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("generic", "folded"), name="formulary_term_once")],
            },
        ),
        migrations.CreateModel(
            name="GenericIngredient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "generic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="generic_ingredients",
                        to="formulary.generic",
                    ),
                ),
                (
                    "ingredient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="formulary.ingredient"
                    ),
                ),
            ],
            options={
                "ordering": ["generic_id", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("generic", "position"), name="formulary_generic_position_once"),
                    models.UniqueConstraint(fields=("generic", "ingredient"), name="formulary_generic_ingredient_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClassMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("atc", "ATC code or its beginning"), ("ingredient", "Ingredient")], max_length=10
                    ),
                ),
                ("member", models.CharField(max_length=64)),
                ("source", models.CharField(blank=True, max_length=300)),
                (
                    "medication_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="formulary.medicationclass",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("medication_class", "kind", "member"), name="formulary_member_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MedicationIngredient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("strength_value", models.DecimalField(blank=True, decimal_places=6, max_digits=14, null=True)),
                (
                    "strength_unit",
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
                (
                    "ingredient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="formulary.ingredient"
                    ),
                ),
                (
                    "medication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="medication_ingredients",
                        to="formulary.medication",
                    ),
                ),
            ],
            options={
                "ordering": ["medication_id", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("medication", "position"), name="formulary_medication_position_once"
                    ),
                    models.UniqueConstraint(
                        fields=("medication", "ingredient"), name="formulary_medication_ingredient_once"
                    ),
                ],
            },
        ),
    ]
