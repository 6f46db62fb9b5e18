"""A person's wishes: what the search looks at first or avoids, each with its removal."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from engine.analysis import wish_words
from engine.space import Wish
from gui.base.theme import space
from gui.views.labels import Words


class WishList(QWidget):
    """Hidden while there is none; a wish is made from a trial's menu or a brush in Explore.

    Signal ``removed(dict)`` carries the wishes without the one whose *Remove* was pressed.
    """

    removed = Signal(object)

    def __init__(self, name: str = "list_wishes", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Regions to look at first or to avoid")
        self._shown: dict[str, Wish] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(space(8), 0, space(8), 0)
        self._grid.setHorizontalSpacing(space(12))
        self._grid.setVerticalSpacing(space(4))
        self._grid.setColumnStretch(0, 1)
        self.hide()

    def show_wishes(self, wishes: Mapping[str, Wish], *, is_writable: bool = True) -> None:
        """Show these."""
        self.setEnabled(is_writable)
        if wishes != self._shown:
            self._shown = dict(wishes)
            self._build()
        self.setVisible(bool(wishes))

    def _build(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, wish) in enumerate(self._shown.items()):
            phrase = wish_words(wish)
            sentence = f"{phrase[:1].upper()}{phrase[1:]}, since trial {wish.since}"
            said = Words(sentence, f"label_wish_{row}", wrap=True, parent=self)
            said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            button = QPushButton("Remove", self)
            button.setObjectName(f"button_remove_wish_{row}")
            button.setAccessibleName(f"Remove the wish to {phrase}")
            button.setProperty("wish", name)
            button.setAutoDefault(False)
            button.clicked.connect(self._on_remove)
            self._grid.addWidget(said, row, 0, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(button, row, 1)

    @Slot()
    def _on_remove(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            name = str(button.property("wish"))
            self.removed.emit({other: wish for other, wish in self._shown.items() if other != name})
