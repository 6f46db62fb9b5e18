"""What a source of trials is: a kind of file that another program wrote, recognised by how it begins."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from engine.importing.records import ForeignStudy, Wishes


class Source(ABC):
    """One kind of file with trials in it."""

    title: ClassVar[str]
    is_last: ClassVar[bool] = False
    """Whether it is asked only where no other knows the file."""

    @abstractmethod
    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether a file that begins with ``head`` (4 kB at most) is of this kind."""

    @abstractmethod
    def read(self, path: Path, wishes: Wishes) -> ForeignStudy:
        """All that the file holds of one study; raises :class:`engine.errors.UserFault` where that is impossible."""

    def study_names(self, path: Path) -> tuple[str, ...]:
        """The names of the studies in the file, where it can hold several."""
        return ()
