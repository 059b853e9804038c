import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CodeSystem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.URLField(unique=True)),
                ("name", models.CharField(max_length=100)),
                ("version", models.CharField(max_length=40)),
                ("released_on", models.DateField(blank=True, null=True)),
                ("source", models.TextField(blank=True)),
                ("copyright", models.TextField(blank=True)),
                ("index_stamp", models.CharField(blank=True, max_length=32)),
            ],
            options={
                "verbose_name": "code system",
            },
        ),
        migrations.CreateModel(
            name="Concept",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("display", models.CharField(max_length=400)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("chapter", "Chapter"),
                            ("block", "Block"),
                            ("category", "Category"),
                            ("subcategory", "Subcategory"),
                            ("extension", "Code with seventh character"),
                            ("code", "Code"),
                        ],
                        default="code",
                        max_length=16,
                    ),
                ),
                ("is_leaf", models.BooleanField(default=True)),
                ("billable", models.BooleanField(default=False)),
                ("common", models.BooleanField(default=False)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="terminology.concept",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concepts",
                        to="terminology.codesystem",
                    ),
                ),
            ],
            options={
                "verbose_name": "concept",
                "constraints": [
                    models.UniqueConstraint(fields=("system", "code"), name="terminology_concept_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from", None),
                            ("valid_to", None),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="terminology_concept_period_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Designation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "use",
                    models.CharField(
                        choices=[("title", "Title"), ("inclusion", "Inclusion term"), ("lay", "Everyday word")],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(max_length=400)),
                ("words", models.CharField(max_length=500)),
                ("essential", models.PositiveSmallIntegerField()),
                ("rank", models.PositiveIntegerField()),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="designations",
                        to="terminology.concept",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="terminology.codesystem"
                    ),
                ),
            ],
            options={
                "verbose_name": "designation",
                "constraints": [
                    models.UniqueConstraint(fields=("system", "rank"), name="terminology_designation_rank_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=80)),
                ("ranks", models.BinaryField()),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="terminology.codesystem"
                    ),
                ),
            ],
            options={
                "verbose_name": "posting",
                "constraints": [
                    models.UniqueConstraint(fields=("system", "word"), name="terminology_posting_word_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Rubric",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("includes", "Includes"),
                            ("inclusion-term", "Inclusion term"),
                            ("excludes1", "Not coded here"),
                            ("excludes2", "Not included here"),
                            ("code-first", "Code first"),
                            ("code-also", "Code also"),
                            ("use-additional", "Use additional code"),
                        ],
                        max_length=16,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rubrics", to="terminology.concept"
                    ),
                ),
            ],
            options={
                "verbose_name": "coding note",
                "ordering": ["concept_id", "kind", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("concept", "kind", "position"), name="terminology_rubric_position_unique"
                    )
                ],
            },
        ),
    ]
