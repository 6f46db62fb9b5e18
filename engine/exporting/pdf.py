"""The report as PDF: the pages are set by Qt, in a process of its own that has no screen."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import msgspec

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.report.facts import Facts
from engine.exporting.report.plain import plain_report
from engine.exporting.report.sections import build_report
from engine.exporting.report.version import version

_SECONDS = 120  # a report that takes longer hangs; a guess
_HEAD, _TAIL = b"%PDF-", b"%%EOF"


@registry.register
class PdfFormat(Format):
    """The same report on pages of A4."""

    title = "Report PDF"
    summary = "The same on pages of A4."

    def missing(self) -> str:
        """Qt sets the pages."""
        return "" if find_spec("PySide6") else "The PDF needs PySide6-Essentials, which is not installed; export .html."

    def write(self, content: Content, path: Path) -> None:
        """Have the pages set; raises :class:`UserFault` where Qt cannot."""
        blocks = msgspec.json.encode(plain_report(build_report(Facts(content), version())))
        known = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-P", "-m", "gui.report_pages", str(path)]
        try:
            done = subprocess.run(command, input=blocks, capture_output=True, check=False, env=known, timeout=_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise UserFault("The pages were not set within two minutes.", "Export .html and print it.") from error
        if done.returncode or not path.exists():
            why = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"])[-1][:300]
            raise UserFault(f"The pages could not be set: {why}", "Export .html and print it.")

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Its first and last bytes are those of a whole PDF."""
        data = path.read_bytes()
        if not data.startswith(_HEAD) or _TAIL not in data[-64:]:
            raise UserFault(f"{path.name} is no whole PDF.", "Export .html and print it.")
        return ()
