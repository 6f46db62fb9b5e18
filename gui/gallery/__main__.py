"""Renders the gallery offscreen, each scale in a process of its own because Qt reads the scale when it starts."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SCALES = (1, 2)  # a usual and a sharp screen


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gui.gallery", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUT_DIR", help="where the PNG files go")
    parser.add_argument("--scale", type=int, choices=SCALES, help="only this scale")
    parser.add_argument("scene", nargs="?", default="", metavar="SCENE", help="only scenes with this in their name")
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.scale is not None:
        return render(given.folder, given.scale, given.scene)
    for scale in SCALES:
        command = [sys.executable, "-m", "gui.gallery", str(given.folder), given.scene, "--scale", str(scale)]
        done = subprocess.run(command, check=False)
        if done.returncode:
            return done.returncode
    return 0


def render(folder: Path, scale: int, scene: str) -> int:
    """Draw every scene at one scale in this process."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    # In here because Qt reads both when it is first imported and used.
    from gui.gallery.rendering import render_scenes

    return render_scenes(folder, scale, scene)


if __name__ == "__main__":
    raise SystemExit(main())
