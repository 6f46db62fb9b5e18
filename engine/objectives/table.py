"""The objective "a model family on a table": cross-validation inside the search rows, the holdout kept for the end.

Steps are counted inside each fold, from 1; the record ``fold`` (0, 1, ...) of every report tells folds apart, which are
trained one after another. A family with steps reports ``train_loss`` and ``val_loss``; one without reports a single
step a fold with its ``val_score``. Regression targets of families that want scaled inputs are scaled too (to zero mean
and unit variance over the fold's training rows), so their losses are in units of the target's variance; scores are in
the target's own unit.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine import options
from engine.data import encoding, equal_rows, folds, metrics, preprocessing, reading, shared
from engine.data.encoding import Encoded
from engine.data.out_of_fold import judged_rows, pack_predictions, pack_rows
from engine.data.preprocessing import Preparation
from engine.data.reading.options import ReadOptions, from_builtins
from engine.data.second_split import split_again
from engine.data.table import KINDS, Kind, Table, TableInfo
from engine.errors import UserFault
from engine.events import PackedPredictions
from engine.learners import families, preparing
from engine.objectives import checking, fitting
from engine.objectives.base import CheckpointStore, EvaluationRequest, OnFinished, Outcome, Report
from engine.objectives.cache_key import column_for, selection, stamp
from engine.objectives.configured import ConfiguredModel, configured
from engine.objectives.description import TableObjective
from engine.objectives.evaluation_state import EvaluationState
from engine.objectives.permissions import require_permission
from engine.objectives.predicting import predict_and_keep
from engine.objectives.prepared_folds import PreparedFolds
from engine.objectives.trial_slot import TrialSlot

_TRAIN_ROWS_SCORED = 2000  # about so many: a guess between speed and noise


def prepare(description: TableObjective, cache: str | Path | None = None) -> PreparedTable:
    """Load and encode the table, or map what another process has written to the folder ``cache``.

    Raises :class:`UserFault` where the table, target, validation or settings cannot be used, or where the table is no
    longer the one that the description's fingerprint was made of.
    """
    fault = checking.choices_fault(description)
    if fault is not None:
        raise fault
    arrays = None
    if cache is not None:
        arrays = shared.SharedArrays(Path(cache), stamp(description.source), selection(description))
    encoded = arrays.encoded(lambda: _encode_table(description)) if arrays else _encode_table(description)
    return PreparedTable(description, encoded, arrays)


def kinds_of(description: TableObjective) -> dict[str, Kind]:
    """The chosen kinds of columns; raises :class:`UserFault` for a kind that does not exist."""
    return _known_kinds(description.kinds)


def _known_kinds(kinds: Mapping[str, str]) -> dict[str, Kind]:
    for name, kind in kinds.items():
        if kind not in KINDS:
            raise UserFault(f"The type of column {name!r} is {kind!r}.", f"Choose one of: {', '.join(KINDS)}.")
    return {name: next(known for known in KINDS if known == kind) for name, kind in kinds.items()}


def read_of(description: TableObjective) -> ReadOptions:
    """What is said of how the table is written; raises :class:`UserFault` where that cannot be."""
    return from_builtins(description.read)


def inspect(description: TableObjective) -> TableInfo:
    """The description of the objective's table, read as the objective says."""
    require_permission(description.source)
    kinds, found = kinds_of(description), _known_kinds(description.found_kinds)
    return reading.inspect(description.source, read_of(description), kinds, description.target, found=found).info


def load(description: TableObjective) -> Table:
    """The objective's table, read as the objective says."""
    require_permission(description.source)
    kinds, found = kinds_of(description), _known_kinds(description.found_kinds)
    return reading.load(description.source, read_of(description), kinds, description.target, found=found)


def left_out(description: TableObjective) -> tuple[str, ...]:
    """The columns that are not learned from by choice: the ignored ones, and the one that names groups."""
    column = column_for(description, *folds.BY_GROUP)
    return (*description.ignored, column) if column else description.ignored


