"""The medicine line: the one place that writes how a medicine is taken.

Name (with tall letters) – strength and form – DOSE – route – how often, in words – how long. Never a trailing
zero, always a leading one, no µg, U, IU or QD (ISMP list of error-prone abbreviations; domain rule 36).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hms.core.values import dose_text
from hms.formulary.codes import Form, Route
from hms.formulary.dosage import Dosage


@dataclass(frozen=True, slots=True)
class Line:
    """A medicine line in its parts; `str()` joins them.

    `words` are those of whoever prescribed it elsewhere: they stand beside what was understood of them.
    """

    name: str
    product: str = ""
    dose: str = ""
    rest: tuple[str, ...] = ()
    words: str = ""

    def __str__(self) -> str:
        parts = (f"{self.name} {self.product}".rstrip(), self.dose, *self.rest, " ".join(self.words.split()))
        return " – ".join(part for part in parts if part)


def medicine_line(name: str, product: str, dosage: Dosage, *, ongoing: bool = True, words: str = "") -> Line:
    """The whole line. `ongoing` says in words that an order without an end goes on."""
    course = _duration(dosage.days) or (_("ongoing") if ongoing and not dosage.as_needed else "")
    rest = (_route(dosage.route), _timing(dosage), *_limits(dosage), course)
    return Line(name, product, quantity_text(dosage.dose, dosage.unit), tuple(part for part in rest if part), words)


def product_text(strength: str, form: str) -> str:
    """'500 mg tablet', '250 mg/5 mL oral suspension'."""
    words = Form(form).label if form in Form.values else form
    return f"{strength_words(strength)} {words}".strip()


def strength_words(strength: str) -> str:
    """'25 ug/h' → '25 mcg/h', '100 [iU]/mL' → '100 units/mL'."""
    return strength.replace("ug", "mcg").replace("[iU]", "units")


def quantity_text(quantity: Decimal | None, unit: str) -> str:
    """'500 mg', '0.5 mg', '50 mcg', '10 units', '2 tablets'."""
    if quantity is None:
        return ""
    counted = _counted(quantity, unit)
    return f"{dose_text(quantity)} {counted}" if counted else dose_text(quantity, unit)


def _counted(quantity: Decimal, unit: str) -> str:
    # Half a tablet is singular, one and a half are plural; languages decide by whole numbers.
    n = 1 if quantity <= 1 else max(int(quantity), 2)
    match unit:
        case "{tablet}":
            return ngettext("tablet", "tablets", n)
        case "{capsule}":
            return ngettext("capsule", "capsules", n)
        case "{puff}":
            return ngettext("puff", "puffs", n)
        case "{patch}":
            return ngettext("patch", "patches", n)
        case "{application}":
            return ngettext("application", "applications", n)
    return ""


def _route(route: str) -> str:
    return str(Route(route).label) if route in Route.values else route


def _timing(dosage: Dosage) -> str:
    """How often, in words; never the Latin."""
    words = " ".join(part for part in (_frequency(dosage), _when(dosage.when)) if part)
    if not dosage.as_needed:
        return words
    if dosage.as_needed_for:
        need = _("as needed for %(reason)s") % {"reason": dosage.as_needed_for}
    else:
        need = _("as needed")
    # What is taken as needed has its ceiling below; 'four times a day as needed' says the same thing twice.
    return need if dosage.max_doses_a_day else f"{words} {need}".strip()


def _frequency(dosage: Dosage) -> str:
    times, period, unit = dosage.frequency, dosage.period, dosage.period_unit
    if not times or not period or not unit:
        return ""
    number = dose_text(period)
    n = int(period) if period == int(period) else 2
    if times == 1 and (period != 1 or unit in ("h", "min")):
        match unit:
            case "min":
                return ngettext("every minute", "every %(number)s minutes", n) % {"number": number}
            case "h":
                return ngettext("every hour", "every %(number)s hours", n) % {"number": number}
            case "d":
                return ngettext("every day", "every %(number)s days", n) % {"number": number}
            case "wk":
                return ngettext("every week", "every %(number)s weeks", n) % {"number": number}
            case "mo":
                return ngettext("every month", "every %(number)s months", n) % {"number": number}
    values = {"times": times, "number": number}
    if period == 1:
        match unit:
            case "h":
                return ngettext("once an hour", "%(times)s times an hour", times) % values
            case "d":
                return ngettext("once a day", "%(times)s times a day", times) % values
            case "wk":
                return ngettext("once a week", "%(times)s times a week", times) % values
            case "mo":
                return ngettext("once a month", "%(times)s times a month", times) % values
    match unit:
        case "h":
            return _("%(times)s times in %(number)s hours") % values
        case "d":
            return _("%(times)s times in %(number)s days") % values
        case "wk":
            return _("%(times)s times in %(number)s weeks") % values
        case "mo":
            return _("%(times)s times in %(number)s months") % values
    return ""


def _when(when: tuple[str, ...]) -> str:
    """FHIR EventTiming in words."""
    words = {
        "MORN": _("in the morning"),
        "NOON": _("at noon"),
        "AFT": _("in the afternoon"),
        "EVE": _("in the evening"),
        "NIGHT": _("at night"),
        "HS": _("at bedtime"),
        "AC": _("before food"),
        "PC": _("after food"),
        "C": _("with food"),
        "WAKE": _("on waking"),
    }
    return ", ".join(str(words[code]) for code in when if code in words)


def _limits(dosage: Dosage) -> tuple[str, ...]:
    limits = []
    if dosage.max_doses_a_day and dosage.as_needed:
        most = dosage.max_doses_a_day
        limits.append(ngettext("at most once a day", "at most %(number)s times a day", most) % {"number": most})
    if dosage.min_hours_between and dosage.as_needed:
        hours = dosage.min_hours_between
        limits.append(
            ngettext("at least an hour apart", "at least %(number)s hours apart", max(int(hours), 1))
            % {"number": dose_text(hours)}
        )
    return tuple(limits)


def _duration(days: int | None) -> str:
    if not days:
        return ""
    if days % 7 == 0 and days >= 28:
        return ngettext("for %(number)s week", "for %(number)s weeks", days // 7) % {"number": days // 7}
    return ngettext("for %(number)s day", "for %(number)s days", days) % {"number": days}
