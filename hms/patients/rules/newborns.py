"""What a newborn is called until it has a name.

The mother's given name is part of it, so that two babies of one family name on a ward can't be mixed up
(The Joint Commission, NPSG.01.01.01, distinct newborn naming, 2018): `O’REILLY, Baby of Maeve`;
twins by order of birth.
"""

from __future__ import annotations

from hms.patients.rules.names import Name, NameParts, tidy


def newborn_name(mother: NameParts, order: int | None = None) -> Name:
    """The temporary name of a child of this mother. `order` counts the children of a multiple birth from 1."""
    given = tidy(mother.given or mother.family).split()
    of = given[0] if given else ""
    child = f"Baby {order} of" if order else "Baby of"
    return Name(family=tidy(mother.family or mother.given), given=f"{child} {of}".strip(), use="temp")
