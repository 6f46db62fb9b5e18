"""The card of the honest score: what the best score is worth once the luck of its choice is taken out."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from engine.analysis import BestSummary
from engine.judging.corrected_words import optimism_sentence, worth_sentence
from engine.wording import number_text, score_text
from gui.base.theme import font_dim
from gui.pages.live import study_words
from gui.pages.results.cards import registry
from gui.pages.results.cards.base import ResultsCard, ResultsContext
from gui.plots.intervals import IntervalRow, IntervalRows, IntervalsPlot
from gui.views.labels import Words

LOOKING = "Working out …"
OWN_ROWS = "Every trial was judged on rows of its own, so the luck of the choice cannot be told from their scores."


@registry.register
class WorthCard(ResultsCard):
    """``card_worth``."""

    title: ClassVar[str] = "What is it worth?"
    place: ClassVar[int] = 10
    help_topic: ClassVar[str] = "window:honest_score"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._winner = context.winner
        self.sentence = Words(name="label_worth", wrap=True, parent=self)
        self.plot = IntervalsPlot("plot_worth", "The best score as it was chosen, and what it is worth", self)
        self.remark = Words(name="label_worth_remark", role="dim", font=font_dim(), wrap=True, parent=self)
        for part in (self.sentence, self.plot, self.remark):
            self.rows.addWidget(part)

    def show_best(self, found: BestSummary) -> None:
        """Show what is worked out beside the window as it comes."""
        worth, setup = self._winner.worth, self.context.document.setup
        self.plot.setVisible(worth is not None)
        self.remark.setVisible(worth is not None)
        if worth is None or setup is None:
            looked = self._winner.has_looked
            self.sentence.setText(self._winner.worth_refusal or (OWN_ROWS if looked else LOOKING))
            self.sentence.set_role("dim")
            return
        self.sentence.set_role("text")
        self.sentence.setText(f"{worth_sentence(worth)} {optimism_sentence(worth)}".strip())
        metric = study_words.metric_name(setup)
        rows = (
            IntervalRow(
                "as chosen",
                worth.naive,
                worth.naive,
                worth.naive,
                note=f"trial {worth.number}",
                said=(score_text(worth.naive, worth.standard_error), ""),
                is_grey=True,
            ),
            IntervalRow(
                "without luck",
                worth.score,
                worth.low,
                worth.high,
                mark=worth.naive,
                said=(
                    f"{score_text(worth.score, worth.standard_error)} ± {number_text(worth.standard_error, 2)}",
                    "",
                ),
                is_strong=True,
            ),
        )
        self.plot.show_rows(IntervalRows(rows, ("", f"{metric}, 90 % interval", "")))
        self.remark.setText(
            f"By bootstrap bias corrected cross-validation on the stored predictions of {worth.rows:,} rows "
            f"by {worth.trials:,} trials; no model was trained again."
        )
