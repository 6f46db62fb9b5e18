"""The button that lists what else of a model can be tuned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from engine.space import Categorical, Hyperparameter
from gui.base.parsing import typed_text
from gui.base.text import plain
from gui.item_models.space_text import choices_words

MOST_CHOICES_SHOWN = 3  # in a menu's line: a guess


class FurtherButton(QPushButton):
    """Opens a menu of hyperparameters with their ranges, and of further choices for those that are there.

    Signals: ``chosen(str)`` carries the name of the one to add; ``choice_wanted(str, str)`` a name and its new choice.
    """

    chosen = Signal(str)
    choice_wanted = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Add hyperparameter…", parent)
        self.setObjectName("button_space_further")
        self.setAccessibleName("Add a hyperparameter of the model")
        self.setAutoDefault(False)
        menu = QMenu(self)
        menu.setObjectName("menu_space_further")
        menu.setToolTipsVisible(True)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)

    def offer(self, rows: Mapping[str, Hyperparameter], choices: Mapping[str, Sequence[str]] | None = None) -> None:
        """What can be added; the button is off while there is nothing."""
        menu = self.menu()
        menu.clear()
        for old in menu.findChildren(QMenu):  # which clearing leaves
            old.setParent(None)
            old.deleteLater()
        for name, row in rows.items():
            action = menu.addAction(f"{name}\t{_range_words(row)}")
            action.setObjectName(f"action_further_{name}")
            action.setData(name)
        menu.addSeparator()
        for name, more in (choices or {}).items():
            inside = menu.addMenu(f"More choices of {name}")
            inside.setObjectName(f"menu_choices_{name}")
            for choice in more:
                action = inside.addAction(choice)
                action.setObjectName(f"action_choice_{name}_{choice}")
                action.setData((name, choice))
        self.setEnabled(bool(rows) or bool(choices))
        self.setToolTip(
            plain(
                "Add another hyperparameter of this model"
                if rows or choices
                else "All hyperparameters of this model are in the table"
            )
        )

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        found = action.data()
        if isinstance(found, str):
            self.chosen.emit(found)
        elif found is not None:
            self.choice_wanted.emit(*found)


def _range_words(row: Hyperparameter) -> str:
    if not isinstance(row, Categorical):
        return f"{typed_text(row.low)} to {typed_text(row.high)}"
    few = len(row.choices) <= MOST_CHOICES_SHOWN
    return choices_words(row.choices) if few else f"{choices_words(row.choices[:MOST_CHOICES_SHOWN])}, …"
