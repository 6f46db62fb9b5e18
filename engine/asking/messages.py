"""What is said between whoever asks and the process that reads tables: plain records over a pipe, never code."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.applying import Verification
from engine.applying.column_importance import ColumnImportance
from engine.catalogue import SetupProblem
from engine.data.reading import Inspection
from engine.data.reading.first_lines import FirstLines
from engine.execution.messages import Message, Quit, WorkerLost
from engine.judging.ensemble import Ensemble
from engine.objectives.description import AnyObjective
from engine.objectives.guess import Guess
from engine.objectives.hint import Hints
from engine.objectives.permissions import ExternalAccess
from engine.setup import StudySetup
from engine.space import Categorical, Float, Int
from engine.trajectories.records import SlopeCheck, Sweep, TrialPath

QUESTIONS: dict[str, tuple[str, Any]] = {
    "inspect_table": ("engine.catalogue", Inspection),
    "start_of_table": ("engine.catalogue", FirstLines),
    "classes_of": ("engine.catalogue", tuple[str, ...]),
    "setup_problems": ("engine.catalogue", tuple[SetupProblem, ...]),
    "suggest_setup": ("engine.suggesting", StudySetup),
    "reread_setup": ("engine.suggesting", StudySetup),
    "suggest_space": ("engine.suggesting", dict[str, Float | Int | Categorical]),
    "look_for_hints": ("engine.suggesting", Hints),
    "guess_score": ("engine.suggesting", Guess | None),
    "choose_again": ("engine.sources", StudySetup),
    "sweep_rates": ("engine.trajectories.sweep", Sweep),
    "verify_study": ("engine.exporting.verifying", Verification),
    "read_ensemble": ("engine.exporting.ensembling", Ensemble),
    "column_importance": ("engine.applying.column_importance", ColumnImportance),
    "train_path": ("engine.trajectories.inside", TrialPath),
    "losses_around": ("engine.trajectories.inside", tuple[list[list[float]], list[list[float]]]),
    "check_slopes": ("engine.trajectories.inside", SlopeCheck),
    "losses_on_plane": ("engine.trajectories.plane", list[list[float]]),
    "choosing_seconds": ("engine.racing.pricing", dict[str, float]),
}
"""The functions that may be asked for, each with its module and the type of what it gives."""


class Ask(Message, frozen=True, tag="ask"):
    """Call a function of :data:`QUESTIONS`; the arguments that are definitions stand apart."""

    number: int
    question: str
    arguments: dict[str, Any]
    setups: dict[str, StudySetup]
    withheld: dict[str, ExternalAccess]
    imports: tuple[str, ...] = ()  # the classes of other packages that may be imported


class HandOver(Message, frozen=True, tag="hand_over"):
    """Write the rows that were encoded last into a folder, if they are those of an objective.

    The answer is empty where they are not.
    """

    number: int
    objective: AnyObjective
    cache: str


class Cancel(Message, frozen=True, tag="cancel"):
    """Nobody waits any more for the answer of this number, and of those before."""

    number: int


class Answer(Message, frozen=True, tag="answer"):
    """What a function gave, encoded."""

    number: int
    content: bytes


class Fault(Message, frozen=True, tag="fault"):
    """A function raised a :class:`UserFault`, or ``Cancelled``, of the class called ``name``."""

    number: int
    name: str
    what: str
    remedy: str
    place: str


class Mistake(Message, frozen=True, tag="mistake"):
    """A function raised anything else: a mistake of ours."""

    number: int
    text: str


ToReader = Ask | HandOver | Cancel | Quit
FromReader = Answer | Fault | Mistake
Heard = Answer | Fault | Mistake | WorkerLost


def encode(content: object) -> bytes:
    """What a function gave, for :class:`Answer`."""
    return msgspec.msgpack.encode(content)


def decode(question: str, content: bytes) -> Any:
    """What the function called ``question`` gave."""
    return msgspec.msgpack.decode(content, type=QUESTIONS[question][1])
