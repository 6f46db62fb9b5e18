"""A picture of the report as pixels, which Qt draws in a process of its own."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.figure import figure_svg
from engine.exporting.qt_process import draw_with_qt, lacks_qt
from engine.exporting.report.blocks import FIGURES

_HEAD, _TAIL = b"\x89PNG\r\n", b"IEND\xaeB`\x82"
_REMEDY = "Export .svg instead."


@registry.register
class PngFormat(Format):
    """The same as the SVG, three times as large: 300 dots an inch at the width of a page."""

    title = "Picture as pixels"
    summary = "The same, for where SVG is not taken."
    parts = FIGURES

    def missing(self) -> str:
        """Qt draws it."""
        return lacks_qt("The PNG", ".svg")

    def write(self, content: Content, path: Path) -> None:
        """Have the picture drawn that is wanted."""
        draw_with_qt("gui.figure_image", path, figure_svg(content).encode(), _REMEDY)

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Its first and last bytes are those of a whole PNG."""
        data = path.read_bytes()
        if not data.startswith(_HEAD) or not data.endswith(_TAIL):
            raise UserFault(f"{path.name} is no whole PNG.", _REMEDY)
        return ()
