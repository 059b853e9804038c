from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "hms.ops"
    label = "ops"
