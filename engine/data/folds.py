"""Which rows train and which judge: the holdout set aside first, then the folds of the search, through scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine import seeds
from engine.data.target import Task
from engine.errors import UserFault

Scheme = Literal["kfold", "stratified", "grouped", "time"]
SCHEMES: tuple[Scheme, ...] = ("stratified", "kfold", "grouped", "time")
SINGLE_SHARE = 0.25
"""The share of rows that judges where one fold is asked for: a single split instead of cross-validation."""


@dataclass(frozen=True, eq=False)
class Fold:
    """Row indices (int64) that train and that judge."""

    train: np.ndarray
    validation: np.ndarray


@dataclass(frozen=True, eq=False)
class Split:
    """The folds of the search, and the rows it never sees (sorted; empty without a holdout)."""

    folds: tuple[Fold, ...]
    search: np.ndarray
    holdout: np.ndarray


def suggest(task: Task) -> Scheme:
    """The usual scheme where nothing is known of groups or time."""
    return "stratified" if task == "classification" else "kfold"


def split(
    y: np.ndarray,
    scheme: Scheme,
    folds: int,
    holdout: float,
    seed: int,
    groups: np.ndarray | None = None,
    times: np.ndarray | None = None,
) -> Split:
    """Set ``holdout`` (a share, 0 for none) aside and split the rest into ``folds``; one fold is a single split.

    ``y`` is (rows,), class positions where the scheme is stratified; ``groups`` is (rows,) where it is grouped;
    ``times`` is (rows,) where it is by time (otherwise the rows count as ordered). By time, a fold trains on the past
    only, and the holdout is the latest part. The same arguments give the same rows. Raises :class:`UserFault` where
    the rows do not allow the split.
    """
    if scheme not in SCHEMES:
        raise UserFault(f"There is no validation scheme called {scheme!r}.", f"Choose one of: {', '.join(SCHEMES)}.")
    if not 0.0 <= holdout <= 0.5:
        raise UserFault(f"The holdout share is {holdout}.", "Give a share from 0 to 0.5.")
    if folds < 1:
        raise UserFault(f"The number of folds is {folds}.", "Give at least 1.")
    labels = _labels(scheme, y, groups)
    rows = np.arange(len(y))
    if times is not None and scheme == "time":
        rows = np.argsort(times, kind="stable")
    search, held = _set_aside(rows, labels, scheme, holdout, seeds.integer(seed, "data", "holdout"))
    _check(scheme, folds, search, labels)
    random_state = seeds.integer(seed, "data", "folds")
    if folds == 1:
        train, validation = _set_aside(search, labels, scheme, SINGLE_SHARE, random_state)
        return Split((Fold(np.sort(train), np.sort(validation)),), np.sort(search), held)
    parts = splitter(scheme, folds, random_state).split(search, *_arguments(scheme, labels, search))
    made = tuple(Fold(search[train], search[validation]) for train, validation in parts)
    return Split(made, np.sort(search), held)


def splitter(scheme: Scheme, folds: int, random_state: int) -> Any:
    """scikit-learn's splitter for two folds or more."""
    # In here because scikit-learn is slow to load.
    from sklearn import model_selection

    if scheme == "time":
        return model_selection.TimeSeriesSplit(n_splits=folds)
    kinds = {
        "kfold": model_selection.KFold,
        "stratified": model_selection.StratifiedKFold,
        "grouped": model_selection.GroupKFold,
    }
    return kinds[scheme](n_splits=folds, shuffle=True, random_state=random_state)


def single(scheme: Scheme, share: float, random_state: int) -> Any:
    """scikit-learn's splitter that takes ``share`` of the rows once; *None* by time, which takes the latest rows."""
    # In here because scikit-learn is slow to load.
    from sklearn import model_selection

    kinds = {
        "kfold": model_selection.ShuffleSplit,
        "stratified": model_selection.StratifiedShuffleSplit,
        "grouped": model_selection.GroupShuffleSplit,
    }
    if scheme == "time":
        return None
    return kinds[scheme](n_splits=1, test_size=share, random_state=random_state)


def _labels(scheme: Scheme, y: np.ndarray, groups: np.ndarray | None) -> np.ndarray | None:
    if scheme == "stratified":
        if y.dtype.kind == "f":
            raise UserFault("Stratified folds need classes.", "Choose k-fold for regression.")
        return y
    if scheme == "grouped":
        if groups is None:
            raise UserFault("Grouped folds need a group column.", "Choose the column that names the groups.")
        return groups
    return None


def _arguments(scheme: Scheme, labels: np.ndarray | None, rows: np.ndarray) -> tuple[Any, ...]:
    """What scikit-learn's splitters take after the rows: classes as y, groups as groups."""
    if labels is None:
        return ()
    return (labels[rows],) if scheme == "stratified" else (None, labels[rows])


def _set_aside(
    rows: np.ndarray, labels: np.ndarray | None, scheme: Scheme, share: float, random_state: int
) -> tuple[np.ndarray, np.ndarray]:
    """The rows that stay, in their order, and those taken away, sorted."""
    if share == 0.0:
        return rows, rows[:0]
    taken = max(1, round(share * len(rows)))
    if scheme == "stratified" and labels is not None:
        _check_classes(labels[rows], len(rows), taken)
    elif len(np.unique(labels[rows]) if labels is not None else rows) < 2:
        raise UserFault("There are too few rows or groups to set some aside.", "Choose a table with more rows.")
    maker = single(scheme, share, random_state)
    if maker is None:
        return rows[: len(rows) - taken], np.sort(rows[len(rows) - taken :])
    stay, away = next(maker.split(rows, *_arguments(scheme, labels, rows)))
    return rows[np.sort(stay)], np.sort(rows[away])


def _check_classes(labels: np.ndarray, rows: int, taken: int) -> None:
    counts = np.unique(labels, return_counts=True)[1]
    if counts.min() < 2:
        raise UserFault(
            "A class of the target has one row only, and a stratified split needs two.",
            "Leave that row out, or choose k-fold.",
        )
    if min(taken, rows - taken) < len(counts):
        raise UserFault(
            f"{rows} rows are too few to set some of each of the {len(counts)} classes aside.",
            "Choose a table with more rows, or set no holdout aside.",
        )


def _check(scheme: Scheme, folds: int, rows: np.ndarray, labels: np.ndarray | None) -> None:
    needed = folds + 1 if scheme == "time" or folds == 1 else folds
    if len(rows) < needed:
        raise UserFault(
            f"There are {len(rows)} rows for {folds} folds.", "Choose fewer folds, or a table with more rows."
        )
    if labels is None:
        return
    counts = np.unique(labels[rows], return_counts=True)[1]
    if scheme == "grouped" and len(counts) < max(2, folds):
        raise UserFault(f"There are {len(counts)} groups for {folds} folds.", "Choose fewer folds, or another column.")
    if scheme == "stratified" and counts.min() < max(2, folds):
        raise UserFault(
            f"The smallest class of the target has {counts.min()} rows for {folds} folds.",
            "Choose fewer folds, leave that class out, or choose k-fold.",
        )
