"""Everybody logs in with the ordinary form and lands on a page of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.hospital import PASSWORD, Hospital
from tools.run import ACCOUNTS


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_demo_account_lands_on_its_home(hospital_server: Hospital, page: Page, account: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{hospital_server.url}/accounts/login/")
    page.locator("input[type=email]").fill(f"{account}@demo.hms")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda address: "/login/" not in address)
    expect(page.locator("h1")).to_be_visible()
    assert complaints == []
