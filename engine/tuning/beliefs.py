"""What the trials of a study let one believe: which of them is expected to be best, and what a model says between."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from engine.analysis import Expected, expected_best
from engine.samplers import SuggestRequest
from engine.tuning.tuner import Tuner

if TYPE_CHECKING:  # they load SciPy
    from engine.analysis.explanation import Explanation
    from engine.samplers.bayesian.surrogate_view import SurrogateView


class Beliefs:
    """The part of a study that looks at its trials through a model; whoever derives from it holds tuner and lock."""

    _tuner: Tuner
    _lock: threading.RLock

    @property
    def expected_best(self) -> Expected | None:
        """The trial with the best predicted score, beside the best observed one; works with every strategy.

        *None* for several objectives, and while fewer than 8 trials have a score. Where scores are noisy
        (``is_noisy``) it is the safer choice: the best observed score of many owes a part to luck.
        """
        with self._lock:
            return expected_best(self._tuner.seen)

    def explain(self, method: str = "sobol", *, good_only: bool = False) -> Explanation:
        """What matters, what acts together, where good scores are and where trials fail, whatever strategy chose them.

        ``method`` is *sobol*, *fanova*, *ped_anova* or *permutation*; ``good_only`` asks what matters among the good.

        ``importance`` has each hyperparameter's share of the score's variance over the space, alone and in total, with
        90 % intervals, and what pairs explain together; ``region`` what the best tenth of the space has in common;
        ``failures`` a rule for failed trials, where one holds. ``str`` of it is the sentences that ``twinloop explain``
        prints.
        """
        # In here because it loads SciPy.
        from engine.analysis.explanation import explain_history

        with self._lock:
            history = self._tuner.seen.copy()
        return explain_history(history, method, good_only=good_only)

    def surrogate(self) -> SurrogateView | None:
        """What a Gaussian process believes after the trials so far, whatever strategy chose them; *None* before two.

        Its ``slice(name)`` and ``slice(name, other)`` give predicted score, spread and acquisition along one or two
        hyperparameters, its ``at(configurations)`` those of any configurations. It does not follow later trials.
        """
        # In here because it loads SciPy, which a study that never asks need not wait for.
        from engine.samplers.bayesian import BayesianSampler

        tuner = self._tuner
        sampler = tuner.sampler if isinstance(tuner.sampler, BayesianSampler) else BayesianSampler()
        with self._lock:
            request = SuggestRequest(len(tuner.history), tuner.history.drawn, tuner.seed, tuner.budget)
            return sampler.surrogate(tuner.seen, request)
