from django.apps import AppConfig


class WardsConfig(AppConfig):
    name = "hms.wards"
    label = "wards"
