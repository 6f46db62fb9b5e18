"""What trials had that the present space no longer holds: removed hyperparameters, removed choices, other fixed values.

Such a trial still tells of the hyperparameters that are left, the less the more the rest mattered. So each thing that
is gone stays a dimension of the surrogate, with a lengthscale that the data choose: where it did not matter, the
dimension vanishes. Trials of the present space all lie at one place of it. Of a removed hyperparameter nobody says
which value trials have from now on; to stand for any, that place lies beside the old values, at the middle of them and
as far from each as a value drawn from them is on average (squared distances then are their expectations).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.samplers.encoding import HAMMING, Encoding
from engine.space import Categorical
from engine.trials import History

MOST_LEVELS = 32  # removed choices that have a column each: a guess


@dataclass(frozen=True, slots=True)
class RemovedDimensions:
    """More ``features`` (n, E) of trials, the thing (0, 1, …) that each column belongs to, ``owner`` (E,), and the
    place ``present`` (E,) of all trials of the present space."""

    features: np.ndarray
    owner: np.ndarray
    present: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> RemovedDimensions:
        return RemovedDimensions(self.features[rows], self.owner, self.present)

    @classmethod
    def of(cls, history: History, encoding: Encoding) -> RemovedDimensions | None:
        """For all trials of ``history``; *None* where the present space holds everything that matters."""
        gone: dict[str, dict[int, Any]] = {}
        for number, values in history.strange.items():
            for name, value in values.items():
                if name not in encoding.space or not _has_a_place(encoding, name, value):
                    gone.setdefault(name, {})[number] = value
        blocks, places, owner = [], [], []
        for index, (name, old) in enumerate(sorted(gone.items())):
            features, place = _embed_values(list(old.values()), _present_value(encoding, name))
            block = np.tile(place, (len(history), 1))
            block[list(old)] = features
            blocks.append(block)
            places.append(place)
            owner += [index] * len(place)
        return cls(np.hstack(blocks), np.array(owner), np.concatenate(places)) if blocks else None


def _has_a_place(encoding: Encoding, name: str, value: object) -> bool:
    """Whether a value beyond the range of a hyperparameter can be told by its place along that range."""
    hyperparameter = encoding.space[name]
    return not isinstance(hyperparameter, Categorical) and hyperparameter.levels != 1 and _is_number(value)


def _present_value(encoding: Encoding, name: str) -> object:
    """The value that a hyperparameter has from now on, a mark for whatever is left to it, *None* where nobody knows."""
    if name not in encoding.space:
        return None
    hyperparameter = encoding.space[name]
    return hyperparameter.to_value(hyperparameter.from_unit(0.5)) if hyperparameter.levels == 1 else _Left


class _Left:
    """Marks whatever values are left."""


def _embed_values(values: Sequence[object], now: object) -> tuple[np.ndarray, np.ndarray]:
    """Features (m, E) of old ``values`` and the place (E,) of the value ``now``; *None* is any of them."""
    everything = list(values) if now is None else [*values, now]
    places = _place_numbers(everything) if all(map(_is_number, everything)) else _encode_levels(everything)
    if now is not None:
        return places[:-1], places[-1]
    middle = places.mean(axis=0)
    away = float(np.sqrt(((places - middle) ** 2).sum(axis=1).mean()))
    return np.column_stack([places, np.zeros(len(places))]), np.append(middle, away)


def _place_numbers(values: Sequence[object]) -> np.ndarray:
    """Places (m, 1) between the least and the greatest, on the scale on which the middle one lies nearer the middle."""
    column = np.clip(np.array(values, dtype=float), -1e300, 1e300)
    places = _scale_to_unit(column)
    if column.min() > 0.0:
        by_logarithm = _scale_to_unit(np.log(column))
        if abs(np.median(by_logarithm) - 0.5) < abs(np.median(places) - 0.5):
            places = by_logarithm
    return places[:, None]


def _scale_to_unit(column: np.ndarray) -> np.ndarray:
    half_width = column.max() / 2 - column.min() / 2
    return np.asarray((column / 2 - column.min() / 2) / (half_width or 1.0))


def _encode_levels(values: Sequence[object]) -> np.ndarray:
    """One column a choice, the rarest of very many in a column together."""
    names = [(type(value).__name__, str(value)) for value in values]
    common = [name for name, _ in Counter(names).most_common(MOST_LEVELS)]
    columns = {name: column for column, name in enumerate(common)}
    levels = np.zeros((len(values), len(common) + 1))
    levels[np.arange(len(values)), [columns.get(name, len(common)) for name in names]] = HAMMING
    return levels


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value
