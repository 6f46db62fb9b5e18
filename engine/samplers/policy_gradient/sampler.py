"""Reinforcement learning as a search: a policy draws configurations and is moved towards those that did well.

REINFORCE (Williams 1992) on a policy without a state, as in Zoph and Le, "Neural architecture search with reinforcement
learning", ICLR 2017, without their recurrent network. It is an estimation of a distribution: CMA-ES and models of the
score need far fewer trials, and this one some five hundred (Mania et al., "Simple random search provides a competitive
approach to reinforcement learning", 2018, on the whole kind).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.maths.pareto import rank
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.policy_gradient.learning import Learner, Lesson
from engine.samplers.policy_gradient.policy import Policy
from engine.samplers.seen_points import SeenPoints
from engine.space import Categorical
from engine.trials import History, State

DRAWS = 16  # of the policy until one has not been tried: a guess


@dataclass(frozen=True, slots=True)
class PolicyGradientOptions:
    """Settings of :class:`PolicyGradientSampler`.

    Batch and entropy are usual for REINFORCE with Adam. The rate is measured: of .05, .15 and .3 the last found the
    best scores on Branin, Rosenbrock in five dimensions and a mixed function in 300 to 500 trials, median of 5 seeds.
    """

    learning_rate: float = option(
        0.3, label="Learning rate", low=0.001, high=1.0, log=True, help="Of the policy, by Adam, at each update."
    )
    batch: int = option(8, label="Batch", low=2, high=256, help="Trials between two updates of the policy.")
    entropy: float = option(
        0.03, label="Entropy", low=0.0, high=1.0, advanced=True, help="How strongly the policy is kept open, at first."
    )


@registry.register
class PolicyGradientSampler(Sampler):
    """Keeps the encoding of the space and what has been learned so far between calls."""

    title = "Policy gradient (reinforcement learning)"
    summary = (
        "Learns a distribution over configurations from rewards. Worth watching, seldom worth using: it needs some "
        "five hundred trials."
    )
    options = PolicyGradientOptions
    settings: PolicyGradientOptions

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._cached: tuple[Encoding, Learner] | None = None

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """A draw from the policy that all finished trials so far have taught."""
        encoding, learner = self._prepare(history)
        policy = self._learn(history, encoding, learner)
        rng = request.generator()
        everything = encoding.points_of(history, np.arange(len(history)))
        seen = SeenPoints(encoding, everything[~history.outside])
        point = seen.unseen((policy.sample(rng)[None, :] for _ in range(DRAWS)), request)
        params = encoding.space.decode(point)
        if not learner.updates:
            return Suggestion(params, {"phase": "start"})
        return Suggestion(params, {"phase": "policy", "updates": learner.updates, "certainty": policy.certainty()})

    def policy(self, history: History) -> Policy:
        """What the trials so far have taught: the distribution that the next configuration is drawn from."""
        return self._learn(history, *self._prepare(history)).copy()

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """While the trials that will still end complete no batch, and belong into none that has been learned."""
        batch = self.settings.batch
        ended = self._finished(history)
        going = history.where(State.RUNNING, State.WAITING)
        whole = len(ended) // batch
        belongs = whole > 0 and len(going) > 0 and going.min() < ended[whole * batch - 1]
        return bool((len(ended) + len(going)) // batch == whole and not belongs)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _prepare(self, history: History) -> tuple[Encoding, Learner]:
        if self._cached is None or self._cached[0].space is not history.space:
            encoding = Encoding(history.space)
            levels = [p.levels or 1 if isinstance(p, Categorical) else 0 for p in encoding.hyperparameters]
            settings = self.settings
            lesson = Lesson(settings.learning_rate, settings.batch, settings.entropy)
            self._cached = encoding, Learner(levels, lesson)
        return self._cached

    @staticmethod
    def _finished(history: History) -> np.ndarray:
        """Trials that ended and lie in the present space, oldest first; one that failed is worse than all others."""
        ended = history.where(State.COMPLETE, State.FAILED)
        return np.asarray(ended[~history.outside[ended]])

    def _learn(self, history: History, encoding: Encoding, learner: Learner) -> Policy:
        numbers = self._finished(history)
        points = encoding.points_of(history, numbers)
        losses = history.scores[numbers] * [1.0 if d == "minimize" else -1.0 for d in history.directions]
        violation = history.violation[numbers]
        failed = ~np.isfinite(losses).all(axis=1)

        def order_of(first: int, end: int) -> np.ndarray:
            good = np.flatnonzero(~failed[first:end])
            best = good[rank(losses[first:end][good], violation[first:end][good])] if len(good) else good
            return np.concatenate([best, np.flatnonzero(failed[first:end])])

        outcomes = np.column_stack([numbers, losses, violation])
        return learner.learn(points, encoding.active_mask(points), order_of, [row.tobytes() for row in outcomes])
