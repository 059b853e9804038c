"""The web server's settings. Every value can be changed in the environment; see docs/operations.md."""

import os
from pathlib import Path

wsgi_app = "hms.wsgi:application"
bind = os.environ.get("HMS_BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")

# Threads share one process' memory and wait for the database together; more workers use more cores.
worker_class = "gthread"
workers = int(os.environ.get("HMS_WEB_WORKERS", "2"))
threads = int(os.environ.get("HMS_WEB_THREADS", "4"))
# The application is loaded once and its memory shared by all workers.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
# Each worker is renewed now and then, not all at once.
max_requests = 20_000
max_requests_jitter = 2_000
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# NB: no access log. An address holds what was searched for; who read what is in the audit trail.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("HMS_WEB_LOG", "warning")
# Which peers may say that a request came over TLS.
forwarded_allow_ips = os.environ.get("HMS_TRUSTED_PROXIES", "127.0.0.1")
proc_name = "hms-web"


def when_ready(server):
    """Before the workers fork: load what all of them need; and where a new installation waits for its owner, say so."""
    from django.db import connection

    from hms.ops.warming import settle, warm_up
    from hms.organization import setup

    try:
        warm_up()
        if setup.is_pending():
            # The code keeps strangers out.
            server.log.warning(
                "This installation has no hospital yet. Open /organization/setup/ and enter the code %s", setup.code()
            )
    finally:
        # A connection made before the workers fork must not be shared by them.
        connection.close()
    settle()
