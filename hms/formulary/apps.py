from django.apps import AppConfig


class FormularyConfig(AppConfig):
    name = "hms.formulary"
    label = "formulary"
