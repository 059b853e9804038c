"""A person as they are told to us: by a form, a message, a file. What the registering actions take.

Plain data without a database; `rules/matching.py` compares two of them. Who parses it checks nothing:
the actions refuse what is wrong, in one place.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from hms.patients import codes
from hms.patients.rules.names import Name
from hms.patients.rules.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number or e-mail address."""

    value: str
    system: str = codes.ContactSystem.PHONE
    use: str = ""
    shared: bool = False
    confidential: bool = False
    id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class PostalAddress:
    lines: str = ""
    postal_code: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    use: str = codes.AddressUse.HOME
    confidential: bool = False
    id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number given by somebody else."""

    value: str
    type: str = codes.IdentifierType.OTHER
    system: str = ""
    issuer: str = ""
    use: str = codes.IdentifierUse.OFFICIAL
    start: dt.date | None = None
    end: dt.date | None = None
    id: uuid.UUID | None = None


@dataclass(slots=True)
class NewPatient:
    """Everything that may be known of a person. Only a name is needed.

    To edit, the same shape says how the record shall stand: rows with an `id` are kept and changed, rows
    without one are added, rows left out are removed.
    """

    names: list[Name] = field(default_factory=list)
    birth: PartialDate | None = None
    birth_at: dt.datetime | None = None
    multiple_birth: bool | None = None
    birth_order: int | None = None
    gender: str = codes.AdministrativeGender.UNKNOWN
    # Empty: the same as the gender in the papers, until somebody says otherwise.
    sex_for_clinical_use: str = ""
    gender_identity: str = ""
    marital_status: str = ""
    language: str = ""
    interpreter_needed: bool = False
    deceased: bool = False
    deceased_at: dt.datetime | None = None
    deceased_date: PartialDate | None = None
    unidentified: bool = False
    restriction: str = ""
    contacts: list[Contact] = field(default_factory=list)
    addresses: list[PostalAddress] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    # An importer keeps the logical id under which its source knows the person.
    id: uuid.UUID | None = None
