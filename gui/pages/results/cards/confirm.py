"""The card that confirms the winner: fresh folds and seeds, rivals and baselines, and which trial to take."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from engine.judging.confirmation import Confirmation
from engine.judging.confirmation_words import paragraph, remark, suggestion
from gui.base.formats import about_text, count_text
from gui.base.marks import mark_main
from gui.base.text import caption, plain
from gui.base.theme import font_dim
from gui.pages.live import study_words
from gui.pages.results.cards import registry
from gui.pages.results.cards.base import ResultsContext
from gui.pages.results.decision_rows import decision_rows, foot
from gui.pages.results.winner_card import WinnerCard
from gui.plots.intervals import IntervalsPlot
from gui.views.labels import Words

BEFORE = (
    "The score of the search owes something to luck. Training the leaders and simple baselines again, on fresh folds "
    "and seeds, shows which of them hold and which cannot be told apart."
)
STARTING = "The table is being read …"
OLD = "Other trials lead since this was confirmed."


@registry.register
class ConfirmCard(WinnerCard):
    """``card_confirm``."""

    title: ClassVar[str] = "Confirm the winner"
    place: ClassVar[int] = 15
    help_topic: ClassVar[str] = "window:confirm_the_winner"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.paragraph = Words(name="label_confirm", wrap=True, parent=self)
        self.plot = IntervalsPlot("plot_decision", "The leaders and baselines on fresh folds", self)
        self.foot = Words(name="label_confirm_foot", role="dim", font=font_dim(), wrap=True, parent=self)
        self.suggestion = Words(name="label_suggestion", wrap=True, parent=self)
        self.start = self.button("button_confirm", "Confirm the winner", self._on_start)
        self.more = self.button("button_confirm_more", "20 more fresh fits each", self._on_more)
        self.take = self.button("button_take_suggested", "Take the quickest", self._on_take)
        self.take_simplest = self.button("button_take_simplest", "Take the simplest", self._on_take)
        self.keep = self.button("button_keep_best", "Keep the best", self._on_take)
        self.stop = self.button("button_stop_confirming", "Stop", self._winner.stop)
        self._choices = self.start, self.more, self.take, self.take_simplest, self.keep
        self.lay((self.paragraph, self.plot, self.foot, self.suggestion, self.fault), (*self._choices, self.stop))

    def show_winner(self) -> None:
        """Show how far it came, and what can be pressed."""
        winner, setup = self._winner, self.context.document.setup
        found = winner.confirmation
        is_busy = winner.is_training and not winner.is_opening
        why_not = winner.why_not
        self.plot.setVisible(found is not None)
        self.foot.setVisible(found is not None)
        if found is None or setup is None:
            self.say_head()
            self.paragraph.setText(STARTING if is_busy else BEFORE)
            self.suggestion.setText("" if is_busy else why_not)
        else:
            fits = count_text(found.fits, "fresh fit")
            self.say_head(f"Confirming: {fits} so far" if is_busy else f"Confirmed by {fits}", remark(found))
            self.paragraph.setText(paragraph(found) if winner.is_current else f"{OLD} {paragraph(found)}")
            self.suggestion.setText("" if is_busy else suggestion(found))
            self.plot.show_rows(decision_rows(found, study_words.metric_name(setup)))
            self.foot.setText(foot(found))
        self.suggestion.setVisible(bool(self.suggestion.text()))
        self._show_buttons(found if winner.is_current else None, is_busy=is_busy, why_not=why_not)

    def _show_buttons(self, found: Confirmation | None, *, is_busy: bool, why_not: str) -> None:
        winner = self._winner
        self.stop.setVisible(is_busy)
        self.start.setVisible(not is_busy and found is None)
        self.more.setVisible(not is_busy and found is not None)
        seconds = winner.seconds
        about = f": {about_text(seconds)}" if seconds else ""
        again = "Confirm the winner" if winner.confirmation is None else "Confirm the new winner"
        self.start.setText(f"{again}{about}")
        for button in (self.start, self.more):
            button.setEnabled(not why_not and not winner.is_training)
            button.setToolTip(plain(why_not))
        offered = [] if found is None or is_busy else self._offers(found)
        for button in (self.take, self.take_simplest, self.keep):
            button.hide()
        for button, trial, words in offered:
            button.setText(caption(words))
            button.setProperty("trial", trial)
            button.setEnabled(trial != winner.taken)
            button.show()
        self._choose_main(found)

    def _offers(self, found: Confirmation) -> list[tuple[QPushButton, int, str]]:
        """The trials that one press takes: the quickest, the simplest, the confirmed one."""
        best = found.winner.candidate.number
        offers: list[tuple[QPushButton, int, str]] = []
        for button, place, what in (
            (self.take, found.quickest, "the quickest"),
            (self.take_simplest, found.simplest, "the simplest"),
        ):
            number = None if place is None else found.rows[place].candidate.number
            if number is not None and number not in (best, *(one for _, one, _ in offers)):
                offers.append((button, number, f"Take trial {number}, {what}"))
        if best is not None:
            said = f"Keep trial {best}" if found.best == 0 else f"Take trial {best}"
            offers.append((self.keep, best, said))
        return offers

    def _choose_main(self, found: Confirmation | None) -> None:
        undecided = found is not None and not found.is_decided
        main = self.start if found is None else self.more if undecided else self.keep
        mark_main(self._choices, main)

    @Slot()
    def _on_start(self) -> None:
        self.tell_fault("")
        self._winner.confirm()

    @Slot()
    def _on_more(self) -> None:
        self.tell_fault("")
        self._winner.confirm(more=True)

    @Slot()
    def _on_take(self) -> None:
        self._winner.take(int(self.sender().property("trial")))
