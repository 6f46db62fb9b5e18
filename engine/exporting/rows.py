"""Chosen trials as lines of text, for the clipboard: every number in full, as a spreadsheet takes it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.exporting.table import escape_formula
from engine.space import Categorical, Int
from engine.texts import make_visible, to_json
from engine.trials import History, State


def tab_separated(
    history: History, numbers: Sequence[int], columns: Sequence[tuple[str, str]], extra: Mapping[str, Sequence[object]]
) -> str:
    """A line of titles and one a trial, parted by tabs.

    ``columns`` are pairs of a title and what stands under it: ``trial``, ``score``, ``time`` (in seconds),
    ``constraint:NAME``, ``param:NAME``, or a key of ``extra``, which holds a value for each of ``numbers``. The state
    stands after the trial's number.
    """
    chosen = np.asarray(numbers, dtype=np.int64)
    titles, parts = ["trial", "state"], [chosen.tolist(), _state_labels(history, chosen)]
    for title, key in columns:
        if key != "trial":
            titles.append(title)
            parts.append(extra[key] if key in extra else _column_values(history, chosen, key))
    return as_tab_separated(titles, zip(*parts, strict=True))


def as_tab_separated(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A line of titles and one a row, parted by tabs: numbers in full, *None* and NaN as nothing, texts escaped.

    A text is a stranger's: it stays on one line and in one cell, and no spreadsheet takes it for a formula.
    """
    return "".join("\t".join(map(_cell_text, row)) + "\n" for row in (titles, *rows))


def _state_labels(history: History, numbers: Array) -> list[str]:
    labels = [state.label for state in State]
    return [labels[state] for state in history.state[numbers].tolist()]


def _column_values(history: History, numbers: Array, key: str) -> Sequence[Any]:
    if key == "score":
        return list(history.score[numbers].tolist())
    if key == "time":
        return list(history.seconds[numbers].tolist())
    kind, _, name = key.partition(":")
    if kind == "constraint":
        return list(history.constraints[numbers, history.constraint_names.index(name)].tolist())
    hyperparameter = history.space[name]
    values = history.numbers[numbers, history.space.names.index(name)].tolist()
    if isinstance(hyperparameter, Categorical):
        found = ["" if math.isnan(value) else hyperparameter.choices[int(value)] for value in values]
    elif isinstance(hyperparameter, Int):
        found = ["" if math.isnan(value) else int(value) for value in values]
    else:
        found = values
    for place in np.flatnonzero(np.isin(numbers, list(history.strange))).tolist() if history.strange else ():
        found[place] = history.strange[int(numbers[place])].get(name, found[place])
    return found


def _cell_text(value: object) -> str:
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or plain != plain:
        return ""
    if isinstance(plain, float):
        return repr(plain)
    if isinstance(plain, int) and not isinstance(plain, bool):
        return str(plain)
    return str(escape_formula(make_visible(" ".join(str(plain).split()))))


def trials_as_json(history: History, numbers: Sequence[int]) -> str:
    """Trials as JSON with every digit: an object, or a list of several."""
    found = [_known_values(history, number) for number in numbers]
    return to_json(found[0] if len(found) == 1 else found, indent=2)


def trials_as_dicts(history: History, numbers: Sequence[int]) -> str:
    """The configurations as Python writes them, one a line."""
    return "\n".join(repr(history.params(number)) for number in numbers)


def trials_as_options(history: History, numbers: Sequence[int]) -> str:
    """The configurations as options of ``twinloop new``, one a line."""
    return "\n".join(
        " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in history.params(number).items())
        for number in numbers
    )


def _known_values(history: History, number: int) -> dict[str, Any]:
    trial = history.trial(number)
    known = {
        "number": trial.number,
        "state": trial.state.label,
        "score": trial.score,
        "params": dict(trial.params),
        "fold_scores": list(trial.details.get("fold_scores", ())),
        "seconds": trial.seconds,
        "reason": trial.reason,
    }
    return {name: value for name, value in known.items() if value not in (None, [], "")}
