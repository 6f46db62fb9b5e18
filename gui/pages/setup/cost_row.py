"""How long the run will take: a button that has three configurations timed, and what that comes to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import UserFault
from engine.setup import StudySetup, replace
from engine.study import Cost, grid_count, time_trials
from gui.base.formats import about_text, count_text, duration_text
from gui.base.text import plain
from gui.base.theme import font_dim, font_strong, space
from gui.pages.setup.editor import SetupEditor
from gui.session.study_background import StudyBackground
from gui.views.labels import Words

ABOUT = "Estimate how long a trial takes on this computer."
ASK, STOP = "Time three configurations", "Stop timing"
TIP = "Trains one configuration near the low end of the ranges, one in the middle, and one near the high end."
FROM = "From 3 configurations timed on this computer just now: at low, middle and high values of the ranges."


class CostRow(QWidget):
    """Shown until there are trials, which tell better. What was timed holds until the data, model or space change."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._background = StudyBackground(editor.document, self)
        self._cost: Cost | None = None
        self._timed: StudySetup | None = None
        self._is_timing = False
        self._button = QPushButton(ASK, self)
        self._button.setObjectName("button_time_trials")
        self._button.setAutoDefault(False)
        self._button.setToolTip(plain(TIP))
        self._button.clicked.connect(self._on_clicked)
        editor.document.left.connect(self._on_left)
        self._said = Words("", "label_cost", font=font_strong(), wrap=True, parent=self)
        self._source = Words("", "label_cost_source", "dim", font_dim(), wrap=True, parent=self)
        words = QVBoxLayout()
        words.setSpacing(space(2))
        for one in (self._said, self._source):
            one.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            words.addWidget(one)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(16))
        row.addWidget(self._button)
        row.addLayout(words, 1)
        self._show("", ABOUT)

    def refresh(self) -> None:
        """Show what the run takes with the present budget, or that it is not known."""
        document, setup = self._editor.document, self._editor.setup
        self.setVisible(self._editor.table is not None and not document.has_trials and document.writable)
        if self._timed is not None and _costs(setup) != _costs(self._timed):
            self._cost = self._timed = None
            self._show("", "The data, model or search space has changed since it was timed.")
        if self._cost is not None:
            self._show(cost_words(self._cost, setup), FROM)

    @Slot()
    def _on_left(self) -> None:
        self._cost = self._timed = None
        self._end("", ABOUT)

    @Slot()
    def _on_clicked(self) -> None:
        if self._is_timing:
            self._background.cancel_all()
            self._end("", "Stopped.")
            return
        self._is_timing = True
        setup = self._editor.setup
        self._show("", "Training three configurations …")
        self._button.setText(STOP)
        work = partial(time_trials, setup)
        self._background.call_cancellable("cost", work, partial(self._take, setup), self._fail)

    def _take(self, setup: StudySetup, cost: Cost) -> None:
        self._cost, self._timed = cost, setup
        self._end(cost_words(cost, self._editor.setup), FROM)
        self.refresh()

    def _fail(self, fault: UserFault) -> None:
        self._end("", f"{fault.what} {fault.remedy}".strip())

    def _end(self, said: str, source: str) -> None:
        self._is_timing = False
        self._button.setText(ASK)
        self._show(said, source)

    def _show(self, said: str, source: str) -> None:
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._source.setText(source)
        self._button.setAccessibleName(self._button.text())


def cost_words(cost: Cost, setup: StudySetup) -> str:
    """What a run of the definition takes: ``About 2 min, 1 to 4 min, for 60 trials on 2 workers``."""
    trials, workers = setup.budget.trials, setup.budget.workers
    if trials is None:
        low, high = min(cost.seconds), max(cost.seconds)
        return f"A trial takes {_range(low, high)}; there is no limit on the number of trials."
    middle, low, high = cost.of_run(trials, workers)
    least = "At least " if cost.is_cut else ""
    about = about_text(middle)
    said = f"{least or ''}{about[:1].lower() if least else about[:1].upper()}{about[1:]}"
    said += f", {_range(low, high)}, for {count_text(trials, 'trial')} on {count_text(workers, 'worker')}"
    try:
        cells = grid_count(setup.space)
    except UserFault:
        return f"{said}."
    if cells > trials:
        whole = cost.of_run(cells, workers)[0]
        said += f"; all {cells:,} points of a grid {about_text(whole)}"
    return f"{said}."


def _range(low: float, high: float) -> str:
    first, last = duration_text(low), duration_text(high)
    return first if first == last else f"{first} to {last}"


def _costs(setup: StudySetup) -> StudySetup:
    """The definition but for what changes nothing of a trial's time."""
    kept: StudySetup = replace(setup, title="", strategy=type(setup.strategy)(), budget=type(setup.budget)())
    return kept
