"""How a policy learns: replayed from the trials in batches, each an ascent of the expected reward by Adam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.optimizers import Adam
from engine.samplers.policy_gradient.policy import Policy

BASELINE_DECAY = 0.9  # of the average reward that counts as nothing special (usual for REINFORCE)
WINDOW = 4  # batches among which a trial is ranked: a guess between the newest alone and everything


@dataclass(frozen=True, slots=True)
class Lesson:
    """How fast a policy learns, from how many trials at a time, and how strongly it is kept open.

    ``entropy`` is the weight of the entropy at the beginning; it falls as one over the number of updates.
    """

    learning_rate: float
    batch: int
    entropy: float


def ranked_rewards(order: Array) -> Array:
    """Rewards (n,) from 0.5 for the first row of ``order`` (n,), the rows from best to worst, to -0.5 for the last."""
    rewards = np.zeros(len(order))
    if len(order) > 1:
        rewards[order] = 0.5 - np.arange(len(order)) / (len(order) - 1)
    return rewards


class Learner:
    """Keeps what it has learned from a beginning of the trials, and begins anew where that beginning has changed."""

    def __init__(self, levels: list[int], lesson: Lesson) -> None:
        self._levels, self._lesson = levels, lesson
        self._restart()

    def _restart(self) -> None:
        self.policy = Policy(self._levels)
        self.updates = 0
        self._baseline = 0.0
        self._optimizer = Adam(lr=self._lesson.learning_rate)
        self._learned: list[bytes] = []

    def learn(self, points: Array, active: Array, order_of: Any, keys: list[bytes]) -> Policy:
        """The policy after all whole batches of the trials, oldest first: points (n, d) and what was active in each.

        ``order_of(first, end)`` gives rows ``first`` to ``end`` from best to worst, counted from ``first``; ``keys``
        tell one trial with its outcome from another.
        """
        batch = self._lesson.batch
        whole = len(points) // batch
        if self._learned != keys[: len(self._learned)] or len(self._learned) > whole * batch:
            self._restart()
        for update in range(self.updates, whole):
            first, end = update * batch, (update + 1) * batch
            before = max(0, end - WINDOW * batch)
            rewards = ranked_rewards(order_of(before, end))[first - before :]
            self._ascend(points[first:end], active[first:end], rewards)
        self._learned = keys[: whole * batch]
        return self.policy

    def _ascend(self, points: Array, active: Array, rewards: Array) -> None:
        policy = self.policy
        gradient = policy.gradient(points, active, rewards - self._baseline)
        self.updates += 1
        gradient += self._lesson.entropy / self.updates * policy.entropy_gradient()
        self._baseline = BASELINE_DECAY * self._baseline + (1.0 - BASELINE_DECAY) * float(rewards.mean())
        self._optimizer.step(policy.parameters, -gradient)
        policy.limit()
