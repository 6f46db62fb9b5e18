"""From encoded columns to what a model sees: imputation, scaling and one-hot columns, fitted on training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.encoding import Encoded
from engine.data.folds import Fold
from engine.data.table import shortened
from engine.errors import UserFault

MOST_LEVELS = 30
"""The most one-hot columns that a category becomes; its rarest values share one."""
RARE_ROWS = 3
"""Values of a category with fewer training rows than this share one column."""


_LARGEST = 1e150
"""The square of a larger value overflows."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """One fold's arrays: float64, rows side by side in memory. ``y`` is as in :class:`Encoded`."""

    X: np.ndarray
    y: np.ndarray
    X_validation: np.ndarray
    y_validation: np.ndarray


def preprocessing(categorical: tuple[bool, ...], scaled: bool) -> Any:
    """An unfitted scikit-learn transformer for the columns of :class:`Encoded`.

    Numbers: missing ones become the median and are marked in a column of their own; with ``scaled``, zero mean and
    unit variance. Categories: one column a value; missing is a value of its own; values unknown in training, and rare
    ones, share a column where there is one.
    """
    # In here because scikit-learn is slow to load.
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    numbers = [position for position, category in enumerate(categorical) if not category]
    categories = [position for position, category in enumerate(categorical) if category]
    blocks: list[tuple[str, Any, list[int]]] = []
    if numbers:
        impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
        blocks.append(("numbers", make_pipeline(impute, StandardScaler()) if scaled else impute, numbers))
    if categories:
        encode = OneHotEncoder(
            handle_unknown="infrequent_if_exist",
            min_frequency=RARE_ROWS,
            max_categories=MOST_LEVELS,
            sparse_output=False,
        )
        blocks.append(("categories", encode, categories))
    # Training reads whole rows, so they lie side by side in memory.
    return make_pipeline(ColumnTransformer(blocks), FunctionTransformer(np.ascontiguousarray))


def prepare(encoded: Encoded, fold: Fold, scaled: bool) -> Prepared:
    """Fit the preprocessing on the fold's training rows alone and apply it to all its rows."""
    transformer = preprocessing(encoded.categorical, scaled)
    X = transformer.fit_transform(np.asarray(encoded.X[fold.train]))
    X_validation = transformer.transform(np.asarray(encoded.X[fold.validation]))
    _require_finite(X, X_validation, encoded)
    return Prepared(X, np.asarray(encoded.y[fold.train]), X_validation, np.asarray(encoded.y[fold.validation]))


def _require_finite(X: np.ndarray, X_validation: np.ndarray, encoded: Encoded) -> None:
    """Raise :class:`UserFault` where scaling overflowed: libraries would speak of missing values."""
    if np.isfinite(X).all() and np.isfinite(X_validation).all():
        return
    largest = np.nanmax(np.abs(encoded.X), axis=0, initial=0.0)
    names = shortened(tuple(name for name, one in zip(encoded.names, largest, strict=True) if one > _LARGEST))
    raise UserFault(
        f"Values of {names or 'some columns'} are too large to be scaled.",
        "Leave the column out, or divide its values.",
    )
