"""What shall race: a check list of strategies or ways to start, a pruner, repeats and trials."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from engine.errors import UserFault
from engine.racing.entrants import USUAL, Entrant
from engine.study import catalogue
from gui.base.choice_box import ChoiceBox
from gui.base.formats import count_text, value_text
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


STARTS = (
    "What should the first trials be? Known good starts are configurations from published studies, tried one after "
    "another; defaults are what the model takes when nobody tunes it; the third tries nothing first. After that all "
    "search at random alike, so that what differs is the start alone."
)
KINDS = (("Search strategies", "strategies"), ("Known good starts, defaults, random", "starts"))


class StrategyChoice(QWidget):
    """``combo_race_kind`` over ``list_race_strategies``, and what all of them share.

    Those are ``edit_race_repeats``, ``edit_race_trials`` and ``combo_race_pruner``. Signal ``changed``; ``caution`` is
    the line for what has to be said of a race like this one.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = ChoiceBox(self)
        self.kind.setObjectName("combo_race_kind")
        for title, name in KINDS:
            self.kind.addItem(title, name)
        self._starts: tuple[Entrant, ...] = ()
        self._no_starts = ""
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
        form.add("What races", self.kind)
        form.add("Repeats", self.repeats, "The more, the surer the verdict.")
        form.add("Trials of a search", self.trials, "The budget of each.")
        form.add("Pruner", self.pruner, "For all of them; only where models are trained.")
        self.invitation = Words(INVITATION, name="label_race_invitation", wrap=True, parent=self)
        self.starts = Words(name="label_race_starts", wrap=True, parent=self)
        self.starts.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.caution = Words(name="label_race_caution", role="dim", wrap=True, parent=self)
        self._lay_out(form)
        self.kind.activated.connect(self._on_changed)
        self.list.itemChanged.connect(self._on_changed)
        self.repeats.edited.connect(self._on_changed)
        self.trials.edited.connect(self._on_changed)
        self.pruner.activated.connect(self._on_changed)

    @property
    def entrants(self) -> tuple[Entrant, ...]:
        """The strategies that are checked, or the ways to start."""
        if self.races_starts:
            return self._starts
        items = [self.list.item(row) for row in range(self.list.count())]
        names = [str(item.data(NAME)) for item in items if item.checkState() == Qt.CheckState.Checked]
        pruner = str(self.pruner.currentData())
        if pruner == "none":
            return tuple(Entrant(name, name) for name in names)
        return tuple(Entrant(f"{name}+{pruner}", name, {}, pruner) for name in names)

    @property
    def races_starts(self) -> bool:
        """Whether ways to start race, not strategies."""
        return str(self.kind.currentData()) == "starts"

    @property
    def no_starts(self) -> str:
        """Why ways to start cannot race; empty where they can, or where strategies do."""
        return self._no_starts if self.races_starts else ""

    def offer_starts(self, starts: tuple[Entrant, ...], why_not: str) -> None:
        """The ways to start of this study's model, or why there are none."""
        self._starts, self._no_starts = starts, why_not
        self._show_kind()

    def _show_kind(self) -> None:
        self._left.setCurrentIndex(int(self.races_starts))
        self.pruner.setEnabled(not self.races_starts)
        lines = [f"{one.title}: {_first_words(one)}" for one in self._starts]
        self.starts.setText("\n\n".join(lines) or self._no_starts)
        self.invitation.setText(STARTS if self.races_starts else INVITATION)

    def _number(self, name: str, most: int, value: int) -> CheckedField:
        field = CheckedField(name, partial(_whole, most), str, self, width=100)
        field.show_value(value)
        return field

    def _lay_out(self, form: Form) -> None:
        around = space(24)  # padding and frame of lists in the theme
        wide, high = self.list.sizeHintForColumn(0), self.list.sizeHintForRow(0) * self.list.count()
        self.list.setFixedSize(QSize(max(space(300), wide + around), high + around))
        self._left = QStackedWidget(self)
        self._left.setFixedSize(self.list.size())
        self._left.addWidget(self.list)
        self._left.addWidget(self.starts)
        right = QVBoxLayout()
        right.setSpacing(space(12))
        right.addWidget(form)
        right.addWidget(self.caution)
        right.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(space(24))
        columns.addWidget(self._left, 0, Qt.AlignmentFlag.AlignTop)
        columns.addLayout(right, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(16), space(16), space(16), space(16))
        rows.setSpacing(space(16))
        rows.addWidget(self.invitation)
        rows.addLayout(columns, 1)

    @Slot()
    def _on_changed(self) -> None:
        self._show_kind()
        self.changed.emit()


def _first_words(entrant: Entrant) -> str:
    """What one way to start tries before it searches at random."""
    if not entrant.first:
        return "from the first trial on."
    if len(entrant.first) > 1:
        return f"{count_text(len(entrant.first), 'configuration')} of this space, then at random."
    values = ", ".join(f"{name.replace('_', ' ')} {value_text(value)}" for name, value in entrant.first[0].items())
    return f"{values}; then at random."


def _whole(most: int, text: str) -> int:
    try:
        number = int(text.replace(",", ""))
    except ValueError:
        number = 0
    if not 1 <= number <= most:
        raise UserFault(f"{text.strip() or 'Nothing'} is not a whole number from 1 to {most:,}.", "Type one.")
    return number
