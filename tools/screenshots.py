"""`make screenshots`: a demo hospital of its own, photographed for the README.

Opens a fresh demo in a temporary folder, lets tools/camera.py walk through it, and removes it. Your var/ is left alone.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tools import ports
from tools.assets import make_assets
from tools.debian import chromium
from tools.messages import compile_messages
from tools.run import prepare
from tools.server import Server
from tools.setup import TESTING, make_environment
from tools.shell import PYTHON, ROOT, environment, main_of, run, say

SCREENS = ROOT / "docs" / "screens"


def main() -> int:
    make_environment(TESTING)
    make_assets()
    compile_messages()
    browser = chromium()
    folder = Path(tempfile.mkdtemp(prefix="hms-screens-"))
    try:
        env = environment(HMS_DEMO="1", HMS_DATA_DIR=str(folder), HMS_DATABASE_URL=f"sqlite:///{folder}/hms.sqlite3")
        prepare(env)
        listening = ports.take(ports.free_port())
        env["PORT"] = str(listening.getsockname()[1])
        with Server(listening, env, folder / "log") as server:
            server.wait_until_ready()
            say("Taking pictures.")
            run([PYTHON, "-m", "tools.camera", server.url, SCREENS, browser])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for picture in sorted(SCREENS.glob("*.png")):
        say(f"{picture.relative_to(ROOT)}: {picture.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    main_of(main)
