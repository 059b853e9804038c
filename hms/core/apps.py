from django.apps import AppConfig
from django.core import checks


class CoreConfig(AppConfig):
    name = "hms.core"
    label = "core"

    def ready(self) -> None:
        from hms.core.access import check_access

        checks.register(check_access, checks.Tags.urls)
