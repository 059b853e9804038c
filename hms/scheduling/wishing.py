"""Wishes about a time as the address says them, in words, and the types of visit that would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hms.scheduling import codes
from hms.scheduling.models import HealthcareService
from hms.scheduling.presenting import weekdays
from hms.scheduling.rules.wishes import Wishes


def wishes_of(asked: Mapping[str, str]) -> Wishes:
    """The wishes of an address. What is not one of the choices is nobody's wish."""
    parts, days = asked.get("part", "").split(","), asked.get("weekday", "").split(",")
    gender, language = asked.get("gender", ""), asked.get("language", "").lower()
    return Wishes(
        part=frozenset(part for part in codes.PartOfDay if part in parts),
        weekday=frozenset(day for day in range(7) if str(day) in days),
        language=language if language.isalpha() and len(language) <= 8 else "",
        gender=gender if gender in genders() else "",
        remote=bool(asked.get("remote")),
        elsewhere=bool(asked.get("elsewhere")),
    )


def in_words(wishes: Wishes, only: str = "") -> str:
    """What somebody wishes, or one of the wishes: "Mornings, Tue, Arabic"."""
    names = [only] if only else wishes.said
    words = {
        "part": [str(part.label) for part in codes.PartOfDay if part in wishes.part],
        "weekday": [weekdays()[day] for day in sorted(wishes.weekday)],
        "language": [language_name(wishes.language)] if wishes.language else [],
        "gender": [genders()[wishes.gender]] if wishes.gender else [],
        "remote": [_("By video or telephone")],
    }
    return ", ".join(word for name in names for word in words[name])


def genders() -> dict[str, str]:
    """Whom one can ask for, in words."""
    return {"female": _("A woman"), "male": _("A man")}


def language_name(code: str) -> str:
    """Arabic for ar; a code that nobody has a word for stays itself."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def alike(service: HealthcareService, services: Iterable[HealthcareService]) -> list[HealthcareService]:
    """Those of the same department, and of departments of the same specialty."""
    return [one for one in services if _is_alike(one, service)]


def _is_alike(one: HealthcareService, service: HealthcareService) -> bool:
    """Whether a type of visit is of the same department, or of one of the same specialty."""
    if one.department_id == service.department_id:
        return True
    return bool(service.department.specialty) and one.department.specialty == service.department.specialty


def that_would_do(
    service: HealthcareService, alike: Iterable[HealthcareService], wishes: Wishes
) -> list[HealthcareService]:
    """The types of visit that are looked for: the chosen one and, if wished, those by video and of other clinics.

    In another clinic that is the one of the same name, else the one that is meant when nobody says more.
    """
    found: dict[UUID, HealthcareService] = {service.department_id: service}
    several = []
    for one in alike if wishes.elsewhere or wishes.remote else ():
        if one.capacity > 1 or not (wishes.elsewhere or one.department_id == service.department_id):
            continue
        if wishes.remote:
            several += [one] if one.delivery != codes.Delivery.IN_PERSON else []
        elif one.name == service.name and one.department_id != service.department_id:
            found[one.department_id] = one
        else:
            found.setdefault(one.department_id, one)
    return several if wishes.remote else list(found.values())
