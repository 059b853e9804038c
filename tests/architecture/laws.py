"""The laws of the house as functions: each takes what it judges and returns the breaches in words.

A law that can't be broken proves nothing, so every test runs its law on the house (no breach) and on a
planted violation (a breach).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(settings.BASE_DIR)
HMS = ROOT / "hms"
STOREY = {room: height for height, room in enumerate(settings.ROOMS)}


def sources(pattern: str = "*.py") -> Iterator[Path]:
    """Our own source files, without tests and migrations."""
    for path in sorted(HMS.rglob(pattern)):
        if not {"tests", "migrations", "__pycache__"} & set(path.relative_to(HMS).parts):
            yield path


def room_of(path: Path) -> str:
    return path.relative_to(HMS).parts[0]


# --- Relations and addresses point down ----------------------------------------------------------------------
def relations_pointing_up(links: Iterable[tuple[str, str, str]]) -> list[str]:
    """`links`: (room, field, room it points to)."""
    return [
        f"{field}: {room} may not point up to {target}"
        for room, field, target in links
        if room in STOREY and target in STOREY and STOREY[target] > STOREY[room]
    ]


def all_relations() -> Iterator[tuple[str, str, str]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField):
                yield model._meta.app_label, f"{model._meta.label}.{field.name}", field.related_model._meta.app_label


_URL_NAME = re.compile(r"""(?:{%\s*url\s+|reverse\(|redirect\(|resolve_url\()\s*["'](\w+):""")


def url_names_pointing_up(texts: Iterable[tuple[str, str, str]]) -> list[str]:
    """`texts`: (room, file, content)."""
    return [
        f"{file}: an address of {namespace} in {room}"
        for room, file, content in texts
        for namespace in _URL_NAME.findall(content)
        if namespace in STOREY and STOREY[namespace] > STOREY[room]
    ]


def all_texts() -> Iterator[tuple[str, str, str]]:
    for pattern in ("*.html", "*.py", "*.txt"):
        for path in sources(pattern):
            yield room_of(path), str(path.relative_to(ROOT)), path.read_text()


# --- Actions ---------------------------------------------------------------------------------------------------
def actions_without_permission(permissions: Iterable[str], known: Iterable[str]) -> list[str]:
    """Every action's and page's permission stands in the table of roles."""
    table = set(known)
    return [f"{one} is in no role's row" for one in sorted(set(permissions)) if one not in table]


def action_permissions() -> Iterator[str]:
    for _path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "action":
                        yield decorator.args[0].value  # type: ignore[attr-defined]


def actions_without_trail(trees_: Iterable[tuple[Path, ast.Module]]) -> list[str]:
    """Every action records a line itself, or through a function of its module that does, or an inner action."""
    breaches = []
    for path, tree in trees_:
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for name, node in functions.items():
            if _is_action(node) and not _records(node, functions, set()):
                breaches.append(f"{path.name}:{node.lineno} {name} leaves no line in the trail")
    return breaches


def _is_action(node: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Call) and getattr(d.func, "id", "") == "action" for d in node.decorator_list)


def _records(node: ast.FunctionDef, functions: Mapping[str, ast.FunctionDef], seen: set[str]) -> bool:
    seen.add(node.name)
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func) in {"trail.record", "trail.record_each"}:
            return True
        # An inner action gets `by=by`, and leaves its own line.
        if any(keyword.arg == "by" for keyword in call.keywords):
            return True
        called = getattr(call.func, "id", "")
        if called in functions and called not in seen and _records(functions[called], functions, seen):
            return True
    return False


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sources():
        yield path, ast.parse(path.read_text())


# --- Patient-linked tables ---------------------------------------------------------------------------------------
def patient_linked(all_models: Iterable[type[models.Model]], patient: type[models.Model]) -> list[type[models.Model]]:
    """The models with a foreign-key path to the patient, the patient's own included."""
    pool = list(all_models)
    linked: set[type[models.Model]] = {patient}
    while True:
        more = {
            model
            for model in pool
            if model not in linked
            and any(isinstance(f, models.ForeignKey) and f.related_model in linked for f in model._meta.get_fields())
        }
        if not more:
            return sorted(linked, key=lambda m: m._meta.label)
        linked |= more


def undeclared(linked: Iterable[Any]) -> list[str]:
    """Merge, export and retention are said by each."""
    breaches = []
    for model in linked:
        for name, allowed in {
            "on_merge": ("move", "unite", "review"),
            "on_export": ("export", "leave out"),
            "retention": ("clinical", "billing", "audit", "operational"),
        }.items():
            said = getattr(model, name, None)
            if not isinstance(said, str) or not said.startswith(allowed):
                breaches.append(f"{model._meta.label} does not declare {name}")
    return breaches


# --- Effects -----------------------------------------------------------------------------------------------------
def topics_said() -> set[str]:
    said = set()
    for _path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"outbox.say", "say"} and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    said.add(first.value)
    return said


def topics_without_handler(said: Iterable[str], handlers: Mapping[str, str]) -> list[str]:
    return [f"{topic} is said and nobody listens" for topic in sorted(said) if topic not in handlers]


# --- Free text ------------------------------------------------------------------------------------------------------
# Plain text columns of patient-linked tables, each with the reason why it may be read by the database.
def plain_text(linked: Iterable[type[models.Model]], allowed: Mapping[str, str]) -> list[str]:
    """A TextField or JSONField of a patient-linked table is a side door unless it is on the list."""
    return [
        f"{model._meta.label}.{field.name} is kept in plain text"
        for model in linked
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.JSONField) and f"{model._meta.label}.{field.name}" not in allowed
    ]


