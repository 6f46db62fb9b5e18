"""What an objective is once its data are loaded: it scores one configuration and reports steps on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from engine.events import PackedPredictions
from engine.objectives.fold_race import FoldRace
from engine.space import Hyperparameter

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
    reason: str = ""
    """Why its other folds were not run, where that is so."""


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
    race: FoldRace | None = None


class Evaluator(Protocol):
    """Scores configurations in one process, one at a time."""

    def evaluate(
        self, params: Mapping[str, object], seed: int, report: Report, checkpoints: CheckpointStore | None = None
    ) -> Outcome:
        """The outcome of one configuration; whatever it raises makes a failed trial.

        An evaluation that goes on from a kept state reports its earlier steps again first.
        """


@runtime_checkable
class FoldEvaluator(Protocol):
    """Scores a configuration fold by fold, and may leave the last ones out."""

    def evaluate_request(self, request: EvaluationRequest) -> Outcome:
        """As :meth:`Evaluator.evaluate`; where the request's race is lost, the outcome of the folds that ran."""


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


@dataclass(frozen=True, slots=True)
class Ending:
    """How a trial ended, as told by an objective that decides that itself.

    ``scores`` has one number a direction, ``constraints`` numbers by name, ``asked`` the hyperparameters that were
    asked for (*None*: all that it was given); ``log`` is what there is to read beside the reason.
    """

    state: Literal["complete", "pruned", "failed"]
    scores: tuple[float, ...] = ()
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    constraints: dict[str, float] = field(default_factory=dict)
    asked: tuple[str, ...] | None = None
    log: str = ""
    ends_search: bool = False


class ObjectiveTrial(Protocol):
    """A trial as an objective sees it that asks and prints while it runs; each call may raise to end the trial."""

    number: int

    def report(self, step: int, records: Mapping[str, float]) -> None:
        """Note one step."""

    def ask_value(self, name: str, asked: Hyperparameter) -> Any:
        """The trial's value of a hyperparameter, which the study may not know yet.

        Raises :class:`UserFault` where the study has one of that name of another kind.
        """

    def ask_pruner(self) -> str:
        """Why the trial should end now, or the empty text."""

    def ask_study(self) -> dict[str, Any]:
        """Directions and finished trials, as plain data."""

    def note_output(self, text: str) -> None:
        """Keep a part of what was printed."""

    @property
    def must_stop(self) -> bool:
        """Whether the trial was told to end."""


@runtime_checkable
class AskingEvaluator(Protocol):
    """Scores a configuration by code of somebody's own, which asks for more than it was given."""

    @property
    def queued(self) -> Sequence[Mapping[str, Any]]:
        """Configurations that the code wants to be tried first."""

    def evaluate_trial(self, params: Mapping[str, object], seed: int, trial: ObjectiveTrial) -> Ending:
        """Run one trial. Whatever it raises makes it a failed one."""

    def close(self) -> None:
        """End every process that was started."""
