"""What a template may ask of an actor."""

from __future__ import annotations

from django.template import Library

from hms.core.actor import Actor

register = Library()


@register.filter
def may(actor: Actor, permission: str) -> bool:
    """Whether to show the way to a deed: `{% if request.actor|may:"accounts.create_user" %}`. The deed asks again."""
    return actor.may(permission)
