from django.apps import AppConfig


class TerminologyConfig(AppConfig):
    name = "hms.terminology"
    label = "terminology"
