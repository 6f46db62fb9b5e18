"""A study and its file: opened, saved, written, let go of, copied."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Self

from engine import samplers, store
from engine.branching import branch_study
from engine.errors import UserFault, WrongMoment, WrongValue
from engine.events import TrialInterrupted
from engine.objectives import permissions
from engine.samplers.optuna_classes import SAMPLERS
from engine.setup import StudySetup, replace
from engine.space import Hyperparameter, SearchSpace
from engine.studies.arguments import path_of
from engine.studies.choosing import Chosen, PrunerLike, pruner_of, sampler_of, strategy_of
from engine.studies.core import Core
from engine.studies.own_pruners import OwnPruner
from engine.studies.own_samplers import OwnSampler
from engine.studies.words import PRUNERS, refuse_foreign
from engine.trials import Curves, State


class Filing(Core):
    """The part of a study that knows of its file."""

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        sampler: str | samplers.Sampler | samplers.AskTell | Chosen | None = None,
        pruner: PrunerLike | None = None,
    ) -> Self:
        """The study in a file; interrupted trials wait to be run again. Raises :class:`UserFault`.

        ``sampler`` and ``pruner`` choose from here on in place of those that the file names: by a name, which the file
        takes over with the next change, or as an object, which no file keeps. What in the file contradicts the study's
        definition is put right, with a warning. One that is open for writing, in this program or another, is opened to
        look at, with a warning: it is changed when it has been closed there.
        """
        path = path_of(path)
        with store.Reader(path) as reader:
            who = reader.written_by()
        study = cls.as_it_stands(path, sampler=sampler, pruner=pruner)
        if who:
            warnings.warn(f"{path.name} is open{who}. Close it there before this study is changed.", stacklevel=2)
        return study

    @classmethod
    def as_it_stands(
        cls,
        path: str | Path,
        *,
        sampler: str | samplers.Sampler | samplers.AskTell | Chosen | None = None,
        pruner: PrunerLike | None = None,
    ) -> Self:
        """As :meth:`open`, to look at: that it is open for writing elsewhere is not warned of."""
        refuse_foreign(sampler, SAMPLERS, "sampler")
        refuse_foreign(pruner, PRUNERS, "pruner")
        path = path_of(path)
        with store.Reader(path) as reader:
            (setup, history, put_right), curves = reader.study(), Curves(reader.curves())
        for sentence in put_right:
            warnings.warn(sentence, stacklevel=3)
        setup = replace(setup, objective=permissions.with_absolute_path(setup.objective, path))
        for number in history.where(State.RUNNING):
            cut_off = TrialInterrupted(int(number), time.time(), "Interrupted.")
            history.apply(cut_off)
            curves.apply(cut_off)
        strategy = strategy_of(setup.strategy, sampler, pruner)
        maker, judge = sampler_of(sampler, strategy), pruner_of(pruner, strategy)
        study = cls.__new__(cls)
        cls._begin(study, replace(setup, strategy=strategy), history, curves, maker, judge, path)
        if isinstance(sampler, Chosen):
            study.constraints_func = sampler.constraints_func
        if strategy != setup.strategy:
            cls._note_edit(study, setup)
        return study

    def save(self, path: str | Path) -> None:
        """Write the study to ``path`` and keep that file up to date from now on.

        A file that already is this study's is only brought to disk. Another study there is replaced in one step: until
        then it is whole, and after it this one is. Raises :class:`UserFault` where something else lies there, where it
        is open elsewhere, and where it cannot be written; everything stays as it was then. A table that the study is
        about is found again from there.
        """
        path = path_of(path)
        with self._lock:
            if self._outbox.is_at(path) or (path.absolute() == self._outbox.path and path.exists()):
                self._outbox.flush()
                return
            before, objective = self._outbox.path, self._setup.objective
            self._outbox.create(path)
            if before is not None and permissions.check_permission(objective, before) is None:
                permissions.grant_permission(objective, path)  # a table that lay beside the old file

    def branch(
        self,
        path: str | Path,
        space: SearchSpace | Mapping[str, Hyperparameter] | None = None,
        *,
        best: int | None = None,
        trials: int | None = None,
    ) -> None:
        """Make a new study at ``path`` that takes all trials along, in another ``space`` where one is given.

        With ``best`` its best configurations are queued instead, to be evaluated anew. Open it with :meth:`open`; this
        study stays as it is. Raises :class:`engine.errors.UserFault` where ``path`` exists or cannot be written.
        """
        if best is not None and best < 1:
            raise WrongValue(f"best is {best}.", "Give a number above 0.")
        with self._lock:
            source = self._outbox.path
            if source is None:
                raise WrongMoment("Only a study in a file can be branched.", "Save it.")
            self._outbox.flush()
        branch_study(source, path_of(path), partial(_with_space, space), best=best, trials=trials)

    @property
    def sampler(self) -> Any:
        """What chooses the configurations, as it was given. Another may be set, as in :meth:`open`."""
        sampler = self._tuner.sampler
        return sampler.theirs if isinstance(sampler, OwnSampler) else sampler

    @sampler.setter
    def sampler(self, sampler: str | samplers.Sampler | samplers.AskTell | Chosen) -> None:
        refuse_foreign(sampler, SAMPLERS, "sampler")
        with self._lock:
            strategy = strategy_of(self._setup.strategy, sampler, None)
            self._tuner.sampler = maker = sampler_of(sampler, strategy)
            if isinstance(maker, OwnSampler):
                maker.belong_to(self)
            if isinstance(sampler, Chosen):
                self.constraints_func = sampler.constraints_func
            self._redefine(strategy=strategy)
            self._outbox.write()

    @property
    def pruner(self) -> Any:
        """What says which running trials are hopeless, as it was given. Another may be set, as in :meth:`open`."""
        pruner = self._tuner.pruner
        return pruner.theirs if isinstance(pruner, OwnPruner) else pruner

    @pruner.setter
    def pruner(self, pruner: PrunerLike) -> None:
        refuse_foreign(pruner, PRUNERS, "pruner")
        with self._lock:
            strategy = strategy_of(self._setup.strategy, None, pruner)
            self._tuner.pruner = judge = pruner_of(pruner, strategy)
            if isinstance(judge, OwnPruner):
                judge.belong_to(self)
            self._redefine(strategy=strategy)
            self._outbox.write()

    def writes_to(self, path: Path) -> bool:
        """Whether it has the file at ``path`` open, so that nobody else can write there."""
        with self._lock:
            return self._outbox.is_writing and self._outbox.is_at(path)

    def flush(self) -> None:
        """Write everything that the file does not hold yet; raises :class:`engine.store.Unwritten`."""
        with self._lock:
            self._outbox.flush()

    @property
    def is_written(self) -> bool:
        """Whether nothing that was told waits for the study's file, because it could not be written; it may have none.

        Steps of running trials may wait all the same, a second at most.
        """
        with self._lock:
            return self._outbox.is_empty

    def close(self) -> None:
        """Let go of the file; the next change takes it up again.

        Raises :class:`engine.store.Unwritten` where it does not hold everything; the study still does, and this or any
        other call may be tried again.
        """
        with self._lock:
            self._outbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        try:
            self.close()
        except UserFault as fault:
            if error is None:
                raise
            error.add_note(str(fault))  # what ended the block is told first

    # -- copies ------------------------------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, object]:
        """What pickle and copy take along: the study in memory, of which running trials wait in the copy.

        Raises :class:`UserFault` where it has a file, which belongs to one study alone.
        """
        with self._lock:
            if self._outbox.path is not None:
                raise UserFault(
                    f"This study writes to {self._outbox.path.name}, so it cannot be copied or pickled.",
                    "Copy its file, and open that.",
                )
            tuner = self._tuner
            return {
                "setup": self._setup.to_json(),
                "history": tuner.history.copy(),
                "curves": tuner.curves.copy(),
                "sampler": tuner.sampler,
                "pruner": tuner.pruner,
                "constraints_func": self.constraints_func,
                "objects": {number: dict(noted) for number, noted in self._objects.items()},
            }

    def __setstate__(self, state: dict[str, Any]) -> None:
        history, curves = state["history"], state["curves"]
        self._begin(StudySetup.from_json(state["setup"]), history, curves, state["sampler"], state["pruner"])
        self._objects, self.constraints_func = state["objects"], state["constraints_func"]
        for number in history.where(State.RUNNING):
            self._tuner.interrupt(int(number), time.time(), "Interrupted.")


def _with_space(space: Mapping[str, Hyperparameter] | None, setup: StudySetup) -> StudySetup:
    changed: StudySetup = setup if space is None else replace(setup, space=dict(space))
    return changed
