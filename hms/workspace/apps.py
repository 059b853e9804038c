from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "hms.workspace"
    label = "workspace"
