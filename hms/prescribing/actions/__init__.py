"""The verbs of prescribing: drafts.py and issues.py before signing, signing.py, endings.py after it, imports.py."""

from hms.prescribing.actions.drafts import (
    change_draft,
    draft_medication_request,
    remove_draft,
    renew_medication_request,
)
from hms.prescribing.actions.endings import (
    cancel_medication_request,
    correct_medication_request,
    stop_medication_request,
)
from hms.prescribing.actions.imports import import_medication_requests, link_products
from hms.prescribing.actions.issues import override_issue, take_instead
from hms.prescribing.actions.signing import Held, sign_medication_requests

__all__ = [
    "Held",
    "cancel_medication_request",
    "change_draft",
    "correct_medication_request",
    "draft_medication_request",
    "import_medication_requests",
    "link_products",
    "override_issue",
    "remove_draft",
    "renew_medication_request",
    "sign_medication_requests",
    "stop_medication_request",
    "take_instead",
]
