"""Studies in every state, told anew from the finished one: empty, running, failed, long names, many trials."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from typing import Any, cast

import numpy as np

from engine.analysis import MEASURES, lagging_fold, summarise, validation_and_train, validation_minimum
from engine.analysis.workers import WorkerGone, WorkerSeen, WorkersSeen
from engine.events import AnyEvent, LogLine, StateName, StepReported, TrialEnded, TrialQueued, TrialStarted
from engine.objectives.description import TableObjective, Validation
from engine.setup import StudySetup, replace
from engine.space import Categorical, Float, Hyperparameter, Params
from engine.study import StudyOpened
from engine.trials import Curve, Curves, History
from gui.gallery.still_runner import Still

LONG_TITLE = "customer lifetime value of the northern region, third quarter, without returns · neural network"
LONG_NAMES = {
    "learning_rate": "initial_learning_rate_of_the_second_stage_optimizer",
    "l2": "ridge_penalty_on_all_weights_but_the_biases",
    "activation": "nonlinearity_between_the_hidden_layers",
}
FIRST_MODELLED, RETRIED = 10, 12  # trials of the sample study
REASON = "The loss is no longer a finite number after 12 steps. Narrow the learning rate."


def finished(study: StudyOpened) -> Still:
    """The study as it is."""
    return Still(study, "ended", "All trials are done.")


def empty(study: StudyOpened) -> Still:
    """Before the first trial."""
    return Still(_told(study, study.setup, ()))


def hypergradient(study: StudyOpened) -> Still:
    """A strategy that the model does not suit yet."""
    setup = replace(study.setup, strategy=replace(study.setup.strategy, sampler="hypergradient", options={}))
    return Still(_told(study, setup, ()))


def chosen_class(study: StudyOpened) -> Still:
    """A class of scikit-learn, with its space, and configurations to try first."""
    objective = study.setup.objective
    assert isinstance(objective, TableObjective)
    space: dict[str, Hyperparameter] = {
        "criterion": Categorical(("gini", "entropy", "log_loss")),
        "max_features": Float(0.1, 1.0),
        "bootstrap": Categorical((False, True)),
        "max_samples": Float(0.3, 1.0, when={"bootstrap": (True,)}),
        "prepare__encoding": Categorical(("one_hot", "ordinal", "target")),
    }
    setup = replace(
        study.setup,
        title="digits · ExtraTreesClassifier",
        objective=replace(objective, family="sklearn.ensemble.ExtraTreesClassifier", settings={}),
        space=space,
        strategy=replace(study.setup.strategy, sampler="bayesian", options={}, portfolio=True),
    )
    return Still(_told(study, setup, ()))


def unknown_names(study: StudyOpened) -> Still:
    """A hyperparameter that the model does not have and an optimizer that there is not, as people write by hand."""
    optimizer = study.setup.space["optimizer"]
    assert isinstance(optimizer, Categorical)
    space = {
        **study.setup.space,
        "optimizer": replace(optimizer, choices=(*optimizer.choices[:-1], "adamm")),
        "warm_up": Float(0.0, 0.5),
    }
    return Still(_told(study, replace(study.setup, space=space), ()))


def running(study: StudyOpened) -> Still:
    """Two thirds done, two trials at work, one queued by hand."""
    events = list(_events(study, range(2 * len(study.history) // 3)))
    number = 2 * len(study.history) // 3
    for index, share in enumerate((0.8, 0.3)):
        events += _started(study, number + index, share)
    params = study.history.params(number + 2)
    events.append(TrialQueued(number + 2, params, _now(study)))
    now = time.time()
    workers = (
        WorkerSeen(1, "", "training", (number,), now - 8.4),
        WorkerSeen(3, "lab", "training", (number + 1,), now - 3.1),
    )
    lost = WorkerGone(2, "lab", "The connection to lab was lost.", now - 60.0)
    return Still(_told(study, study.setup, events), "running", workers=WorkersSeen(workers, (lost,)))


def second_fold(study: StudyOpened) -> Still:
    """A trial in its second fold, which goes otherwise than the first one."""
    number = max(range(len(study.history) // 2, len(study.history)), key=lambda one: _apart(study.curves.get(one)))
    events = [*_events(study, range(number)), *_started(study, number, 0.35)]
    return Still(_told(study, study.setup, events), "running")


def _apart(curve: Curve) -> float:
    """How many times the validation loss of one of the first two folds is the other's where the second is at work."""
    first, second = (curve.values("val_loss")[curve.folds == fold] for fold in (0, 1))
    at = int(0.4 * len(first))
    return abs(math.log(first[at] / second[at])) if len(first) == len(second) > at else 0.0


