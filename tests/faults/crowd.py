"""Many people at once: requests that start together, each on its own connection, each timed."""

from __future__ import annotations

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

CSRF_COOKIE = "hms_csrf"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how long. Status 0: no answer."""

    status: int
    seconds: float
    location: str = ""
    body: str = ""


def post(base: str, path: str, form: Mapping[str, str], cookies: Mapping[str, str], timeout: float = 60) -> Answer:
    """Send a form as a browser would, with a token of its own against forged requests."""
    token = secrets.token_hex(16)
    sent = {**cookies, CSRF_COOKIE: token}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in sent.items()),
    }
    started = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=timeout)
    try:
        connection.request("POST", path, urlencode({**form, "csrfmiddlewaretoken": token}), headers)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        return Answer(answer.status, time.perf_counter() - started, answer.getheader("Location", "") or "", body)
    # A server that is killed in the middle of a page leaves half of it: no answer that anybody could go by.
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, time.perf_counter() - started, body=repr(error))
    finally:
        connection.close()


def at_once(deeds: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Do all of them together: everybody waits at the line until everybody stands there."""
    answers: list[Answer | None] = [None] * len(deeds)
    line = threading.Barrier(len(deeds))

    def run(number: int, deed: Callable[[], Answer]) -> None:
        line.wait()
        answers[number] = deed()

    threads = [threading.Thread(target=run, args=(number, deed)) for number, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]
