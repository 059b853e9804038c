"""Somebody at a browser without scripts: signs in, opens pages, and fills in the forms that stand on them."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tests.hospital import PASSWORD

CSRF_FIELD = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True)
class Page:
    """What came back. `path` is where it stands, redirects followed."""

    status: int
    path: str
    body: str
    headers: Mapping[str, str]
    seconds: float

    def forms(self) -> list[Form]:
        reader = _Forms()
        reader.feed(self.body)
        return reader.found

    def form(self, *having: str, action: str = "") -> Form:
        """The first form with all of these fields, that goes to an address with this in it."""
        for form in self.forms():
            if all(name in form.fields or name in form.named for name in having) and action in (
                form.action or self.path
            ):
                return form
        raise AssertionError(f"No form with {having or action!r} on {self.path} ({self.status}): {_words(self.body)}")


@dataclass(slots=True)
class Form:
    """A form with what stands in it. `named`: what else may be sent, with its values: buttons, choices, boxes."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)


class Caller:
    """One browser with its cookies. A connection for each request, as after a long pause."""

    def __init__(self, base: str, account: str = "", *, timeout: float = 60) -> None:
        self.base = base
        self.timeout = timeout
        self.cookies: dict[str, str] = {}
        if account:
            self.sign_in(account)

    def sign_in(self, account: str, password: str = PASSWORD) -> None:
        login = account if "@" in account else f"{account}@demo.hms"
        answer = self.fill(self.get("/accounts/login/"), {"login": login, "password": password})
        assert "/login/" not in answer.path, _words(answer.body)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        return self._ask("GET", path, None, headers or {})

    def fill(
        self,
        page: Page,
        values: Mapping[str, Any],
        *,
        having: Iterable[str] = (),
        action: str = "",
        files: Mapping[str, tuple[str, str, bytes]] | None = None,
        follow: bool = True,
    ) -> Page:
        """Send the form of a page that has these fields, with what stands in it and these values over it."""
        form = page.form(*(having or [name for name in values if name]), action=action)
        fields = {**form.fields, **{name: _many(value) for name, value in values.items()}}
        return self.post(form.action or page.path, fields, files=files, follow=follow)

    def post(
        self,
        path: str,
        fields: Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, str, bytes]] | None = None,
        follow: bool = True,
    ) -> Page:
        pairs = [(name, str(one)) for name, value in fields.items() for one in _many(value)]
        if CSRF_FIELD not in fields:
            pairs.append((CSRF_FIELD, self.cookies.get("hms_csrf", "")))
        body, kind = (
            _multipart(pairs, files) if files else (urlencode(pairs).encode(), "application/x-www-form-urlencoded")
        )
        page = self._ask("POST", path, body, {**(headers or {}), "Content-Type": kind})
        if follow and page.status in (302, 303):
            return self.get(page.headers["Location"])
        return page

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Page:
        address = urlsplit(urljoin(self.base, path))
        target = address.path + (f"?{address.query}" if address.query else "")
        sent = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        started = time.monotonic()
        connection = http.client.HTTPConnection(address.netloc, timeout=self.timeout)
        try:
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _equals, rest = cookie.partition("=")
                self.cookies[name] = rest.partition(";")[0]
        finally:
            connection.close()
        page = Page(answer.status, target, text, dict(answer.headers), time.monotonic() - started)
        if method == "GET" and page.status in (301, 302):
            return self.get(page.headers["Location"])
        return page


class _Forms(HTMLParser):
    """The forms of a page, also those whose fields stand elsewhere on it (`form="…"`)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._text: tuple[Form, str] | None = None
        self._select: tuple[Form, str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.found.append(self._open)
            self._by_id[given.get("id", "")] = self._open
            return
        form = self._by_id.get(given["form"]) if "form" in given else self._open
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "")
        if tag == "option" and self._select is not None:
            form, name = self._select
            form.named.setdefault(name, []).append(value)
            if "selected" in given:
                form.fields.setdefault(name, []).append(value)
        elif form is None or not name:
            return
        elif tag == "textarea":
            self._text = form, name
            form.fields.setdefault(name, [""])
        elif tag == "select":
            self._select = form, name
            form.named.setdefault(name, [])
        elif tag == "button" or kind in ("submit", "image", "button", "file"):
            form.named.setdefault(name, []).append(value)
        elif kind in ("checkbox", "radio"):
            form.named.setdefault(name, []).append(value)
            if "checked" in given:
                form.fields.setdefault(name, []).append(value or "on")
        elif tag == "input":
            form.fields.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            form, name = self._text
            form.fields[name][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._text = None
        elif tag == "select":
            self._select = None


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _multipart(pairs: Iterable[tuple[str, str]], files: Mapping[str, tuple[str, str, bytes]]) -> tuple[bytes, str]:
    edge = "----hms-faults"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for name, (file_name, kind, content) in files.items():
        disposition = f'form-data; name="{name}"; filename="{file_name}"'
        head = f"--{edge}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n"
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def _words(body: str) -> str:
    """What a page says, for the message of a failing test."""
    bare = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", body, flags=re.S)
    return re.sub(r"\s+", " ", bare)[-1500:]
