"""Which handler answers which outbox topic, and what is said again and again. A law: no topic without a handler."""

from __future__ import annotations

import datetime as dt
from typing import Final

HANDLERS: Final[dict[str, str]] = {
    # said by the scheduler
    "core.seal_audit": "hms.ops.jobs.seal_audit",
    "core.tidy": "hms.ops.jobs.tidy",
    "core.make_partitions": "hms.ops.jobs.make_partitions",
}
RECURRING: Final[dict[str, dt.timedelta]] = {
    "core.seal_audit": dt.timedelta(seconds=5),
    "core.tidy": dt.timedelta(hours=1),
    "core.make_partitions": dt.timedelta(days=1),
}
