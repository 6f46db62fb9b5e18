"""How the cells of a search space are drawn and edited."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.base.choice_box import ChoiceBox
from gui.base.theme import blend, font_text, selected_colour, space, tokens
from gui.item_models.space import Role, SpaceModel
from gui.item_models.space_text import KINDS, SCALES

Index = QModelIndex | QPersistentModelIndex
LOCKED = 0.55  # opacity of what cannot be changed now
LISTS = {"kind": KINDS, "scale": SCALES}


class SpaceCells(QStyledItemDelegate):
    """Draws a cell in the upper part of its row: below it the table writes why a row is wrong."""

    def __init__(self, row_height: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._row_height = row_height

    # -- drawing -----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        colours = tokens()
        painter.save()
        painter.setFont(font_text())
        box = QRect(option.rect)
        if not option.state & QStyle.StateFlag.State_Enabled:
            painter.setOpacity(LOCKED)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(selected_colour()))
        cell = QRect(box.left(), box.top(), box.width(), min(box.height(), self._row_height))
        inner = cell.adjusted(space(8), 0, -space(8), 0)
        bars, chips, problem = index.data(Role.BARS), index.data(Role.CHIPS), index.data(Role.PROBLEM)
        if bars:
            self._draw_bars(painter, inner, bars)
        elif chips is not None:
            self._draw_chips(painter, inner, chips)
        else:
            self._draw_text(painter, inner, index, bool(problem))
        if problem:
            line = QRectF(cell.left() + space(4), cell.bottom() - space(2), cell.width() - space(8), max(2, space(2)))
            painter.fillRect(line, QColor(colours.bad))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.text), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(cell).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.restore()

    def _draw_text(self, painter: QPainter, room: QRect, index: Index, is_wrong: bool) -> None:
        colours = tokens()
        field = index.data(Role.FIELD)
        colour = colours.bad if is_wrong else colours.outer if field == "name" else colours.text
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if field == "when" and text:
            text = f"when {text}"
        if field in {"kind", "scale", "when"} and not is_wrong:
            colour = colours.text if field == "kind" else colours.dim
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font_text()).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, index.data(Qt.ItemDataRole.TextAlignmentRole), shown)

    def _draw_chips(self, painter: QPainter, room: QRect, chips: tuple[str, ...]) -> None:
        colours, metrics = tokens(), QFontMetrics(font_text())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, height = room.left(), metrics.height() + space(3)
        for place, chip in enumerate(chips):
            width = metrics.horizontalAdvance(chip) + space(12)
            rest = len(chips) - place
            more = f"+{rest}"
            needed = width if rest == 1 else width + space(4) + metrics.horizontalAdvance(more)
            if left + needed > room.right() and place:
                painter.setPen(QColor(colours.dim))
                painter.drawText(room.adjusted(left - room.left(), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, more)
                return
            box = QRectF(left + 0.5, room.center().y() - height / 2 + 0.5, min(width, room.width()), height)
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.setBrush(QColor(colours.card))
            painter.drawRoundedRect(box, space(4), space(4))
            painter.setPen(QColor(colours.text))
            shown = metrics.elidedText(chip, Qt.TextElideMode.ElideRight, round(box.width()) - space(6))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
            left += width + space(4)

    def _draw_bars(self, painter: QPainter, room: QRect, bars: tuple[float, ...]) -> None:
        colour = QColor(blend(tokens().outer, tokens().card, 0.55))
        height = self._row_height - space(12)
        slot = room.width() / len(bars)
        width = max(1.0, min(slot - 1.0, space(6)))
        bottom = room.top() + (self._row_height + height) / 2
        for place, bar in enumerate(bars):
            tall = max(1.0, bar * height)
            left = room.left() + place * slot + (slot - width) / 2
            painter.fillRect(QRectF(left, bottom - tall, width, tall), colour)

    # -- editing -----------------------------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A list where there are two or three things to choose from, else a line."""
        field = index.data(Role.FIELD)
        if field in LISTS:
            combo = ChoiceBox(parent)
            combo.addItems(LISTS[field])
            combo.activated.connect(self._on_activated)
            editor: QWidget = combo
        else:
            line = QLineEdit(parent)
            line.setProperty("cell", QPersistentModelIndex(index))
            line.textEdited.connect(self._on_text_edited)
            if field in {"low", "high", "step"}:
                line.setAlignment(Qt.AlignmentFlag.AlignRight)
            editor = line
        editor.setObjectName(f"editor_{field}")
        editor.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the cell's text; what is being typed is never replaced."""
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentText(text)
        elif isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Ask the model for the edit."""
        assert isinstance(model, SpaceModel)
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())
        elif isinstance(editor, QLineEdit) and editor.isModified():
            model.setData(index, editor.text())
        else:
            model.forget_text()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Only over the cell, not over the reason below it; lists may be wider than their cell."""
        box = QRect(option.rect)
        box.setHeight(min(box.height(), self._row_height))
        box.setWidth(max(box.width(), editor.minimumSizeHint().width()))
        editor.setGeometry(box)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        editor = self.sender()
        if isinstance(editor, QLineEdit):
            index = editor.property("cell")
            if index.isValid() and isinstance(index.model(), SpaceModel):
                index.model().try_text(index, text)

    @Slot(int)
    def _on_activated(self, place: int) -> None:
        editor = self.sender()
        if isinstance(editor, QComboBox):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)
