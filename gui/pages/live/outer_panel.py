"""The outer loop: score against trial, and the table of trials under it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from engine.analysis import Filter, Progress, learning_line, score_error, score_progress
from engine.events import ParamsAdded, SpaceChanged, StepReported
from engine.trials import State
from gui.base.settings import Settings
from gui.base.theme import space
from gui.base.turns import turns
from gui.delegates.sparkline import SparklineDelegate
from gui.delegates.trial_mark import FlatDelegate, TrialMarkDelegate
from gui.item_models.trial_cells import Marks
from gui.item_models.trials import TrialsModel
from gui.pages.live import study_words
from gui.pages.live.forecast_strip import ForecastStrip
from gui.plots.history import HistoryData, HistoryPlot, Running
from gui.session.document import Document
from gui.session.expected_best import ExpectedBestTracker
from gui.views.trials_filter import TrialsFilter
from gui.views.trials_table import TrialsTable

MANY = 2000  # from so many trials on, sorting and drawing take their time and are done less often
PAUSE_MS, LONG_PAUSE_MS = 30, 500  # between two drawings, of few trials and of many: a guess
LOOKS = 8  # at curves of running trials, each time


class OuterPanel(QSplitter):
    """Owned by the live page. Signal ``picked`` carries a trial's number; ``caught_up`` follows the events shown."""

    picked = Signal(object)
    caught_up = Signal()

    def __init__(
        self,
        document: Document,
        expectation: ExpectedBestTracker,
        words: study_words.TrialTooltip,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setObjectName("splitter_outer")
        self._document = document
        self._expectation = expectation
        self._waiting: list[object] = []
        self._progress: Progress | None = None
        self._states: tuple[int, ...] = ()  # how many trials were in each state when that was found
        self._reached: dict[int, float] = {}
        self._interim: dict[int, tuple[int, float]] = {}  # by running trial: reports looked at, and the score then
        self._looks = self._turn = 0
        self._filtered: Path | None = None  # the study whose filter stands in the line
        self.plot = HistoryPlot(words, self)
        self.model = TrialsModel(self)
        self.filter = TrialsFilter(self)
        self.table = TrialsTable(
            self.model, FlatDelegate(self), TrialMarkDelegate(self), SparklineDelegate(self), parent=self
        )
        lower = QWidget(self)
        rows = QVBoxLayout(lower)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.filter)
        rows.addWidget(self.table, 1)
        self.forecast = ForecastStrip(document, lower)
        self.forecast.stop_wanted.connect(document.stop)
        rows.addWidget(self.forecast)
        lower.setMinimumHeight(space(170))
        self.plot.setMinimumHeight(space(200))
        self.addWidget(self.plot)
        self.addWidget(lower)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 5)
        self.setStretchFactor(1, 4)
        self.setSizes([space(400), space(320)])
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._take_turn)
        self.plot.picked.connect(self.picked)
        self.table.picked.connect(self.picked)
        expectation.changed.connect(self._on_expectation_changed)
        self.filter.chosen.connect(self._on_filter_chosen)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._on_sorted)
        self.table.held.connect(self._say_count)

    def show_study(self) -> None:
        """Show the document's study from its beginning."""
        document = self._document
        self._waiting.clear()
        self.model.show_held(document.is_paused)
        self.model.show_study(document.history, document.curves, self._steps_title())
        self._show_marks()
        self._show_filter()
        self._progress = None
        self._reached = {}
        self._mark_expected()
        self._show_progress()

    def show_setup(self) -> None:
        """The definition changed: trials stay, but names, budget and strategy may be others."""
        history = self._document.history
        steps = self._steps_title()
        if history is not None and (self.model.shows(history, steps)):
            self._show_marks()
            self._progress = None
            self._show_progress()
        else:
            self.show_study()

    def take(self, events: tuple[object, ...]) -> None:
        """Follow events; a great many trials are sorted and drawn anew a few times a second only."""
        self._waiting.extend(events)
        if not self._pause.isActive():
            self._pause.start(LONG_PAUSE_MS if self.model.total > MANY else PAUSE_MS)

    @Slot()
    def _take_turn(self) -> None:
        turns().take(self.catch_up)

    @Slot()
    def catch_up(self) -> None:
        """Show what has come in."""
        self._pause.stop()
        events, self._waiting = self._waiting, []
        if not events or self._document.history is None:
            return
        if any(isinstance(event, SpaceChanged | ParamsAdded) for event in events):
            self.show_study()
            return
        self.model.take(events)
        if not all(isinstance(event, StepReported) for event in events):
            self._progress = None
        self._show_progress()
        self.caught_up.emit()

    def show_run_state(self) -> None:
        """The run began, was held or ended."""
        self.model.show_held(self._document.is_paused)
        self._show_progress()

    def select(self, number: int | None) -> None:
        """Show which trial is selected."""
        self.plot.select(number)
        self.table.select_number(number)

    @Slot(object)
    def select_several(self, numbers: tuple[int, ...]) -> None:
        """Show which trials are brushed elsewhere."""
        self.table.select_numbers(numbers)

    # -- inside ------------------------------------------------------------------------------------------------------

    def copy_rows(self, numbers: list[int]) -> None:
        """Put these trials on the clipboard, with the columns that are shown, as they stand."""
        QGuiApplication.clipboard().setText(self.model.as_text(numbers, self.table.header.columns()))

    def _show_filter(self) -> None:
        """Read filters by the study's own names; another study has the filter that stood there last."""
        history, setup, path = self._document.history, self._document.setup, self._document.path
        if history is None or path is None:
            return
        settings = Settings()
        self.filter.offered = settings.filters
        self.filter.show_columns(study_words.filter_columns(setup, history))
        if path != self._filtered:
            self._filtered = path
            self.filter.put(settings.filter_of(path))
        self.model.set_filter(self.filter.chosen_filter)

    def _show_marks(self) -> None:
        """Show what trials are marked with; columns that say nothing of this study are left out."""
        setup = self._document.setup
        marks = Marks.of(setup)
        self.model.show_marks(marks)
        in_one_go = setup is not None and not study_words.step_name(setup)
        idle = ({"loss", "steps"} if in_one_go else set()) | (set() if marks.notes else {"note"})
        self.table.hide_columns(frozenset(idle))

    def _steps_title(self) -> str:
        name = study_words.step_name(self._document.setup)
        return f"{name}s" if name else "steps"

    def _show_progress(self) -> None:
        document = self._document
        if document.history is None or document.setup is None:
            return
        # Whoever asks, all of the picture is of this moment: trials may have begun since the progress was found.
        states = tuple(np.bincount(document.history.state).tolist())
        if self._progress is None or states != self._states:
            self._progress, self._states = score_progress(document.history), states
            self._find_reached()
            self._say_count()
        best = self._progress.best
        self.plot.show_picture(
            HistoryData(
                self._progress,
                document.setup.direction == "minimize",
                study_words.score_name(document.setup),
                study_words.strategy_name(document.setup),
                document.setup.budget.trials,
                None if best is None else score_error(document.history, best),
                self._running(),
                dict(self._reached),
                self._broken(),
                self._expectation.found,
                document.is_running,
                document.is_paused,
            )
        )

    def _running(self) -> dict[int, Running]:
        """How far each running trial is, measured by the longest curve so far, and its score up to now."""
        document = self._document
        assert document.history is not None
        numbers = document.history.where(State.RUNNING)
        longest = max((len(document.curves.get(int(n))) for n in self._sample_of_complete()), default=0)
        shows_scores = study_words.has_interim_scores(document.setup)
        self._looks, self._turn = LOOKS, self._turn + LOOKS
        running = {}
        for number in np.roll(numbers, -self._turn).tolist():  # others come first each time
            curve = document.curves.get(number)
            share = len(curve) / longest if longest else np.nan
            score = self._interim_score(number, len(curve)) if shows_scores else np.nan
            running[number] = Running(float(share), score)
        self._interim = {number: known for number, known in self._interim.items() if number in running}
        return dict(sorted(running.items()))

    def _interim_score(self, number: int, length: int) -> float:
        """A running trial's score so far; of many that grow at once, a few are looked at anew each time."""
        known = self._interim.get(number)
        if known is None or (known[0] != length and self._looks > 0):
            self._looks -= 1
            score = float(learning_line(self._document.curves.get(number), "val_score").last)
            known = self._interim[number] = (length, score)
        return known[1]

    def _broken(self) -> frozenset[int]:
        """The complete trials that break a constraint."""
        history = self._document.history
        if history is None or not history.constraint_names:
            return frozenset()
        return frozenset(np.flatnonzero((history.state == State.COMPLETE) & ~history.feasible).tolist())

    @Slot()
    def _on_expectation_changed(self) -> None:
        self._mark_expected()
        self._show_progress()

    def _mark_expected(self) -> None:
        found = self._expectation.found
        self.model.mark_expected(None if found is None or found.number == found.observed else found.number)

    def _find_reached(self) -> None:
        """The scores that pruned trials had when they were ended, where their reports tell."""
        document = self._document
        assert document.history is not None
        if not study_words.has_interim_scores(document.setup):
            return
        for number in document.history.where(State.PRUNED)[-MANY:].tolist():
            if number not in self._reached and np.isnan(document.history.score[number]):
                self._reached[number] = learning_line(document.curves.get(number), "val_score").last

    def _sample_of_complete(self) -> np.ndarray:
        assert self._document.history is not None
        return self._document.history.where(State.COMPLETE)[-20:]

    @Slot()
    def _say_count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        column = self.model.title(self.model.sort_column)
        of = f"{shown:,} of {total:,}" if shown != total else f"{total:,}"
        noun = "trial" if total == 1 else "trials"
        goes_on = self._document.is_running or not self._document.writable  # here, or where another program runs it
        held = " · order held" if self.model.is_order_held and goes_on else ""
        self.filter.say(f"{of} {noun} · sorted by {column}{held}" if total else "")

    @Slot(object)
    def _on_filter_chosen(self, chosen: Filter) -> None:
        self.model.set_filter(chosen)
        if self._filtered is not None:
            Settings().keep_filter(self._filtered, chosen.text)
        self._say_count()

    @Slot(int, Qt.SortOrder)
    def _on_sorted(self, _column: int, _order: Qt.SortOrder) -> None:
        self._say_count()