def first_trial(study: StudyOpened) -> Still:
    """The very first seconds of a run."""
    return Still(_told(study, study.setup, [*_started(study, 0, 0.25), *_started(study, 1, 0.1)]), "running")


def failed(study: StudyOpened) -> Still:
    """Every trial so far failed."""
    events: list[AnyEvent] = []
    for number in range(6):
        events += _started(study, number, 0.06)
        events.append(TrialEnded(number, "failed", _now(study), 0.4, reason=REASON))
        events.append(LogLine(f"Trial {number} failed. {REASON}", _now(study), "error", number))
    return Still(_told(study, study.setup, events), "ended", "Five trials in a row failed.")


def long_names(study: StudyOpened) -> Still:
    """Names as long as people give them."""

    def renamed(params: Params) -> Params:
        return {LONG_NAMES.get(name, name): value for name, value in params.items()}

    space: dict[str, Hyperparameter] = {
        LONG_NAMES.get(name, name): hyperparameter for name, hyperparameter in study.setup.space.items()
    }
    setup = replace(study.setup, title=LONG_TITLE, space=space)
    return Still(_told(study, setup, _events(study, range(len(study.history)), renamed)), "ended")


def without_steps(study: StudyOpened) -> Still:
    """A model that learns in one go: each fold reports its score only."""
    objective = study.setup.objective
    assert isinstance(objective, TableObjective)
    setup = replace(
        study.setup, title="digits · k-nearest neighbours", objective=replace(objective, family="neighbours")
    )
    events: list[AnyEvent] = []
    for event in _events(study, range(len(study.history))):
        if isinstance(event, TrialEnded):
            scores = event.details.get("fold_scores", ())
            events += [
                StepReported(event.number, 1, {"val_score": float(score)}, fold) for fold, score in enumerate(scores)
            ]
        if not isinstance(event, StepReported):
            events.append(event)
    return Still(_told(study, setup, events), "ended", "All trials are done.")


def noisy(study: StudyOpened) -> Still:
    """Scores that depend on luck as well, as trials that were retried show: the best one was lucky."""
    rng = np.random.default_rng(4)
    events: list[AnyEvent] = []
    for event in _events(study, range(len(study.history))):
        if isinstance(event, TrialEnded) and event.state == "complete":
            scores = tuple(min(score + 0.012 * float(rng.normal()), 0.998) for score in event.scores)
            event = TrialEnded(event.number, event.state, event.time, event.seconds, scores)
        elif isinstance(event, TrialStarted):
            event = TrialStarted(event.number, event.params, event.time, event.source, 0, _prediction(study, event))
        events.append(event)
    ranked = np.argsort(-np.nan_to_num(study.history.score))[: 2 * RETRIED : 2].tolist()
    for again, number in enumerate(ranked, len(study.history)):
        score = float(study.history.score[number]) - 0.004 + 0.012 * float(rng.normal())
        events.append(TrialStarted(again, study.history.params(number), _now(study), "retry"))
        events.append(TrialEnded(again, "complete", _now(study), 0.7, (score,)))
    setup = replace(
        study.setup,
        strategy=replace(study.setup.strategy, sampler="auto", options={}),
        budget=replace(study.setup.budget, trials=len(study.history) + RETRIED),
    )
    return Still(_told(study, setup, events), "ended", "All trials are done.")


