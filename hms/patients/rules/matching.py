"""Whether two records are one person: a sum of evidence for and against, with its reasons.

After Fellegi and Sunter (A theory for record linkage, 1969): each field's agreement adds the binary
logarithm of how much likelier it is among records of one person than among strangers; disagreement
subtracts. The weights are rounded from agreement rates usual in hospital linkage (Grannis et al., AMIA
2003; Winkler 2006) and checked on planted duplicates, twins and namesakes (bench/search.py).

Two fields are not independent in families, and the rules know it: a telephone, an e-mail address or a
home says little about who in the household it is, so it counts only where the given name agrees; twins
share everything but that name.

NB: the result stops or shows, it never merges. Twins and namesakes must be able to register.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hms.patients.rules.likeness import CALLED, TRANSLITERATED, likeness
from hms.patients.rules.normalise import PARTICLES, email_key, fold, identifier_key, name_words, same_phone
from hms.patients.rules.partial_dates import PartialDate, is_slip

# In bits. At PROBABLE registration stops and asks for a reason; from POSSIBLE on the record is shown.
PROBABLE, POSSIBLE = 16.0, 9.0

_FAMILY = {"same": 7.0, "alike": 5.0, "other": -3.0}
_GIVEN = {"same": 5.0, "alike": 3.5, "short": 3.0, "initial": 1.0, "part": -4.0, "other": -9.0}
_BIRTH = {"same": 11.0, "slip": 6.0, "fits": 4.0, "same-year": 0.0, "other": -7.0}
_SEX = {"same": 1.0, "other": -3.0}
_HOUSEHOLD = {"phone-same": 4.0, "email-same": 5.0, "address-same": 3.0}
_HOUSEHOLD_MOST = 6.0
_IDENTIFIER = {"same": 14.0, "other": -8.0}
_TWIN = -12.0
# A person has one number of these kinds at a time: two different ones are two people.
_ONE_EACH = frozenset({"NI", "SS"})
_ALIKE = 76


@dataclass(frozen=True, slots=True)
class KnownName:
    """One name of a person; `former` for those no longer in use."""

    family: str = ""
    given: str = ""
    former: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a person, as far as it tells people apart."""

    names: tuple[KnownName, ...] = ()
    birth: PartialDate | None = None
    sex: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()  # (type, value)
    addresses: tuple[str, ...] = ()
    multiple_birth: bool = False
    birth_order: int | None = None


@dataclass(slots=True)
class Match:
    """The evidence: its sum in bits and its reasons as codes, strongest first."""

    bits: float = 0.0
    evidence: list[tuple[float, str]] = field(default_factory=list)

    def add(self, code: str, bits: float) -> None:
        self.bits += bits
        self.evidence.append((bits, code))

    @property
    def is_probable(self) -> bool:
        return self.bits >= PROBABLE

    @property
    def is_possible(self) -> bool:
        return self.bits >= POSSIBLE

    @property
    def percent(self) -> int:
        """For people: 50 where possible begins to become probable, never 0 or 100."""
        return min(99, max(1, round(100 / (1 + 2 ** ((POSSIBLE + PROBABLE) / 2 - self.bits)))))

    @property
    def reasons(self) -> list[str]:
        """Codes, evidence for before evidence against, each by weight."""
        return [code for _bits, code in sorted(self.evidence, key=lambda one: -one[0]) if code]


def match(one: Profile, other: Profile) -> Match:
    """Compare two people. Symmetric; what either side does not know says nothing."""
    result = Match()
    given = _names(one, other, result)
    _birth(one, other, result)
    if one.sex and other.sex and "unknown" not in (one.sex, other.sex):
        agreement = "same" if one.sex == other.sex else "other"
        result.add(f"sex-{agreement}", _SEX[agreement])
    if given not in ("other", "part"):
        _household(one, other, result)
    identified = _identifiers(one, other, result)
    if not identified and (one.multiple_birth or other.multiple_birth) and given not in ("same", "unknown"):
        result.add("twins", _TWIN)
    return result


# --- Names -------------------------------------------------------------------------------------------------------
def _names(one: Profile, other: Profile, result: Match) -> str:
    """Add the evidence of the best pair of names; returns how the given names agree."""
    best: tuple[float, str, str, bool, bool] | None = None
    for mine in one.names:
        for theirs in other.names:
            for swapped in (False, True):
                their_family, their_given = (theirs.given, theirs.family) if swapped else (theirs.family, theirs.given)
                family = _agreement(mine.family, their_family)
                given = _given_agreement(mine.given, their_given)
                bits = _FAMILY.get(family, 0.0) + _GIVEN.get(given, 0.0) - (1.0 if swapped else 0.0)
                former = mine.former or theirs.former
                if best is None or bits > best[0]:
                    best = (bits, family, given, swapped, former)
    if best is None:
        return "unknown"
    _bits, family, given, swapped, former = best
    if family != "unknown":
        code = "former-family" if former and family in ("same", "alike") else f"family-{family}"
        result.add(code, _FAMILY[family])
    if given != "unknown":
        result.add(f"given-{given}", _GIVEN[given])
    if swapped:
        result.add("names-swapped", -1.0)
    return given


