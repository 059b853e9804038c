"""What a WSGI server loads: `gunicorn` reads gunicorn.conf.py, which names this."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms.settings")

application = get_wsgi_application()


def _refuse_a_mix() -> None:
    """No server opens the demo's known passwords to real people, nor real people's records to the demo's."""
    from django.db import connection

    from hms.core import installation

    try:
        installation.check()
    finally:
        # Workers fork from the process that loads this: a connection must not be shared by them.
        connection.close()


_refuse_a_mix()
