from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "hms.interop"
    label = "interop"
