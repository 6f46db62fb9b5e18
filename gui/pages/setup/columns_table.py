"""The table of a data set's columns, with what is noted of each."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gui.base.theme import font_dim, font_text, space
from gui.delegates.column_cells import ColumnCells
from gui.item_models.columns import HEADINGS, KIND, NOTED, PREDICT, ColumnsModel
from gui.views.rows_table import MOST_ROWS, dress

WEIGHTS = (7, 22, 13, 11, 10, 15, 32)
MOST_WITH_NOTES = 15
KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ColumnsTable(QTableView):
    """One row a column: Space or a click on the round mark chooses the target, Enter or a click on the kind edits.

    Notes stand under their column; Enter, Space or a click on its button does what a note offers.
    """

    def __init__(self, model: ColumnsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_columns")
        self.setAccessibleName("Columns of the table")
        self._model = model
        self.setModel(model)
        self._cells = ColumnCells(self)
        self.setItemDelegate(self._cells)
        dress(self)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.verticalHeader().hide()
        self.viewport().setMouseTracking(True)
        self._kept = ("", 0)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._fit)
        self.clicked.connect(self._on_clicked)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        height = QFontMetrics(font_text()).height() + space(10)
        note_height = QFontMetrics(font_dim()).height() + space(8)
        self.verticalHeader().setDefaultSectionSize(height)
        self.clearSpans()
        noted = [row for row in range(self._model.rowCount()) if self._model.note_at(row) is not None]
        for row in noted:
            self.setSpan(row, NOTED, 1, len(HEADINGS) - NOTED)
            self.setRowHeight(row, note_height)
        plain = self._model.rowCount() - len(noted)
        most = (MOST_WITH_NOTES if noted else MOST_ROWS) * height
        shown = min(most, max(1, plain) * height + len(noted) * note_height)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown + 2)
        self._find_place()

    @Slot()
    def _keep_place(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            self._kept = (self._model.column_at(current.row()).name, self.verticalScrollBar().value())

    def _find_place(self) -> None:
        """Have the cursor in the same column of the table as before it was shown anew."""
        name, scrolled = self._kept
        row = self._model.row_of(name) if name else None
        if row is not None:
            with QSignalBlocker(self.selectionModel()):
                self.setCurrentIndex(self._model.index(row, KIND))
            self.verticalScrollBar().setValue(scrolled)

    @Slot()
    def show_next_note(self) -> None:
        """Bring the next note below the cursor into view, from the top again after the last one."""
        noted = [row for row in range(self._model.rowCount()) if self._model.note_at(row) is not None]
        if noted:
            at = self.currentIndex().row()
            row = next((row for row in noted if row > at), noted[0])
            self.setCurrentIndex(self._model.index(row, NOTED))
            self.scrollTo(self._model.index(max(0, row - 1), NOTED))
            self.scrollTo(self._model.index(row, NOTED))
            self.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        room, whole = self.viewport().width(), sum(WEIGHTS)
        for place, weight in enumerate(WEIGHTS):
            self.setColumnWidth(place, max(space(40), room * weight // whole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits the kind of the current row wherever the cursor is in it; Space chooses the target."""
        index = self.currentIndex()
        if index.isValid() and self._model.note_at(index.row()) is not None and event.key() in KEYS:
            self._model.act(index.row())
        elif self.state() == QAbstractItemView.State.EditingState:
            event.accept()  # Enter in an editor comes on to the table; the editor has taken it already
        elif index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setCurrentIndex(index.siblingAtColumn(KIND))
            self.edit(self.currentIndex())
        elif index.isValid() and event.key() == Qt.Key.Key_Space:
            self._model.setData(index.siblingAtColumn(PREDICT), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _on_clicked(self, index: object) -> None:
        current = self.currentIndex()
        is_kind = current.isValid() and current.column() == KIND and self._model.note_at(current.row()) is None
        if is_kind and self.state() is not self.State.EditingState:
            self.edit(current)
