"""Icons by name, SVG files of the Phosphor set (``resources/icons/phosphor``) in the colours of the theme."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from gui.base.theme import Tokens, blend, tokens

_FOLDER = files(resources).joinpath("icons")


def icon(name: str, role: str = "text") -> QIcon:
    """The Phosphor icon ``name`` ("play", "play-fill") in a token's colour, paler where disabled.

    Ask again on ``PaletteChange``: an icon keeps the colours it was made with.
    """
    return _icon(name, role, tokens())


def application_icon() -> QIcon:
    """The two loops, for windows and the task bar."""
    return QIcon(str(_FOLDER.joinpath("twinloop.svg")))


class _ShapeEngine(QIconEngine):
    """Draws one shape at any size and resolution, in one colour, or in a paler one where disabled."""

    def __init__(self, shape: str, colour: str, pale: str) -> None:
        super().__init__()
        self._shape, self._colour, self._pale = shape, colour, pale
        self._renderers: dict[str, QSvgRenderer] = {}  # by colour: cells of tables paint icons again and again

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the shape into ``rect``."""
        colour = self._pale if mode == QIcon.Mode.Disabled else self._colour
        if colour not in self._renderers:
            coloured = self._shape.replace("currentColor", colour).encode()
            self._renderers[colour] = QSvgRenderer(QByteArray(coloured))
        self._renderers[colour].render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The shape on nothing, ``size`` in device pixels."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        """Another one of the same look."""
        return _ShapeEngine(self._shape, self._colour, self._pale)


@cache
def _icon(name: str, role: str, colours: Tokens) -> QIcon:
    shape = _FOLDER.joinpath("phosphor", f"{name}.svg").read_text("utf-8")
    return QIcon(_ShapeEngine(shape, getattr(colours, role), blend(colours.dim, colours.card, 0.62)))
