"""What the runner answers besides the events of trials: a study was opened, saved or closed, an intent rejected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.analysis.workers import WorkersSeen
from engine.events import LogLine
from engine.runner.intents import Intent
from engine.setup import StudySetup
from engine.trials import Curves, History


@dataclass(frozen=True, slots=True)
class StudyOpened:
    """A study is open; after a mistake of ours it is told once more, as a whole.

    ``history`` and ``curves`` belong to the receiver, who applies later events to them. Where another process holds
    the file, ``writable`` is false and ``holder`` says who does. ``put_right`` has a sentence for everything in the
    file that contradicted the study's definition, such as a direction of old."""

    path: Path
    setup: StudySetup
    history: History
    curves: Curves
    log: tuple[LogLine, ...] = ()
    writable: bool = True
    holder: str = ""
    put_right: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupSaved:
    """The study's definition is on disk."""

    setup: StudySetup


@dataclass(frozen=True, slots=True)
class SetupGrown:
    """Trials brought something to light that is part of the definition now, such as a hyperparameter of a script."""

    setup: StudySetup


@dataclass(frozen=True, slots=True)
class Saved:
    """A copy of the study was written."""

    path: Path


@dataclass(frozen=True, slots=True)
class Rejected:
    """An intent could not be carried out: its type, what is wrong, and what to do.

    *None* is nobody's intent, but the run itself. Where it ``is_unwritten``, what happened waits in memory for the
    file, which ``is_gone`` where it was moved, deleted or replaced. ``is_mistake`` says that it is Twinloop's own. At
    the end of a study, ``is_whole`` says whether its own file holds everything; ``rescued`` is where all of it was
    saved otherwise.
    """

    intent: type[Intent] | None
    what: str
    remedy: str
    is_unwritten: bool = False
    is_gone: bool = False
    is_mistake: bool = False
    is_whole: bool = True
    rescued: Path | None = None


@dataclass(frozen=True, slots=True)
class PermissionNeeded:
    """Run waits: the study would touch ``what`` (a sentence); ``grant_permission`` and another ``start`` go on."""

    what: str


@dataclass(frozen=True, slots=True)
class PermissionGranted:
    """What the study named outside its folder may be read from now on."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The file is closed; nothing more will be said."""


Reply = (
    StudyOpened
    | SetupSaved
    | SetupGrown
    | WorkersSeen
    | Saved
    | Rejected
    | PermissionNeeded
    | PermissionGranted
    | Closed
)
