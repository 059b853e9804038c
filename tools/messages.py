"""Compiles the translations, hms/locale/*/LC_MESSAGES/*.po, for machines without gettext's msgfmt.

Reads what `manage.py makemessages` writes: entries with context and plural forms. Fuzzy and empty ones are left
out, as msgfmt does. A .mo file is made anew when its .po is younger.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator

from tools.shell import ROOT, Failure, main_of, say

LOCALE = ROOT / "hms" / "locale"
MAGIC = 0x950412DE
LINE = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s+(".*")$')


def compile_messages(*, only_if_needed: bool = True) -> int:
    """Compile every catalogue that needs it; gives back how many."""
    count = 0
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if only_if_needed and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            target.write_bytes(catalogue(source.read_text(encoding="utf-8")))
        except (ValueError, SyntaxError) as error:
            raise Failure(f"{source.relative_to(ROOT)}: {error}") from error
        count += 1
    return count


def catalogue(text: str) -> bytes:
    """The bytes of a .mo file for the text of a .po file."""
    entries = sorted((key.encode(), value.encode()) for key, value in translated(text))
    keys = b"".join(key + b"\0" for key, _ in entries)
    values = b"".join(value + b"\0" for _, value in entries)
    start = 7 * 4 + 16 * len(entries)
    key_table, value_table = [], []
    key_at, value_at = start, start + len(keys)
    for key, value in entries:
        key_table += [len(key), key_at]
        value_table += [len(value), value_at]
        key_at += len(key) + 1
        value_at += len(value) + 1
    header = [MAGIC, 0, len(entries), 7 * 4, 7 * 4 + 8 * len(entries), 0, 0]
    numbers = [*header, *key_table, *value_table]
    return struct.pack(f"<{len(numbers)}I", *numbers) + keys + values


def translated(text: str) -> Iterator[tuple[str, str]]:
    """The entries of a .po file that have a translation: the original as a .mo file keys it, and what it says."""
    for block in re.split(r"\n\s*\n", text):
        lines = block.splitlines()
        parts = _parts(lines)
        is_fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        # NB: makemessages marks a new header as fuzzy too; its plural rule counts all the same.
        if "msgid" not in parts or (is_fuzzy and parts["msgid"]):
            continue
        forms = [parts[name] for name in sorted(name for name in parts if name.startswith("msgstr"))]
        if not all(forms):
            continue
        context = f"{parts['msgctxt']}\x04" if "msgctxt" in parts else ""
        plural = f"\0{parts['msgid_plural']}" if "msgid_plural" in parts else ""
        yield f"{context}{parts['msgid']}{plural}", "\0".join(forms)


def _parts(lines: list[str]) -> dict[str, str]:
    """The strings of one entry by their keyword; `msgstr[2]` sorts by its number."""
    parts: dict[str, str] = {}
    name = ""
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if found := LINE.match(line):
            name = f"msgstr{found.group(2)}" if found.group(2) else found.group(1)
            parts[name] = ast.literal_eval(found.group(3))
        elif line.startswith('"') and name:
            parts[name] += ast.literal_eval(line)
        else:
            raise ValueError(f"This line can't be read: {line}")
    return parts


def main() -> int:
    say(f"Compiled {compile_messages(only_if_needed=False)} catalogues of translations.")
    return 0


if __name__ == "__main__":
    main_of(main)
