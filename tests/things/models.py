"""Two tables that are nothing but records, to try the mechanisms of core on."""

from __future__ import annotations

from django.db import models

from hms.core.crypto import EncryptedTextField
from hms.core.guards import AppendOnly, Frozen
from hms.core.records import Owned, Record


class Thing(Record):
    name = models.CharField(max_length=40)
    status = models.CharField(max_length=20, default="draft")
    note = models.CharField(max_length=40, blank=True)
    secret = EncryptedTextField(label="things.thing.secret")

    guards = [
        Frozen("*", when="status = 'final'", moves={"status": [("final", "amended")]}, except_columns=["note"]),
    ]

    def __str__(self) -> str:
        return self.name


class Part(Owned):
    root = "thing"
    thing = models.ForeignKey(Thing, models.PROTECT, related_name="parts")
    end = models.CharField(max_length=10)

    def __str__(self) -> str:
        return self.end


class Stone(Record):
    name = models.CharField(max_length=40)
    keeps_history = False
    guards = [AppendOnly()]

    def __str__(self) -> str:
        return self.name
