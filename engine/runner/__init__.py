"""Running a study: the thread, the schedule and the workers of workers."""

from engine.runner.intents import CloseStudy, CreateStudy, EditStudy, OpenStudy, StartRun
from engine.runner.replies import (
    Closed,
    PermissionGranted,
    PermissionNeeded,
    Rejected,
    Saved,
    SetupGrown,
    SetupSaved,
    StudyOpened,
)
from engine.runner.runner import Runner

__all__ = [
    "CloseStudy",
    "Closed",
    "CreateStudy",
    "EditStudy",
    "OpenStudy",
    "PermissionGranted",
    "PermissionNeeded",
    "Rejected",
    "Runner",
    "Saved",
    "SetupGrown",
    "SetupSaved",
    "StartRun",
    "StudyOpened",
]
