"""Studies as Twinloop writes them, of every kind, that crafted files begin as."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine import store
from engine.events import LogLine, RunStateChanged, StepReported, TrialEnded, TrialQueued, TrialStarted
from engine.objectives.description import FunctionObjective, TableObjective, Validation
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Categorical, Float, Int, SearchSpace
from engine.suggesting import suggest_setup

FAMILIES = ("neighbours", "svm", "random_forest", "sgd", "softmax", "gradient_boosting", "mlp", "sklearn_mlp")
SAMPLERS = ("random", "tpe", "bayesian", "grid", "cmaes", "evolution", "quasirandom", "annealing", "auto")


def make_templates(folder: Path, kinds: Sequence[str] | None = None) -> dict[str, bytes]:
    """Studies as Twinloop writes them, one of each kind, or of some ``kinds``."""
    found = {}
    setups = {family: _table_setup(family) for family in FAMILIES}
    table = setups["neighbours"].objective
    beside = {"source": "t.csv", "target": "y", "fingerprint": "", "found_kinds": {}}
    given = {name: getattr(table, name) for name in ("task", "family", "metric")}
    own = TableObjective(**given, **beside, validation=Validation("stratified", 3))
    setups["a table beside it"] = _changed(setups["neighbours"], objective=own)
    space = {"x1": Float(-5, 10), "x2": Float(0, 15)}
    setups["branin"] = StudySetup("b", FunctionObjective("branin"), space, strategy=Strategy("random"))
    space = {
        "lr": Float(1e-5, 1, log=True),
        "n": Int(1, 9, step=2),
        "kind": Categorical(["a", "b", True, None, 0.5]),
        "deep": Int(1, 4, when={"kind": ["a"]}),
    }
    for name in SAMPLERS:
        setups[f"Python, {name}"] = StudySetup(
            "p", None, space, "maximize", Strategy(name), Budget(20, workers=1), ("c", "d"), metric_names=("one", "two")
        )
    setups["several"] = StudySetup("s", None, space, constraints=(), discovered=("lr",), user_attrs={"a": [1]})
    for name, setup in setups.items():
        if kinds is not None and name not in kinds:
            continue
        path = folder / "template.study"
        write_study(path, setup, ("minimize", "maximize") if name == "several" else (setup.direction,))
        found[name] = path.read_bytes()
        path.unlink()
    return found


def _table_setup(family):
    return suggest_setup("sample:wine", family=family)


def _changed(setup, **fields):
    return type(setup)(**{name: getattr(setup, name) for name in setup.__struct_fields__} | fields)


def write_study(path: Path, setup: StudySetup, directions: tuple[str, ...]) -> None:
    """A study of eight trials in every state, with curves, notes and a log."""
    rng = np.random.default_rng(0)
    space = SearchSpace(setup.space)
    limits = dict.fromkeys(setup.constraints, -1.0)
    with store.create(path, setup.to_json(), space, directions, setup.constraints) as writer:
        writer.record([RunStateChanged("running", 1.7e9), LogLine("begun", 1.7e9, "error")])
        for number in range(6):
            state = ("complete", "complete", "failed", "pruned", "complete", "complete")[number]
            scores = tuple(0.5 + number / 10 for _ in directions) if state == "complete" else ()
            details = {"fold_scores": [0.5, 0.6], "parameters": 3, "user_attrs": {"note": "n", "list": [1]}}
            writer.record(
                [
                    TrialStarted(number, space.sample(rng), 1.7e9 + number, why={"phase": "start", "predicted": 0.5}),
                    *(
                        StepReported(number, step, {"train_loss": 1 / step, "val_loss": 0.5}, step % 2)
                        for step in (1, 2, 3)
                    ),
                    LogLine("line", 1.7e9, "warning", number),
                    TrialEnded(
                        number,
                        state,
                        1.7e9 + number,
                        1.0,
                        scores,
                        "reason",
                        details=details,
                        constraints=limits if state == "complete" else {},
                    ),
                ]
            )
        writer.record([TrialQueued(6, space.sample(rng), 1.7e9), TrialStarted(7, space.sample(rng), 1.7e9)])
        writer.put_checkpoint(7, 2, b"state")
        writer.record([RunStateChanged("paused", 1.7e9, "by hand")])
