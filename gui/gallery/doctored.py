"""Studies made for the views that need failures, several objectives or a model: told by rule, with noise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

import numpy as np

from engine.events import AnyEvent, StateName, StepReported, TrialEnded, TrialStarted
from engine.setup import Strategy, StudySetup, replace
from engine.space import Categorical, Float, Hyperparameter, Int
from engine.study import Study, StudyOpened
from engine.trials import Curves, Direction, History
from gui.gallery.still_runner import Still

TRIALS = 60  # enough to show what matters
OPTIMIZERS = ("rmsprop", "adam", "adamw", "lion", "sgd", "nesterov")
SPACE: dict[str, Hyperparameter] = {
    "learning_rate": Float(1e-4, 10.0, log=True),
    "optimizer": Categorical(OPTIMIZERS),
    "layers": Int(1, 3),
    "hidden_units": Int(8, 256, log=True),
    "dropout": Float(0.0, 0.5),
    "l2": Float(1e-7, 0.1, log=True),
}
DIVERGES = 0.3  # a learning rate from which on this model fails
OPTIONS = {"start": 24}


def failing(study: StudyOpened) -> Still:
    """Sixty trials, of which most with a large learning rate diverged."""
    return _told(
        study,
        replace(
            study.setup,
            space=SPACE,
            budget=replace(study.setup.budget, trials=TRIALS),
            strategy=Strategy("bayesian", OPTIONS, seed=3),
        ),
        two=False,
    )


def several(study: StudyOpened) -> Still:
    """Two objectives: a score and the parameters that it takes."""
    setup: StudySetup = replace(
        study.setup, title="accuracy and size", objective=None, space=SPACE, metric_names=("accuracy", "parameters")
    )
    return _told(
        study,
        replace(
            setup,
            direction="maximize",
            budget=replace(setup.budget, trials=TRIALS),
            strategy=Strategy("bayesian", OPTIONS, seed=3),
        ),
        two=True,
    )


def sloped(study: StudyOpened) -> Still:
    """Two dozen trials of a network with sgd that told the slopes of their validation loss."""
    space: dict[str, Hyperparameter] = {
        "learning_rate": Float(1e-3, 0.3, log=True),
        "momentum": Float(0.5, 0.95),
        "l2": Float(1e-7, 0.1, log=True),
        "optimizer": Categorical(("sgd",)),
        "hidden_units": Int(32, 32),
        "layers": Int(1, 1),
        "batch_size": Categorical((64,)),
    }
    objective = replace(study.setup.objective, settings={"hypergradients": True, "epochs": 12})
    setup = replace(study.setup, objective=objective, space=space, strategy=Strategy("hypergradient", seed=1))
    history, curves, rng = History(setup.search_space(), ("maximize",)), Curves(), np.random.default_rng(2)
    for number in range(24):
        params = history.space.sample(rng)
        rate, l2 = float(params["learning_rate"]), float(params["l2"])
        loss = 0.1 + 0.2 * (math.log10(rate) + 1.2) ** 2 + 0.02 * (math.log10(l2) + 4) ** 2
        slopes = {
            "learning_rate": 0.4 * (math.log10(rate) + 1.2) / math.log(10) / rate,
            "momentum": 0.05 * rng.standard_normal(),
            "l2": 0.04 * (math.log10(l2) + 4) / math.log(10) / l2,
        }
        history.apply(TrialStarted(number, params, 1.7e9 + number))
        for epoch in range(1, 13):
            fall = math.exp(-epoch / 3)
            records = {"train_loss": fall + 0.8 * loss, "val_loss": fall + loss, "gradient_norm": 0.2 + fall}
            curves.apply(StepReported(number, epoch, {**records, "update_ratio": 0.001 + 0.01 * fall}))
        done = TrialEnded(
            number, "complete", 1.7e9 + number + 0.8, 0.8, (1.0 - loss / 3,), "", {"hypergradient": slopes}
        )
        history.apply(done)
    return Still(StudyOpened(study.path, setup, history, curves, ()), "ended", "All trials are done.")


def _told(study: StudyOpened, setup: StudySetup, *, two: bool) -> Still:
    directions: tuple[Direction, ...] = ("maximize", "minimize") if two else ("maximize",)
    searched = Study(SPACE, sampler="bayesian", sampler_options=OPTIONS, directions=directions, seed=3)
    rng, begun = np.random.default_rng(5), 1.7e9
    free = [begun, begun]
    history = History(searched.space, directions)
    curves = Curves()
    for number in range(TRIALS):
        trial = searched.ask()
        worker = int(free[1] < free[0])
        for event in _events(trial.number, trial.params, free[worker], worker, rng, two=two):
            history.apply(event)
            curves.apply(event)
        ended = history.trial(number)
        free[worker] = float(ended.started or 0.0) + float(ended.seconds or 0.0) + 0.02
        state = ended.state.label
        if state == "failed":
            searched.tell(trial, state="failed", reason=ended.reason)
        else:
            searched.tell(trial, list(ended.scores) if two else ended.scores[0])
    told = History(searched.space, directions)
    for number in range(TRIALS):
        one = searched.trials[number]
        told.apply(
            TrialStarted(
                number, one.params, float(history.started[number]), why={**one.why, "known": {"budget": TRIALS}}
            )
        )
        done = history.trial(number)
        state = cast("StateName", done.state.label)
        told.apply(TrialEnded(number, state, 0.0, float(done.seconds or 0.0), done.scores, done.reason, done.details))
    return Still(StudyOpened(study.path, setup, told, curves, ()), "ended", "All trials are done.")


def _events(
    number: int, params: dict[str, object], at: float, worker: int, rng: np.random.Generator, *, two: bool
) -> Iterator[AnyEvent]:
    rate, layers, units = float(params["learning_rate"]), int(params["layers"]), int(params["hidden_units"])  # type: ignore[arg-type, call-overload]
    yield TrialStarted(number, params, at, worker=worker)
    parameters = units * (64 + 10 + (layers - 1) * units)
    seconds = float(0.4 * 1.7**layers * rng.lognormal(0.0, 0.4) * (1.0 + units / 200))
    if rate > DIVERGES and params["optimizer"] != "nesterov" and rng.random() < 0.85:
        update = int(rng.integers(2, 40))
        reason = f"Training diverged at update {update} (epoch 1) with learning rate {rate:g}: the loss grew."
        yield TrialEnded(number, "failed", at + 0.1, 0.1, reason=reason)
        return
    best = -2.9 if params["optimizer"] in ("adam", "adamw", "rmsprop", "lion") else -1.3
    score = 0.981 - 0.012 * (math.log10(rate) - best) ** 2 - 0.004 * (layers - 1) - 0.004 * (8 - math.log2(units))
    score = max(min(score + 0.002 * rng.standard_normal(), 0.99), 0.1)
    for epoch in range(1, 11):
        fall = math.exp(-epoch / 3)
        yield StepReported(number, epoch, {"train_loss": 0.3 * fall + 0.02, "val_loss": 0.3 * fall + 1.2 * (1 - score)})
    yield TrialEnded(number, "complete", at + seconds, seconds, (score, float(parameters)) if two else (score,))
