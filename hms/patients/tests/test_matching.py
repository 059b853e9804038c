"""Whether two records are one person, and how alike two names are: case tables, no database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms.patients.rules.likeness import LEAST, likeness, typed_likeness
from hms.patients.rules.matching import KnownName, Profile, match
from hms.patients.rules.normalise import (
    fold,
    identifier_key,
    keys,
    name_words,
    phone_tail,
    same_phone,
    skeleton,
    spellings,
)
from hms.patients.rules.partial_dates import PartialDate
from hms.patients.rules.query import parse


# --- Normalising ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("García-Mármol", "garcia marmol"),
        ("O’Reilly", "oreilly"),
        ("Weiß", "weiss"),
        ("Nguyễn Thị", "nguyen thi"),
        ("Щукин", "shchukin"),
        ("王小红", "wang xiao hong"),
        ("محمد", "mhmd"),
        ("Παπαδόπουλος", "papadopoylos"),
        ("  ", ""),
        ("---", ""),
    ],
)
def test_a_name_folds_to_ascii_words(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_second_spellings_and_words_run_together() -> None:
    assert spellings("Müller") == ["muller", "mueller"]
    assert name_words("van der Berg") == ("van", "der", "berg", "vander", "vanderberg", "derberg")
    assert name_words("O’Reilly") == ("oreilly", "reilly")
    assert "xiaohong" in name_words("王小红")


@pytest.mark.parametrize(
    ("one", "other"),
    [("mohammed", "mhmd"), ("schulz", "shults"), ("iwanow", "ivanov"), ("joseph", "yusuf"), ("kowalski", "kovalsky")],
)
def test_consonants_survive_another_languages_spelling(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize("other", ["halvrsen", "halvorrsen", "hakvorsen", "havlorsen"])
def test_words_one_slip_apart_share_a_key(other: str) -> None:
    assert set(keys("halvorsen")) & set(keys(other))


def test_two_letters_are_a_word_like_any_other() -> None:
    assert list(keys("li")) == ["0li", "1li"]


def test_telephone_numbers_meet_over_countries_and_spaces() -> None:
    written = ["+49 30 5550123", "0049305550123", "030 / 555 01 23", "(030) 5550123"]
    assert len({phone_tail(one) for one in written}) == 1
    assert all(same_phone(written[0], one) for one in written)
    assert not same_phone("+49 30 5550123", "+49 30 5550124")
    assert phone_tail("110") == ""
    assert identifier_key("x 123-456/é") == "X123456E"


# --- Likeness --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "at_least"),
    [
        ("halvorsen", "halvorsen", 100),
        ("xu", "hsu", 95),
        ("william", "bill", 86),
        ("halvorsen", "halvrsen", 90),
        ("meyer", "maier", 82),
    ],
)
def test_alike(one: str, other: str, at_least: int) -> None:
    assert likeness(one, other) >= at_least
    assert likeness(one, other) == likeness(other, one)


@pytest.mark.parametrize(("one", "other"), [("anna", "otto"), ("li", "xu"), ("smith", "johnson"), ("ana", "eva")])
def test_not_alike(one: str, other: str) -> None:
    assert likeness(one, other) < LEAST


def test_a_begun_word_counts_more_the_less_is_missing() -> None:
    assert typed_likeness("halvors", "halvorsen") > typed_likeness("hal", "halvorsen") > LEAST


# --- Taking a search text apart ------------------------------------------------------------------------------------
def test_one_text_may_be_several_things() -> None:
    query = parse("14 03 62")
    assert query.dates == (("1962-03-14", "2062-03-14"),)
    assert query.mrn == "140362"
    assert not query.words


def test_names_dates_and_numbers_stand_in_one_text() -> None:
    query = parse("Müller, Hans 14.3.1962")
    assert [word.spellings for word in query.words] == [("muller", "mueller"), ("hans",)]
    assert query.dates == (("1962-03-14",),)
    assert parse("xu 4071 8226 0").mrn == "407182260"
    assert parse("smith 0171 2345678").phone == "2345678"
    assert parse("rosa@example.org").email == "rosa@example.org"
    assert parse("A123 456").identifiers


def test_may_is_a_month_and_a_name() -> None:
    query = parse("May 1990")
    assert query.dates == (("1990-05",),)
    assert query.words[0].spellings == ("may",)
    assert query.words[0].optional


@pytest.mark.parametrize("text", ["", "   ", "?", "–", "'"])
def test_a_text_that_says_nothing_finds_nobody(text: str) -> None:
    assert not parse(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    parse(text)
    fold(text)
    name_words(text)
    identifier_key(text)
    phone_tail(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


# --- One person or two ------------------------------------------------------------------------------------------------
def person(family: str, given: str, born: str = "1962-03-14", sex: str = "female", **fields: object) -> Profile:
    names = (KnownName(family, given), *fields.pop("also", ()))  # type: ignore[misc]
    return Profile(names=names, birth=PartialDate(born) if born else None, sex=sex, **fields)  # type: ignore[arg-type]


HOME = {"phones": ("+49 30 5550123",), "addresses": ("1 Alder Road",)}
ROSA = person("García Mármol", "Rosa", identifiers=(("NI", "12345678"),), **HOME)


@pytest.mark.parametrize(
    "again",
    [
        person("Garcia", "Rosa"),
        person("Garcia Marmol", "Rossa"),
        person("Rosa", "García Mármol"),
        person("García Mármol", "Rosa", born="1962-03-41".replace("41", "15")),
        person("García Mármol", "Rosa María"),
        person("Schmidt", "Rosa", **HOME),
        person("Schmidt", "Rosa", also=(KnownName("García Mármol", "Rosa", True),)),
        person("Grcía", "Roza", born="1926-03-14", identifiers=(("NI", "12345678"),)),
    ],
)
def test_the_same_person_again(again: Profile) -> None:
    assert match(ROSA, again).is_probable
    assert match(again, ROSA).bits == match(ROSA, again).bits


@pytest.mark.parametrize(
    "other",
    [
        person("García Mármol", "Carmen", **HOME),  # twin sister
        person("García Mármol", "Jorge", sex="male", **HOME),  # twin brother
        person("García Mármol", "Rosa", born="1990-07-07", **HOME),  # daughter of the same name
        person("García Mármol", "Rosa", born="1987-11-30"),  # namesake
        person("García Mármol", "Rosita", multiple_birth=True, **HOME),  # twin with a name much alike
        person("García Mármol", "Rosa", born="1962-03-15", identifiers=(("NI", "87654321"),)),
    ],
)
def test_twins_and_namesakes_are_not_stopped(other: Profile) -> None:
    assert not match(ROSA, other).is_probable


def test_brothers_share_a_part_of_their_given_names() -> None:
    one, other = person("Nguyễn", "Thị Lan", **HOME), person("Nguyễn", "Thị Mai", **HOME)
    assert not match(one, other).is_probable
    assert "given-part" in match(one, other).reasons


def test_reasons_come_strongest_first() -> None:
    result = match(ROSA, person("García Mármol", "Rosa", **HOME))
    assert result.reasons[:3] == ["birth-same", "family-same", "given-same"]
    assert 90 < result.percent <= 99


def test_nothing_known_says_nothing() -> None:
    assert match(Profile(), ROSA).bits == 0
    assert not match(person("García Mármol", "", born="", sex=""), ROSA).is_possible
