"""A picture of the report as an SVG file."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.figure import figure_svg
from engine.exporting.report.blocks import FIGURES


@registry.register
class SvgFormat(Format):
    """Lines and texts that can be edited, for papers and slides."""

    title = "Picture"
    summary = "One picture of the report, to edit and to print."
    parts = FIGURES

    def write(self, content: Content, path: Path) -> None:
        """Write the picture that is wanted."""
        path.write_text(figure_svg(content), encoding="utf-8")

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read it again."""
        try:
            ElementTree.parse(path)
        except ElementTree.ParseError as error:
            raise UserFault(f"{path.name} was written wrongly: {error}.", "Tell us, with the study file.") from error
        return ()
