"""What shall race: a check list of strategies, a pruner, repeats and trials."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from engine.errors import UserFault
from engine.racing.entrants import USUAL, Entrant
from engine.study import catalogue
from gui.base.choice_box import ChoiceBox
from gui.base.text import plain
from gui.base.theme import space
from gui.views.fields import CheckedField
from gui.views.form import Form
from gui.views.labels import Words

NAME = Qt.ItemDataRole.UserRole
REPEATS = 12  # as drawn: that many tell apart what wins ten times
USUAL_TRIALS = 60  # where the study has no budget, as its cost is drawn beside 60
MOST_REPEATS, MOST_TRIALS = 200, 10_000  # guesses at what a person waits for
INVITATION = (
    "Let strategies search the same space, with the same budget and the same seeds, several times over. "
    "A race says which is worth its time on this study's problem, and whether the difference is more than luck."
)


class StrategyChoice(QWidget):
    """``list_race_strategies`` with ``edit_race_repeats``, ``edit_race_trials`` and ``combo_race_pruner``.

    Signal ``changed``; ``caution`` is the line for what has to be said of a race like this one.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget(self)
        self.list.setObjectName("list_race_strategies")
        self.list.setAccessibleName("Strategies that race")
        known = catalogue()
        for entry in known.samplers:
            item = QListWidgetItem(entry.title, self.list)
            item.setData(NAME, entry.name)
            item.setToolTip(plain(entry.summary))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if entry.name in USUAL else Qt.CheckState.Unchecked)
        self.list.setCurrentRow(0)
        self.repeats = self._number("edit_race_repeats", MOST_REPEATS, REPEATS)
        self.trials = self._number("edit_race_trials", MOST_TRIALS, USUAL_TRIALS)
        self.pruner = ChoiceBox(self)
        self.pruner.setObjectName("combo_race_pruner")
        for entry in known.pruners:
            self.pruner.addItem(entry.title, entry.name)
        self.pruner.setCurrentIndex(max(0, self.pruner.findData("none")))
        form = Form(self)
        form.add("Repeats", self.repeats, "The more, the surer the verdict.")
        form.add("Trials of a search", self.trials, "The budget of each.")
        form.add("Pruner", self.pruner, "For all of them; only where models are trained.")
        self.invitation = Words(INVITATION, name="label_race_invitation", wrap=True, parent=self)
        self.caution = Words(name="label_race_caution", role="dim", wrap=True, parent=self)
        self._lay_out(form)
        self.list.itemChanged.connect(self._on_changed)
        self.repeats.edited.connect(self._on_changed)
        self.trials.edited.connect(self._on_changed)
        self.pruner.activated.connect(self._on_changed)

    @property
    def entrants(self) -> tuple[Entrant, ...]:
        """The strategies that are checked."""
        items = [self.list.item(row) for row in range(self.list.count())]
        names = [str(item.data(NAME)) for item in items if item.checkState() == Qt.CheckState.Checked]
        pruner = str(self.pruner.currentData())
        if pruner == "none":
            return tuple(Entrant(name, name) for name in names)
        return tuple(Entrant(f"{name}+{pruner}", name, {}, pruner) for name in names)

    def _number(self, name: str, most: int, value: int) -> CheckedField:
        field = CheckedField(name, partial(_whole, most), str, self, width=100)
        field.show_value(value)
        return field

    def _lay_out(self, form: Form) -> None:
        rows_high = self.list.sizeHintForRow(0) * self.list.count()
        self.list.setFixedSize(QSize(space(300), rows_high + space(10)))
        right = QVBoxLayout()
        right.setSpacing(space(12))
        right.addWidget(form)
        right.addWidget(self.caution)
        right.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(space(24))
        columns.addWidget(self.list, 0, Qt.AlignmentFlag.AlignTop)
        columns.addLayout(right, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(16), space(16), space(16), space(16))
        rows.setSpacing(space(16))
        rows.addWidget(self.invitation)
        rows.addLayout(columns, 1)

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()


def _whole(most: int, text: str) -> int:
    try:
        number = int(text.replace(",", ""))
    except ValueError:
        number = 0
    if not 1 <= number <= most:
        raise UserFault(f"{text.strip() or 'Nothing'} is not a whole number from 1 to {most:,}.", "Type one.")
    return number
