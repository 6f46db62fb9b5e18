"""A person's wishes under the search space: what the search looks at first or avoids, each with its removal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from engine.analysis import wish_words
from engine.space import Wish
from gui.base.theme import space
from gui.pages.setup.editor import SetupEditor
from gui.views.labels import Words


class WishList(QWidget):
    """``list_wishes``, hidden while there is none; a wish is made from a trial's menu or a brush in Explore."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("list_wishes")
        self.setAccessibleName("Regions to look at first or to avoid")
        self._editor = editor
        self._shown: dict[str, Wish] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(space(8), 0, space(8), 0)
        self._grid.setHorizontalSpacing(space(12))
        self._grid.setVerticalSpacing(space(4))
        self._grid.setColumnStretch(0, 1)
        self.hide()

    def refresh(self) -> None:
        """Show the wishes of the document's definition."""
        wishes = self._editor.setup.wishes
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
            kept = {other: wish for other, wish in self._editor.setup.wishes.items() if other != name}
            self._editor.edit_parts("wish", wishes=kept)
