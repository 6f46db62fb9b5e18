"""Running a study: the thread, the schedule and the crew of workers."""

from engine.runner.notices import Allowed, Closed, ConsentNeeded, Refused, Saved, SetupSaved, StudyOpened
from engine.runner.runner import Runner

__all__ = ["Allowed", "Closed", "ConsentNeeded", "Refused", "Runner", "Saved", "SetupSaved", "StudyOpened"]
