"""Everything public, used as people use it; type checkers pass it in their strictest mode."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import twinloop
from sklearn.datasets import load_iris  # type: ignore[import-untyped]
from sklearn.svm import SVC  # type: ignore[import-untyped]
from twinloop import (
    Categorical,
    FixedTrial,
    Float,
    FrozenTrial,
    Int,
    MaxTrialsCallback,
    SearchCV,
    SearchSpace,
    Study,
    StudyDirection,
    StudySummary,
    Trial,
    TrialPruned,
    TrialState,
    copy_study,
    create_study,
    create_trial,
    delete_study,
    get_all_study_names,
    get_all_study_summaries,
    load_study,
)
from twinloop.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from twinloop.exceptions import DuplicatedStudyError
from twinloop.learners import MLP, LinearRegression, PoissonRegression, SoftmaxRegression, fit_together
from twinloop.logging import WARNING, set_verbosity
from twinloop.optimizers import SGD, Adam
from twinloop.pruners import BasePruner, MedianPruner, NopPruner
from twinloop.samplers import BaseSampler, GridSampler, RandomSampler, TPESampler
from twinloop.search_space import intersection_search_space


class Patient(BasePruner):
    """A pruner of one's own."""

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        return (trial.last_step or 0) > 1_000 and study.best_value < 0.0


def objective(trial: Trial) -> float:
    x = trial.suggest_float("x", -1.0, 1.0)
    n = trial.suggest_int("n", 1, 8, log=True)
    kind: str = trial.suggest_categorical("kind", ["a", "b"])
    for step in range(3):
        trial.report(x + step, step)
        trial.report(step + 10, {"train_loss": x})
        if trial.should_prune():
            raise TrialPruned("hopeless")
    trial.set_user_attr("n", n)
    trial.set_constraint("memory", n - 9)
    began: datetime.datetime = trial.datetime_start
    assert began <= datetime.datetime.now()
    return x * x + len(kind)


class Mine(BaseSampler):
    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        print(study.study_name, trial.number)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: Float | Int | Categorical
    ) -> Any:
        return param_distribution.from_unit(0.5)


class Walk:
    def ask(self) -> dict[str, float]:
        return {"lr": 0.01}

    def tell(self, params: dict[str, float], score: float) -> None:
        print(params, score)


def declared(folder: Path) -> None:
    space = SearchSpace(
        {
            "lr": Float(1e-4, 1e-1, log=True),
            "depth": Int(1, 8),
            "kernel": Categorical(["rbf", "poly"]),
            "degree": Int(2, 5, when={"kernel": ["poly"]}),
        }
    )
    study = Study(space, sampler="bayesian", direction="minimize", seed=0, pruner="median", title="mine")
    study.optimize(lambda trial: (trial.params["depth"] - 3) ** 2 + trial.params["lr"], trials=30, workers=2)
    best: FrozenTrial = study.best
    score: float | None = best.score
    params: dict[str, Any] = best.params
    print(score, params, study.expected_best, study.front, study.trials[0].duration)
    trial = study.ask()
    number: int = study.tell(trial, 0.31).number
    study.enqueue({"lr": 0.01, "depth": 3, "kernel": "rbf"})
    study.change_space({"lr": Float(1e-4, 1e-1)})
    view = study.surrogate()
    print(number, view.slice("lr") if view is not None else "", repr(study))
    study.save(folder / "mine.study")
    study.close()
    with Study.open(folder / "mine.study", sampler="tpe", pruner="none") as again:
        again.sampler = "random"
        again.study_name = "other"
    bounded = Study(space, constraints=("memory", "latency"), constraints_func=lambda one: (one.params["lr"], 0.0))
    bounded.tell(bounded.ask(), 0.31, constraints={"memory": -2.0, "latency": 0.4})
    Study({"lr": Float(0.0, 1.0)}, sampler=Walk()).optimize(lambda trial: float(trial.params["lr"]), trials=2)
    Study(seed=None, directions=["minimize", "maximize"], repeats=True).optimize(lambda trial: (1.0, 2.0), n_trials=1)


def seen(study: Study, trial: FrozenTrial) -> None:
    if trial.state is TrialState.FAILED or trial.value is None:
        study.stop()


def named(folder: Path) -> None:
    set_verbosity(WARNING)
    study = create_study(
        direction="minimize",
        storage=folder / "a.study",
        study_name="a",
        sampler=TPESampler(seed=1, n_startup_trials=5),
        pruner=MedianPruner(n_startup_trials=5),
        load_if_exists=True,
    )
    study.optimize(
        objective,
        n_trials=10,
        timeout=60.0,
        n_jobs=1,
        catch=(ValueError,),
        callbacks=[seen, MaxTrialsCallback(20)],
        gc_after_trial=True,
        show_progress_bar=False,
    )
    direction: StudyDirection = study.direction
    values: list[float] | None = study.best_trial.values
    print(direction, study.best_params["x"] + 1.0, study.best_value + 1, values, study.best_trials, study.user_attrs)
    study.enqueue_trial({"x": 0.5}, user_attrs={"by": "me"}, skip_if_exists=True)
    known = create_trial(value=1.0, params={"x": 0.1}, distributions={"x": Float(-1.0, 1.0)}, constraints={"memory": 0})
    study.add_trials([known])
    running = study.ask({"x": FloatDistribution(-1.0, 1.0), "n": IntDistribution(1, 8)})
    study.tell(running, state=TrialState.PRUNED)
    study.set_metric_names(["loss"])
    study.set_user_attr("by", "me")
    frame = study.trials_dataframe(attrs=("number", "value"))
    print(len(frame), intersection_search_space(study.trials), objective(FixedTrial({"x": 0.1, "n": 1, "kind": "a"})))
    print(CategoricalDistribution(["a"]), NopPruner(), Patient(), RandomSampler(), GridSampler({"x": [1]}), Mine())
    names: list[str] = get_all_study_names(folder)
    summaries: list[StudySummary] = get_all_study_summaries(folder)
    copy_study(from_study_name="a", from_storage=folder / "a.study", to_storage=folder / "b.study")
    try:
        create_study(storage=folder / "b.study")
    except DuplicatedStudyError as fault:
        print(fault.what, fault.remedy)
    study.close()
    print(names, summaries[0].n_trials, load_study(study_name="a", storage=folder / "a.study").directions)
    delete_study(study_name="b", storage=folder / "b.study")


def trained() -> None:
    table: Any = load_iris()
    X, y = table.data, table.target
    model = MLP(hidden=(8,), optimizer=Adam(lr=1e-3), schedule="cosine", clip=1.0, epochs=2, random_state=0)
    model.fit(X, y, validation=(X, y), callback=lambda epoch, records: print(epoch, records["val_loss"]))
    print(model.history_["gradient_norm"], model.predict(X), model.score(X, y))
    rates = [MLP(hidden=(8,), optimizer=SGD(lr=lr, momentum=0.9), epochs=2, random_state=0) for lr in (0.3, 0.1)]
    fit_together(rates, X, y)
    print(SoftmaxRegression(), LinearRegression(), PoissonRegression())
    weights = np.zeros(3)
    Adam(lr=1e-3).step(weights, np.ones(3))
    search = SearchCV(SVC(), {"C": (1e-3, 1e3, "log-uniform"), "kernel": ["rbf", "linear"]}, n_trials=4, cv=2)
    search.fit(X, y)
    print(search.best_params_, search.best_score_, search.cv_results_, search.study_.expected_best)


def main(folder: Path) -> None:
    print(twinloop.__version__)
    declared(folder)
    named(folder)
    trained()
