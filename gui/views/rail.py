"""The narrow rail at the left: one item a page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QToolButton, QVBoxLayout, QWidget

from gui.base.icons import icon
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.views.surfaces import Toolbar

START = "start"


@dataclass(frozen=True, slots=True)
class RailItem:
    """One page: its key, the word under the icon, the icon, and the digit that leads to it with Ctrl, if one does."""

    key: str
    word: str
    icon: str
    digit: int = 0

    @property
    def tip(self) -> str:
        """The word with the key."""
        return f"{self.word} (Ctrl+{self.digit})" if self.digit else self.word


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
        button.setToolTip(plain(item.tip))
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

    def allow(self, keys: Collection[str]) -> None:
        """Offer these pages: the ones of a study wait for one, and the way to the start page is there until then."""
        for key, button in self._buttons.items():
            button.setEnabled(key in keys)
            item = self._items[key]
            button.setToolTip(plain(item.tip if key in keys else f"{item.word}: open or make a study first"))
        if START in self._buttons:
            self._buttons[START].setVisible(START in keys)

    def show_key(self, key: str) -> None:
        """Mark the item of the page that is shown, which is where Tab leads and where the focus stays."""
        if key not in self._buttons:
            return
        shown, has_focus = self._buttons[key], any(button.hasFocus() for button in self._buttons.values())
        shown.setChecked(True)
        for button in self._buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is shown else Qt.FocusPolicy.ClickFocus)
        if has_focus:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
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
