"""The report as PDF: the pages are set by Qt, in a process of its own that has no screen."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.qt_process import draw_with_qt, lacks_qt
from engine.exporting.report.facts import Facts
from engine.exporting.report.plain import plain_report
from engine.exporting.report.sections import build_report
from engine.exporting.report.version import version

_REMEDY = "Export .html and print it."
_HEAD, _TAIL = b"%PDF-", b"%%EOF"


@registry.register
class PdfFormat(Format):
    """The same report on pages of A4."""

    title = "Report PDF"
    summary = "The same on pages of A4."

    def missing(self) -> str:
        """Qt sets the pages."""
        return lacks_qt("The PDF", ".html")

    def write(self, content: Content, path: Path) -> None:
        """Have the pages set; raises :class:`UserFault` where Qt cannot."""
        blocks = msgspec.json.encode(plain_report(build_report(Facts(content), version())))
        draw_with_qt("gui.report_pages", path, blocks, _REMEDY)

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Its first and last bytes are those of a whole PDF."""
        data = path.read_bytes()
        if not data.startswith(_HEAD) or _TAIL not in data[-64:]:
            raise UserFault(f"{path.name} is no whole PDF.", _REMEDY)
        return ()
