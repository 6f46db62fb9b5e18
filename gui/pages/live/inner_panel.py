"""The inner loop: learning curves, and the facts of the selected trial under them."""

from __future__ import annotations

import math

import numpy as np
import numpy.ma  # np.unique would load it when the first trial is selected, which is felt
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.analysis import (
    MEASURES,
    Line,
    Measure,
    Summary,
    fold_line,
    lagging_fold,
    layer_kinds,
    measures_of,
    pruning_of,
    running_line,
    summarise,
    validation_and_train,
    validation_minimum,
)
from engine.events import LogLine, StepReported, TrialInterrupted, TrialStarted
from engine.objectives.description import TableObjective
from engine.trials import Curve, State
from gui.base.theme import space
from gui.pages.live import curve_words, study_words
from gui.pages.live.trial_details import Shown, TrialDetails
from gui.pages.live.worker_strip import WorkerStrip
from gui.plots.background_curves import MOST_LINES
from gui.plots.inner import InnerData, InnerPlot, registry
from gui.plots.losses import LossesData, LossesPlot
from gui.session.document import Document

LINES_PER_FRAME = 8  # of trials that train together, many grow at once
FRAME_MS = 33  # thirty times a second, as events come
SCORE = next(measure for measure in MEASURES if measure.name == "score")


