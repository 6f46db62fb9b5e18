"""What a study on a table is about, as plain frozen data that a study file can hold: no code, no arrays."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Scheme = Literal["auto", "kfold", "stratified", "grouped", "time"]


class Validation(msgspec.Struct, frozen=True):
    """How rows are split. ``auto`` is stratified for classes and plain k-fold for numbers.

    ``column`` names the groups (scheme ``grouped``) or the order in time (scheme ``time``); ``holdout`` is the share of
    rows that the search never sees.
    """

    scheme: Scheme = "auto"
    folds: int = 5
    column: str | None = None
    holdout: float = 0.2


class TableObjective(msgspec.Struct, frozen=True, tag="table"):
    """Score one configuration of a model family on a table by cross-validation.

    ``source`` is a path or ``sample:NAME``; ``read`` is what a person said of how it is written (by the names of
    :class:`engine.data.reading.options.ReadOptions`), ``cautions`` what was doubted or left out when it was read first;
    ``kinds`` overrides inferred column kinds; ``ignored`` columns are left out; ``settings`` are the family's fixed
    settings; ``fingerprint`` tells whether the table changed since.
    """

    source: str
    target: str
    task: Literal["classification", "regression"]
    family: str
    metric: str
    settings: dict[str, Any] = {}
    read: dict[str, Any] = {}
    cautions: tuple[str, ...] = ()
    kinds: dict[str, str] = {}
    ignored: tuple[str, ...] = ()
    validation: Validation = Validation()
    seed: int = 0
    fingerprint: str = ""


class FunctionObjective(msgspec.Struct, frozen=True, tag="function"):
    """Score one configuration with a test function from :mod:`engine.objectives.functions`."""

    name: str
    seed: int = 0


AnyObjective = TableObjective | FunctionObjective
