"""What stands around a list: filters, pages, and the toasts that say what has been done."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.forms import BaseForm
from django.template import Context, Library

from hms.core import toasts as core_toasts
from hms.core.templatetags.ui.tables import query_with

register = Library()


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], target: str = "", label: Any = "") -> dict[str, Any]:
    """ "26 to 50 of 312" and links that keep the query; `target` swaps them in by htmx."""
    request = context["request"]

    def address(number: int) -> str:
        return query_with(request, page=number)

    paginator = page.paginator
    return {
        "page": page,
        "target": target,
        "label": label,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
        "numbers": [
            (number, address(number) if isinstance(number, int) else "", number == page.number)
            for number in paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
        ]
        if paginator.num_pages > 1
        else [],
    }


@register.inclusion_tag("ui/filter_bar.html", takes_context=True)
def filter_bar(context: Context, form: BaseForm, target: str = "", label: Any = "") -> dict[str, Any]:
    """The form's fields in one line, over a list: plain GET, and by htmx into `target` with the address kept."""
    request = context["request"]
    names = {form.add_prefix(name) for name in form.fields}
    return {
        "form": form,
        "target": target,
        "label": label,
        "action": request.path,
        "is_set": any(request.GET.get(name) for name in names),
        "clear": request.path,
        "sort": request.GET.get("sort", ""),
    }


@register.inclusion_tag("ui/toasts.html", takes_context=True)
def toasts(context: Context, oob: bool = False) -> dict[str, Any]:
    """The messages that wait for this person, as toasts; `oob=True` in a fragment adds them to the page's."""
    return {
        "toasts": [core_toasts.read(message) for message in context.get("messages") or ()],
        "oob": oob,
        "csrf_token": context.get("csrf_token"),
    }
