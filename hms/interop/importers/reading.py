"""Taking files apart: transaction bundles and bulk NDJSON into resources, each with its bytes exactly as they came.

NDJSON is read line by line, so its size does not matter. A bundle stands or falls as one and is held in memory, so one
beyond `LARGEST_BUNDLE` is refused in words. Refuses what would harm further down: endless lines, bytes that are no
UTF-8, numbers that are none, depth without end.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from hms.core.problems import Problem
from hms.interop.importers.elements import Number
from hms.interop.importers.registry import rank

LARGEST_BUNDLE: Final = 32 * 1024 * 1024
LONGEST_LINE: Final = 16 * 1024 * 1024
_HEAD: Final = 256 * 1024
_ENDINGS: Final = (".json", ".ndjson", ".json.gz", ".ndjson.gz")
_BUNDLES: Final = ("transaction", "batch", "collection", "searchset")
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,38}")
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_TYPE_IN_FRONT: Final = re.compile(r'\{\s*"resourceType"\s*:\s*"(\w+)"')
_TYPES_IN_BYTES: Final = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]+)"')


class Malformed(Exception):
    """A text that is no resource, or no bundle of resources."""

    def __init__(self, text: str, where: str = "", code: str = "structure") -> None:
        super().__init__(text)
        self.problem = Problem(code=code, text=text, field=where)


@dataclass(slots=True)
class Item:
    """One resource: its type, its id at the sender, its bytes, and where in the file it stands.

    `full_url` is the name by which its bundle may refer to it.
    """

    type: str
    id: str
    data: bytes
    resource: dict[str, Any]
    where: str
    full_url: str = ""

    @property
    def name(self) -> str:
        return f"{self.type}/{self.id}"


# --- Files -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Source:
    """A file to import: whether it holds lines, and what it holds first (which decides its turn)."""

    path: Path
    lines: bool
    first: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size


def sources(paths: Iterable[Path]) -> list[Source]:
    """The files named, and those in the folders named; the directory first, patients next, their records last.

    Raises Malformed for a path that is not there or no file of ours.
    """
    found: dict[Path, Source] = {}
    for path in paths:
        if not path.exists():
            raise Malformed(_("There is no %(path)s.") % {"path": path}, code="not-found")
        named = sorted(one for one in path.rglob("*") if _is_ours(one)) if path.is_dir() else [path]
        if not path.is_dir() and not _is_ours(path):
            raise Malformed(_("%(path)s is neither .json nor .ndjson.") % {"path": path}, code="not-supported")
        for one in named:
            found.setdefault(one.resolve(), _looked_at(one))
    return sorted(found.values(), key=lambda one: (rank(one.first), str(one.path)))


def _is_ours(path: Path) -> bool:
    return path.name.lower().endswith(_ENDINGS) and not path.name.startswith(".") and path.is_file()


def _looked_at(path: Path) -> Source:
    try:
        with opened(path) as file:
            head = file.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        head = b""
    types = [one.decode() for one in _TYPES_IN_BYTES.findall(head)]
    lines = ".ndjson" in path.name.lower()
    first = next((one for one in types if one != "Bundle"), "")
    # A patient's bundle may have the organisation in front: its turn is that of the patient.
    if not lines and "Patient" in types:
        first = "Patient"
    return Source(path, lines, first)


def opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def lines(file: IO[bytes]) -> Iterator[tuple[int, bytes | Malformed]]:
    """(number, line) of each line that is not empty. One that is too long comes as Malformed, and the next is read."""
    number = 0
    while True:
        line = file.readline(LONGEST_LINE + 1)
        if not line:
            return
        number += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            limit = LONGEST_LINE // (1024 * 1024)
            yield number, Malformed(_("This line is longer than %(limit)d MB.") % {"limit": limit}, code="too-costly")
        elif stripped := line.strip():
            yield number, stripped


# --- Resources ---------------------------------------------------------------------------------------------------
def resources(data: bytes, where: str) -> list[Item]:
    """What one text holds: a resource, or those of a bundle. Raises Malformed."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(_("Byte %(place)d is no UTF-8.") % {"place": error.start}, where) from None
    scan = _Scan(text, where)
    if not text.startswith("{", scan.place):
        raise Malformed(_("A resource begins with a brace."), where)
    told = _TYPE_IN_FRONT.match(text, scan.place)
    resource = None if told else scan.value()
    if (told[1] if told else resource.get("resourceType")) == "Bundle":
        return list(_entries(_Scan(text, where)))
    if told:
        resource = scan.value()
    scan.end()
    return [_item(resource, data.strip().removeprefix(b"\xef\xbb\xbf"), where)]


