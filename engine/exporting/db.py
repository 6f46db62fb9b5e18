"""All trials as a SQLite storage of Optuna, with every field, written by SQL without Optuna."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import UserFault
from engine.exporting import optuna_schema, registry
from engine.exporting.base import Content, Format
from engine.exporting.optuna_schema import kind_of
from engine.exporting.reported import reported_values
from engine.space import Categorical, Float, Hyperparameter, Int
from engine.space.choices import object_of
from engine.texts import make_encodable
from engine.trials import FrozenTrial, State

_STATES = {State.COMPLETE: "COMPLETE", State.PRUNED: "PRUNED", State.FAILED: "FAIL"}
_OWN = {"user_attrs", "system_attrs", "distributions"}  # details that have columns of their own
_HYPERPARAMETER: Any = msgspec.json.Decoder(Float | Int | Categorical)


@registry.register
class OptunaStorageFormat(Format):
    """A file that ``optuna.load_study`` opens, with its states, values, curves, attributes and constraints."""

    title = "Optuna storage"
    summary = "All trials; opens with optuna.load_study and its dashboard."

    def write(self, content: Content, path: Path) -> None:
        """Write every trial; raises :class:`UserFault` where the disk refuses."""
        path.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = OFF")  # a draft beside the target: whole, or gone
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("BEGIN")
                optuna_schema.create_tables(connection)
                _put_study(connection, content)
                _put_trials(connection, content)
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read it again: it has every trial, in its state."""
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (ok,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            (count,) = connection.execute("SELECT count(*) FROM trials").fetchone()
        if ok != "ok" or count != len(content.history):
            raise UserFault(f"{path.name} does not hold what was written to it.", "Choose another disk.")
        return ()


def _put_study(connection: sqlite3.Connection, content: Content) -> None:
    setup, history = content.setup, content.history
    name = make_encodable(setup.title) or "study"
    connection.execute("INSERT INTO studies VALUES (1, ?)", (name,))
    directions = [(place + 1, one.upper(), 1, place) for place, one in enumerate(history.directions)]
    connection.executemany("INSERT INTO study_directions VALUES (?, ?, ?, ?)", directions)
    system = dict(setup.system_attrs)
    if setup.metric_names:
        system["study:metric_names"] = list(setup.metric_names)
    user = dict(setup.user_attrs)
    if history.constraint_names and not _are_named_by_optuna(content):
        user.setdefault("constraint_names", list(history.constraint_names))
    for table, attributes in (("study_user_attributes", user), ("study_system_attributes", system)):
        rows = [(1, key, text) for key, text in _attribute_rows(attributes)]
        connection.executemany(f"INSERT INTO {table} (study_id, key, value_json) VALUES (?, ?, ?)", rows)


def _are_named_by_optuna(content: Content) -> bool:
    """Whether the constraints came from a storage of Optuna's, which has their names."""
    history = content.history
    return any("system_attrs" in history.notes(number).get("details", {}) for number in range(len(history)))


def _put_trials(connection: sqlite3.Connection, content: Content) -> None:
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in optuna_schema.TRIAL_TABLES}
    curves = content.curves
    kept: dict[Hyperparameter, str] = {}
    for number in range(len(content.history)):
        trial, key = content.history.trial(number), number + 1
        state = _state_of(trial)
        rows["trials"].append((key, number, 1, state, _time(trial.started), _ended(trial)))
        fixed, params = _params_of(trial, state)
        for name, value in params.items():
            row = _range_of(trial, name, value, content.history.space.get(name))
            if row not in kept:
                kept[row] = distribution_json(row)
            rows["trial_params"].append((key, make_encodable(name), row.to_number(value), kept[row]))
        if state in {"COMPLETE", "PRUNED"}:
            for place, score in enumerate(trial.scores):
                if score == score:
                    rows["trial_values"].append((key, place, *kind_of(score)))
        for step, value in reported_values(curves.get(number)).items():
            rows["trial_intermediate_values"].append((key, step, *kind_of(value)))
        system = {**trial.system_attrs, **({"fixed_params": fixed} if fixed else {})}
        for table, attributes in (
            ("trial_user_attributes", _user_attributes(content, trial)),
            ("trial_system_attributes", system),
        ):
            rows[table] += [(key, name, text) for name, text in _attribute_rows(attributes)]
    for table, found in rows.items():
        connection.executemany(optuna_schema.TRIAL_TABLES[table], found)


