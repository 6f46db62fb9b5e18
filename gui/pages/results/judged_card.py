"""What the cards have in common that judge stored predictions: asked beside the window, hidden where there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from engine.analysis import BestSummary
from engine.analysis.title import Title
from engine.errors import UserFault
from engine.judging.stored import OneModel
from gui.pages.results.cards.base import ResultsCard, ResultsContext
from gui.plots.headline import Headline
from gui.session.judged import Judged
from gui.session.study_background import StudyBackground


class JudgedCard(ResultsCard):
    """A card overrides :meth:`analysis`, which gives what is to be worked out beside the window, and
    :meth:`show_found`. It is hidden where there is nothing to work out; what was found is its title.
    """

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.number: int | None = None
        self.title_label.hide()
        self.headline = Headline(self)
        self.headline.most_title_lines = self.headline.most_lines = 2
        self.head.insertWidget(0, self.headline, 1)
        self._background = StudyBackground(context.document, self)
        context.judged.changed.connect(self._on_judged)
        self.hide()

    def analysis(self, judged: Judged) -> Callable[[], object] | None:
        """What is to be worked out of the predictions; *None* where that is nothing."""
        raise NotImplementedError

    def show_found(self, found: Any) -> None:
        """Show what was worked out."""
        raise NotImplementedError

    def say(self, title: Title) -> None:
        """The finding stands where other cards have their name."""
        self.headline.say(*title)

    def show_best(self, found: BestSummary) -> None:
        """The card speaks of the best trial."""
        if found.best.number != self.number:
            self.number = found.best.number
            self.ask()

    def ask(self) -> None:
        """Work it out anew."""
        judged = self.context.judged.found
        work = self.analysis(judged) if judged is not None else None
        if work is None:
            self._background.drop("card")
            self.show_nothing()
        else:
            self._background.call("card", work, self._on_found, self._on_refused)

    def show_nothing(self) -> None:
        """There is nothing to work out."""
        self.hide()

    def model(self, judged: Judged) -> OneModel | None:
        """The rows and predictions of the trial that the card speaks of."""
        return judged.stored.get(self.number) if self.number is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether something is being worked out."""
        return self._background.is_busy

    def shutdown(self) -> None:
        """Wait for the thread: for the very end."""
        self._background.shutdown()

    def _on_judged(self) -> None:
        self.ask()

    def _on_found(self, found: object) -> None:
        if found is None:
            self.hide()
            return
        self.show_found(found)
        self.show()

    def _on_refused(self, fault: UserFault) -> None:
        self.hide()
