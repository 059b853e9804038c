"""A program of its own that prints a country's public holidays as JSON: see `calendars.public_holidays`.

    python public_holidays.py DE BE de 2025 2029        country, province or "", language, first year, last year

It knows nothing of HMS and ends when it has answered, so that what the package `holidays` loads (20 MB: every country's
rules and a thousand years of moons) lies in none of the processes that serve people.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date


def of(country: str, subdivision: str, language: str, first: int, last: int) -> dict[date, str]:
    """Days and names; none for a country the package does not know, the whole country's for a province it does not."""
    import holidays

    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return {}
    # NB: without a language the package would speak English, or whatever the machine is set to.
    said = next((code for code in known.supported_languages if code.split("_")[0] == language), known.default_language)
    return dict(
        holidays.country_holidays(
            country,
            subdiv=subdivision if subdivision in known.subdivisions else None,
            years=range(first, last + 1),
            language=said,
        ).items()
    )


def main(arguments: Sequence[str]) -> None:
    country, subdivision, language, first, last = arguments
    found = of(country, subdivision, language, int(first), int(last))
    json.dump({day.isoformat(): name for day, name in found.items()}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
