"""What somebody is typing: one row per person, page and subject, and no fault whatever the address says."""

from __future__ import annotations

import uuid

import pytest
from django.db.models import QuerySet
from django.test import Client

from hms.core import drafts
from hms.core.models import Draft
from tests import cast, make


@pytest.mark.django_db
def test_the_last_word_counts_and_there_is_one_row():
    by, subject = cast.actor("nurse", user=make.user("nurse")), uuid.uuid4()
    for words in ("one", "one two"):
        drafts.save(by, "note", subject, {"text": [words]})
    assert drafts.load(by, "note", subject) == {"text": ["one two"]}
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_a_page_that_can_t_be_one_is_not_found(client: Client):
    client.force_login(make.user("nurse"))
    for method in (client.get, client.post):
        assert method(f"/drafts/{'x' * 200}/{uuid.uuid4()}/").status_code == 404


@pytest.mark.django_db
def test_two_tabs_that_save_their_first_word_at_once_make_no_fault(monkeypatch):
    by, subject, look = cast.actor("nurse"), uuid.uuid4(), QuerySet.get
    drafts.save(by, "note", subject, {"text": ["left"]})

    def too_early(rows, *args, **options):
        monkeypatch.setattr(QuerySet, "get", look)
        raise rows.model.DoesNotExist

    monkeypatch.setattr(QuerySet, "get", too_early)
    drafts.save(by, "note", subject, {"text": ["right"]})
    assert drafts.load(by, "note", subject) == {"text": ["right"]}
    assert Draft.objects.count() == 1
