"""What a careful colleague would say of a table before a model is trained on it, and the one change that each asks for.

Nothing here forbids a run, and nothing is changed by itself: whether a column is known beforehand, only people know.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
from msgspec.structs import replace

from engine.data import encoding, folds, shared, telling
from engine.data.reading.kinds import names_things
from engine.data.table import Table, shortened
from engine.data.telling import Telling
from engine.objectives import cache_key, table
from engine.objectives.checking import scheme_of
from engine.objectives.description import TableObjective, Validation
from engine.objectives.hint import MOST, Hint, Hints
from engine.wording import counted

FEW_ROWS = 500
"""Fewer rows judge trials too coarsely for one pass of folds; a guess."""
_ORDERED = 0.99  # of the steps from row to row that do not go back in time
_FEWEST_TIMES, _FEWEST_GROUPS = 10, 20  # of fewer values nothing is said: guesses
_MOST_KEPT = 4  # tables whose findings are remembered: a guess
_KEPT: dict[str, tuple[dict[str, Telling], int]] = {}
_LOCK = threading.Lock()


def hints_of(description: TableObjective) -> Hints:
    """What to say of the description's table; raises :class:`UserFault` where it cannot be read or used.

    What columns tell is remembered for the last few tables and targets, as long as the files stay as they are.
    """
    loaded = table.load(description)
    tellings, rows = _column_tellings(description, loaded)
    found = [_leak_hint(description, tellings), *_group_hints(description, loaded), _time_hint(description, loaded)]
    found.append(_small_table_hint(description, rows))
    return Hints(tuple(hint for hint in found if hint is not None)[:MOST], tellings)


def _column_tellings(description: TableObjective, loaded: Table) -> tuple[dict[str, Telling], int]:
    """What each column that could be learned from tells, also the ignored ones, and the number of rows."""
    plain = replace(description, ignored=(), validation=Validation(), fingerprint="")
    key = shared.key(*cache_key.stamp(plain.source), cache_key.selection(plain))
    with _LOCK:
        known = _KEPT.get(key)
    if known is None:
        encoded = encoding.encode(loaded, plain.target, plain.task)
        ordered = tuple(loaded.info.column(name).kind == "time" for name in encoded.names)
        told = telling.tell(encoded.X, encoded.y, ordered)
        known = dict(zip(encoded.names, told, strict=bool(told))), len(encoded.y)
        with _LOCK:
            _KEPT[key] = known
            while len(_KEPT) > _MOST_KEPT:
                del _KEPT[next(iter(_KEPT))]
    return known


def _leak_hint(description: TableObjective, tellings: dict[str, Telling]) -> Hint | None:
    left_out = set(table.left_out(description))
    used = [name for name in tellings if name not in left_out]
    names = sorted((name for name in used if tellings[name].is_leak), key=lambda name: -tellings[name].right)
    if not names:
        return None
    target, worst = description.target, tellings[names[0]]
    what = f"{names[0]} leaks the target: alone it predicts {target} in {_as_percent(worst.right)} of the rows."
    if description.task == "regression":
        what = f"{names[0]} leaks the target: alone it explains {_as_percent(worst.share)} of the variance of {target}."
    if len(names) > 1:
        what += f" So {'does' if len(names) == 2 else 'do'} {shortened(tuple(names[1:]), 3)}."
    it, is_known = ("it", "it is") if len(names) == 1 else ("them", "they are")
    remedy = f"Leave {it} out, unless {is_known} known before {target} is."
    changes: dict[str, Any] = {"ignored": tuple(sorted({*description.ignored, *names}))}
    if len(names) == len(used):  # nothing would be left to learn from
        return Hint(
            "leak", tuple(names), what, f"The study is of use where {is_known} known before {target} is.", "", {}
        )
    return Hint("leak", tuple(names), what, remedy, f"Leave {it} out", changes)


def _group_hints(description: TableObjective, loaded: Table) -> list[Hint]:
    """Columns that name what several rows are of: folds that part them let a model recognise it."""
    if scheme_of(description) in folds.BY_GROUP or scheme_of(description) == "time":
        return []
    found = []
    for column in loaded.info.columns:
        if column.name == description.target or column.kind in {"constant", "time"} or not names_things(column.name):
            continue
        counts = loaded.frame[column.name].value_counts()
        several = int((counts > 1).sum())
        if column.missing or len(counts) < _FEWEST_GROUPS or not several or several * 20 < len(counts):
            continue
        scheme = "stratified_grouped" if description.task == "classification" else "grouped"
        changes = {"validation": replace(description.validation, scheme=scheme, column=column.name, gap=0.0)}
        is_learned = column.kind in {"number", "category"} and column.name not in description.ignored
        learned = " A model learns from it." if is_learned else " It is left out."
        what = f"{column.name} is an identifier: {counted(len(counts), 'value')} in {loaded.info.rows:,} rows.{learned}"
        most = "Each has" if several == len(counts) else f"{several:,} of them {'has' if several == 1 else 'have'}"
        remedy = f"{most} two rows or more. With it as group, none of them is in two folds at once."
        found.append(Hint("group", (column.name,), what, remedy, "Keep as group", changes))
    return found[:1]


def _time_hint(description: TableObjective, loaded: Table) -> Hint | None:
    if scheme_of(description) in folds.BY_GROUP or scheme_of(description) in {"time", *folds.ONE_SPLIT}:
        return None
    for column in loaded.info.columns:
        if column.kind != "time" or column.missing or column.distinct < _FEWEST_TIMES:
            continue
        steps = np.diff(loaded.frame[column.name].to_numpy(dtype="float64"))
        if np.mean(steps >= 0) < _ORDERED and np.mean(steps <= 0) < _ORDERED:
            continue
        changes = {"validation": replace(description.validation, scheme="time", column=column.name)}
        what = f"The rows are in the order of {column.name}."
        remedy = "Random folds let the future predict the past; a time-series split does not."
        return Hint("time", (column.name,), what, remedy, "Validate by time", changes)
    return None


def _small_table_hint(description: TableObjective, rows: int) -> Hint | None:
    """Few rows under folds that are made once: repeat them, and judge by what tells more than right and wrong."""
    validation = description.validation
    if rows >= FEW_ROWS or scheme_of(description) not in {"stratified", "kfold"} or validation.folds < 2:
        return None
    judged = round(rows * (1.0 - validation.holdout))
    is_coarse = description.metric in {"accuracy", "balanced_accuracy"}
    changes: dict[str, Any] = {"validation": replace(validation, scheme="repeated", column=None)}
    what = f"{counted(judged, 'row')} are few to validate trials on."
    if is_coarse:
        error = 100.0 * math.sqrt(0.9 * 0.1 / judged)
        what = f"{counted(judged, 'row')} validate a trial: accuracy 90 % has a standard error of {error:.1f} points."
        changes["metric"] = "log_loss"
    splits = validation.folds * validation.repeats
    longer = f"take {validation.repeats} times as long"
    remedy = f"Repeated folds judge by {splits} splits instead of {validation.folds} and {longer}"
    remedy += "; log loss tells apart trials that are right equally often." if is_coarse else "."
    return Hint("small", (), what, remedy, "Repeat, by log loss" if is_coarse else "Repeat the folds", changes)


def _as_percent(share: float) -> str:
    """A share of nearly all, never rounded up to all of it."""
    shown = math.floor(1000.0 * share) / 10.0
    return "100 %" if share >= 1.0 else f"{shown:.1f} %"
