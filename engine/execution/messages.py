"""What is said between the run and its worker processes: plain records over a pipe, never code, never pickles."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from engine.events import PackedPredictions
from engine.objectives.description import AnyObjective
from engine.objectives.fold_race import FoldRace
from engine.space import Categorical, Float, Int


class Message(msgspec.Struct, frozen=True, tag_field="kind"):
    """Root of all messages."""


class Prepare(Message, frozen=True, tag="prepare"):
    """Load the data of an objective; encoded arrays are shared through files in ``cache``."""

    objective: AnyObjective
    cache: str


class RunTrial(Message, frozen=True, tag="run"):
    """Evaluate one configuration with its own seed, from the start or from a kept ``state``.

    With a ``race`` its folds run in that order, and not all where it cannot be the best.
    """

    number: int
    params: dict[str, Any]
    seed: int
    state: bytes = b""
    race: FoldRace | None = None


class RunTogether(Message, frozen=True, tag="run_together"):
    """Evaluate several configurations of one stack key (:mod:`engine.learners.compatibility`) as one computation."""

    trials: tuple[RunTrial, ...]


class Control(Message, frozen=True, tag="control"):
    """Pause all trials at their next step, resume them, or end trial ``number`` at its next step."""

    action: Literal["pause", "resume", "stop"]
    number: int = -1


class Answer(Message, frozen=True, tag="answer"):
    """What a running trial asked for; ``fault`` is a sentence and its remedy where it cannot have it."""

    number: int
    value: Any = None
    fault: tuple[str, str] | None = None


class Quit(Message, frozen=True, tag="quit"):
    """End the process."""


class Ready(Message, frozen=True, tag="ready"):
    """The process is up and has loaded its libraries."""

    pid: int


class Prepared(Message, frozen=True, tag="prepared"):
    """The objective's data are loaded.

    Where its models can be trained together, they are given so many ``rows`` and ``columns``, and tell so many
    ``classes`` apart (0 for numbers). ``queued`` are configurations that a script wants to be tried first.
    """

    rows: int = 0
    columns: int = 0
    classes: int = 0
    queued: tuple[dict[str, Any], ...] = ()


class PrepareFailed(Message, frozen=True, tag="prepare_failed"):
    """The objective's data cannot be used: a sentence and its remedy."""

    what: str
    remedy: str


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One report of the inner loop of a trial."""

    number: int
    step: int
    fold: int
    records: dict[str, float]


class Steps(Message, frozen=True, tag="steps"):
    """Reports of running trials, in the order in which they were made, however they are batched."""

    steps: tuple[Step, ...]


class CheckpointTaken(Message, frozen=True, tag="checkpoint"):
    """The state of a running trial, to take it up again from if it is cut off."""

    number: int
    step: int
    state: bytes


class TrialsPaused(Message, frozen=True, tag="paused"):
    """A running trial waits at a step, and all that run with it."""

    number: int


class TrialScored(Message, frozen=True, tag="scored"):
    """The trial has its score. ``seconds`` is its share of the worker's time.

    The rows that ``predictions`` are about come along the first time that a process tells of them.
    A ``reason`` says why some of its folds were not run; the score is that of the others.
    """

    number: int
    score: float
    seconds: float
    details: dict[str, Any] = {}
    predictions: PackedPredictions | None = None
    reason: str = ""


class TrialFailed(Message, frozen=True, tag="failed"):
    """The trial ended without a score; ``stopped`` where it was told to."""

    number: int
    reason: str
    seconds: float
    stopped: bool = False
    log: str = ""


class ValueAsked(Message, frozen=True, tag="value_asked"):
    """The objective of a running trial asks for the value of a hyperparameter, as it names it; answered."""

    number: int
    name: str
    asked: Float | Int | Categorical


class PrunerAsked(Message, frozen=True, tag="pruner_asked"):
    """The objective of a running trial asks whether it should end; answered by why, or the empty text."""

    number: int


class StudyAsked(Message, frozen=True, tag="study_asked"):
    """The objective of a running trial reads the study; answered by plain data."""

    number: int


class OutputPrinted(Message, frozen=True, tag="output"):
    """A part of what a running trial printed."""

    number: int
    text: str


class TrialOver(Message, frozen=True, tag="over"):
    """The trial ended as its objective says; see :class:`engine.objectives.base.Ending`."""

    number: int
    state: Literal["complete", "pruned", "failed"]
    seconds: float
    scores: tuple[float, ...] = ()
    reason: str = ""
    details: dict[str, Any] = {}
    constraints: dict[str, float] = {}
    asked: tuple[str, ...] | None = None
    log: str = ""
    ends_search: bool = False


Asked = ValueAsked | PrunerAsked | StudyAsked | OutputPrinted | TrialOver
"""What is said of a trial whose objective asks and decides for itself."""


class WorkerLost(Message, frozen=True, tag="lost"):
    """Said by the parent's own reader: the process ended or its pipe broke. ``log`` is the end of what it printed.

    One that could not be started has no exit code, and ``log`` says why.
    """

    exit_code: int | None
    log: str = ""

    def how(self) -> str:
        """How it ended, in a sentence."""
        code = self.exit_code
        if code is None:
            return "Its process could not be started."
        if code == -9:
            return "Its process was killed (signal 9), perhaps for want of memory."
        if code < 0:
            return f"Its process crashed (signal {-code})."
        return f"Its process ended by itself (exit code {code})."


class MachineLost(Message, frozen=True, tag="machine_lost"):
    """Said by a backend: the computer that a worker is on, or the way there, is gone; its process may go on unheard."""

    reason: str


class BackendNoted(Message, frozen=True, tag="noted"):
    """Said by a backend for the study's log: machines that come and go, a connection that is waited for."""

    text: str
    is_warning: bool = False


ToWorker = Prepare | RunTrial | RunTogether | Control | Answer | Quit
FromWorker = (
    Ready
    | Prepared
    | PrepareFailed
    | Steps
    | CheckpointTaken
    | TrialsPaused
    | TrialScored
    | TrialFailed
    | ValueAsked
    | PrunerAsked
    | StudyAsked
    | OutputPrinted
    | TrialOver
    | WorkerLost
    | MachineLost
    | BackendNoted
)
