"""What every row of a chart has: a patient, the moment the patient may read it, and where it came from."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hms.core import clock
from hms.core.actor import Actor
from hms.core.records import Record
from hms.patients.models import Patient
from hms.patients.models.scope import in_charts

ENTERED_IN_ERROR = "entered-in-error"


class ChartQuerySet(models.QuerySet[Any]):
    def visible_to(self, by: Actor, patient: Patient | None = None) -> Self:
        """Rows of the charts this actor may open, or of this one alone; in the portal what was released and is true."""
        model: type[ChartRecord] = self.model
        if model.read_permission and not by.may(model.read_permission):
            return self.none()
        patients = Patient.objects.visible_to(by)
        if by.role == "patient" and model.confidential:
            patients = patients.confiding_in(by)
        rows = self.filter(in_charts(patients, patient))
        if patient is not None:
            rows = rows.filter(patient=patient)
        if by.role == "patient":
            rows = rows.filter(released_at__lte=clock.now()).standing()
        return rows

    def standing(self) -> Self:
        """Without what was entered in error."""
        return self.exclude(**{self.model.error_field: ENTERED_IN_ERROR})

    def from_source(self, sources: Any) -> Self:
        """Rows imported from these resources."""
        return self.filter(source__in=sources)


class ChartRecord(Record):
    """A row of a chart. Each has an encrypted `error_reason` of its own for the day it turns out to be wrong.

    `released_at` is the moment from which the patient may read it; empty means held back. `source` names the
    resource it was imported from, so that a second import finds it; empty for what was written here.
    """

    on_merge: ClassVar[str] = "move"
    on_export: ClassVar[str] = "export"
    retention: ClassVar[str] = "clinical"
    # Which field says that the row was never true, and which permission reading needs beside the relation.
    error_field: ClassVar[str] = "status"
    read_permission: ClassVar[str] = ""
    # Whether a teenager's rows are kept from parents who act for them.
    confidential: ClassVar[bool] = True

    if TYPE_CHECKING:
        # Each table has these itself, under its own names of relation and encryption.
        patient: Any
        patient_id: uuid.UUID
        error_reason: Any

    released_at = models.DateTimeField(_("patient may read it from"), null=True, blank=True)
    source = models.CharField(max_length=300, blank=True, editable=False)

    objects = ChartQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=~Q(source=""), name="%(app_label)s_%(class)s_source_once"
            ),
        ]

    @property
    def is_entered_in_error(self) -> bool:
        return getattr(self, self.error_field) == ENTERED_IN_ERROR
