"""What a study on a table is about, as plain frozen data that a study file can hold: no code, no arrays."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from engine.space import Categorical, Float, Int
from engine.trials import Direction

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


class FormulaObjective(msgspec.Struct, frozen=True, tag="formula"):
    """Score one configuration by a formula over its hyperparameters (:mod:`engine.objectives.formula`)."""

    text: str
    directions: tuple[Direction, ...] = ("minimize",)


class ScriptObjective(msgspec.Struct, frozen=True, tag="script"):
    """Score one configuration by running a Python file, in processes of its own.

    ``source`` is its path; ``entry`` names the function or class in it that is called, empty where the file says so
    itself (:mod:`engine.objectives.script_reading`). ``arguments`` are what follows the file's name on its command
    line, ``python`` is the interpreter (empty: the one that runs Twinloop), ``environment`` more variables for it.
    ``fingerprint`` tells which content of the file, and of the modules beside it, was seen last. ``found`` holds
    hyperparameters as the file asks for them: the study's own rows may be others.
    """

    source: str
    entry: str = ""
    directions: tuple[Direction, ...] = ("minimize",)
    arguments: tuple[str, ...] = ()
    python: str = ""
    environment: dict[str, str] = {}
    fingerprint: str = ""
    found: dict[str, Float | Int | Categorical] = {}


Reading = Literal["auto", "json", "pairs", "pattern"]
Handover = Literal["", "json", "yaml"]


class CommandObjective(msgspec.Struct, frozen=True, tag="command"):
    """Score one configuration by running a program (:mod:`engine.objectives.command`).

    ``command`` is what a person would type, with ``{name}`` where a value goes; no shell reads it unless ``shell`` says
    so. With ``handover`` the configuration is also written to a file, whose path stands for ``{config}``. It runs in
    ``folder``. Of what it prints, ``reading`` says how numbers are found, ``scores`` what those are called that the
    trial is judged by, one a direction, and ``pattern`` is a regular expression with named groups. ``accepted`` are the
    exit codes of a success; ``fingerprint`` tells which content of the files of the command was seen last.
    """

    command: str
    directions: tuple[Direction, ...] = ("minimize",)
    folder: str = ""
    shell: bool = False
    handover: Handover = ""
    environment: dict[str, str] = {}
    reading: Reading = "auto"
    scores: tuple[str, ...] = ("score",)
    pattern: str = ""
    accepted: tuple[int, ...] = (0,)
    fingerprint: str = ""


CodeObjective = ScriptObjective | CommandObjective
AnyObjective = TableObjective | FunctionObjective | FormulaObjective | ScriptObjective | CommandObjective


def directions_of(objective: AnyObjective | None) -> tuple[Direction, ...]:
    """The directions that an objective states itself; empty where it has none, or where they follow from a metric."""
    if isinstance(objective, FormulaObjective | ScriptObjective | CommandObjective):
        return objective.directions
    return ()


def for_workers(objective: AnyObjective | None) -> AnyObjective | None:
    """An objective as those who evaluate it need it: what was found of a script meanwhile is not among that."""
    return msgspec.structs.replace(objective, found={}) if isinstance(objective, ScriptObjective) else objective
