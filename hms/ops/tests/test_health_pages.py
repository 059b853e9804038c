"""/healthz, /readyz and /metrics: what they tell to whom."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
TOKEN = "a token of the machine room"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMS_METRICS_TOKEN", TOKEN)


@pytest.mark.parametrize("told", ["", "Bearer wrong", "Bearer gehört mir", f"Basic {TOKEN}"])
def test_details_and_counts_are_closed_without_the_token(client: Client, told: str) -> None:
    assert client.get("/metrics", HTTP_AUTHORIZATION=told).status_code == 404
    assert "checks" not in client.get("/readyz", HTTP_AUTHORIZATION=told).json()


def test_they_open_to_who_brings_it(client: Client) -> None:
    answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert "hms_outbox_messages" in answer.content.decode()
    assert {one["name"] for one in client.get("/readyz", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").json()["checks"]} > {
        "database", "outbox"
    }  # fmt: skip
