"""A compiled catalogue is read by Python's own gettext, plurals and contexts too."""

from __future__ import annotations

import gettext
import io
import re
from collections import Counter
from pathlib import Path

import pytest

from tools.messages import LOCALE, catalogue, translated

FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>")

SOURCE = r"""# Kommentar
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: hms/x.py:1
msgid "Patient"
msgstr "Patient:in"

#, python-format
msgid "%(count)s visit"
msgid_plural "%(count)s visits"
msgstr[0] "%(count)s Besuch"
msgstr[1] "%(count)s Besuche"

msgctxt "month"
msgid "May"
msgstr "Mai"

#, fuzzy
msgid "Guess"
msgstr "Vermutung"

msgid "Not yet"
msgstr ""

msgid "A line\n"
"and \"another\""
msgstr "Eine Zeile\n"
"und \"noch eine\""
"""


def test_python_reads_what_was_compiled() -> None:
    words = gettext.GNUTranslations(io.BytesIO(catalogue(SOURCE)))
    assert words.gettext("Patient") == "Patient:in"
    assert words.ngettext("%(count)s visit", "%(count)s visits", 1) == "%(count)s Besuch"
    assert words.ngettext("%(count)s visit", "%(count)s visits", 3) == "%(count)s Besuche"
    assert words.pgettext("month", "May") == "Mai"
    assert words.gettext('A line\nand "another"') == 'Eine Zeile\nund "noch eine"'


@pytest.mark.parametrize("source", sorted(LOCALE.glob("*/LC_MESSAGES/*.po")), ids=lambda path: path.parts[-3])
def test_a_translation_keeps_what_is_filled_in(source: Path) -> None:
    pairs = [pair for pair in translated(source.read_text(encoding="utf-8")) if pair[0]]
    assert len(pairs) > 3000
    assert [words for words, said in pairs if lost(words, said)] == []


def test_planted_a_translation_that_loses_something() -> None:
    assert lost("%(name)s is saved.", "Gespeichert.")
    assert lost("From %(day)s", "Ab %(tag)s")
    assert lost("at 10 %%", "bei 10 %")
    # A singular need not say the number.
    assert not lost("%(count)s day\0%(count)s days", "ein Tag\0%(count)s Tage")


def lost(words: str, said: str) -> bool:
    """Whether a translation lacks, or invents, a placeholder or a tag."""
    wanted = [Counter(FILLED_IN.findall(form)) for form in words.rpartition("\x04")[2].split("\0")]
    found = [Counter(FILLED_IN.findall(form)) for form in said.split("\0")]
    if len(wanted) == 1:
        return found != wanted
    return found[-1] != wanted[-1] or not set(found[0]) <= set(wanted[-1])


@pytest.mark.parametrize("text", ["Guess", "Not yet"])
def test_what_nobody_has_translated_stays_as_it_was(text: str) -> None:
    assert gettext.GNUTranslations(io.BytesIO(catalogue(SOURCE))).gettext(text) == text


def test_a_broken_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="can't be read"):
        catalogue('msgid "x"\nmsgstr "y"\nwhat is this\n')
