"""What the study's parts are called on the live and results pages, and what is said of one trial."""

from __future__ import annotations

from engine.analysis import FilterColumns, Summary, score_error, summarise
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from engine.study import FamilyEntry, catalogue, has_own_score, metrics, model_entry
from engine.trials import BY_HAND, History, State
from gui.base.formats import count_text, duration_text, number_text, score_text, state_text, value_text
from gui.session.document import Document
from gui.views.run_bar import metric_title


def family_of(setup: StudySetup | None) -> FamilyEntry | None:
    """The model family of a study on a table."""
    objective = None if setup is None else setup.objective
    if not isinstance(objective, TableObjective):
        return None
    return model_entry(objective.family)


def step_name(setup: StudySetup | None) -> str:
    """What one step of the study's model is; empty for a model that learns in one go."""
    family = family_of(setup)
    return "step" if family is None else family.step_name


def metric_name(setup: StudySetup | None) -> str:
    """What a score is called."""
    objective = None if setup is None else setup.objective
    if not isinstance(objective, TableObjective):
        return "score"
    titles = {metric.name: metric.title for metric in metrics(objective.task)}
    title = titles.get(objective.metric, objective.metric)
    return title[0].lower() + title[1:] if title[1:].islower() else title  # but RMSE stays RMSE


def filter_columns(setup: StudySetup | None, history: History) -> FilterColumns:
    """What filters of a study may speak of, by the names that its pages show."""
    objective = None if setup is None else setup.objective
    others = (metric_name(setup), objective.metric) if isinstance(objective, TableObjective) else ()
    short, step = metric_title(setup), step_name(setup)
    return FilterColumns(history.space, metric=short, step=step, constraints=history.constraint_names, others=others)


def score_name(setup: StudySetup | None) -> str:
    """A score's name with the way it is judged: ``accuracy, 5 folds``."""
    objective = None if setup is None else setup.objective
    if not isinstance(objective, TableObjective):
        return "score"
    return f"{metric_name(setup)}, {objective.validation.folds} folds"


def strategy_name(setup: StudySetup | None) -> str:
    """The sampler's name for people."""
    return "" if setup is None else sampler_title(setup.strategy.sampler)


def sampler_title(name: str) -> str:
    """A sampler's name for people, its key where it is not installed."""
    return next((entry.title for entry in catalogue().samplers if entry.name == name), name)


def has_interim_scores(setup: StudySetup | None) -> bool:
    """Whether what a running trial reports as score is the study's own score."""
    objective = None if setup is None else setup.objective
    return isinstance(objective, TableObjective) and not has_own_score(objective)


def steps_text(count: int, step: str) -> str:
    """A number of steps in the model's own word."""
    return count_text(count, step or "step")


def sentence_of(summary: Summary, step: str, folds: int | None, *, is_paused: bool = False) -> str:
    """What became of a trial, to follow its name."""
    steps = steps_text(summary.steps, step) if summary.steps and step else ""
    if summary.state == State.WAITING:
        return "waiting"
    if summary.state == State.RUNNING:
        place = f"{step} {summary.step}" if summary.step and step else ""
        fold = f"fold {summary.fold} of {folds}" if folds and folds > 1 and summary.fold else ""
        where = ", ".join(part for part in (fold, place) if part)
        doing = "is paused" if is_paused else "is training"
        return f"{doing}: {where}" if where else doing
    if summary.state == State.PRUNED:
        verb = BY_HAND if summary.reason == BY_HAND else "pruned"
        if summary.raced and folds:
            return f"was {verb} after {len(summary.raced)} of {folds} folds"
        return f"was {verb}{_place(summary, step, folds)}"
    if summary.state == State.FAILED:
        return f"failed{_place(summary, step, folds)}"
    learned = count_text(summary.parameters, "parameter") if summary.parameters else ""
    if learned:
        return f"learned {learned} in {steps}" if steps else f"trained {learned}"
    return f"learned in {steps}" if steps else "is complete"


def _place(summary: Summary, step: str, folds: int | None) -> str:
    """Where a trial ended early."""
    if not summary.step or not step:
        return ""
    if folds and folds > 1:
        return f" in fold {summary.fold}, {step} {summary.step}"
    return f" after {steps_text(summary.step, step)}"


class TrialTooltip:
    """Three lines about any trial of a document, for hover cards."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def lines(self, number: int) -> tuple[str, ...]:
        """State, score ± its standard error over folds, and the first hyperparameters."""
        history = self._document.history
        if history is None or not 0 <= number < len(history):
            return ()
        trial = history.trial(number)
        first = f"Trial {number} · {state_text(trial.state, is_paused=self._document.is_paused)}"
        if trial.seconds is not None:
            first += f" · {duration_text(trial.seconds)}"
        return first, self._score(number), _shortened(trial.params)

    def _score(self, number: int) -> str:
        document = self._document
        assert document.history is not None
        trial = document.history.trial(number)
        if trial.score is None:
            return trial.reason or "no score yet"
        error = score_error(document.history, number)
        band = f" ± {number_text(error, 2)}" if error else ""
        broken = [name for name, value in trial.constraints.items() if value > 0.0]
        breaks = f" · violates {', '.join(broken)}" if broken else ""
        return f"{metric_name(document.setup)} {score_text(trial.score, error)}{band}{breaks}"

    def summary(self, number: int) -> Summary | None:
        """Everything known of a trial."""
        history = self._document.history
        if history is None or not 0 <= number < len(history):
            return None
        return summarise(history, self._document.curves, number)


def _shortened(params: dict[str, object], most: int = 3) -> str:
    parts = [f"{name.replace('_', ' ')} {value_text(value)}" for name, value in list(params.items())[:most]]
    if len(params) > most:
        parts.append("…")
    return " · ".join(parts)
