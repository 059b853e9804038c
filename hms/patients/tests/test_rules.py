"""Names, numbers, dates, aliases and relations: case tables, no database."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from hms.patients.rules import aliases, mrn, names, newborns, partial_dates, relations
from hms.patients.rules.names import Name
from hms.patients.rules.partial_dates import PartialDate


# --- Record numbers ---------------------------------------------------------------------------------------------
def test_damms_own_example() -> None:
    assert mrn.check_digit("572") == "4"


def test_each_wrong_digit_and_each_swap_of_neighbours_is_caught() -> None:
    rng = random.Random(1)
    for _ in range(200):
        number = mrn.new_mrn(rng.randrange)
        assert mrn.is_mrn(number)
        wrong = {number[:i] + d + number[i + 1 :] for i in range(9) for d in "0123456789"} - {number}
        swapped = {number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(8)} - {number}
        assert not any(mrn.is_mrn(one) for one in wrong | swapped)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("407182260", "407182260"),
        ("4071 8226 0", "407182260"),
        ("4071-8226-0", "407182260"),
        ("4071 8226 1", ""),
        ("x", ""),
    ],
)
def test_a_number_is_read_over_spaces_and_hyphens(typed: str, number: str) -> None:
    assert mrn.typed_mrn(typed) == number


def test_a_number_is_shown_in_groups() -> None:
    assert mrn.grouped("407182260") == "4071 8226 0"


# --- Names --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (Name("Halvorsen", "Ingrid", prefix="Mrs"), "HALVORSEN, Ingrid (Mrs)"),
        (Name("García Mármol", "Rosa"), "GARCÍA MÁRMOL, Rosa"),
        (Name("O’Reilly", "Maeve"), "O’REILLY, Maeve"),
        (Name("van der Berg", "Anna-Maria"), "VAN DER BERG, Anna-Maria"),
        (Name("", "Sukarno", prefix="Mr"), "SUKARNO (Mr)"),
        (Name("Sukarno"), "SUKARNO"),
        (Name("King", "Martin", suffix="Jr"), "KING, Martin Jr"),
        (Name(native="王小红"), "王小红"),
        (Name("Иванова", "Анна"), "ИВАНОВА, Анна"),
        (Name("გელაშვილი", "ნინო"), "გელაშვილი, ნინო"),
        (Name("  Li ", " Wei  Ming "), "LI, Wei Ming"),
    ],
)
def test_a_name_is_shown_as_the_banner_wants_it(name: Name, shown: str) -> None:
    assert names.display(name) == shown


def test_capitals_follow_the_language() -> None:
    assert names.capitals("yılmaz ipek", "tr") == "YILMAZ İPEK"
    assert names.capitals("Weiß") == "WEISS"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        (Name("Halvorsen", "Ingrid"), "IH"),
        (Name("", "Sukarno"), "S"),
        (Name(native="王小红"), "王"),
        (Name("’t Hooft"), "T"),
    ],
)
def test_initials(name: Name, letters: str) -> None:
    assert names.initials(name) == letters


def test_the_name_to_use_comes_before_the_official_one_and_a_former_one_last() -> None:
    usual, official, maiden = Name("A", use="usual"), Name("B", use="official"), Name("C", use="maiden")
    assert names.preferred([maiden, official, usual]) is usual
    assert names.preferred([maiden, official]) is official
    assert names.preferred([maiden]) is maiden
    assert names.preferred([]) is None


def test_letters_are_written_with_the_family_name_where_it_belongs() -> None:
    assert names.spoken(Name("Wei", "Yu", prefix="Ms")) == "Ms Yu Wei"
    assert names.spoken(Name("Wei", "Yu"), family_first=True) == "Wei Yu"


def test_a_newborn_is_called_after_its_mother() -> None:
    assert names.display(newborns.newborn_name(Name("O’Reilly", "Maeve Ann"))) == "O’REILLY, Baby of Maeve"
    assert names.display(newborns.newborn_name(Name("O’Reilly", "Maeve"), 2)) == "O’REILLY, Baby 2 of Maeve"
    assert names.display(newborns.newborn_name(Name("", "Siti"))) == "SITI, Baby of Siti"


# --- Dates ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("14.3.1962", ["1962-03-14"]),
        ("14-Mar-1962", ["1962-03-14"]),
        ("14. März 1962", ["1962-03-14"]),
        ("14 février 1962", ["1962-02-14"]),
        ("١٤/٣/١٩٦٢", ["1962-03-14"]),
        ("14 maerz 1962", ["1962-03-14"]),
        ("March 14, 1962", ["1962-03-14"]),
        ("1962-03-14", ["1962-03-14"]),
        ("14 03 62", ["1962-03-14", "2062-03-14"]),
        ("140362", ["1962-03-14", "2062-03-14"]),
        ("14031962", ["1962-03-14"]),
        ("19620314", ["1962-03-14"]),
        ("3/4/1962", ["1962-04-03", "1962-03-04"]),
        ("3/1962", ["1962-03"]),
        ("Mar 1962", ["1962-03"]),
        ("1962", ["1962"]),
        ("~1962", ["1962"]),
        ("31.2.1962", []),
        ("smith 1962", []),
    ],
)
def test_what_people_type_for_a_date(typed: str, readings: list[str]) -> None:
    assert partial_dates.read(typed) == readings


def test_dates_are_found_inside_a_text() -> None:
    assert [found for _run, found in partial_dates.find_dates("li wei 14.3.1962")] == [["1962-03-14"]]
    assert ["smith 1962"[run] for run, _found in partial_dates.find_dates("smith 1962")] == ["1962"]
    text = "Müller 14. März 1962"
    assert [text[run] for run, _found in partial_dates.find_dates(text)] == ["14. März 1962"]
    assert list(partial_dates.find_dates("halvorsen")) == []


@pytest.mark.parametrize("text", ["1962-00-01", "1962-13", "1962-02-30", "0000", "62", "1962-3-4", ""])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate(text)


def test_a_range_is_as_wide_as_what_is_known() -> None:
    assert PartialDate("1964-02").range == (dt.date(1964, 2, 1), dt.date(1964, 2, 29))
    assert PartialDate("1964").range == (dt.date(1964, 1, 1), dt.date(1964, 12, 31))
    assert PartialDate("1964", estimated=True).range == (dt.date(1962, 1, 1), dt.date(1966, 12, 31))
    assert PartialDate("1964-02-29").day == dt.date(1964, 2, 29)
    assert PartialDate("1964-02").day is None


def test_who_is_born_on_the_29th_of_february_has_the_birthday_on_the_first_of_march() -> None:
    leap = dt.date(2008, 2, 29)
    assert partial_dates.birthday(leap, 18) == dt.date(2026, 3, 1)
    assert partial_dates.birthday(leap, 16) == dt.date(2024, 2, 29)
    assert partial_dates.full_years(leap, dt.date(2026, 2, 28)) == 17
    assert partial_dates.full_years(leap, dt.date(2026, 3, 1)) == 18


def test_slips_of_a_date() -> None:
    day = dt.date(1962, 3, 14)
    for other in ("1962-03-15", "1962-03-41", "1962-03-04", "1926-03-14", "1972-03-14"):
        try:
            expected = dt.date.fromisoformat(other)
        except ValueError:
            continue
        assert partial_dates.is_slip(day, expected), other
        assert other in partial_dates.slips(day), other
    assert partial_dates.is_slip(dt.date(1962, 3, 4), dt.date(1962, 4, 3))
    assert not partial_dates.is_slip(day, dt.date(1963, 4, 15))


# --- Aliases and relations ------------------------------------------------------------------------------------------
def test_no_two_unknown_people_share_an_alias() -> None:
    assert len(set(aliases.ALIASES)) == len(aliases.ALIASES) > 100
    assert aliases.free_alias({"Acacia"}, 0) == "Amberly"
    assert aliases.free_alias(set(aliases.ALIASES), 0) == "Acacia 2"


def test_an_age_band_is_a_range_of_birth_dates() -> None:
    today = dt.date(2026, 11, 23)
    assert aliases.born_between("infant", today) == (dt.date(2025, 1, 1), today)
    assert aliases.born_between("adult", today) == (dt.date(1966, 1, 1), dt.date(1986, 12, 31))
    assert aliases.middle_year("adult", today) == 1976


@pytest.mark.parametrize(
    ("birth", "on", "minor", "confident"),
    [
        ("2008-11-23", dt.date(2026, 11, 22), True, True),
        ("2008-11-23", dt.date(2026, 11, 23), False, False),
        ("2008-02-29", dt.date(2026, 2, 28), True, True),
        ("2008-02-29", dt.date(2026, 3, 1), False, False),
        ("2008", dt.date(2026, 11, 23), True, True),
        ("2014-11-24", dt.date(2026, 11, 23), True, False),
        ("2014-11-23", dt.date(2026, 11, 23), True, True),
    ],
)
def test_the_day_before_and_after_coming_of_age(birth: str, on: dt.date, minor: bool, confident: bool) -> None:
    assert relations.may_be_minor(PartialDate(birth), on) is minor
    assert relations.keeps_confidence(PartialDate(birth), on) is confident
