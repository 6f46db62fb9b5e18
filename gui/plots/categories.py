"""Colours and dashes of named things that race: Okabe and Ito's palette, with lighter twins for the dark theme."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap

from gui.base.theme import space, tokens
from gui.plots.colours import line_pen

Dashes = tuple[float, ...]
SOLID: Dashes = ()
DASHED: Dashes = (6.0, 3.0)  # lengths of dashes and gaps in widths of the line, here and below: told apart at a glance
DOTTED: Dashes = (2.0, 2.0)  # as above
MIXED: Dashes = (7.0, 3.0, 1.5, 3.0)  # as above
LONG: Dashes = (10.0, 3.0)  # as above


@dataclass(frozen=True, slots=True)
class Category:
    """How one of them is drawn, in the light theme and in the dark one."""

    light: str
    dark: str
    dashes: Dashes = SOLID

    @property
    def shade(self) -> str:
        """Its colour in the theme in force."""
        return self.dark if tokens().name == "dark" else self.light

    def pen(self, width: float = 2.0, share: float = 1.0) -> QPen:
        """A pen for pyqtgraph's items."""
        made = line_pen(self.shade, width, share)
        if self.dashes:
            made.setDashPattern([length / max(width, 1.0) * 1.5 for length in self.dashes])
            made.setCapStyle(Qt.PenCapStyle.FlatCap)
        return made

    def sample(self) -> QIcon:
        """A piece of its line, 28 by 12 pixels of the design, for tables."""
        size = QSize(space(28), space(12))
        drawn = QPixmap(size * 2)
        drawn.setDevicePixelRatio(2.0)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = self.pen(2.0)
        pen.setWidthF(2.0)
        painter.setPen(pen)
        painter.drawLine(QPointF(1.0, size.height() / 2), QPointF(size.width() - 1.0, size.height() / 2))
        painter.end()
        return QIcon(drawn)


# Okabe and Ito 2008, "Color Universal Design": what is too pale on white is darker, and lighter in the dark theme.
VERMILION = ("#C64B00", "#F58A4B")
BLUE = ("#1862AB", "#6FB3F2")
GREEN = ("#00805C", "#3CC9A0")
PURPLE = ("#7D4E9E", "#C39BE0")
PINK = ("#B4558A", "#E79CC4")
OLIVE = ("#8A6A00", "#D9B84A")
SKY = ("#2C7FA8", "#7CCBF0")
GREY = ("#5C636B", "#A9B1BA")

AMBER = ("#A85B00", "#F2A93B")  # the colour of the outer loop: hyperparameters, trials, scores

_KNOWN = {
    "bayesian": Category(*AMBER),
    "tpe": Category(*BLUE, DASHED),
    "quasirandom": Category(*GREEN, DOTTED),
    "random": Category(*GREY, MIXED),
    "grid": Category(*PINK, LONG),
    "random@known": Category(*AMBER),
    "random@defaults": Category(*BLUE, DASHED),
    "adam": Category(*VERMILION),
    "momentum": Category(*GREEN, DASHED),
    "nesterov": Category(*GREEN, DOTTED),
    "sgd": Category(*BLUE),
    "gradient_descent": Category(*GREY, MIXED),
    "rmsprop": Category(*SKY, LONG),
    "lbfgs": Category(*PURPLE, DOTTED),
    "cmaes": Category(*OLIVE, DASHED),
    "random_search": Category(*PINK, DOTTED),
}
_OTHERS = tuple(
    Category(*shade, dashes)
    for dashes in (MIXED, LONG, DASHED, SOLID)
    for shade in (VERMILION, PURPLE, SKY, PINK, OLIVE, GREEN, BLUE)
)


def category_of(name: str, place: int = 0) -> Category:
    """How ``name`` is drawn: the usual optimizers and strategies keep their look everywhere, others go by ``place``."""
    return _KNOWN.get(name) or _OTHERS[place % len(_OTHERS)]
