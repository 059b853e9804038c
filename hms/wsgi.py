"""What a WSGI server loads: `gunicorn` reads gunicorn.conf.py, which names this."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms.settings")

application = get_wsgi_application()
