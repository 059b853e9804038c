from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "hms.reports"
    label = "reports"
