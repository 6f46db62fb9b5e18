"""The card of probabilities: whether what is said to be so likely comes true so often."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from engine.analysis.error_words import reliability_title
from engine.analysis.reliability import Reliability, reliability
from gui.pages.results.cards import ResultsContext, registry
from gui.pages.results.judged_card import JudgedCard
from gui.plots.reliability import ReliabilityPlot
from gui.session.judged import Judged


@registry.register
class ReliabilityCard(JudgedCard):
    """``card_reliability``."""

    title = "Probabilities"
    place = 60

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.plot = ReliabilityPlot(parent=self)
        self.rows.addWidget(self.plot)

    def analysis(self, judged: Judged) -> Callable[[], Reliability | None] | None:
        """Bins of the trial's probabilities."""
        model = self.model(judged)
        if model is None or judged.trials is None or model[1].kind != "probability":
            return None
        return partial(reliability, *model, judged.trials.positive)

    def show_found(self, found: Reliability) -> None:
        """Show them."""
        self.plot.show_reliability(found)
        self.say(reliability_title(found, self.number or 0))
