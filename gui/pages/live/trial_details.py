"""Below the curves: the facts of the selected trial in tabs, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.analysis import Pruning, Summary
from engine.events import LogLine
from engine.trials import State, local_time
from gui.base.theme import font_dim, space
from gui.pages.live.ending import ending_facts, ending_sentence, judgement
from gui.pages.live.facts_view import Fact, FactsView
from gui.pages.live.folds_view import FoldsView
from gui.pages.live.trial_facts import as_json, facts_learned, facts_of_slope, facts_set_before
from gui.pages.live.why import prediction_sentence, why_facts, why_sentence
from gui.views.copy_button import CopyButton
from gui.views.flat_tabs import FlatTabs
from gui.views.focus_ring import FocusRing
from gui.views.labels import Words

MOST_LINES = 500  # of the log of a trial, the last ones: a guess
SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tabs show: a trial, the strategy that chose it, what a step is called, how many folds, the log.

    ``pruning`` is what ending trials early did in this study, where the trial's end is about that.
    """

    summary: Summary | None = None
    strategy: str = ""
    step: str = "step"
    folds: int | None = None
    log: tuple[LogLine, ...] = ()
    pruning: Pruning | None = None


class TrialDetails(QWidget):
    """``tabs_trial``. Signals ``variation_wanted``, ``stop_wanted`` and ``retry_wanted`` carry the trial's number."""

    variation_wanted = Signal(object)
    stop_wanted = Signal(object)
    retry_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary: Summary | None = None
        self.tabs = FlatTabs(self)
        self.tabs.setObjectName("tabs_trial")
        self.tabs.setAccessibleName("The selected trial")
        self.reason = _selectable(Words(name="label_reason", wrap=True, parent=self))
        self.facts = FactsView("outer", "inner", self)
        self.slopes_title = Words(
            "Derivative of the validation loss with respect to each hyperparameter", wrap=True, parent=self
        )
        self.slopes = FactsView("inner", "inner", self)
        self.folds = FoldsView(self)
        self.log = QPlainTextEdit(self)
        self.prediction = Words(name="label_prediction", role="outer", wrap=True, parent=self)
        self.why = Words(name="label_why", wrap=True, parent=self)
        self.why_facts = FactsView("outer", "outer", self)
        self.ending = _selectable(Words(name="label_ending", wrap=True, parent=self))
        self.judgement = Words(name="label_ending_judgement", wrap=True, parent=self)
        self.saved = FactsView("inner", "inner", self)
        self._build_log()
        summary = self._page(self.reason, self.facts, self.slopes_title, self.slopes)
        reasons = self._page(self.prediction, self.why, self.why_facts)
        ending = self._page(self.ending, self.judgement, self.saved)
        for page, title in (
            (_scrolling(summary, "area_summary", "Summary of the trial"), "Summary"),
            (_scrolling(self.folds, "area_folds", "Folds of the trial"), "Folds"),
            (self.log, "Log"),
            (_scrolling(reasons, "area_why", "Why this trial was chosen"), "Why this trial?"),
            (_scrolling(ending, "area_ending", "Why this trial ended"), "Why it ended"),
        ):
            self.tabs.addTab(page, title)
        self.variation = self._button("button_variation", "Queue a modified copy", self._on_variation)
        self.stop = self._button("button_stop_trial", "Stop this trial", self._on_stop)
        self.retry = self._button("button_retry", "Retry", self._on_retry)
        self.copy = CopyButton("Copy", "button_copy_trial", "Copy the trial as JSON", self)
        self.copy.clicked.connect(self._on_copy)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(space(16), space(8), space(16), space(12))
        buttons.setSpacing(space(8))
        for button in (self.variation, self.stop, self.retry, self.copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.tabs, 1)
        rows.addLayout(buttons)
        self.show_trial(Shown(), is_writable=False)

    def show_trial(self, shown: Shown, *, is_writable: bool) -> None:
        """Show another trial, or the same one further on."""
        summary = shown.summary
        self._summary = summary
        state = None if summary is None else summary.state
        self.variation.setEnabled(is_writable)
        self.stop.setEnabled(state == State.RUNNING)  # where another process runs it, that is asked
        self.retry.setEnabled(is_writable and state is not None and state.is_finished())
        self.copy.setEnabled(summary is not None)
        reason = "" if summary is None else summary.reason
        self._show_log(shown.log, reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        if summary is None:
            self.facts.show_facts((), ())
            self._show_slopes(())
            self.folds.show_scores((), "Select a trial to see its folds.")
            self.prediction.hide()
            self.why.setText("Select a trial to see why it was chosen.")
            self.why_facts.show_facts((), ())
            self.ending.setText("Select a trial to see why it ended.")
            self._show_judgement("", ())
            return
        self.facts.show_facts(facts_set_before(summary), facts_learned(summary, shown.step))
        self._show_slopes(facts_of_slope(summary))
        over = summary.state.is_finished()
        self.folds.show_scores(
            summary.fold_scores,
            "This trial has no fold scores." if over else "Fold scores appear when the trial is complete.",
            summary.raced,
            shown.folds,
        )
        prediction = prediction_sentence(summary)
        self.prediction.setText(prediction)
        self.prediction.setVisible(bool(prediction))
        self.why.setText(why_sentence(summary, shown.strategy))
        self.why_facts.show_facts(why_facts(summary), ())
        self.ending.setText(ending_sentence(summary))
        self._show_judgement(judgement(summary, shown.pruning), ending_facts(summary, shown.pruning))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _build_log(self) -> None:
        self.log.setObjectName("log_trial")
        self.log.setAccessibleName("Log of the trial")
        self.log.setReadOnly(True)
        self.log.setTextInteractionFlags(SELECTABLE)
        self.log.setFrameShape(QFrame.Shape.NoFrame)
        self.log.setMaximumBlockCount(MOST_LINES)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.log.viewport().setAutoFillBackground(False)
        self.log.setPlaceholderText("Nothing was logged for this trial.")
        self.log.document().setDocumentMargin(space(12))
        self.log.setTabChangesFocus(True)
        self.log.setFont(font_dim())
        FocusRing(self.log)

    def _page(self, *parts: QWidget) -> QWidget:
        """One under the other, words with air above them."""
        page = QWidget(self)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for part in parts:
            if isinstance(part, Words):
                part.setContentsMargins(space(16), space(12), space(16), 0)
            rows.addWidget(part)
        rows.addStretch(1)
        return page

    def _button(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _show_slopes(self, facts: tuple[Fact, ...]) -> None:
        self.slopes.show_facts(facts, ())
        self.slopes_title.setVisible(bool(facts))
        self.slopes.setVisible(bool(facts))

    def _show_judgement(self, words: str, facts: tuple[Fact, ...]) -> None:
        self.judgement.setText(f"Was that right? {words}" if words else "")
        self.judgement.setVisible(bool(words))
        self.saved.show_facts(facts, ())
        self.saved.setVisible(bool(facts))

    def _show_log(self, log: tuple[LogLine, ...], reason: str) -> None:
        """The lines of the log, and the reason where none of them tells it."""
        lines = [f"{_clock(line.time)}  {line.text}" for line in log[-MOST_LINES:]]
        if reason and not any(reason in line.text for line in log):
            lines.append(reason)
        text = "\n".join(lines)
        if text != self.log.toPlainText():
            self.log.setPlainText(text)
            bar = self.log.verticalScrollBar()
            bar.setValue(bar.maximum())

    @Slot()
    def _on_variation(self) -> None:
        self.variation_wanted.emit(None if self._summary is None else self._summary.number)

    @Slot()
    def _on_stop(self) -> None:
        if self._summary is not None:
            self.stop_wanted.emit(self._summary.number)

    @Slot()
    def _on_retry(self) -> None:
        if self._summary is not None:
            self.retry_wanted.emit(self._summary.number)

    @Slot()
    def _on_copy(self) -> None:
        if self._summary is not None:
            self.copy.copy(as_json(self._summary))


def _scrolling(inner: QWidget, name: str, title: str) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(title)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # arrows and page keys scroll
    FocusRing(area)
    area.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)
    area.setWidget(inner)
    return area


def _clock(time: float) -> str:
    moment = local_time(time)
    return "--:--:--" if moment is None else f"{moment:%H:%M:%S}"


def _selectable(words: Words) -> Words:
    words.setTextInteractionFlags(SELECTABLE)
    words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return words
