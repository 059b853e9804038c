"""Asking the solver: whether it is there, and a process for one problem.

OR-Tools is optional (`make planning`). Whether it is there is looked up without importing it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

from django.conf import settings

from hms.scheduling.rules.rota import wire
from hms.scheduling.rules.rota.problem import Problem
from hms.scheduling.rules.rota.wire import Answer

# Steps of about a second each. The worker's own patience with a job, five minutes, is longer than all of it.
LIMIT = 15
_LONGEST = 240


class SolverFailed(Exception):
    """The process ended without an answer."""


def available() -> bool:
    """Whether the solver is installed here."""
    return find_spec("ortools") is not None


def ask(problem: Problem, seconds: float = LIMIT) -> Answer:
    """The solver's answer, from a process that gives back its memory by ending."""
    command = [sys.executable, "-m", "hms.scheduling.rota.solver", "--seconds", str(seconds)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(wire.problem_to_json(problem)),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            cwd=settings.BASE_DIR,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        # NB: what the process wrote may hold names; only its end is told.
        raise SolverFailed(type(error).__name__) from None
    return wire.answer_from_json(json.loads(done.stdout))
