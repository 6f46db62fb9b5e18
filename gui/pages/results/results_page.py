"""The results page: the best configuration in words and numbers, and the column of cards below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from engine.analysis import BestSummary, best_summary, summarise
from engine.study import result_remarks
from gui.base.formats import count_text, score_text
from gui.base.messages import Messages
from gui.base.stages import Staged
from gui.base.text import plain
from gui.base.theme import font_big, font_title, space
from gui.pages.live import study_words
from gui.pages.live.why import prediction_sentence, why_sentence
from gui.pages.results import words
from gui.pages.results.cards import ResultsCard, ResultsContext, all_cards
from gui.pages.results.cards.exports import ExportsCard
from gui.pages.results.score_distribution import ScoreDistribution, ScoreDistributionData
from gui.session.document import Document
from gui.session.expected_best import ExpectedBestTracker, expected_words, winner_curse_text
from gui.session.honest_winner import HonestWinner
from gui.session.judged import JudgedLook
from gui.views.labels import Words

WIDEST = 900  # pixels, beyond which lines are hard to read; as drawn
CARDS_A_STAGE = 4  # made in about a frame on a slow machine: a guess
PAUSE_MS = 250  # the page follows a run a few times a second


class ResultsPage(Staged, QWidget):
    """``page_results``. Shows the best trial of ``document``; says how to get one while there is none.

    Signal ``trial_wanted`` carries the number of the trial that is expected to be best, when a person asks for it.
    """

    trial_wanted = Signal(object)

    def __init__(
        self,
        document: Document,
        expectation: ExpectedBestTracker,
        messages: Messages,
        parent: QWidget | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page_results")
        self.setAccessibleName("Results")
        self._document = document
        self._expectation = expectation
        self._found: BestSummary | None = None
        self.score = Words(name="label_result_score", role="outer", font=font_big(), parent=self)
        self.headline = Words(name="label_result", font=font_title(), wrap=True, parent=self)
        self.sentence = Words(name="label_configuration", wrap=True, parent=self)
        self.comparison = Words(name="label_comparison", wrap=True, parent=self)
        self.why = Words(name="label_why_best", wrap=True, parent=self)
        self.expected = QPushButton(self)
        self.luck = Words(name="label_luck", wrap=True, parent=self)
        self.caution = Words(name="label_caution", role="dim", wrap=True, parent=self)
        self.empty = Words(name="label_no_results", role="dim", wrap=True, parent=self)
        self.strip = ScoreDistribution(self)
        self.winner = HonestWinner(document, self)
        self._judged = JudgedLook(document, self)
        self.cards: list[ResultsCard] = []
        self.begin(self._build(ResultsContext(document, messages, self.winner, self._judged)), at_once=at_once)

    def _build(self, context: ResultsContext) -> Iterator[None]:
        document, expectation = self._document, self._expectation
        rows = self._build_ui()
        yield
        for card in all_cards():
            made = card(context, self)
            self.cards.append(made)
            rows.addWidget(made)
            if len(self.cards) % CARDS_A_STAGE == 0:
                yield
        rows.addStretch(1)
        self.exports = next(card for card in self.cards if isinstance(card, ExportsCard))
        yield
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.refresh)
        self.expected.clicked.connect(self._on_expected_clicked)
        for signal in (expectation.changed, document.opened, document.setup_changed, document.run_state_changed):
            signal.connect(self._on_changed)
        document.trials_changed.connect(self._on_trials_changed)
        self.winner.changed.connect(self._on_changed)
        self.refresh()

    def export(self) -> None:
        """Have a place chosen and export there, in the format of its ending."""
        if not self.isVisible():
            self.refresh()
        if self._found is not None:
            self.exports.ask()
            self._area.ensureWidgetVisible(self.exports.said)  # what becomes of it is said there

    def shutdown(self) -> None:
        """Wait for what the cards work out beside the window: for the very end."""
        self.winner.shutdown()
        for card in self.cards:
            card.shutdown()
        self._judged.shutdown()

    @Slot()
    def refresh(self) -> None:
        """Show the present standing."""
        self._pause.stop()
        document = self._document
        if document.history is None or document.setup is None:
            self._found = None
            self._stack.setCurrentIndex(0)
            return
        self._found = best_summary(document.history, document.curves)
        self._stack.setCurrentIndex(0 if self._found is None else 1)
        if self._found is None:
            self.empty.setText(self._empty_sentence())
        else:
            self._show(self._found)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _build_ui(self) -> QVBoxLayout:
        """All but the cards; the column that they are put into."""
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QWidget(self)
        column.setMaximumWidth(space(WIDEST))
        rows = QVBoxLayout(column)
        rows.setContentsMargins(space(24), space(24), space(24), space(24))
        rows.setSpacing(space(12))
        first = QHBoxLayout()
        first.setSpacing(space(4))
        first.addWidget(self.score, 0, Qt.AlignmentFlag.AlignBottom)
        first.addWidget(self.headline, 1, Qt.AlignmentFlag.AlignBottom)
        rows.addLayout(first)
        self.expected.setObjectName("button_expected_best")
        self.expected.setAccessibleName("The trial with the best expected score")
        self.expected.setProperty("shape", "aside")
        expected = QVBoxLayout()
        expected.setSpacing(space(4))
        expected.addWidget(self.expected, 0, Qt.AlignmentFlag.AlignLeft)
        expected.addWidget(self.luck)
        for part in (self.sentence, self.comparison):
            rows.addWidget(part)
        rows.addLayout(expected)
        for part in (self.why, self.caution):
            rows.addWidget(part)
        rows.addWidget(self.strip)
        rows.addSpacing(space(4))
        self._area = area = QScrollArea(self)
        area.setObjectName("area_results")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        area.viewport().setAutoFillBackground(False)
        holder = QWidget(area)
        centre = QHBoxLayout(holder)
        centre.setContentsMargins(0, 0, 0, 0)
        centre.addStretch(1)
        centre.addWidget(column, 1000)
        centre.addStretch(1)
        area.setWidget(holder)
        holder.setAutoFillBackground(False)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(area)
        return rows

    def _show(self, found: BestSummary) -> None:
        document = self._document
        assert document.history is not None
        assert document.setup is not None
        history, setup = document.history, document.setup
        confirmed = self.winner.confirmation if self.winner.is_current else None
        self.score.setText(words.best_score(found) if confirmed is None else words.fresh_score(confirmed))
        said = words.headline(found, setup) if confirmed is None else words.fresh_headline(confirmed, setup)
        self.headline.setText(said.strip())
        self.sentence.setText(words.configuration(found, setup))
        self.comparison.setText(words.comparison(found, setup))
        strategy = study_words.strategy_name(setup)
        prediction = prediction_sentence(found.best) if "predicted" in found.best.why else ""
        self.why.setText(f"{prediction} {why_sentence(found.best, strategy)}".strip())
        self._show_expected()
        remarks = result_remarks(setup, history)
        self.caution.setText(" ".join([words.caution(setup), *remarks]))
        taken = self.winner.taken
        if taken is not None and taken != found.best.number:
            found = replace(found, best=summarise(history, document.curves, taken))
        for card in self.cards:
            card.show_best(found)
        complete = history.score[history.eligible]
        error = found.best.error
        first = found.first != found.best.number
        shaded = ", shaded: ± its standard error" if found.best.error else ""
        self.strip.show_picture(
            ScoreDistributionData(
                complete[np.isfinite(complete)],
                float(found.best.score or 0.0),
                found.best.error,
                found.median,
                found.first_score,
                setup.direction == "minimize",
                (
                    f"best {words.best_score(found)}{shaded}",
                    f"median {score_text(found.median, error)}",
                    f"first trial {score_text(found.first_score, error)}" if first else "",
                ),
            )
        )
        self.strip.setVisible(found.complete > 1)

    def _show_expected(self) -> None:
        expected = self._expectation.found
        self.expected.setVisible(expected is not None)
        self.luck.setVisible(expected is not None)
        if expected is not None:
            self.expected.setText(expected_words(expected))
            self.expected.setAccessibleName(f"{expected_words(expected)}. Show it live")
            self.expected.setToolTip(plain(f"Show trial {expected.number} live"))
            self.luck.setText(winner_curse_text(expected))

    @Slot()
    def _on_expected_clicked(self) -> None:
        if self._expectation.found is not None:
            self.trial_wanted.emit(self._expectation.found.number)

    def _empty_sentence(self) -> str:
        history = self._document.history
        assert history is not None
        counts = history.counts()
        if counts["complete"]:  # and yet there is no best one
            return str(history.no_best("Press Run to continue."))
        if counts["failed"] and not counts["running"] and not counts["waiting"]:
            failed = count_text(counts["failed"], "trial")
            return f"No trial is complete: {failed} failed. The Live page shows why."
        if counts["running"]:
            return "The best configuration appears here when the first trial is complete."
        return "The best configuration appears here when a trial is complete. Press Run to start."

    @Slot()
    def _on_changed(self) -> None:
        if self.isVisible():
            self.refresh()

    @Slot(object)
    def _on_trials_changed(self, _events: object) -> None:
        if self.isVisible() and not self._pause.isActive():
            self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what came while another page was shown."""
        super().showEvent(event)
        self.winner.watch(True)
        self.refresh()
        self._judged.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is looked at or read for a page that nobody sees."""
        super().hideEvent(event)
        self.winner.watch(False)
        self._judged.watch(False)
