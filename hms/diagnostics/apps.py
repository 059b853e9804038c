from django.apps import AppConfig


class DiagnosticsConfig(AppConfig):
    name = "hms.diagnostics"
    label = "diagnostics"
