"""record_observations and correct_observation: work, refuse, freeze; results gathered for a page."""

import datetime as dt
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hms.clinical.actions import mark_entered_in_error
from hms.core import clock
from hms.core.actor import system
from hms.core.models import AuditEvent, OutboxMessage
from hms.core.problems import Forbidden, Missing, Refused
from hms.diagnostics import codes, results
from hms.diagnostics.actions import Reading, correct_observation, import_observations, record_observations
from hms.diagnostics.models import Observation, ObservationComponent
from tests import cast, make

pytestmark = pytest.mark.django_db
PRESSURE = [Reading(codes.SYSTOLIC, "134"), Reading(codes.DIASTOLIC, "82")]


@pytest.fixture
def patient():
    return make.patient(born="1962-03-14")


@pytest.fixture
def nurse(patient):
    by, _practitioner = make.treating(patient, "nurse")
    return by


def record(by, patient, items, **how):
    return record_observations(by=by, patient=patient, facility=make.facility(), items=items, **how)


def test_vital_signs_are_kept_as_measured_with_unit_range_and_meaning(nurse, patient):
    (temperature,) = record(nurse, patient, [Reading(codes.BODY_TEMPERATURE, "38.9")])
    kept = Observation.objects.get(pk=temperature.pk)
    assert (kept.status, kept.category, kept.value, kept.value_text, kept.unit) == (
        "final",
        "vital-signs",
        D("38.9"),
        "38.9",
        "Cel",
    )
    assert (kept.range_low, kept.range_high, kept.interpretation) == (D("36.1"), D("38.0"), "H")
    assert kept.shown == "38.9"
    assert kept.shown_unit == "°C"
    assert kept.shown_range == "36.1 to 38"
    assert kept.performer.user_id == nurse.id
    assert kept.released_at
    line = AuditEvent.objects.get(verb="observations.recorded")
    assert line.detail == {"codes": ["8310-5"]}
    assert line.patient_id == patient.pk


def test_blood_pressure_is_one_observation_of_two_parts(nurse, patient):
    (panel,) = record(nurse, patient, PRESSURE)
    panel = Observation.objects.get(pk=panel.pk)
    assert panel.code == "85354-9"
    assert panel.value is None
    assert panel.shown == "134/82"
    assert panel.any_unit == "mm Hg"
    assert [part.code for part in panel.components.all()] == [codes.SYSTOLIC, codes.DIASTOLIC]


def test_body_mass_index_follows_from_weight_and_height(nurse, patient):
    made = record(nurse, patient, [Reading(codes.BODY_WEIGHT, "81.0"), Reading(codes.BODY_HEIGHT, "178")])
    index = next(one for one in made if one.code == codes.BODY_MASS_INDEX)
    assert (index.value, index.unit) == (D("25.6"), "kg/m2")


def test_what_was_measured_at_half_past_eleven_may_be_written_at_two(nurse, patient):
    when = clock.now() - dt.timedelta(hours=3)
    (made,) = record(nurse, patient, [Reading(codes.HEART_RATE, "72")], effective_at=when)
    assert made.effective_at == when
    assert made.recorded_at > when


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], ""),
        ([Reading(codes.HEART_RATE, " ")], ""),
        ([Reading(codes.HEART_RATE, "720")], codes.HEART_RATE),
        ([Reading(codes.HEART_RATE, "fast")], codes.HEART_RATE),
        ([Reading(codes.SYSTOLIC, "134")], codes.DIASTOLIC),
        ([Reading("12345-6", "1")], "12345-6"),
    ],
)
def test_a_slip_is_refused_at_its_field_and_nothing_is_kept(nurse, patient, items, field):
    with pytest.raises(Refused) as refused:
        record(nurse, patient, items)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert not Observation.objects.exists()


def test_a_time_ahead_is_refused(nurse, patient):
    with pytest.raises(Refused) as refused:
        record(nurse, patient, [Reading(codes.HEART_RATE, "72")], effective_at=clock.now() + dt.timedelta(hours=1))
    assert refused.value.problems[0].field == "effective_at"


