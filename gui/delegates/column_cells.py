"""How the rows of a table's columns are drawn and edited: a round mark for the target, bars, a list of kinds."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.base.theme import blend, font_strong, font_text, selected_colour, space, tokens
from gui.item_models import columns
from gui.item_models.columns import KINDS, Role

Index = QModelIndex | QPersistentModelIndex
LOCKED = 0.55  # opacity of what cannot be changed now


class ColumnCells(QStyledItemDelegate):
    """Draws cells of a :class:`gui.item_models.columns.ColumnsModel`."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        painter.save()
        box = QRect(option.rect)
        if not option.state & QStyle.StateFlag.State_Enabled:
            painter.setOpacity(LOCKED)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(selected_colour()))
        bars = index.data(Role.BARS)
        if index.column() == columns.PREDICT:
            self._draw_mark(painter, box, bool(index.data(Role.IS_TARGET)))
        elif bars:
            self._draw_bars(painter, box.adjusted(space(8), space(5), -space(8), -space(5)), bars)
        else:
            self._draw_text(painter, box.adjusted(space(8), 0, -space(8), 0), index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(tokens().text), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.restore()

    def _draw_mark(self, painter: QPainter, box: QRect, is_target: bool) -> None:
        colours = tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre, radius = QPointF(box.center()) + QPointF(0.5, 0.5), space(6)
        painter.setPen(QPen(QColor(colours.text if is_target else colours.dim), 1.2 if is_target else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)
        if is_target:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.text))
            painter.drawEllipse(centre, radius * 0.5, radius * 0.5)

    def _draw_text(self, painter: QPainter, room: QRect, index: Index) -> None:
        colours = tokens()
        is_name = index.column() == columns.NAME
        font = font_strong() if is_name and index.data(Role.IS_TARGET) else font_text()
        dim = not index.data(Role.IS_USED) or index.column() in (columns.EXAMPLES, columns.DISTINCT)
        colour = colours.dim if dim else colours.text
        painter.setFont(font)
        painter.setPen(QColor(colour))
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, index.data(Qt.ItemDataRole.TextAlignmentRole), shown)

    def _draw_bars(self, painter: QPainter, room: QRect, bars: tuple[int, ...]) -> None:
        colours = tokens()
        colour = QColor(blend(colours.inner, colours.card, 0.5))
        slot = min(room.width() / len(bars), space(14))
        top = max(bars)
        for place, count in enumerate(bars):
            tall = max(1.0, count / top * room.height())
            left = room.left() + place * slot
            painter.fillRect(QRectF(left, room.bottom() + 1 - tall, max(1.0, slot - 1), tall), colour)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The list of kinds."""
        combo = QComboBox(parent)
        combo.setObjectName("editor_kind")
        combo.setAccessibleName("Kind of the column")
        combo.addItems(KINDS)
        combo.activated.connect(self._on_activated)
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the present kind."""
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Ask the model for the kind."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """As wide as its longest entry."""
        box = QRect(option.rect)
        box.setWidth(max(box.width(), editor.minimumSizeHint().width()))
        editor.setGeometry(box)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click anywhere in the first cell, or Space, chooses the target."""
        pressed = event.type() == QEvent.Type.MouseButtonRelease
        space_key = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space  # type: ignore[attr-defined]
        if index.column() == columns.PREDICT and (pressed or space_key):
            return model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
        return super().editorEvent(event, model, option, index)

    @Slot(int)
    def _on_activated(self, place: int) -> None:
        editor = self.sender()
        if isinstance(editor, QComboBox):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)
