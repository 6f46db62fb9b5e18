"""What a report says again and again of a study: names of its model, metric and strategy, its best trial's numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from engine import store
from engine.analysis import BestSummary, Expected, best_summary, expected_best, summarise
from engine.analysis.explanation import Explanation, explain_history
from engine.data import metrics
from engine.errors import UserFault
from engine.events import FindingRecorded
from engine.exporting.base import Content
from engine.exporting.report.numbers import error_text, score_text
from engine.judging.best_corrected import corrected_best
from engine.judging.corrected import CorrectedScore
from engine.judging.stored import JudgedTrials, Stored, judged_trials
from engine.learners import families
from engine.objectives.description import TableObjective
from engine.samplers import registry as samplers


@dataclass(frozen=True)
class Facts:
    """A study as its report sees it; everything is worked out once."""

    content: Content

    @cached_property
    def best(self) -> BestSummary | None:
        """The trial that was taken, or the winner, among the others; *None* where no trial is complete."""
        found = self._search_best
        if found is None or not self.is_taken:
            return found
        return replace(found, best=summarise(self.content.history, self.content.curves, self.content.best.number))

    @cached_property
    def _search_best(self) -> BestSummary | None:
        return best_summary(self.content.history, self.content.curves)

    @property
    def is_taken(self) -> bool:
        """Whether a person took another trial than the search's best."""
        return self.content.taken is not None and self.content.taken != self.search_best_number

    @property
    def search_best_number(self) -> int | None:
        """The number of the search's best trial."""
        return self.content.history.best_number()

    @cached_property
    def explanation(self) -> Explanation:
        """What matters, what acts together, where trials fail."""
        return explain_history(self.content.history)

    @cached_property
    def _stored(self) -> Stored:
        if self.content.path is None:
            return {}
        with store.Reader(self.content.path) as reader:
            return reader.predictions()

    @cached_property
    def judged(self) -> JudgedTrials | None:
        """Stored predictions of the same rows; *None* where there are none."""
        try:
            return judged_trials(self._stored, self.content.setup.objective, self.content.history)
        except UserFault:
            return None

    @cached_property
    def worth(self) -> CorrectedScore | None:
        """What the search's best score is worth without the luck of the choice; *None* where that cannot be told."""
        try:
            return corrected_best(self._stored, self.content.setup.objective, self.content.history)
        except UserFault:
            return None

    @cached_property
    def findings(self) -> tuple[FindingRecorded, ...]:
        """What was found out after the search: confirmations, looks at the holdout."""
        if self.content.path is None:
            return ()
        with store.Reader(self.content.path) as reader:
            return tuple(reader.findings())

    @cached_property
    def expected(self) -> Expected | None:
        """The trial that a model of all of them expects to be best."""
        return expected_best(self.content.history)

    @property
    def objective(self) -> TableObjective | None:
        """The objective of a study about a table."""
        objective = self.content.setup.objective
        return objective if isinstance(objective, TableObjective) else None

    @property
    def metric(self) -> str:
        """The name of the score."""
        setup = self.content.setup
        if self.objective is not None:
            try:
                return metrics.get(self.objective.metric).title
            except UserFault:
                return self.objective.metric
        return setup.metric_names[0] if setup.metric_names else "score"

    @property
    def model(self) -> str:
        """What is trained, in a few words; empty where that is not known."""
        if self.objective is None:
            return ""
        try:
            return families.get(self.objective.family).title
        except UserFault:
            return self.objective.family

    @property
    def strategy(self) -> str:
        """The name of the search strategy."""
        name = self.content.setup.strategy.sampler
        try:
            return samplers.get(name).title
        except UserFault:
            return name

    @property
    def step_name(self) -> str:
        """What one step of training is called."""
        try:
            return families.get(self.objective.family).step_name or "step" if self.objective else "step"
        except UserFault:
            return "step"

    @property
    def score(self) -> str:
        """The score of :attr:`best` with its standard error, as far as it is known."""
        return _score_of(self.best)

    @property
    def search_score(self) -> str:
        """The same of the search's best trial."""
        return _score_of(self._search_best)


def _score_of(found: BestSummary | None) -> str:
    if found is None:
        return ""
    error = found.best.error
    said = score_text(found.best.score, error)
    return f"{said} ± {error_text(error)}" if error else said


def readable(name: str) -> str:
    """A hyperparameter's name as people say it."""
    return name.replace("_", " ")


def in_sentence(text: str) -> str:
    """A name inside a sentence: its first letter small, unless it is an abbreviation."""
    is_name = text.startswith(("Bayesian", "Pearson", "Gaussian")) or not text[1:2].islower()
    return text if is_name else text[:1].lower() + text[1:]
