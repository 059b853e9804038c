"""What somebody is typing: one row per person, page and subject, and no fault whatever the address says."""

from __future__ import annotations

import uuid
from threading import Barrier, Thread

import pytest
from django.db import connection
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


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_save_their_first_word_at_once_make_no_fault(monkeypatch):
    by, subject, together = cast.actor("nurse"), uuid.uuid4(), Barrier(2)
    write, faults = Draft.save, list[Exception]()

    def slowly(draft, *args, **options):
        if draft._state.adding:
            together.wait(5)
        write(draft, *args, **options)

    def type_a_word(word: str) -> None:
        try:
            drafts.save(by, "note", subject, {"text": [word]})
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(Draft, "save", slowly)
    tabs = [Thread(target=type_a_word, args=[word]) for word in ("left", "right")]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert faults == []
    assert Draft.objects.count() == 1