def test_an_odd_change_is_asked_about_once(nurse, patient):
    record(nurse, patient, [Reading(codes.BODY_WEIGHT, "81")], effective_at=clock.now() - dt.timedelta(days=3))
    with pytest.raises(Refused) as refused:
        record(nurse, patient, [Reading(codes.BODY_WEIGHT, "18")])
    assert [problem.severity for problem in refused.value.problems] == ["warning"]
    assert record(nurse, patient, [Reading(codes.BODY_WEIGHT, "18")], confirmed=True)


def test_nothing_is_measured_in_the_visit_of_another_patient(nurse, patient):
    with pytest.raises(Refused, match="conflict"):
        record(nurse, patient, PRESSURE, encounter=make.encounter())


def test_a_stranger_and_other_duties_record_nothing(patient):
    stranger, _practitioner = make.treating(make.patient(), "nurse")
    with pytest.raises(Missing):
        record(stranger, patient, PRESSURE)
    billing, _practitioner = make.treating(patient, "billing")
    with pytest.raises(Forbidden):
        record(billing, patient, PRESSURE)


# --- Final means final ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "change", [{"value": 5}, {"unit": "g"}, {"interpretation": "N"}, {"status": "preliminary"}, {"range_high": 9}]
)
def test_the_database_refuses_to_change_a_final_value(patient, change):
    made = make.observation(patient)
    with pytest.raises(IntegrityError, match="diagnostics_observation_frozen"), transaction.atomic():
        Observation.objects.filter(pk=made.pk).update(**change)


def test_a_preliminary_value_may_still_change(patient):
    made = make.observation(patient, status="preliminary")
    Observation.objects.filter(pk=made.pk).update(value=5, value_text="5", status="final")
    assert Observation.objects.get(pk=made.pk).is_final


def test_the_parts_of_a_value_are_written_once(nurse, patient):
    record(nurse, patient, PRESSURE)
    with pytest.raises(IntegrityError, match="_no_update"), transaction.atomic():
        ObservationComponent.objects.update(value=1)


def test_a_correction_is_a_new_version_that_shows_what_it_replaced(patient):
    by, _practitioner = make.treating(patient)
    old = make.observation(patient, value="7.2", range_low=D("3.5"), range_high=D("5.1"), interpretation="HH")
    new = correct_observation(by=by, observation=old, text="4.20", reason="Haemolysed sample.")
    new = Observation.objects.get(pk=new.pk)
    assert (new.status, new.value_text, new.interpretation, new.replaces) == ("corrected", "4.20", "N", old)
    assert new.replacement_reason == "Haemolysed sample."
    assert list(Observation.objects.visible_to(by).current()) == [new]
    assert Observation.objects.get(pk=old.pk).value == D("7.2")
    assert OutboxMessage.objects.filter(topic="observation.corrected", subject_id=new.pk).exists()
    with pytest.raises(Refused):
        correct_observation(by=by, observation=old, text="4.3", reason="Again.")
    assert correct_observation(by=by, observation=new, text="4.3", reason="Again.").replaces == new


@pytest.mark.parametrize(("text", "reason"), [("4.2", ""), ("much", "Slip."), ("", "Slip.")])
def test_a_correction_wants_a_number_and_a_reason(patient, text, reason):
    by, _practitioner = make.treating(patient)
    with pytest.raises(Refused):
        correct_observation(by=by, observation=make.observation(patient), text=text, reason=reason)


def test_a_value_of_the_wrong_patient_is_marked_and_kept(patient):
    by, _practitioner = make.treating(patient)
    made = make.observation(patient)
    wrong = mark_entered_in_error(by=by, record=made, reason="Tube of another patient.")
    assert wrong.is_entered_in_error
    assert Observation.objects.get(pk=made.pk).error_reason == "Tube of another patient."
    assert not Observation.objects.visible_to(by).current().exists()


def test_in_the_portal_results_show_from_their_release(patient):
    user = make.user("patient")
    own = make.patient(user=user)
    shown = make.observation(own)
    make.observation(own, released_at=clock.now() + dt.timedelta(days=2))
    make.observation(own, released_at=None)
    make.observation(patient)
    assert list(Observation.objects.visible_to(cast.actor("patient", user=user))) == [shown]


