"""What a study on a table is about, as plain frozen data that a study file can hold: no code, no arrays."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Scheme = Literal[
    "auto", "kfold", "stratified", "grouped", "stratified_grouped", "time", "repeated", "holdout", "fixed_holdout"
]


class Validation(msgspec.Struct, frozen=True):
    """How rows are split. ``auto`` is stratified for classes and plain k-fold for numbers.

    ``column`` names the groups (schemes ``grouped`` and ``stratified_grouped``) or the order in time (scheme ``time``);
    ``holdout`` is the share of rows that the search never sees. By time, ``gap`` is what lies between the rows that
    train and those that judge: days for a column of dates, the column's own unit for one of numbers, rows where there
    is no column. ``repeats`` counts the k-folds of the scheme ``repeated``. ``share`` is what judges in a single split
    (one fold, or the schemes ``holdout``, drawn anew for each trial, and ``fixed_holdout``). With ``duplicates`` set to
    ``together``, equal rows are on the same side of every split, save by time.
    """

    scheme: Scheme = "auto"
    folds: int = 5
    column: str | None = None
    holdout: float = 0.2
    gap: float = 0.0
    repeats: int = 3
    share: float = 0.25
    duplicates: Literal["apart", "together"] = "apart"

    @property
    def splits(self) -> int:
        """How often a trial is trained and judged."""
        if self.scheme in {"holdout", "fixed_holdout"}:
            return 1
        return self.folds * self.repeats if self.scheme == "repeated" else self.folds


class TableObjective(msgspec.Struct, frozen=True, tag="table"):
    """Score one configuration of a model family on a table by cross-validation.

    ``source`` is a path or ``sample:NAME``; ``read`` is what a person said of how it is written (by the names of
    :class:`engine.data.reading.options.ReadOptions`), ``cautions`` what was doubted or left out when it was read first;
    ``kinds`` overrides inferred column kinds, and ``found_kinds`` are these as they were inferred first (empty in older
    files), so that a later version learns from the same columns; ``ignored`` columns are left out; ``settings`` are the
    family's fixed settings; ``fingerprint`` tells whether the table changed since; ``positive`` is the class that
    metrics of one class ask for, of two (empty, as in older files: the last by name). ``target_confirmed`` is false
    while the target is only a guess that nobody has confirmed yet.
    """

    source: str
    target: str
    task: Literal["classification", "regression"]
    family: str
    metric: str
    settings: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    ignored: tuple[str, ...] = ()
    validation: Validation = Validation()
    seed: int = 0
    fingerprint: str = ""
    positive: str = ""
    target_confirmed: bool = True
    read: dict[str, Any] = {}
    cautions: tuple[str, ...] = ()
    found_kinds: dict[str, str] = {}


class FunctionObjective(msgspec.Struct, frozen=True, tag="function"):
    """Score one configuration with a test function from :mod:`engine.objectives.functions`."""

    name: str
    seed: int = 0


AnyObjective = TableObjective | FunctionObjective
