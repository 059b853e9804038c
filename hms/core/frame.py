"""What the frame of a page shows, as data.

The frame (`frame.html`) knows no url name and no role: the context processor of an upper storey fills one `Frame` for
each request. Everything has a default, so a page for people who are not signed in needs only `Frame()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from django.http import HttpRequest

# Requests with this header come from the page itself, not from the person: they don't count as activity.
POLL_HEADER: Final = "X-HMS-Poll"
THEME_COOKIE: Final = "hms_theme"
# The bottom bar of a phone has room for four places and the menu.
ON_PHONE: Final = 4

Theme = Literal["", "light", "dark"]
_THEMES: Final[dict[str, Theme]] = {"light": "light", "dark": "dark"}
Density = Literal["compact", "comfortable"]


@dataclass(frozen=True, slots=True)
class Place:
    """One of the role's own places in the rail, eight at most. `key` is its letter after "g"."""

    label: Any
    icon: str
    url: str
    count: int | None = None
    current: bool = False
    urgent: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a switch, of tabs, or of a menu."""

    label: Any
    url: str
    current: bool = False
    icon: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role the person may switch to; `value` is posted to `Frame.role_url` as `role`."""

    label: Any
    value: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """A language, under its own name; `code` is posted to `Frame.language_url` as `language`."""

    code: str
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in. `detail` says as what: "Physician, internal medicine"."""

    label: str
    detail: Any = ""
    id: Any = None


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step: `target` is the `data-tour` of what it points at, or empty."""

    title: Any
    text: Any
    target: str = ""


@dataclass(frozen=True, slots=True)
class Tour:
    """A tour of at most five steps. `starts` by itself on the first sign-in; ending it posts to `done_url`."""

    steps: tuple[TourStep, ...]
    done_url: str
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around the page. An empty address leaves its piece out.

    `palette_url` answers `GET ?q=` with `ui/palette_results.html`, `bell_poll_url` answers with `frame/bell.html`
    or 204, `keepalive_url` answers a POST with 204, `theme_url` is a POST of `theme`.
    """

    brand: str = "HMS"
    facility_name: str = ""
    home_url: str = "/"
    user: Person | None = None
    places: tuple[Place, ...] = ()
    search_url: str = ""
    palette_url: str = ""
    bell_url: str = ""
    bell_poll_url: str = ""
    bell_count: int = 0
    languages: tuple[Language, ...] = ()
    language_url: str = ""
    help_url: str = ""
    profile_url: str = ""
    roles: tuple[Role, ...] = ()
    role_url: str = ""
    theme: Theme = ""
    theme_url: str = ""
    density: Density = "comfortable"
    switch_user_url: str = ""
    login_url: str = ""
    logout_url: str = ""
    idle_seconds: int = 0
    keepalive_url: str = ""
    shortcuts: bool = True
    tour: Tour | None = None
    # A line across the top that everybody must see: "Demo hospital: no real patients."
    notice: Any = ""
    # What the pages for people outside say beside the form.
    emergency: Any = ""
    emergency_detail: Any = ""

    @property
    def name(self) -> str:
        return self.facility_name or self.brand

    @property
    def language(self) -> Language | None:
        return next((language for language in self.languages if language.current), None)

    @property
    def rest(self) -> tuple[Place, ...]:
        """The places a phone shows behind "Menu"."""
        return self.places[ON_PHONE:]

    @property
    def other_roles(self) -> tuple[Role, ...]:
        return tuple(role for role in self.roles if not role.current)


def theme_of(request: HttpRequest) -> Theme:
    """The theme this browser asked for; empty follows the system."""
    return _THEMES.get(request.COOKIES.get(THEME_COOKIE, ""), "")
