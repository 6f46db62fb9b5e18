"""The report as one HTML page that needs nothing else: opens offline, light and dark, prints on A4."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.report.facts import Facts
from engine.exporting.report.html_page import to_html
from engine.exporting.report.sections import build_report
from engine.exporting.report.version import version


@registry.register
class HtmlFormat(Format):
    """What was found, what matters, all trials, methods, model card, how to repeat it; pictures in SVG."""

    title = "Report"
    summary = "One HTML page; opens offline, prints on A4."

    def write(self, content: Content, path: Path) -> None:
        """Write the page."""
        path.write_text(to_html(build_report(Facts(content), version())), encoding="utf-8")

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read it again: every element that opens closes, and it asks for nothing from elsewhere."""
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        reader.close()
        if reader.open or reader.foreign:
            raise UserFault(f"{path.name} was written wrongly.", "Tell us, with the study file.")
        return ()


_VOID = {"meta", "br", "hr", "img", "input", "link"}
_ALONE = {"circle", "line", "path", "polyline", "rect"}  # of SVG, which close themselves


class _Reader(HTMLParser):
    """Follows the elements that are open, and what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens."""
        if tag not in _VOID | _ALONE:
            self.open.append(tag)
        self.foreign += [tag for name, _ in attrs if name in {"src", "href", "srcset", "data"}] or (
            [tag] if tag in {"script", "iframe", "object", "embed", "img", "link", "a"} else []
        )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One that closes itself."""

    def handle_endtag(self, tag: str) -> None:
        """One closes."""
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.open.append(f"/{tag}")
