"""What optuna-integration has for other libraries, where it is installed: its callbacks work as they are."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from twinloop import SearchCV


def OptunaSearchCV(  # noqa: N802 - a class of Optuna's
    estimator: Any, param_distributions: Any, *, n_trials: int = 10, sampler: Any = "tpe", **further: Any
) -> SearchCV:
    """Our search, for scripts that build Optuna's: of its arguments ``study``, ``callbacks`` and such play no part."""
    known = {name: value for name, value in further.items() if name in SearchCV(estimator, {}).get_params(deep=False)}
    unused = sorted(further.keys() - known.keys())
    if unused:
        warnings.warn(f"{', '.join(unused)} of OptunaSearchCV plays no part in SearchCV.", stacklevel=2)
    return SearchCV(estimator, param_distributions, n_trials=n_trials, sampler=sampler, **known)


def __getattr__(name: str) -> Any:
    try:
        return getattr(importlib.import_module("optuna_integration"), name)
    except ImportError as error:
        raise AttributeError(f"{name} is in optuna-integration, which is not installed ({error}).") from None
