"""What is said between a race and its processes: plain records over a pipe, never code."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.execution.messages import Message, PrepareFailed, Quit
from engine.objectives.description import AnyObjective
from engine.racing.entrants import Entrant
from engine.trials import Direction


class ModelData(msgspec.Struct, frozen=True):
    """A Gaussian process as numbers: its points (n, d), targets (n,), log hyperparameters and noise by row (n,)."""

    points: list[list[float]]
    targets: list[float]
    theta: list[float]
    noise_scale: list[float]


class ModelProblem(msgspec.Struct, frozen=True, tag="model"):
    """The model of a study's trials, in place of its objective.

    ``values`` (n,), larger is better, and what they are to the model (``warped``) map its predictions back to scores,
    which ``sign`` turns. ``success`` is a second model, of labels 1 and -1, and *None* where no trial failed.
    ``quality`` is the leave-one-out R² of the first.
    """

    space: str
    direction: Direction
    scores: ModelData
    values: list[float]
    warped: list[float]
    success: ModelData | None
    quality: float
    trials: int


class ObjectiveProblem(msgspec.Struct, frozen=True, tag="objective"):
    """The study's own objective. With a ``holdout`` rows are set aside that no trial of the race sees."""

    space: str
    direction: Direction
    objective: AnyObjective
    has_own_score: bool = False
    holdout: bool = False


Problem = ModelProblem | ObjectiveProblem


class Begin(Message, frozen=True, tag="begin"):
    """Make ready for searches of ``trials`` trials each on one problem."""

    problem: Problem
    trials: int


class Row(Message, frozen=True, tag="row"):
    """A finished trial number ``number`` of one strategy (by its place) in one repeat.

    ``score`` is what the strategy was told, ``judged`` the value without noise where the problem knows it. ``curve``
    holds (step, fold, records) for strategies that prune, ``details`` what samplers read of earlier trials.
    """

    place: int
    repeat: int
    number: int
    params: dict[str, Any]
    state: str
    score: float | None
    judged: float | None
    reason: str
    details: dict[str, Any]
    curve: list[tuple[int, int, dict[str, float]]]
    fits: int
    search_seconds: float
    seconds: float


class Search(Message, frozen=True, tag="search"):
    """Let one strategy search once, after the trials that are ``known`` of an interrupted search."""

    place: int
    repeat: int
    entrant: Entrant
    seed: int
    known: list[Row]


class Chosen(Message, frozen=True, tag="chosen"):
    """A trial begins."""

    place: int
    repeat: int
    number: int
    params: dict[str, Any]
    search_seconds: float


class Ended(Message, frozen=True, tag="ended"):
    """A search is over; ``judged`` is what its best configuration scores on rows that it never saw, if there are any.

    ``reason`` says why it ended before its budget, or why it could not be judged.
    """

    place: int
    repeat: int
    judged: float | None
    reason: str


ToRacer = Begin | Search | Quit
FromRacer = Chosen | Row | Ended | PrepareFailed
