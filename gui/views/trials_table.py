"""The table of trials: one row each, the selected one shared with every other view."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QEnterEvent, QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from gui.base.help_button import TOPIC
from gui.base.text import caption, plain
from gui.base.theme import font_dim, font_strong, font_text, space
from gui.item_models.trials import TrialsModel
from gui.views.focus_ring import FocusRing
from gui.views.trials_header import TrialsHeader

MOST_BRUSHED = 2000  # rows that are marked because they are brushed elsewhere: nobody reads more
WIDTHS = {
    "trial": "000000 ★ ",
    "score": "0.00000 ",
    "loss": "0000000000",
    "steps": "10,000 ",
    "time": "10 min 00 s",
    "note": "a note of some words",
}


class TrialsTable(QTableView):
    """``table_trials``. Rows are selected as in any table; the current one is the trial that all views show.

    ``plain``, ``mark`` and ``line`` are the delegates of ordinary cells, of the trial's number and of its loss.
    No row moves while the mouse is over them or several are selected; new trials are put at the end until then.
    Signals: ``picked`` carries the trial a person chose by mouse or keys; ``menu_wanted`` a place of the screen where
    the menu of the selected trials is wanted; ``copy_wanted``; ``selected`` that other
    rows are selected; ``held`` that the order is held from now on, or no longer.
    """

    picked = Signal(object)
    menu_wanted = Signal(object)
    copy_wanted = Signal()
    selected = Signal()
    held = Signal()

    def __init__(
        self,
        model: TrialsModel,
        plain: QAbstractItemDelegate,
        mark: QAbstractItemDelegate,
        line: QAbstractItemDelegate,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("table_trials")
        self.setAccessibleName(self.tr("Trials"))
        self._model = model
        self._wanted: int | None = None
        self._left_out: frozenset[str] = frozenset()
        self._is_under_mouse = False
        self._settle = QTimer(self, singleShot=True, interval=0)  # never while the model changes
        self._settle.timeout.connect(self._hold)
        self.header = TrialsHeader(self)
        self.setHorizontalHeader(self.header)
        self.setModel(model)
        self.setItemDelegate(plain)
        self.setItemDelegateForColumn(0, mark)
        self.setItemDelegateForColumn(2, line)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setCornerWidget(QWidget(self))  # else the style draws a box between the scroll bars
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSortIndicator(model.sort_column, model.sort_order)
        self.setSortingEnabled(True)
        self.header.menu_wanted.connect(self._on_header_menu_wanted)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        model.modelReset.connect(self._on_reset)
        model.rowsInserted.connect(self._on_rows_moved)
        model.layoutChanged.connect(self._on_layout_changed)
        self._size_rows()
        self._size_columns()
        self.setProperty(TOPIC, "window:table_of_trials")
        FocusRing(self)

    @Slot(object)
    def select_number(self, number: int | None) -> None:
        """Select a trial's row, where it is shown, without saying so."""
        self._wanted = number
        row = None if number is None else self._model.row_of(number)
        current = self.currentIndex()
        if row is None:
            if number is None or current.isValid():
                self.selectionModel().clear()
        elif not current.isValid() or current.row() != row:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._model.index(row, 0), flags)
            if not self._is_under_mouse or self.hasFocus():  # else rows would move under the mouse
                self.scrollTo(self._model.index(row, 0))

    def select_numbers(self, numbers: Sequence[int]) -> None:
        """Select the rows of these trials as well as the current one; of none, the current one alone is left."""
        rows = sorted(row for row in map(self._model.row_of, numbers[:MOST_BRUSHED]) if row is not None)
        chosen, last = QItemSelection(), self._model.columnCount() - 1
        for _, run in groupby(enumerate(rows), key=lambda item: item[1] - item[0]):
            block = [row for _, row in run]
            chosen.select(self._model.index(block[0], 0), self._model.index(block[-1], last))
        current = self.currentIndex()
        if not rows and current.isValid():
            chosen.select(current, current)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().select(chosen, flags)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size_rows()

    def hide_columns(self, keys: frozenset[str]) -> None:
        """Leave out the columns that say nothing of this study; one that is sorted by gives way to the score."""
        self._left_out = keys
        self.header.arrange(keys)
        self._sort_by_what_is_seen()

    def selected_numbers(self) -> list[int]:
        """The selected trials, in the order of the table."""
        return [int(n) for top, bottom in self._spans() for n in self._model.numbers_between(top, bottom)]

    def columns_menu(self) -> QMenu:
        """Every column, those that are shown checked."""
        menu = QMenu("Columns", self)
        menu.setObjectName("menu_columns")
        menu.setAccessibleName("Columns")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column, name in enumerate(self._model.names):
            if column > 0:
                action = menu.addAction(caption(self._model.title(column)))
                action.setObjectName(f"action_column_{name}")
                action.setToolTip(plain(self._model.title(column)))
                action.setData(name)
                action.setCheckable(True)
                action.setChecked(not self.isColumnHidden(column))
        menu.addSeparator()
        menu.addAction("By trial number").setObjectName("action_columns_forget")
        menu.triggered.connect(self._on_column_chosen)
        return menu

    @Slot()
    def choose_columns(self) -> None:
        """Open the menu of columns at the header."""
        self.columns_menu().popup(self.header.mapToGlobal(self.header.rect().bottomLeft()))

    @Slot(object)
    def _on_header_menu_wanted(self, at: QPoint) -> None:
        self.columns_menu().popup(at)

    @Slot(QAction)
    def _on_column_chosen(self, action: QAction) -> None:
        if action.data() is None:
            self.header.forget()
        else:
            self.header.show_column(str(action.data()), action.isChecked())
        self._sort_by_what_is_seen()

    def _sort_by_what_is_seen(self) -> None:
        if self.isColumnHidden(self._model.sort_column):
            self.sortByColumn(self._model.names.index("score"), Qt.SortOrder.AscendingOrder)

    def sorting_menu(self) -> QMenu:
        """Every column that is shown, the present one checked; the same one again turns the order round."""
        menu = QMenu(self.tr("Sort trials by"), self)
        menu.setObjectName("menu_sort")
        menu.setAccessibleName(self.tr("Sort trials by"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in self.header.columns():
            action = menu.addAction(caption(self._model.title(column)))
            action.setObjectName(f"action_sort_{self._model.names[column]}")
            action.setToolTip(plain(self._model.title(column)))
            action.setData(column)
            action.setCheckable(True)
            action.setChecked(column == self._model.sort_column)
        menu.addSeparator()
        turn = menu.addAction(self.tr("Reverse order"))
        turn.setObjectName("action_sort_turn")
        turn.setData(self._model.sort_column)
        menu.triggered.connect(self._on_sort_chosen)
        return menu

    @Slot()
    def choose_sorting(self) -> None:
        """Open the menu of columns at the header, where arrows and Enter choose."""
        header = self.horizontalHeader()
        menu = self.sorting_menu()
        chosen = next((action for action in menu.actions() if action.isChecked()), None)
        if chosen is not None:
            menu.setActiveAction(chosen)
        menu.popup(header.mapToGlobal(header.rect().bottomLeft()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the selected trials, where the mouse is, or at the current row."""
        at = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        self.menu_wanted.emit(at)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the selected rows as a spreadsheet takes them; letters belong to the menu of a trial."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:  # noqa: N802 - Qt's name
        """Typing goes nowhere: numbers of trials are found by filter and palette."""

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hold every row where it is while the mouse is over them."""
        super().enterEvent(event)
        self._is_under_mouse = True
        self._settle.start()

    def leaveEvent(self, event: QEvent) -> None:
        """Let rows go where they belong."""
        super().leaveEvent(event)
        self._is_under_mouse = False
        self._settle.start()

    @property
    def selected_count(self) -> int:
        """How many trials are selected."""
        return sum(bottom - top + 1 for top, bottom in self._spans())

    def _spans(self) -> list[tuple[int, int]]:
        """The first and last row of everything that is selected in one piece, from the top."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(place) for place in range(chosen.count())]
        return sorted((part.top(), part.bottom()) for part in parts)

    @Slot()
    def _hold(self) -> None:
        wanted = self._is_under_mouse or self.selected_count > 1
        if wanted != self._model.is_order_held:
            self._model.hold_order(wanted)
            self.held.emit()

    @Slot()
    def _on_selection_changed(self) -> None:
        self._settle.start()
        current = self._model.number_at(self.currentIndex().row())
        if current is not None and self.selected_count > 1:
            self.picked.emit(current)  # whoever selects several chose this one
        self.selected.emit()

    @Slot(QAction)
    def _on_sort_chosen(self, action: QAction) -> None:
        column, order = int(action.data()), Qt.SortOrder.AscendingOrder
        if column == self._model.sort_column and self._model.sort_order == order:
            order = Qt.SortOrder.DescendingOrder
        self.sortByColumn(column, order)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        number = self._model.number_at(current.row()) if current.isValid() else None
        if number is not None and number != self._wanted:
            self._wanted = number
            self.picked.emit(number)

    @Slot()
    def _on_reset(self) -> None:
        self.horizontalHeader().setSortIndicator(self._model.sort_column, self._model.sort_order)
        self._size_columns()
        self.hide_columns(self._left_out)
        self.select_number(self._wanted)
        self._settle.start()

    @Slot()
    def _on_layout_changed(self) -> None:
        self.viewport().update()

    @Slot(QModelIndex, int, int)
    def _on_rows_moved(self, _parent: QModelIndex, _first: int, _last: int) -> None:
        if self._wanted is not None and not self.currentIndex().isValid():
            self.select_number(self._wanted)

    def _size_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(font_text()).height() + space(12))

    def _size_columns(self) -> None:
        metrics, small, strong = QFontMetrics(font_text()), QFontMetrics(font_dim()), QFontMetrics(font_strong())
        for column, name in enumerate(self._model.names):
            example, font = WIDTHS.get(name, "0.00000"), strong if name == "score" else metrics
            title = small.horizontalAdvance(self._model.title(column)) + space(28)
            widest = max(font.horizontalAdvance(example) + space(16), title, space(48))
            extra = space(40) if column == 0 else 0
            self.setColumnWidth(column, min(widest + extra, space(190)))
