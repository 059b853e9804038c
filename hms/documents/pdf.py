"""Printed sheets: a Django template on the facility's letterhead, as PDF.

The renderer reads nothing but what it is handed: no file, no address, no data: picture. A note that
contains `<img src=file:///…>` prints without it. WeasyPrint is heavy and imported when first needed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.template.loader import render_to_string
from django.utils import timezone, translation

from hms.core import clock
from hms.organization.codes import Paper

if TYPE_CHECKING:
    from hms.organization.models import Facility

# Names of what templates may show; nothing else is fetched.
LOGO: Final = "letterhead:logo"
_SHEET: Final = Path(__file__).parent / "static" / "documents" / "print.css"
_PAPERS: Final = {Paper.A4: "A4", Paper.LETTER: "Letter"}


def render(
    template: str,
    context: Mapping[str, Any],
    *,
    facility: Facility,
    language: str | None = None,
    paper: str | None = None,
) -> bytes:
    """The template as PDF, in a language (None: the facility's), on the facility's paper, times in its zone.

    Templates extend documents/letterhead.html. Called outside an action: it takes a quarter of a second.
    """
    language = language or facility.language
    letterhead = getattr(facility, "letterhead", None)
    logo = bytes(letterhead.logo) if letterhead is not None and letterhead.logo else b""
    with translation.override(language), timezone.override(facility.zone):
        html = render_to_string(
            template,
            {
                **context,
                "facility": facility,
                "letterhead": letterhead,
                "logo": LOGO if logo else "",
                "language": language,
                "direction": "rtl" if translation.get_language_bidi() else "ltr",
                "printed_at": clock.now(),
            },
        )
    return to_pdf(html, paper=paper or facility.paper, pictures={LOGO: logo} if logo else {})


def to_pdf(html: str, *, paper: str = Paper.A4, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """HTML as PDF. `pictures`: PNG by the address the HTML uses for it; every other address is refused."""
    import weasyprint

    # It logs what it left out, addresses included, and an address may hold words from a chart.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    document = weasyprint.HTML(string=html, base_url=None, url_fetcher=_fetcher(pictures or {}))
    size = weasyprint.CSS(string=f"@page {{ size: {_PAPERS[Paper(paper)]} }}", url_fetcher=_fetcher({}))
    look = weasyprint.CSS(string=_stylesheet(), url_fetcher=_fetcher({}))
    return bytes(document.write_pdf(stylesheets=[look, size], pdf_variant="pdf/ua-1"))


def _fetcher(pictures: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Refusing(URLFetcher):
        """Hands out what it holds and opens nothing."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in pictures:
                raise ValueError("not part of this sheet")
            return URLFetcherResponse(url, body=pictures[url], headers={"Content-Type": "image/png"})

    return Refusing(allowed_protocols=())


@lru_cache(maxsize=1)
def _stylesheet() -> str:
    return _SHEET.read_text(encoding="utf-8")
