"""How a patient is reached, and by which numbers they are known elsewhere: encrypted, found by blind index."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.core.crypto import EncryptedTextField, blind_index
from hms.core.records import Owned
from hms.patients import codes
from hms.patients.models.patient import Patient
from hms.patients.rules.normalise import email_key, identifier_key, phone_tail

_PERIOD = Q(end__isnull=True) | Q(start__isnull=True) | Q(start__lte=F("end"))


class PatientIdentifier(Owned):
    """A number that somebody else gave: passport, national number, health card. FHIR Patient.identifier."""

    root = "patient"
    on_merge = "unite"
    on_export = "export"
    retention = "clinical"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    type = models.CharField(_("kind of number"), max_length=4, choices=codes.IdentifierType)
    use = models.CharField(_("use"), max_length=9, choices=codes.IdentifierUse, default=codes.IdentifierUse.OFFICIAL)
    system = models.CharField(_("register"), max_length=200, blank=True)
    value = EncryptedTextField(_("number"), label="patients.identifier.value")
    value_index = models.BinaryField(max_length=32, db_index=True, editable=False)
    issuer = models.CharField(_("issued by"), max_length=150, blank=True)
    start = models.DateField(_("valid from"), null=True, blank=True)
    end = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [models.CheckConstraint(condition=_PERIOD, name="patients_identifier_period")]

    def __str__(self) -> str:
        return self.get_type_display()

    def indexed(self) -> PatientIdentifier:
        """Set the blind index from the value."""
        self.value_index = identifier_index(self.value)
        return self


class ContactPoint(Owned):
    """A telephone number or e-mail address. Families share them: a contact is not an identity."""

    root = "patient"
    on_merge = "unite"
    on_export = "export"
    retention = "clinical"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="contacts")
    system = models.CharField(_("kind"), max_length=5, choices=codes.ContactSystem)
    use = models.CharField(_("use"), max_length=6, choices=codes.ContactUse, blank=True)
    value = EncryptedTextField(_("number or address"), label="patients.contact.value")
    value_index = models.BinaryField(max_length=32, db_index=True, editable=False)
    rank = models.PositiveSmallIntegerField(_("order of preference"), default=1)
    shared = models.BooleanField(_("shared with others: no details of health"), default=False)
    confidential = models.BooleanField(_("write to this one only"), default=False)
    start = models.DateField(_("from"), null=True, blank=True)
    end = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["rank", "id"]
        constraints = [models.CheckConstraint(condition=_PERIOD, name="patients_contact_period")]

    def __str__(self) -> str:
        return self.get_system_display()

    def indexed(self) -> ContactPoint:
        """Set the blind index from the value."""
        self.value_index = contact_index(self.system, self.value)
        return self


class Address(Owned):
    """A postal address. Street and full postcode are encrypted; the coarse area stays plain for planning."""

    root = "patient"
    on_merge = "unite"
    on_export = "export"
    retention = "clinical"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="addresses")
    use = models.CharField(_("use"), max_length=7, choices=codes.AddressUse, default=codes.AddressUse.HOME)
    lines = EncryptedTextField(_("street and number"), label="patients.address.lines", blank=True)
    postal_code = EncryptedTextField(_("postal code"), label="patients.address.postal_code", blank=True)
    postal_area = models.CharField(max_length=3, blank=True, editable=False)
    city = models.CharField(_("town or city"), max_length=100, blank=True)
    state = models.CharField(_("state or province"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    confidential = models.BooleanField(_("write to this one only"), default=False)
    start = models.DateField(_("from"), null=True, blank=True)
    end = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [models.CheckConstraint(condition=_PERIOD, name="patients_address_period")]

    def __str__(self) -> str:
        return self.get_use_display()

    def indexed(self) -> Address:
        """Set the coarse area from the postal code."""
        self.postal_area = "".join(self.postal_code.split())[:2].upper()
        return self

    @property
    def printed(self) -> list[str]:
        """As it is printed on an envelope: empty parts leave no empty line."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return [line for line in (*self.lines.splitlines(), town, self.state, self.country) if line.strip()]


def contact_index(system: str, value: str) -> bytes:
    """The blind index of a contact: by the tail of a number, so that national and international writing meet."""
    key = email_key(value) if system == codes.ContactSystem.EMAIL else phone_tail(value)
    return blind_index("patients.contact.value", key or value.strip().casefold())


def identifier_index(value: str) -> bytes:
    """The blind index of an identifier, whatever its register: people at a counter show a card, not a system."""
    return blind_index("patients.identifier.value", identifier_key(value))