def _state_of(trial: FrozenTrial) -> str:
    """Its state in Optuna's words. A running one waits, as whoever ran it is not there; one without a score failed."""
    if trial.state is State.COMPLETE and (not trial.scores or any(math.isnan(one) for one in trial.scores)):
        return "FAIL"
    return _STATES.get(trial.state, "WAITING")


def _params_of(trial: FrozenTrial, state: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is fixed for a trial that waits, as ``enqueue_trial`` keeps it, and what has a distribution."""
    if state != "WAITING":
        return {}, trial.params
    if "system_attrs" in trial.why:  # it came from a storage of Optuna's, which says by itself what it fixed
        fixed = trial.why["system_attrs"].get("fixed_params") or {}
        return {}, {name: value for name, value in trial.params.items() if name not in fixed}
    return trial.params, {}


def _range_of(trial: FrozenTrial, name: str, value: object, row: Hyperparameter | None) -> Hyperparameter:
    """The hyperparameter as this trial had it; one that holds its value where the study's no longer does."""
    own = trial.details.get("distributions") or trial.why.get("distributions") or {}
    if isinstance(own, Mapping) and name in own:
        try:
            found: Hyperparameter = _HYPERPARAMETER.decode(msgspec.json.encode(own[name]))
            found.to_number(value)
        except (msgspec.DecodeError, TypeError, ValueError, ArithmeticError, UserFault):
            pass
        else:
            return found
    try:
        if row is not None:
            row.to_number(value)
            return msgspec.structs.replace(row, when=None)
    except (ValueError, TypeError, ArithmeticError):
        pass
    if isinstance(value, bool) or not isinstance(value, int | float):
        before = row.choices if isinstance(row, Categorical) else ()
        return Categorical((*before, value))
    if isinstance(row, Int) and isinstance(value, int):
        return Int(min(row.low, value), max(row.high, value))
    if isinstance(row, Categorical):
        return Categorical((*row.choices, value))
    low, high = (float(row.low), float(row.high)) if row is not None else (float(value), float(value))
    return Float(min(low, value), max(high, value))


def distribution_json(row: Hyperparameter) -> str:
    """A hyperparameter as the JSON of one of Optuna's distributions."""
    if isinstance(row, Categorical):
        choices = [object_of(one) if isinstance(one, str) and one in row.literals else one for one in row.choices]
        return json.dumps({"name": "CategoricalDistribution", "attributes": {"choices": make_encodable(choices)}})
    bounds: dict[str, Any] = {"step": row.step, "low": row.low, "high": row.high, "log": row.log}
    if isinstance(row, Int):
        bounds = {"log": row.log, "step": row.step, "low": row.low, "high": row.high}
        return json.dumps({"name": "IntDistribution", "attributes": bounds})
    return json.dumps({"name": "FloatDistribution", "attributes": bounds})


def _user_attributes(content: Content, trial: FrozenTrial) -> dict[str, object]:
    """What was noted beside a trial, then what is known of it besides and has no column in Optuna's tables."""
    setup = content.setup
    more: dict[str, Any] = {name: value for name, value in trial.details.items() if name not in _OWN}
    if trial.reason and trial.reason != trial.system_attrs.get("fail_reason"):
        more["reason"] = trial.reason
    if trial.number in setup.notes:
        more["note"] = setup.notes[trial.number]
    more |= {word: True for word in ("starred", "excluded") if trial.number in getattr(setup, word)}
    return {**more, **trial.user_attrs}


def _attribute_rows(attributes: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    seen = set()
    for name, value in attributes.items():
        key = make_encodable(str(name))
        if key not in seen:
            seen.add(key)
            yield key, json.dumps(make_encodable(msgspec.to_builtins(value)))


def _ended(trial: FrozenTrial) -> str | None:
    if trial.started is None or trial.seconds is None:
        return None
    return _time(trial.started + trial.seconds)


def _time(seconds: float | None) -> str | None:
    """A moment as Optuna since 5.0 stores it: UTC without saying so."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    except (ValueError, OverflowError, OSError):
        return None
