"""What an objective is once its data are loaded: it scores one configuration and reports steps on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from engine.events import PackedPredictions

Report = Callable[[int, Mapping[str, float]], None]
"""Takes a step and its records by name, with ``fold`` among them where there are several; may raise to end a trial."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The score of one configuration and what else is known (plain numbers, texts and lists by name).

    ``predictions`` are what its models said of rows that they had not seen, where they are kept.
    """

    score: float
    details: dict[str, Any] = field(default_factory=dict)
    predictions: PackedPredictions | None = None


OnFinished = Callable[[int, Outcome | Exception], None]


class CheckpointStore(Protocol):
    """Keeps the state of a trial outside its process, so that a trial that is cut off can be taken up again."""

    @property
    def latest(self) -> bytes:
        """What an earlier, cut-off evaluation of this trial kept last; empty where there is nothing."""

    def checkpoint_due(self) -> bool:
        """Whether a new state is wanted now."""

    def save(self, step: int, state: bytes) -> None:
        """Keep this state in place of the one before."""


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """One of several configurations that are evaluated together, with its own seed, report and checkpoints."""

    params: Mapping[str, Any]
    seed: int
    report: Report
    checkpoints: CheckpointStore | None = None


class Evaluator(Protocol):
    """Scores configurations in one process, one at a time."""

    def evaluate(
        self, params: Mapping[str, Any], seed: int, report: Report, checkpoints: CheckpointStore | None = None
    ) -> Outcome:
        """The outcome of one configuration; whatever it raises makes a failed trial.

        An evaluation that goes on from a kept state reports its earlier steps again first.
        """


@runtime_checkable
class JointEvaluator(Protocol):
    """Scores several configurations at once."""

    def model_size(self) -> tuple[int, int, int]:
        """How many rows and columns models are given (0: they cannot be trained together), and classes they tell."""

    def evaluate_together(
        self,
        requests: Sequence[EvaluationRequest],
        on_finished: OnFinished,
        clock: Callable[[], float],
        after_step: Callable[[], None],
    ) -> None:
        """Evaluate configurations of one stack key (:mod:`engine.learners.compatibility`), each as if alone.

        ``on_finished`` hears of each the moment it is over: its place, and its outcome or whatever made it fail, an
        exception of its report among these; the others go on. ``clock`` tells the seconds that each of them has had so
        far.
        ``after_step`` is called whenever every configuration has reported a step.
        """
