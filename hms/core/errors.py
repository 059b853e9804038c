"""The pages that say that something went wrong: what it is, that nothing is lost, and the next step.

A refusal that a view did not answer itself ends here, as a page or, for htmx, as a toast that leaves the page as it is.
A form refused because the record changed shows both versions; a form that the database could not take can be sent
again. Refuses to tell an outsider whether something exists: what is not theirs is not found.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import OperationalError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hms.core.access import PUBLIC, access
from hms.core.actions import refusal_of
from hms.core.problems import Busy, Refused, Stale

log = logging.getLogger("hms.requests")

# Never written back into a page, even for the person who typed them.
_UNSPOKEN = ("csrfmiddlewaretoken",)
# When not even the page for a fault can be made: needs no template, no translation, no file.
_BARE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>HMS is not working</title><h1>HMS is not working at the moment</h1>"
    "<p>We know about it. Please try again in a few minutes.</p>"
    "<p>If a patient can’t wait, use the telephone and the printed downtime list.</p>"
)


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says."""

    title: Any
    text: Any
    steps: tuple[Any, ...] = ()
    icon: str = "signpost-split"


_WORDS = {
    400: Words(
        _("We could not read that request"),
        _("Something in the address or the form was cut off or changed on its way."),
        (_("Go back, load the page again, and repeat the last step."),),
        "question-circle",
    ),
    403: Words(
        _("This page is not open to you"),
        _("What you may see and do follows from your duties, and this is not part of them."),
        (
            _("If you need it for your work, ask your administrator to add the duty."),
            _("If you hold two roles, switch to the other one in the menu under your initials."),
        ),
        "shield-lock",
    ),
    404: Words(
        _("We can’t find this page"),
        _("It may have moved, or it belongs to somebody whose records are not open to you."),
        (
            _("If you typed the address, check it letter by letter."),
            _("If you are looking for a person, search by name, birth date or record number."),
        ),
    ),
    409: Words(
        _("Somebody else was quicker"),
        _("This was changed at the same moment by somebody else, so nothing was saved."),
        (_("Go back, look at how it stands now, and decide again."),),
        "people",
    ),
    422: Words(
        _("This can’t be done as it is"),
        _("Nothing was saved."),
        (_("Go back, correct it, and try again."),),
        "x-octagon",
    ),
    503: Words(
        _("The system is busy"),
        _("It could not save this in time. Nothing was lost."),
        (_("Wait a few seconds and send it again."),),
        "hourglass-split",
    ),
}


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The answer to a refusal that nobody answered closer by."""
    if request.headers.get("HX-Request"):
        return _as_toast(refusal)
    if isinstance(refusal, Busy):
        return busy(request, refusal)
    if isinstance(refusal, Stale):
        return stale(request, refusal)
    texts = [problem.text for problem in refusal.problems if problem.text]
    return _page(request, refusal.status, texts)


@access(PUBLIC)
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


@access(PUBLIC)
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


@access(PUBLIC)
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


@access(PUBLIC)
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old, mostly because one logged in or out in another tab.

    NB: offers no button that sends the form again: whoever forged it would only have to wait for the click.
    """
    log.warning("csrf: %s", reason)
    words = Words(
        _("This page was open for too long"),
        _("You logged in, out, or as somebody else since it was opened, so nothing was saved."),
        (_("Go back, load the page again, and repeat the last step. Drafts are kept."),),
        "clock-history",
    )
    return _page(request, 403, words=words)


def stale(request: HttpRequest, refusal: Stale) -> HttpResponse:
    """Both versions side by side; the saved one is the safe choice, saving one's own over it a second, seen step."""
    post = {name: request.POST.getlist(name) for name in request.POST if name not in _UNSPOKEN}
    again = {}
    if "version" in post and refusal.theirs is not None:
        again = {**post, "version": [refusal.theirs.version]}
    context = {
        "lines": compare(refusal.theirs, request.POST) if refusal.theirs is not None else [],
        "texts": [problem.text for problem in refusal.problems if problem.text],
        "here": request.path,
        "again": _pairs(again),
    }
    return render(request, "errors/stale.html", {**context, "base": _base(request)}, status=409)


