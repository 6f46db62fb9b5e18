"""From encoded columns to what a model sees: imputation, scaling and one-hot columns, fitted on training rows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.encoding import Encoded
from engine.data.folds import Fold
from engine.data.table import shortened
from engine.errors import UserFault
from engine.options import option

MOST_LEVELS = 30
"""The most one-hot columns that a category becomes; its rarest values share one."""
RARE_ROWS = 3
"""Values of a category with fewer training rows than this share one column."""


QUANTILES = 100
"""So many points the quantile scaling goes through; fewer where there are fewer rows. A guess."""

_LARGEST = 1e150
"""The square of a larger value overflows."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """One fold's arrays: float64, rows side by side in memory. ``y`` is as in :class:`Encoded`."""

    X: np.ndarray
    y: np.ndarray
    X_validation: np.ndarray
    y_validation: np.ndarray


@dataclass(frozen=True, slots=True)
class Preparation:
    """How columns become what a model sees. The defaults are those of a model that wants one scale."""

    scaling: str = option(
        "standard",
        label="Scaling",
        choices=("standard", "robust", "quantile", "minmax", "none"),
        help="Robust clips smoothly what lies far out; quantile makes every column normal.",
    )
    imputation: str = option("median", label="Missing numbers", choices=("median", "mean", "most_frequent"))
    missing_indicator: bool = option(True, label="Columns that mark missing numbers")
    encoding: str = option(
        "one_hot",
        label="Categories",
        choices=("one_hot", "ordinal", "target"),
        help="A column a value, the value's position, or the mean target of a value (cross-fitted).",
    )
    rare_rows: int = option(RARE_ROWS, label="Rare values", help="Rows below which values share one.", low=1, high=1000)
    selected: float = option(
        1.0, label="Share of columns kept", help="Those that alone tell most of the target.", low=0.01, high=1.0
    )


def smooth_clip(X: np.ndarray) -> np.ndarray:
    """``X`` with what lies far from 0 drawn towards ±3: x / sqrt(1 + (x/3)²) (RealMLP, Holzmüller et al. 2024)."""
    return np.asarray(X / np.sqrt(1.0 + (X / 3.0) ** 2))


def preprocessing(categorical: tuple[bool, ...], how: Preparation, classes: int = 0) -> Any:
    """An unfitted scikit-learn transformer for :class:`Encoded`'s columns; ``classes`` is 0 for numbers to predict.

    Numbers: missing ones become the median and are marked in a column of their own; with ``scaling``, one scale.
    Categories: one column a value; missing is a value of its own; values unknown in training, and rare ones, share a
    column where there is one. Positions and target means of categories are brought to one scale as numbers are.
    """
    # In here because scikit-learn is slow to load.
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_selection import SelectPercentile, f_classif, f_regression
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    numbers = [position for position, category in enumerate(categorical) if not category]
    categories = [position for position, category in enumerate(categorical) if category]
    blocks: list[tuple[str, Any, list[int]]] = []
    if numbers:
        impute = SimpleImputer(strategy=how.imputation, add_indicator=how.missing_indicator, keep_empty_features=True)
        scalers = _scalers(how.scaling)
        blocks.append(("numbers", make_pipeline(impute, *scalers) if scalers else impute, numbers))
    if categories:
        blocks.append(("categories", _encoder(how, classes), categories))
    # Training reads whole rows, so they lie side by side in memory.
    steps = [ColumnTransformer(blocks), FunctionTransformer(np.ascontiguousarray)]
    if how.selected < 1.0:
        steps.append(SelectPercentile(f_classif if classes else f_regression, percentile=100.0 * how.selected))
    return make_pipeline(*steps)


def _scalers(scaling: str) -> list[Any]:
    # In here because scikit-learn is slow to load.
    from sklearn import preprocessing as room

    if scaling == "robust":
        return [room.RobustScaler(), room.FunctionTransformer(smooth_clip)]
    if scaling == "quantile":
        return [room.QuantileTransformer(n_quantiles=QUANTILES, output_distribution="normal", random_state=0)]
    if scaling == "minmax":
        return [room.MinMaxScaler(clip=True)]
    return [room.StandardScaler()] if scaling == "standard" else []


def _encoder(how: Preparation, classes: int) -> Any:
    # In here because scikit-learn is slow to load.
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

    if how.encoding == "one_hot":
        return OneHotEncoder(
            handle_unknown="infrequent_if_exist",
            min_frequency=how.rare_rows,
            max_categories=MOST_LEVELS,
            sparse_output=False,
        )
    if how.encoding == "ordinal":
        encode: Any = OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1, min_frequency=how.rare_rows
        )
    else:
        encode = TargetEncoder(target_type=target_type(classes), random_state=0)
    return encode if how.scaling == "none" else make_pipeline(encode, StandardScaler())


def target_type(classes: int) -> str:
    """What :class:`sklearn.preprocessing.TargetEncoder` is to take the target for."""
    return "continuous" if not classes else "binary" if classes == 2 else "multiclass"


def prepare(encoded: Encoded, fold: Fold, how: Preparation) -> Prepared:
    """Fit the preprocessing on the fold's training rows alone and apply it to all its rows.

    Raises :class:`UserFault` where values are too large, or where it cannot be fitted on these rows.
    """
    transformer = preprocessing(encoded.categorical, how, len(encoded.classes))
    y = np.asarray(encoded.y[fold.train])
    try:
        with warnings.catch_warnings():
            if how != Preparation(scaling=how.scaling):  # few rows for the quantiles, columns that never change
                warnings.simplefilter("ignore")
            X = transformer.fit_transform(np.asarray(encoded.X[fold.train]), y)
            X_validation = transformer.transform(np.asarray(encoded.X[fold.validation]))
    except ValueError as error:
        said = str(error).partition("\n")[0]
        raise UserFault(f"The columns cannot be prepared: {said}", "Choose another preparation of them.") from error
    _require_finite(X, X_validation, encoded)
    return Prepared(X, y, X_validation, np.asarray(encoded.y[fold.validation]))


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
