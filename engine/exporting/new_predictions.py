"""What the best model, trained on all rows, says of the rows of another table, written beside them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.applying import FinalModel, NewRows, read_new_rows
from engine.data import metrics
from engine.data.reading.options import ReadOptions
from engine.errors import UserFault
from engine.exporting.base import ENSEMBLE, Content, read_content, require_other_file
from engine.exporting.table import escape_formula
from engine.objectives.checking import positive_of
from engine.store import copying
from engine.texts import make_encodable
from engine.wording import listed

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv", ".tsv", ".parquet")
MOST_PROBABILITIES = 100
"""Classes for which a column each is written; of more, the likeliest one's alone: a guess."""


@dataclass(frozen=True, slots=True)
class NewPredictions:
    """What was written where: ``rows`` predicted by ``by``, ``doubts`` in sentences; ``trial`` is the best one.

    ``score`` is that on the rows whose target the table holds, ``scored`` of them; *None* where it holds none.
    """

    path: Path
    rows: int
    trial: int
    target: str
    columns: tuple[str, ...]
    doubts: tuple[str, ...]
    score: float | None = None
    scored: int = 0
    metric: str = ""
    by: str = ""


def predict_table(
    content: Content, source: str | Path, to: str | Path, read: ReadOptions | None = None
) -> NewPredictions:
    """Write the rows of ``source`` with a prediction each to ``to`` (.csv, .tsv or .parquet).

    Classes come with their probabilities. Raises :class:`UserFault` where the study is not about a table, has no best
    trial, or the new table lacks a column; an existing ``to`` is replaced only when the new one is whole.
    """
    to = Path(to)
    if to.suffix.lower() not in ENDINGS:
        raise UserFault(f"{to.name} has no ending for predictions.", f"Use one of: {', '.join(ENDINGS)}.")
    require_other_file(content, to)
    best = content.best
    model = content.final_model
    rows = read_new_rows(model, source, read)
    told = prediction_columns(model, rows)
    whole = _beside(rows.cells, told)
    write_table(whole, to)
    score, scored = _score_of(model, rows)
    metric = metrics.get(model.description.metric).title
    by = f"trial {best.number}"
    if content.what == ENSEMBLE:
        by = f"the mean of trials {listed([str(number) for number, _ in content.ensemble.members])}"
    names = tuple(str(name) for name in whole.columns[len(rows.cells.columns) :])
    return NewPredictions(
        to, len(rows.frame), best.number, model.description.target, names, rows.doubts, score, scored, metric, by
    )


def predict_new_table(path: str | Path, source: str | Path, to: str | Path) -> NewPredictions:
    """As :func:`predict_table`, by the best trial of the study in the file at ``path``."""
    return predict_table(read_content(Path(path)), source, to)


def prediction_columns(model: FinalModel, rows: NewRows) -> dict[str, object]:
    """What is said of each row, by the names of columns: the prediction, then the probabilities of classes."""
    found: dict[str, Any] = {f"predicted_{model.description.target}": model.predict(rows.frame)}
    if model.has_probabilities:
        probabilities = model.predict_probabilities(rows.frame)
        if len(model.classes) <= MOST_PROBABILITIES:
            found |= {f"probability_{name}": probabilities[:, place] for place, name in enumerate(model.classes)}
        else:
            found["probability"] = probabilities.max(axis=1)
    return found


def write_table(table: pd.DataFrame, to: Path) -> None:
    """Write a table at once and whole; texts that spreadsheets would run are quoted. Raises :class:`UserFault`."""
    try:
        with copying.draft(to.absolute()) as folder:
            folder.mkdir()
            draft = folder / f"table{to.suffix}"
            if to.suffix.lower() == ".parquet":
                with draft.open("wb") as file:
                    _typed(table).to_parquet(file, index=False)
            else:
                plain = _escaped(table)
                plain.to_csv(draft, index=False, sep="\t" if to.suffix.lower() == ".tsv" else ",")
            os.replace(draft, to)  # noqa: PTH105 - the same call, in the form that says what it does
    except OSError as error:
        raise UserFault(
            f"{to.name} could not be written: {error.strerror or error}.", "Choose another folder."
        ) from error
    except sqlite3.Error as error:  # of the lock beside it
        what = f"{to.name} could not be written: nothing can be made in its folder."
        raise UserFault(what, "Choose another folder.") from error


def _escaped(table: pd.DataFrame) -> pd.DataFrame:
    plain = table.copy()
    for name in plain.columns:
        if plain[name].dtype.kind not in "iufb":
            plain[name] = [escape_formula(make_encodable(value)) for value in plain[name].tolist()]
    plain.columns = [escape_formula(make_encodable(str(name))) for name in plain.columns]
    return plain


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of one kind each: those of mixed values as texts."""
    plain = table.copy()
    plain.columns = [make_encodable(str(name)) for name in plain.columns]
    for name in plain.columns:
        kinds = {type(value) for value in plain[name].tolist() if value is not None and value == value}
        if plain[name].dtype.kind not in "iufb" and len(kinds) > 1:
            plain[name] = [None if value is None or value != value else str(value) for value in plain[name].tolist()]
    return plain


def _beside(cells: pd.DataFrame, told: dict[str, Any]) -> pd.DataFrame:
    """The table with what is said of its rows at the right, under names that it does not have."""
    import pandas as pd  # slow to load

    new = pd.DataFrame({_free_name(name, cells.columns): list(values) for name, values in told.items()})
    new.index = cells.index
    return pd.concat([cells, new], axis=1)


def _free_name(name: str, taken: Iterable[object]) -> str:
    known = {str(one) for one in taken}
    while name in known:
        name += "_"
    return name


def _score_of(model: FinalModel, rows: NewRows) -> tuple[float | None, int]:
    """The metric on the rows whose target is known, and how many these are."""
    from engine.applying.final_model import category_texts  # beside what loads pandas

    description = model.description
    metric = metrics.get(description.metric)
    if rows.truth is None:
        return None, 0
    truth = rows.truth
    if model.classes:
        texts = category_texts(truth)
        places = {name: place for place, name in enumerate(model.classes)}
        known = texts.isin(set(places)).to_numpy()
        y: np.ndarray = np.array([places[str(one)] for one in texts[known]], dtype=np.int64)
    else:
        if truth.dtype.kind not in "iuf":
            return None, 0
        known = truth.notna().to_numpy()
        y = truth[known].to_numpy(dtype="float64")
    if not known.any():
        return None, 0
    frame = rows.frame[known]
    if metric.needs == "labels":
        said = model.predict(frame)
        places = {name: place for place, name in enumerate(model.classes)}
        predicted = np.array([places[str(one)] for one in said]) if model.classes else said
    else:
        ranked = model.rank(frame) if metric.needs == "ranking" or model.has_probabilities else None
        if ranked is None:
            return None, 0
        predicted = ranked
    try:
        score = float(metric.score(y, predicted, positive_of(description, model.classes)))
    except (ValueError, UserFault):  # such as one class only
        return None, 0
    return (score, len(y)) if np.isfinite(score) else (None, 0)
