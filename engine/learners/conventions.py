"""What scikit-learn's users expect of an estimator besides fitting: nested settings, sparse rows, the usual names."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator

from engine.optimizers import get
from engine.optimizers.schedules import schedule

_BY_NAME = {"optimizer": lambda name: get(name)(), "schedule": schedule}


class Conventions(BaseEstimator):  # type: ignore[misc]
    """Settings of optimizer and schedule by ``set_params``, records under scikit-learn's names, sparse inputs."""

    history_: Any

    def set_params(self, **params: object) -> Self:
        """As every estimator; ``optimizer__lr`` reaches the optimizer's setting, also where it is known by name."""
        for name, make in _BY_NAME.items():
            given = params.get(name, getattr(self, name, None))
            if isinstance(given, str) and any(key.startswith(f"{name}__") for key in params):
                params = {name: make(given), **{key: value for key, value in params.items() if key != name}}
        found: Self = super().set_params(**params)
        return found

    @property
    def loss_curve_(self) -> list[float]:
        """The training loss of each epoch."""
        return [float(loss) for loss in self._fitted_history()["train_loss"]]

    @property
    def n_iter_(self) -> int:
        """How many epochs were trained."""
        return len(self._fitted_history()["train_loss"])

    def __sklearn_is_fitted__(self) -> bool:
        """Fitted once there are weights."""
        return hasattr(self, "weights_")

    def __getstate__(self) -> object:
        """An interrupted training is not copied or stored with the model: it holds the data."""
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_training"}

    def __sklearn_tags__(self) -> Any:
        """Sparse inputs are taken, and what is float32 stays so."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags = None
        return tags

    def _fitted_history(self) -> Any:
        if not hasattr(self, "history_"):
            raise AttributeError(f"This {type(self).__name__} is not fitted yet.")
        return self.history_


def dense(X: Any) -> Any:
    """Rows as an array: sparse ones are filled in, since every layer works on whole rows."""
    return X.toarray() if issparse(X) else X


def number_format(X: object) -> Any:
    """The format that predictions for ``X`` are given in: float32 where every input is, else float64."""
    kinds = getattr(X, "dtypes", None)  # of a table
    held = set(kinds) if kinds is not None and not isinstance(kinds, np.dtype) else {getattr(X, "dtype", None)}
    return np.float32 if held == {np.dtype(np.float32)} else np.float64
