"""The blob store: what is written comes back, and anything changed does not. No database."""

from __future__ import annotations

import errno
import os
import random
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hms.core.crypto import Unreadable
from hms.core.problems import Busy
from hms.core.records import uuid7
from hms.documents import content, store

CHUNK = store.CHUNK


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.BLOB_DIR = tmp_path / "blobs"


def kept(data: bytes) -> store.Written:
    return store.write(uuid7(), [data])


def all_of(written: store.Written, *part: int) -> bytes:
    return b"".join(store.read(written.id, written.key, *part))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_what_is_written_comes_back(size):
    data = random.Random(size).randbytes(size)
    written = kept(data)
    assert (written.size, written.stored_size) == (size, store.path_of(written.id).stat().st_size)
    assert all_of(written) == data


@pytest.mark.parametrize(
    ("offset", "length"),
    [
        (0, 10),
        (5, 1),
        (CHUNK - 3, 6),
        (CHUNK, 4),
        (2 * CHUNK + 10, 5),
        (0, 2 * CHUNK + 1),
        (10, None),
        (2 * CHUNK, 10**9),
    ],
)
def test_any_part_can_be_read_by_itself(offset, length):
    data = random.Random(7).randbytes(2 * CHUNK + 100)
    end = None if length is None else offset + length
    assert all_of(kept(data), offset, length) == data[offset:end]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=12))
def test_how_a_stream_is_cut_makes_no_difference(pieces):
    written = store.write(uuid7(), pieces)
    assert all_of(written) == b"".join(pieces)


def test_equal_content_has_an_equal_digest_and_other_bytes_on_the_disk():
    one, two = kept(b"same"), kept(b"same")
    assert one.digest == two.digest
    assert one.key != two.key
    assert store.path_of(one.id).read_bytes() != store.path_of(two.id).read_bytes()


def test_nothing_of_the_content_is_on_the_disk():
    canary = b"canary-4711-haemoglobin"
    path = store.path_of(kept(canary * 1000).id)
    assert canary not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert not list(path.parent.glob("*.part"))


def _flip(path, place):
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(bytes(raw))


@pytest.mark.parametrize("place", [0, 4, 5, 9, 100, -1, CHUNK + 40])
def test_a_flipped_bit_is_found(place):
    written = kept(os.urandom(2 * CHUNK))
    _flip(store.path_of(written.id), place)
    assert not store.verify(written.id, written.sha256)
    with pytest.raises(Unreadable):
        all_of(written)


@pytest.mark.parametrize("cut", [1, 16, CHUNK + 16, CHUNK + 17])
def test_a_cut_file_is_found_even_between_chunks(cut):
    written = kept(os.urandom(3 * CHUNK))
    path = store.path_of(written.id)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(Unreadable):
        all_of(written)


def test_swapped_chunks_are_found():
    written = kept(os.urandom(3 * CHUNK))
    path = store.path_of(written.id)
    raw = path.read_bytes()
    size, start = CHUNK + 16, 9
    first, second = raw[start : start + size], raw[start + size : start + 2 * size]
    path.write_bytes(raw[:start] + second + first + raw[start + 2 * size :])
    with pytest.raises(Unreadable):
        all_of(written)


def test_a_file_moved_to_another_blob_does_not_open():
    one, two = kept(b"of one patient"), kept(b"of another")
    store.path_of(two.id).write_bytes(store.path_of(one.id).read_bytes())
    for key in (one.key, two.key):
        with pytest.raises(Unreadable):
            b"".join(store.read(two.id, key))


def test_a_stream_that_breaks_off_leaves_nothing():
    def pieces():
        yield b"x" * CHUNK * 2
        raise OSError("the sender is gone")

    blob_id = uuid7()
    with pytest.raises(OSError, match="gone"):
        store.write(blob_id, pieces())
    assert list(store.files()) == []
    assert list(store.left_over(float("inf"))) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_full_disk_is_said_in_words_and_leaves_nothing(monkeypatch, number):
    def full(_handle):
        raise OSError(number, "no room")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(Busy):
        kept(b"x")
    assert list(store.files()) == []
    assert list(store.left_over(float("inf"))) == []


def test_a_missing_file_says_so_at_once():
    with pytest.raises(FileNotFoundError):
        store.read(uuid.uuid4(), b"0" * 32)
    assert not store.verify(uuid.uuid4(), b"")


def test_memory_stays_flat():
    import tracemalloc

    def pieces():
        block = b"0" * 65536
        for _ in range(640):
            yield block

    tracemalloc.start()
    written = store.write(uuid7(), pieces())
    for _piece in store.read(written.id, written.key):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written.size == 640 * 65536
    assert peak < 8 * CHUNK


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a;alert(1)", "image/gif"),
        (b"II*\x00", "image/tiff"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"\0" * 128 + b"DICM", "application/dicom"),
        (b"MZ" + b"\0" * 126 + b"DICM", content.UNKNOWN),  # a program in front of a picture
        (b"PK\x03\x04", "application/zip"),
        (b'{"resourceType": "Patient"}', "application/json"),
        (b"<script>alert(1)</script>", "application/xml"),
        (b"\xef\xbb\xbf  <svg/>", "application/xml"),
        (b"<?php system($_GET[0]);", "application/xml"),
        ("Lieber Herr Müller".encode(), "text/plain"),
        ("Müller".encode("latin-1"), content.UNKNOWN),
        (b"", content.UNKNOWN),
        (b"text\0with nothing", content.UNKNOWN),
        (b"a" * 4095 + "ü".encode()[:1], "text/plain"),  # the cut fell inside a letter
    ],
)
def test_content_is_decided_by_the_bytes(head, kind):
    assert content.media_type(head) == kind


def test_what_may_be_filed_runs_nowhere():
    assert not {"text/html", "image/svg+xml", "application/xml", "application/zip"} & content.ACCEPTED.keys()
