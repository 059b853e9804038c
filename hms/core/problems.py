"""What is wrong, in the words of FHIR's OperationOutcome.

Rules return problems, actions raise them as `Refused`. Whoever asked renders them in its own way: a page
as form errors, the FHIR endpoint as an OperationOutcome, HL7 v2 as a NAK.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or worth knowing.

    `severity` and `code` are from FHIR's IssueSeverity and IssueType, `text` is a whole translatable
    sentence that says what to do, `field` the name of the form field or argument it is about.
    """

    severity: str = "error"
    code: str = "invalid"
    text: Any = ""
    field: str = ""

    def __str__(self) -> str:
        return str(self.text)


class Refused(Exception):
    """An action says no. The transaction is rolled back and the refusal is recorded."""

    status = 422
    # Whether the trail holds a line of it already.
    recorded = False

    def __init__(self, *problems: Problem, status: int | None = None) -> None:
        self.problems = problems
        if status is not None:
            self.status = status
        super().__init__("; ".join(str(problem.code) for problem in problems))

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]


class Forbidden(Refused):
    """The actor lacks the permission."""

    status = 403


class Missing(Refused):
    """The row is not there, or not for this actor: both look alike from outside."""

    status = 404


class Conflict(Refused):
    """Somebody else was quicker. `alternatives` are offers in the caller's own terms."""

    status = 409

    def __init__(self, *problems: Problem, alternatives: tuple[Any, ...] = ()) -> None:
        super().__init__(*problems)
        self.alternatives = alternatives


class Stale(Refused):
    """The record changed since the form was opened. `theirs` is the record as it stands now."""

    status = 409

    def __init__(self, *problems: Problem, yours: int | None = None, theirs: Any = None) -> None:
        super().__init__(*problems)
        self.yours = yours
        self.theirs = theirs


class Busy(Refused):
    """The database could not take the write in time; trying again is right."""

    status = 503
    retry_after = 2
