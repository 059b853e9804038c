"""Values read the same on every page, and keep their order whatever surrounds them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import formats, timezone, translation

from hms.core import values
from hms.core.money import Money

BERLIN_MORNING = dt.datetime(2026, 11, 23, 8, 20, 5, tzinfo=dt.UTC)


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_a_date_is_written_alike_in_every_language(language: str) -> None:
    with translation.override(language):
        assert values.day_text(dt.date(1962, 3, 14)) == "14-Mar-1962"
        assert values.clock_text(dt.time(9, 5)) == "09:05"


def test_an_instant_shows_the_day_it_is_in_its_zone() -> None:
    late = dt.datetime(2026, 11, 23, 23, 30, tzinfo=dt.UTC)
    with timezone.override("Europe/Berlin"):
        assert values.day_text(late) == "24-Nov-2026"
    assert values.day_text(late, "America/New_York") == "23-Nov-2026"


@pytest.mark.parametrize(
    ("zone", "written"),
    [("Europe/Berlin", "09:20 CET"), ("Asia/Tehran", "11:50 UTC+03:30"), ("UTC", "08:20 UTC")],
)
def test_a_time_in_a_named_zone_says_which(zone: str, written: str) -> None:
    assert values.clock_text(BERLIN_MORNING, zone) == written


@pytest.mark.parametrize(
    ("known", "written"),
    [("1956", "1956"), ("1956-03", "Mar-1956"), ("1956-03-14", "14-Mar-1956"), ("", ""), (None, ""), ("??", "??")],
)
def test_a_partial_date_claims_no_more_than_is_known(known: str | None, written: str) -> None:
    assert values.partial_date_text(known) == written


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2026-11-23", "0 d"),
        ("2026-11-14", "9 d"),
        ("2026-10-26", "4 wk"),
        ("2025-12-01", "51 wk"),
        ("2025-11-23", "12 mo"),
        ("2024-11-24", "23 mo"),
        ("2022-08-01", "4 y 3 mo"),
        ("2022-11-23", "4 y"),
        ("1962-03-14", "64 y"),
        ("1962-11-24", "63 y"),
        ("2008-02-29", "18 y"),
        ("1956", "~70 y"),
        ("1956-03", "~70 y"),
        ("2027-01-01", ""),
        ("", ""),
        ("not a date", ""),
        ("2026-13-40", ""),
    ],
)
def test_age_is_told_in_the_unit_people_use_for_it(born: str, age: str) -> None:
    assert values.age_text(born, dt.date(2026, 11, 23)) == age


@pytest.mark.parametrize(
    ("quantity", "unit", "written"),
    [
        (Decimal("5.0"), "mg", "5 mg"),
        (Decimal("0.50"), "mg", "0.5 mg"),
        (".5", "mg", "0.5 mg"),
        (1000, "mg", "1,000 mg"),
        (Decimal("1000.00"), "mg", "1,000 mg"),
        (100, "mg", "100 mg"),
        (50, "µg", "50 mcg"),
        (50, "μg", "50 mcg"),
        (50, "ug", "50 mcg"),
        (10, "U", "10 units"),
        (10, "IU", "10 units"),
        (10, "[iU]", "10 units"),
        (2, "", "2"),
        (None, "mg", ""),
        (0, "mg", "0 mg"),
    ],
)
def test_a_dose_can_not_be_misread(quantity: object, unit: str, written: str) -> None:
    assert values.dose_text(quantity, unit) == written


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_thousand_is_never_written_as_one_where_a_comma_is_the_decimal_point(language: str) -> None:
    with translation.override(language):
        assert values.dose_text(1000, "mg") == "1\N{NARROW NO-BREAK SPACE}000 mg"
        assert values.dose_text("0.5", "mg") == "0.5 mg"
        assert values.measured_text(Decimal("72.50")) == "72.50"


@pytest.mark.parametrize(
    ("unit", "written"),
    [("µg/L", "mcg/L"), ("umol/L", "micromol/L"), ("µmol/L", "micromol/L"), ("mm[Hg]", "mm Hg"), ("U/L", "U/L")],
)
def test_no_unit_holds_the_sign_that_is_misread_as_m(unit: str, written: str) -> None:
    assert values.unit_text(unit) == written


@pytest.mark.parametrize(
    ("recorded", "read"),
    [
        (None, ""),
        ("72.50", "72.50"),
        (Decimal("72.50"), "72.50"),
        ("5", "5"),
        ("0.0123", "0.0123"),
        ("0.000123", "0.000123"),
        ("1.5e-8", "1.5e-8"),
        ("158.7513833185737", "158.8"),
        ("6.200544083690596", "6.201"),
        ("0.012345678901", "0.01235"),
        ("-0.9871234", "-0.9871"),
        ("99.99999999", "100"),
        ("104523.12345678", "104523"),
        ("0.0000000", "0"),
        (Decimal("81.40000000"), "81.4"),
        (Decimal("150.00000000"), "150"),
        ("< 5", "< 5"),
        ("130/83.089013", "130/83.089013"),
    ],
)
def test_a_measured_value_is_read_as_it_was_written_unless_only_a_program_could(recorded: object, read: str) -> None:
    assert values.measured_text(recorded) == read


def test_a_long_name_may_be_broken_behind_its_slashes_and_nowhere_else() -> None:
    assert rendered("{{ name|breaking }}", name="a/b<i>/c") == "a/<wbr>b&lt;i&gt;/<wbr>c"
    assert rendered("{{ name|breaking }}", name="Metformin") == "Metformin"


def test_what_a_program_wrote_is_read_as_exactly_as_it_can_be_measured() -> None:
    assert values.measured_text("112.93100040001922", 0) == "113"
    assert values.measured_text("36.98", 0) == "36.98"


def test_each_value_on_a_page_is_rounded_by_the_one_tag_that_writes_it() -> None:
    assert "<strong>158.8</strong>\N{NO-BREAK SPACE}cm" in rendered(
        '{% value height "cm" %}', height="158.7513833185737"
    )


def test_money_names_its_currency_and_has_its_digits() -> None:
    assert values.money_text(Money(123450, "EUR")) == "EUR 1,234.50"
    assert values.money_text(Money(500, "JPY")) == "JPY 500"
    with translation.override("de"):
        assert values.money_text(Money(123450, "EUR")) == "EUR 1.234,50"


@pytest.mark.parametrize(
    ("label", "letters"),
    [
        ("HALVORSEN, Ingrid (Mrs)", "IH"),
        ("Dr Amara Nwosu", "AN"),
        ("GARCÍA MÁRMOL, Rosa", "RG"),
        ("Sukarno", "S"),
        ("李小龍", "李"),
        ("", "?"),
    ],
)
def test_initials_stand_for_given_and_family_name(label: str, letters: str) -> None:
    assert values.initials(label) == letters


@pytest.mark.parametrize(
    "source",
    [
        "{{ at|day }}",
        "{{ at|short_day }}",
        "{{ at|clock }}",
        "{{ at|clock:'Europe/Berlin' }}",
        "{{ at|clock_seconds }}",
        "{{ at|moment }}",
        "{{ at|zoned }}",
        "{{ '1956-03'|partial_date }}",
        "{{ '407182265'|mrn }}",
        "{{ 1522|number }}",
        "{{ money|money }}",
        "{{ '+49 30 555-0100'|v }}",
        "{{ '5.0'|dose:'mg' }}",
        "{% value '5.4' 'mmol/L' %}",
    ],
)
def test_each_value_is_isolated_from_the_direction_of_its_text(source: str) -> None:
    html = rendered(source, at=BERLIN_MORNING, money=Money(100, "EUR"))
    assert html.startswith(("<time datetime=", '<span class="hms-v">')), html
    assert html.endswith(("</time>", "</span>"))


def test_a_weekday_is_translated_and_its_date_is_not() -> None:
    with translation.override("de"):
        html = rendered("{{ at|long_day }}", at=BERLIN_MORNING)
    assert html == 'Montag, <time datetime="2026-11-23">23-Nov-2026</time>'


def test_time_elements_carry_what_machines_read() -> None:
    assert rendered("{{ d|day }}", d=dt.date(1962, 3, 14)) == '<time datetime="1962-03-14">14-Mar-1962</time>'
    assert 'datetime="2026-11-23T08:20:05+00:00"' in rendered("{{ at|clock }}", at=BERLIN_MORNING)
    assert rendered("{{ '1956'|partial_date }}") == '<time datetime="1956">1956</time>'


@pytest.mark.parametrize(
    "name", ["day", "clock", "moment", "age", "mrn", "number", "money", "v", "partial_date", "zoned"]
)
def test_nothing_stays_nothing(name: str) -> None:
    assert rendered("{{ nothing|%s }}" % name, nothing=None) == ""  # noqa: UP031


@pytest.mark.parametrize("name", ["v", "mrn", "partial_date"])
def test_a_value_that_somebody_typed_is_escaped(name: str) -> None:
    html = rendered("{{ typed|%s }}" % name, typed="<b>x</b>")  # noqa: UP031
    assert "<b>" not in html.replace(" ", "")


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_what_django_itself_writes_has_the_same_form(language: str) -> None:
    with translation.override(language):
        assert formats.date_format(BERLIN_MORNING, "H:i") == "08:20"
        assert formats.get_format("DATE_FORMAT") == "d-M-Y"
        assert formats.get_format("TIME_FORMAT") == "H:i"
