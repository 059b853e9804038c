"""Tables of prescribing: the prescription (request.py) and what was detected on the way (issue.py)."""

from hms.prescribing.models.issue import DetectedIssue, DetectedIssueImplicated
from hms.prescribing.models.request import MedicationRequest

__all__ = ["DetectedIssue", "DetectedIssueImplicated", "MedicationRequest"]
