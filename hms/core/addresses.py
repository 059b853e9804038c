"""Addresses of many rows of one kind, resolved once: a calendar links to a hundred visits."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

_ANY = UUID(int=0)


def address_of(name: str, id: UUID) -> str:
    """What `reverse(name, args=[id])` gives, for an address that has one id in it."""
    return _pattern(name, get_script_prefix()).replace(str(_ANY), str(id))


@lru_cache(maxsize=256)
def _pattern(name: str, _prefix: str) -> str:
    return reverse(name, args=[_ANY])
