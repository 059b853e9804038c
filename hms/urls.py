"""Every address of HMS: one include a room, in storey order."""

from importlib.util import find_spec

from django.urls import include, path

ROOMS = [
    ("", "core"),
    ("terminology/", "terminology"),
    ("accounts/", "accounts"),
    ("organization/", "organization"),
    ("formulary/", "formulary"),
    ("patients/", "patients"),
    ("documents/", "documents"),
    ("messages/", "messaging"),
    ("scheduling/", "scheduling"),
    ("clinical/", "clinical"),
    ("diagnostics/", "diagnostics"),
    ("prescribing/", "prescribing"),
    ("billing/", "billing"),
    ("pathways/", "pathways"),
    ("reports/", "reports"),
    ("", "workspace"),
    ("", "interop"),
    ("", "ops"),
]
urlpatterns = [path(prefix, include(f"hms.{room}.urls")) for prefix, room in ROOMS if find_spec(f"hms.{room}.urls")]

handler400 = "hms.core.errors.bad_request"
handler403 = "hms.core.errors.permission_denied"
handler404 = "hms.core.errors.page_not_found"
handler500 = "hms.core.errors.server_error"
