"""How far the validation loss ends above the training loss, and which hyperparameter goes with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.analysis.learning import learning_line
from engine.analysis.title import Title, name_words
from engine.maths.ranks import rank_correlation
from engine.space import Categorical
from engine.trials import Curves, History, State

MOST = 4000  # of the trials, the newest: a guess
FEWEST = 10  # trials with both losses from which a hyperparameter is named: a guess
CHANCE = 0.05  # of the shufflings that may do as well
SHUFFLES = 200  # as for times


@dataclass(frozen=True, eq=False)
class Gaps:
    """Trials ``numbers`` (n,) with their generalisation ``gap`` (n,): last validation loss minus last training loss.

    ``places`` (n, d) of ``names`` in the unit cube. ``name`` is the number that goes with the gap more than chance
    would, empty where none does, and ``rho`` its rank correlation.
    """

    names: tuple[str, ...]
    numbers: np.ndarray
    places: np.ndarray
    gap: np.ndarray
    name: str
    rho: float


def gaps_of(history: History, curves: Curves, seed: int = 0) -> Gaps:
    """The gaps of the newest complete trials that told both losses."""
    rows = []
    for number in history.where(State.COMPLETE)[-MOST:].tolist():
        curve = curves.get(number)
        gap = learning_line(curve, "val_loss").last - learning_line(curve, "train_loss").last
        if math.isfinite(gap):
            rows.append((number, gap))
    columns = [at for at, one in enumerate(history.space.values()) if one.levels != 1]
    names = tuple(history.space.names[at] for at in columns)
    numbers = np.array([number for number, _ in rows], dtype=int)
    ends: np.ndarray = np.array([value for _, value in rows], dtype=float)
    places = np.array(history.unit[numbers][:, columns]) if len(rows) else np.zeros((0, len(columns)))
    ordered = [at for at, name in enumerate(names) if not isinstance(history.space[name], Categorical)]
    if len(numbers) < FEWEST or not ordered:
        return Gaps(names, numbers, places, ends, "", 0.0)
    found = _correlations(places[:, ordered], ends)
    at = int(np.argmax(np.abs(found)))
    rng = np.random.default_rng(seed)
    as_good = sum(
        float(np.abs(_correlations(places[:, ordered], rng.permutation(ends))).max()) >= abs(found[at])
        for _ in range(SHUFFLES)
    )
    is_told = (as_good + 1) / (SHUFFLES + 1) < CHANCE
    return Gaps(names, numbers, places, ends, names[ordered[at]] if is_told else "", float(found[at]))


def gaps_title(found: Gaps) -> Title:
    """What the gap goes with."""
    if len(found.numbers) < FEWEST:
        return Title("Too few trials", "told both losses to say what the gap depends on", "", "text")
    remark = "last validation loss minus last training loss · later trials are stronger"
    if not found.name:
        return Title("The gap", "goes with no hyperparameter more than by chance", remark, "inner")
    way = "grows" if found.rho > 0 else "shrinks"
    rho = f"{found.rho:.2f}".replace("-", "−")
    return Title(
        "The gap", f"between validation and training {way} with {name_words(found.name)} (ρ {rho})", remark, "inner"
    )


def _correlations(places: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Spearman's correlations (d,) of columns with the gap over the trials that have them set; 0 where unknown."""
    found = np.zeros(places.shape[1])
    for column in range(places.shape[1]):
        known = np.isfinite(places[:, column])
        if known.sum() >= FEWEST:
            found[column] = rank_correlation(places[known, column], gap[known])
    return np.nan_to_num(found)
