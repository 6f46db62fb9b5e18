"""The table of a search space: as high as its rows, with reasons under the rows that are wrong."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.base.theme import font_dim, font_text, space, tokens
from gui.delegates.space_cells import SpaceCells
from gui.item_models.space import FIELDS, SpaceModel

ROOMS = {"kind": "categorical", "low": "0.00001", "high": "0.00001", "scale": "linear", "step": "0.25"}
"""What the narrow columns must hold; they are no wider than that."""

WEIGHTS = {"name": 21, "choices": 29, "when": 38, "samples": 12}
"""How the other columns share the rest."""
KIND = FIELDS.index("kind")
EDIT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class SpaceTable(QTableView):
    """Signals for keys that concern whole rows: ``add_asked``, ``remove_asked``, ``duplicate_asked``, ``copy_asked``,
    ``paste_asked``. Enter or F2 edits a cell, Delete removes rows, Insert adds one, Tab leaves the table.
    """

    add_asked = Signal()
    remove_asked = Signal()
    duplicate_asked = Signal()
    copy_asked = Signal()
    paste_asked = Signal()

    def __init__(self, model: SpaceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_space")
        self.setAccessibleName("Search space")
        self._row_height = QFontMetrics(font_text()).height() + space(12)
        self._reason_height = QFontMetrics(font_dim()).height() + space(6)
        self.setModel(model)
        self._model = model
        self._cells = SpaceCells(self._row_height, self)
        self._cells.closeEditor.connect(self._on_editor_closed)
        self.setItemDelegate(self._cells)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(self._row_height)
        header = self.horizontalHeader()
        header.setFont(font_dim())
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(space(40))
        model.modelReset.connect(self._fit)
        model.problems_changed.connect(self._fit)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self._fit()
        self.setMinimumWidth(sum(self._least_widths().values()) + space(80))

    def selected_names(self) -> list[str]:
        """The names of the selected rows, else of the current one."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        if not rows and self.currentIndex().isValid():
            rows = [self.currentIndex().row()]
        return [self._model.name_at(row) for row in rows]

    def show_name(self, name: str, edit: bool = False) -> None:
        """Select a row, and begin to edit its name."""
        index = self._model.index(self._model.row_of(name), 0)
        self.setCurrentIndex(index)
        self.setFocus()
        if edit:
            self.edit(index)

    @Slot()
    def _fit(self) -> None:
        """Give every row its height, and the table that of its rows."""
        total = self.horizontalHeader().sizeHint().height() + 2
        for row in range(self._model.rowCount()):
            height = self._row_height + (self._reason_height if self._model.reason(row) else 0)
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)
            total += height
        self.setFixedHeight(total)
        self.viewport().update()

    def _least_widths(self) -> dict[str, int]:
        """What each column needs for its title and its usual content."""
        metrics = QFontMetrics(font_text())
        widths = {}
        for place, field in enumerate(FIELDS):
            title = str(self._model.headerData(place, Qt.Orientation.Horizontal))
            needed = max(metrics.horizontalAdvance(title), metrics.horizontalAdvance(ROOMS.get(field, "")))
            widths[field] = needed + space(18)
        return widths

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the narrow columns what they need, and share the rest among the others."""
        super().resizeEvent(event)
        widths = self._least_widths()
        rest = self.viewport().width() - sum(widths[field] for field in ROOMS)
        whole = sum(WEIGHTS.values())
        for place, field in enumerate(FIELDS):
            shared = rest * WEIGHTS[field] // whole if field in WEIGHTS else 0
            self.setColumnWidth(place, max(widths[field], shared))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells, then the reasons under their rows."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setFont(font_dim())
        painter.setPen(QColor(tokens().bad))
        left = self.columnViewportPosition(KIND) + space(8)
        for row in range(self._model.rowCount()):
            reason = self._model.reason(row)
            if reason:
                top = self.rowViewportPosition(row) + self._row_height
                room = self.viewport().width() - left - space(8)
                shown = painter.fontMetrics().elidedText(reason, Qt.TextElideMode.ElideRight, room)
                painter.drawText(left, top + painter.fontMetrics().ascent(), shown)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys for whole rows; the rest moves and edits as in every table."""
        asked = self._asked_by(event)
        if asked is not None:
            asked.emit()
        elif self.state() == QAbstractItemView.State.EditingState:
            event.accept()  # Enter in an editor comes on to the table; the editor has taken it already
        elif event.key() in EDIT_KEYS and self.currentIndex().isValid():
            if self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:  # Qt complains on the terminal of any other
                self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _asked_by(self, event: QKeyEvent) -> SignalInstance | None:
        if event.matches(QKeySequence.StandardKey.Copy):
            return self.copy_asked
        if event.matches(QKeySequence.StandardKey.Paste):
            return self.paste_asked
        if event.key() == Qt.Key.Key_Delete:
            return self.remove_asked
        if event.key() == Qt.Key.Key_Insert:
            return self.add_asked
        if event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            return self.duplicate_asked
        return None

    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()

    @Slot(QWidget, QAbstractItemDelegate.EndEditHint)
    def _on_editor_closed(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        if hint == QAbstractItemDelegate.EndEditHint.RevertModelCache:
            self._model.forget_text()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Let a half-typed text that was left behind go."""
        if self.state() is not QAbstractItemView.State.EditingState:
            self._model.forget_text()
