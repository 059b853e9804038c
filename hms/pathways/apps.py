from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "hms.pathways"
    label = "pathways"
