"""What is said between a confirmation and its processes: plain records over a pipe, never code."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.execution.messages import Message, PrepareFailed, Quit
from engine.objectives.description import TableObjective


class ConfirmRow(msgspec.Struct, frozen=True):
    """A configuration of a family; the family ``dummy`` guesses without looking at the columns."""

    family: str
    settings: dict[str, Any]
    params: dict[str, Any]


class BeginConfirming(Message, frozen=True, tag="begin_confirming"):
    """Make ready to train these rows on the objective's table, on fresh folds drawn with ``seed``."""

    objective: TableObjective
    rows: tuple[ConfirmRow, ...]
    seed: int


class FitFresh(Message, frozen=True, tag="fit_fresh"):
    """Train one row on one fold of one fresh repeat."""

    row: int
    repeat: int
    fold: int


class OpenHoldout(Message, frozen=True, tag="open_holdout"):
    """Train some rows on all rows of the search and judge them on the holdout."""

    rows: tuple[int, ...]


class ReadyToConfirm(Message, frozen=True, tag="ready_to_confirm"):
    """The table is loaded: how many ``folds`` a fresh repeat has, and n_test / n_train of a fold.

    ``draws_folds`` says whether repeats have folds of their own: those of time are always the same.
    """

    folds: int
    ratio: float
    draws_folds: bool


class FreshlyFitted(Message, frozen=True, tag="freshly_fitted"):
    """One fit is done; ``score`` is *None* where it failed, for ``reason``. ``seconds`` are of the processor."""

    row: int
    repeat: int
    fold: int
    score: float | None
    seconds: float
    parameters: int | None
    reason: str


class HoldoutOpened(Message, frozen=True, tag="holdout_opened"):
    """What the rows score on the holdout (*None* where one failed), and what the first of them said of each row.

    ``rows`` are positions in the table, ``truth`` and ``predicted`` numbers or class positions, ``spread`` the standard
    deviation of the score over draws of the rows.
    """

    scores: tuple[float | None, ...]
    rows: list[int]
    truth: list[float]
    predicted: list[float]
    classes: tuple[str, ...]
    spread: float


ToConfirmer = BeginConfirming | FitFresh | OpenHoldout | Quit
FromConfirmer = ReadyToConfirm | FreshlyFitted | HoldoutOpened | PrepareFailed
