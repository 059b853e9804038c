"""A taken port is said, and the next one is served."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tools import ports
from tools.shell import Failure


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as sock:
        sock.bind((ports.LOOPBACK, 0))
        sock.listen()
        yield sock.getsockname()[1]


def test_a_free_port_is_taken_as_asked() -> None:
    wanted = ports.free_port()
    heard: list[int] = []
    with ports.take(wanted, on_taken=heard.append) as sock:
        assert sock.getsockname()[1] == wanted
    assert heard == []


def test_a_taken_port_is_said_and_the_next_one_used(taken: int) -> None:
    heard: list[int] = []
    with ports.take(taken, on_taken=heard.append) as sock:
        assert sock.getsockname()[1] > taken
    assert heard[0] == taken


def test_the_socket_listens_so_that_nobody_else_can_have_it() -> None:
    with ports.take(ports.free_port()) as sock, socket.create_connection(sock.getsockname(), timeout=1):
        heard: list[int] = []
        with ports.take(sock.getsockname()[1], on_taken=heard.append):
            assert heard


def test_no_free_port_is_a_sentence(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "NEXT_PORTS", 0)
    with pytest.raises(Failure, match="Choose another: PORT="):
        ports.take(taken)
