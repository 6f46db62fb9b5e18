"""Where strategies tried two hyperparameters, side by side, with a shadow of every trial on both axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.analysis import Coverage
from gui.base.text import seen
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.plots.colours import colour

MOST_MAPS = 3  # side by side, as in the figure of Bergstra and Bengio (2012)


@dataclass(frozen=True, eq=False)
class CoverageMap:
    """One strategy's trials; ``strength`` (n,) from 0 to 1 says how good each is, ``title`` what is to be seen.

    ``ends`` are the first and the last value of both hyperparameters.
    """

    title: str
    seen: Coverage
    strength: np.ndarray
    ends: tuple[tuple[str, str], tuple[str, str]] = (("", ""), ("", ""))


class CoverageMaps(QWidget):
    """``plot_coverage``: up to three maps. The better a trial, the stronger its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plot_coverage")
        self.setAccessibleName("Where each strategy tried two hyperparameters")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._maps: tuple[CoverageMap, ...] = ()

    @property
    def maps(self) -> tuple[CoverageMap, ...]:
        """What is shown."""
        return self._maps

    @property
    def titles(self) -> tuple[str, ...]:
        """What the maps say."""
        return tuple(one.title for one in self._maps)

    def show_maps(self, maps: tuple[CoverageMap, ...]) -> None:
        """Show other maps."""
        self._maps = maps[:MOST_MAPS]
        self.setAccessibleDescription(". ".join(self.titles))
        self.update()

    def sizeHint(self) -> QSize:
        """As drawn."""
        return QSize(space(1180), space(170))

    def minimumSizeHint(self) -> QSize:
        """As small as can be read."""
        return QSize(space(480), space(120))

    def changeEvent(self, event: QEvent) -> None:
        """Another theme, other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all."""
        if not self._maps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = space(24)
        width = (self.width() - gap * (MOST_MAPS - 1)) / MOST_MAPS
        for at, one in enumerate(self._maps):
            self._draw(painter, QRectF(at * (width + gap), 0.0, width, float(self.height())), one)
        painter.end()

    def _draw(self, painter: QPainter, place: QRectF, one: CoverageMap) -> None:
        line = QFontMetricsF(font_dim()).height()
        painter.setFont(font_strong())
        painter.setPen(colour(tokens().text))
        metrics = QFontMetricsF(font_strong())
        title = metrics.elidedText(seen(one.title), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        top, left, shadow = metrics.height() + space(16), line + space(14), float(space(8))
        box = place.adjusted(left, top, -space(6), -(line + space(4)))
        painter.setPen(QPen(colour(tokens().line)))
        painter.setBrush(colour(tokens().card))
        painter.drawRect(box)
        order = np.argsort(np.nan_to_num(one.strength, nan=-1.0), kind="stable")
        for row in order.tolist():
            x, y = one.seen.unit[row]
            share = 0.2 + 0.8 * float(np.nan_to_num(one.strength[row], nan=0.0))
            shade = colour(tokens().outer, share)
            across, up = box.left() + x * box.width(), box.bottom() - y * box.height()
            painter.setPen(QPen(shade, 1.5))
            if np.isfinite(x):
                painter.drawLine(QLineF(across, box.top() - shadow - space(2), across, box.top() - space(2)))
            if np.isfinite(y):
                painter.drawLine(QLineF(box.left() - shadow - space(2), up, box.left() - space(2), up))
            if np.isfinite(x) and np.isfinite(y):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(shade)
                painter.drawEllipse(QPointF(across, up), space(3), space(3))
        self._name_axes(painter, place, box, one)

    @staticmethod
    def _name_axes(painter: QPainter, place: QRectF, box: QRectF, one: CoverageMap) -> None:
        painter.setFont(font_dim())
        below = QRectF(box.left(), box.bottom() + space(2), box.width(), place.bottom() - box.bottom())
        _name_axis(painter, below, one.seen.names[0], one.ends[0])
        painter.save()
        painter.translate(place.left(), box.bottom())
        painter.rotate(-90.0)
        beside = QRectF(0.0, 0.0, box.height(), box.left() - place.left())
        _name_axis(painter, beside, one.seen.names[1], one.ends[1])
        painter.restore()


def _name_axis(painter: QPainter, line: QRectF, name: str, ends: tuple[str, str]) -> None:
    """The name of an axis in the middle of its line, between its ends where there is room for them."""
    metrics = QFontMetricsF(font_dim())
    sides = [seen(end) for end in ends]
    room = line.width() - 2.0 * max(map(metrics.horizontalAdvance, sides)) - 2.0 * space(6)
    if room < space(24):
        sides, room = ["", ""], line.width()
    top = Qt.AlignmentFlag.AlignTop
    painter.setPen(colour(tokens().dim))
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | top, sides[0])
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | top, sides[1])
    painter.setPen(colour(tokens().outer))
    shown = metrics.elidedText(_words(name), Qt.TextElideMode.ElideMiddle, room)
    painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | top, shown)


def _words(name: str) -> str:
    return seen(name.replace("_", " "))
