"""A study and its file: opened, saved, written, let go of, copied."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from typing import Any, Self

from engine import pruners, samplers, store
from engine.errors import UserFault
from engine.events import TrialInterrupted
from engine.objectives import consent
from engine.setup import Strategy, StudySetup, replace
from engine.studies.arguments import path_of
from engine.studies.core import Core
from engine.studies.words import PRUNERS, SAMPLERS, refuse_foreign
from engine.trials import Curves, State


class Filing(Core):
    """The part of a study that knows of its file."""

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        sampler: str | samplers.Sampler | samplers.AskTell | None = None,
        pruner: str | pruners.Pruner | None = None,
    ) -> Self:
        """The study in a file; interrupted trials wait to be run again. Raises :class:`UserFault`.

        ``sampler`` and ``pruner`` choose from here on in place of those that the file names: by a name, which the file
        takes over with the next change, or as an object, which no file keeps. What in the file contradicts the study's
        definition is put right, with a warning. One that is open for writing, in this program or another, is opened to
        look at, with a warning: it is changed when it has been closed there.
        """
        refuse_foreign(sampler, SAMPLERS, "sampler")
        refuse_foreign(pruner, PRUNERS, "pruner")
        path = path_of(path)
        with store.Reader(path) as reader:
            (setup, history, put_right), curves = reader.study(), Curves(reader.curves())
            who = reader.written_by()
        for sentence in put_right:
            warnings.warn(sentence, stacklevel=2)
        if who:
            warnings.warn(f"{path.name} is open{who}. Close it there before this study is changed.", stacklevel=2)
        setup = replace(setup, objective=consent.located(setup.objective, path))
        for number in history.where(State.RUNNING):
            cut_off = TrialInterrupted(int(number), time.time(), "Interrupted.")
            history.apply(cut_off)
            curves.apply(cut_off)
        named = _strategy(setup.strategy, sampler, pruner)
        chooses = sampler if sampler is not None and not isinstance(sampler, str) else None
        maker = samplers.make(named.sampler, named.options) if chooses is None else samplers.adapted(chooses)
        judge = pruner if isinstance(pruner, pruners.Pruner) else pruners.make(named.pruner, named.pruner_options)
        study = cls.__new__(cls)
        cls._begin(study, replace(setup, strategy=named), history, curves, maker, judge, path)
        if named != setup.strategy:
            cls._redefine(study)
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
            if before is not None and consent.admitted(objective, before) is None:
                consent.allow(objective, path)  # a table that lay beside the old file

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

    def __getstate__(self) -> dict[str, Any]:
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
                "repeats": tuner.repeats,
                "objects": {number: dict(noted) for number, noted in self._objects.items()},
            }

    def __setstate__(self, state: dict[str, Any]) -> None:
        history, curves = state["history"], state["curves"]
        self._begin(StudySetup.from_json(state["setup"]), history, curves, state["sampler"], state["pruner"])
        self._tuner.repeats, self._objects = state["repeats"], state["objects"]
        for number in history.where(State.RUNNING):
            self._tuner.interrupt(int(number), time.time(), "Interrupted.")


def _strategy(stored: Strategy, sampler: object, pruner: object) -> Strategy:
    """The strategy of a file, with another sampler or pruner where one is named."""
    found = stored
    if isinstance(sampler, str) and sampler != stored.sampler:
        found = replace(found, sampler=sampler, options={})
    if isinstance(pruner, str) and pruner != stored.pruner:
        found = replace(found, pruner=pruner, pruner_options={})
    return found
