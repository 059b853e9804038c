"""Sheets on the letterhead, and an engine that reads nothing it was not handed."""

from __future__ import annotations

import io
import socket
from datetime import date

import pytest
from django.template import engines
from PIL import Image
from pypdf import PdfReader

from hms.documents import pdf
from tests import make


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def logo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def sheet(monkeypatch):
    """Renders a template given as text, in place of a file."""

    def render_to_string(name, context):
        return engines["django"].from_string(name).render(context)

    monkeypatch.setattr(pdf, "render_to_string", render_to_string)
    body = "<h1>Hello</h1>{{ words }} {{ day|day }}"
    return '{% extends "documents/letterhead.html" %}{% block content %}' + body + "{% endblock %}"


@pytest.mark.django_db
class TestLetterhead:
    def test_it_names_the_facility(self, sheet):
        facility = make.facility(name="Alder Valley Hospital")
        text = text_of(pdf.render(sheet, {"words": "x", "day": date(1962, 3, 14)}, facility=facility))
        for words in ("Alder Valley Hospital", "Caring since 1911", "1 Alder Road", "14-Mar-1962", "Registered in"):
            assert words in text

    def test_with_a_logo(self, sheet):
        facility = make.facility()
        facility.letterhead.logo = logo()
        data = pdf.render(sheet, {}, facility=facility)
        assert len(PdfReader(io.BytesIO(data)).pages[0].images) == 1

    @pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
    def test_on_the_facilitys_paper(self, sheet, paper, size):
        data = pdf.render(sheet, {}, facility=make.facility(paper=paper))
        box = PdfReader(io.BytesIO(data)).pages[0].mediabox
        assert (round(box.width), round(box.height)) == size

    def test_right_to_left(self, sheet):
        data = pdf.render(sheet, {"words": "مرحبا", "day": date(1962, 3, 14)}, facility=make.facility(), language="ar")
        assert PdfReader(io.BytesIO(data)).trailer["/Root"]["/Lang"] == "ar"
        # A mirrored page turned it into Mar-1962-14 until values kept their own direction.
        assert "14-Mar-1962" in text_of(data)

    def test_words_from_people_are_words(self, sheet):
        data = pdf.render(sheet, {"words": "<h1>not a heading</h1>"}, facility=make.facility())
        assert "<h1>not a heading</h1>" in text_of(data)


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="file://{secret}">',
        '<img src="{secret}">',
        '<link rel="stylesheet" href="file://{secret}">',
        '<link rel="attachment" href="file://{secret}">',
        '<object data="file://{secret}"></object>',
        '<style>@import url("file://{secret}");</style>',
        '<style>@font-face {{ font-family: x; src: url("file://{secret}") }} p {{ font-family: x }}</style>',
        '<style>p {{ background: url("file://{secret}") }}</style>',
        '<img src="http://127.0.0.1:{port}/x.png">',
        '<link rel="stylesheet" href="http://127.0.0.1:{port}/x.css">',
        '<svg><image href="http://127.0.0.1:{port}/x.png"/></svg>',
        '<img src="data:image/svg+xml;utf8,<svg><image href=%22file://{secret}%22/></svg>">',
        "<base href='http://127.0.0.1:{port}/'><img src='x.png'>",
    ],
)
def test_no_file_is_read_and_nobody_is_called(tmp_path, hostile, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-4711")
    opened: list[str] = []
    real_open = io.open

    def watched(file, *args, **kwargs):
        opened.append(str(file))
        return real_open(file, *args, **kwargs)

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        monkeypatch.setattr("builtins.open", watched)
        data = pdf.to_pdf(f"<p>before</p>{hostile.format(secret=secret, port=server.getsockname()[1])}<p>after</p>")
        monkeypatch.undo()
        with pytest.raises(TimeoutError):
            server.accept()
    assert not any("secret.txt" in name for name in opened)
    assert b"canary-4711" not in data
    assert "after" in text_of(data)
