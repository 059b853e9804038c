from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hms.accounts"
    label = "accounts"

    def ready(self) -> None:
        from hms.accounts import listeners  # noqa: F401
