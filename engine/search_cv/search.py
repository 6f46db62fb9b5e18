"""``SearchCV``: our searches as an estimator, on scikit-learn's own base of its searches."""

from __future__ import annotations

import copy
import math
import os
import re
import time
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from joblib import effective_n_jobs
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils import check_random_state, get_tags
from sklearn.utils._param_validation import HasMethods, Interval

from engine import samplers
from engine.learners.faults import BadInput
from engine.search_cv.evaluation import Evaluation
from engine.search_cv.fold_plan import FoldPlan
from engine.search_cv.ledger import Ledger, Row
from engine.search_cv.space import EstimatorSpace, SpaceLike
from engine.search_cv.stream import CandidateStream
from engine.study import Study, Trial

_LARGEST_SEED = 2**31 - 1  # that NumPy's RandomState draws everywhere
_AT_FIT = 5  # calls between a warning and the line that called fit


class SearchCV(BaseSearchCV):  # type: ignore[misc]
    """Searches the hyperparameters of ``estimator`` by cross-validation, in the place of ``RandomizedSearchCV``.

    Everything that scikit-learn's searches have is scikit-learn's own here: ``cv_results_``, ``best_estimator_``,
    several metrics, groups, sample weights, metadata routing. Each configuration is a trial; scores are maximised.

    ``space`` maps names (``"svc__C"``) to what is searched, each of them one of

    * ``Float``, ``Int`` and ``Categorical``, also with conditions: a name whose condition does not hold keeps the
      estimator's own value;
    * a list or an array of values, which may be anything (*None*, tuples, estimators);
    * a distribution of ``scipy.stats``: uniform ones, ``loguniform`` and ``randint`` are ranges, any other one is
      searched along its quantiles;
    * a tuple ``(low, high)`` of two numbers, or ``(low, high, "log-uniform")``: a range, of whole numbers where both
      are. Any other tuple lists values.

    A list of such mappings is searched as one space in which each trial takes one of them.
    ``param_distributions`` and ``search_spaces`` are the same under the names that ``RandomizedSearchCV`` and
    scikit-optimize's ``BayesSearchCV`` have, and ``n_iter`` is ``n_trials`` where it is given.

    ``sampler`` is a name (:func:`engine.samplers.names`) or an object with ``ask`` and ``tell``, of which every fit
    uses a copy. With several workers the next configuration is chosen while the last few are still fitted, so that
    nobody waits for it, and more are asked for at once where the sampler would choose the same whatever their scores
    are: which ones are tried follows from the seed and the number of workers, not from the time that fits take.
    ``n_trials`` ends the search, or ``timeout`` seconds (trials that run then are finished), or a space that has no
    more configurations, which is warned of. Random search over lists alone repeats nothing.

    With ``pruner`` (a name, :func:`engine.pruners.names`) folds are evaluated one after the other; a trial that is
    hopeless by its mean score so far misses the others: NaN stands for them in ``cv_results_``.

    ``study_file`` is written while the search runs, so that a window can watch; another study there is replaced. Of
    several metrics, the one that ``refit`` names is the trial's score, else the first.

    A trial fails where all of its fits do, or where its mean score is not finite (by ``error_score``); the search goes
    on. As scikit-learn does, it raises ``ValueError`` where everything failed, and the first error itself with
    ``error_score="raise"``.

    Beside scikit-learn's attributes, a fitted search has ``study_``, the :class:`engine.Study` of its trials. Copies
    and pickles do not have it.
    """

    if TYPE_CHECKING:  # of what is inherited scikit-learn says no types
        best_params_: dict[str, Any]
        best_score_: float
        cv_results_: dict[str, Any]

        def fit(self, X: Any, y: Any = None, **params: Any) -> Self: ...

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSearchCV._parameter_constraints,  # noqa: SLF001 - scikit-learn's own searches say it so
        "space": [Mapping, list, tuple, None],
        "param_distributions": [Mapping, list, tuple, None],
        "search_spaces": [Mapping, list, tuple, None],
        "n_iter": [Interval(Integral, 1, None, closed="left"), None],
        "n_trials": [Interval(Integral, 1, None, closed="left")],
        "sampler": [str, samplers.Sampler, HasMethods(["ask", "tell"])],
        "pruner": [str, None],
        "timeout": [Interval(Real, 0, None, closed="neither"), None],
        "random_state": ["random_state"],
        "study_file": [str, os.PathLike, None],
    }

    def __init__(
        self,
        estimator: Any,
        space: SpaceLike | None = None,
        *,
        n_trials: int = 50,
        sampler: Any = "bayesian",
        pruner: str | None = None,
        scoring: Any = None,
        cv: Any = 5,
        refit: Any = True,
        n_jobs: int | None = None,
        timeout: float | None = None,
        random_state: Any = None,
        error_score: Any = np.nan,
        return_train_score: bool = False,
        study_file: str | os.PathLike[str] | None = None,
        verbose: int = 0,
        pre_dispatch: Any = "2*n_jobs",
        n_iter: int | None = None,
        param_distributions: SpaceLike | None = None,
        search_spaces: SpaceLike | None = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.space = space
        self.n_trials = n_trials
        self.sampler = sampler
        self.pruner = pruner
        self.timeout = timeout
        self.random_state = random_state
        self.study_file = study_file
        self.n_iter = n_iter
        self.param_distributions = param_distributions
        self.search_spaces = search_spaces

    def __getstate__(self) -> Any:
        """Without the study, which may hold a file; scikit-learn also sends this object to every worker."""
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name not in ("study_", "_ledger", "_routed")}

    def __reduce_ex__(self, protocol: Any) -> Any:
        """While it searches, nothing but a mark, unless somebody follows: scikit-learn sends it along with every fit.

        Workers would load the whole engine for it, and use it for nothing but callbacks.
        """
        if hasattr(self, "_ledger") and not getattr(self, "_skl_callbacks", None):
            return object, ()
        return super().__reduce_ex__(protocol)

    def __sklearn_tags__(self) -> Any:
        """As scikit-learn's own searches have them, and whether the estimator takes several targets."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = get_tags(self.estimator).target_tags.multi_output
        return tags

    # -- called by scikit-learn ----------------------------------------------------------------------------------------

    def _get_routed_params_for_fit(self, params: Any) -> Any:
        self._routed = super()._get_routed_params_for_fit(params)
        return self._routed

    def _run_search(self, evaluate_candidates: Callable[..., Any], callback_ctx: Any = None) -> None:
        space, study, pooled = self._prepare_search()
        plan = FoldPlan(self, evaluate_candidates)
        ledger = Ledger(plan.count, self.refit if isinstance(self.refit, str) else None, self.error_score)
        self._ledger = ledger
        task = callback_ctx
        if task is not None:
            task = task.subcontext(task_name="search", max_subtasks=None).call_on_fit_task_begin(estimator=self)
        evaluation = Evaluation(self, plan, evaluate_candidates, ledger, task)
        try:
            with study:
                if self.study_file is not None:
                    study.save(os.fspath(self.study_file))
                self._search_all(space, study, pooled, evaluation)
            if not ledger.has_fits:
                raise _nothing_fitted(evaluation.failure, len(ledger.rows) * plan.count)
            self._warn_of(ledger)
            self._fill_results(ledger, plan.count)
        finally:
            del self._ledger, self._routed
        if task is not None:
            task.call_on_fit_task_end(estimator=self)
        self.study_ = study

    def _format_results(
        self, candidate_params: Any, n_splits: int, out: list[Any], more_results: Any = None
    ) -> dict[str, Any]:
        """Note the fits of one batch; the table, which scikit-learn would make anew each time, is filled at the end."""
        self._ledger.hear(out)
        return self._ledger.table

    # -- the search ----------------------------------------------------------------------------------------------------

    def _prepare_search(self) -> tuple[EstimatorSpace, Study, Callable[[], bool]]:
        """The space, a study of it, and whether more trials may be asked for before the others' scores are known."""
        state = check_random_state(self.random_state)
        drawn = isinstance(self.random_state, Integral)
        seed = int(self.random_state) if drawn else int(state.randint(_LARGEST_SEED))
        space = EstimatorSpace(self._given_space(), cache(lambda: np.random.RandomState(seed)))
        sampler = self.sampler
        if sampler == "random" and space.is_listed:
            sampler = "grid"  # in random order: the same draws without replacement, as RandomizedSearchCV has them
        elif not isinstance(sampler, str):
            sampler = copy.deepcopy(sampler)
        study = Study(
            space.space,
            sampler=sampler,
            direction="maximize",
            seed=seed,
            pruner=self.pruner or "none",
            title=type(self.estimator).__name__,
        )
        twin = samplers.make(sampler) if isinstance(sampler, str) else samplers.adapted(sampler)
        # Where somebody watches or a clock runs, the scores of the first trials are not to wait for those of the last.
        may_pool = self.timeout is None and self.study_file is None and self.pruner is None

        def pooled() -> bool:
            history = study.history
            return may_pool and twin.ignores_pending(
                history, samplers.SuggestRequest(len(history), history.drawn, seed)
            )

        return space, study, pooled

    def _given_space(self) -> SpaceLike:
        given = [one for one in (self.space, self.param_distributions, self.search_spaces) if one is not None]
        if len(given) != 1:
            what = "No space is given." if not given else "The space is given twice."
            raise BadInput(what, "Give space=, a dict from names to what is searched.")
        return given[0]

    def _search_all(
        self, space: EstimatorSpace, study: Study, pooled: Callable[[], bool], evaluation: Evaluation
    ) -> None:
        workers = effective_n_jobs(self.n_jobs)
        ending = time.monotonic() + self.timeout if self.timeout is not None else math.inf
        wanted = space.trials(self.n_iter or self.n_trials)
        most = wanted if len(space.space) else 1

        def left() -> int:
            begun = len(study.history)
            return most - begun if not begun or time.monotonic() < ending else 0

        is_exhausted, stream = False, None
        while left() > 0 and not is_exhausted and stream is None:
            trials, is_exhausted = self._ask_batch(study, left(), workers, pooled)
            if trials:
                self._evaluate_batch(space, study, trials, evaluation)
            if left() > 0 and not is_exhausted:
                stream = self._open_stream(evaluation, workers)
        if stream is not None:
            is_exhausted = self._search_stream(space, study, evaluation, stream, left)
        if is_exhausted:
            warnings.warn(
                f"All configurations of the space were tried in {len(study.history)} of {wanted} trials.",
                stacklevel=_AT_FIT,
            )

    def _open_stream(self, evaluation: Evaluation, workers: int) -> CandidateStream | None:
        """What evaluates the candidates that follow; *None* where batches do.

        The first fits are always scikit-learn's own: of them it makes its results. Its callbacks follow batches alone.
        """
        if self.pruner is not None or not self._ledger.has_fits or getattr(self, "_skl_callbacks", None):
            return None
        if not CandidateStream.serves(workers):
            return None
        return evaluation.stream(workers, self._routed)

    def _search_stream(
        self,
        space: EstimatorSpace,
        study: Study,
        evaluation: Evaluation,
        stream: CandidateStream,
        left: Callable[[], int],
    ) -> bool:
        """Choose each trial while those before it are fitted; whether the space is exhausted."""
        trials: dict[Row, Trial] = {}
        is_exhausted = False
        try:
            with stream:
                while True:
                    while not stream.is_full and not is_exhausted and left() > 0:
                        try:
                            trial = study.ask()
                        except samplers.SpaceExhausted:
                            is_exhausted = True
                            break
                        row = Row(space.params(trial.params))
                        trials[row] = trial
                        self._ledger.rows.append(row)
                        stream.begin(row, (trial.number, trial.number + left() + 1))
                    if not len(stream):
                        return is_exhausted
                    row = evaluation.take(stream)
                    self._tell(study, row, trials.pop(row))
        finally:
            for trial in trials.values():  # somebody interrupted
                study.put_back(trial.number)

    def _ask_batch(self, study: Study, most: int, workers: int, pooled: Callable[[], bool]) -> tuple[list[Trial], bool]:
        trials: list[Trial] = []
        while len(trials) < most and (len(trials) < workers or pooled()):
            try:
                trials.append(study.ask())
            except samplers.SpaceExhausted:
                return trials, True
        return trials, False

    def _evaluate_batch(self, space: EstimatorSpace, study: Study, trials: list[Trial], evaluation: Evaluation) -> None:
        rows = [Row(space.params(trial.params)) for trial in trials]
        self._ledger.rows += rows
        by_row = dict(zip(rows, trials, strict=True))
        try:
            if self.pruner is None:
                evaluation.run(rows)
            else:
                evaluation.by_folds(rows, lambda row, fold: self._is_hopeless(row, by_row[row], fold))
        except BaseException:
            for trial in trials:
                study.put_back(trial.number)
            raise
        for row, trial in by_row.items():
            self._tell(study, row, trial)

    def _tell(self, study: Study, row: Row, trial: Trial) -> None:
        score, state, reason = self._ledger.outcome(row)
        study.tell(trial, score, state=state, reason=reason)

    def _is_hopeless(self, row: Row, trial: Trial, fold: int) -> bool:
        score = self._ledger.score(row)
        if math.isfinite(score):
            trial.report(fold, {"value": score})
        return trial.should_prune()

    # -- results -------------------------------------------------------------------------------------------------------

    def _fill_results(self, ledger: Ledger, folds: int) -> None:
        params, fits = [row.params for row in ledger.rows], ledger.complete_fits()
        with warnings.catch_warnings():
            if any(row.is_pruned for row in ledger.rows):  # their NaN is meant
                warnings.filterwarnings("ignore", "One or more of the .* scores are non-finite", UserWarning)
            ledger.table.update(super()._format_results(params, folds, fits))

    def _warn_of(self, ledger: Ledger) -> None:
        """Tell of candidates of which no fit succeeded; of single fits scikit-learn has told."""
        failed = [row.error for row in ledger.rows if row.error]
        if failed:
            warnings.warn(
                f"{len(failed)} of {len(ledger.rows)} candidates failed in every fit, the last with: {failed[-1]}. "
                f"Their score is {self.error_score}.",
                FitFailedWarning,
                stacklevel=_AT_FIT,
            )


def _nothing_fitted(failure: ValueError | None, fits: int) -> ValueError:
    """scikit-learn's own error of the last batch, with the number of fits of the whole search."""
    assert failure is not None
    return ValueError(re.sub(r"All the \d+ fits", f"All the {fits} fits", str(failure), count=1))
