"""How the rows of a table's columns are drawn and edited: a mark for the target, ticks, bars, kinds, notes."""

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
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.base.choice_box import ChoiceBox
from gui.base.icons import icon
from gui.base.theme import blend, font_dim, font_strong, font_text, hover_colour, selected_colour, space, tokens
from gui.item_models import columns
from gui.item_models.column_notes import Note
from gui.item_models.columns import KINDS, NOTED, ColumnsModel, Role

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
        bars, note = index.data(Role.BARS), index.data(Role.NOTE)
        if note is not None:
            if index.column() == NOTED:
                self._draw_note(painter, box, note, bool(option.state & QStyle.StateFlag.State_MouseOver))
        elif index.column() == columns.PREDICT:
            self._draw_mark(painter, box, bool(index.data(Role.IS_TARGET)))
        elif index.column() == columns.USE:
            self._draw_tick(painter, box, index.data(Qt.ItemDataRole.CheckStateRole))
        elif index.data(Role.TELLING) is not None:
            self._draw_telling(painter, box.adjusted(space(8), 0, -space(4), 0), index)
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

    def _draw_tick(self, painter: QPainter, box: QRect, state: Qt.CheckState | None) -> None:
        """A square that is ticked where the column is used; nothing where nobody can choose."""
        if state is None:
            return
        colours, side = tokens(), space(13)
        square = QRectF(box.center().x() - side / 2 + 1, box.center().y() - side / 2 + 1, side, side)
        is_used = state == Qt.CheckState.Checked
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.text if is_used else colours.dim), 1.2 if is_used else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(square, space(3), space(3))
        if is_used:
            painter.setPen(QPen(QColor(colours.text), 1.6))
            at = [(0.24, 0.52), (0.44, 0.72), (0.78, 0.3)]
            painter.drawPolyline([QPointF(square.left() + x * side, square.top() + y * side) for x, y in at])

    def _draw_telling(self, painter: QPainter, room: QRect, index: Index) -> None:
        """A bar as long as the share of the target that the column tells by itself, and the share in percent."""
        colours, telling = tokens(), index.data(Role.TELLING)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        metrics = QFontMetrics(font_dim())
        whole = max(0, min(space(60), room.width() - metrics.horizontalAdvance("99.9 %") - space(6)))
        wide, tall = telling.share * whole, space(7)
        colour = QColor(colours.bad if telling.is_leak else colours.inner)
        if not index.data(Role.IS_USED):
            colour.setAlphaF(0.5)
        painter.fillRect(QRectF(room.left(), room.center().y() - tall / 2 + 1, max(1.0, wide), tall), colour)
        painter.setFont(font_dim())
        painter.setPen(QColor(colours.bad if telling.is_leak else colours.dim))
        room = room.adjusted(int(wide) + space(6), 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_note(self, painter: QPainter, box: QRect, note: Note, is_under_mouse: bool) -> None:
        colours = tokens()
        side = space(13)
        sign = "warning" if note.is_caution else "minus-circle"
        icon(sign, "text" if note.is_caution else "dim").paint(
            painter, box.left() + space(8), box.center().y() - side // 2 + 1, side, side
        )
        painter.setFont(font_dim())
        button = _button_box(box, note)
        end = button.left() if note.verb else box.right()
        room = QRect(box).adjusted(space(8) + side + space(6), 0, 0, 0)
        room.setRight(end - space(12))
        metrics = QFontMetrics(font_dim())
        painter.setPen(QColor(colours.dim))
        shown = metrics.elidedText(" ".join(note.sentence.split()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        if note.verb:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.setBrush(QColor(hover_colour() if is_under_mouse else colours.card))
            painter.drawRoundedRect(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5), space(4), space(4))
            painter.setPen(QColor(colours.text))
            painter.drawText(button, Qt.AlignmentFlag.AlignCenter, note.verb)

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
        combo = ChoiceBox(parent)
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
        """A click in the first cell, or Space, chooses the target; one on a note's button does what it says."""
        pressed = event.type() == QEvent.Type.MouseButtonRelease
        note = index.data(Role.NOTE)
        if note is not None:
            inside = pressed and isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton
            if inside and note.verb and _button_box(option.rect, note).contains(event.position().toPoint()):  # type: ignore[attr-defined]
                return isinstance(model, ColumnsModel) and model.act(index.row())
            return False
        space_key = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space  # type: ignore[attr-defined]
        if index.column() == columns.USE and (pressed or space_key):
            return isinstance(model, ColumnsModel) and model.ask_use([index.row()])
        if index.column() == columns.PREDICT and (pressed or space_key):
            return model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
        return super().editorEvent(event, model, option, index)

    @Slot(int)
    def _on_activated(self, place: int) -> None:
        editor = self.sender()
        if isinstance(editor, QComboBox):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)


def _button_box(box: QRect, note: Note) -> QRect:
    """Where the button of a note is, at the right end of its row."""
    metrics = QFontMetrics(font_dim())
    width, height = metrics.horizontalAdvance(note.verb) + space(16), metrics.height() + space(4)
    return QRect(box.right() - space(8) - width, box.top() + (box.height() - height) // 2, width, height)
