"""The mark of a trial's state, the same in every view, and the cell that shows it beside the trial's number."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF, QStaticText
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.trials import State
from gui.base.star import star
from gui.base.text import laid_out
from gui.base.theme import font_strong, hover_colour, space, tokens

if TYPE_CHECKING:
    from gui.item_models.trials import TrialsModel

MOST_TEXTS = 4000  # far more than any screen shows


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
    """A plain cell: text with air on both sides, no focus frame, the whole row marked where it is selected.

    Texts are laid out once and kept, because a table is painted many times a second while trials run.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts: dict[tuple[str, bool, int], tuple[QStaticText, float, float]] = {}
        self._fonts: tuple[QFont, QFont] | None = None
        self._air = 0

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground and text."""
        self.paint_ground(painter, option)
        cell = cast("TrialsModel", index.model()).cell(index)
        if cell.text:
            self.follow(option.font)
            rect, air = option.rect, self._air
            text, width, height = self.laid_out(cell.text, rect.width() - 2 * air, cell.is_strong)
            painter.setFont(self.font(is_strong=cell.is_strong))
            painter.setPen(colour(getattr(tokens(), cell.token)))
            left = rect.x() + air if cell.is_text else rect.x() + rect.width() - air - width
            painter.drawStaticText(QPointF(left, rect.y() + (rect.height() - height) / 2), text)

    def follow(self, font: QFont) -> None:
        """Lay texts out anew where the font is another one."""
        if self._fonts is None or font != self._fonts[0] or len(self._texts) > MOST_TEXTS:
            self._fonts, self._air = (QFont(font), font_strong()), space(8)
            self._texts.clear()

    def font(self, *, is_strong: bool) -> QFont:
        """The font of a cell."""
        assert self._fonts is not None, "follow a font first"
        return self._fonts[is_strong]

    def laid_out(self, text: str, room: int, is_strong: bool = False) -> tuple[QStaticText, float, float]:
        """A text as it fits into ``room``, with its width and height."""
        found = self._texts.get((text, is_strong, room))
        if found is None:
            chosen = self.font(is_strong=is_strong)
            fitting = QFontMetrics(chosen).elidedText(text, Qt.TextElideMode.ElideRight, room)
            made = laid_out(fitting, chosen)
            size = made.size()
            found = self._texts[text, is_strong, room] = (made, size.width(), size.height())
        return found

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """The background of a cell that draws its own foreground."""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colour(hover_colour()))


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
        number, mark = cast("TrialsModel", index.model()).mark(index)
        rect, radius = QRectF(option.rect), space(5)
        middle = rect.center().y()
        place = QPointF(rect.left() + space(16) + radius, middle)
        paint_mark(painter, place, mark.state, radius, mark.share, is_broken=mark.is_broken)
        left = place.x() + radius + space(8)
        self.follow(option.font)
        text, width, height = self.laid_out(str(number), option.rect.width())
        painter.setFont(option.font)
        painter.setPen(colour(tokens().text))
        painter.drawStaticText(QPointF(left, middle - height / 2), text)
        if mark.is_excluded:
            painter.setPen(QPen(colour(tokens().dim), 1.0))
            painter.drawLine(QPointF(left - 2, middle), QPointF(left + width + 2, middle))
        if mark.is_starred:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(tokens().dim))
            painter.drawPolygon(star(QPointF(rect.right() - radius - space(4), middle), radius))
        if mark.is_best or mark.is_expected:
            painter.setPen(QPen(colour(tokens().outer), 1.2))
            painter.setBrush(colour(tokens().outer) if mark.is_best else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(star(QPointF(left + width + space(6) + radius, middle), radius * 1.2))
        painter.restore()


@cache
def colour(token: str) -> QColor:
    """A colour of the theme."""
    return QColor(token)