def _prediction(study: StudyOpened, event: TrialStarted) -> dict[str, Any]:
    """What the automatic strategy would have noted of a trial."""
    chosen = {"sampler": "bayesian", "because": "a model of the score makes the most of every trial"}
    score = study.history.trial(event.number).score
    if event.number < FIRST_MODELLED or score is None:
        return {"phase": "start", **chosen}
    return {
        "phase": "exploit" if event.number % 3 else "explore",
        "predicted": score - 0.004,
        "spread": 0.0061,
        "expected_improvement": 0.0023,
        **chosen,
    }


def by_time(study: StudyOpened) -> Still:
    """A study that is split in time, by a column with gaps, and judged by what it says of one of two classes."""
    validation = Validation("time", 5, "age", 0.2, gap=3.0)
    return _of_wages(study, "average_precision", validation, positive="no")


def by_group(study: StudyOpened) -> Still:
    """A study whose groups stay together, with more folds than there are groups."""
    return _of_wages(study, "f1", Validation("stratified_grouped", 30, "sector", duplicates="together"), positive="yes")


def _of_wages(study: StudyOpened, metric: str, validation: Validation, positive: str) -> Still:
    objective = TableObjective(
        "sample:wages", "remote", "classification", "mlp", metric, validation=validation, positive=positive
    )
    setup = replace(study.setup, title="wages · neural network", objective=objective)
    return Still(_told(study, setup, ()))


def constrained(study: StudyOpened, most: int = 6000) -> Still:
    """Every trial also has to learn with at most so many parameters; larger ones score well and do not count."""
    setup = replace(study.setup, constraints=("size", "seconds"))
    events: list[AnyEvent] = []
    for event in _events(study, range(len(study.history))):
        if isinstance(event, TrialEnded) and event.state == "complete":
            constraints = {"size": float(event.details["parameters"]) - most, "seconds": event.seconds - 6.0}
            event = TrialEnded(
                event.number, event.state, event.time, event.seconds, event.scores, "", event.details, constraints
            )
        events.append(event)
    return Still(_told(study, setup, events), "ended", "All trials are done.")


def none_feasible(study: StudyOpened) -> Still:
    """No feasible trial yet."""
    return constrained(study, 100)


def many(study: StudyOpened) -> Still:
    """A study of twenty thousand trials: more than can be drawn one by one."""
    rng = np.random.default_rng(0)
    history, space = _fresh(study.setup), study.setup.search_space()
    start = float(study.history.started[0])
    for number in range(20_000):
        history.apply(TrialStarted(number, space.decode(rng.random(len(space))), start + 0.1 * number))
        score = 0.985 - 0.12 * float(rng.exponential(0.5)) * math.exp(-number / 9000)
        history.apply(TrialEnded(number, "complete", start + 0.1 * number, 0.1, (score,)))
    setup = replace(study.setup, budget=replace(study.setup.budget, trials=50_000))
    return Still(StudyOpened(study.path, setup, history, Curves()), "paused")


