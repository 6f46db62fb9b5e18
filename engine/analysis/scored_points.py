"""The trials over each hyperparameter: slices, quality groups, ranks, and what the good ones share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.title import Title, first_up, name_words
from engine.maths.ranks import rank_correlation
from engine.space import Categorical
from engine.trials import History, State
from engine.wording import value_text

FEWEST = 8  # scored trials from which anything is said: as for a model
GOOD = 0.2  # of the scored trials: the good ones; with fewer than FEWEST of them, the best FEWEST
QUALITIES = (0.1, 0.3, 1.0)
"""Ends of the groups by quality: the best tenth, the next two, the rest."""
NARROW = 0.5  # of the whole range: a range of the good ones at most so wide is said (pages.md 1.2)
SHARED = 0.8  # of the good ones that share a choice for it to be said (pages.md 1.2)
CHANCE = 0.05  # of shufflings that may do as well
SHUFFLES = 300  # as for rules of failure


@dataclass(frozen=True, eq=False)
class ScoredPoints:
    """Scored trials ``numbers`` (n,) over the ``names`` that vary: ``places`` (n, d) in the unit cube, NaN not set.

    ``score`` (n,); ``rank`` (n,) from 0 for the best to 1 for the worst; ``quality`` (n,) the group of
    :data:`QUALITIES`; ``is_good`` (n,) the good ones. ``failed`` (m, d) are the places of failed trials.
    """

    names: tuple[str, ...]
    numbers: np.ndarray
    places: np.ndarray
    score: np.ndarray
    rank: np.ndarray
    quality: np.ndarray
    is_good: np.ndarray
    failed: np.ndarray


@dataclass(frozen=True, slots=True)
class Common:
    """What the good trials have in common in one hyperparameter, and the ``share`` of the others that has it, too."""

    name: str
    words: str
    share: float


def scored_points(history: History) -> ScoredPoints:
    """The trials of ``history`` that may be best, in the order of their numbers."""
    numbers = np.flatnonzero(history.eligible & np.isfinite(history.score))
    columns = [column for column, one in enumerate(history.space.values()) if one.levels != 1]
    losses = history.losses[numbers]
    rank = np.empty(len(numbers))
    rank[np.argsort(losses, kind="stable")] = (np.arange(len(numbers)) + 0.5) / max(len(numbers), 1)
    count = min(max(FEWEST, round(GOOD * len(numbers))), len(numbers) // 2)
    good = np.zeros(len(numbers), dtype=bool)
    good[np.argsort(losses, kind="stable")[:count]] = True
    return ScoredPoints(
        tuple(history.space.names[column] for column in columns),
        numbers,
        np.array(history.unit[numbers][:, columns]),
        np.array(history.score[numbers]),
        rank,
        np.searchsorted(QUALITIES[:-1], rank, side="left"),
        good,
        np.array(history.unit[history.where(State.FAILED)][:, columns]),
    )


def common_of_good(history: History, found: ScoredPoints) -> tuple[Common, ...]:
    """What the good trials share and the others mostly do not, the most telling first."""
    told: list[Common] = []
    good, others = found.places[found.is_good], found.places[~found.is_good]
    if len(found.numbers) < FEWEST:
        return ()
    for column, name in enumerate(found.names):
        one, mine, theirs = history.space[name], good[:, column], others[:, column]
        known = mine[np.isfinite(mine)]
        if len(known) < SHARED * len(mine):
            continue
        if isinstance(one, Categorical):
            values, counts = np.unique(known, return_counts=True)
            top = values[np.argmax(counts)]
            if counts.max() < SHARED * len(mine):
                continue
            inside, words = float(np.mean(theirs == top)), value_text(one.to_value(one.from_unit(float(top))))
        else:
            low, high = float(known.min()), float(known.max())
            if high - low > NARROW:
                continue
            inside = float(np.mean((theirs >= low) & (theirs <= high)))
            ends = [value_text(_short(one.to_value(one.from_unit(place)))) for place in (low, high)]
            words = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
        told.append(Common(name, words, inside))
    return tuple(sorted(told, key=lambda common: common.share))


def points_title(found: ScoredPoints, common: tuple[Common, ...], remark: str) -> Title:
    """What the good trials have in common; *nothing* where that is so."""
    if len(found.numbers) < FEWEST:
        return Title("Too few scores", f"to say what the good trials share: {len(found.numbers)} of {FEWEST}", remark)
    subject = f"The {int(found.is_good.sum())} best"
    said = [one for one in common if one.share < SHARED][:2]
    if not said:
        return Title(subject, "have no setting in common that the others have not", remark)
    words = " and ".join(f"{name_words(one.name)} {one.words}" for one in said)
    first = "share the first" if len(said) > 1 else "do, too"
    return Title(subject, f"have {words}; {100 * said[0].share:.0f} % of the others {first}", remark)


@dataclass(frozen=True, eq=False)
class Correlations:
    """Spearman's rank correlations (d, d) of the numbers ``names`` among the ``count`` good trials, NaN unknown.

    ``strongest`` is the pair with the largest, *None* below three numbers; ``chance`` the share of shufflings in which
    any pair reaches as much.
    """

    names: tuple[str, ...]
    values: np.ndarray
    count: int
    strongest: tuple[int, int] | None
    chance: float


def correlations_of(history: History, found: ScoredPoints, seed: int = 0) -> Correlations:
    """How the hyperparameters of the good trials go together; choices have no order and are left out."""
    columns = [at for at, name in enumerate(found.names) if not isinstance(history.space[name], Categorical)]
    names = tuple(found.names[at] for at in columns)
    places = found.places[found.is_good][:, columns]
    values = _spearman(places)
    pairs = np.abs(np.where(np.triu(np.ones(values.shape, dtype=bool), 1), values, np.nan))
    if not np.isfinite(pairs).any():
        return Correlations(names, values, len(places), None, 1.0)
    at = np.unravel_index(int(np.nanargmax(pairs)), pairs.shape)
    top, rng = float(pairs[at]), np.random.default_rng(seed)
    reached = 0
    for _ in range(SHUFFLES):
        shuffled = np.column_stack([rng.permutation(column) for column in places.T])
        reached += float(np.nanmax(np.abs(np.triu(_spearman(shuffled), 1)))) >= top - 1e-12
    return Correlations(names, values, len(places), (int(at[0]), int(at[1])), reached / SHUFFLES)


def correlations_title(found: Correlations) -> Title:
    """Which two go together among the good, if any do more than chance would."""
    remark = f"rank correlation among the {found.count} best · number: Spearman's ρ"
    if found.strongest is None:
        return Title("Nothing to correlate", "", "It takes two numbers that vary among the good trials.", "text")
    one, other = found.strongest
    value = float(found.values[one, other])
    if found.chance >= CHANCE:
        return Title("No two", f"of the {found.count} best trials' settings go together more than by chance", remark)
    both = f"{first_up(name_words(found.names[one]))} and {name_words(found.names[other])}"
    how = "rise together" if value > 0 else "go opposite ways"
    return Title(both, f"{how} among the {found.count} best: ρ {value:.2f}".replace("-", "−"), remark)


def _spearman(places: np.ndarray) -> np.ndarray:
    """Rank correlations (d, d) over rows that have both; NaN where fewer than four do, or one does not vary."""
    d = places.shape[1]
    values = np.full((d, d), np.nan)
    for one in range(d):
        for other in range(one, d):
            both = np.isfinite(places[:, one]) & np.isfinite(places[:, other])
            if both.sum() >= 4:
                values[one, other] = values[other, one] = rank_correlation(places[both, one], places[both, other])
    return values


def _short(value: object) -> object:
    return float(f"{value:.2g}") if isinstance(value, float) else value
