"""The mark of a trial's state, the same in every view, and the cell that shows it beside the trial's number."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.trials import State
from gui.base.star import star
from gui.base.theme import hover_colour, space, tokens
from gui.item_models.trials import Role


def paint_mark(
    painter: QPainter, at: QPointF, state: State, radius: float, share: float = math.nan, *, is_broken: bool = False
) -> None:
    """Disc for complete, filling ring for running, diamond for pruned, cross for failed, dot for waiting.

    A complete trial that breaks a constraint is a hollow disc.
    """
    colours = tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if state == State.COMPLETE and is_broken:
        painter.setPen(QPen(QColor(colours.dim), 1.3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, radius * 0.75, radius * 0.75)
    elif state == State.COMPLETE:
        painter.setBrush(QColor(colours.outer))
        painter.drawEllipse(at, radius * 0.8, radius * 0.8)
    elif state == State.PRUNED:
        painter.setBrush(QColor(colours.dim))
        r = radius * 0.95
        painter.drawPolygon(
            QPolygonF([at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at - QPointF(r, 0)])
        )
    elif state == State.FAILED:
        painter.setPen(QPen(QColor(colours.bad), 1.6))
        r = radius * 0.75
        painter.drawLine(at - QPointF(r, r), at + QPointF(r, r))
        painter.drawLine(at + QPointF(-r, r), at + QPointF(r, -r))
    elif state == State.RUNNING:
        _paint_ring(painter, at, radius * 0.9, share)
    else:
        painter.setBrush(QColor(colours.dim))
        painter.drawEllipse(at, radius * 0.35, radius * 0.35)


def _paint_ring(painter: QPainter, at: QPointF, radius: float, share: float) -> None:
    pale, full = QColor(tokens().outer), QColor(tokens().outer)
    pale.setAlphaF(0.35)
    box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(pale, 1.8))
    painter.drawEllipse(box)
    painter.setPen(QPen(full, 1.8))
    painter.drawArc(box, 90 * 16, -round((0.25 if math.isnan(share) else max(share, 0.04)) * 360 * 16))


class FlatDelegate(QStyledItemDelegate):
    """A plain cell: text with air on both sides, no focus frame, the whole row marked where it is selected."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground and text."""
        self.initStyleOption(option, index)
        painter.save()
        self.paint_ground(painter, option)
        painter.setFont(option.font)
        shade = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(shade.color() if shade is not None else QColor(tokens().text))
        words = option.rect.adjusted(space(8), 0, -space(8), 0)
        text = option.fontMetrics.elidedText(option.text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, option.displayAlignment, text)
        painter.restore()

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """The background of a cell that draws its own foreground."""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(hover_colour()))


class TrialMarkDelegate(FlatDelegate):
    """Mark, number and, for the best trial, a star; a hollow one for the trial that is expected to be best.

    What a person starred has a small dim star at the end; a line goes through the number of what is excluded.
    """

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the cell."""
        painter.save()
        self.paint_ground(painter, option)
        rect, radius = QRectF(option.rect), space(5)
        middle = rect.center().y()
        left = rect.left() + space(16)
        place, state = QPointF(left + radius, middle), State(index.data(Role.STATE))
        paint_mark(painter, place, state, radius, index.data(Role.SHARE), is_broken=index.data(Role.IS_BROKEN))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.setFont(option.font)
        painter.setPen(QColor(tokens().text))
        words = rect.adjusted(space(16) + 2 * radius + space(8), 0, 0, 0)
        width = option.fontMetrics.horizontalAdvance(text)
        if index.data(Role.IS_EXCLUDED):
            painter.setPen(QPen(QColor(tokens().dim), 1.0))
            painter.drawLine(QPointF(words.left() - 2, middle), QPointF(words.left() + width + 2, middle))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if index.data(Role.IS_STARRED):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens().dim))
            painter.drawPolygon(star(QPointF(rect.right() - radius - space(4), middle), radius))
        is_best = index.data(Role.IS_BEST)
        if is_best or index.data(Role.IS_EXPECTED):
            painter.setPen(QPen(QColor(tokens().outer), 1.2))
            painter.setBrush(QColor(tokens().outer) if is_best else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(star(QPointF(words.left() + width + space(6) + radius, middle), radius * 1.2))
        painter.restore()
