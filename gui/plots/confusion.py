"""``plot_confusion``: a cell for each true and predicted class, darker the more rows of the true class are in it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.confusion import Confusion
from engine.arrays import Array
from gui.base.theme import font_dim, font_strong, font_text, space, tokens
from gui.plots.colours import brush, colour
from gui.plots.frame import draw_words
from gui.plots.painted import PaintedPlot

MOST_CLASSES = 12  # rows of the matrix: as many as can be read beside each other; a guess
WIDEST_NAME = 120  # pixels of the design that a class takes at the left


class ConfusionPlot(PaintedPlot):
    """Rows are the truth, columns what was said."""

    def __init__(self, name: str = "plot_confusion", parent: QWidget | None = None) -> None:
        super().__init__(name, "Confusion matrix", parent)
        self.headline.hide()
        self._found: Confusion | None = None
        self._whole: Confusion | None = None

    def show_confusion(self, found: Confusion) -> None:
        """Show other counts."""
        self._whole, self._found = found, found.shortened(MOST_CLASSES)
        pairs = [
            f"{found.counts[true, said]:,} {self._found.classes[true]} taken for {self._found.classes[said]}"
            for true, said in zip(*np.nonzero(self._found.counts), strict=True)
            if true != said
        ]
        self.describe(f"{found.right:,} of {found.total:,} are right. {'; '.join(pairs[:20])}")
        self.updateGeometry()
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """The truth in the first column, then the counts of each class that was said."""
        found = self._whole
        assert found is not None
        return ("truth", *found.classes), (np.array(found.classes, dtype=object), *found.counts.T)

    def sizeHint(self) -> QSize:
        """A line or two a class."""
        count = len(self._found.classes) if self._found is not None else 2
        return QSize(space(360), space(56) + max(count, 3) * self._row)

    def minimumSizeHint(self) -> QSize:
        """No cell is cut."""
        return QSize(space(280), self.sizeHint().height())

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Cells with their counts, classes at the left and above."""
        found = self._found
        if found is None:
            return
        box, cell = self._measures(room)
        per_class = np.maximum(found.counts.sum(axis=1), 1)
        metrics = QFontMetricsF(font_dim())
        head = QRectF(box.left(), 0.0, box.width(), metrics.height())
        draw_words(painter, head, "predicted", tokens().dim, font_dim(), Qt.AlignmentFlag.AlignHCenter)
        draw_words(painter, QRectF(0, 0, box.left() - space(8), metrics.height()), "truth", tokens().dim, font_dim(),
                   Qt.AlignmentFlag.AlignRight)  # fmt: skip
        right_middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, name in enumerate(found.classes):
            top = box.top() + place * cell.height()
            left = box.left() + place * cell.width()
            beside = QRectF(0.0, top, box.left() - space(8), cell.height())
            draw_words(painter, beside, name, tokens().text, font_text(), right_middle)
            above = QRectF(left + 2, metrics.height() + space(2), cell.width() - 4, metrics.height())
            draw_words(painter, above, name, tokens().text, font_dim(), Qt.AlignmentFlag.AlignHCenter)
        for true in range(len(found.classes)):
            for said in range(len(found.classes)):
                self._paint_cell(painter, box, cell, (true, said), float(found.counts[true, said] / per_class[true]))

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """What the cell under the mouse says."""
        pair = self._cell_at(at)
        if pair is None or self._found is None:
            self._card.hide()
            return
        found, (true, said) = self._found, pair
        count, whole = int(found.counts[pair]), int(found.counts[true].sum())
        verb = "found" if true == said else f"taken for {found.classes[said]}"
        share = f"{100 * count / whole:.1f} % of {whole:,}" if whole else "there are none"
        self._card.tell((found.classes[true], f"{count:,} {verb}", share), self.surface.mapTo(self, at.toPoint()))

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _row(self) -> int:
        return round(QFontMetricsF(font_text()).height()) + space(12)

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: QSize, pair: tuple[int, int], share: float) -> None:
        found = self._found
        assert found is not None
        true, said = pair
        place = QRectF(box.left() + said * cell.width(), box.top() + true * cell.height(), cell.width(), cell.height())
        inside = place.adjusted(1, 1, -1, -1)
        is_right = true == said
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(tokens().outer if is_right else tokens().bad, 0.04 + 0.41 * share))
        painter.drawRoundedRect(inside, space(2), space(2))
        count = int(found.counts[pair])
        painter.setFont(font_strong() if is_right else font_text())
        painter.setPen(colour(tokens().text if count else tokens().dim))
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, f"{count:,}")

    def _measures(self, room: QRectF) -> tuple[QRectF, QSize]:
        found = self._found
        assert found is not None
        metrics = QFontMetricsF(font_text())
        names = max(metrics.horizontalAdvance(name) for name in found.classes)
        left = min(max(names, metrics.horizontalAdvance("truth")), space(WIDEST_NAME)) + space(10)
        top = 2 * QFontMetricsF(font_dim()).height() + space(6)
        count = len(found.classes)
        wide = min((room.width() - left) / count, float(space(110)))
        size = QSize(int(wide), int(min((room.height() - top) / count, 1.5 * self._row)))
        return QRectF(left, top, count * size.width(), count * size.height()), size

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        if self._found is None:
            return None
        box, cell = self._measures(QRectF(self.surface.rect()))
        if not box.contains(at) or not cell.width() or not cell.height():
            return None
        last = len(self._found.classes) - 1
        true = min(int((at.y() - box.top()) / cell.height()), last)
        return true, min(int((at.x() - box.left()) / cell.width()), last)
