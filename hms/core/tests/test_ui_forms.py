"""Forms say what they want in words, lead from each error to its field, and lose nothing."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from hms.core.forms import (
    Card,
    ClockField,
    DayField,
    HouseForm,
    MeasureField,
    MomentField,
    PartialDateField,
    RadioCards,
    guard_of,
)
from hms.core.problems import Problem, Refused, Stale


class BookForm(HouseForm):
    reason = forms.CharField(label="Reason", help_text="In the patient’s own words")
    route = forms.ChoiceField(label="Route", choices=[("po", "by mouth")], required=False)
    kind = forms.ChoiceField(label="Kind", widget=RadioCards, choices=[("new", Card("New <b>", "40 minutes"))])
    keep = forms.BooleanField(label="Do not substitute", required=False)
    weight = forms.DecimalField(label="Weight", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def rendered(source: str, request: object = None, **context: object) -> str:
    return Template(source).render(Context({"request": request, **context})).strip()


def test_a_field_has_its_label_its_hint_and_says_required_in_words() -> None:
    html = rendered("{{ form }}", form=BookForm())
    assert '<label class="form-label" for="id_reason">Reason <span class="hms-mark">(required)</span></label>' in html
    assert '<span class="hms-hint" id="id_reason_helptext">In the patient’s own words</span>' in html
    assert 'aria-describedby="id_reason_helptext"' in html
    assert 'aria-required="true"' in html
    # The browser would stop at the first field, before our summary can say it all.
    assert not re.search(r"<input[^>]*\srequired", html)


@pytest.mark.parametrize(
    ("name", "css"), [("reason", "form-control"), ("route", "form-select"), ("keep", "form-check-input")]
)
def test_each_control_has_its_class(name: str, css: str) -> None:
    assert f'class="{css}"' in str(BookForm()[name])


def test_a_class_of_the_widgets_own_is_kept() -> None:
    class Own(HouseForm):
        day = DayField()

    assert 'class="form-control hms-short"' in str(Own()["day"])


def test_a_number_is_typed_and_not_turned_by_the_wheel() -> None:
    html = str(BookForm()["weight"])
    assert 'type="text" inputmode="decimal"' in html
    assert "step" not in html


def test_errors_stand_beside_the_field_and_on_top_with_a_link_to_it() -> None:
    html = rendered("{{ form }}", form=BookForm({"reason": "", "kind": ""}))
    assert '<a href="#id_reason">Reason: please fill this in</a>' in html
    # A group takes no focus itself: the link leads to its first choice.
    assert '<a href="#id_kind_0">Kind: please choose</a>' in html
    assert 'id="id_kind_0"' in html
    assert '<div id="id_reason_error">' in html
    assert 'aria-invalid="true"' in html
    assert "id_reason_error" in re.search(r'name="reason"[^>]*aria-describedby="([^"]+)"', html)[1]  # type: ignore[index]


def test_every_summary_link_finds_its_target() -> None:
    html = rendered("{{ form }}", form=BookForm({}))
    targets = re.findall(r'<a href="#([^"]+)">', html)
    assert targets
    assert all(f'id="{target}"' in html for target in targets)


def test_several_forms_share_one_summary() -> None:
    html = rendered("{% error_summary one two %}", one=BookForm({}), two=BookForm({}, prefix="b"))
    assert html.count("There is a problem") == 1
    assert "#id_b-reason" in html


def test_an_unbound_or_right_form_has_no_summary() -> None:
    assert rendered("{% error_summary form %}", form=BookForm()) == ""
    assert rendered("{% error_summary form %}", form=BookForm({"reason": "x", "kind": "new"})) == ""


def test_what_was_typed_and_what_a_choice_says_is_escaped() -> None:
    html = rendered("{{ form }}{% error_summary form %}", form=BookForm({"reason": "<i>x", "kind": "<i>"}))
    assert "<i>" not in html
    assert "<b>" not in html
    assert "New &lt;b&gt;" in html


def test_one_field_can_be_written_with_other_words() -> None:
    html = rendered('{% field form.reason label="Why" hint="Briefly" width="short" %}', form=BookForm())
    assert "Why" in html
    assert "Briefly" in html
    assert "hms-field--short" in html
    assert "&lt;" not in html


def test_problems_of_a_rule_reach_their_fields() -> None:
    form = BookForm({"reason": "x", "kind": "new"})
    form.add_problems(
        [
            Problem(text="Too late", field="reason"),
            Problem(text="Doctor is away", field="practitioner"),
            Problem(text="Bring the card", severity="information"),
        ]
    )
    assert form.errors["reason"] == ["Too late"]
    assert form.non_field_errors() == ["Doctor is away"]
    assert [notice.text for notice in form.notices] == ["Bring the card"]


class TestGuard:
    record = SimpleNamespace(pk=uuid.UUID(int=7), version=4)

    def test_a_guard_holds_record_version_and_a_fresh_key(self, rf: RequestFactory) -> None:
        first, second = (rendered("{% form_guard record %}", rf.get("/"), record=self.record) for _ in "12")
        assert f'name="record_id" value="{self.record.pk}"' in first
        assert 'name="version" value="4"' in first
        assert first != second

    def test_a_refused_form_keeps_the_version_its_person_started_from(self, rf: RequestFactory) -> None:
        request = rf.post("/", {"record_id": str(self.record.pk), "version": "3"})
        assert 'name="version" value="3"' in rendered("{% form_guard record %}", request, record=self.record)

    def test_another_records_version_is_not_taken_over(self, rf: RequestFactory) -> None:
        request = rf.post("/", {"record_id": str(uuid.UUID(int=8)), "version": "3"})
        assert 'name="version" value="4"' in rendered("{% form_guard record %}", request, record=self.record)

    def test_who_has_seen_both_versions_decides_upon_the_saved_one(self, rf: RequestFactory) -> None:
        request = rf.post("/", {"record_id": str(self.record.pk), "version": "3"})
        form = SimpleNamespace(stale=Stale(yours=3, theirs=self.record))
        assert 'name="version" value="4"' in rendered("{% form_guard record %}", request, record=self.record, form=form)

    def test_what_the_guard_wrote_is_read_back(self, rf: RequestFactory) -> None:
        html = rendered("{% form_guard record patient=record %}", rf.get("/"), record=self.record)
        guard = guard_of(rf.post("/", dict(re.findall(r'name="(\w+)" value="([^"]+)"', html))))
        assert (guard.record_id, guard.version, guard.patient_id) == (self.record.pk, 4, self.record.pk)
        assert uuid.UUID(guard.idempotency_key)

    @pytest.mark.parametrize(
        "broken", [{"record_id": "x"}, {"version": "-1"}, {"version": "²"}, {"idempotency_key": "1"}]
    )
    def test_a_guard_that_was_tampered_with_is_refused(self, rf: RequestFactory, broken: dict[str, str]) -> None:
        with pytest.raises(Refused):
            guard_of(rf.post("/", broken))


class TestFields:
    @pytest.mark.parametrize(
        "typed",
        ["23-Nov-2026", "23 november 2026", "23.11.2026", "23/11/2026", "2026-11-23", "23112026", " 23nov2026 "],
    )
    def test_a_date_is_understood_as_people_write_it(self, typed: str) -> None:
        assert DayField().clean(typed) == dt.date(2026, 11, 23)

    @pytest.mark.parametrize("typed", ["11/23/2026", "23-11-26", "31.2.2026", "tomorrow", "2026"])
    def test_a_date_that_could_be_another_is_refused_in_words(self, typed: str) -> None:
        with pytest.raises(ValidationError, match="for example 23-Nov-2026"):
            DayField().clean(typed)

    @pytest.mark.parametrize("typed", ["9:05", "09.05", "0905", "9h05"])
    def test_a_time_is_understood_as_people_write_it(self, typed: str) -> None:
        assert ClockField().clean(typed) == dt.time(9, 5)

    @pytest.mark.parametrize("typed", ["25:00", "9:75", "noon"])
    def test_a_time_that_is_none_is_refused(self, typed: str) -> None:
        with pytest.raises(ValidationError, match="24 hours"):
            ClockField().clean(typed)

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("1956", "1956"),
            ("Mar-1956", "1956-03"),
            ("3/1956", "1956-03"),
            ("1956-03", "1956-03"),
            ("14.3.1956", "1956-03-14"),
        ],
    )
    def test_a_birth_date_is_kept_as_far_as_it_is_known(self, typed: str, kept: str) -> None:
        assert PartialDateField().clean(typed) == kept

    @pytest.mark.parametrize("typed", ["14.3.56", "56", "13/1956", "about 1956"])
    def test_a_birth_date_that_nobody_can_know_is_refused(self, typed: str) -> None:
        with pytest.raises(ValidationError):
            PartialDateField().clean(typed)

    def test_a_kept_birth_date_comes_back_as_people_read_it(self) -> None:
        class Born(HouseForm):
            born = PartialDateField()

        assert 'value="Mar-1956"' in str(Born(initial={"born": "1956-03"})["born"])

    def test_a_moment_is_the_wall_clock_of_the_active_zone(self) -> None:
        with timezone.override("Europe/Berlin"):
            moment = MomentField().clean(["23-Nov-2026", "10:00"])
            assert moment.astimezone(dt.UTC) == dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
            with pytest.raises(ValidationError, match="put forward"):
                MomentField().clean(["29-Mar-2026", "02:30"])

    def test_a_moment_needs_both_halves_unless_it_may_be_empty(self) -> None:
        with pytest.raises(ValidationError, match="both the date and the time"):
            MomentField().clean(["23-Nov-2026", ""])
        assert MomentField(required=False).clean(["", ""]) is None

    @pytest.mark.parametrize(
        ("typed", "number"), [("81.4", "81.4"), ("81,4", "81.4"), ("72.50", "72.50"), ("1000", "1000")]
    )
    def test_a_measured_number_takes_point_and_comma(self, typed: str, number: str) -> None:
        clean = MeasureField().clean(typed)
        assert clean == Decimal(number)
        assert str(clean) == number

    @pytest.mark.parametrize("typed", ["1,000", "1.000,5x", "1,234,567", "eighty"])
    def test_a_number_that_reads_twofold_is_refused(self, typed: str) -> None:
        with pytest.raises(ValidationError):
            MeasureField().clean(typed)


@pytest.mark.parametrize("typed", ["01-Jan-0001", "31-Dec-9999", "31.12.1799", "2201-01-01"])
def test_a_day_that_nobody_means_is_refused_before_anybody_counts_from_it(typed: str) -> None:
    with pytest.raises(ValidationError, match="between 1800 and 2200"):
        DayField().clean(typed)
    with pytest.raises(ValidationError, match="between 1800 and 2200"):
        MomentField().clean([typed, "12:00"])
