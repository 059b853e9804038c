"""Addresses of the portal and of the privacy officer's room.

A page of the portal has two: with the patient's id, and without one for the own record (or the first one acts for).
"""

from django.urls import path

from hms.workspace.views import privacy, trail
from hms.workspace.views.my import bills, health, home, readers, visits

urlpatterns = [
    path("my/", home.home, name="my_home"),
    path("my/visits/", visits.visits, name="my_visits"),
    path("my/health/", health.health, name="my_health"),
    path("my/results/", health.results, name="my_results"),
    path("my/bills/", bills.bills, name="my_bills"),
    path("my/readers/", readers.readers, name="my_readers"),
    path("my/<uuid:patient_id>/", home.home, name="my_home"),
    path("my/<uuid:patient_id>/visits/", visits.visits, name="my_visits"),
    path("my/<uuid:patient_id>/visits/<uuid:encounter_id>/", visits.visit, name="my_visit"),
    path("my/<uuid:patient_id>/health/", health.health, name="my_health"),
    path("my/<uuid:patient_id>/results/", health.results, name="my_results"),
    path("my/<uuid:patient_id>/bills/", bills.bills, name="my_bills"),
    path("my/<uuid:patient_id>/readers/", readers.readers, name="my_readers"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/readers/", privacy.many_charts, name="many_charts"),
    path("privacy/trail/", trail.trail, name="trail"),
    path("privacy/trail/lines.csv", trail.export, name="trail_export"),
]
