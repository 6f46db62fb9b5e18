"""A distribution over configurations whose parameters are learned: one factor a hyperparameter.

A choice is drawn by a softmax, a number by a beta distribution over its range, which has no tail beyond the ends (Chou
et al., "Improving stochastic policy gradients in continuous control with deep reinforcement learning using the beta
distribution", ICML 2017). Both begin uniform.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.arrays import Array

SHARPEST = 6.0  # the most that the log of a beta parameter may be, about 400 times uniform: a guess
EDGE = 1e-3  # numbers nearer to an end count as this near, where the log of the density has no bound: a guess


class Policy:
    """``levels`` gives for each hyperparameter its number of choices, 0 for a number.

    ``parameters`` is the flat vector that is learned: the logits of a choice, the logs of a number's two shapes.
    """

    def __init__(self, levels: list[int]) -> None:
        self.levels = levels
        widths = [count or 2 for count in levels]
        ends = np.cumsum([0, *widths])
        self._parts = [slice(start, end) for start, end in pairwise(ends.tolist())]
        self.parameters = np.zeros(int(ends[-1]))

    def copy(self) -> Policy:
        """The same policy, to be changed apart."""
        other = Policy(self.levels)
        other.parameters = self.parameters.copy()
        return other

    def probabilities(self, column: int) -> Array:
        """The probability (k,) of each choice of a hyperparameter."""
        logits = self.parameters[self._parts[column]]
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum())

    def shapes(self, column: int) -> tuple[float, float]:
        """The two parameters of the beta distribution of a number, 1 and 1 for uniform."""
        first, second = np.exp(self.parameters[self._parts[column]])
        return float(first), float(second)

    def density(self, column: int, units: Array) -> Array:
        """The density (S,) at ``units`` (S,) in [0, 1]; of a choice, its probability times the number of choices."""
        if self.levels[column]:
            cells = np.minimum((units * self.levels[column]).astype(int), self.levels[column] - 1)
            return np.asarray(self.probabilities(column)[cells] * self.levels[column])
        from scipy.special import betaln  # slow to import

        first, second = self.shapes(column)
        inside = np.clip(units, EDGE, 1.0 - EDGE)
        logs = (first - 1.0) * np.log(inside) + (second - 1.0) * np.log1p(-inside) - betaln(first, second)
        return np.asarray(np.exp(logs))

    def sample(self, rng: np.random.Generator) -> Array:
        """A point (d,) of the unit cube; a choice is the middle of its cell."""
        point = np.empty(len(self.levels))
        for column, count in enumerate(self.levels):
            if count:
                point[column] = (rng.choice(count, p=self.probabilities(column)) + 0.5) / count
            else:
                point[column] = rng.beta(*self.shapes(column))
        return point

    def gradient(self, points: Array, active: Array, advantages: Array) -> Array:
        """The mean over points (n, d) of advantage times the gradient of the log density by :attr:`parameters`.

        What is not ``active`` (n, d) had no say (Williams, "Simple statistical gradient-following algorithms for
        connectionist reinforcement learning", 1992).
        """
        total = np.zeros_like(self.parameters)
        for column, part in enumerate(self._parts):
            weights = np.where(active[:, column], advantages, 0.0)
            total[part] = self._score_of(column, points[:, column]).T @ weights / max(len(points), 1)
        return total

    def _score_of(self, column: int, units: Array) -> Array:
        """Gradients (n, k) of the log density of one hyperparameter by its own parameters."""
        if self.levels[column]:
            count = self.levels[column]
            cells = np.clip((units * count).astype(int), 0, count - 1)
            return np.asarray(np.eye(count)[cells] - self.probabilities(column))
        from scipy.special import digamma  # slow to import

        first, second = self.shapes(column)
        inside = np.clip(units, EDGE, 1.0 - EDGE)
        both = digamma(first + second)
        by_first = first * (np.log(inside) - digamma(first) + both)
        by_second = second * (np.log1p(-inside) - digamma(second) + both)
        return np.stack([by_first, by_second], axis=1)

    def entropy_gradient(self) -> Array:
        """The gradient of the sum of all entropies, which keeps a policy from settling too soon."""
        total = np.zeros_like(self.parameters)
        for column, part in enumerate(self._parts):
            if self.levels[column]:
                shares = self.probabilities(column)
                logs = np.log(np.maximum(shares, 1e-300))
                total[part] = -shares * (logs - shares @ logs)
            else:
                total[part] = self._beta_entropy_gradient(column)
        return total

    def _beta_entropy_gradient(self, column: int) -> Array:
        from scipy.special import polygamma  # slow to import

        first, second = self.shapes(column)
        both = (first + second - 2.0) * polygamma(1, first + second)
        return np.array([
            first * (both - (first - 1.0) * polygamma(1, first)),
            second * (both - (second - 1.0) * polygamma(1, second)),
        ])  # fmt: skip

    def certainty(self) -> float:
        """How much of what a uniform draw leaves open is settled, the mean over choices; 0 at the beginning, 1 at most.

        Of a number it is one minus its standard deviation over that of a uniform one.
        """
        settled = []
        for column, count in enumerate(self.levels):
            if count > 1:
                shares = self.probabilities(column)
                settled.append(1.0 + float(shares @ np.log(np.maximum(shares, 1e-300))) / np.log(count))
            elif not count:
                first, second = self.shapes(column)
                variance = first * second / ((first + second) ** 2 * (first + second + 1.0))
                settled.append(1.0 - min(1.0, float(np.sqrt(12.0 * variance))))
        return float(np.mean(settled)) if settled else 0.0

    def limit(self) -> None:
        """Keep the parameters where every place stays possible and no density rises at both ends."""
        for column, part in enumerate(self._parts):
            if self.levels[column]:
                logits = self.parameters[part]
                self.parameters[part] = np.clip(logits - logits.max(), -SHARPEST, 0.0)
            else:
                self.parameters[part] = np.clip(self.parameters[part], 0.0, SHARPEST)
