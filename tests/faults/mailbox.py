"""A mail server that takes everything, but refuses one kind of address by quoting it, as many do."""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType
from typing import Self

REFUSED = "refused"


class Mailbox:
    """`address` goes into HMS_EMAIL_URL; `letters` holds what was delivered."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.refused: list[str] = []
        letters, refused = self.letters, self.refused

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.say("220 mailbox")
                while words := self.rfile.readline().decode(errors="replace").strip():
                    verb = words.upper()
                    if verb.startswith("RCPT") and REFUSED in words:
                        refused.append(words)
                        self.say(f"550 5.1.1 {words[8:]} is not known here")
                    elif verb == "DATA":
                        self.say("354 go on")
                        letters.append(self.letter())
                        self.say("250 taken")
                    elif verb == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 mailbox")

            def letter(self) -> str:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line.decode(errors="replace"))
                return "".join(lines)

            def say(self, words: str) -> None:
                self.wfile.write(f"{words}\r\n".encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.address = f"smtp://127.0.0.1:{self._server.server_address[1]}?tls=off"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
