"""Care plans with their activities, care teams with their members, and goals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hms.clinical import codes
from hms.clinical.models.chart import ChartRecord
from hms.clinical.models.condition import Condition
from hms.clinical.models.encounter import Encounter
from hms.core.crypto import EncryptedTextField
from hms.core.guards import Frozen
from hms.core.records import Owned

_ERROR = Frozen(columns="*", when="status = 'entered-in-error'", except_columns=["patient"])


class Goal(ChartRecord):
    """FHIR Goal: what patient and team want to reach."""

    error_field: ClassVar[str] = "lifecycle_status"
    guards = [Frozen(columns="*", when="lifecycle_status = 'entered-in-error'", except_columns=["patient"])]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="goals")
    lifecycle_status = models.CharField(_("status"), max_length=16, choices=codes.GoalStatus)
    achievement_status = models.CharField(_("how far"), max_length=16, choices=codes.GoalAchievement, blank=True)
    priority = models.CharField(max_length=16, blank=True)
    category_system = models.CharField(max_length=200, blank=True)
    category_code = models.CharField(max_length=64, blank=True)
    category_text = models.CharField(max_length=200, blank=True)
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    description = EncryptedTextField(_("goal"), label="clinical.goal.description")
    start_on = models.DateField(_("from"), null=True, blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)
    measure_system = models.CharField(max_length=200, blank=True)
    measure_code = models.CharField(max_length=64, blank=True)
    measure_text = models.CharField(max_length=200, blank=True)
    target_comparator = models.CharField(max_length=2, blank=True)
    target_value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    target_unit = models.CharField(max_length=40, blank=True)
    addresses = models.ForeignKey(Condition, null=True, blank=True, on_delete=models.PROTECT, related_name="goals")
    recorded_at = models.DateTimeField(_("recorded"))
    expressed_by = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="goals"
    )
    note = EncryptedTextField(_("remark"), label="clinical.goal.note", blank=True)
    error_reason = EncryptedTextField(label="clinical.goal.error_reason", blank=True)

    class Meta(ChartRecord.Meta):
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        indexes = [models.Index(fields=["patient", "lifecycle_status"], name="clinical_goal_chart")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class CareTeam(ChartRecord):
    """FHIR CareTeam: who looks after the patient together."""

    guards = [_ERROR]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="care_teams")
    encounter = models.ForeignKey(Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="care_teams")
    facility = models.ForeignKey(
        "organization.Facility", null=True, blank=True, on_delete=models.PROTECT, related_name="care_teams"
    )
    status = models.CharField(_("status"), max_length=16, choices=codes.CareTeamStatus)
    category_system = models.CharField(max_length=200, blank=True)
    category_code = models.CharField(max_length=64, blank=True)
    category_text = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    start_at = models.DateTimeField(_("from"), null=True, blank=True)
    end_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason_condition = models.ForeignKey(
        Condition, null=True, blank=True, on_delete=models.PROTECT, related_name="care_teams"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    error_reason = EncryptedTextField(label="clinical.care_team.error_reason", blank=True)

    class Meta(ChartRecord.Meta):
        verbose_name = _("care team")
        verbose_name_plural = _("care teams")
        indexes = [models.Index(fields=["patient", "status"], name="clinical_team_chart")]

    def __str__(self) -> str:
        return self.name or str(self._meta.verbose_name)


class CareTeamMember(Owned):
    """FHIR CareTeam.participant: a practitioner, a department, an organisation elsewhere, a relative or the patient."""

    root = "team"
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    team = models.ForeignKey(CareTeam, on_delete=models.PROTECT, related_name="members")
    role_system = models.CharField(max_length=200, blank=True)
    role_code = models.CharField(max_length=64, blank=True)
    role_text = models.CharField(_("part"), max_length=200, blank=True)
    practitioner = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="care_teams"
    )
    department = models.ForeignKey(
        "organization.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="care_teams"
    )
    organization = models.ForeignKey(
        "organization.ExternalOrganization", null=True, blank=True, on_delete=models.PROTECT, related_name="care_teams"
    )
    related_person = models.ForeignKey(
        "patients.RelatedPerson", null=True, blank=True, on_delete=models.PROTECT, related_name="care_teams"
    )
    is_patient = models.BooleanField(_("the patient"), default=False)
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.role_text or str(self._meta.verbose_name)


class CarePlan(ChartRecord):
    """FHIR CarePlan: what is to be done, for which conditions, towards which goals."""

    guards = [_ERROR]

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="care_plans")
    encounter = models.ForeignKey(Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="care_plans")
    care_team = models.ForeignKey(CareTeam, null=True, blank=True, on_delete=models.PROTECT, related_name="care_plans")
    status = models.CharField(_("status"), max_length=16, choices=codes.RequestStatus)
    intent = models.CharField(max_length=8, choices=codes.CarePlanIntent, default=codes.CarePlanIntent.PLAN)
    category_system = models.CharField(max_length=200, blank=True)
    category_code = models.CharField(max_length=64, blank=True)
    category_text = models.CharField(_("kind"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    description = EncryptedTextField(_("plan"), label="clinical.care_plan.description", blank=True)
    start_at = models.DateTimeField(_("from"), null=True, blank=True)
    end_at = models.DateTimeField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    author = models.ForeignKey(
        "organization.Practitioner", null=True, blank=True, on_delete=models.PROTECT, related_name="care_plans"
    )
    error_reason = EncryptedTextField(label="clinical.care_plan.error_reason", blank=True)
    addresses = models.ManyToManyField(Condition, through="CarePlanCondition", related_name="care_plans")
    goals = models.ManyToManyField(Goal, through="CarePlanGoal", related_name="care_plans")

    class Meta(ChartRecord.Meta):
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        indexes = [models.Index(fields=["patient", "status"], name="clinical_plan_chart")]
        constraints = [
            *ChartRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(start_at__isnull=True) | Q(end_at__gte=F("start_at")),
                name="clinical_plan_period",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.category_text or str(self._meta.verbose_name)


class CarePlanActivity(Owned):
    """FHIR CarePlan.activity.detail."""

    root = "plan"
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="activities")
    status = models.CharField(
        _("status"), max_length=16, choices=codes.ActivityStatus, default=codes.ActivityStatus.NOT_STARTED
    )
    system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("what"), max_length=300)
    description = EncryptedTextField(_("remark"), label="clinical.care_plan_activity.description", blank=True)
    location_text = models.CharField(max_length=200, blank=True)
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class CarePlanCondition(Owned):
    """FHIR CarePlan.addresses."""

    root = "plan"
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="+")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "condition"], name="clinical_plan_condition_once")]

    def __str__(self) -> str:
        return f"{self.condition_id}"


class CarePlanGoal(Owned):
    """FHIR CarePlan.goal."""

    root = "plan"
    on_merge = "move"
    on_export = "export"
    retention = "clinical"

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "goal"], name="clinical_plan_goal_once")]

    def __str__(self) -> str:
        return f"{self.goal_id}"
