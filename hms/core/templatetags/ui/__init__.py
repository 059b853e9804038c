"""The components of every page, built into the template language: see docs/components.md.

Text is escaped by whoever writes it into HTML; a tag takes plain text, or a safe string that another component made.
No component writes a style, a script or a handler. Split by noun; this module joins them into one library, so that
`{% load ui %}` and the built-in list need one name.
"""

from django.template import Library

from hms.core.templatetags.ui import blocks, charts, forms, frame, lists, pieces, tables, values

register = Library()
for _room in (values, pieces, blocks, tables, lists, charts, forms, frame):
    register.tags.update(_room.register.tags)
    register.filters.update(_room.register.filters)
