"""What may be asked of the runner. Its thread carries one out after the other, and names its type in the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.events import Author, FindingRecorded
from engine.execution.backend import MakeBackend
from engine.setup import Budget, StudySetup


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """Open a study file for writing; where another process holds it, look on."""

    path: Path


@dataclass(frozen=True, slots=True)
class CreateStudy:
    """Make a new file for a definition and open it."""

    path: Path
    setup: StudySetup


@dataclass(frozen=True, slots=True)
class EditStudy:
    """Change the study's definition; ``author`` is by which door, where it is not the runner's own."""

    setup: StudySetup
    author: Author | None = None


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Start a worker with the study's data, so that Run finds it ready."""


@dataclass(frozen=True, slots=True)
class StartRun:
    """Run, or resume after a pause; ``budget`` replaces the study's own for this run alone."""

    budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class ResumeRun:
    """Go on after a pause, within the same budget; nothing where the run is not paused."""


@dataclass(frozen=True, slots=True)
class GrantPermission:
    """Agree to what the open study would read outside its folder."""


@dataclass(frozen=True, slots=True)
class MoveRun:
    """Have workers started by another backend from now on: on this computer, or on others."""

    backend: MakeBackend


@dataclass(frozen=True, slots=True)
class PauseRun:
    """Pause running trials at their next step and start no more."""


@dataclass(frozen=True, slots=True)
class StopRun:
    """End running trials and the run."""


@dataclass(frozen=True, slots=True)
class StopTrial:
    """End one running trial."""

    number: int


@dataclass(frozen=True, slots=True)
class EnqueueTrial:
    """Queue a configuration to be run next."""

    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RetryTrial:
    """Queue a finished trial's configuration once more."""

    number: int


@dataclass(frozen=True, slots=True)
class KeepFinding:
    """Keep what was found out after the search."""

    finding: FindingRecorded


@dataclass(frozen=True, slots=True)
class SaveCopy:
    """Write a copy of the study."""

    path: Path


@dataclass(frozen=True, slots=True)
class CloseStudy:
    """End the workers and close the file; the runner ends with it."""


SessionIntent = (
    OpenStudy
    | CreateStudy
    | EditStudy
    | WarmUp
    | StartRun
    | ResumeRun
    | GrantPermission
    | MoveRun
    | PauseRun
    | StopRun
    | StopTrial
    | EnqueueTrial
    | RetryTrial
    | KeepFinding
    | SaveCopy
)
Intent = SessionIntent | CloseStudy
