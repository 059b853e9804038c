"""Addresses of reports: what they are about, which one, and its table for a spreadsheet."""

from django.urls import path

from hms.reports import views
from hms.reports.simulation import views as simulation

app_name = "reports"
urlpatterns = [
    path("scheduling/", views.scheduling, name="scheduling"),
    # Before the reports by name, which it is not one of.
    path("scheduling/simulation/", simulation.simulation, name="simulation"),
    path("scheduling/simulation/table.csv", simulation.table, name="simulation_table"),
    path("scheduling/<slug:name>/", views.scheduling, name="report"),
    path("scheduling/<slug:name>/table.csv", views.table, name="table"),
]
