"""A searchable list to choose one thing from: its titles at the left of what the choice means."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from engine.study import Entry
from gui.base.text import plain
from gui.base.theme import space

NAME = Qt.ItemDataRole.UserRole
MOST_ROWS = 12  # seen without scrolling: a guess
LEAST_WIDE, MOST_WIDE = 240, 320  # of the design's pixels: no title is cut
WORDS = Qt.ItemDataRole.UserRole + 1


class ChoiceList(QWidget):
    """Signal ``chosen(str)`` carries the name of what a person chose by click, arrows, or Enter in the search line."""

    chosen = Signal(str)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = QLineEdit(self)
        self._search.setObjectName(f"search_{name}")
        self._search.setAccessibleName(f"Search {title.lower()}")
        self._search.setPlaceholderText(f"Search {title.lower()}")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self._take_first)
        self._list = QListWidget(self)
        self._list.setObjectName(f"list_{name}")
        self._list.setAccessibleName(title)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self._list.currentItemChanged.connect(self._on_current_changed)
        self.setFixedWidth(space(LEAST_WIDE))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(6))
        column.addWidget(self._search)
        column.addWidget(self._list)
        column.addStretch(1)

    def show_entries(self, entries: Sequence[Entry], disabled: dict[str, str]) -> None:
        """Show things to choose from; ``disabled`` says of some why they cannot be chosen now."""
        self._list.blockSignals(True)
        if [self._list.item(row).data(NAME) for row in range(self._list.count())] != [e.name for e in entries]:
            self._list.clear()
            for entry in entries:
                item = QListWidgetItem(entry.title, self._list)
                item.setData(NAME, entry.name)
                item.setData(WORDS, f"{entry.title} {entry.name} {entry.summary}".lower())
            needed = self._list.sizeHintForColumn(0) + space(32)
            self.setFixedWidth(min(max(needed, space(LEAST_WIDE)), space(MOST_WIDE)))
            shown = min(len(entries), MOST_ROWS)
            self._list.setFixedHeight(shown * self._list.sizeHintForRow(0) + space(10))
        for row, entry in enumerate(entries):
            item = self._list.item(row)
            reason = disabled.get(entry.name, "")
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(Qt.ItemFlag.NoItemFlags if reason else flags)
            item.setToolTip(plain(reason or entry.summary))
        self._list.blockSignals(False)

    def show_choice(self, name: str) -> None:
        """Mark what is chosen now."""
        self._list.blockSignals(True)
        for row in range(self._list.count()):
            if self._list.item(row).data(NAME) == name:
                self._list.setCurrentRow(row)
        self._list.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads from the search line into the list."""
        if event.key() == Qt.Key.Key_Down and self._search.hasFocus():
            self._list.setFocus()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for row in range(self._list.count()):
            item = self._list.item(row)
            item.setHidden(not all(word in item.data(WORDS) for word in words))

    @Slot()
    def _take_first(self) -> None:
        for row in range(self._list.count()):
            item = self._list.item(row)
            if not item.isHidden() and item.flags() & Qt.ItemFlag.ItemIsEnabled:
                self._list.setCurrentItem(item)
                return

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, current: QListWidgetItem | None, previous: QListWidgetItem | None) -> None:
        if current is not None and current.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.chosen.emit(current.data(NAME))
