"""The settings that tests run on: HMS's own, on a database and in a folder of the test run.

HMS_TEST_ENGINE=sqlite (the default) or postgresql. For PostgreSQL, HMS_TEST_POSTGRES_URL names a cluster that is
already up (`make test` does so); without it one is started for this run, and ends with it.

This is settled here and not in conftest.py, because pytest-django reads the settings before it.
"""

from __future__ import annotations

import os
import tempfile

ENGINE = os.environ.get("HMS_TEST_ENGINE", "sqlite")
if ENGINE not in {"sqlite", "postgresql"}:
    raise RuntimeError(f"HMS_TEST_ENGINE is {ENGINE!r}; it may be 'sqlite' or 'postgresql'.")

for name in [name for name in os.environ if name.startswith("HMS_") and not name.startswith("HMS_TEST")]:
    del os.environ[name]  # a developer's own shell must not decide what is tested
os.environ["HMS_TESTING"] = "1"
os.environ["HMS_EXTRA_APPS"] = "tests.things"
os.environ["HMS_DATA_DIR"] = tempfile.mkdtemp(prefix="hms-tests-")

CLUSTER = None
if ENGINE == "postgresql":
    if "HMS_TEST_POSTGRES_URL" not in os.environ:
        from tools.postgres import Cluster

        CLUSTER = Cluster().start()
        os.environ["HMS_TEST_POSTGRES_URL"] = CLUSTER.url  # xdist's workers inherit it
    os.environ["HMS_DATABASE_URL"] = os.environ["HMS_TEST_POSTGRES_URL"]

from hms.settings import *  # noqa: E402, F403
