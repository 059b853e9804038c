"""An issue: what a rule found. Words are put to it in `hms.formulary.wording`, so that they can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from hms.formulary.codes import IssueCode, Severity
from hms.formulary.rules.knowledge import Backing


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact a rule needs and the record lacks: "allergies", "weight", "kidney-function", "pregnancy", "age", "dose",
    or "medicine" (something in use that could not be told) and "allergy-words" (an allergy nobody coded)."""

    fact: str
    order: str
    about: str  # the medicine, or the words, it is missing for
    severity: Severity = Severity.MODERATE
    amount: str = ""  # of a dose that went unchecked: a reason given for 60 mg does not cover 600 mg


@dataclass(frozen=True, slots=True)
class Instead:
    """A safer medicine for one order, already checked against this person's facts."""

    order: str
    generic: str
    note: str = ""
    worst: Severity | None = None  # the weight of what the check said about it, if anything


@dataclass(frozen=True, slots=True)
class Issue:
    """One danger. `key` names the knowledge row and the medicines: an override answers exactly that.

    `sentence` says which sentence fits ("interaction", "allergy.cross", "dose.daily" …), `words` fills it:
    names, numbers and the phrases of the knowledge row. `orders` are the keys of the orders it is about,
    `others` the keys of medicines in use or allergies on the other side.
    """

    code: IssueCode
    severity: Severity
    key: str
    sentence: str
    orders: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    others: tuple[str, ...] = ()
    # The other side in the words of the knowledge tables: what an alternative is looked up by.
    because: frozenset[str] = frozenset()
    missing: tuple[Missing, ...] = ()
    effect: str = ""
    why: str = ""
    action: str = ""
    backing: Backing | None = None
    instead: tuple[Instead, ...] = ()
    also: tuple[str, ...] = ()
    version: str = ""

    @property
    def rule(self) -> str:
        """Which row of knowledge spoke, without the medicines it spoke about: what firing is counted by."""
        return ":".join(self.key.split(":")[:2]) if self.code is not IssueCode.MISSING_FACT else "missing"

    @property
    def fingerprint(self) -> str:
        """Same danger, same weight, same orders: what a reason once given still answers."""
        parts = (self.key, self.severity, *sorted(self.orders))
        return sha256("\0".join(parts).encode()).hexdigest()

    @property
    def blocks(self) -> bool:
        """Whether signing waits for a decision."""
        return self.severity.interrupts or self.code is IssueCode.CHECK_DID_NOT_RUN

    @property
    def may_be_overridden(self) -> bool:
        """A check that did not run has no reason that could stand in for it."""
        return self.code is not IssueCode.CHECK_DID_NOT_RUN


Found = Issue | Missing


def worst_first(issues: list[Issue]) -> list[Issue]:
    """In the order a person should read them; equal ones keep the order they were found in."""
    return sorted(issues, key=lambda issue: (issue.code is not IssueCode.CHECK_DID_NOT_RUN, issue.severity.rank))
