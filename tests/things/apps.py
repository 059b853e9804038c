from django.apps import AppConfig


class ThingsConfig(AppConfig):
    name = "tests.things"
    label = "things"
