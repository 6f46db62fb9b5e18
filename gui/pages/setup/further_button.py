"""The button that lists what else of a model can be tuned."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from engine.space import Categorical, Parameter
from gui.base.parsing import typed_text
from gui.base.text import plain
from gui.item_models.space_text import choices_words

MOST_CHOICES_SHOWN = 3


class FurtherButton(QPushButton):
    """Opens a menu of hyperparameters with their ranges. Signal ``chosen`` carries the name of the one to add."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("More of the model", parent)
        self.setObjectName("button_space_further")
        self.setAccessibleName("More hyperparameters of the model")
        self.setAutoDefault(False)
        menu = QMenu(self)
        menu.setObjectName("menu_space_further")
        menu.setToolTipsVisible(True)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)

    def offer(self, rows: Mapping[str, Parameter]) -> None:
        """What can be added; the button is off while there is nothing."""
        menu = self.menu()
        menu.clear()
        for name, row in rows.items():
            action = menu.addAction(f"{name}\t{_range_words(row)}")
            action.setObjectName(f"action_further_{name}")
            action.setData(name)
        self.setEnabled(bool(rows))
        self.setToolTip(
            plain(
                "Add a hyperparameter that this model has and the table has not"
                if rows
                else "There is nothing else of this model to suggest"
            )
        )

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())


def _range_words(row: Parameter) -> str:
    if not isinstance(row, Categorical):
        return f"{typed_text(row.low)} to {typed_text(row.high)}"
    few = len(row.choices) <= MOST_CHOICES_SHOWN
    return choices_words(row.choices) if few else f"{choices_words(row.choices[:MOST_CHOICES_SHOWN])}, …"
