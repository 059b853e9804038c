"""Ports: the one that was asked for, or the next one that is free."""

from __future__ import annotations

import socket
from collections.abc import Callable

from tools.shell import Failure

LOOPBACK = "127.0.0.1"
NEXT_PORTS = 50


def take(wanted: int, *, host: str = LOOPBACK, on_taken: Callable[[int], None] = lambda port: None) -> socket.socket:
    """A listening socket on `wanted` or the first free port after it; `on_taken` hears of each that isn't free.

    The socket itself is handed on to the server, so nobody can take the port in between.
    """
    last = min(wanted + NEXT_PORTS, 65535)
    for port in range(wanted, last + 1):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
            sock.listen(128)
        except PermissionError:
            sock.close()
            raise Failure(
                f"Port {port} needs more rights than this account has. Choose one above 1023: PORT=8000"
            ) from None
        except OSError:
            sock.close()
            on_taken(port)
            continue
        return sock
    raise Failure(f"No port between {wanted} and {last} is free on {host}. Choose another: PORT=9000")


def free_port(host: str = LOOPBACK) -> int:
    """The number of a port that nobody uses at the moment."""
    with socket.socket() as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])
