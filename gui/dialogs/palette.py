"""The command palette: everything that can be done, gone to, or read, found by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from gui.base.text import seen
from gui.base.theme import font_dim, font_strong, font_text, hover_colour, space, tokens
from gui.dialogs.palette_match import PaletteEntry, matching, spans
from gui.views.labels import Words
from gui.views.surfaces import RoundCard

WIDTH, TOP = 640, 118  # pixels, as drawn
MOST_ROWS = 15  # fewer in a low window; a guess
FOOT = "↑ ↓ select · Enter runs · Tab completes · Esc closes · a number is a trial · > shows commands only"
ENTRY = Qt.ItemDataRole.UserRole
Found = Callable[[str], Sequence[PaletteEntry]]


class Palette(QWidget):
    """``dialog_palette`` lies over its window until something was chosen, Escape was pressed or a click went beside it.

    ``find`` gives the entries for what is typed; the focus goes back to where it was.
    """

    def __init__(self, find: Found, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("dialog_palette")
        self.setAccessibleName("Command palette")
        self._find = find
        self._before = window.focusWidget()
        card = RoundCard(self)
        self.line = QLineEdit(card)
        self.line.setObjectName("edit_palette")
        self.line.setAccessibleName("Search commands, places, trials and help")
        self.line.setPlaceholderText("Search commands, places, trials and help")
        self.line.setProperty("shape", "bare")
        self.list = QListWidget(card)
        self.list.setObjectName("list_palette")
        self.list.setAccessibleName("What was found")
        self.list.setProperty("shape", "bare")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = PaletteDelegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self._foot = Words(FOOT, "label_palette", "dim", font=font_dim(), parent=card)
        rows = QVBoxLayout(card)
        rows.setContentsMargins(space(6), space(6), space(6), space(10))
        rows.setSpacing(space(6))
        for widget in (self.line, self.list, self._foot):
            rows.addWidget(widget)
        self._foot.setContentsMargins(space(12), 0, space(12), 0)
        self._card = card
        self.line.textChanged.connect(self._show)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._on_clicked)
        window.installEventFilter(self)
        self._show("")
        self._place()
        self.show()
        self.raise_()
        self.line.setFocus()

    @property
    def entries(self) -> list[PaletteEntry]:
        """What is offered now, from top to bottom."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [item.data(ENTRY) for item in items if isinstance(item.data(ENTRY), PaletteEntry)]

    def eventFilter(self, target: QObject, event: QEvent) -> bool:
        """The keys of the line move in the list; the palette follows the size of its window, and goes with it."""
        if target is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(Qt.Key(event.key()))
        if target is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        elif target is self.parent() and event.type() == QEvent.Type.Close:
            self.close_palette()  # its items hold what they would do, and so the window
        return super().eventFilter(target, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the card closes."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close_palette()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Pale what lies below."""
        painter = QPainter(self)
        shade = QColor(tokens().window)
        shade.setAlphaF(0.6)
        painter.fillRect(self.rect(), shade)
        painter.end()

    def close_palette(self) -> None:
        """Close, and give the focus back."""
        self.hide()
        self.setParent(None)
        self.deleteLater()
        before = self._before
        if before is not None and isValid(before) and before.isVisible():  # a cell's editor may be gone
            before.setFocus()

    def _take_key(self, key: Qt.Key) -> bool:
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._step(8 if key == Qt.Key.Key_PageDown else -8)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do(self.list.currentItem())
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            entry = self.list.currentItem().data(ENTRY) if self.list.currentItem() is not None else None
            if isinstance(entry, PaletteEntry):
                self.line.setText(entry.text)
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        rows = [row for row in range(self.list.count()) if isinstance(self.list.item(row).data(ENTRY), PaletteEntry)]
        if rows:
            at = rows.index(self.list.currentRow()) if self.list.currentRow() in rows else 0
            self.list.setCurrentRow(rows[min(max(at + by, 0), len(rows) - 1)])

    @Slot(str)
    def _show(self, query: str) -> None:
        self.list.clear()
        self._delegate.query = query
        group = ""
        for entry in matching(self._find(query), query):
            if entry.group != group:
                group = entry.group
                title = QListWidgetItem(group, self.list)
                title.setFlags(Qt.ItemFlag.NoItemFlags)
            item = QListWidgetItem(self.list)
            item.setData(ENTRY, entry)
            said = (entry.text, entry.reason or entry.detail, entry.key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, said)))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        if not group:
            nothing = QListWidgetItem("No match.", self.list)
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
        self._step(0)
        self._place()

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        self._do(item)

    def _do(self, item: QListWidgetItem | None) -> None:
        entry = None if item is None else item.data(ENTRY)
        if isinstance(entry, PaletteEntry) and not entry.reason:
            self.close_palette()
            entry.take()

    def _place(self) -> None:
        window = self.parentWidget()
        assert window is not None, "a palette is made in a window"
        self.setGeometry(window.rect())
        height = self._delegate.row_height
        top = min(space(TOP), window.height() // 6)
        room = (window.height() - top) // height - 4
        self.list.setFixedHeight(height * max(min(self.list.count(), MOST_ROWS, room), 1))
        width = min(space(WIDTH), window.width() - space(32))
        self._card.setGeometry((window.width() - width) // 2, top, width, self._card.sizeHint().height())


class PaletteDelegate(QStyledItemDelegate):
    """A line with its matches bold, its detail dim, its key at the right; the title of a group is dim."""

    query = ""

    @property
    def row_height(self) -> int:
        """Of every line."""
        return QFontMetrics(font_text()).height() + space(10)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One line."""
        return QSize(space(200), self.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one line."""
        entry, rect, colours = index.data(ENTRY), option.rect, tokens()
        painter.save()
        if not isinstance(entry, PaletteEntry):
            painter.setFont(font_dim())
            painter.setPen(QColor(colours.dim))
            painter.drawText(rect.adjusted(space(12), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data() or ""))
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, QColor(hover_colour()))
            room = rect.adjusted(space(26), 0, -space(12), 0)
            painter.setFont(font_dim())
            painter.setPen(QColor(colours.dim))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, entry.key)
            room.setRight(room.right() - QFontMetrics(font_dim()).horizontalAdvance(entry.key) - space(12))
            painter.setPen(QColor(colours.dim if entry.reason else colours.text))
            left = self._paint_text(painter, room, seen(entry.text))
            room.setLeft(left + space(12))
            painter.setFont(font_dim())
            painter.setPen(QColor(colours.dim))
            detail = QFontMetrics(font_dim()).elidedText(
                seen(entry.reason or entry.detail), Qt.TextElideMode.ElideRight, max(room.width(), 0)
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, detail)
        painter.restore()

    def _paint_text(self, painter: QPainter, room: QRect, text: str) -> int:
        """Draw a text with its matches bold; where it ends."""
        at, left = 0, room.left()
        parts: list[tuple[str, bool]] = []
        for begin, end in spans(text, self.query):
            parts += [(text[at:begin], False), (text[begin:end], True)]
            at = end
        for part, is_strong in [*parts, (text[at:], False)]:
            font = font_strong() if is_strong else font_text()
            metrics = QFontMetrics(font)
            shown = metrics.elidedText(part, Qt.TextElideMode.ElideRight, max(room.right() - left, 0))
            painter.setFont(font)
            painter.drawText(QRect(left, room.top(), room.width(), room.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(shown)
        return left