def _entries(scan: _Scan) -> Iterator[Item]:
    """The resources of a bundle, each with its own stretch of the text."""
    kind, outside = "", scan.where
    seen: dict[str, bytes] = {}
    for key in scan.names():
        if key != "entry":
            value = scan.value()
            kind = value if key == "type" else kind
            continue
        for number in scan.positions():
            scan.where = _join(outside, f"entry[{number}]")
            resource, data, full_url = None, b"", ""
            for name in scan.names():
                begin, value = scan.place, scan.value()
                if name == "resource":
                    resource, data = value, scan.text[begin : scan.place].encode()
                elif name == "fullUrl" and isinstance(value, str):
                    full_url = value
            if resource is not None:
                item = _item(resource, data, scan.where, full_url)
                if seen.setdefault(item.name, hashlib.sha256(data).digest()) != hashlib.sha256(data).digest():
                    raise Malformed(_("%(name)s stands in it twice.") % {"name": item.name}, scan.where, "duplicate")
                yield item
        scan.where = outside
    scan.end()
    if kind not in _BUNDLES:
        types = ", ".join(_BUNDLES)
        raise Malformed(
            _("A bundle of this type is not imported. Known are %(types)s.") % {"types": types},
            _join(outside, "Bundle.type"),
            "not-supported",
        )


def _item(resource: Any, data: bytes, where: str, full_url: str = "") -> Item:
    if not isinstance(resource, dict):
        raise Malformed(_("Here belongs an object."), where)
    type = resource.get("resourceType")
    if not isinstance(type, str) or not _TYPE.fullmatch(type):
        raise Malformed(_("A resource says of what type it is."), _join(where, "resourceType"), "required")
    id = resource.get("id")
    if id is None:
        # A bundle may leave the id to the server: then the name it gives, else the content, is who it is.
        id = full_url[9:] if full_url.lower().startswith("urn:uuid:") else hashlib.sha256(data).hexdigest()
        resource = {**resource, "id": id}
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise Malformed(_("An id has up to 64 letters, digits, hyphens and dots."), _join(where, f"{type}.id"), "value")
    return Item(type, id, data, resource, where, full_url)


# --- JSON --------------------------------------------------------------------------------------------------------
def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


_DECODER: Final = json.JSONDecoder(parse_float=Number, parse_constant=_refuse_constant)


def parsed(data: bytes) -> Any:
    """A resource of ours read back from the store."""
    return _DECODER.decode(data.decode("utf-8-sig"))


class _Scan:
    """A place in a JSON text that moves on value by value, so that a resource's own bytes can be cut out.

    The one who walks through `names` or `positions` takes each value before the next.
    """

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where, self.place = text, where, 0
        self._skip()

    def value(self) -> Any:
        try:
            value, self.place = _DECODER.raw_decode(self.text, self.place)
        except json.JSONDecodeError as error:
            raise self._unreadable(error.pos) from None
        except RecursionError:
            raise Malformed(_("This is nested too deeply."), self.where, "too-costly") from None
        except (ValueError, ArithmeticError):
            words = _("A number in here is none (NaN, Infinity, or thousands of digits).")
            raise Malformed(words, self.where, "value") from None
        return value

    def names(self) -> Iterator[str]:
        for _number in self._parts("{", "}"):
            key = self.value()
            self._skip()
            if not isinstance(key, str) or not self.text.startswith(":", self.place):
                raise self._unreadable(self.place)
            self.place += 1
            self._skip()
            yield key

    def positions(self) -> Iterator[int]:
        return self._parts("[", "]")

    def end(self) -> None:
        """Raises Malformed where the text goes on behind the value."""
        self._skip()
        if self.place != len(self.text):
            raise self._unreadable(self.place)

    def _parts(self, opening: str, closing: str) -> Iterator[int]:
        """The places of an object's or a list's parts."""
        if not self.text.startswith(opening, self.place):
            raise self._unreadable(self.place)
        self.place += 1
        self._skip()
        number = 0
        while not self.text.startswith(closing, self.place):
            if number:
                if not self.text.startswith(",", self.place):
                    raise self._unreadable(self.place)
                self.place += 1
                self._skip()
            yield number
            self._skip()
            number += 1
        self.place += 1

    def _skip(self) -> None:
        self.place = _SPACE.match(self.text, self.place).end()  # type: ignore[union-attr]

    def _unreadable(self, at: int) -> Malformed:
        place = {"line": self.text.count("\n", 0, at) + 1, "column": at - self.text.rfind("\n", 0, at)}
        return Malformed(_("This is no JSON at line %(line)d, column %(column)d.") % place, self.where)


def _join(where: str, path: str) -> str:
    return f"{where} {path}".strip()
