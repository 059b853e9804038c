"""Words from administrators → clean values, by noun."""

from hms.organization.forms.department import DepartmentForm, DeviceForm, LocationForm
from hms.organization.forms.facility import ClosedDayForm, FacilityForm, FirstRunForm, LetterheadForm
from hms.organization.forms.policy import PolicyForm, shown
from hms.organization.forms.practitioner import EndRoleForm, PractitionerForm, PractitionerSearchForm, RoleForm

__all__ = [
    "ClosedDayForm",
    "DepartmentForm",
    "DeviceForm",
    "EndRoleForm",
    "FacilityForm",
    "FirstRunForm",
    "LetterheadForm",
    "LocationForm",
    "PolicyForm",
    "PractitionerForm",
    "PractitionerSearchForm",
    "RoleForm",
    "shown",
]
