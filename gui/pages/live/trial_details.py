"""Below the curves: the facts of the selected trial in tabs, and what can be done with it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.analysis import Summary
from engine.events import LogLine
from engine.trials import State
from gui.base.formats import duration_text, number_text, score_text, value_text
from gui.base.theme import font_dim, space
from gui.pages.live.facts_view import Fact, FactsView
from gui.pages.live.flat_tabs import FlatTabs
from gui.pages.live.folds_view import FoldsView
from gui.pages.live.why import prediction_sentence, why_facts, why_sentence
from gui.views.labels import Words

COPIED_MS = 1500
MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tabs show: a trial, the strategy that chose it, what a step is called, and its lines of the log."""

    summary: Summary | None = None
    strategy: str = ""
    step: str = "step"
    log: tuple[LogLine, ...] = ()


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
        self.facts = FactsView("outer", "inner", self)
        self.folds = FoldsView(self)
        self.log = QPlainTextEdit(self)
        self.prediction = Words(name="label_prediction", role="outer", wrap=True, parent=self)
        self.why = Words(name="label_why", wrap=True, parent=self)
        self.why_facts = FactsView("outer", "outer", self)
        self._build_log()
        for page, title in (
            (_scrolling(self.facts, "area_summary"), "Summary"),
            (_scrolling(self.folds, "area_folds"), "Folds"),
            (self.log, "Log"),
            (_scrolling(self._why_page(), "area_why"), "Why this one"),
        ):
            self.tabs.addTab(page, title)
        self.variation = self._button("button_variation", "Queue a variation", self._on_variation)
        self.stop = self._button("button_stop_trial", "Stop this trial", self._on_stop)
        self.retry = self._button("button_retry", "Retry", self._on_retry)
        self.copy = self._button("button_copy_trial", "Copy", self._on_copy)
        self.copy.setToolTip("Copy the trial as JSON")
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
        self.stop.setEnabled(is_writable and state == State.RUNNING)
        self.retry.setEnabled(is_writable and state is not None and state.is_finished)
        self.copy.setEnabled(summary is not None)
        self._show_log(shown.log)
        if summary is None:
            self.facts.show_facts((), ())
            self.folds.show_scores((), "Select a trial to see its folds.")
            self.prediction.hide()
            self.why.setText("Select a trial to see why it was chosen.")
            self.why_facts.show_facts((), ())
            return
        self.facts.show_facts(facts_set_before(summary), facts_learned(summary, shown.step))
        over = summary.state.is_finished
        self.folds.show_scores(
            summary.fold_scores,
            "No fold scores are known of this trial." if over else "Fold scores come when the trial is complete.",
        )
        prediction = prediction_sentence(summary)
        self.prediction.setText(prediction)
        self.prediction.setVisible(bool(prediction))
        self.why.setText(why_sentence(summary, shown.strategy))
        self.why_facts.show_facts(why_facts(summary), ())

    # -- inside ------------------------------------------------------------------------------------------------------

    def _build_log(self) -> None:
        self.log.setObjectName("log_trial")
        self.log.setAccessibleName("Log of the trial")
        self.log.setReadOnly(True)
        self.log.setFrameShape(QFrame.Shape.NoFrame)
        self.log.setMaximumBlockCount(MOST_LINES)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.log.viewport().setAutoFillBackground(False)
        self.log.setPlaceholderText("Nothing was logged for this trial.")
        self.log.document().setDocumentMargin(space(12))
        self.log.setTabChangesFocus(True)
        self.log.setFont(font_dim())

    def _why_page(self) -> QWidget:
        page = QWidget(self)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for label in (self.prediction, self.why):
            label.setContentsMargins(space(16), space(12), space(16), 0)
            rows.addWidget(label)
        rows.addWidget(self.why_facts)
        rows.addStretch(1)
        return page

    def _button(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _show_log(self, log: tuple[LogLine, ...]) -> None:
        text = "\n".join(f"{datetime.fromtimestamp(line.time):%H:%M:%S}  {line.text}" for line in log[-MOST_LINES:])
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
            QGuiApplication.clipboard().setText(as_json(self._summary))
            self.copy.setText("Copied")
            QTimer.singleShot(COPIED_MS, self, self._on_copied_seen)

    @Slot()
    def _on_copied_seen(self) -> None:
        self.copy.setText("Copy")


def as_json(summary: Summary) -> str:
    """A trial as JSON, with every digit."""
    known = {
        "number": summary.number,
        "state": summary.state.label,
        "score": summary.score,
        "params": dict(summary.params),
        "fold_scores": list(summary.fold_scores),
        "seconds": summary.seconds,
        "reason": summary.reason,
    }
    return json.dumps({name: value for name, value in known.items() if value not in (None, [], "")}, indent=2)


def facts_set_before(summary: Summary) -> tuple[Fact, ...]:
    return tuple(
        Fact(name.replace("_", " "), value_text(value), f"{name} = {value!r}") for name, value in summary.params.items()
    )


def facts_learned(summary: Summary, step: str) -> tuple[Fact, ...]:
    facts = []
    numbers: tuple[tuple[str, float | int | None], ...] = (
        ("parameters learned", summary.parameters),
        (f"{step}s", (summary.steps if step else 0) or None),
        ("validation loss", summary.val_loss),
        ("training loss", summary.train_loss),
        ("generalisation gap", summary.gap),
        ("gradient norm", summary.gradient_norm),
        ("update / weight", summary.update_ratio),
        (f"converged at {step}", summary.converged if summary.state == State.COMPLETE else None),
        ("training score", summary.train_score),
    )
    if summary.score is not None:
        error = None if summary.spread is None else summary.spread / math.sqrt(len(summary.fold_scores))
        band = f" ± {number_text(error, 2)}" if error else ""
        facts.append(Fact("score", score_text(summary.score, error) + band, repr(summary.score)))
    for name, value in numbers:
        if value is not None:
            facts.append(Fact(name, number_text(value, 3 if isinstance(value, float) else 9), repr(value)))
    if summary.seconds is not None:
        facts.append(Fact("time", duration_text(summary.seconds), f"{summary.seconds} s"))
    return tuple(facts)


def _scrolling(inner: QWidget, name: str) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)
    area.setWidget(inner)
    return area
