"""What bytes are, decided by the bytes: a file's name and the browser's word for it are claims."""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "application/octet-stream"

# (offset, bytes there, media type), the more telling first.
_SIGNATURES: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (128, b"DICM", "application/dicom"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
)
# What people may file. Others are refused by name rather than kept inert.
ACCEPTED: Final = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "text/plain": "txt",
}


def media_type(head: bytes) -> str:
    """The media type of content that begins so (4 KiB are enough)."""
    for offset, mark, kind in _SIGNATURES:
        if head[offset : offset + len(mark)] == mark:
            # A preamble before "DICM" may be a program: such a file is no image to us.
            return UNKNOWN if kind == "application/dicom" and head[:2] == b"MZ" else kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if not head or b"\0" in head:
        return UNKNOWN
    try:
        # The cut may fall inside a character.
        text = head.decode("utf-8", errors="strict" if len(head) < 4096 else "ignore")
    except UnicodeDecodeError:
        return UNKNOWN
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith(("{", "[")):
        return "application/json"
    # Markup of any kind is nothing a person files, and nothing a browser should be handed.
    if start.startswith("<"):
        return "application/xml"
    return "text/plain"
