"""The race of one trial's folds against those of the best trial: after each of them, whether the others are still run.

A pure function of what it is given, so that whoever trains can decide on the spot, and a run that is killed and taken
up again decides the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

Rule = Literal["forgiving", "paired", "wilcoxon"]

FEWEST_FOR_WILCOXON = 8  # folds: with fewer it cannot be sure before most have run (evidence: .83 to .93 of the fits)
BELIEF = (
    3.0  # pseudo-observations behind the variance prior; 1 to 10 were simulated: 1 saves less, more changes nothing
)
CHANCE = 0.1  # that a trial as good as the best is ended at one check; simulated: .05 saves less, at the same regret
_Z = 1.2815515655446004  # the quantile of the normal distribution that leaves CHANCE above it
WILCOXON_CHANCE = 0.1  # Optuna's default (optuna/pruners/_wilcoxon.py)


class FoldRace(msgspec.Struct, frozen=True):
    """What one trial's folds are compared with.

    ``against`` is the number of the best trial so far, ``losses`` (k,) its scores by fold, turned by ``sign`` so that
    smaller is better; ``order`` (k,) are the folds in the order in which they are trained; ``variance`` is that of the
    difference of two good trials from fold to fold.
    """

    against: int
    order: tuple[int, ...]
    losses: tuple[float, ...]
    sign: float
    variance: float
    rule: Rule

    def stop_reason(self, scores: Mapping[int, float]) -> str:
        """Why the folds that are left should not be run, as a sentence; ``scores`` are those by fold that were."""
        done, every = len(scores), len(self.order)
        if not 0 < done < every:
            return ""
        differences = [self.sign * score - self.losses[fold] for fold, score in scores.items()]
        behind = math.fsum(differences) / done
        if not behind > 0.0:  # also what is not a number goes on, and fails by itself
            return ""
        start = (
            f"After {done} of {every} folds its score was behind that of trial {self.against} by {behind:.3g} a fold"
        )
        if self.rule == "forgiving":
            margin = max(self.losses) - math.fsum(self.losses) / every
            return f"{start}, beyond the worst fold of that one ({margin:.3g})." if behind >= margin else ""
        if self.rule == "wilcoxon":
            chance = _signed_rank_chance(differences)
            return f"{start} (signed-rank test, p = {chance:.2g})." if chance < WILCOXON_CHANCE else ""
        spread = math.sqrt(self._variance_given(differences, behind) / done)
        if behind <= _Z * spread:
            return ""
        chance = 0.5 * math.erfc(behind / spread / math.sqrt(2.0)) if spread > 0.0 else 0.0
        return f"{start}, which luck brings about in {_percent(chance)} of cases."

    def expected_score(self, scores: Mapping[int, float]) -> tuple[float, float]:
        """The mean over all folds that those in ``scores`` lead to expect, and its standard deviation.

        The best trial's scores tell by how much these folds are easier or harder than all.
        """
        done, every = len(scores), len(self.order)
        differences = [self.sign * score - self.losses[fold] for fold, score in scores.items()]
        behind = math.fsum(differences) / done
        # Of the mean over folds that are fixed, only the folds that were not run are unknown.
        spread = math.sqrt(self._variance_given(differences, behind) * max(0.0, 1.0 / done - 1.0 / every))
        return self.sign * (math.fsum(self.losses) / every + behind), spread

    def _variance_given(self, differences: list[float], mean: float) -> float:
        squares = math.fsum((one - mean) ** 2 for one in differences)
        return (BELIEF * self.variance + squares) / (BELIEF + len(differences) - 1.0)


def rule_of(name: str, folds: int) -> Rule | None:
    """The rule that a study's setting (``off``, ``on`` or a rule's name) means for so many folds; *None* where none."""
    if folds < 2 or name == "off":
        return None
    if name == "wilcoxon" and folds >= FEWEST_FOR_WILCOXON:
        return "wilcoxon"
    return "forgiving" if name == "forgiving" else "paired"


def _signed_rank_chance(differences: list[float]) -> float:
    """The chance of differences that are so often and so far above 0 by luck, by the signed-rank test."""
    if len(differences) < 2 or not any(differences):
        return 1.0
    # In here because scipy.stats is slow to load.
    from scipy.stats import wilcoxon

    return float(wilcoxon(differences, alternative="greater", zero_method="zsplit").pvalue)


def _percent(chance: float) -> str:
    return "under 0.1 %" if chance < 0.001 else f"{100.0 * chance:.2g} %"
