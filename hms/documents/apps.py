from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "hms.documents"
    label = "documents"
