"""The narrow rail at the left: one item a page."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QToolButton, QVBoxLayout, QWidget

from gui.base.icons import icon
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.views.surfaces import Toolbar


@dataclass(frozen=True, slots=True)
class RailItem:
    """One page: its key, the word under the icon, the icon, and the digit that leads to it with Ctrl."""

    key: str
    word: str
    icon: str
    digit: int


class Rail(Toolbar):
    """Signal ``chosen`` carries the key of the page that a person chose."""

    chosen = Signal(str)

    def __init__(self, items: tuple[RailItem, ...], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.RightEdge, parent)
        self.setObjectName("rail")
        self.setAccessibleName("Pages")
        self._items = {item.key: item for item in items}
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._on_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space(6), space(8), space(6), space(8))
        layout.setSpacing(space(4))
        for item in items:
            layout.addWidget(self._make_button(item))
        layout.addStretch(1)

    def _make_button(self, item: RailItem) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"rail_{item.key}")
        button.setAccessibleName(item.word)
        button.setToolTip(plain(f"{item.word} (Ctrl+{item.digit})"))
        button.setProperty("shape", "rail")
        button.setText(item.word)
        button.setFont(font_dim())
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(space(20), space(20)))
        button.setMinimumSize(space(68), space(56))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._group.addButton(button)
        self._buttons[item.key] = button
        return button

    def show_key(self, key: str) -> None:
        """Mark the item of the page that is shown."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)
            self.apply_icons()

    def apply_icons(self) -> None:
        """Give every item its icon: filled for the page that is shown."""
        for key, button in self._buttons.items():
            name = self._items[key].icon
            button.setIcon(
                icon(f"{name}-fill" if button.isChecked() else name, "text" if button.isChecked() else "dim")
            )

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self.apply_icons()

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        self.apply_icons()
        self.chosen.emit(button.objectName().removeprefix("rail_"))
