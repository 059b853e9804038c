"""What services cost, and which services were given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.billing import codes
from hms.billing.models.scope import scope
from hms.core import clock
from hms.core.actor import Actor
from hms.core.guards import Frozen, SqlGuard
from hms.core.money import Money
from hms.core.records import Record


def plain(number: Decimal) -> str:
    """A quantity or rate as it is printed: 2, 1.5, 10, never 1E+1 or 2.000."""
    return format(number.normalize(), "f")


class PriceList(Record):
    """The prices of a facility, in its currency; `is_default` is the one for people who pay themselves."""

    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="price_lists")
    name = models.CharField(_("name"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3)
    is_default = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="billing_price_list_name_once"),
            models.UniqueConstraint(
                fields=["facility"], condition=Q(is_default=True), name="billing_one_default_price_list"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriceQuerySet(models.QuerySet["Price"]):
    def in_force(self, on: date) -> PriceQuerySet:
        return self.filter(Q(end__isnull=True) | Q(end__gt=on), start__lte=on)


# One price a day for each service: two at once would make a bill a matter of luck.
_PRICE_OVERLAPS = (
    "SELECT 1 FROM billing_price AS other WHERE other.price_list_id = NEW.price_list_id AND other.code = NEW.code "
    'AND other.id <> NEW.id AND (other."end" IS NULL OR NEW.start < other."end") '
    'AND (NEW."end" IS NULL OR other.start < NEW."end")'
)


class Price(Record):
    """The net price of one service in `[start, end)`, with the tax that goes on it."""

    guards = [
        SqlGuard(
            name=f"billing_price_overlap_{event.lower()}",
            sqlite=[
                f"CREATE TRIGGER billing_price_overlap_{event.lower()} BEFORE {event} ON billing_price "
                f"WHEN EXISTS ({_PRICE_OVERLAPS}) BEGIN "
                f"SELECT RAISE(ABORT, 'billing_price_overlap_{event.lower()}: the database refuses this'); END"
            ],
            drop_sqlite=f"DROP TRIGGER IF EXISTS billing_price_overlap_{event.lower()}",
        )
        for event in ("INSERT", "UPDATE")
    ] + [
        SqlGuard(
            name="billing_price_no_overlap",
            postgresql=[
                "CREATE EXTENSION IF NOT EXISTS btree_gist",
                "ALTER TABLE billing_price ADD CONSTRAINT billing_price_no_overlap EXCLUDE USING gist "
                "(price_list_id WITH =, code WITH =, daterange(start, \"end\", '[)') WITH &&)",
            ],
            drop_postgresql="ALTER TABLE billing_price DROP CONSTRAINT IF EXISTS billing_price_no_overlap",
        ),
    ]

    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="prices")
    code = models.CharField(_("code"), max_length=64)
    text = models.CharField(_("service"), max_length=200)
    unit_minor = models.BigIntegerField(_("net price"))
    tax_percent = models.DecimalField(_("tax, per cent"), max_digits=5, decimal_places=2, default=Decimal(0))
    start = models.DateField(_("from"))
    end = models.DateField(_("until"), null=True, blank=True)

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-start"]
        constraints = [
            models.CheckConstraint(condition=Q(unit_minor__gte=0), name="billing_price_not_negative"),
            models.CheckConstraint(condition=Q(tax_percent__gte=0), name="billing_price_tax_not_negative"),
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gt=F("start")), name="billing_price_period"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_minor, self.price_list.currency)

    @property
    def tax_text(self) -> str:
        return f"{plain(self.tax_percent)} %"


class ChargeItemQuerySet(models.QuerySet["ChargeItem"]):
    def visible_to(self, by: Actor) -> ChargeItemQuerySet:
        """Staff: those of their facilities. Patients read invoices, not charges."""
        return self.none() if by.role == "patient" else self.filter(scope(by))

    def to_be_billed(self) -> ChargeItemQuerySet:
        return self.filter(status=codes.ChargeItemStatus.BILLABLE)


class ChargeItem(Record):
    """A service given to a patient that costs something: FHIR ChargeItem. The price is as it was on that day."""

    on_merge = "move"
    on_export = "export"
    retention = "billing"
    guards = [
        Frozen(columns=["facility", "encounter", "source", "recorded_at"]),
        Frozen(
            except_columns=["patient", "not_billable_reason"],
            when="status = 'billed'",
            # A credit note frees the service to be billed again.
            moves={"status": [("billed", "billable"), ("billed", "not-billable"), ("billed", "entered-in-error")]},
        ),
    ]

    status = models.CharField(
        _("status"), max_length=16, choices=codes.ChargeItemStatus, default=codes.ChargeItemStatus.BILLABLE
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, related_name="charge_items")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="charge_items")
    encounter = models.ForeignKey(
        "clinical.Encounter", null=True, blank=True, on_delete=models.PROTECT, related_name="charge_items"
    )
    # What it arose from, such as "visit:<id>": the same thing is never charged twice.
    source = models.CharField(max_length=100, unique=True)
    code_system = models.CharField(max_length=100, default=codes.PRICE_SYSTEM)
    code = models.CharField(_("code"), max_length=64)
    text = models.CharField(_("service"), max_length=200)
    occurred_on = models.DateField(_("day"))
    quantity = models.DecimalField(_("quantity"), max_digits=9, decimal_places=3, default=Decimal(1))
    unit_minor = models.BigIntegerField(_("net price"))
    tax_percent = models.DecimalField(_("tax, per cent"), max_digits=5, decimal_places=2, default=Decimal(0))
    currency = models.CharField(max_length=3)
    price = models.ForeignKey(Price, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    not_billable_reason = models.CharField(max_length=16, choices=codes.NotBillableReason, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.CharField(max_length=200)

    objects = ChargeItemQuerySet.as_manager()

    class Meta:
        ordering = ["occurred_on"]
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        indexes = [
            models.Index(
                fields=["facility", "occurred_on"],
                condition=Q(status=codes.ChargeItemStatus.BILLABLE),
                name="billing_to_be_billed",
            ),
            models.Index(fields=["patient", "-occurred_on"], name="billing_charge_of_patient"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="billing_charge_quantity"),
            models.CheckConstraint(condition=Q(unit_minor__gte=0), name="billing_charge_not_negative"),
            models.CheckConstraint(
                condition=~Q(status=codes.ChargeItemStatus.NOT_BILLABLE) | ~Q(not_billable_reason=""),
                name="billing_not_billable_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_minor, self.currency)

    @property
    def quantity_text(self) -> str:
        return plain(self.quantity)
