from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import hms.core.clock
import hms.core.crypto
import hms.core.records


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clinical", "0001_initial"),
        ("documents", "0001_initial"),
        ("organization", "0001_initial"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.CharField(max_length=64, verbose_name="code")),
                ("text", models.CharField(max_length=200, verbose_name="service")),
                ("unit_minor", models.BigIntegerField(verbose_name="net price")),
                (
                    "tax_percent",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=5, verbose_name="tax, per cent"
                    ),
                ),
                ("start", models.DateField(verbose_name="from")),
                ("end", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "ordering": ["code", "-start"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("unit_minor__gte", 0)), name="billing_price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tax_percent__gte", 0)), name="billing_price_tax_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="billing_price_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChargeItem",
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
                            ("planned", "Planned"),
                            ("billable", "To be billed"),
                            ("not-billable", "Not billed"),
                            ("aborted", "Stopped"),
                            ("billed", "Billed"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Unknown"),
                        ],
                        default="billable",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("source", models.CharField(max_length=100, unique=True)),
                ("code_system", models.CharField(default="urn:hms:price", max_length=100)),
                ("code", models.CharField(max_length=64, verbose_name="code")),
                ("text", models.CharField(max_length=200, verbose_name="service")),
                ("occurred_on", models.DateField(verbose_name="day")),
                (
                    "quantity",
                    models.DecimalField(decimal_places=3, default=Decimal("1"), max_digits=9, verbose_name="quantity"),
                ),
                ("unit_minor", models.BigIntegerField(verbose_name="net price")),
                (
                    "tax_percent",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=5, verbose_name="tax, per cent"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                (
                    "not_billable_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("waived", "Waived"),
                            ("included", "Included in another service"),
                            ("not-given", "The service was not given"),
                        ],
                        max_length=16,
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=hms.core.clock.now)),
                ("recorded_by", models.CharField(max_length=200)),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charge_items",
                        to="clinical.encounter",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charge_items",
                        to="organization.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charge_items", to="patients.patient"
                    ),
                ),
                (
                    "price",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.price",
                    ),
                ),
            ],
            options={
                "verbose_name": "charge",
                "verbose_name_plural": "charges",
                "ordering": ["occurred_on"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "billable")),
                        fields=["facility", "occurred_on"],
                        name="billing_to_be_billed",
                    ),
                    models.Index(fields=["patient", "-occurred_on"], name="billing_charge_of_patient"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="billing_charge_quantity"),
                    models.CheckConstraint(
                        condition=models.Q(("unit_minor__gte", 0)), name="billing_charge_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "not-billable"), _negated=True),
                            models.Q(("not_billable_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="billing_not_billable_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Invoice"), ("credit-note", "Credit note")],
                        default="invoice",
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("issued", "To be paid"),
                            ("balanced", "Paid"),
                            ("cancelled", "Cancelled by a credit note"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("series", models.CharField(blank=True, max_length=40)),
                ("number", models.PositiveBigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("net_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField(default=0)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("issued_on", models.DateField(blank=True, null=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("issued_by", models.CharField(blank=True, max_length=200)),
                ("recipient_name", models.CharField(blank=True, max_length=300)),
                (
                    "recipient_address",
                    hms.core.crypto.EncryptedTextField(
                        blank=True, default="", label="billing.invoice.recipient_address"
                    ),
                ),
                (
                    "credit_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("wrong-service", "The service was not given, or another one"),
                            ("wrong-price", "The price was wrong"),
                            ("wrong-person", "It is another person's"),
                            ("goodwill", "Goodwill"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                ("created_at", models.DateTimeField(default=hms.core.clock.now)),
                (
                    "credits",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="billing.invoice",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="organization.facility"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
                "ordering": ["-issued_at", "-created_at"],
                "indexes": [
                    models.Index(fields=["patient", "-issued_at"], name="billing_invoice_of_patient"),
                    models.Index(fields=["facility", "status", "due_on"], name="billing_invoice_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "number"), name="billing_invoice_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net_minor"), "+", models.F("tax_minor")
                                ),
                            )
                        ),
                        name="billing_invoice_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number__isnull", True), ("status__in", ["draft", "entered-in-error"])),
                            models.Q(
                                models.Q(("status", "draft"), _negated=True),
                                ("issued_at__isnull", False),
                                ("issued_on__isnull", False),
                                ("number__isnull", False),
                                models.Q(("series", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="billing_invoice_issued_has_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("credit_reason", ""),
                                ("credits__isnull", True),
                                ("kind", "invoice"),
                                ("total_minor__gte", 0),
                            ),
                            models.Q(
                                ("credits__isnull", False),
                                ("kind", "credit-note"),
                                ("total_minor__lte", 0),
                                models.Q(("credit_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="billing_credit_note_is_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("occurred_on", models.DateField()),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=9)),
                ("unit_minor", models.BigIntegerField()),
                ("tax_percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("total_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "charge_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="billing.chargeitem",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "number"), name="billing_line_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net_minor"), "+", models.F("tax_minor")
                                ),
                            )
                        ),
                        name="billing_line_total",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
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
                            ("active", "Received"),
                            ("cancelled", "Taken back"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="active",
                        max_length=16,
                    ),
                ),
                ("series", models.CharField(max_length=40)),
                ("receipt_number", models.PositiveBigIntegerField()),
                (
                    "method",
                    models.CharField(
                        choices=[("cash", "Cash"), ("card", "Card"), ("transfer", "Bank transfer")],
                        max_length=12,
                        verbose_name="how",
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="reference")),
                ("received_at", models.DateTimeField(default=hms.core.clock.now)),
                ("received_by_id", models.UUIDField(blank=True, null=True)),
                ("received_by", models.CharField(max_length=200)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="organization.facility"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ["-received_at"],
                "indexes": [models.Index(fields=["patient", "-received_at"], name="billing_payment_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "receipt_number"), name="billing_receipt_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="billing_payment_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "debit",
                    models.CharField(
                        choices=[
                            ("receivable", "Owed by patients"),
                            ("revenue", "Revenue"),
                            ("tax", "Tax owed"),
                            ("cash", "Cash box"),
                            ("card", "Card payments"),
                            ("bank", "Bank"),
                            ("credit", "Owed to patients"),
                        ],
                        max_length=12,
                        verbose_name="debit",
                    ),
                ),
                (
                    "credit",
                    models.CharField(
                        choices=[
                            ("receivable", "Owed by patients"),
                            ("revenue", "Revenue"),
                            ("tax", "Tax owed"),
                            ("cash", "Cash box"),
                            ("card", "Card payments"),
                            ("bank", "Bank"),
                            ("credit", "Owed to patients"),
                        ],
                        max_length=12,
                        verbose_name="credit",
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("booked_on", models.DateField()),
                ("booked_at", models.DateTimeField(default=hms.core.clock.now)),
                (
                    "credit_note",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="booked_entries",
                        to="billing.invoice",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_entries",
                        to="organization.facility",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ledger_entries", to="billing.invoice"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_entries",
                        to="patients.patient",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_entries",
                        to="billing.payment",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
                "ordering": ["booked_at", "id"],
                "indexes": [models.Index(fields=["facility", "booked_on"], name="billing_ledger_day")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="billing_entry_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("debit", models.F("credit")), _negated=True),
                        name="billing_entry_two_accounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentAllocation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="billing.invoice"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="billing.payment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("payment", "invoice"), name="billing_allocation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="billing_allocation_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceList",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("is_default", models.BooleanField(default=True)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_lists",
                        to="organization.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "name"), name="billing_price_list_name_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("facility",),
                        name="billing_one_default_price_list",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="price",
            name="price_list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="billing.pricelist"
            ),
        ),
        migrations.CreateModel(
            name="ImportedStatement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hms.core.records.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("Claim", "Claim"), ("ExplanationOfBenefit", "Explanation of benefit")], max_length=20
                    ),
                ),
                ("source", models.CharField(max_length=100)),
                ("source_id", models.CharField(max_length=128)),
                ("status", models.CharField(max_length=20)),
                ("use", models.CharField(blank=True, max_length=20)),
                ("type_code", models.CharField(blank=True, max_length=40)),
                ("created_on", models.DateField(blank=True, null=True, verbose_name="written on")),
                ("billable_start", models.DateField(blank=True, null=True)),
                ("billable_end", models.DateField(blank=True, null=True)),
                ("insurer", models.CharField(blank=True, max_length=200, verbose_name="insurer")),
                ("provider", models.CharField(blank=True, max_length=200, verbose_name="provider")),
                ("total_minor", models.BigIntegerField(blank=True, null=True)),
                ("paid_minor", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("item_count", models.PositiveIntegerField(default=0)),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imported_statements",
                        to="organization.facility",
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedoriginal",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imported_statements",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported statement",
                "verbose_name_plural": "imported statements",
                "ordering": ["-created_on"],
                "indexes": [models.Index(fields=["patient", "-created_on"], name="billing_statement_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "kind", "source_id"), name="billing_statement_once")
                ],
            },
        ),
    ]
