"""What the frame shows on each page: the context processor that fills core's `Frame`.

Built in two layers: what depends on duties and language alone is kept, what depends on the person and the
page is added.
"""

from __future__ import annotations

import re
import time
import uuid
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from hms.accounts.actors import roles_of
from hms.accounts.codes import Duty, Role
from hms.core.actor import Actor
from hms.core.frame import Choice, Frame, Language, Person, Place, theme_of
from hms.core.frame import Role as Hat
from hms.messaging.models import unread_count
from hms.organization.models import Facility
from hms.patients.models import Patient
from hms.workspace.places import places_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame`, `subject_tabs` for pages about a patient, and `further` for ways into rooms above.

    A fragment that htmx swaps into a page has its frame already.
    """
    if request.headers.get("HX-Request"):
        return {}
    return {
        "frame": _frame(request),
        "subject_tabs": lambda patient: chart_tabs(request, patient),
        "further": lambda: further(request),
    }


def _frame(request: HttpRequest) -> Frame:
    language = get_language() or settings.LANGUAGE_CODE
    common: dict[str, Any] = {
        "languages": _languages(language),
        "language_url": _address("set_language"),
        "theme": theme_of(request),
        "theme_url": _address("set_theme"),
        "notice": _("Demo hospital: nobody here is real.") if settings.DEMO else "",
        "help_url": _address("workspace:help"),
    }
    presence = getattr(request, "presence", None)
    if presence is None:
        return Frame(**common, login_url=_address(settings.LOGIN_URL), facility_name=facility_name())
    user, actor = presence.user, request.actor  # type: ignore[attr-defined]
    patient = actor.role == Role.PATIENT
    return Frame(
        **common,
        facility_name=facility_name(),
        user=Person(user.label, _what(presence.holdings, actor), user.pk),
        places=_places(
            actor.duties,
            language,
            request.path,
            actor.on_behalf_of if patient else None,
            pays="pay" in getattr(request, "portal_scopes", ("pay",)),
        ),
        search_url="" if patient else _address("workspace:search"),
        palette_url="" if patient else _address("workspace:palette"),
        bell_url=_address("messaging:notifications"),
        bell_poll_url=_address("messaging:bell"),
        bell_count=unread_count(actor),
        profile_url=_address("accounts:profile"),
        roles=tuple(Hat(role.label, role.value, role.value == actor.role) for role in roles_of(presence.holdings)),
        role_url=_address("accounts:role"),
        density=user.density or ("comfortable" if patient else "compact"),
        switch_user_url="" if patient else _address("accounts:switch"),
        logout_url=_address("account_logout"),
        idle_seconds=settings.SESSION_IDLE_SECONDS[presence.kind],
        keepalive_url=_address("accounts:keepalive"),
        shortcuts=user.shortcuts,
    )


# Label, address, the permission one needs to follow it, and what of the patient must be open to one: the chart, the
# details of the person, or no more than who it is.
_CHART, _DETAILS, _IDENTITY = "chart", "details", "identity"
_TABS: Final = (
    (gettext_lazy("Summary"), "workspace:chart", "patients.read_chart", _CHART),
    (gettext_lazy("Problems"), "clinical:conditions", "patients.read_chart", _CHART),
    (gettext_lazy("Medicines"), "prescribing:medications", "prescribing.read_medication", _CHART),
    (gettext_lazy("Results"), "diagnostics:results", "diagnostics.read_results", _CHART),
    (gettext_lazy("Notes"), "clinical:notes", "clinical.read_notes", _CHART),
    (gettext_lazy("Visits"), "clinical:encounters", "clinical.read_notes", _CHART),
    (gettext_lazy("Documents"), "documents:of_patient", "documents.read_document", _CHART),
    (gettext_lazy("Appointments"), "scheduling:visits", "scheduling.view_day", _IDENTITY),
    (gettext_lazy("Details"), "patients:profile", "patients.view_identity", _DETAILS),
    (gettext_lazy("What changed"), "patients:changes", "patients.view_history", _DETAILS),
)


def chart_tabs(request: HttpRequest, patient: Any) -> tuple[Choice, ...]:
    """The pages about one patient that this person may open. None in the portal, which has its own."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.role == Role.PATIENT:
        return ()
    open_to_me = _open_to(actor, patient)
    tabs = [
        (label, _address_of(address, patient.pk))
        for label, address, need, wants in _TABS
        if wants in open_to_me and actor.may(need)
    ]
    # Who files papers without reading the chart has a page for that alone.
    if _CHART not in open_to_me and actor.may("documents.file_document"):
        tabs.append((_("File a document"), _address_of("documents:create", patient.pk)))
    return tuple(Choice(label, url, url == request.path) for label, url in tabs)


# Ways from a page into a room above its own, which it does not know: label, icon, address, and the permission it takes.
# Behind the page's name the word that its address has to begin with, where not all of its kind lead there.
_TRY: Final = (
    gettext_lazy("Try a change before you make it"),
    "sliders",
    "reports:simulation",
    "reports.see_scheduling",
)
_FURTHER: Final = {"organization:policies": ("", _TRY), "organization:policy": ("scheduling.", _TRY)}


def further(request: HttpRequest) -> tuple[Choice, ...]:
    """The ways on from this page that this person may go."""
    match = request.resolver_match
    if match is None or match.view_name not in _FURTHER:
        return ()
    begins, (label, icon, address, need) = _FURTHER[match.view_name]
    fits = str(match.kwargs.get("name", "")).startswith(begins)
    may = request.actor.may(need)  # type: ignore[attr-defined]
    return (Choice(label, _address(address), icon=icon),) if fits and may else ()


def _open_to(actor: Actor, patient: Any) -> set[str]:
    """How much of a patient is open to somebody; one query at most."""
    if actor.may("patients.read_chart") and Patient.objects.visible_to(actor).filter(pk=patient.pk).exists():
        return {_CHART, _DETAILS, _IDENTITY}
    # Whoever corrects identities, or looks into who read what, finds everybody: `patients.views.places.detailed_for`.
    detailed = actor.may("patients.correct_identity") or actor.may("patients.review_glass")
    return {_DETAILS, _IDENTITY} if detailed else {_IDENTITY}


def _address_of(name: str, id: uuid.UUID) -> str:
    return _pattern(name).replace(str(_SOMEBODY), str(id))


# Stands for whoever a page is about.
_SOMEBODY: Final = uuid.UUID(int=0)


@lru_cache(maxsize=64)
def _pattern(name: str) -> str:
    return reverse(name, args=[_SOMEBODY])


@lru_cache(maxsize=64)
def _address(name: str) -> str:
    return reverse(name)


@lru_cache(maxsize=32)
def _languages(current: str) -> tuple[Language, ...]:
    return tuple(
        Language(code, get_language_info(code)["name_local"].capitalize(), code == current)
        for code, _name in settings.LANGUAGES
    )


@lru_cache(maxsize=128)
def _rail(duties: frozenset[str], language: str) -> tuple[tuple[str, str, str, str], ...]:
    """Label, icon, address and key of each place, in one language."""
    return tuple((str(place.label), place.icon, reverse(place.address), place.key) for place in places_of(duties))


# A page of the portal that is about somebody else has their id behind /my/.
_OF_SOMEBODY: Final = re.compile(r"^(/my/)[0-9a-f-]{36}/")


def _places(
    duties: frozenset[str], language: str, path: str, acting_for: Any = None, pays: bool = True
) -> tuple[Place, ...]:
    """The rail; whoever acts for a child stays with that child from page to page."""
    rail, path = _rail(duties, language), _OF_SOMEBODY.sub(r"\1", path)
    # The longest address that the page lies under is the place one is in.
    here = max((url for _l, _i, url, _k in rail if path.startswith(url)), key=len, default="")

    def address(url: str) -> str:
        return url.replace("/my/", f"/my/{acting_for}/", 1) if acting_for else url

    return tuple(
        Place(label, icon, address(url), current=url == here, key=key)
        for label, icon, url, key in rail
        if pays or url != _address("workspace:my_bills")
    )


def _what(holdings: Any, actor: Any) -> str:
    """As what somebody is here: their duties in words."""
    return ", ".join(str(Duty(duty).label) for duty in sorted(actor.duties)) if actor.duties else ""


_NAME_KEPT: Final = 60.0  # seconds
_name: tuple[float, str] = (0.0, "")


def facility_name() -> str:
    """The name at the top left: the first facility's. It seldom changes, so it is read once a minute."""
    global _name
    now = time.monotonic()
    if not _name[1] or now - _name[0] > _NAME_KEPT:
        _name = (now, Facility.objects.active().order_by("id").values_list("name", flat=True).first() or "")
    return _name[1]


def forget() -> None:
    """Read the name anew at the next request."""
    global _name
    _name = (0.0, "")
