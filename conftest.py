"""Which database the tests run on, and the browser they drive.

HMS_TEST_ENGINE=sqlite (the default) or postgresql. For PostgreSQL, HMS_TEST_POSTGRES_URL names a cluster that is
already up (`make test` does so); without it one is started for this run and removed afterwards.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import environ
import pytest
from django.conf import settings
from django.db import connections

from tools.debian import chromium
from tools.postgres import Cluster

ENGINE = os.environ.get("HMS_TEST_ENGINE", "sqlite")
# pytest-playwright keeps an event loop running, in which Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_cluster: Cluster | None = None
_data_dir = Path(tempfile.mkdtemp(prefix="hms-tests-"))


def pytest_configure(config: pytest.Config) -> None:
    """Before anything is collected: a folder of its own for files, and the engine that was asked for."""
    settings.DATA_DIR = _data_dir
    settings.BLOB_DIR = _data_dir / "blobs"
    if ENGINE == "postgresql":
        _use_postgresql()
    elif ENGINE != "sqlite":
        raise pytest.UsageError(f"HMS_TEST_ENGINE is {ENGINE!r}; it may be 'sqlite' or 'postgresql'.")


def pytest_unconfigure() -> None:
    global _cluster
    if _cluster:
        _cluster.stop()
        _cluster = None
    shutil.rmtree(_data_dir, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that hold for one engine alone are skipped on the other, in words."""
    for item in items:
        for engine in {"postgresql", "sqlite"} - {ENGINE}:
            if item.get_closest_marker(engine):
                item.add_marker(pytest.mark.skip(reason=f"holds for {engine} alone"))


def _use_postgresql() -> None:
    """Put PostgreSQL in place of SQLite.

    NB: pytest-django has read the settings by now (it does before any conftest is loaded), so the settings
    object and the connection handler are both told. No connection has been made yet.
    """
    global _cluster
    url = os.environ.get("HMS_TEST_POSTGRES_URL")
    if not url:
        _cluster = Cluster().start()
        url = os.environ["HMS_TEST_POSTGRES_URL"] = _cluster.url  # xdist's workers inherit it
    database = environ.Env.db_url_config(url)
    database["ENGINE"] = "django.db.backends.postgresql"
    database.setdefault("OPTIONS", {})
    settings.DATABASES["default"].clear()
    settings.DATABASES["default"].update(database)
    connections.configure_settings(settings.DATABASES)
    if hasattr(connections._connections, "default"):
        del connections["default"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's Chromium, headless, without a word to anybody outside."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--disable-quic",
        ],
    }


@pytest.fixture(scope="session")
def engine() -> str:
    """'sqlite' or 'postgresql'."""
    return ENGINE
