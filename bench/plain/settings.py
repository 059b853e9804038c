"""HMS's settings with the middleware of any Django project and one address."""

from hms.settings import *  # noqa: F403

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "bench.plain.urls"
WSGI_APPLICATION = None
SILENCED_SYSTEM_CHECKS = ["hms.E001"]