def test_imported_values_stay_what_they_were(patient):
    at = dt.datetime(2019, 5, 1, 8, tzinfo=dt.UTC)
    items = [
        Observation(
            patient=patient, facility=make.facility(), status="final", category="laboratory", system="http://loinc.org",
            code="2339-0", text="Glucose", value=D("72.50"), value_text="72.50", unit="mg/dL", effective_at=at,
            recorded_at=at, source=f"urn:uuid:{n}",
        )
        for n in range(300)
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        import_observations(by=system("importer"), items=items)
    assert len(queries) < 25
    assert Observation.objects.first().shown == "72.50"


# --- Gathered for a page ----------------------------------------------------------------------
def days_ago(days):
    return clock.now() - dt.timedelta(days=days)


def test_results_are_gathered_by_test_with_their_trend(patient):
    by, _practitioner = make.treating(patient)
    facility = make.facility()
    for days, value in ((30, "4.0"), (20, "4.6"), (10, "5.4")):
        make.observation(patient, value=value, effective_at=days_ago(days), facility=facility)
    make.observation(
        patient, value="90", unit="mg/dL", code="2339-0", text="Glucose", facility=facility, effective_at=days_ago(5)
    )
    glucose, potassium = results.grouped(by, patient)
    assert (glucose.name, glucose.trend) == ("Glucose", None)
    assert potassium.latest.shown == "5.4"
    assert potassium.count == 3
    assert potassium.trend.numbers == (4.0, 4.6, 5.4)
    assert potassium.trend.words == "rising"


def test_values_in_another_unit_are_not_put_in_one_line(patient):
    by, _practitioner = make.treating(patient)
    make.observation(patient, value="90", unit="mg/dL", code="2339-0", text="Glucose", effective_at=days_ago(5))
    make.observation(patient, value="5.0", unit="mmol/L", code="2339-0", text="Glucose", effective_at=days_ago(1))
    (glucose,) = results.grouped(by, patient)
    assert [one.shown for one in glucose.history] == ["5.0"]


def test_the_number_of_queries_does_not_grow_with_the_data(nurse, patient):
    record(nurse, patient, PRESSURE)
    with CaptureQueriesContext(connection) as few:
        [group.latest.shown for group in results.grouped(nurse, patient)]
    for days in range(1, 30):
        record(nurse, patient, [*PRESSURE, Reading(codes.HEART_RATE, "72")], effective_at=days_ago(days))
    with CaptureQueriesContext(connection) as many:
        shown = [(group.latest.shown, group.latest.worst_interpretation) for group in results.grouped(nurse, patient)]
    assert len(many) == len(few)
    assert len(shown) == 2


def test_a_chart_says_its_finding(nurse, patient):
    for days, (systolic, diastolic) in ((3, ("120", "80")), (2, ("135", "85")), (1, ("150", "90"))):
        items = [Reading(codes.SYSTOLIC, systolic), Reading(codes.DIASTOLIC, diastolic)]
        record(nurse, patient, items, effective_at=days_ago(days))
    drawn = results.chart(results.of_test(nurse, patient, codes.BLOOD_PRESSURE))
    assert drawn.title == "Blood pressure is rising"
    assert drawn.unit == "mm Hg"
    assert [value for _at, value in drawn.series[0].points] == [120.0, 135.0, 150.0]
    assert len(drawn.series) == 2
    assert "150/90" in drawn.summary


def test_the_body_mass_index_follows_a_corrected_weight(nurse, patient):
    weight, height, index = record(
        nurse, patient, [Reading(codes.BODY_WEIGHT, "91"), Reading(codes.BODY_HEIGHT, "180")]
    )
    corrected = correct_observation(by=nurse, observation=weight, text="81", reason="Digits read wrongly.")
    now = Observation.objects.current().get(code=codes.BODY_MASS_INDEX)
    assert (now.value, now.replaces_id, now.status) == (D("25.0"), index.pk, "corrected")
    correct_observation(by=nurse, observation=height, text="190", reason="Measured with shoes.")
    assert Observation.objects.current().get(code=codes.BODY_MASS_INDEX).value == D("22.4")
    assert Observation.objects.current().get(code=codes.BODY_WEIGHT) == corrected


def test_a_value_without_a_time_is_never_the_latest(nurse, patient):
    make.observation(patient, value="9.9", effective_at=None, source="Observation/1")
    make.observation(patient, value="4.2")
    (group,) = results.grouped(nurse, patient, "laboratory")
    assert group.latest.value == D("4.2")
