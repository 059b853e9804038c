"""The frame serves whoever comes: signed in or not, with much or nothing to show; errors are pages too."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from hms.core import errors, toasts
from hms.core.actor import ANONYMOUS
from hms.core.frame import THEME_COOKIE, Frame, Person, Place, theme_of
from hms.core.problems import Busy, Conflict, Forbidden, Missing, Problem, Refused
from hms.core.style_guide import sample_frame
from tests import make

PAGE = '{% extends "frame.html" %}{% block title %}Today{% endblock %}{% block content %}<p>page</p>{% endblock %}'


@pytest.fixture
def request_of(rf: RequestFactory) -> Any:
    def make(method: str = "get", *args: Any, **options: Any) -> HttpRequest:
        request = getattr(rf, method)("/here/?a=1&b=2", *args, **options)
        request.actor = ANONYMOUS
        return request

    return make


def page(frame: Frame | None, request: HttpRequest, source: str = PAGE) -> str:
    context = Context({"request": request, "csrf_token": "token-of-this-page"} | ({"frame": frame} if frame else {}))
    return Template(source).render(context)


def test_an_empty_frame_and_none_at_all_are_pages(request_of: Any) -> None:
    for frame in (Frame(), None):
        html = page(frame, request_of())
        assert "<title>Today – HMS</title>" in html
        assert "hms-rail" not in html
        assert "<dialog" not in html


def test_the_plain_frame_needs_no_context(request_of: Any) -> None:
    html = page(None, request_of(), '{% extends "frame_plain.html" %}{% block title %}Log in{% endblock %}')
    assert "<title>Log in – HMS</title>" in html


def test_the_whole_frame_has_its_landmarks_and_skips_to_the_page(request_of: Any) -> None:
    html = page(sample_frame(request_of()), request_of())
    assert '<a class="hms-skip" href="#main">' in html
    assert '<main class="hms-main" id="main"' in html
    assert html.count('aria-current="page"') == 1
    assert 'role="search"' in html
    assert '<form method="post" action="/here/" id="log-out" data-ends-session>' in html


def test_what_is_kept_of_the_frame_is_never_given_to_somebody_else(request_of: Any) -> None:
    frame = sample_frame(request_of())
    first = page(frame, request_of())
    other = page(replace(frame, user=Person("Petra Solheim", "", 5), bell_count=0), request_of())
    assert "Dr Amara Nwosu" in first
    assert "Amara" not in other
    assert "Petra Solheim" in other
    assert "Notifications, none new" in other


def test_each_page_has_its_own_token_and_address(request_of: Any, rf: RequestFactory) -> None:
    frame = sample_frame(request_of())
    page(frame, request_of())
    request = rf.get('/else/?q="><b>')
    html = Template(PAGE).render(Context({"request": request, "csrf_token": "second", "frame": frame}))
    assert "token-of-this-page" not in html
    assert 'name="csrfmiddlewaretoken" value="second"' in html
    assert "\ue000" not in html
    assert '"><b>' not in html
    assert "/else/" in html


def test_names_in_the_frame_are_escaped(request_of: Any) -> None:
    frame = replace(
        sample_frame(request_of()),
        facility_name="<b>A</b>",
        user=Person("<b>B</b>", "<b>C</b>", 1),
        places=(Place("<b>D</b>", "sun", "/x/"),),
        notice="<b>E</b>",
    )
    assert "<b>" not in page(frame, request_of())


def test_a_right_to_left_language_turns_the_page(request_of: Any) -> None:
    with translation.override("ar"):
        html = page(sample_frame(request_of()), request_of())
    assert '<html lang="ar" dir="rtl">' in html
    assert "bootstrap.rtl.min" in html


def test_htmx_is_kept_from_evaluating_and_swaps_what_forms_answer(request_of: Any) -> None:
    html = page(Frame(), request_of())
    config = json.loads(re.search(r"name=\"htmx-config\" content='([^']+)'", html)[1])  # type: ignore[index]
    assert config["allowEval"] is False
    assert config["allowScriptTags"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0

    def swaps(status: int) -> bool:
        return next(rule["swap"] for rule in config["responseHandling"] if re.search(rule["code"], str(status)))

    assert [status for status in (200, 204, 401, 403, 404, 409, 412, 422, 500, 503) if swaps(status)] == [
        200,
        409,
        412,
        422,
    ]


def test_the_bell_asks_again_and_says_what_it_has_seen() -> None:
    frame = Frame(user=Person("A"), bell_url="/bell/", bell_poll_url="/bell/poll/", bell_count=3)
    html = get_template("frame/bell.html").render({"frame": frame})
    assert 'hx-get="/bell/poll/?seen=3"' in html
    assert 'data-poll="30"' in html


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("", ""), ('"><b>', "")])
def test_the_theme_is_one_of_ours(rf: RequestFactory, cookie: str, theme: str) -> None:
    request = rf.get("/")
    request.COOKIES[THEME_COOKIE] = cookie
    assert theme_of(request) == theme


def test_every_script_the_frame_names_is_there(request_of: Any) -> None:
    from django.contrib.staticfiles import finders

    frame = replace(sample_frame(request_of()), idle_seconds=900, keepalive_url="/keep/")
    names = re.findall(r'(?:src|href)="/static/(hms/[^"]+)"', page(frame, request_of()))
    assert len(names) > 12
    assert all(finders.find(name) for name in names)


class TestToasts:
    def test_a_toast_carries_its_undo_through_a_message(self) -> None:
        message = Message(25, "Checked in <b>", extra_tags="undo:/visits/7/undo/%3Fa%3D1")
        assert toasts.read(message) == toasts.Toast("Checked in <b>", "ok", "/visits/7/undo/?a=1")
        html = Template("{% toasts %}").render(Context({"messages": [message], "csrf_token": "t"}))
        assert 'action="/visits/7/undo/?a=1"' in html
        assert "<b>" not in html

    def test_an_error_stays_and_is_read_out(self) -> None:
        html = Template("{% toasts %}").render(Context({"messages": [Message(40, "No")]}))
        assert "hms-toast--error" in html
        assert 'role="alert"' in html

    @pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
    def test_undo_stays_on_this_site(self, rf: RequestFactory, address: str) -> None:
        with pytest.raises(ValueError, match="this site"):
            toasts.toast(rf.get("/"), "x", undo=address)


class TestErrorPages:
    @pytest.mark.parametrize("status", [400, 403, 404])
    def test_each_says_the_next_step(self, request_of: Any, status: int) -> None:
        view = {400: errors.bad_request, 403: errors.permission_denied, 404: errors.page_not_found}[status]
        response = view(request_of(), Exception())
        assert response.status_code == status
        assert "What you can do" in response.content.decode()

    def test_a_fault_needs_neither_context_nor_database(self, request_of: Any) -> None:
        response = errors.server_error(request_of())
        assert response.status_code == 500
        assert "Something went wrong on our side" in response.content.decode()

    def test_a_fault_of_the_fault_page_still_answers(self, request_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(errors, "get_template", lambda name: 1 / 0)
        assert "not working at the moment" in errors.server_error(request_of()).content.decode()

    @pytest.mark.parametrize("refusal", [Forbidden, Missing, Conflict, Refused])
    def test_a_refusal_is_told_in_its_own_words(self, request_of: Any, refusal: type[Refused]) -> None:
        response = errors.refused(request_of(), refusal(Problem(text="Because <b> of that.")))
        assert response.status_code == refusal.status
        assert "Because &lt;b&gt; of that." in response.content.decode()

    def test_htmx_gets_a_toast_and_keeps_its_page(self, request_of: Any) -> None:
        response = errors.refused(request_of(HTTP_HX_REQUEST="true"), Refused(Problem(text="Zu spät: ’")))
        assert response.status_code == 422
        assert response["HX-Reswap"] == "none"
        assert json.loads(response["HX-Trigger"]) == {"toast": {"text": "Zu spät: ’", "tone": "error"}}
        assert response["HX-Trigger"].isascii()

    def test_a_busy_database_keeps_the_form_and_offers_to_send_it_again(self, request_of: Any) -> None:
        request = request_of("post", {"reason": ["cough", "fever"], "csrfmiddlewaretoken": "old"})
        response = errors.refused(request, Busy())
        html = response.content.decode()
        assert response.status_code == 503
        assert response["Retry-After"]
        assert html.count('name="reason"') == 2
        assert "Send it again" in html
        assert 'value="old"' not in html

    def test_a_password_is_never_written_back(self, request_of: Any) -> None:
        html = errors.refused(request_of("post", {"password": "hunter2"}), Busy()).content.decode()
        assert "hunter2" not in html

    def test_a_forged_form_is_not_offered_again(self, request_of: Any) -> None:
        response = errors.csrf_failure(request_of("post", {"amount": "1000"}))
        assert response.status_code == 403
        assert "1000" not in response.content.decode()

    def test_a_page_whose_frame_fails_is_shown_without_it(
        self, request_of: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = request_of()
        request.actor = SimpleNamespace(is_authenticated=True)
        monkeypatch.setattr(errors, "render", lambda *args, **options: 1 / 0)
        response = errors.page_not_found(request)
        assert response.status_code == 404
        assert "We can’t find this page" in response.content.decode()


def test_messages_reach_the_frame(request_of: Any) -> None:
    context = Context({"request": request_of(), "messages": [Message(25, "Saved")], "frame": Frame()})
    assert "Saved" in Template(PAGE).render(context)

    @pytest.mark.django_db
    def test_the_comparison_of_a_stale_form_holds_no_digest_however_it_is_named(self) -> None:
        user = make.user("nurse")
        posted = {"password": "x", "pin_hash": "x", "version": "1", "full_name": "Another Name"}
        assert errors.compare(user, posted) == [("Name", "Another Name", user.full_name)]

    def test_a_line_of_the_trail_that_could_not_be_written_is_no_fault(self, request_of: Any) -> None:
        try:
            raise Busy(Problem(code="transient", text="Please wait."))
        except Busy:
            response = errors.server_error(request_of())
        assert response.status_code == 503
        assert response["Retry-After"]
