"""A small sheet to draw on in SVG: points, lines and texts in the units of two axes."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, field

from engine.exporting.report.colours import Colours
from engine.texts import make_visible

WIDTH = 666.0
"""Pixels of a picture that fills the page: A4 less its margins, as the report is drawn."""
_FONT = "font-family:system-ui,'DejaVu Sans',sans-serif"
_TICKS = 5  # about so many on an axis


@dataclass(slots=True)
class Sheet:
    """Collects the parts of one picture; x and y ranges are those of its plot, margins are left, top, right, bottom."""

    colours: Colours
    width: float
    height: float
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)
    margins: tuple[float, float, float, float] = (46.0, 18.0, 10.0, 34.0)
    parts: list[str] = field(default_factory=list)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point in the units of the axes."""
        left, top, right, bottom = self.margins
        across = _share(x, *self.x) * (self.width - left - right) + left
        up = (1.0 - _share(y, *self.y)) * (self.height - top - bottom) + top
        return round(across, 1), round(up, 1)

    def line(self, points: list[tuple[float, float]], colour: str, width: float = 1.5, dash: str = "") -> None:
        """A line through points in units of the axes; those that are not finite part it."""
        runs: list[list[str]] = [[]]
        for x, y in points:
            if math.isfinite(x) and math.isfinite(y):
                runs[-1].append("{},{}".format(*self.place(x, y)))
            elif runs[-1]:
                runs.append([])
        dashed = f";stroke-dasharray:{dash}" if dash else ""
        for run in filter(None, runs):
            style = f"fill:none;stroke:{colour};stroke-width:{width}{dashed}"
            self.parts.append(f'<polyline points="{" ".join(run)}" style="{style}"/>')

    def rule(self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0) -> None:
        """A straight line in pixels."""
        style = f"stroke:{colour};stroke-width:{width}"
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" style="{style}"/>')

    def disc(self, x: float, y: float, radius: float, colour: str, opacity: float = 1.0, ring: str = "") -> None:
        """A disc at pixels; with ``ring`` an outline of that colour alone."""
        style = f"fill:none;stroke:{ring};stroke-width:1.5" if ring else f"fill:{colour};fill-opacity:{opacity}"
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="{radius}" style="{style}"/>')

    def cross(self, x: float, y: float, colour: str) -> None:
        """A small cross at pixels."""
        size = 3.0
        path = f"M{x - size:.1f},{y - size:.1f}l6,6m0,-6l-6,6"
        self.parts.append(f'<path d="{path}" style="fill:none;stroke:{colour};stroke-width:1.4"/>')

    def triangle(self, x: float, y: float, colour: str) -> None:
        """A small triangle at pixels that points down."""
        self.parts.append(f'<path d="M{x - 3.5:.1f},{y - 5:.1f}h7l-3.5,5z" style="fill:{colour};fill-opacity:.6"/>')

    def diamond(self, x: float, y: float, colour: str) -> None:
        """A small diamond at pixels."""
        self.parts.append(f'<path d="M{x:.1f},{y - 3.5:.1f}l3.5,3.5l-3.5,3.5l-3.5,-3.5z" style="fill:{colour}"/>')

    def box(self, x: float, y: float, width: float, height: float, colour: str, opacity: float = 1.0) -> None:
        """A filled box in pixels."""
        size = f'width="{max(width, 0.0):.1f}" height="{height:.1f}"'
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" {size} style="fill:{colour};fill-opacity:{opacity}"/>')

    def text(self, x: float, y: float, said: str, colour: str, anchor: str = "start", **kind: bool | float) -> None:
        """A text at pixels; ``bold``, and ``size`` in pixels."""
        style = f"fill:{colour};font-size:{kind.get('size', 11)}px;{_FONT}"
        style += ";font-weight:600" if kind.get("bold") else ";font-weight:400"
        safe = html.escape(make_visible(said))
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="{style}">{safe}</text>')

    def axes(self, title: str, *, log: bool = False) -> None:
        """Hairlines and numbers of the value axis, numbers and the title of the other."""
        left, _, right, bottom = self.margins
        colours, base = self.colours, self.height - bottom
        for value in ticks(*self.y):
            _, y = self.place(self.x[0], value)
            self.rule(left, y, self.width - right, y, colours.line)
            self.text(left - 6, y + 4, _number(10**value if log else value), colours.dim, "end")
        for value in ticks(*self.x, whole=True):
            x, _ = self.place(value, self.y[0])
            self.text(x, base + 15, _number(value), colours.dim, "middle")
        self.text((left + self.width - right) / 2, self.height - 4, title, colours.dim, "middle")

    def to_svg(self, alt: str) -> str:
        """The picture, which says to a screen reader what it shows."""
        said = html.escape(make_visible(alt), quote=True)
        view = f"0 0 {self.width:g} {self.height:g}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{self.width:g}" height="{self.height:g}" '
            f'role="img" aria-label="{said}">{"".join(self.parts)}</svg>'
        )


def ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """About five round numbers from ``low`` to ``high``."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return [low] if math.isfinite(low) else []
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 0.0
    if not power:
        return [low]
    step = next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough)
    step = max(step, 1.0) if whole else step
    first = math.ceil(low / step - 1e-9)
    count = min(math.floor(high / step + 1e-9) - first + 1, 20)
    return [(first + place) * step for place in range(max(count, 0))]


def _share(value: float, low: float, high: float) -> float:
    """Where a value lies between two, also where their difference is beyond all numbers."""
    span = high / 2 - low / 2
    return (value / 2 - low / 2) / span if span else 0.5


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 and value == round(value) else f"{value:.6g}"
