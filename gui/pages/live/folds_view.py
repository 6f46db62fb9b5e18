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
        self._ran: tuple[int, ...] = ()
        self._folds = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)

    @property
    def sentence(self) -> str:
        """What stands above the dots."""
        return self._sentence

    def show_scores(
        self, scores: tuple[float, ...], otherwise: str, ran: tuple[int, ...] = (), folds: int | None = None
    ) -> None:
        """Show the fold scores, or a sentence that says why there are none.

        Where a race ended the trial, ``ran`` are the folds that ran, in that order, of ``folds`` in all.
        """
        self._scores, self._ran = scores, tuple(sorted(ran)) or tuple(range(len(scores)))
        self._folds = max([folds or 0 if ran else 0, len(scores), *(fold + 1 for fold in ran)])
        self._sentence = otherwise
        if scores:
            error = standard_error(scores)
            known = f" ± {number_text(error, 2)} (standard error)" if error is not None else ""
            self._sentence = f"Mean {score_text(float(np.mean(scores)), error)}{known} over {len(scores)} folds"
            if ran:
                order = ", ".join(str(fold + 1) for fold in ran)
                which = f"fold {order}" if len(ran) == 1 else f"folds {order}, in this order"
                self._sentence = f"{len(ran)} of {self._folds} folds ran: {which}"
        self.setAccessibleDescription(self._sentence)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line for the sentence and one for each fold."""
        return QSize(space(240), self._row() * (self._folds + 1) + space(28))

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
        end = (
            right
            - max(map(metrics.horizontalAdvance, [*texts, "not run"] if self._folds > len(texts) else texts))
            - space(24)
        )
        scale = (end - begin - space(12)) / span
        mean_x = begin + space(6) + (float(np.mean(finite)) - low) * scale if finite else begin
        rows = self._folds * self._row()
        painter.setPen(QPen(QColor(colours.outer), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(mean_x, top), QPointF(mean_x, top + rows))
        known = dict(zip(self._ran, zip(self._scores, texts, strict=True), strict=True))
        for index in range(self._folds):
            score, text = known.get(index, (math.nan, "not run"))
            y = top + (index + 0.5) * self._row()
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(begin, y), QPointF(end, y))
            painter.setPen(QColor(colours.dim))
            painter.setFont(font_dim())
            painter.drawText(
                QRectF(left, y - 50, begin - left, 100), Qt.AlignmentFlag.AlignVCenter, f"fold {index + 1}"
            )
            painter.setFont(font_text())
            painter.setPen(QColor(colours.text if index in known else colours.dim))
            where = QRectF(end, y - 50, right - end, 100)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
            if math.isfinite(score):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.outer))
                painter.drawEllipse(QPointF(begin + space(6) + (score - low) * scale, y), space(4), space(4))

    def _row(self) -> int:
        return QFontMetrics(font_text()).height() + space(8)