class PreparedTable:
    """An objective with its data in memory (or mapped). One per process; folds are preprocessed once, when needed.

    The rows, folds and preprocessing depend on the description only; the model's randomness on the seed of
    :meth:`evaluate` only, and so does the one split of the scheme ``holdout``, drawn anew for each seed.
    """

    def __init__(self, description: TableObjective, encoded: Encoded, arrays: shared.SharedArrays | None) -> None:
        self.description = description
        self.family = families.get(description.family)
        self.metric = metrics.get(description.metric)
        self.settings: Any = options.make(self.family.settings, description.settings, f"model {description.family}")
        self.encoded = encoded
        self.positive = checking.positive_of(description, encoded.classes)
        together = description.validation.duplicates == "together"
        same = equal_rows.same_rows(encoded.X, encoded.y) if together else None
        self.rows = folds.Rows(encoded.y, encoded.classes, encoded.groups, encoded.times, same)
        self.plan = checking.plan_of(description, encoded.time_unit)
        self.split = folds.split(self.rows, self.plan, description.seed)
        for fault in checking.split_faults(description, self.rows, self.split):
            raise fault
        usual = preparing.preparation_of(self.family, {})
        self._folds = PreparedFolds(encoded, description, usual, arrays, self._draw_rows)
        self._packed_rows: tuple[str, bytes] | None = None

    def evaluate(
        self, params: Mapping[str, object], seed: int, report: Report, checkpoints: CheckpointStore | None = None
    ) -> Outcome:
        """Train and judge one configuration on every fold; the score is the mean over folds.

        ``seed``, from 0 to 2**32 - 1, is the model's random state, the same for every fold. An evaluation that goes on
        from what ``checkpoints`` holds ends with the same outcome as one that was never cut off.

        ``details`` has ``fold_scores``, ``fold_seconds``, ``train_score`` (mean over folds, on at most 2000 training
        rows each), ``parameters`` (count, where it means something), ``notes`` (what libraries warned of) and, where
        the settings ask for it and every fold allows, ``hypergradient``: the derivatives of the mean validation loss
        by hyperparameters, by name.

        Raises :class:`UserFault` for a score that is not finite, what ``report`` raises to end the trial, and whatever
        the model raises.
        """
        return self.evaluate_request(EvaluationRequest(params, seed, report, checkpoints))

    def evaluate_request(self, request: EvaluationRequest) -> Outcome:
        """The same; where the request has a race, its folds run in that order, and no more of them once it is lost.

        Then the outcome has a ``reason``, the score is the mean over the folds that ran, and ``details`` has further
        ``folds`` (which these are, in the order in which they ran), ``estimated_score`` and ``estimated_spread`` (the
        mean over all folds that they lead to expect, and its standard deviation).
        """
        state = EvaluationState.restored(request.checkpoints)
        for step, records in state.reported:
            request.report(step, records)
        while (number := state.next_fold(len(self.split.folds), request.race)) is not None:
            self._evaluate_fold(number, state, request)
        return self._outcome_of(state, request)

    def _evaluate_fold(self, number: int, state: EvaluationState, request: EvaluationRequest) -> None:
        model = self._configured(request.params)
        data = self._folds.drawn(request.seed, model.how) if self.draws_anew else self.fold(number, model.how)
        estimator, resume = model.make_estimator(request.seed), state.training
        watched = state.with_checkpoints(
            number, request.report, request.checkpoints, lambda: model.family.checkpoint(estimator)
        )
        with warnings.catch_warnings(record=True) as caught, fitting.one_thread():
            warnings.simplefilter("always")
            rows, validation = (data.X, data.y), (data.X_validation, data.y_validation)
            fitted = self._fit_estimator(model, estimator, rows, validation, _of_fold(watched, number), resume)
            self._score_fold(number, data, state, model, fitted, watched, caught)

    def _score_fold(
        self,
        number: int,
        data: preprocessing.Prepared,
        state: EvaluationState,
        model: ConfiguredModel,
        fitted: fitting.Fitted,
        watched: Report,
        caught: list[warnings.WarningMessage],
    ) -> None:
        """Score what was trained on one fold, and note it in ``state``."""
        predicted, kept = predict_and_keep(fitted, data.X_validation, self.metric.needs, len(self.encoded.classes))
        score = self.metric.score(data.y_validation, predicted, self.positive)
        every = slice(None, None, -(-len(data.X) // _TRAIN_ROWS_SCORED))
        train_score = self._score_rows(fitted, data.X[every], data.y[every])
        if not math.isfinite(score):
            raise UserFault(
                f"The score of fold {number + 1} is not a finite number.",
                "Narrow the search space, or choose a metric that every fold allows.",
            )
        if not model.family.step_name:
            watched(1, {"fold": number, "val_score": score})
        state.parameters = fitting.count_parameters(model.family, fitted)
        notes = [str(one.message).splitlines()[0] for one in caught]
        if getattr(self.settings, "hypergradients", False):
            notes += self._add_derivatives(fitted, data, state)
        state.finish_fold(score, train_score, notes, kept)

    def _outcome_of(self, state: EvaluationState, request: EvaluationRequest) -> Outcome:
        outcome = state.outcome(request.race)
        return outcome if outcome.reason else replace(outcome, predictions=self._packed(state, request.seed))

    def _packed(self, state: EvaluationState, seed: int) -> PackedPredictions | None:
        """The out-of-fold predictions of all folds, with their rows."""
        part = state.joined_predictions()
        if part is None:
            return None
        if self._packed_rows is None or self.draws_anew:
            parts = self.split.folds
            if self.draws_anew:
                parts = (folds.drawn(self.rows, self.plan, self.split, seed),)
            self._packed_rows = pack_rows(judged_rows(self.rows, parts, is_ordered=self.plan.scheme == "time"))
        return pack_predictions(part, *self._packed_rows)

    # -- several at once ---------------------------------------------------------------------------------------------

    def model_size(self) -> tuple[int, int, int]:
        """Rows and columns of a fold as models see them, and classes; all 0 where models are trained one at a time."""
        if not self.family.may_differ or self.draws_anew:
            return 0, 0, 0
        return *self.fold(0).X.shape, len(self.encoded.classes)

    def evaluate_together(
        self,
        requests: Sequence[EvaluationRequest],
        on_finished: OnFinished,
        clock: Callable[[], float],
        after_step: Callable[[], None],
    ) -> None:
        """Train the configurations as one stack, fold after fold; see :class:`engine.objectives.base.JointEvaluator`.

        Rows, folds, preprocessing and seeds are those of :meth:`evaluate`, sums are added up in another order: scores
        equal those of configurations evaluated alone within rounding.
        """
        slots = [
            TrialSlot(place, request, EvaluationState.restored(request.checkpoints, clock), on_finished)
            for place, request in enumerate(requests)
        ]
        for slot in slots:
            with slot.guarded():
                for step, records in slot.state.reported:
                    slot.request.report(step, records)
        while True:
            for slot in slots:
                if not slot.is_over and slot.next_fold(len(self.split.folds)) is None:
                    slot.end(self._outcome_of(slot.state, slot.request))
            coming = [(slot.next_fold(len(self.split.folds)), slot) for slot in slots if not slot.is_over]
            if not coming:
                return
            number = coming[0][0]
            assert number is not None, "a trial that is over trains a fold"
            self._fold_together(number, [slot for fold, slot in coming if fold == number], after_step)

    def _fold_together(self, number: int, slots: list[TrialSlot], after_step: Callable[[], None]) -> None:
        models = [self._configured(slot.request.params) for slot in slots]
        for slot, model in zip(slots, models, strict=True):
            with slot.guarded():
                slot.begin_fold(number, model.make_estimator(slot.request.seed), self.family)
        slots = [slot for slot in slots if not slot.is_over]
        if not slots:
            return
        data = self.fold(number, models[0].how)  # they are alike in all but numbers of the model's own
        with warnings.catch_warnings(record=True) as caught, fitting.one_thread():
            warnings.simplefilter("always")
            trained = fitting.fit_together(
                self.family,
                [slot.estimator for slot in slots],
                (data.X, data.y),
                (data.X_validation, data.y_validation),
                [_of_fold(slot.report, number) for slot in slots],
                [slot.resume for slot in slots],
                after_step,
                lambda place, fault: slots[place].end(fault),
                scaled_target=models[0].scales_target,
            )
            known = len(caught)
            for slot, fitted in zip(slots, trained, strict=True):
                if not slot.is_over:
                    with slot.guarded():
                        del caught[known:]
                        self._score_fold(number, data, slot.state, models[0], fitted, slot.report, caught)

    def _add_derivatives(
        self, fitted: fitting.Fitted, data: preprocessing.Prepared, state: EvaluationState
    ) -> tuple[str, ...]:
        """Add one fold's derivatives to ``state``; where there are none, say why."""
        validation = data.X_validation, data.y_validation
        try:
            state.slopes.append(fitting.hypergradient(self.family, fitted, (data.X, data.y), validation))
        except UserFault as fault:
            return (str(fault),)
        return ()

    def holdout_score(self, params: Mapping[str, object], seed: int) -> float:
        """Train on all rows of the search and judge on the holdout; raises :class:`UserFault` where there is none."""
        if not len(self.split.holdout):
            raise UserFault("This study set no rows aside.", "Start a study with a holdout share above zero.")
        model, fold = self._configured(params), folds.Fold(self.split.search, self.split.holdout)
        data = preprocessing.prepare(self.encoded, fold, model.how)
        with warnings.catch_warnings(), fitting.one_thread():
            warnings.simplefilter("ignore")
            fitted = self._fit_estimator(model, model.make_estimator(seed), (data.X, data.y), None, _ignore_report)
            return self._score_rows(fitted, data.X_validation, data.y_validation)

    def hold_out_again(self) -> None:
        """Use rows of the search alone, and set a holdout of their own aside, for whoever compares searches."""
        self.split = split_again(self.rows, self.plan, self.split, self.description.seed)
        self._packed_rows = None
        self._folds.forget()  # what is shared belongs to the study's own split

    @property
    def draws_anew(self) -> bool:
        """Whether every trial has a split of its own."""
        return self.plan.scheme == "holdout"

    def _draw_rows(self, seed: int) -> folds.Fold:
        return folds.drawn(self.rows, self.plan, self.split, seed)

    def fold(self, number: int, how: Preparation | None = None) -> preprocessing.Prepared:
        """The preprocessed arrays of one fold, as the model wants its columns or as ``how`` says."""
        return self._folds.fold(number, self.split.folds[number], how or self._folds.usual)

    def _configured(self, params: Mapping[str, object]) -> ConfiguredModel:
        return configured(self.family, params, self.settings, self.description.task)

    def _fit_estimator(
        self,
        model: ConfiguredModel,
        estimator: object,
        rows: fitting.Rows,
        validation: fitting.Rows | None,
        report: Report,
        resume: object = None,
    ) -> fitting.Fitted:
        return fitting.fit(
            model.family,
            estimator,
            rows,
            validation,
            report,
            resume,
            needs=self.metric.needs,
            scaled_target=model.scales_target,
        )

    def _score_rows(self, fitted: fitting.Fitted, X: np.ndarray, y: np.ndarray) -> float:
        predicted = fitted.predict(X, self.metric.needs, len(self.encoded.classes))
        return self.metric.score(y, predicted, self.positive)


def _of_fold(report: Report, fold: int) -> Report:
    return lambda step, records: report(step, {**records, "fold": fold})


def _ignore_report(step: int, records: Mapping[str, float]) -> None:
    """Nobody listens to a model that is trained for the holdout."""


def _encode_table(description: TableObjective) -> Encoded:
    table = load(description)
    if description.fingerprint and description.fingerprint != table.fingerprint:
        raise changed()
    return arrays_of(table, description)


def changed() -> UserFault:
    """The fault of a table that is no longer the one that the study's fingerprint was made of."""
    return UserFault(
        "The table has changed since the study began, or is read otherwise now, so new scores would not compare with "
        "old ones.",
        "Put the earlier table back, or start a new study with this one.",
        "source",
    )


def arrays_of(table: Table, description: TableObjective) -> Encoded:
    """The arrays of a loaded table; raises :class:`UserFault` where the description cannot be used with it."""
    return encoding.encode(
        table,
        description.target,
        description.task,
        description.ignored,
        group=column_for(description, *folds.BY_GROUP),
        time=column_for(description, "time"),
    )
