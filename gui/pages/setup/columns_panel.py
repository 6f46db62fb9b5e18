"""The columns of a table, or its first rows in their place, with what finds and shows more of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.base.theme import space
from gui.item_models.column_notes import LEARNED
from gui.item_models.columns import ColumnsModel
from gui.item_models.preview import PreviewModel
from gui.pages.setup.columns_table import ColumnsTable
from gui.views.rows_table import RowsTable

FOUND_FROM = 13  # of fewer columns none has to be looked for


class ColumnsPanel(QWidget):
    """``columns`` is the model of the table, whose signals carry what is asked of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnsModel(self)
        self._preview = PreviewModel(self)
        self._find = QLineEdit(self)
        self._find.setObjectName("edit_find_column")
        self._find.setAccessibleName("Find a column")
        self._find.setPlaceholderText("Find a column")
        self._find.setClearButtonEnabled(True)
        self._find.setMaximumWidth(space(220))
        self._table = ColumnsTable(self.columns, self)
        self._rows = RowsTable(self._preview, self)
        self._toggle = self._sentence_button("button_show_rows", checkable=True)
        self._whole = self._sentence_button("button_show_columns", checkable=True)
        self._next_note = self._sentence_button("button_next_note", "Go to the next note")
        self._build_ui()
        self._find.textChanged.connect(self._table.show_matching)
        self._whole.toggled.connect(self._table.show_whole)
        self._toggle.toggled.connect(self._show_which)
        self._next_note.clicked.connect(self._table.show_next_note)
        self._table.fitted.connect(self._show_ways)
        self._show_which(False)

    def _sentence_button(self, name: str, text: str = "", checkable: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setProperty("shape", "sentence")
        button.setAutoDefault(False)
        button.setCheckable(checkable)
        return button

    def _build_ui(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(8))
        column.addWidget(self._find, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._table)
        column.addWidget(self._rows)
        under = QHBoxLayout()
        under.setSpacing(space(24))
        for button in (self._whole, self._toggle, self._next_note):
            under.addWidget(button)
        under.addStretch(1)
        column.addLayout(under)

    def show_table(self, info: Any, values: Sequence[Any] = (), preview: Sequence[Any] = ()) -> None:
        """Show what an inspection found, nothing where ``info`` is *None*."""
        columns = () if info is None else info.columns
        self.columns.show_columns(columns, 0 if info is None else info.rows, () if info is None else info.cautions)
        names = tuple(column.name for column in columns)
        self._preview.show_rows(names, values, [column.kind for column in columns], preview)
        if len(names) < FOUND_FROM:
            self._find.clear()
        self._show_ways()

    def show_tellings(self, tellings: Mapping[str, object]) -> None:
        """Show what each column tells of the target."""
        self.columns.show_tellings(tellings)

    def learned(self, names: Sequence[str]) -> int:
        """How many of some columns are learned from."""
        return sum(self.columns.kind_of(name) in LEARNED for name in names)

    def bring(self, name: str) -> None:
        """Bring a column's row into view, which a table does only while it is shown."""
        row = self.columns.row_of(name)
        if row is not None:
            self._table.scrollTo(self.columns.index(row, 0))

    @Slot()
    def _show_ways(self) -> None:
        """What is offered besides the table, as far as there is a need."""
        shows_rows, count = self._toggle.isChecked(), self.columns.column_count
        is_whole = self._whole.isChecked()
        self._find.setVisible(count >= FOUND_FROM and not shows_rows)
        self._whole.setVisible(self._table.is_cut and not shows_rows)
        self._whole.setText("Show fewer columns at once" if is_whole else f"Show all {count:,} columns at once")
        self._whole.setAccessibleName(self._whole.text())
        hidden = self._table.is_cut and self.columns.has_notes
        self._next_note.setVisible(hidden and not shows_rows)

    @Slot(bool)
    def _show_which(self, rows: bool) -> None:
        self._rows.setVisible(rows)
        self._table.setVisible(not rows)
        self._toggle.setText("Show columns and their kinds" if rows else "Show the first rows")
        self._toggle.setAccessibleName(self._toggle.text())
        self._show_ways()
