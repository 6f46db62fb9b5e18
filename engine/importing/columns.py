"""What the columns of a table of trials are: by the names that Optuna, scikit-learn, MLflow and W&B give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.errors import UserFault
from engine.importing.records import Wishes
from engine.trials import Direction

_DIRECTION_WORDS: dict[str, Direction] = {
    **dict.fromkeys(
        ("loss", "error", "err", "mse", "rmse", "mae", "mape", "perplexity", "cost", "regret", "deviance", "time"),
        "minimize",
    ),
    **dict.fromkeys(
        ("accuracy", "acc", "auc", "f1", "precision", "recall", "r2", "score", "reward", "iou", "dice", "ap", "map"),
        "maximize",
    ),
}
"""What a metric's name says of its direction, word by word."""

_WANDB = {
    "Name",
    "State",
    "Notes",
    "User",
    "Tags",
    "Created",
    "Runtime",
    "Sweep",
    "ID",
    "Description",
    "Commit",
    "End Time",
    "Github",
    "GPU Count",
    "GPU Type",
    "Host",
    "Hostname",
    "Job Type",
    "Group",
    "Updated",
    "StartTime",
}  # fmt: skip - columns that every export of W&B may have beside configuration and summary
_MLFLOW = {"Start Time", "Duration", "Run ID", "Name", "Source Type", "Source Name", "User", "Status", "Source Version"}
_SHOWN = 12  # columns named in a sentence, at most: a guess


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what. ``params`` and ``user_attrs`` go from names to columns; empty texts are columns that lack.

    ``started`` and ``ended`` are times, ``seconds`` a duration; ``folds`` are scores of single folds.
    """

    kind: str
    scores: tuple[str, ...]
    params: Mapping[str, str]
    directions: tuple[Direction, ...]
    state: str = ""
    started: str = ""
    ended: str = ""
    seconds: str = ""
    reason: str = ""
    folds: tuple[str, ...] = ()
    constraints: Mapping[str, str] = field(default_factory=dict)
    user_attrs: Mapping[str, str] = field(default_factory=dict)
    system_attrs: Mapping[str, str] = field(default_factory=dict)


def find_columns(names: Sequence[str], wishes: Wishes, name: str) -> Columns:
    """The roles of a table's columns, what a person wishes first; raises :class:`UserFault` where it stays unclear.

    ``name`` is what people call the table.
    """
    for wish in (*wishes.scores, *wishes.params):
        if wish not in names:
            raise UserFault(f"{name} has no column {wish!r}.", f"It has: {_listed(names)}.")
    found = _known(names)
    scores = wishes.scores or (found.scores if found else ())
    params = {one: one for one in wishes.params} or (dict(found.params) if found else {})
    if not scores:
        likely = [one for one in names if _direction_of(one) and one not in params]
        said = f" Likely: {_listed(likely)}." if likely else f" It has: {_listed(names)}."
        raise UserFault(f"{name} does not say which column is the score.", f"Name it with --score COLUMN.{said}")
    if not params:
        others = {*scores, *_WANDB, *_MLFLOW} if found else set(scores)
        params = {one: one for one in names if one not in others and not one.startswith("_")}
    params = {key: column for key, column in params.items() if column not in scores}
    if not params:
        raise UserFault(f"{name} has no column with a hyperparameter.", "Name them with --param COLUMN.")
    given = found.directions if found and not wishes.scores else ()
    directions = tuple(
        _chosen_direction(wishes, given[place] if place < len(given) else _direction_of(score), score)
        for place, score in enumerate(scores)
    )
    if found is None:
        return Columns("table", tuple(scores), params, directions)
    return Columns(
        found.kind, tuple(scores), params, directions, found.state, found.started, found.ended, found.seconds,
        found.reason, found.folds, found.constraints, found.user_attrs, found.system_attrs,
    )  # fmt: skip


def _chosen_direction(wishes: Wishes, found: Direction | None, score: str) -> Direction:
    if wishes.direction == "minimize":
        return "minimize"
    if wishes.direction == "maximize":
        return "maximize"
    if found is None:
        raise UserFault(
            f"Nothing says whether more of {score} is better.", "Say so with --direction minimize or maximize."
        )
    return found


def _direction_of(name: str) -> Direction | None:
    words = re.findall(r"[a-z]+[0-9]*", name.lower())
    return next((_DIRECTION_WORDS[word] for word in reversed(words) if word in _DIRECTION_WORDS), None)


def _known(names: Sequence[str]) -> Columns | None:
    have = set(names)
    if any(name.startswith("param_") for name in names) and any(name.startswith("mean_test_") for name in names):
        return _cv_results(names)
    if any(name.startswith("params_") for name in names) and "state" in have:
        return _optuna(names)
    if any(name.startswith("params.") for name in names):
        return _mlflow(names)
    if {"Run ID", "Status"} <= have:
        return Columns("MLflow", (), {}, (), "Status", "Start Time")
    if {"State", "Runtime", "Name"} <= have:
        started = "Created" if "Created" in have else ""
        return Columns("W&B", (), {}, (), "State", started, seconds="Runtime")
    return None


def _prefixed(names: Sequence[str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): name for name in names if name.startswith(prefix)}


def _optuna(names: Sequence[str]) -> Columns:
    """Columns of Optuna's ``trials_dataframe`` and of our own CSV, which has constraints besides."""
    scores = tuple(name for name in names if name == "value" or name.startswith("values_"))
    have = set(names)
    return Columns(
        kind="Optuna",
        scores=scores,
        params=_prefixed(names, "params_"),
        directions=(),
        state="state",
        started="datetime_start" if "datetime_start" in have else "",
        ended="datetime_complete" if "datetime_complete" in have else "",
        constraints=_prefixed(names, "constraints_"),
        user_attrs=_prefixed(names, "user_attrs_"),
        system_attrs=_prefixed(names, "system_attrs_"),
    )


def _cv_results(names: Sequence[str]) -> Columns:
    """Columns of scikit-learn's ``cv_results_``, whose scores are greater where better."""
    means = [name for name in names if name.startswith("mean_test_")]
    main = "mean_test_score" if "mean_test_score" in means else means[0]
    folds = tuple(one for one in names if re.fullmatch(rf"split\d+_test_{re.escape(main[10:])}", one))
    kept = {"std_test_score", "mean_score_time", "mean_train_score"}
    attributes = {name: name for name in names if name in kept or (name in means and name != main)}
    return Columns(
        "scikit-learn", (main,), _prefixed(names, "param_"), ("maximize",),
        seconds="mean_fit_time" if "mean_fit_time" in names else "", folds=folds, user_attrs=attributes,
    )  # fmt: skip


def _mlflow(names: Sequence[str]) -> Columns:
    """Columns of ``mlflow.search_runs``; the score is the only metric, else it has to be named."""
    metrics = [name for name in names if name.startswith("metrics.")]
    have = set(names)
    return Columns(
        kind="MLflow",
        scores=tuple(metrics) if len(metrics) == 1 else (),
        params=_prefixed(names, "params."),
        directions=(),
        state="status" if "status" in have else "",
        started="start_time" if "start_time" in have else "",
        ended="end_time" if "end_time" in have else "",
        user_attrs={**_prefixed(names, "tags."), **{one: one for one in metrics}},
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