class InnerPanel(QSplitter):
    """Owned by the live page. Signal ``picked`` carries a trial's number; those of ``details`` what to do with it."""

    picked = Signal(object)

    def __init__(self, document: Document, words: study_words.TrialTooltip, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setObjectName("splitter_inner")
        self._document = document
        self._number: int | None = None
        self._pruned: dict[int, tuple[float, float]] = {}
        self.plot = LossesPlot(words, self)
        self._kinds = tuple(registry.get(name) for name in registry.names())
        self._views: dict[type[InnerPlot], InnerPlot] = {}  # made when they are first wanted
        self._measures: tuple[Measure, ...] = ()
        self._behind: dict[int, None] = {}  # trials whose lines are not up to date, the longest waiting first
        self._is_filling = False  # after another study or measure: all lines come, a few in each frame
        self._next = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._next.timeout.connect(self._put_some)
        self._view: InnerPlot | None = None  # the one that is shown instead of the learning curves
        self.details = TrialDetails(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.plot)
        self.stack.setMinimumHeight(space(280))
        self.details.setMinimumHeight(space(160))
        self.workers = WorkerStrip(document, self)
        self.workers.picked.connect(self.picked)
        lower = QWidget(self)
        rows = QVBoxLayout(lower)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.details, 1)
        rows.addWidget(self.workers)
        self.addWidget(self.stack)
        self.addWidget(lower)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 5)
        self.setStretchFactor(1, 4)
        self.setSizes([space(400), space(320)])
        self.plot.picked.connect(self.picked)
        self.plot.measure_chosen.connect(self._on_measure_chosen)

    @property
    def measure(self) -> Measure:
        """What the curves show."""
        return self.plot.measure

    @property
    def views(self) -> tuple[InnerPlot, ...]:
        """The further views that were shown so far."""
        return tuple(self._views.values())

    @property
    def _shown(self) -> LossesPlot | InnerPlot:
        """The plot that is shown."""
        return self._view or self.plot

    def show_study(self) -> None:
        """Show the document's study from its beginning."""
        self._refill()
        self._show_selected()

    def select(self, number: int | None) -> None:
        """Show another trial in full."""
        self._number = number
        self._show_selected()

    def take(self, events: tuple[object, ...]) -> None:
        """Follow events: only curves that grew are handed on."""
        grown = {event.number for event in events if isinstance(event, StepReported)}
        others = {
            number
            for event in events
            if not isinstance(event, StepReported | LogLine) and (number := getattr(event, "number", None)) is not None
        }
        for event in events:
            if isinstance(event, TrialStarted | TrialInterrupted):
                self.plot.crowd.drop(event.number)
        self._behind.update(dict.fromkeys(sorted(grown | others)))
        self._put_some()
        logged = {event.number for event in events if isinstance(event, LogLine)}
        if self._number in grown | others | logged or None in logged or others:
            self._show_selected()
        elif grown:
            self.plot.refresh()

    @Slot()
    def _put_some(self) -> None:
        """Bring a few background lines up to date; the others follow in the next frames."""
        for number in list(self._behind)[:LINES_PER_FRAME]:
            del self._behind[number]
            self._put(number)
        if self._behind:
            self._next.start()
        elif self._is_filling:  # how many there are is said of the selected trial
            self._is_filling = False
            self._show_selected()
        self.plot.refresh()

    def show_run_state(self) -> None:
        """The run began or ended."""
        self._show_selected()

    def show_setup(self) -> None:
        """The definition changed: curves stay, but what a step is called may be another word."""
        self._show_selected()

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_measure_chosen(self, measure: Measure) -> None:
        had_focus = self._shown.choice.hasFocus()
        kind = next((kind for kind in self._kinds if measure in kind.measures), None)
        self._view = None if kind is None else self._view_of(kind)
        if self._view is None:
            self._take_measure(measure)
        else:
            self._view.take_measure(measure)
        self._show_selected()
        self.stack.setCurrentWidget(self._shown)  # now that it knows the trial
        if had_focus:
            self._shown.choice.setFocus()  # the switch that stands in its place

    def _view_of(self, kind: type[InnerPlot]) -> InnerPlot:
        """The view of this kind, made now where it is shown for the first time."""
        if kind not in self._views:
            view = self._views[kind] = kind()  # type: ignore[call-arg]  # each names itself
            view.measure_chosen.connect(self._on_measure_chosen)
            view.choice.offer(self._measures)
            self.stack.addWidget(view)
        return self._views[kind]

    def _take_measure(self, measure: Measure) -> None:
        if measure != self.measure:
            self.plot.take_measure(measure)
            self._refill()

    def _offer(self, curve: Curve) -> None:
        """What can be shown: the measures that the selected trial told, and further views of a model with epochs."""
        told = (SCORE,) if self._is_stepless() else measures_of(curve)
        measures = tuple(curve_words.named(measure, self._document.setup) for measure in told)
        same = next((measure for measure in measures if measure.name == self.measure.name), None)
        if measures and self.measure != same:
            self._take_measure(same or measures[0])
        if self._tells_layers() or layer_kinds(curve):
            measures += tuple(measure for kind in self._kinds for measure in kind.measures)
        else:
            self._view = None
            self.stack.setCurrentWidget(self.plot)
        self._measures = measures
        plots: tuple[LossesPlot | InnerPlot, ...] = (self.plot, *self.views)
        for plot in plots:
            plot.choice.offer(measures)
            plot.choice.show_choice(plot.measure)

    def _tells_layers(self) -> bool:
        family = study_words.family_of(self._document.setup)
        return family is not None and family.tells_layers

    def _refill(self) -> None:
        self.plot.crowd.clear()
        self._behind.clear()
        self._pruned.clear()
        if self._document.history is not None:
            self._behind.update(dict.fromkeys(self._document.curves.newest(MOST_LINES)))
            self._is_filling = True
            self._put_some()

    def _put(self, number: int) -> None:
        history = self._document.history
        if history is None or number not in self._document.curves or number >= len(history):
            return
        curve = self._document.curves.get(number)
        state = State(int(history.state[number]))
        line = self._lines(curve)[0]
        self.plot.crowd.put(number, line, moving=not state.is_finished())
        if state == State.PRUNED and len(line) and math.isfinite(line.last):
            self._pruned[number] = (float(line.steps[-1]), line.last)

    def _lines(self, curve: Curve) -> tuple[Line, Line]:
        if self._is_stepless():
            return fold_line(curve, "val_score"), fold_line(curve, "train_score")
        leading, second = validation_and_train(curve, self.measure)
        return (leading, second) if len(leading) else (second, leading)

    def _is_stepless(self) -> bool:
        return study_words.step_name(self._document.setup) == ""

    def _show_selected(self) -> None:
        document, number = self._document, self._number
        history, setup = document.history, document.setup
        if history is None or number is None or number >= len(history):
            self._show_nothing()
            return
        summary = summarise(history, document.curves, number)
        curve = document.curves.get(number)
        step = study_words.step_name(setup)
        folds = setup.objective.validation.splits if setup and isinstance(setup.objective, TableObjective) else None
        if len(curve):
            self._offer(curve)
        sentence = study_words.sentence_of(summary, step, folds, is_paused=document.is_paused)
        if self._view is not None:
            over = summary.state.is_finished()
            tells = self._tells_layers()
            self._view.show_picture(InnerData(curve, f"Trial {number}", sentence, step or "step", "", over, tells))
        validation, train = self._shown_lines(curve, summary.state)
        fold = None if self._is_stepless() or summary.state == State.COMPLETE else lagging_fold(curve)
        low = validation_minimum(validation, train) if self.measure.name == "loss" else None
        told = curve_words.validation_minimum_sentence(low, step or "step", is_over=summary.state.is_finished())
        self.plot.show_picture(
            LossesData(
                number,
                validation,
                train,
                f"Trial {number}",
                sentence,
                summary.reason or self._remark(number, told),
                step or "fold",
                "" if len(curve) or self.plot.crowd.lines() else _no_curve(summary, document.is_paused),
                pruned={other: end for other, end in self._pruned.items() if other != number},
                running=Line(np.zeros(0), np.zeros(0)) if fold is None else running_line(curve, self.measure),
                running_name="" if fold is None else f"fold {fold + 1}",
                validation_minimum=low if low is not None and low.is_rising else None,
            )
        )
        log = tuple(line for line in document.log if line.number in (None, number))
        strategy = study_words.strategy_name(setup)
        pruning = pruning_of(history) if summary.state == State.PRUNED or summary.spared else None
        self.details.show_trial(Shown(summary, strategy, step, folds, log, pruning), is_writable=document.writable)

    def _shown_lines(self, curve: Curve, state: State) -> tuple[Line, Line]:
        """Validation and training, or the only one of them in the place of its kind."""
        if self._is_stepless():
            return self._lines(curve)
        return validation_and_train(curve, self.measure, is_complete=state == State.COMPLETE)

    def _show_nothing(self) -> None:
        has_study = self._document.history is not None
        empty = "" if has_study and len(self.plot.crowd.lines()) else _empty_sentence(self._document)
        self.plot.show_picture(LossesData(subject="", sentence="Learning curves", empty=empty))
        for view in self.views:
            view.show_picture(InnerData(empty=empty or "Select a trial to see its weights and gradients."))
        self.details.show_trial(Shown(), is_writable=has_study and self._document.writable)

    def _remark(self, number: int, told: str) -> str:
        words = (told.rstrip("."), curve_words.note(self.measure, self._document.setup), self._in_background(number))
        return " · ".join(part for part in words if part)

    def _in_background(self, number: int) -> str:
        others = self.plot.crowd.others(number)
        if not others:
            return ""
        words = f"{others} other {'trial' if others == 1 else 'trials'} in the background"
        total = len(self._document.curves) - 1
        if total > others and others >= MOST_LINES - 1:
            words = f"the last {others} of {total:,} other trials in the background"
        return f"{words}, ◆ pruned" if self._pruned and self.measure.name == "loss" else words


def _no_curve(summary: Summary, is_paused: bool) -> str:
    if summary.state.is_finished():
        return f"Trial {summary.number} reported no steps, so there is no curve to draw."
    if is_paused:
        return "The run is paused. Learning curves appear here when it goes on."
    return "Learning curves appear here as soon as the trial reports a step."


def _empty_sentence(document: Document) -> str:
    step = study_words.step_name(document.setup)
    begin = "" if document.is_running else " Press Run to start."
    begin = " The run is paused." if document.is_paused else begin
    if step == "":
        family = study_words.family_of(document.setup)
        name = family.title.lower() if family is not None else "model"
        return f"A {name} is fitted in a single step: its fold scores appear here.{begin}"
    return f"Losses appear here {step} by {step} while a trial trains.{begin}"
