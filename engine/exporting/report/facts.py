"""What a report says again and again of a study: names of its model, metric and strategy, its best trial's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine import store
from engine.analysis import BestSummary, Expected, best_summary, expected_best
from engine.analysis.explanation import Explanation, explain_history
from engine.data import metrics
from engine.errors import UserFault
from engine.exporting.base import Content
from engine.exporting.report.numbers import error_text, score_text
from engine.judging.stored import JudgedTrials, judged_trials
from engine.learners import families
from engine.objectives.description import TableObjective
from engine.samplers import registry as samplers


@dataclass(frozen=True)
class Facts:
    """A study as its report sees it; everything is worked out once."""

    content: Content

    @cached_property
    def best(self) -> BestSummary | None:
        """The winner among the others; *None* where no trial is complete."""
        return best_summary(self.content.history, self.content.curves)

    @cached_property
    def explanation(self) -> Explanation:
        """What matters, what acts together, where trials fail."""
        return explain_history(self.content.history)

    @cached_property
    def judged(self) -> JudgedTrials | None:
        """Stored predictions of the same rows; *None* where there are none."""
        if self.content.path is None:
            return None
        try:
            with store.Reader(self.content.path) as reader:
                return judged_trials(reader.predictions(), self.content.setup.objective, self.content.history)
        except UserFault:
            return None

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
        """The best score with its standard error, as far as it is known."""
        if self.best is None:
            return ""
        error = self.best.best.error
        said = score_text(self.best.best.score, error)
        return f"{said} ± {error_text(error)}" if error else said


def readable(name: str) -> str:
    """A hyperparameter's name as people say it."""
    return name.replace("_", " ")


def in_sentence(text: str) -> str:
    """A name inside a sentence: its first letter small, unless it is an abbreviation."""
    is_name = text.startswith(("Bayesian", "Pearson", "Gaussian")) or not text[1:2].islower()
    return text if is_name else text[:1].lower() + text[1:]
