"""Curves that are stroked once and then shown as a picture, until they, the view or their colour change."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.plots.curve import Curve


class PaintedOnce(Curve):
    """A curve item of many segments that seldom change.

    Qt's own cache of an item's picture is not used: it keeps a picture whose curves no longer lie where the axes say,
    or lacks some, when the view and the curves change in one turn. This one is keyed by all that it was painted from.
    """

    _changes = 0

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._key: tuple[object, ...] = ()
        self._picture = QPixmap()

    def setData(self, *args: object, **kargs: object) -> None:
        """Other curves."""
        self._changes += 1
        super().setData(*args, **kargs)

    def paint(self, p: QPainter, opt: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Show the picture, made anew where anything changed; onto anything but the screen, stroke the curves."""
        if widget is None or self._exportOpts is not False:
            super().paint(p, opt, widget)
            return
        to_view, scale, size = p.worldTransform(), p.device().devicePixelRatioF(), widget.size()
        key = (self._changes, self.opts["pen"], to_view, scale, size)
        if key != self._key:
            self._picture = QPixmap(size * scale)
            self._picture.setDevicePixelRatio(scale)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            painter.setRenderHints(p.renderHints())
            painter.setWorldTransform(to_view)
            super().paint(painter, opt, widget)
            painter.end()
            self._key = key
        p.save()
        p.resetTransform()
        p.drawPixmap(0, 0, self._picture)
        p.restore()
