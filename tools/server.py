"""Web server, worker and scheduler, started together and ended together."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from tools import children
from tools.shell import PYTHON, ROOT, Failure

PATIENCE = 90
# NB: a proxy named in the environment must not be asked for our own address.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """One running HMS on a socket that is listening already. What the programs print goes to `logs`."""

    def __init__(
        self, listening: socket.socket, env: Mapping[str, str], logs: Path, *, background: bool = True
    ) -> None:
        self.socket = listening
        self.logs = logs
        self._env = env
        self._background = background
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        host, port = self.socket.getsockname()[:2]
        return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104

    def start(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        # whitenoise wants the folder of collected files, even where it serves them from the rooms.
        (Path(self._env.get("HMS_DATA_DIR", ROOT / "var")) / "static").mkdir(parents=True, exist_ok=True)
        for name in ["web", *(["worker", "scheduler"] if self._background else [])]:
            self._start(name)
        return self

    def wait_until_ready(self) -> None:
        """Until /readyz answers 200; a program that ends before that is shown with its last words."""
        deadline = time.monotonic() + PATIENCE
        answer = "nothing"
        while time.monotonic() < deadline:
            if ended := self.ended():
                raise Failure(f"{ended} ended while starting:\n{self.last_words(ended)}")
            try:
                with DIRECT.open(self._probe(), timeout=5) as response:
                    if response.status == 200:
                        return
            except urllib.error.HTTPError as error:
                answer = f"{error.code}: {error.read(500).decode(errors='replace')}"
            except OSError as error:
                answer = str(error)
            time.sleep(0.1)
        raise Failure(f"HMS was not ready after {PATIENCE} s; /readyz said {answer}.\n{self.last_words('web')}")

    def _probe(self) -> urllib.request.Request:
        """As a proxy in front of a production installation would ask."""
        host = self._env.get("HMS_ALLOWED_HOSTS", "").split(",")[0].lstrip(".")
        headers = {"Host": host, "X-Forwarded-Proto": "https"} if host and host != "*" else {}
        return urllib.request.Request(f"{self.url}/readyz", headers=headers)

    def ended(self) -> str | None:
        """The name of a program that is not running any more."""
        return next((name for name, child in self._children.items() if child.poll() is not None), None)

    def last_words(self, name: str, lines: int = 25) -> str:
        text = self._log(name).read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def processes(self, name: str) -> list[int]:
        """The ids of a program and all that it has started: they share its session."""
        leader = self._children[name].pid
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                # Behind the name in brackets: state, parent, group, session.
                if int((path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[3]) == leader:
                    found.append(int(path.name))
        return found

    def kill(self, name: str) -> None:
        """What the out-of-memory killer does to a program and all that it has started."""
        children.kill(self._children.pop(name))

    def start_again(self, name: str) -> None:
        """As systemd does after a crash."""
        self._start(name)

    def stop(self) -> None:
        children.stop(self._children.values())
        self._children.clear()
        self.socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, name: str) -> None:
        web = name == "web"
        # gunicorn takes the socket over, so that nobody can take the port in between.
        arguments = ["-m", "gunicorn", "--bind", f"fd://{self.socket.fileno()}"] if web else ["manage.py", name]
        with self._log(name).open("ab") as log:
            self._children[name] = children.start(
                [PYTHON, *arguments],
                cwd=ROOT,
                env=self._env,
                output=log,
                pass_fds=[self.socket.fileno()] if web else [],
            )

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"
