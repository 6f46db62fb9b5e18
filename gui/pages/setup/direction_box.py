"""Whether a score is better when it is smaller or larger, for objectives that no metric says it of."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from engine.objectives.description import directions_of
from gui.base.choice_box import ChoiceBox
from gui.base.theme import space
from gui.pages.setup.editor import SetupEditor

WORDS = ("minimize", "maximize")


class DirectionBox(ChoiceBox):
    """``combo_direction``: of the first score; the others stay as the objective says."""

    def __init__(self, editor: SetupEditor, parent: QWidget, name: str = "combo_direction") -> None:
        super().__init__(parent)
        self._editor = editor
        self.setObjectName(name)
        self.setMinimumWidth(space(180))
        self.activated.connect(self._on_chosen)

    def refresh(self) -> None:
        """Show the document's directions."""
        stated = directions_of(self._editor.setup.objective)
        rest = "".join(f", then {word}" for word in stated[1:])
        self.clear()
        self.addItems([f"{word}{rest}" for word in WORDS])
        self.setCurrentIndex(WORDS.index(stated[0]) if stated else -1)

    @Slot(int)
    def _on_chosen(self, place: int) -> None:
        stated = directions_of(self._editor.setup.objective)
        if stated and WORDS[place] != stated[0]:
            self._editor.edit_code(WORDS[place], directions=(WORDS[place], *stated[1:]))