def _agreement(mine: str, theirs: str) -> str:
    """How two family names agree. One of two family names alone agrees: García and García Mármol."""
    if not mine or not theirs:
        return "unknown"
    my_words, their_words = _telling(mine), _telling(theirs)
    if my_words & their_words:
        return "same"
    best = max((likeness(a, b) for a in my_words for b in their_words), default=0)
    return "alike" if best >= _ALIKE else "other"


def _given_agreement(mine: str, theirs: str) -> str:
    """How given names agree, by the first of each that does; an initial alone says little.

    Thị Lan and Thị Mai, John Paul and John Peter share a part only: siblings, or father and son.
    """
    my_words, their_words = fold(mine).split(), fold(theirs).split()
    if not my_words or not their_words:
        return "unknown"
    if my_words[0] == their_words[0] and len(my_words) > 1 and len(their_words) > 1:
        rest = max(likeness(a, b) for a in my_words[1:] for b in their_words[1:])
        initials = {word[0] for word in my_words[1:]} & {word[0] for word in their_words[1:]}
        shortened = any(len(word) == 1 for word in my_words[1:] + their_words[1:])
        return "same" if rest >= _ALIKE or (shortened and initials) else "part"
    if my_words[0] == their_words[0] or "".join(my_words) == "".join(their_words):
        return "same"
    if len(my_words[0]) == 1 or len(their_words[0]) == 1:
        return "initial" if my_words[0][0] == their_words[0][0] else "other"
    # A second given name may be the one in use: Karl Heinz is called Heinz.
    pairs = {likeness(my_words[0], word) for word in their_words} | {
        likeness(word, their_words[0]) for word in my_words
    }
    best = max(pairs)
    if best >= TRANSLITERATED:
        return "same"
    if likeness(my_words[0], their_words[0]) == CALLED:
        return "short"
    return "alike" if best >= _ALIKE else "other"


def _telling(name: str) -> set[str]:
    """The words of a name that tell people apart: without particles, where anything is left."""
    words = set(name_words(name))
    return {word for word in words if word not in PARTICLES} or words


# --- The other fields --------------------------------------------------------------------------------------------
def _birth(one: Profile, other: Profile, result: Match) -> None:
    if not one.birth or not other.birth:
        return
    a, b = one.birth, other.birth
    if a.day and b.day and not (a.estimated or b.estimated):
        if a.day == b.day:
            agreement = "same"
        elif is_slip(a.day, b.day):
            agreement = "slip"
        else:
            agreement = "same-year" if a.day.year == b.day.year else "other"
    else:
        (low, high), (their_low, their_high) = a.range, b.range
        agreement = "fits" if low <= their_high and their_low <= high else "other"
    result.add(f"birth-{agreement}" if agreement != "same-year" else "", _BIRTH[agreement])
    if agreement == "same" and one.birth_order and other.birth_order and one.birth_order != other.birth_order:
        result.add("birth-order", _TWIN)


def _household(one: Profile, other: Profile, result: Match) -> None:
    found = []
    if any(same_phone(a, b) for a in one.phones for b in other.phones):
        found.append("phone-same")
    if {email_key(a) for a in one.emails} & {email_key(b) for b in other.emails}:
        found.append("email-same")
    if {fold(a) for a in one.addresses if fold(a)} & {fold(b) for b in other.addresses}:
        found.append("address-same")
    left = _HOUSEHOLD_MOST
    for code in found:
        bits = min(_HOUSEHOLD[code], left)
        result.add(code, bits)
        left -= bits


def _identifiers(one: Profile, other: Profile, result: Match) -> bool:
    mine = {(kind, identifier_key(value)) for kind, value in one.identifiers if identifier_key(value)}
    theirs = {(kind, identifier_key(value)) for kind, value in other.identifiers if identifier_key(value)}
    if mine & theirs:
        result.add("identifier-same", _IDENTIFIER["same"])
        return True
    single = {kind for kind, _ in mine} & {kind for kind, _ in theirs} & _ONE_EACH
    if single:
        result.add("identifier-other", _IDENTIFIER["other"])
    return False
