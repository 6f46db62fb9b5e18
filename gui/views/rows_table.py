"""A look at a table's first rows, and how every table of the setup is styled."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.base.theme import font_dim, font_text, space
from gui.item_models.preview import PreviewModel

MOST_ROWS = 9  # seen without scrolling: a guess


class RowsTable(QTableView):
    """The first rows of a table, read only."""

    def __init__(
        self, model: PreviewModel, parent: QWidget | None = None, name: str = "table_rows", rows: int = MOST_ROWS
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._shown = rows
        self.setAccessibleName("First rows of the table")
        self.setModel(model)
        style_table(self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        height = QFontMetrics(font_text()).height() + space(10)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setDefaultSectionSize(space(110))
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        model.modelReset.connect(self._fit)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        rows = self._shown * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + space(12))


def style_table(table: QTableView) -> None:
    """Give a table the looks and manners that all of them have."""
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
