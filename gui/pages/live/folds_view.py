"""A trial's score on every fold, as dots on one scale: how much of a score is luck of the split."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.analysis import standard_error
from gui.base.formats import number_text, score_text
from gui.base.theme import font_dim, font_text, space, tokens


class FoldsView(QWidget):
    """Draws one row a fold; a sentence in place of them where nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("view_folds")
        self.setAccessibleName("Scores of the folds")
        self._scores: tuple[float, ...] = ()
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)

    @property
    def sentence(self) -> str:
        """What stands above the dots."""
        return self._sentence

    def show_scores(self, scores: tuple[float, ...], otherwise: str) -> None:
        """Show the fold scores, or a sentence that says why there are none."""
        self._scores = scores
        self._sentence = otherwise
        if scores:
            error = standard_error(scores)
            known = f" ± {number_text(error, 2)} (standard error)" if error is not None else ""
            self._sentence = f"Mean {score_text(float(np.mean(scores)), error)}{known} over {len(scores)} folds"
        self.setAccessibleDescription(self._sentence)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line for the sentence and one for each fold."""
        return QSize(space(240), self._row() * (len(self._scores) + 1) + space(28))

    def minimumSizeHint(self) -> QSize:
        """The same: folds are few."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font_text())
        left, right, top = space(16), self.width() - space(16), space(12)
        painter.setPen(QColor(tokens().dim))
        box = QRectF(left, top, right - left, self._row())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(box, flags, self._sentence)
        if self._scores:
            self._paint_rows(painter, left, right, top + self._row())

    def _paint_rows(self, painter: QPainter, left: int, right: int, top: float) -> None:
        colours, metrics = tokens(), QFontMetrics(font_text())
        finite = [score for score in self._scores if math.isfinite(score)]
        low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
        span = (high - low) or abs(high) * 0.1 or 1.0
        error = (high - low) / 10 or None
        texts = [score_text(score, error) for score in self._scores]
        begin = left + metrics.horizontalAdvance("fold 00") + space(12)
        end = right - max(map(metrics.horizontalAdvance, texts)) - space(24)
        scale = (end - begin - space(12)) / span
        mean_x = begin + space(6) + (float(np.mean(finite)) - low) * scale if finite else begin
        rows = len(self._scores) * self._row()
        painter.setPen(QPen(QColor(colours.outer), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(mean_x, top), QPointF(mean_x, top + rows))
        for index, (score, text) in enumerate(zip(self._scores, texts, strict=True)):
            y = top + (index + 0.5) * self._row()
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(begin, y), QPointF(end, y))
            painter.setPen(QColor(colours.dim))
            painter.setFont(font_dim())
            painter.drawText(
                QRectF(left, y - 50, begin - left, 100), Qt.AlignmentFlag.AlignVCenter, f"fold {index + 1}"
            )
            painter.setFont(font_text())
            painter.setPen(QColor(colours.text))
            where = QRectF(end, y - 50, right - end, 100)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
            if math.isfinite(score):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.outer))
                painter.drawEllipse(QPointF(begin + space(6) + (score - low) * scale, y), space(4), space(4))

    def _row(self) -> int:
        return QFontMetrics(font_text()).height() + space(8)
