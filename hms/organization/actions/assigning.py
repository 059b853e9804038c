"""Writing named fields to a record, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models


def assign(record: models.Model, fields: Mapping[str, Any], allowed: type) -> list[str]:
    """Set those fields on the record; return the names of the ones that changed.

    `allowed` is the TypedDict of the action. A name outside it is a mistake of the caller, or a form field
    somebody added by hand, and raises TypeError.
    """
    strangers = fields.keys() - allowed.__annotations__.keys()
    if strangers:
        raise TypeError(f"{', '.join(sorted(strangers))}: not a field this action sets")
    changed = [name for name, value in fields.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, fields[name])
    return changed
