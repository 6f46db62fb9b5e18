"""All trials as a table, with the columns that Optuna gives its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.exporting.base import Content
from engine.texts import make_encodable, to_json
from engine.trials import History, State

if TYPE_CHECKING:
    import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide ones for Japanese settings

LATEST = 4.5e9  # seconds since 1970, in the year 2112: a start and a duration are still in range together


def trials_table(content: Content) -> pd.DataFrame:
    """One row a trial: number, value (or values), start, end, duration, ``params_``, ``user_attrs_`` and state.

    A study with constraints has a column ``constraints_`` for each, and whether the trial is feasible.
    """
    import pandas as pd  # slow to load, and only exports need it

    history = content.history
    several = len(history.directions) > 1
    columns: dict[str, Any] = {"number": range(len(history))}
    for i in range(len(history.directions)):
        columns[f"values_{_metric_name(content, i)}" if several else "value"] = history.scores[:, i]
    started = pd.to_datetime(_within_calendar(history.started), unit="s")
    duration = pd.to_timedelta(_within_calendar(history.seconds), unit="s")
    columns |= {"datetime_start": started, "datetime_complete": started + duration, "duration": duration}
    params = [make_encodable(history.params(number)) for number in range(len(history))]
    for name in dict.fromkeys([*make_encodable(list(history.space)), *(key for one in params for key in one)]):
        columns[f"params_{name}"] = [one.get(name) for one in params]
    attributes = [make_encodable(_attributes_of(history, number)) for number in range(len(history))]
    for name in dict.fromkeys(key for one in attributes for key in one):
        columns[f"user_attrs_{name}"] = [one.get(name) for one in attributes]
    if history.constraint_names:
        names = make_encodable(history.constraint_names)
        columns |= {f"constraints_{name}": history.constraints[:, i] for i, name in enumerate(names)}
        columns["feasible"] = history.feasible
    columns |= _marks_of(content)
    columns["state"] = [State(int(state)).label for state in history.state]
    table = pd.DataFrame(columns)
    if content.numbers is None:
        return table
    return table.iloc[[number for number in content.numbers if 0 <= number < len(history)]]


def _marks_of(content: Content) -> dict[str, Any]:
    """What a person marked trials with, where anything was."""
    setup, count = content.setup, len(content.history)
    marks: dict[str, object] = {}
    for name in ("starred", "excluded"):
        numbers = set(getattr(setup, name))
        if numbers:
            marks[name] = [number in numbers for number in range(count)]
    if setup.notes:
        marks["note"] = [make_encodable(setup.notes.get(number)) for number in range(count)]
    return marks


def _metric_name(content: Content, position: int) -> str:
    names = content.setup.metric_names
    return str(make_encodable(names[position])) if position < len(names) else str(position)


def _attributes_of(history: History, number: int) -> dict[str, Any]:
    """What somebody noted beside a trial; a value that is no scalar as its JSON text."""
    noted = history.notes(number)
    found = noted.get("details", {}).get("user_attrs") or noted.get("why", {}).get("user_attrs") or {}
    return {name: to_json(value) if isinstance(value, list | dict) else value for name, value in found.items()}


def _within_calendar(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Times that no calendar of 64 bits holds are unknown ones; a stranger's file, or a broken clock, may have any."""
    return np.where(np.abs(seconds) <= LATEST, seconds, np.nan)


def escape_formula(value: object) -> Any:
    """A text that a spreadsheet would take for a formula, made a plain text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
