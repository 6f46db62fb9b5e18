"""The table of trials: one row each, the selected one shared with every other view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from gui.base.text import caption
from gui.base.theme import font_dim, font_text, space, tokens
from gui.item_models.trials import TrialsModel
from gui.views.focus_ring import FocusRing

WIDTHS = {"trial": "000000 ★ ", "score": "0.00000 ", "loss": "0000000000", "steps": "10,000 ", "time": "10 min 00 s"}


class FlatHeader(QHeaderView):
    """Column names in dim text over a hairline, those of hyperparameters in outer; a small caret where it is sorted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(True)
        self.setMinimumSectionSize(space(40))

    def sizeHint(self) -> QSize:
        """One line of text with air."""
        return QSize(super().sizeHint().width(), QFontMetrics(font_dim()).height() + space(16))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802 - Qt's name
        """Draw one name."""
        model = self.model()
        if not rect.isValid() or not isinstance(model, TrialsModel):
            return
        colours = tokens()
        painter.save()
        painter.fillRect(rect, QColor(colours.card))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(font_dim())
        painter.setPen(QColor(colours.outer if model.is_hyperparameter(section) else colours.dim))
        left = space(16) if section == 0 else space(8)
        words = rect.adjusted(left, 0, -space(8), 0)
        align = Qt.AlignmentFlag(
            model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        )
        title = QFontMetrics(font_dim()).elidedText(model.title(section), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, align, title)
        if section == self.sortIndicatorSection():
            is_left = bool(align & Qt.AlignmentFlag.AlignLeft)
            width = QFontMetrics(font_dim()).horizontalAdvance(title) + space(4)
            x = words.left() + width + space(2) if is_left else words.right() + space(2)
            self._paint_caret(painter, x, rect.center().y())
        painter.restore()

    def _paint_caret(self, painter: QPainter, x: int, y: int) -> None:
        up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        w, h = space(3), space(2) * (1 if up else -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(x, y + h), QPointF(x + 2 * w, y + h), QPointF(x + w, y - h)]))


class TrialsTable(QTableView):
    """``table_trials``. Signal ``picked`` carries the trial a person chose by mouse or keys.

    ``plain``, ``mark`` and ``line`` are the delegates of ordinary cells, of the trial's number and of its loss.
    """

    picked = Signal(object)

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
        self.setHorizontalHeader(FlatHeader(self))
        self.setModel(model)
        self.setItemDelegate(plain)
        self.setItemDelegateForColumn(0, mark)
        self.setItemDelegateForColumn(2, line)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
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
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        model.modelReset.connect(self._on_reset)
        model.rowsInserted.connect(self._on_rows_moved)
        model.layoutChanged.connect(self._on_layout_changed)
        self._size_rows()
        self._size_columns()
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
            self.scrollTo(self._model.index(row, 0))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size_rows()

    def hide_columns(self, keys: frozenset[str]) -> None:
        """Leave out the columns that say nothing of this study; one that is sorted by gives way to the score."""
        self._left_out = keys
        for column, key in enumerate(self._model.names):
            self.setColumnHidden(column, key in keys)
        if self._model.names[self._model.sort_column] in keys:
            self.sortByColumn(self._model.names.index("score"), Qt.SortOrder.AscendingOrder)

    def sorting_menu(self) -> QMenu:
        """Every column that is shown, the present one checked; the same one again turns the order round."""
        menu = QMenu(self.tr("Sort trials by"), self)
        menu.setObjectName("menu_sort")
        menu.setAccessibleName(self.tr("Sort trials by"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in range(self._model.columnCount()):
            if not self.isColumnHidden(column):
                action = menu.addAction(caption(self._model.title(column)))
                action.setObjectName(f"action_sort_{self._model.names[column]}")
                action.setData(column)
                action.setCheckable(True)
                action.setChecked(column == self._model.sort_column)
        menu.addSeparator()
        turn = menu.addAction(self.tr("Turn the order round"))
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
        """The menu key and the right mouse button sort."""
        self.choose_sorting()
        event.accept()

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
        self._size_columns()
        self.hide_columns(self._left_out)
        self.select_number(self._wanted)

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
        metrics, small = QFontMetrics(font_text()), QFontMetrics(font_dim())
        for column, name in enumerate(self._model.names):
            example = WIDTHS.get(name, "0.00000")
            title = small.horizontalAdvance(self._model.title(column)) + space(28)
            widest = max(metrics.horizontalAdvance(example) + space(16), title, space(48))
            extra = space(40) if column == 0 else 0
            self.setColumnWidth(column, min(widest + extra, space(190)))