def compare(theirs: Model, posted: Any) -> list[tuple[str, str, str]]:
    """(label, yours, theirs) for each posted field that is a column of the record.

    NB: whoever sends the form names the fields, so what forms never show (digests of passwords) is not among them.
    """
    hidden = {"version", *getattr(theirs, "history_leaves_out", ())}
    lines = []
    for name in posted:
        try:
            field = theirs._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if not field.concrete or not field.editable or field.primary_key or name in hidden:
            continue
        shown = getattr(theirs, f"get_{name}_display", None)
        saved = shown() if shown else getattr(theirs, name)
        yours = dict(field.flatchoices).get(posted[name], posted[name]) if field.flatchoices else posted[name]
        lines.append((str(field.verbose_name).capitalize(), str(yours), "" if saved is None else str(saved)))
    return lines


def busy(request: HttpRequest, refusal: Busy) -> HttpResponse:
    """The database was busy: says so, and keeps what was typed in a form that sends it again.

    NB: rendered without the context processors, which would ask the same database.
    """
    post = {name: request.POST.getlist(name) for name in request.POST if name not in _UNSPOKEN}
    can_repeat = bool(post) and not request.FILES and not any("password" in name for name in post)
    words = _WORDS[503]
    html = get_template("errors/busy.html").render(
        {
            "base": "frame_plain.html",
            "words": words,
            "texts": [problem.text for problem in refusal.problems if problem.text],
            "here": request.get_full_path(),
            "again": _pairs(post) if can_repeat else [],
            "csrf_token": get_token(request) if can_repeat else "",
        }
    )
    return HttpResponse(html, status=503, headers={"Retry-After": str(refusal.retry_after)})


@access(PUBLIC)
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Needs neither database, context nor session; the last resort needs no template either.

    NB: a database that is away is noticed by the first middleware that asks it or writes its line in the trail, where
    no view's error handling reaches: Django comes here with the error still at hand, and it's no fault of ours.
    """
    error = sys.exception()
    try:
        refusal = refusal_of(error) if isinstance(error, OperationalError) else error
        if isinstance(refusal, Busy):
            return refused(request, refusal)
        html = get_template("errors/500.html").render({})
    except Exception:
        log.exception("the error page itself failed")
        html = _BARE
    return HttpResponse(html, status=500)


def _page(request: HttpRequest, status: int, texts: Iterable[Any] = (), words: Words | None = None) -> HttpResponse:
    if request.headers.get("HX-Request"):
        chosen = words or _WORDS.get(status, _WORDS[422])
        return _toast(status, gettext("%(title)s. %(text)s") % {"title": chosen.title, "text": chosen.text})
    context = {
        "base": _base(request),
        "words": words or _WORDS.get(status, _WORDS[422]),
        "texts": list(texts),
        "status": status,
    }
    try:
        return render(request, "errors/page.html", context, status=status)
    except Exception:
        # The frame asks the database; a page that says "not found" must not become a fault because of that.
        log.exception("error page %s without its frame", status)
        return HttpResponse(
            get_template("errors/page.html").render({**context, "base": "frame_plain.html"}), status=status
        )


def _base(request: HttpRequest) -> str:
    actor = getattr(request, "actor", None)
    return "frame.html" if actor is not None and actor.is_authenticated else "frame_plain.html"


def _as_toast(refusal: Refused) -> HttpResponse:
    words = _WORDS.get(refusal.status, _WORDS[422])
    texts = [str(problem.text) for problem in refusal.problems if problem.text]
    response = _toast(refusal.status, " ".join(texts) or f"{words.title}. {words.text}")
    if isinstance(refusal, Busy):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _toast(status: int, text: str) -> HttpResponse:
    # NB: json.dumps writes ASCII, which is all a header may hold.
    event = json.dumps({"toast": {"text": text, "tone": "error"}})
    return HttpResponse(
        status=status, reason=HTTPStatus(status).phrase, headers={"HX-Reswap": "none", "HX-Trigger": event}
    )


def _pairs(fields: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(name, value) for name, values in fields.items() for value in values]
