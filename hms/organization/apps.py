from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "hms.organization"
    label = "organization"
