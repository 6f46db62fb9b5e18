"""What an export format is, and what it is given: everything a study file holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from engine import seeds, store
from engine.applying import FinalModel, train_final
from engine.applying.environment import ENVIRONMENT
from engine.applying.final_ensemble import train_final_ensemble
from engine.applying.final_model import require_table
from engine.errors import UserFault
from engine.judging.ensemble import Ensemble, study_ensemble
from engine.judging.stored import NONE_KEPT
from engine.judging.taken import taken_trial
from engine.objectives.permissions import check_permission, source_of, with_absolute_path
from engine.setup import StudySetup, replace
from engine.trials import Curves, FrozenTrial, History

ENSEMBLE = "ensemble"
"""The part of a study that stands for several of its trials in place of the best one."""


@dataclass(frozen=True)
class Content:
    """A study as it stood when it was read, with a sentence for everything in its file that was put right.

    ``numbers`` are the trials that a table of them holds; *None* stands for all. ``path`` is the study's file, where it
    has one. ``what`` says which part a format that has several writes; empty stands for its first. ``taken`` is the
    trial that a person took in place of the search's best.
    """

    setup: StudySetup
    history: History
    put_right: tuple[str, ...] = ()
    numbers: tuple[int, ...] | None = None
    path: Path | None = None
    what: str = ""
    taken: int | None = None

    @cached_property
    def curves(self) -> Curves:
        """What the trials reported step by step, read when it is asked for; none without a file."""
        if self.path is None:
            return Curves()
        with store.Reader(self.path) as reader:
            return Curves(reader.curves())

    @cached_property
    def final_model(self) -> FinalModel:
        """What is wanted, trained on every row, once; raises :class:`UserFault` where there is no model.

        That is the best configuration, or the ensemble where ``what`` says so.
        """
        description = require_table(self.setup.objective)
        if self.what == ENSEMBLE:
            history = self.history
            members = [(weight, history.params(one), self.model_seed(one)) for one, weight in self.ensemble.members]
            return train_final_ensemble(description, members)
        best = self.best
        return train_final(description, best.params, self.model_seed(best.number))

    @cached_property
    def ensemble(self) -> Ensemble:
        """The ensemble of its trials; raises :class:`UserFault` where there is none, or it is one trial alone."""
        if self.path is None:
            raise UserFault(NONE_KEPT, "Save the study first.")
        with store.Reader(self.path) as reader:
            found = study_ensemble(reader.predictions(), self.setup.objective, self.history)
        if len(found.members) < 2:
            raise UserFault(f"The ensemble would be trial {found.members[0][0]} alone.", "Take that trial.")
        return found

    @property
    def best(self) -> FrozenTrial:
        """The trial that was taken, or the feasible one with the best score; raises :class:`UserFault` without any."""
        number = self.history.best_number() if self.taken is None else self.taken
        if number is None:
            raise self.history.no_best("Run it first.")
        return self.history.trial(number)

    def environment_of(self, trial: FrozenTrial) -> dict[str, str] | None:
        """The versions and the machine that a trial ran on; *None* where that was not recorded."""
        if self.path is None:
            return None
        with store.Reader(self.path) as reader:
            kept = [one for one in reader.findings() if one.kind == ENVIRONMENT]
        began = trial.started
        earlier = [one for one in kept if began is not None and one.time <= began]
        return {name: str(value) for name, value in earlier[-1].values.items()} if earlier else None

    def model_seed(self, number: int) -> int:
        """The seed that a trial's model was trained with."""
        return seeds.model_seed(self.setup.strategy.seed, number)


class Format(ABC):
    """One way to write a study. The file's ending, without its dot, is the name of the format's module."""

    title: ClassVar[str]
    summary: ClassVar[str] = ""
    """One sentence for whoever chooses among formats."""
    parts: ClassVar[tuple[str, ...]] = ()
    """What it can hold, by the names that ``--what`` takes, where that is a choice; the first is the usual one."""

    @abstractmethod
    def write(self, content: Content, path: Path) -> None:
        """Write ``content`` to ``path``, which may be overwritten."""

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read or run what was written; sentences on what of it differs from the study, where that is to be told.

        Raises :class:`UserFault` where it is not what it should be: it does not count as written then.
        """
        return ()

    def missing(self) -> str:
        """A sentence on what has to be installed before this can be written; empty where nothing has."""
        return ""


def require_other_file(content: Content, target: Path) -> None:
    """Raises :class:`UserFault` where ``target`` is the study's own file, or its table or script, by whatever name."""
    objective = content.setup.objective
    source = source_of(objective)
    if content.path is not None and _is_same(target, content.path):
        raise UserFault(f"{target.name} is the study itself.", "Choose another name.")
    if source is None:
        return
    is_allowed = content.path is None or check_permission(objective, content.path) is None
    if target.absolute() == source or (is_allowed and _is_same(target, source)):  # else it is not looked at
        raise UserFault(f"{target.name} is what this study learns from.", "Choose another name.")


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError, ValueError):
        return one.samefile(other)
    return False


def read_content(path: Path) -> Content:
    """What a study file holds."""
    with store.Reader(path) as reader:
        setup, history, put_right = reader.study()
        taken = taken_trial(reader.findings(), history)
    check_permission(setup.objective, reader.path)  # a table that nobody allowed is refused to the format that reads it
    setup = replace(setup, objective=with_absolute_path(setup.objective, reader.path))
    return Content(setup, history, put_right, path=path, taken=taken)
