"""The table of a data set's columns, with what is noted of each."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gui.base.theme import font_dim, font_text, space
from gui.delegates.column_cells import ColumnCells
from gui.item_models.columns import HEADINGS, KIND, NOTED, PREDICT, USE, ColumnsModel
from gui.views.rows_table import style_table

WEIGHTS = (7, 5, 19, 11, 12, 9, 12, 13, 17)  # of the columns' widths, as drawn
MOST_ROWS, MOST_WITH_NOTES = 12, 15  # seen without scrolling, as drawn
KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ColumnsTable(QTableView):
    """One row a column: Space or a click on the round mark chooses the target, Enter or a click on the kind edits.

    A tick says whether the column is used; where several rows are selected, Space or a click on one of their ticks
    turns all of them. Notes stand under their column; Enter, Space or a click on its button does what a note offers.
    Signal ``fitted`` says that other rows are shown.
    """

    fitted = Signal()

    def __init__(self, model: ColumnsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_columns")
        self.setAccessibleName("Columns of the table")
        self._model = model
        self.setModel(model)
        self._cells = ColumnCells(self)
        self.setItemDelegate(self._cells)
        style_table(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.verticalHeader().hide()
        self.viewport().setMouseTracking(True)
        self._kept: tuple[str, int, tuple[str, ...]] = ("", 0, ())
        self._wanted = ""
        self._is_whole = False
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._fit)
        self.clicked.connect(self._on_clicked)
        self._fit()

    @property
    def is_cut(self) -> bool:
        """Whether not all rows have room at once."""
        return self._is_cut

    @Slot(str)
    def show_matching(self, text: str) -> None:
        """Show only columns that have ``text`` in their name."""
        self._wanted = text.strip().casefold()
        self._fit()

    @Slot(bool)
    def show_whole(self, is_whole: bool) -> None:
        """Whether the table is as tall as all of its rows."""
        self._is_whole = is_whole
        self._fit()

    @Slot()
    def _fit(self) -> None:
        height = QFontMetrics(font_text()).height() + space(10)
        note_height = QFontMetrics(font_dim()).height() + space(8)
        self.verticalHeader().setDefaultSectionSize(height)
        self.clearSpans()
        rows = range(self._model.rowCount())
        shown = [row for row in rows if self._wanted in self._model.column_at(row).name.casefold()]
        for row in rows:
            self.setRowHidden(row, False)
        noted = [row for row in rows if self._model.note_at(row) is not None]
        for row in noted:
            self.setSpan(row, NOTED, 1, len(HEADINGS) - NOTED)
            self.setRowHeight(row, note_height)
        for row in set(rows) - set(shown):
            self.setRowHidden(row, True)
        notes = len(set(noted) & set(shown))
        wanted = max(1, len(shown) - notes) * height + notes * note_height
        most = (MOST_WITH_NOTES if noted else MOST_ROWS) * height
        self._is_cut = wanted > most
        tall = wanted if self._is_whole else min(most, wanted)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + tall + 2)
        self._find_place()
        self.fitted.emit()

    @Slot()
    def _keep_place(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            name = self._model.column_at(current.row()).name
            selected = tuple(self._model.column_at(row).name for row in self._selected())
            self._kept = (name, self.verticalScrollBar().value(), selected)

    def _find_place(self) -> None:
        """Have the cursor and the selected rows in the same columns as before the table was shown anew."""
        name, scrolled, selected = self._kept
        row = self._model.row_of(name) if name else None
        if row is not None and not self.currentIndex().isValid():
            places = [self._model.row_of(one) for one in selected if len(selected) > 1]
            choice, whole = self.selectionModel(), QItemSelectionModel.SelectionFlag.Rows
            with QSignalBlocker(choice):
                self.setCurrentIndex(self._model.index(row, KIND))
                for place in places:
                    if place is not None:
                        choice.select(self._model.index(place, 0), whole | QItemSelectionModel.SelectionFlag.Select)
            self.verticalScrollBar().setValue(scrolled)

    @Slot()
    def show_next_note(self) -> None:
        """Bring the next note below the cursor into view, from the top again after the last one."""
        rows = range(self._model.rowCount())
        noted = [row for row in rows if self._model.note_at(row) is not None and not self.isRowHidden(row)]
        if noted:
            at = self.currentIndex().row()
            row = next((row for row in noted if row > at), noted[0])
            self.setCurrentIndex(self._model.index(row, NOTED))
            self.scrollTo(self._model.index(max(0, row - 1), NOTED))
            self.scrollTo(self._model.index(row, NOTED))
            self.setFocus()

    def _selected(self) -> list[int]:
        """The rows of columns that are selected and seen."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [row for row in rows if self._model.note_at(row) is None and not self.isRowHidden(row)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        room, whole = self.viewport().width(), sum(WEIGHTS)
        for place, weight in enumerate(WEIGHTS):
            self.setColumnWidth(place, max(space(40), room * weight // whole))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the tick of one of several selected rows keeps them selected, and turns all of them."""
        index = self.indexAt(event.position().toPoint())
        several = self._selected()
        if index.column() == USE and len(several) > 1 and index.row() in several and not event.modifiers():
            self._turn(several, index.row())
            event.accept()
        else:
            super().mousePressEvent(event)

    def _turn(self, rows: list[int], first: int) -> None:
        """Use all of some columns, or none, as the one in row ``first`` is not."""
        self._model.ask_use([first, *(row for row in rows if row != first)])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits the kind of the current row wherever the cursor is in it; Space chooses the target, or ticks."""
        index = self.currentIndex()
        several = self._selected()
        if self.state() == QAbstractItemView.State.EditingState:
            event.accept()  # Enter in an editor comes on to the table; the editor has taken it already
        elif event.key() == Qt.Key.Key_Space and len(several) > 1:
            self._turn(several, index.row() if index.row() in several else several[0])
        elif index.isValid() and self._model.note_at(index.row()) is not None and event.key() in KEYS:
            self._model.act(index.row())
        elif index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setCurrentIndex(index.siblingAtColumn(KIND))
            if self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(self.currentIndex())
        elif index.isValid() and event.key() == Qt.Key.Key_Space and index.column() == USE:
            self._model.ask_use([index.row()])
        elif index.isValid() and event.key() == Qt.Key.Key_Space:
            self._model.setData(index.siblingAtColumn(PREDICT), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _on_clicked(self, index: object) -> None:
        current = self.currentIndex()
        is_kind = (
            current.flags() & Qt.ItemFlag.ItemIsEditable
            and current.column() == KIND
            and self._model.note_at(current.row()) is None
        )
        if is_kind and len(self._selected()) == 1 and self.state() is not self.State.EditingState:
            self.edit(current)
