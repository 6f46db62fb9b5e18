"""Running a study: the thread, the schedule and the crew of workers."""

from engine.runner.notices import Closed, Refused, Saved, SetupSaved, StudyOpened
from engine.runner.runner import Runner

__all__ = ["Closed", "Refused", "Runner", "Saved", "SetupSaved", "StudyOpened"]
