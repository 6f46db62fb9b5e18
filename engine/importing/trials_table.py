"""Tables of trials: CSV of Optuna or of ours, scikit-learn's ``cv_results_`` as CSV or JSON, runs of W&B and MLflow."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UserFault
from engine.events import StateName
from engine.importing import registry
from engine.importing.columns import Columns, find_columns
from engine.importing.records import ForeignStudy, ForeignTrial, Wishes
from engine.importing.sources import Source
from engine.importing.value_kinds import cell_value, held_value, hyperparameter_from, is_missing, without_guard
from engine.space import Categorical, Hyperparameter
from engine.written import parse_json

if TYPE_CHECKING:
    import pandas as pd

_ENDINGS = (".csv", ".tsv", ".txt", ".json", ".parquet")
_STATES: dict[str, StateName] = {
    **dict.fromkeys(("complete", "completed", "finished", "success", "trialstate.complete"), "complete"),
    **dict.fromkeys(("pruned", "stopped", "killed", "preempted", "trialstate.pruned"), "pruned"),
    **dict.fromkeys(("fail", "failed", "crashed", "error", "trialstate.fail"), "failed"),
    **dict.fromkeys(("running", "waiting", "scheduled", "pending", "queued"), "waiting"),
}
"""What other programs call the states of a trial or run, in lower case."""
_LARGEST = 256 << 20  # bytes of a table of trials; more is no such table
_BATCH = 32  # rows that are unpacked at a time: texts of a megabyte each still fit; a guess
_SEPARATORS = (",", ";", "\t", "|")
_LONGEST_HEADER = 1 << 20  # characters; a guess far above any table of trials
_UNITS = {"d": 86_400.0, "h": 3_600.0, "min": 60.0, "m": 60.0, "s": 1.0, "ms": 1e-3}  # seconds


@registry.register
class TrialsTable(Source):
    """Any table with one row a trial."""

    title = "Table of trials (CSV, cv_results_, W&B, MLflow)"
    is_last = True

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its ending: any table may be one."""
        return path.suffix.lower() in _ENDINGS

    def read(self, path: Path, wishes: Wishes) -> ForeignStudy:
        """One trial a row."""
        frame = read_frame(path)
        columns = find_columns(list(frame.columns), wishes, path.name)
        return _study_of(path.stem, frame, columns)


def read_frame(path: Path) -> pd.DataFrame:
    """The table's cells, as texts where the file holds texts; raises :class:`UserFault` where it is none."""
    import pandas as pd  # slow to load

    try:
        if path.stat().st_size > _LARGEST:
            raise _too_large(path)
        suffix = path.suffix.lower()
        if suffix == ".json":
            return _json_frame(path)
        if suffix == ".parquet":
            frame = _parquet_frame(path)
        else:
            frame = pd.read_csv(
                path, dtype=str, keep_default_na=False, encoding="utf-8-sig", encoding_errors="replace",
                sep=_separator_of(path), low_memory=False,
            )  # fmt: skip
    except OSError as error:
        raise UserFault(f"{path.name} cannot be read: {error.strerror or error}.", "Choose another file.") from error
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError, csv.Error) as error:
        raise UserFault(f"{path.name} is not a table of trials.", "Give one row a trial, with a header.") from error
    frame.columns = [without_guard(str(name)) for name in frame.columns]
    unnamed = [name for name in frame.columns if re.fullmatch(r"(Unnamed: \d+)?", name)]
    frame = frame.drop(columns=unnamed)
    if frame.empty or not frame.columns.is_unique:
        what = "has no rows" if frame.empty else "has two columns of one name"
        raise UserFault(f"{path.name} {what}.", "Give one row a trial, with a header.")
    return frame


def _parquet_frame(path: Path) -> pd.DataFrame:
    """What a small file unpacks to is counted while it is unpacked."""
    import pyarrow as pa  # slow to load
    from pyarrow import parquet

    size, batches = 0, []
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH):
                size += batch.nbytes
                if size > _LARGEST:
                    raise _too_large(path)
                batches.append(batch)
            frame: pd.DataFrame = pa.Table.from_batches(batches, file.schema_arrow).to_pandas()
            return frame
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error


def _too_large(path: Path) -> UserFault:
    """More than any table of trials is."""
    return UserFault(f"{path.name} is too large for a table of trials.", "Keep the rows and columns you need.")


