from django.apps import AppConfig


class PrescribingConfig(AppConfig):
    name = "hms.prescribing"
    label = "prescribing"
