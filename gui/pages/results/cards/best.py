"""The card of the best configuration: what was set before training, and what training learned."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from engine.analysis import BestSummary
from gui.base.theme import space
from gui.pages.live import study_words
from gui.pages.live.facts_view import FactsView
from gui.pages.live.trial_facts import as_json, facts_learned, facts_set_before
from gui.pages.results.cards import ResultsCard, ResultsContext, registry
from gui.views.copy_button import CopyButton


@registry.register
class BestCard(ResultsCard):
    """``card_best``."""

    title = "Best configuration"
    place = 30
    help_topic = "window:best_configuration"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._found: BestSummary | None = None
        self.facts = FactsView("outer", "inner", self)
        about = "Copy the best configuration as JSON"
        self.copy = CopyButton("Copy configuration", "button_copy_configuration", about, self)
        self.copy.clicked.connect(self._on_copy)
        self.head.addWidget(self.copy)
        self.rows.setSpacing(0)
        self.rows.setContentsMargins(0, space(12), 0, space(8))  # the facts have margins of their own
        self.line.setContentsMargins(space(16), 0, space(16), 0)
        self.rows.addWidget(self.facts)

    def show_best(self, found: BestSummary) -> None:
        """Show its hyperparameters and what it learned."""
        self._found = found
        is_taken = found.best.number == self.context.winner.taken
        self.title_label.setText(f"Configuration of trial {found.best.number}, taken" if is_taken else self.title)
        setup = self.context.document.setup
        step = study_words.step_name(setup) if setup is not None else "epoch"
        self.facts.show_facts(facts_set_before(found.best), facts_learned(found.best, step))

    @Slot()
    def _on_copy(self) -> None:
        if self._found is not None:
            self.copy.copy(as_json(self._found.best))
