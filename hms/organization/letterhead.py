"""The logo on a letterhead: decoded here and written anew, so that nothing but pixels is kept."""

from __future__ import annotations

import io
from typing import Final

from django.utils.translation import gettext as _

from hms.core.problems import Problem, Refused

LARGEST_UPLOAD: Final = 2 * 1024 * 1024
_MOST_PIXELS: Final = 20_000_000
_BOX: Final = (480, 192)
_LARGEST_LOGO: Final = 250_000


def prepare_logo(uploaded: bytes) -> bytes:
    """PNG of at most 480 by 192 pixels from a PNG or JPEG. Refused: anything else, or more than is sensible."""
    # Imported here: only an administrator who changes a logo needs it.
    from PIL import Image

    if len(uploaded) > LARGEST_UPLOAD:
        raise _refusal(_("The picture is larger than 2 MB. Choose a smaller one."))
    try:
        with Image.open(io.BytesIO(uploaded), formats=["PNG", "JPEG"]) as picture:
            # The size stands in the head of the file: a bomb is refused before it is unpacked.
            if picture.width * picture.height > _MOST_PIXELS:
                raise _refusal(_("The picture has too many pixels. Choose a smaller one."))
            logo = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _refusal(_("This is no picture. Choose a PNG or JPEG file.")) from None
    logo.thumbnail(_BOX)
    png = _as_png(logo)
    return png if len(png) <= _LARGEST_LOGO else _as_png(logo.quantize(256))


def _as_png(picture: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)  # type: ignore[attr-defined]
    return out.getvalue()


def _refusal(text: str) -> Refused:
    return Refused(Problem(code="invalid", field="logo", text=text))
