"""What an export format is, and what it is given: everything a study file holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engine import seeds, store
from engine.objectives.permissions import check_permission, with_absolute_path
from engine.setup import StudySetup, replace
from engine.trials import FrozenTrial, History


@dataclass(frozen=True)
class Content:
    """A study as it stood when it was read, with a sentence for everything in its file that was put right.

    ``numbers`` are the trials that a table of them holds; *None* stands for all.
    """

    setup: StudySetup
    history: History
    put_right: tuple[str, ...] = ()
    numbers: tuple[int, ...] | None = None

    @property
    def best(self) -> FrozenTrial:
        """The feasible trial with the best score; raises :class:`UserFault` where there is none."""
        number = self.history.best_number()
        if number is None:
            raise self.history.no_best("Run it first.")
        return self.history.trial(number)

    def model_seed(self, number: int) -> int:
        """The seed that a trial's model was trained with."""
        return seeds.integer(self.setup.strategy.seed, "trial", number, "model")


class Format(ABC):
    """One way to write a study. The file's ending, without its dot, is the name of the format's module."""

    title: ClassVar[str]

    @abstractmethod
    def write(self, content: Content, path: Path) -> None:
        """Write ``content`` to ``path``, which may be overwritten."""


def read_content(path: Path) -> Content:
    """What a study file holds."""
    with store.Reader(path) as reader:
        setup, history, put_right = reader.study()
    check_permission(setup.objective, reader.path)  # a table that nobody allowed is refused to the format that reads it
    return Content(replace(setup, objective=with_absolute_path(setup.objective, reader.path)), history, put_right)
