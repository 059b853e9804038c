"""A compiled catalogue is read by Python's own gettext, plurals and contexts too."""

from __future__ import annotations

import gettext
import io

import pytest

from tools.messages import catalogue

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


@pytest.mark.parametrize("text", ["Guess", "Not yet"])
def test_what_nobody_has_translated_stays_as_it_was(text: str) -> None:
    assert gettext.GNUTranslations(io.BytesIO(catalogue(SOURCE))).gettext(text) == text


def test_a_broken_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="can't be read"):
        catalogue('msgid "x"\nmsgstr "y"\nwhat is this\n')
