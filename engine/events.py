"""What happens in a run, as frozen records: the study file, the window and the terminal all live from these alone."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

StateName = Literal["waiting", "running", "complete", "pruned", "failed"]
RunStateName = Literal["idle", "running", "pausing", "paused", "stopping", "ended"]
Source = Literal["sampler", "queue", "retry"]
Author = Literal["window", "command line", "Python"]
Level = Literal["info", "warning", "error"]


class Event(msgspec.Struct, frozen=True, tag_field="event"):
    """Root of all events."""


class TrialQueued(Event, frozen=True, tag="trial_queued"):
    """A configuration waits to be run; it has its final number already. ``time`` is in seconds since 1970.

    One that the sampler chose ahead of its turn comes with ``why``.
    """

    number: int
    params: dict[str, Any]
    time: float
    source: Source = "queue"
    retry_of: int | None = None
    why: dict[str, Any] = {}


class TrialStarted(Event, frozen=True, tag="trial_started"):
    """A trial runs. ``why`` holds what the sampler says of its choice."""

    number: int
    params: dict[str, Any]
    time: float
    source: Source = "sampler"
    worker: int = 0
    why: dict[str, Any] = {}


class ParamsAdded(Event, frozen=True, tag="params_added"):
    """A running trial asked for hyperparameters that its configuration did not have yet (define-by-run objectives)."""

    number: int
    params: dict[str, Any]


class StepReported(Event, frozen=True, tag="step_reported"):
    """The inner loop finished one step (epoch, round, tree) of one fold; ``records`` has ``train_loss`` and so on."""

    number: int
    step: int
    records: dict[str, float]
    fold: int = 0


class PackedPredictions(msgspec.Struct, frozen=True):
    """The out-of-fold predictions of one trial, as :mod:`engine.data.out_of_fold` packs them.

    ``columns`` numbers of ``code`` (``f2`` is half precision) a row, of ``kind``; of ``exceptions`` rows the class is
    not the likeliest; ``rows_key`` names the rows, whose content is ``rows_data`` where it has not been told before.
    """

    kind: str
    columns: int
    code: str
    exceptions: int
    data: bytes
    rows_key: str
    rows_data: bytes = b""


class TrialEnded(Event, frozen=True, tag="trial_ended"):
    """A trial is over. ``scores`` has one number per direction where the state is complete or pruned with a value.

    ``seconds`` is the time that it took of its worker: of one that ran together with others, its share.
    ``details`` holds what is known besides: fold scores, training score, number of learned parameters.
    ``constraints`` holds the values of the study's constraints by name, each kept where it is at most 0.
    ``asked`` names the hyperparameters that its objective asked for, where that is not the whole configuration; *None*
    where it is. The others were not active. ``predictions`` are what its models said of rows that they had not seen,
    which the file keeps and no history.
    """

    number: int
    state: StateName
    time: float
    seconds: float
    scores: tuple[float, ...] = ()
    reason: str = ""
    details: dict[str, Any] = {}
    constraints: dict[str, float] = {}
    asked: tuple[str, ...] | None = None
    predictions: PackedPredictions | None = None


class TrialInterrupted(Event, frozen=True, tag="trial_interrupted"):
    """A running trial was cut off by a pause, a quit or a crash; it waits again, under its number and configuration."""

    number: int
    time: float
    reason: str = ""


class LogLine(Event, frozen=True, tag="log_line"):
    """One line for the log of the study (``number`` None) or of a trial."""

    text: str
    time: float
    level: Level = "info"
    number: int | None = None


class RunStateChanged(Event, frozen=True, tag="run_state_changed"):
    """The run as a whole changed state; ``reason`` is a sentence where there is something to say."""

    state: RunStateName
    time: float
    reason: str = ""
    failed: bool = False


class SpaceChanged(Event, frozen=True, tag="space_changed"):
    """From here on trials are drawn from another space; ``space`` is its JSON."""

    space: str
    time: float


class FindingRecorded(Event, frozen=True, tag="finding_recorded"):
    """What was found out about a finished search, or decided upon it: a fresh fit, an opening of the holdout ...

    ``kind`` says what ``values`` hold; ``data`` are arrays that belong to it, packed.
    """

    kind: str
    time: float
    values: dict[str, Any]
    data: bytes = b""


class StudyChanged(Event, frozen=True, tag="study_changed"):
    """Somebody changed a study that has trials: its definition, or a trial by hand. ``author`` is by which door.

    ``first_trial`` is the number of the first trial that had not begun then.

    ``before`` and ``after`` hold what changed alone, by dotted names such as ``budget.trials``, ``space.lr`` or
    ``excluded.3`` (:mod:`engine.changing`), as plain values; *None* where there is or was nothing. A trial that was
    queued or stopped by hand stands under ``trial.NUMBER``.
    """

    first_trial: int
    time: float
    author: Author
    before: dict[str, Any]
    after: dict[str, Any]


AnyEvent = (
    TrialQueued
    | TrialStarted
    | ParamsAdded
    | StepReported
    | TrialEnded
    | TrialInterrupted
    | LogLine
    | RunStateChanged
    | SpaceChanged
    | FindingRecorded
    | StudyChanged
)
