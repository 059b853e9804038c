"""Addresses of reports: what they are about, which one, and its table for a spreadsheet."""

from django.urls import path

from hms.reports import views

app_name = "reports"
urlpatterns = [
    path("scheduling/", views.scheduling, name="scheduling"),
    path("scheduling/<slug:name>/", views.scheduling, name="report"),
    path("scheduling/<slug:name>/table.csv", views.table, name="table"),
]
