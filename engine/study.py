"""A study from Python, by ask and tell or with an objective; and the door through which the window sees the engine."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Mapping

from engine import samplers
from engine.asking import TableProcess
from engine.catalogue import (
    TABLE_SUFFIXES,
    VALIDATION_LIMITS,
    Catalogue,
    Entry,
    FamilyEntry,
    MetricEntry,
    SetupProblem,
    additional_choices,
    additional_hyperparameters,
    catalogue,
    check_setup,
    choose_table,
    classes_of,
    date_words,
    every_choice,
    grid_count,
    inspect_table,
    load_model,
    metrics,
    model_entry,
    new_study_path,
    permit_model,
    read_with,
    setup_problems,
    space_problems,
    start_of_table,
    strategy_learns,
)
from engine.cautions import result_remarks, strategy_caution, why_no_racing, workers_caution
from engine.changing import standing_changes, undo_change, with_wish
from engine.data.reading.options import split_pair
from engine.data.table import Kind
from engine.errors import WrongMoment, WrongType, WrongValue
from engine.execution.backend import MakeBackend
from engine.execution.remote.clusters import Cluster, describe_cluster, make_cluster
from engine.exporting import export_study, missing_for_export
from engine.exporting.ensembling import read_ensemble
from engine.exporting.new_predictions import NewPredictions, predict_new_table
from engine.exporting.rows import as_tab_separated, tab_separated, trials_as_dicts, trials_as_json, trials_as_options
from engine.exporting.script_text import exported_script
from engine.exporting.verifying import verify_study
from engine.learners.hyperparameters import with_choice
from engine.learners.range_presets import PRESETS as RANGE_PRESETS
from engine.objectives.hint import Hints
from engine.objectives.model_space import has_own_score
from engine.objectives.script_reading import ScriptFacts, read_script
from engine.previewing import StrategyPreview, preview_strategies
from engine.runner import (
    Closed,
    CloseStudy,
    CreateStudy,
    EditStudy,
    OpenStudy,
    PermissionGranted,
    PermissionNeeded,
    Rejected,
    Runner,
    Saved,
    SetupGrown,
    SetupSaved,
    StartRun,
    StudyOpened,
)
from engine.runner.blank_copy import save_without_trials
from engine.runner.definition import first_trials
from engine.runner.discovery import keep_found
from engine.runner.local_backend import LocalBackend
from engine.runner.optimize_options import Callback, check_options
from engine.runner.optimizing import Objective, Optimization
from engine.runner.timing import Cost, time_trials
from engine.samplers.optuna_classes import SAMPLERS
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.sources import choose_again, source_problem
from engine.space import Hyperparameter, SearchSpace
from engine.studies.arguments import function_of, mapping_of, several_of, text_of
from engine.studies.choosing import Chosen, PrunerLike, named, options_of, pruner_of, sampler_of
from engine.studies.judging import Judging
from engine.studies.own_pruners import BasePruner
from engine.studies.queueing import Queueing
from engine.studies.showing import Showing
from engine.studies.steering import Steering
from engine.studies.verifying import Verifying
from engine.studies.watching import progress
from engine.studies.words import PRUNERS, direction_of, hyperparameter_of, refuse_foreign, seed_of
from engine.suggesting import fit_validation, look_for_hints, reread_setup, suggest_setup, suggest_space
from engine.suggesting_code import (
    PROGRAMS,
    SCRIPT_SUFFIXES,
    read_sample,
    rows_for_command,
    rows_for_formula,
    suggest_command_setup,
    suggest_function_setup,
    suggest_program,
    suggest_script_setup,
    test_functions,
)
from engine.trials import Curves, Direction, FrozenTrial, History
from engine.tuning import Trial, TrialPruned

__all__ = [
    "PROGRAMS",
    "RANGE_PRESETS",
    "SCRIPT_SUFFIXES",
    "TABLE_SUFFIXES",
    "VALIDATION_LIMITS",
    "Catalogue",
    "CloseStudy",
    "Closed",
    "Cluster",
    "Cost",
    "CreateStudy",
    "EditStudy",
    "Entry",
    "FamilyEntry",
    "Hints",
    "Kind",
    "LocalBackend",
    "MakeBackend",
    "MetricEntry",
    "NewPredictions",
    "OpenStudy",
    "PermissionGranted",
    "PermissionNeeded",
    "Rejected",
    "Runner",
    "Saved",
    "ScriptFacts",
    "SetupGrown",
    "SetupProblem",
    "SetupSaved",
    "StartRun",
    "StrategyPreview",
    "Study",
    "StudyOpened",
    "TableProcess",
    "Trial",
    "TrialPruned",
    "additional_choices",
    "additional_hyperparameters",
    "as_tab_separated",
    "catalogue",
    "check_setup",
    "choose_again",
    "choose_table",
    "classes_of",
    "date_words",
    "describe_cluster",
    "every_choice",
    "export_study",
    "exported_script",
    "first_trials",
    "fit_validation",
    "grid_count",
    "has_own_score",
    "inspect_table",
    "keep_found",
    "load_model",
    "look_for_hints",
    "make_cluster",
    "metrics",
    "missing_for_export",
    "model_entry",
    "new_study_path",
    "permit_model",
    "predict_new_table",
    "preview_strategies",
    "read_ensemble",
    "read_sample",
    "read_script",
    "read_with",
    "reread_setup",
    "result_remarks",
    "rows_for_command",
    "rows_for_formula",
    "save_without_trials",
    "setup_problems",
    "source_problem",
    "space_problems",
    "split_pair",
    "standing_changes",
    "start_of_table",
    "strategy_caution",
    "strategy_learns",
    "suggest_command_setup",
    "suggest_function_setup",
    "suggest_program",
    "suggest_script_setup",
    "suggest_setup",
    "suggest_space",
    "tab_separated",
    "test_functions",
    "time_trials",
    "trials_as_dicts",
    "trials_as_json",
    "trials_as_options",
    "undo_change",
    "verify_study",
    "why_no_racing",
    "with_choice",
    "with_wish",
    "workers_caution",
]


DEFAULT_TRIALS = 100  # where a call names no end at all


class Study(Queueing, Verifying, Showing, Steering, Judging):
    """Tunes hyperparameters over a space.

    The same seed gives the same trials, with one worker, also when the study was saved and opened in between; without
    one (*None*) it is drawn. A study that has a file (:meth:`save`, :meth:`open`) writes every change to it before the
    call returns; steps and late hyperparameters of running trials follow within a second. Safe to use from several
    threads.

    Without a ``space``, an objective names its hyperparameters as it runs, by the ``suggest_`` methods of its trial. A
    trial has then what its objective asked for, and the strategies learn when that is.

    Where the file cannot be written (a full disk, another program), :meth:`ask`, :meth:`tell`, :meth:`enqueue`,
    :meth:`flush` and :meth:`close` raise :class:`engine.store.Unwritten`. What was told is kept in memory then, and
    written first with the next call that may; the refused call may be made again, or not. :meth:`save` to another
    place takes everything along.

    ``constraints`` names numbers that every complete trial tells besides its score. A trial is feasible where all of
    them are at most 0; :attr:`best` and :attr:`front` look at feasible trials only, and the strategies look for them.
    ``constraints_func`` is called with every trial that has its score and returns those numbers, one a constraint in
    that order or by name; it may name the constraints by itself. No function is kept in a file: it can be set again.

    ``sampler`` is a name, or any object with ``ask() -> dict`` and ``tell(params, score)``, where smaller scores are
    better (:class:`engine.samplers.AskTellSampler` says what else it may rely on). No object is kept in a file: give
    it to :meth:`open` again, or random search goes on in its place. With ``repeats`` configurations are tried again
    once each has been, as suits noisy objectives; without it the search ends there.

    Raises :class:`engine.errors.UserFault`, naming the argument, where one is wrong.
    """

    def __init__(
        self,
        space: SearchSpace | Mapping[str, Hyperparameter] | None = None,
        *,
        sampler: str | samplers.Sampler | samplers.AskTell | Chosen = "bayesian",
        direction: Direction | None = None,
        directions: Iterable[Direction] | None = None,
        seed: int | None = 0,
        pruner: PrunerLike = "none",
        sampler_options: Mapping[str, object] | None = None,
        pruner_options: Mapping[str, object] | None = None,
        title: str = "study",
        constraints: Iterable[str] = (),
        repeats: bool = False,
        constraints_func: Callable[[FrozenTrial], object] | None = None,
    ) -> None:
        refuse_foreign(sampler, SAMPLERS, "sampler")
        refuse_foreign(pruner, PRUNERS, "pruner")
        known = _space_of(space)
        chosen = _directions_of(direction, directions)
        options = (
            options_of(sampler, mapping_of(sampler_options, "sampler_options")),
            options_of(pruner, mapping_of(pruner_options, "pruner_options")),
        )
        if isinstance(sampler, Chosen):
            seed = seed if sampler.seed is None else sampler.seed
            constraints_func = constraints_func or sampler.constraints_func
        name = named(sampler) if isinstance(sampler, str | Chosen) else "random"
        stopper = named(pruner) if isinstance(pruner, str | Chosen | BasePruner) else "none"
        strategy = Strategy(name, options[0], stopper, options[1], seed_of(seed))
        limits = (constraints,) if isinstance(constraints, str) else several_of(constraints, "constraints")
        if len(set(limits)) < len(limits) or not all(isinstance(limit, str) and limit for limit in limits):
            raise WrongValue("Two constraints have the same name, or one has none.", "Name each of them differently.")
        budget = Budget(trials=None, workers=1)
        discovered = None if len(known) else ()
        about = text_of(title, "title"), None, dict(known), chosen[0]
        setup = StudySetup(*about, strategy, budget, limits, discovered, repeats=bool(repeats))
        maker, judge = sampler_of(sampler, strategy), pruner_of(pruner, strategy)
        self._begin(setup, History(known, chosen, limits), Curves(), maker, judge)
        self.constraints_func = function_of(constraints_func, "constraints_func")

    @property
    def repeats(self) -> bool:
        """Whether configurations are tried again once every one of a finite space has been."""
        return self._tuner.repeats

    @repeats.setter
    def repeats(self, repeats: bool) -> None:
        with self._lock:
            self._tuner.repeats = bool(repeats)
            if self._setup.repeats != self._tuner.repeats:
                self._redefine(repeats=self._tuner.repeats)

    def change_space(self, space: SearchSpace | Mapping[str, Hyperparameter]) -> None:
        """Draw later trials from another space; earlier ones stay, and still inform the strategy.

        Trials that run go on as they are. Raises :class:`UserFault` where it is no space.
        """
        with self._lock:
            known = _space_of(space)
            discovered = None if self._setup.discovered is None else ()
            before = self._setup
            self._setup = replace(self._setup, space=dict(known), discovered=discovered)
            self._tuner.discovered = discovered
            self._admitted.clear()
            self._tuner.change_space(known, time.time())
            self._record_edit(before)
            self._outbox.write()

    def optimize(
        self,
        objective: Objective,
        n_trials: int | None = None,
        timeout: float | None = None,
        n_jobs: int | None = None,
        catch: Iterable[type[BaseException]] | type[BaseException] = (),
        callbacks: Iterable[Callback] | None = None,
        gc_after_trial: bool = False,
        show_progress_bar: bool | None = None,
        *,
        trials: int | None = None,
        workers: int | None = None,
        repeats: bool | None = None,
    ) -> Study:
        """Run ``trials`` more trials of ``objective(trial) -> score``, ``workers`` at a time in threads.

        Optuna's names do as well; -1 workers are as many as there are cores. Without a number of trials it runs until
        ``timeout`` (seconds) is over or somebody calls :meth:`stop`; with neither, nor ``callbacks``, 100 trials. After
        each trial every one of ``callbacks`` is called with the study and the trial. ``repeats`` says whether to try
        configurations of a finite space again once each has been tried. A progress bar is shown where a person looks
        on, or as ``show_progress_bar`` says.

        Whatever the objective raises makes a failed trial with that reason, and the study goes on; where the first ten
        trials (all, where fewer are asked for) fail with the same error, it is raised, but for the kinds in ``catch``.
        Where the file cannot be written it ends with :class:`engine.store.Unwritten`, once the trials that run have
        told their scores; nothing is lost, and calling it again goes on. Ctrl+C ends it at once; the trials that ran
        wait to be run again.
        """
        if not callable(objective):
            raise WrongType(f"The objective is {objective!r}.", "Give a function that takes a trial.")
        count = _one_of(n_trials, trials, "n_trials", "trials")
        jobs = _one_of(n_jobs, workers, "n_jobs", "workers")
        if count is None and timeout is None and not callbacks:
            count = DEFAULT_TRIALS
        options = check_options(count, timeout, 1 if jobs is None else jobs, catch, callbacks)
        if repeats is not None:
            self.repeats = repeats
        with progress(self, options.trials, options.seconds, show_progress_bar) as shown:
            run = Optimization(self, objective, dataclasses.replace(options, collect=gc_after_trial, shown=shown))
            with self._lock:
                self._edited = set(self._setup.discovered or ())
                self._admitted.clear()
                self._runs.append(run)
            try:
                run.run()
            finally:
                self._runs.remove(run)
        return self

    def stop(self) -> None:
        """Let :meth:`optimize` begin no further trial; raises :class:`UserFault` while it does not run."""
        if not self._runs:
            raise WrongMoment("No optimization of this study runs.", "Call it in an objective or a callback.")
        for run in self._runs:
            run.stop()


def _space_of(space: object) -> SearchSpace:
    if space is None or isinstance(space, SearchSpace):
        return space or SearchSpace({})
    if not isinstance(space, Mapping):
        raise WrongType(f"{space!r} is not a search space.", "Give a dict from names to Float, Int or Categorical.")
    return SearchSpace({name: hyperparameter_of(one, str(name)) for name, one in space.items()})


def _directions_of(direction: object, directions: object) -> tuple[Direction, ...]:
    if directions is None:
        return (direction_of("minimize" if direction is None else direction),)
    if isinstance(directions, str) or not isinstance(directions, Iterable):
        raise WrongValue(f"directions is {directions!r}.", "Give a list, one direction per score.")
    chosen = tuple(direction_of(one) for one in directions)
    if not chosen:
        raise WrongValue("directions is empty.", "Give one direction per score.")
    if direction is not None:
        raise WrongValue("Both direction and directions are given.", "Give one of the two.")
    return chosen


def _one_of(one: object, other: object, name: str, other_name: str) -> object:
    if one is not None and other is not None:
        raise WrongType(f"Both {name} and {other_name} are given.", "Give one of the two.")
    return other if one is None else one
