"""The table of a data set's columns, and a look at its first rows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.base.theme import font_dim, font_text, space
from gui.delegates.column_cells import ColumnCells
from gui.item_models.columns import KIND, PREDICT, ColumnsModel
from gui.item_models.preview import PreviewModel

WEIGHTS = (7, 22, 13, 11, 10, 15, 32)
MOST_ROWS = 9


class ColumnsTable(QTableView):
    """One row a column: Space or a click on the round mark chooses the target, Enter or a click on the kind edits."""

    def __init__(self, model: ColumnsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_columns")
        self.setAccessibleName("Columns of the table")
        self._model = model
        self.setModel(model)
        self._cells = ColumnCells(self)
        self.setItemDelegate(self._cells)
        _dress(self)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.verticalHeader().hide()
        model.modelReset.connect(self._fit)
        self.clicked.connect(self._on_clicked)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        height = QFontMetrics(font_text()).height() + space(10)
        self.verticalHeader().setDefaultSectionSize(height)
        shown = min(MOST_ROWS, max(1, self._model.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * height + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        room, whole = self.viewport().width(), sum(WEIGHTS)
        for place, weight in enumerate(WEIGHTS):
            self.setColumnWidth(place, max(space(40), room * weight // whole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits the kind of the current row wherever the cursor is in it; Space chooses the target."""
        index = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:
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
        if current.isValid() and current.column() == KIND and self.state() is not self.State.EditingState:
            self.edit(current)


class RowsTable(QTableView):
    """The first rows of the table, read only."""

    def __init__(self, model: PreviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_rows")
        self.setAccessibleName("First rows of the table")
        self.setModel(model)
        _dress(self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        height = QFontMetrics(font_text()).height() + space(10)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setDefaultSectionSize(space(110))
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + (MOST_ROWS) * height + 2)


def _dress(table: QTableView) -> None:
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setWordWrap(False)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = table.horizontalHeader()
    header.setFont(font_dim())
    header.setHighlightSections(False)
    header.setMinimumSectionSize(space(40))
