"""What the families of trees share: settings by rounds, how full a leaf may have to be, and what they learn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.learners.families.base import Family
from engine.options import option


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """What stays fixed while boosted trees are tuned."""

    rounds: int = option(
        100, label="Boosting rounds", help="Trees are added one round after another.", low=1, high=10_000
    )


class BoostedTrees(Family):
    """Losses are reported for every round: log loss, or mean squared error in the target's own unit."""

    parameters = "Which column each tree splits and where, and the value it adds in each leaf."
    scaled = False
    step_name = "round"
    settings = RoundSettings


def fullest_leaf(rows: int) -> int:
    """The largest smallest leaf worth trying: no more rows than a tenth of the table."""
    return min(200, max(10, rows // 10))


def count_nodes(trees: Iterable[Any]) -> int:
    """What scikit-learn's trees learned: one threshold a split and one value a leaf."""
    return sum(int(tree.tree_.node_count) for tree in trees)
