"""What a worker process does of a search: fits of one candidate. It loads nothing of the engine beside this file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.base import clone


@dataclass(frozen=True)
class FitCall:
    """What all fits of a search have in common: ``splits`` are pairs of row numbers for training and test.

    ``fit`` is scikit-learn's own function for a fit, and ``further`` are the arguments that its searches give it.
    """

    fit: Callable[..., dict[str, Any]]
    estimator: Any
    X: Any
    y: Any
    splits: Sequence[Any]
    further: dict[str, Any]


def fit_folds(
    call: FitCall, params: dict[str, Any], folds: Sequence[int], place: tuple[int, int]
) -> list[dict[str, Any]]:
    """Fit one candidate in some folds, and say what scikit-learn says of each.

    ``place`` is that of the candidate among all, which is told where the search is verbose.
    """
    return [
        call.fit(
            clone(call.estimator),
            call.X,
            call.y,
            train=call.splits[fold][0],
            test=call.splits[fold][1],
            parameters=params,
            split_progress=(fold, len(call.splits)),
            candidate_progress=place,
            **call.further,
        )
        for fold in folds
    ]
