"""HMS's settings with the middleware of any Django project and one address."""

from hms.settings import *  # noqa: F403

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Its app refuses to start without it; it does next to nothing.
    "allauth.account.middleware.AccountMiddleware",
]
# Sessions as Django finds them.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
ROOT_URLCONF = "bench.plain.urls"
WSGI_APPLICATION = None
SILENCED_SYSTEM_CHECKS = ["hms.E001"]
