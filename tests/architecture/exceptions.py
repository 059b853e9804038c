"""What the laws let pass, each with its reason."""

from __future__ import annotations

# Plain text columns of patient-linked tables.
PLAIN_TEXT: dict[str, str] = {}

# Templates whose words are not for people.
WORDLESS: set[str] = {
    # Samples for those who build pages; no person using HMS sees it.
    "hms/core/templates/ui/style_guide_pieces.html",
}
