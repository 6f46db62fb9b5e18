"""A study from Python, by ask and tell or with an objective; and the door through which the window sees the engine."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine import pruners, samplers, store
from engine.analysis import front
from engine.catalogue import (
    TABLE_SUFFIXES,
    VALIDATION_LIMITS,
    Catalogue,
    Entry,
    FamilyEntry,
    MetricEntry,
    SetupProblem,
    catalogue,
    check_setup,
    choose_table,
    classes_of,
    date_words,
    every_choice,
    further_rows,
    grid_count,
    inspect_table,
    metrics,
    new_study_path,
    read_with,
    setup_problems,
    space_problems,
)
from engine.errors import UserFault
from engine.events import StateName, TrialInterrupted
from engine.exporting import export_study
from engine.runner import Allowed, Closed, ConsentNeeded, Refused, Runner, Saved, SetupSaved, StudyOpened
from engine.runner.optimizing import Objective, optimize
from engine.runner.outbox import Outbox
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Parameter, SearchSpace
from engine.suggesting import fit_validation, reread_setup, suggest_setup, suggest_space
from engine.trials import Curves, Direction, FrozenTrial, History, State
from engine.tuning import Beliefs, Trial, TrialPruned, Tuner

__all__ = [
    "TABLE_SUFFIXES",
    "VALIDATION_LIMITS",
    "Allowed",
    "Catalogue",
    "Closed",
    "ConsentNeeded",
    "Entry",
    "FamilyEntry",
    "MetricEntry",
    "Refused",
    "Runner",
    "Saved",
    "SetupProblem",
    "SetupSaved",
    "Study",
    "StudyOpened",
    "Trial",
    "TrialPruned",
    "catalogue",
    "check_setup",
    "choose_table",
    "classes_of",
    "date_words",
    "every_choice",
    "export_study",
    "fit_validation",
    "further_rows",
    "grid_count",
    "inspect_table",
    "metrics",
    "new_study_path",
    "read_with",
    "reread_setup",
    "setup_problems",
    "space_problems",
    "suggest_setup",
    "suggest_space",
]


class Study(Beliefs):
    """Tunes hyperparameters over a space.

    The same seed gives the same trials, with one worker, also when the study was saved and opened in between. A study
    that has a file (:meth:`save`, :meth:`open`) writes every change to it before the call returns; steps and late
    hyperparameters of running trials follow within a second. Safe to use from several threads.

    Where the file cannot be written (a full disk, another program), :meth:`ask`, :meth:`tell`, :meth:`enqueue`,
    :meth:`flush` and :meth:`close` raise :class:`engine.store.Unwritten`. What was told is kept in memory then, and
    written first with the next call that may; the refused call may be made again, or not. :meth:`save` to another
    place takes everything along.

    ``constraints`` names numbers that every complete trial tells besides its score. A trial is feasible where all of
    them are at most 0; :attr:`best` and :attr:`front` look at feasible trials only, and the strategies look for them.

    ``sampler`` is a name, or any object with ``ask() -> dict`` and ``tell(params, score)``, where smaller scores are
    better (:class:`engine.samplers.AskTellSampler` says what else it may rely on). No object is kept in a file: give
    it to :meth:`open` again, or random search goes on in its place.

    Raises :class:`engine.errors.UserFault` for unknown samplers, pruners or settings.
    """

    def __init__(
        self,
        space: SearchSpace | Mapping[str, Parameter] | None = None,
        *,
        sampler: str | samplers.Sampler | samplers.AskTell = "bayesian",
        direction: Direction = "minimize",
        directions: Iterable[Direction] | None = None,
        seed: int = 0,
        pruner: str = "none",
        sampler_options: Mapping[str, Any] | None = None,
        pruner_options: Mapping[str, Any] | None = None,
        title: str = "study",
        constraints: Iterable[str] = (),
    ) -> None:
        space = space if isinstance(space, SearchSpace) else SearchSpace(space or {})
        chosen = tuple(directions) if directions is not None else (direction,)
        for one in chosen:
            if one not in ("minimize", "maximize"):
                raise UserFault(f"{one!r} is not a direction.", "Choose minimize or maximize.")
        name = sampler if isinstance(sampler, str) else "random"
        strategy = Strategy(name, dict(sampler_options or {}), pruner, dict(pruner_options or {}), seed)
        limits = (constraints,) if isinstance(constraints, str) else tuple(constraints)
        if len(set(limits)) < len(limits) or not all(limits):
            raise UserFault("Two constraints have the same name, or one has none.", "Name each of them differently.")
        budget = Budget(trials=None, workers=1)
        setup = StudySetup(title, None, dict(space), chosen[0], strategy, budget, limits)
        maker = samplers.make(name, sampler_options) if isinstance(sampler, str) else samplers.adapted(sampler)
        self._begin(setup, History(space, chosen, limits), Curves(), maker)

    def _begin(
        self, setup: StudySetup, history: History, curves: Curves, sampler: samplers.Sampler, path: Path | None = None
    ) -> None:
        self._setup = setup
        pruner = pruners.make(setup.strategy.pruner, setup.strategy.pruner_options)
        self._outbox = Outbox(history, curves, self._setup_text, path)
        strategy, happen = setup.strategy, self._outbox.happen
        self._tuner = Tuner(history, curves, sampler, pruner, strategy.seed, setup.budget.trials, happen)
        self._lock = threading.RLock()

    # -- what is known -----------------------------------------------------------------------------------------------

    @property
    def space(self) -> SearchSpace:
        """The search space."""
        return self._tuner.history.space

    @property
    def history(self) -> History:
        """All trials in columns."""
        return self._tuner.history

    @property
    def curves(self) -> Curves:
        """What the trials reported step by step."""
        return self._tuner.curves

    @property
    def setup(self) -> StudySetup:
        """The definition that a study file holds."""
        return self._setup

    @property
    def trials(self) -> list[FrozenTrial]:
        """Every trial, by number."""
        return [self.history.trial(number) for number in range(len(self.history))]

    @property
    def best(self) -> FrozenTrial:
        """The feasible trial with the best score; raises :class:`UserFault` while there is none."""
        number = self.history.best_number()
        if number is None:
            raise self.history.no_best("Tell a score first.")
        return self.history.trial(number)

    @property
    def front(self) -> list[FrozenTrial]:
        """With several directions: the feasible trials that no other beats in all of them, by their first score."""
        return [self.history.trial(number) for number in front(self.history).numbers.tolist()]

    # -- ask and tell ------------------------------------------------------------------------------------------------

    def ask(self) -> Trial:
        """The next trial. It may be called again before :meth:`tell`; pending trials are taken into account.

        Nothing is started while the file cannot be written. A trial that nobody got hold of (the disk was full at this
        very moment, or the call was interrupted) is the next one.
        """
        with self._lock:
            self._outbox.write()
            number = self._tuner.next_number()
            try:
                started = self._tuner.ask(time.time())
                self._outbox.write()
                return Trial(self, number, dict(started.params))
            except BaseException:
                self.put_back(number)
                raise

    def tell(
        self,
        trial: Trial | int,
        score: float | Iterable[float] | None = None,
        *,
        state: StateName = "complete",
        reason: str = "",
        constraints: Mapping[str, float] | None = None,
    ) -> FrozenTrial:
        """End a trial with its score (one per direction) and constraints, or as ``failed`` or ``pruned``.

        ``constraints`` add to what :meth:`Trial.constrain` noted. A score or a constraint that is not finite makes the
        trial failed. Raises :class:`UserFault` for a trial that is not running, for a constraint that the study does
        not have, and for a complete trial without all that it has; :class:`engine.store.Unwritten` where it is kept in
        memory alone. Told the same once more, such a trial is only written.
        """
        number = trial.number if isinstance(trial, Trial) else trial
        if state not in ("complete", "pruned", "failed"):
            raise UserFault(f"A trial cannot end as {state!r}.", "Tell complete, pruned or failed.")
        if score is None:
            if state == "complete":
                raise UserFault(f"Trial {number} has no score.", 'Tell a number, or state="failed".')
            scores: tuple[float, ...] = ()
        else:
            scores = tuple(map(float, score)) if isinstance(score, Iterable) else (float(score),)
        limits = {**(trial.constraints if isinstance(trial, Trial) else {}), **(constraints or {})}
        with self._lock:
            if not self._is_told(number, scores, state):
                self._tuner.tell(number, scores, time.time(), state, reason, constraints=limits)
            self._outbox.write()
            return self.history.trial(number)

    def enqueue(self, params: Mapping[str, Any]) -> int:
        """Queue a configuration to be asked for next; its number. Raises :class:`UserFault` outside the space.

        After :class:`engine.store.Unwritten` it is queued in memory; queued once more, it is only written.
        """
        with self._lock:
            number = self._outbox.queued(self.space.validate(params))
            if number is None:
                number = self._tuner.enqueue(params, time.time()).number
            self._outbox.write()
            return number

    def report(self, trial: Trial, step: int, records: Mapping[str, float]) -> None:
        """Note one step of a running trial; it reaches the file within a second, or as soon as that can be written."""
        values = dict(records)
        fold = int(values.pop("fold", 0))
        with self._lock:
            self._tuner.report(trial.number, step, values, fold)
            self._outbox.write_quietly()

    def should_prune(self, trial: Trial) -> str:
        """Why the pruner would end a running trial now, or the empty text."""
        with self._lock:
            return self._tuner.should_prune(trial.number)

    def suggest(self, trial: Trial, name: str, parameter: Parameter) -> Any:
        """A running trial's value of a hyperparameter, which the space learns of where it did not know it."""
        with self._lock:
            if name not in trial.params:
                if name not in self.space:
                    grown = SearchSpace({**self.space, name: parameter})
                    self._setup = replace(self._setup, space={**self._setup.space, name: parameter})
                    self._tuner.change_space(grown, time.time())
                rng = samplers.Draw(trial.number, 0, self._tuner.seed).generator("late", name)
                number = self.space[name].from_unit(float(rng.random()))
                added = {name: self.space[name].to_value(number)}
                self._tuner.add_params(trial.number, added)
                trial.params.update(added)
                self._outbox.write_quietly()
            return trial.params[name]

    # -- an objective ------------------------------------------------------------------------------------------------

    def optimize(self, objective: Objective, trials: int = 100, workers: int = 1) -> Study:
        """Run ``trials`` more trials of ``objective(trial) -> score``, ``workers`` at a time in threads.

        Whatever the objective raises makes a failed trial with that reason, and the study goes on. Where the file
        cannot be written it ends with :class:`engine.store.Unwritten`, once the trials that run have told their
        scores; nothing is lost, and calling it again goes on.
        """
        optimize(self, objective, trials, workers)
        return self

    def put_back(self, number: int) -> None:
        """Let a trial that runs wait to be asked for again; nothing where it does not run."""
        with self._lock:
            if number < len(self.history) and self.history.state[number] == State.RUNNING:
                self._tuner.interrupt(number, time.time(), "Interrupted.")
                self._outbox.write_quietly()

    def _is_told(self, number: int, scores: tuple[float, ...], state: StateName) -> bool:
        """Whether a trial ended so already, and only its file does not know."""
        if not self._outbox.has_end(number):
            return False
        trial = self.history.trial(number)
        return trial.state.label == state and trial.scores == scores

    # -- the file ----------------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, path: str | Path, *, sampler: samplers.Sampler | samplers.AskTell | None = None) -> Study:
        """The study in a file; interrupted trials wait to be run again. Raises :class:`UserFault`.

        ``sampler`` is an object that chooses from here on, in place of the strategy that the file names. What in the
        file contradicts the study's definition is put right, with a warning.
        """
        path = Path(path)
        with store.Reader(path) as reader:
            (setup, history, put_right), curves = reader.study(), Curves(reader.curves())
        for sentence in put_right:
            warnings.warn(sentence, stacklevel=2)
        for number in history.where(State.RUNNING):
            cut_off = TrialInterrupted(int(number), time.time(), "Interrupted.")
            history.apply(cut_off)
            curves.apply(cut_off)
        study, named = cls.__new__(cls), setup.strategy
        maker = samplers.make(named.sampler, named.options) if sampler is None else samplers.adapted(sampler)
        cls._begin(study, setup, history, curves, maker, path)
        return study

    def save(self, path: str | Path) -> None:
        """Write the study to ``path`` and keep that file up to date from now on.

        A file that already is this study's is only brought to disk. Another study there is replaced in one step: until
        then it is whole, and after it this one is. Raises :class:`UserFault` where something else lies there, where it
        is open elsewhere, and where it cannot be written; everything stays as it was then.
        """
        path = Path(path)
        with self._lock:
            if self._outbox.is_at(path) or (path.absolute() == self._outbox.path and path.exists()):
                self._outbox.flush()
            else:
                self._outbox.create(path)

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

    def __enter__(self) -> Study:
        return self

    def _setup_text(self) -> str:
        return self._setup.to_json()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        try:
            self.close()
        except UserFault as fault:
            if error is None:
                raise
            error.add_note(str(fault))  # what ended the block is told first
