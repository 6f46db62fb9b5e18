"""The card of mistakes: which classes are confused, from which probability on to say yes, how far numbers are off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.analysis.confusion import Confusion, confusion, confusion_at
from engine.analysis.error_words import confusion_title, residuals_title
from engine.analysis.residuals import Residuals, residuals
from engine.analysis.thresholds import ThresholdCurve, threshold_curve
from engine.judging.stored import OneModel
from gui.base.theme import space
from gui.pages.results.cards import ResultsContext, registry
from gui.pages.results.judged_card import JudgedCard
from gui.pages.results.threshold_panel import ThresholdPanel
from gui.plots.confusion import ConfusionPlot
from gui.plots.residuals import ResidualsPlot
from gui.session.judged import Judged


@dataclass(frozen=True, eq=False)
class Mistakes:
    """What the card shows of one trial: of classes or of numbers."""

    number: int
    confusion: Confusion | None = None
    curve: ThresholdCurve | None = None
    residuals: Residuals | None = None


@registry.register
class ErrorsCard(JudgedCard):
    """``card_errors``. The slider moves the matrix at once: every threshold's counts are worked out beforehand."""

    title = "Mistakes"
    place = 55

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.matrix = ConfusionPlot(parent=self)
        self.residuals = ResidualsPlot(parent=self)
        self.threshold = ThresholdPanel(self)
        self.threshold.moved.connect(self._on_threshold)
        self._mistakes: Mistakes | None = None
        beside = QHBoxLayout()
        beside.setSpacing(space(24))
        beside.addWidget(self.matrix, 1)
        beside.addWidget(self.threshold, 1)
        self.rows.addLayout(beside)
        self.rows.addWidget(self.residuals)

    def analysis(self, judged: Judged) -> Callable[[], Mistakes | None] | None:
        """The matrix and the curve, or the residuals, of the trial."""
        model = self.model(judged)
        if model is None or self.number is None or judged.trials is None:
            return None
        return partial(_mistakes, model, judged.trials.positive, self.number)

    def show_found(self, found: Mistakes) -> None:
        """Show the part that the target allows."""
        self._mistakes = found
        self.matrix.setVisible(found.confusion is not None)
        self.residuals.setVisible(found.residuals is not None)
        self.threshold.setVisible(found.curve is not None)
        if found.confusion is not None:
            self.matrix.show_confusion(found.confusion)
            self.say(confusion_title(found.confusion, found.number))
        if found.residuals is not None:
            self.residuals.show_residuals(found.residuals)
            self.say(residuals_title(found.residuals, found.number))
        if found.curve is not None:
            judged = self.context.judged.found
            self.threshold.show_curve(found.curve, self.model(judged) if judged is not None else None)

    @Slot(float)
    def _on_threshold(self, threshold: float) -> None:
        found = self._mistakes
        if found is not None and found.curve is not None:
            moved = confusion_at(found.curve, threshold)
            self.matrix.show_confusion(moved)
            self.say(confusion_title(moved, found.number))


def _mistakes(model: OneModel, positive: int | None, number: int) -> Mistakes:
    rows, said = model
    if not rows.classes:
        return Mistakes(number, residuals=residuals(rows, said))
    curve = threshold_curve(rows, said, positive) if positive is not None else None
    return Mistakes(number, confusion(rows, said), curve)