def explained(study: StudyOpened) -> Still:
    """Sixty trials over a space with learning rates up to 10, whose scores follow a rule; large rates fail."""
    space = dict(study.setup.space)
    space["learning_rate"] = Float(1e-4, 10.0, log=True)
    setup = replace(study.setup, space=space, budget=replace(study.setup.budget, trials=60))
    rng, history, columns = np.random.default_rng(11), _fresh(setup), setup.search_space()
    for number in range(60):
        spread = (
            rng.random(len(columns)) if number < 24 else np.clip(0.5 + 0.22 * rng.standard_normal(len(columns)), 0, 1)
        )
        params = columns.decode(spread)
        if number >= 24:
            params["learning_rate"] = float(10.0 ** rng.normal(-2.6, 0.5))
            params = columns.validate({**params, "learning_rate": min(max(params["learning_rate"], 1e-4), 10.0)})
        start = float(2 * number)
        history.apply(TrialStarted(number, params, start))
        rate = math.log10(params["learning_rate"])
        if rate > -0.5 and params["optimizer"] != "nesterov" and rng.random() < 0.9:
            history.apply(TrialEnded(number, "failed", start + 0.2, 0.2, reason=REASON))
            continue
        best = -2.7 + (0.7 if params["optimizer"] in ("sgd", "nesterov") else 0.0)
        score = 0.982 - 0.012 * min((rate - best) ** 2, 9.0) - 0.006 * (params["layers"] - 1)
        score -= 0.008 * (math.log2(256 / params["hidden_units"]) / 5) - 0.001 * rng.standard_normal()
        history.apply(TrialEnded(number, "complete", start + 1.6, 1.6 + 0.8 * params["layers"], (score,)))
    return Still(StudyOpened(study.path, setup, history, Curves()), "ended", "All trials are done.")


def overfitting(history: History, curves: Curves) -> int:
    """The trial whose validation loss rose most while its training loss fell on."""
    rises = {}
    for number in range(len(history)):
        low = validation_minimum(*validation_and_train(curves.get(number), MEASURES[0], is_complete=True))
        if low is not None and low.trend == "overfits":
            rises[number] = low.last / low.value
    return max(rises, key=rises.__getitem__)


def in_second_fold(history: History, curves: Curves) -> int:
    """The trial that trains on its second fold."""
    return next(number for number in range(len(history)) if number in curves and lagging_fold(curves.get(number)) == 1)


def dying(history: History, curves: Curves) -> int:
    """The complete trial that ended with most dead units of all that learned well."""
    best = float(np.nanmax(history.score))
    good = np.flatnonzero(history.score > 0.9 * best).tolist()
    return max(good, key=lambda number: summarise(history, curves, number).dead or 0)


def _fresh(setup: StudySetup) -> History:
    return History(setup.search_space(), (setup.direction,), setup.constraints)


def _told(study: StudyOpened, setup: StudySetup, events: Iterable[AnyEvent]) -> StudyOpened:
    history, curves, log = _fresh(setup), Curves(), []
    for event in events:
        history.apply(event)
        curves.apply(event)
        if isinstance(event, LogLine):
            log.append(event)
    return StudyOpened(study.path, setup, history, curves, tuple(log))


def _now(study: StudyOpened) -> float:
    return float(np.nanmax(study.history.started))


def _events(
    study: StudyOpened, numbers: Iterable[int], renamed: Callable[[Params], Params] = dict
) -> Iterable[AnyEvent]:
    for number in numbers:
        trial = study.history.trial(number)
        assert trial.started is not None
        yield TrialStarted(number, renamed(trial.params), trial.started, trial.source, 0, trial.why)
        yield from _steps(study, number, 1.0)
        if trial.state.is_finished():
            assert trial.seconds is not None
            yield TrialEnded(
                number,
                cast("StateName", trial.state.label),
                trial.started + trial.seconds,
                trial.seconds,
                trial.scores,
                trial.reason,
                trial.details,
            )


def _started(study: StudyOpened, number: int, share: float) -> list[AnyEvent]:
    trial = study.history.trial(number)
    return [TrialStarted(number, trial.params, _now(study), why=trial.why), *_steps(study, number, share)]


def _steps(study: StudyOpened, number: int, share: float) -> Iterable[AnyEvent]:
    curve = study.curves.get(number)
    columns: dict[str, Any] = {name: curve.values(name) for name in curve.names}
    for row in range(math.ceil(share * len(curve))):
        records = {name: float(column[row]) for name, column in columns.items() if not math.isnan(column[row])}
        yield StepReported(number, int(curve.steps[row]), records, int(curve.folds[row]))