def _separator_of(path: Path) -> str:
    """The separator that parts the first line into most cells."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        first = file.readline(_LONGEST_HEADER).replace("\0", "")
    counts = {one: len(next(csv.reader([first], delimiter=one), [])) for one in _SEPARATORS}
    return max(counts, key=lambda one: counts[one])


def _json_frame(path: Path) -> pd.DataFrame:
    """``cv_results_`` as a mapping of lists, or a list of objects."""
    import pandas as pd  # slow to load

    found = parse_json(path.read_text(encoding="utf-8"), path.name)
    if isinstance(found, Mapping) and "cv_results_" in found:
        found = found["cv_results_"]
    rows: Any = found
    if isinstance(found, Mapping):
        lists = {str(name): list(value) for name, value in found.items() if isinstance(value, list)}
        count = {len(value) for value in lists.values()}
        if len(count) != 1:
            raise ValueError("columns of different lengths")
        rows = [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError("no rows")
    names = dict.fromkeys(name for row in rows for name in row)
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})


def _study_of(name: str, frame: pd.DataFrame, columns: Columns) -> ForeignStudy:
    cells = {column: frame[column].tolist() for column in frame.columns}
    values = {key: [cell_value(cell) for cell in cells[column]] for key, column in columns.params.items()}
    space: dict[str, Hyperparameter] = {}
    for key, found in values.items():
        row = hyperparameter_from(found)
        if row is not None:
            space[key] = row
    if not space:
        raise UserFault(f"{name} has no value of any hyperparameter.", "Name their columns with --param COLUMN.")
    trials = tuple(_trial_of(place, cells, values, space, columns) for place in range(len(frame)))
    if not any(trial.scores for trial in trials):
        raise UserFault(f"No row of {name} has a number in {columns.scores[0]}.", "Name another with --score COLUMN.")
    several = len(columns.scores) > 1
    metric_names = [re.sub(r"^(values_|metrics\.|mean_test_)", "", score) for score in columns.scores]
    said = f"Read as a table of {columns.kind}: score {', '.join(columns.scores)} ({columns.directions[0]})."
    return ForeignStudy(
        name=name,
        directions=columns.directions,
        space=space,
        trials=trials,
        constraint_names=tuple(columns.constraints),
        metric_names=tuple(metric_names) if several or metric_names[0] not in {"value", "score"} else (),
        said=(said if columns.kind != "table" else said.replace("a table of table", "a table"),),
    )


def _trial_of(
    place: int,
    cells: Mapping[str, Sequence[object]],
    values: Mapping[str, Sequence[object]],
    space: Mapping[str, Hyperparameter],
    columns: Columns,
) -> ForeignTrial:
    def cell(column: str) -> Any:
        return cells[column][place] if column else None

    params = {key: _fitted(values[key][place], row) for key, row in space.items() if not is_missing(values[key][place])}
    scores = tuple(_number(cell(column)) for column in columns.scores)
    known = not any(math.isnan(score) for score in scores)
    state = _STATES.get(str(cell(columns.state)).strip().lower(), "complete") if columns.state else "complete"
    if state == "complete" and not known:
        state = "failed"
    started, ended = _moment(cell(columns.started)), _moment(cell(columns.ended))
    seconds = ended - started if columns.ended else _duration(cell(columns.seconds))
    limits = {key: _number(cell(column)) for key, column in columns.constraints.items()}
    folds = [_number(cell(column)) for column in columns.folds]
    details = {"fold_scores": folds} if folds and not any(map(math.isnan, folds)) else {}
    noted = [
        {key: value for key, column in group.items() if not is_missing(value := cell_value(cell(column)))}
        for group in (columns.user_attrs, columns.system_attrs)
    ]
    return ForeignTrial(
        state=state,
        params=params,
        scores=scores if known and state in {"complete", "pruned"} else (),
        started=started,
        seconds=seconds,
        constraints={key: value for key, value in limits.items() if not math.isnan(value)},
        user_attrs=noted[0],
        system_attrs=noted[1],
        details=details,
    )


def _fitted(value: object, row: Hyperparameter) -> object:
    """A value as its hyperparameter holds it: a whole number in a range of real ones is one of them."""
    if isinstance(row, Categorical):
        return held_value(value)
    return row.to_value(row.to_number(value))


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _moment(cell: Any) -> float:
    """Seconds since 1970 of a time as any of the programs writes it; NaN where it is none."""
    if hasattr(cell, "timestamp"):
        cell = cell.isoformat()
    text = str(cell).strip()
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        number = _number(text)
        return number / 1000.0 if number > 1e11 else number  # milliseconds, as MLflow's own tables have


def _duration(cell: object) -> float:
    """Seconds: a number, or words such as ``1h 2m 3.5s``."""
    number = _number(cell)
    parts = re.findall(r"([\d.]+)\s*(ms|min|d|h|m|s)\b", str(cell))
    if math.isnan(number) and parts:
        return sum(_number(amount) * _UNITS[unit] for amount, unit in parts)
    return number
