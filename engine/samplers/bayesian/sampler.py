"""Bayesian optimisation: a Gaussian process on mixed, conditional spaces, and log expected improvement."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.maths.gaussian_process import Posterior
from engine.maths.pareto import is_efficient
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.samplers.bayesian.acquisition import MOST_PENDING, SingleObjectiveAcquisition, with_fantasies
from engine.samplers.bayesian.acquisition_search import AcquisitionSearch
from engine.samplers.bayesian.branches import candidates_in, least_visited_branch
from engine.samplers.bayesian.constraints import ConstraintModels
from engine.samplers.bayesian.diversification import DIVERSIFY_EVERY, MARGIN, diversified_candidates, is_stalled
from engine.samplers.bayesian.hypervolume import expected_hypervolume_improvement, shorter_lengthscales
from engine.samplers.bayesian.observations import Observations
from engine.samplers.bayesian.scalarisation import objective_weights, scalarised
from engine.samplers.bayesian.success_model import SuccessModel
from engine.samplers.bayesian.surrogate import Surrogate
from engine.samplers.bayesian.surrogate_view import MOST_STARTS, SurrogateView
from engine.samplers.bayesian.threads import one_thread
from engine.samplers.bayesian.warping import identity, warp
from engine.samplers.bayesian.wish_prior import WishPrior
from engine.samplers.encoding import Encoding
from engine.samplers.initial_design import InitialDesign, initial_design_size
from engine.samplers.seen_points import SeenPoints
from engine.space import SearchSpace
from engine.trials import History

NOISY = 1e-3  # of the variance: with more noise the best observed value is luck: a guess
SHORTFALL = 0.5  # standard deviations that a failed trial is taken to stay below the incumbent: a guess
MOST_FAILED = 200  # failures that are heeded: a guess that keeps the factorisation quick


@dataclass(frozen=True, slots=True)
class BayesianOptions:
    """Settings of :class:`BayesianSampler`."""

    acquisition: str = option(
        "ei",
        label="Choose by",
        choices=("ei", "pi", "ucb", "thompson"),
        help="Expected improvement, probability of improvement, upper confidence bound, or a random draw of the model.",
    )
    start: int | None = option(
        None, label="Trials before the model", low=1, high=500, help="Automatic: few, more for large spaces."
    )
    kappa: float = option(
        1.8,
        label="Exploration",
        low=0.0,
        high=20.0,
        advanced=True,
        help="Weight of the standard deviation in the confidence bound.",
    )


@registry.register
class BayesianSampler(Sampler):
    """Keeps fits and encodings between calls, which follow from history and seed alone."""

    takes_portfolio = True
    title = "Bayesian optimisation"
    summary = (
        "Learns a model of the score from every trial and evaluates the most promising point. Best for few trials."
    )
    options = BayesianOptions
    settings: BayesianOptions

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._surrogate = Surrogate()
        self._encoded: Encoding | None = None
        self._design: tuple[Encoding, int, InitialDesign] | None = None

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """The configuration of highest acquisition that has not been tried; from an initial design at first.

        Raises :class:`SpaceExhausted` where every configuration has been tried.
        """
        encoding = self._encoding_of(history.space)
        observations = Observations.of(history, encoding)
        seen = SeenPoints(encoding, observations.legal_points)
        size = self._initial_design_size(encoding, request)
        if len(history) >= size and len(observations.values) >= 2:
            with contextlib.suppress(np.linalg.LinAlgError), one_thread():
                if len(history.directions) == 2 and observations.feasible.any():
                    return self._by_front(encoding, observations, seen, request)
                return self._by_model(self._surrogate_view(encoding, observations, request), seen, request)
        # Before there is a model, or where the numbers defeat every factorisation, the initial design goes on.
        start = self._initial_design(encoding, request.seed)
        proposals = (start.point(index)[None, :] for index in range(len(history), len(history) + 64))
        return Suggestion(encoding.space.decode(seen.unseen(proposals, request)), {"phase": "start"})

    def takes_wishes(self, history: History, request: SuggestRequest) -> bool:
        """Once there is a model."""
        return len(history) >= self._initial_design_size(self._encoding_of(history.space), request)

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """Before there is a model."""
        return len(history) < self._initial_design_size(self._encoding_of(history.space), request)

    def surrogate(self, history: History, request: SuggestRequest) -> SurrogateView | None:
        """What the model believes before trial ``request.number``, for plots; *None* while there is no model."""
        encoding = self._encoding_of(history.space)
        observations = Observations.of(history, encoding)
        if len(observations.values) >= 2:
            with contextlib.suppress(np.linalg.LinAlgError), one_thread():
                return self._surrogate_view(encoding, observations, request)
        return None

    def _by_model(self, view: SurrogateView, seen: SeenPoints, request: SuggestRequest) -> Suggestion:
        encoding, good = view.encoding, view.best_points
        rng = request.generator()
        visited = np.vstack([view.observations.points, view.observations.failed, view.observations.pending])
        branch = least_visited_branch(encoding, visited)
        if branch is not None:
            points = candidates_in(encoding, view.acquisition, branch, rng)
            point = seen.unseen(iter((points,)), request)
            params, name = encoding.space.decode(point), encoding.space.names[branch.column]
            return Suggestion(
                params, {**view.explain(point), "phase": "branch", "branch": f"{name} = {params.get(name)}"}
            )
        if view.stalled and request.number % DIVERSIFY_EVERY == 0:
            points = diversified_candidates(encoding, view.acquisition, good[0], request.number // DIVERSIFY_EVERY, rng)
            point = seen.unseen(iter((points,)), request)
            return Suggestion(encoding.space.decode(point), {**view.explain(point), "phase": "escape"})
        points = AcquisitionSearch(encoding, view.acquisition, view.lengthscales, rng).run(good)
        point = seen.unseen((points[begin : begin + 256] for begin in range(0, len(points), 256)), request)
        return Suggestion(encoding.space.decode(point), view.explain(point))

    def _by_front(
        self, encoding: Encoding, observations: Observations, seen: SeenPoints, request: SuggestRequest
    ) -> Suggestion:
        constraints = ConstraintModels.of(self._surrogate, encoding, observations)
        ehvi = expected_hypervolume_improvement(
            self._surrogate, encoding, observations, self._fit_success_model(encoding, observations), constraints
        )
        ehvi = replace(ehvi, prior=_prior_of(encoding, request))
        feasible = observations.feasible
        good = observations.points[feasible][is_efficient(-observations.values[feasible])][-MOST_STARTS:]
        lengthscales = shorter_lengthscales(*ehvi.posteriors)
        points = AcquisitionSearch(encoding, ehvi, lengthscales, request.generator()).run(good)
        point = seen.unseen((points[begin : begin + 256] for begin in range(0, len(points), 256)), request)
        why: dict[str, Any] = {"phase": "front", "log_expected_gain": float(ehvi.value(point[None, :])[0])}
        if constraints is not None:
            why["chance_feasible"] = float(np.exp(constraints.log_probability(encoding.to_features(point[None, :]))[0]))
        return Suggestion(encoding.space.decode(point), why)

    def _surrogate_view(self, encoding: Encoding, observations: Observations, request: SuggestRequest) -> SurrogateView:
        weights = objective_weights(observations.values.shape[1], request)

        def warp_scalarised(values: np.ndarray) -> np.ndarray:
            return warp(scalarised(values, weights)).warped

        score_warp = warp(scalarised(observations.values, weights))
        constraints = ConstraintModels.of(self._surrogate, encoding, observations)
        utility = (
            score_warp.warped
            if constraints is None
            else _constrained_utility(score_warp.warped, observations.violation)
        )
        posterior = self._surrogate.posterior(
            encoding,
            observations.points,
            observations.values,
            warp_scalarised,
            observations.noise_scale,
            utility=None if constraints is None else utility,
            removed=observations.removed,
            known_noise=np.square(score_warp.spread_of(observations.spread)),
        )
        stalled = len(weights) == 1 and is_stalled(utility[observations.is_legal])
        margin = MARGIN if stalled else 0.0
        acquisition = self._build_acquisition(encoding, observations, posterior, utility, constraints, margin, request)
        return SurrogateView(encoding, observations, score_warp, utility, acquisition, posterior.lengthscales, stalled)

    def _build_acquisition(
        self,
        encoding: Encoding,
        observations: Observations,
        posterior: Posterior,
        utility: np.ndarray,
        constraints: ConstraintModels | None,
        margin: float,
        request: SuggestRequest,
    ) -> SingleObjectiveAcquisition:
        """What to maximise: fantasies stand in for pending trials, more models for success and for constraints.

        While no trial is feasible, the probability of feasibility is all that counts.
        """
        is_any = bool(observations.feasible.any())
        best = _incumbent_value(encoding, observations, posterior, utility)
        success_model, caution = self._fit_success_model(encoding, observations)
        if len(observations.failed):
            failed = encoding.to_features(observations.failed[-MOST_FAILED:])
            # A failure teaches nothing of the score, but what is there will not be had: nothing is left to explore,
            # and a trend that leads over the edge is not followed again and again.
            labels = np.minimum(posterior.predict(failed)[0], best - SHORTFALL)
            posterior = posterior.condition_on(failed, labels)
        versions = np.array([best + margin])
        if len(observations.pending):
            pending = encoding.to_features(observations.pending)
            rng = request.generator("fantasies")
            posterior, versions = with_fantasies(posterior, pending, best + margin, rng, constraints)
            if constraints is not None and not is_any:
                constraints = constraints.as_if_broken(pending[-MOST_PENDING:])
        return SingleObjectiveAcquisition(
            encoding=encoding,
            success_model=success_model,
            caution=caution,
            constraints=constraints,
            prior=_prior_of(encoding, request),
            posterior=posterior,
            best=versions,
            kind=self.settings.acquisition if is_any else "feasibility",
            kappa=self.settings.kappa,
        )

    def _fit_success_model(self, encoding: Encoding, observations: Observations) -> tuple[SuccessModel | None, float]:
        """A model of where trials fail, if any did, and how much to heed it."""
        if not len(observations.failed):
            return None, 1.0
        points, labels = observations.outcomes
        removed = observations.outcomes_removed
        success_model = SuccessModel(self._surrogate.posterior(encoding, points, labels, identity, removed=removed))
        # Failures in a row say that the model of success is too bold.
        return success_model, 1.0 + min(observations.failures_in_a_row, 10)

    def _initial_design_size(self, encoding: Encoding, request: SuggestRequest) -> int:
        return self.settings.start or initial_design_size(encoding, request.budget)

    def _encoding_of(self, space: SearchSpace) -> Encoding:
        if self._encoded is None or self._encoded.space is not space:
            self._encoded = Encoding(space)
        return self._encoded

    def _initial_design(self, encoding: Encoding, seed: int) -> InitialDesign:
        if self._design is None or self._design[:2] != (encoding, seed):
            self._design = (encoding, seed, InitialDesign(encoding, seed))
        return self._design[2]


def _prior_of(encoding: Encoding, request: SuggestRequest) -> WishPrior | None:
    return WishPrior(encoding, request.wishes, request.number) if request.wishes else None


def _incumbent_value(
    encoding: Encoding, observations: Observations, posterior: Posterior, utility: np.ndarray
) -> float:
    """The best value so far: of feasible trials that the space allows, and what is predicted for the others in it.

    Where scores are noisy, what is predicted for the trials counts instead of what they brought.
    """
    feasible, points = observations.feasible, observations.points
    best = float(posterior.targets.max()) if not feasible.any() else -np.inf
    legal = feasible & observations.is_legal
    if legal.any() and posterior.noise > NOISY:
        best = float(posterior.predict(encoding.to_features(points[legal]))[0].max())
    elif legal.any():
        best = float(utility[legal].max())
    moved = feasible & ~observations.is_legal & ((points >= 0.0) & (points <= 1.0)).all(axis=1)
    if moved.any():
        best = max(best, float(posterior.predict(encoding.to_features(points[moved]))[0].max()))
    return best if np.isfinite(best) else float(posterior.targets.max())


def _constrained_utility(warped: np.ndarray, violation: np.ndarray) -> np.ndarray:
    """Values (n,) of one objective in which no row that breaks a constraint is as good as any that keeps them all."""
    broken = np.flatnonzero(violation > 0.0)
    order = broken[np.argsort(violation[broken], kind="stable")]
    utility = warped.copy()
    utility[order] = warped.min() - np.arange(1.0, len(order) + 1.0)
    return utility
