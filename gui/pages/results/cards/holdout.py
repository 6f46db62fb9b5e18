"""The card of the holdout: opened once, by a deliberate press; every row can be looked at afterwards."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from engine.judging.confirmation_words import holdout_sentence, optimism_words, others_sentence, used_up_sentence
from engine.objectives.description import TableObjective
from gui.base.text import plain
from gui.base.theme import font_dim
from gui.pages.results.cards import registry
from gui.pages.results.cards.base import ResultsContext
from gui.pages.results.winner_card import WinnerCard
from gui.plots.rows_judged import RowsJudgedPlot
from gui.views.labels import Words

NONE_KEPT = "This study set no rows aside. A new study keeps some where its holdout share is above zero, in Setup."
NO_TABLE = "Only a study about a table can set rows aside."
CLOSED = "{share:.0f} % of the rows were set aside, and the search has never seen them."
ASKS = "It can be opened once: whoever looks again, or chooses by it, has used it up. Open it now?"
ASKS_AGAIN = "It was opened before, so another score on these rows is no longer honest. Open it again?"
OPENING = "Training on all rows of the search …"


@registry.register
class HoldoutCard(WinnerCard):
    """``card_holdout``."""

    title: ClassVar[str] = "Holdout"
    place: ClassVar[int] = 20
    help_topic: ClassVar[str] = "window:holdout"
    opens_holdout: ClassVar[bool] = True

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._asks = False
        self.sentence = Words(name="label_holdout", wrap=True, parent=self)
        self.plot = RowsJudgedPlot(parent=self)
        self.row = Words(name="label_holdout_row", role="dim", font=font_dim(), wrap=True, parent=self)
        self.remark = Words(name="label_holdout_foot", role="dim", font=font_dim(), wrap=True, parent=self)
        self.question = Words(name="label_holdout_question", wrap=True, parent=self)
        self.open = self.button("button_open_holdout", "Open the holdout…", self._on_wanted)
        self.yes = self.button("button_open_holdout_now", "Open it", self._on_yes)
        self.no = self.button("button_leave_holdout", "Leave it closed", self._on_no)
        parts = (self.sentence, self.plot, self.row, self.remark, self.fault, self.question)
        self.lay(parts, (self.open, self.yes, self.no))
        self.plot.picked.connect(self._on_row)
        context.document.opened.connect(self._on_no)

    def show_winner(self) -> None:
        """Show what the last opening told, or how to open it."""
        winner, setup = self._winner, self.context.document.setup
        objective = None if setup is None else setup.objective
        looks, is_busy = winner.standing.looks, winner.is_training and winner.is_opening
        has_rows = isinstance(objective, TableObjective) and objective.validation.holdout > 0
        self.plot.setVisible(bool(looks))
        self.remark.setVisible(bool(looks))
        self.row.setVisible(bool(looks) and bool(self.row.text()))
        if looks:
            look = looks[-1]
            times = "once" if len(looks) == 1 else f"{len(looks)} times"
            self.say_head(f"Holdout, opened {times}", "every opening is recorded in the study file")
            self.sentence.setText(f"{holdout_sentence(look)} {optimism_words(look)}".strip())
            self.plot.show_look(look)
            self.remark.setText(f"{others_sentence(look)} {used_up_sentence(len(looks), looks[0])}".strip())
        else:
            self.say_head()
            if isinstance(objective, TableObjective) and has_rows:
                self.sentence.setText(CLOSED.format(share=100 * objective.validation.holdout))
            else:
                self.sentence.setText(NONE_KEPT if isinstance(objective, TableObjective) else NO_TABLE)
        self.question.setText(OPENING if is_busy else ASKS_AGAIN if looks else ASKS)
        self.question.setVisible(is_busy or self._asks)
        self.open.setText("Open it again…" if looks else "Open the holdout…")
        self.open.setVisible(has_rows and not is_busy and not self._asks)
        self.yes.setVisible(self._asks and not is_busy)
        self.no.setVisible(self._asks and not is_busy)
        why_not = winner.why_not or ("Wait until the confirmation is done." if winner.is_training else "")
        for button in (self.open, self.yes):
            button.setEnabled(not why_not)
            button.setToolTip(plain(why_not))

    @Slot()
    def _on_wanted(self) -> None:
        self._asks = True
        self.tell_fault("")
        self.show_winner()
        self.no.setFocus()

    @Slot()
    def _on_no(self) -> None:
        had = self._asks
        self._asks = False
        self.tell_fault("")
        self.row.setText("")
        self.show_winner()
        if had:
            self.open.setFocus()

    @Slot()
    def _on_yes(self) -> None:
        self._asks = False
        self._winner.open_holdout(self._winner.taken)

    @Slot(object)
    def _on_row(self, place: int) -> None:
        self.row.setText(" · ".join(self.plot.lines_about_row(place)))
        self.row.show()