# --- Templates --------------------------------------------------------------------------------------------------------
_INLINE = re.compile(
    r"""\sstyle\s*=|\son(?:click|change|submit|load|input|keyup|keydown)\s*=|hx-on"""
    # JSON in a script element is data: the browser runs none of it.
    r"""|<script(?![^>]*\b(?:src=|type="application/json"))[^>]*>"""
)


def inline_code(texts: Iterable[tuple[str, str]]) -> list[str]:
    """No style attribute, no event attribute, no inline script: the content security policy blocks them."""
    return [f"{file}: {found.group().strip()}" for file, content in texts for found in _INLINE.finditer(content)]


_COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?{%\s*endcomment\s*%}|<!--.*?-->", re.S)
_TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.S)
_NO_WORDS = re.compile(r"<(script|style|code|kbd|svg)\b.*?</\1>", re.S)
# Classes for the frame, which a page hands on as a block.
_CLASSES = re.compile(r"{%\s*block (?:app|paper)_class\s*%}.*?{%\s*endblock\b.*?%}", re.S)
# NB: first the template's own tags: a comparison in one holds the ">" that would end an HTML tag.
_TEMPLATE_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.S)
_TAG = re.compile(r"<[^>]*>", re.S)
_WORD = re.compile(r"[^\W\d_]{3,}")
# Not words of a language.
_NAMES = {
    "HMS",
    "MRN",
    "ICD",
    "FHIR",
    "PIN",
    "CSV",
    "PDF",
    "nbsp",
    "middot",
    "ndash",
    "hellip",
    "rarr",
    "times",
    "DEMO",
    "TOTP",
}


def untranslated(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Words in a template outside a translate tag."""
    breaches = []
    for file, content in texts:
        bare = content
        for pattern in (_COMMENT, _TRANSLATED, _NO_WORDS, _CLASSES, _TEMPLATE_TAG, _TAG):
            bare = pattern.sub(" ", bare)
        words = [word for word in _WORD.findall(bare) if word not in _NAMES]
        if words:
            breaches.append(f"{file}: {' '.join(words[:6])}")
    return breaches


def untranslated_problems(trees_: Iterable[tuple[Path, ast.Module]]) -> list[str]:
    """A Problem's text is a translatable sentence, never a bare string."""
    breaches = []
    for path, tree in trees_:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                for keyword in node.keywords:
                    if keyword.arg == "text" and isinstance(keyword.value, ast.Constant | ast.JoinedStr):
                        breaches.append(f"{path.name}:{node.lineno} says {ast.unparse(keyword.value)[:60]}")
    return breaches


def unextracted(trees_: Iterable[tuple[Path, ast.Module]]) -> list[str]:
    """Names for gettext that `makemessages` does not know: what they mark never reaches a translator."""
    return [
        f"{path.name}:{node.lineno} calls {name.name} {name.asname}"
        for path, tree in trees_
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname not in (None, "_")
    ]


def templates() -> Iterator[tuple[str, str]]:
    for path in sources("*.html"):
        yield str(path.relative_to(ROOT)), path.read_text()
