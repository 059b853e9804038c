"""Words for an issue: what may happen, why, how sure, from which source, what to do instead.

Rules say which sentence; here it is said, whole and translatable. The phrases of the knowledge sheets
(effect, mechanism, action) are data and go in as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from hms.core.values import day_text, dose_text
from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.issues import Issue, Missing
from hms.formulary.rules.knowledge import Backing


@dataclass(frozen=True, slots=True)
class Words:
    """An issue as a person reads it. Empty parts are left out."""

    title: str
    may_happen: str = ""
    why: str = ""
    how_sure: str = ""
    source: str = ""
    instead: str = ""
    note: str = ""


def describe(issue: Issue) -> Words:
    """Everything an alert says."""
    return Words(
        title=_title(issue),
        may_happen=_may_happen(issue),
        why=_why(issue),
        how_sure=_how_sure(issue.backing),
        source=_source(issue),
        instead=_capital(issue.action),
        note="; ".join(_capital(also) for also in dict.fromkeys(issue.also)),
    )


def _title(issue: Issue) -> str:
    w = issue.words
    match issue.sentence:
        case "interaction" if issue.severity is Severity.CONTRAINDICATED:
            return _("Do not give together: %(drug)s and %(other)s") % w
        case "interaction" if issue.severity is Severity.MAJOR:
            return _("Dangerous together: %(drug)s and %(other)s") % w
        case "interaction":
            return _("Watch: %(drug)s and %(other)s") % w
        case "interaction.stopped":
            return _("%(other)s still acts, though stopped on %(day)s: careful with %(drug)s") % {
                **w,
                "day": day_text(date.fromisoformat(w["stopped_on"])),
            }
        case "allergy.same":
            return _("Allergic to %(allergy)s") % w
        case "allergy.group":
            return _("Allergic to %(allergy)s: %(drug)s belongs to the same group") % w
        case "allergy.cross":
            return _("Allergic to %(allergy)s: %(drug)s may cross-react") % w
        case "intolerance.same":
            return _("Does not tolerate %(allergy)s") % w
        case "duplicate.ingredient":
            return _("Taken already: %(drug)s is in %(other)s") % w
        case "duplicate.class":
            return _("Two of one kind: %(drug)s and %(other)s") % w
        case "renal":
            return _("Kidney function is low for %(drug)s") % w
        case "age":
            return _("Too young for %(drug)s") % w
        case "pregnancy":
            return _("Pregnant: %(drug)s") % w
        case "breast-feeding":
            return _("Breast-feeding: %(drug)s") % w
        case "missing":
            return _missing_title(issue)
        case "check-did-not-run":
            return _("The safety check did not run: nothing can be signed")
    return _dose_title(issue)


def _dose_title(issue: Issue) -> str:
    w = issue.words
    values = {"drug": w["drug"], "ingredient": w["ingredient"], "amount": _amount(w["value"], w["unit"])}
    match issue.sentence:
        case "dose.too-often":
            return _("Too often: %(drug)s") % values
        case "dose.single":
            return _("Too much at once: %(amount)s of %(ingredient)s") % values
        case "dose.daily":
            return _("Too much a day: %(amount)s of %(ingredient)s") % values
        case "dose.single-by-weight":
            return _("Too much at once for this weight: %(amount)s of %(ingredient)s") % values
        case "dose.daily-by-weight":
            return _("Too much a day for this weight: %(amount)s of %(ingredient)s") % values
    return _("Too much a day with what is taken already: %(amount)s of %(ingredient)s") % values


def _may_happen(issue: Issue) -> str:
    if issue.effect:
        return issue.effect
    match issue.sentence:
        case "allergy.same" | "allergy.group" | "allergy.cross":
            return issue.words.get("reaction") or _("Rash, swelling, anaphylaxis")
        case "intolerance.same":
            return issue.words.get("reaction") or _("The same complaint as before")
        case "duplicate.ingredient":
            return _("A double dose")
        case "duplicate.class":
            return _("More side effects, hardly more benefit")
        case "renal":
            return _("The medicine builds up, or does not work")
        case "check-did-not-run":
            return _("A dangerous combination would go unseen")
    return _("Overdose") if issue.code is IssueCode.DOSE else ""


def _why(issue: Issue) -> str:
    w = issue.words
    if issue.sentence == "renal":
        return _kidney(w)
    if issue.sentence == "age":
        return _("Not below %(age)s years") % {"age": dose_text(Decimal(w["age"]))}
    if issue.sentence == "dose.too-often":
        return _("At least %(most)s hours between two doses; ordered every %(value)s hours") % w
    if issue.code is IssueCode.DOSE:
        return _("At most %(most)s") % {"most": _amount(w["most"], w["unit"])}
    if issue.sentence == "pregnancy":
        return _("Week %(week)s") % w if w["week"] else _("The week of pregnancy is not recorded")
    if issue.sentence == "check-did-not-run":
        return _("The tables of knowledge are empty: %(tables)s. An administrator loads the formulary.") % w
    if w.get("likelihood"):
        return _("%(why)s. How likely: %(likelihood)s") % {"why": issue.why, "likelihood": w["likelihood"]}
    return issue.why


def _kidney(w: dict[str, str]) -> str:
    values = {
        "value": w["value"],
        "below": dose_text(Decimal(w["below"])),
        "day": day_text(date.fromisoformat(w["on"])),
    }
    if w["method"] == "cockcroft-gault":
        return (
            _("Creatinine clearance %(value)s mL/min (Cockcroft-Gault, creatinine of %(day)s), below %(below)s")
            % values
        )
    return _("eGFR %(value)s mL/min (%(day)s), below %(below)s") % values


def _how_sure(backing: Backing | None) -> str:
    if backing is None:
        return ""
    sure = backing.evidence.label
    if backing.reviewed:
        return str(sure)
    return _("%(evidence)s. Not yet reviewed by a pharmacist") % {"evidence": sure}


def _source(issue: Issue) -> str:
    if issue.backing is None:
        return ""
    return _("%(source)s; knowledge base %(version)s") % {"source": issue.backing.source, "version": issue.version}


# --- What is not recorded ---------------------------------------------------------------------------------------
def _missing_title(issue: Issue) -> str:
    return _("Not checked: %(facts)s") % {"facts": "; ".join(missing_words(issue.missing))}


def missing_words(gaps: tuple[Missing, ...]) -> list[str]:
    """Each fact once, with the medicines or words it is missing for."""
    about: dict[str, list[str]] = {}
    for gap in gaps:
        about.setdefault(gap.fact, [])
        if gap.about not in about[gap.fact]:
            about[gap.fact].append(gap.about)
    return [_missing(fact, ", ".join(names)) for fact, names in about.items()]


def _missing(fact: str, names: str) -> str:
    match fact:
        case "allergies":
            return _("allergies are not recorded")
        case "allergy-words":
            return _("an allergy is in words only (%(names)s)") % {"names": names}
        case "weight":
            return _("no recent weight for %(names)s") % {"names": names}
        case "kidney-function":
            return _("no kidney function within a year for %(names)s") % {"names": names}
        case "pregnancy":
            return _("pregnancy is not recorded, which matters for %(names)s") % {"names": names}
        case "age":
            return _("the age is not known, which matters for %(names)s") % {"names": names}
        case "dose":
            return _("the dose of %(names)s can't be compared with its limits") % {"names": names}
    return _("a medicine could not be told (%(names)s)") % {"names": names}


def _amount(value: str, unit: str) -> str:
    """Masses are counted in mg; what people write in micrograms is told in micrograms."""
    number = Decimal(value)
    if unit == "mg" and number < 1:
        return dose_text((number * 1000).normalize(), "ug")
    if unit == "mg" and number >= 10000:
        return dose_text((number / 1000).normalize(), "g")
    return dose_text(number, unit)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
