"""All of the help in one window: a line to search it, the sections that were found, and the one that is read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gui.base.help import Section, sections
from gui.base.text import plain
from gui.base.theme import space

SECTION = Qt.ItemDataRole.UserRole


class HelpBrowser(QDialog):
    """``dialog_help`` waits for nobody; Escape closes it. ``more`` are sections that no file holds."""

    def __init__(self, parent: QWidget, more: Sequence[Section] = ()) -> None:
        super().__init__(parent)
        self.setObjectName("dialog_help")
        self.setWindowTitle("Help — Twinloop")
        self._sections = (*more, *sections())
        self.line = QLineEdit(self)
        self.line.setObjectName("edit_help")
        self.line.setAccessibleName("Search the help")
        self.line.setPlaceholderText("Search the help")
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setObjectName("list_help")
        self.list.setAccessibleName("Sections of the help")
        self.list.setFixedWidth(space(260))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.text = QTextBrowser(self)
        self.text.setObjectName("text_help")
        self.text.setAccessibleName("Section")
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.document().setDocumentMargin(space(16))
        left = QVBoxLayout()
        left.setSpacing(space(8))
        left.addWidget(self.line)
        left.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(12), space(12), space(12), space(12))
        row.setSpacing(space(12))
        row.addLayout(left)
        row.addWidget(self.text, 1)
        self.resize(space(900), space(600))
        self.list.ensurePolished()  # before its items have their heights
        self._search("")

    def show_topic(self, topic: str) -> None:
        """Read a section; one that is not known leads to the first."""
        self.line.clear()
        for row in range(self.list.count()):
            if self.list.item(row).data(SECTION).topic == topic:
                self.list.setCurrentRow(row)
                self.list.scrollToItem(self.list.item(row))
                return
        self.list.setCurrentRow(0)

    @property
    def topic(self) -> str:
        """What is being read."""
        item = self.list.currentItem()
        return "" if item is None else str(item.data(SECTION).topic)

    def eventFilter(self, target: QObject, event: QEvent) -> bool:
        """Arrows in the search line go through what was found."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
        return super().eventFilter(target, event)

    @Slot(str)
    def _search(self, text: str) -> None:
        words = text.lower().split()
        found = [one for one in self._sections if all(w in f"{one.title} {one.text}".lower() for w in words)]
        if words:
            found.sort(key=lambda one: not all(word in one.title.lower() for word in words))
        self.list.clear()
        for section in found:
            item = QListWidgetItem(section.title, self.list)
            item.setData(SECTION, section)
            item.setToolTip(plain(section.page_title))
        self.list.setCurrentRow(0)
        if not found:
            self.text.setPlainText("No section of the help contains all of these words.")

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, current: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        section = None if current is None else current.data(SECTION)
        if isinstance(section, Section):
            self.text.setMarkdown(f"*{section.page_title}*\n\n# {section.title}\n\n{section.text}")
