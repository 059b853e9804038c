"""The browser somebody sits at: its address, its kind, and the secret by which it is known again."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hms.accounts.models import KnownDevice, User
from hms.core import clock, crypto

COOKIE = "hms_device"
KEPT_FOR = dt.timedelta(days=180)
# Within a shift of a full sign-in the PIN is enough on this browser.
SHIFT = dt.timedelta(hours=12)
# Per person; the longest unused goes first.
MOST = 20

_BROWSERS = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


# --- Where a request comes from ------------------------------------------------------------------------------
def address_of(request: HttpRequest) -> str:
    """The address of the one who asks. X-Forwarded-For counts only from the proxies named in the settings."""
    here = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    while here in settings.TRUSTED_PROXIES and hops:
        here = hops.pop()
    return here


def coarse(address: str) -> str:
    """The network of an address: /24 or /48. "" for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    network = ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False)
    return str(network)


def agent_of(request: HttpRequest) -> str:
    """The browser in words its owner knows: "Firefox, Windows"."""
    text = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in text), "")
    system = next((name for mark, name in _SYSTEMS if mark in text), "")
    return ", ".join(part for part in (browser, system) if part)


# --- Being known again -----------------------------------------------------------------------------------------
def secret_of(request: HttpRequest) -> str:
    """The secret the browser sent, or "" if it sent none that could be ours."""
    secret = request.COOKIES.get(COOKIE, "")
    return secret if re.fullmatch(r"[\w-]{43}", secret) else ""


def digest_of(request: HttpRequest) -> bytes:
    """What the table knows of this browser, or b""."""
    secret = secret_of(request)
    return crypto.keyed_digest(secret.encode(), "accounts.device") if secret else b""


def known(request: HttpRequest, login_name: str) -> str:
    """The digest of this browser if the owner of the login name has signed in from it, else ""."""
    digest = digest_of(request)
    if digest and KnownDevice.objects.filter(secret_digest=digest, user__login_name=login_name).exists():
        return digest.hex()
    return ""


def remember(request: HttpRequest, user: User) -> KnownDevice:
    """Note a full sign-in on this browser. The middleware gives it its cookie with the answer."""
    if not secret_of(request):
        request.COOKIES[COOKIE] = secrets.token_urlsafe(32)
        request.new_device = True  # type: ignore[attr-defined]
    now, digest = clock.now(), digest_of(request)
    device, _made = KnownDevice.objects.update_or_create(
        secret_digest=digest,
        user=user,
        defaults={
            "epoch": user.session_epoch,
            "agent": agent_of(request),
            "last_seen_at": now,
            "switch_until": now + SHIFT,
            "wrong_pins": 0,
        },
        create_defaults={
            "epoch": user.session_epoch,
            "agent": agent_of(request),
            "first_seen_at": now,
            "last_seen_at": now,
            "switch_until": now + SHIFT,
        },
    )
    stale = list(KnownDevice.objects.filter(user=user).order_by("-last_seen_at").values_list("pk", flat=True)[MOST:])
    if stale:
        KnownDevice.objects.filter(pk__in=stale).delete()
    return device


def give_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Hand a newly known browser its secret."""
    if getattr(request, "new_device", False):
        response.set_cookie(
            COOKIE,
            request.COOKIES[COOKIE],
            max_age=KEPT_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
