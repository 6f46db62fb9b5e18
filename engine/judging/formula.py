"""A metric that a person typed: arithmetic over arrays of targets and predictions (:mod:`engine.maths.arithmetic`)."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.maths.arithmetic import Arithmetic, Grammar

FUNCTIONS: dict[str, tuple[int, Callable[..., object]]] = {
    "mean": (1, np.mean),
    "median": (1, np.median),
    "sum": (1, np.sum),
    "std": (1, np.std),
    "min": (1, np.min),
    "max": (1, np.max),
    "abs": (1, np.abs),
    "sqrt": (1, np.sqrt),
    "log": (1, np.log),
    "log1p": (1, np.log1p),
    "exp": (1, np.exp),
    "minimum": (2, np.minimum),
    "maximum": (2, np.maximum),
    "quantile": (2, np.quantile),
    "where": (3, np.where),
}
"""What may be called, with how many arguments."""
_OPERATORS: dict[type, Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_GRAMMAR = Grammar(FUNCTIONS, _OPERATORS, example="mean(abs(y - p))", longest=500)


class Formula(Arithmetic):
    """A formula whose value is one number."""

    def value(self, quantities: Mapping[str, Any]) -> float:
        """Its value, NaN where it is not one finite number; ``quantities`` has an entry for each of ``names``."""
        with np.errstate(all="ignore"):
            try:
                found = super().value(quantities)
                one = float(found) if np.ndim(found) == 0 else math.nan
            except (ArithmeticError, ValueError, TypeError, IndexError):
                return math.nan
        return one if math.isfinite(one) else math.nan


def parse_formula(text: str, known: tuple[str, ...]) -> Formula:
    """Read a formula over ``known`` quantities; raises :class:`UserFault` where it is none."""
    return Formula(text, replace(_GRAMMAR, names=known))
