"""The objective "a formula": a typed expression over the hyperparameters (:mod:`engine.maths.arithmetic`)."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.errors import UserFault
from engine.maths.arithmetic import Arithmetic, Grammar
from engine.objectives.base import CheckpointStore, Outcome, Report
from engine.objectives.description import FormulaObjective
from engine.space import Float, SearchSpace

WIDTH = 5.0  # of a name's first range around 0, as most test functions have; a guess

CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau}
FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "acos": math.acos,
    "asin": math.asin,
    "atan": math.atan,
    "atan2": math.atan2,
    "ceil": math.ceil,
    "cos": math.cos,
    "cosh": math.cosh,
    "exp": math.exp,
    "floor": math.floor,
    "hypot": math.hypot,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "max": max,
    "min": min,
    "round": round,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
    "sin": math.sin,
    "sinh": math.sinh,
    "sqrt": math.sqrt,
    "tan": math.tan,
    "tanh": math.tanh,
}
_OPERATORS: dict[type, Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_GRAMMAR = Grammar(
    {name: (None, function) for name, function in FUNCTIONS.items()},
    _OPERATORS,
    example="(x - 1)**2 + sin(y)",
    longest=2000,  # characters: a guess
    constants=CONSTANTS,
    chooses=True,
    place="formula",
)


class Formula(Arithmetic):
    """A formula over hyperparameters; ``^`` is a power, too."""

    def __init__(self, text: str) -> None:
        """Raises :class:`UserFault` where ``text`` is no formula, naming what is wrong."""
        super().__init__(text.replace("^", "**"), _GRAMMAR)

    def require_names(self, known: Collection[str]) -> None:
        """Raises :class:`UserFault` for a variable that is not among ``known``."""
        for name in self.names:
            if name not in known:
                what = f"The formula has {name}, and the search space has not."
                raise UserFault(what, f"Add a row {name}.", "formula")

    def value(self, params: Mapping[str, Any]) -> float:
        """Its value; raises :class:`UserFault` where it has none there."""
        try:
            return float(super().value(params))
        except KeyError as error:
            raise UserFault(f"The formula needs {error.args[0]}, which this trial does not have.", "Add it.") from error
        except (ArithmeticError, ValueError) as error:
            raise UserFault(f"The formula has no value here ({error}).", "Narrow the search space.") from error
        except TypeError as error:  # a root of a negative number is complex, a choice is a text
            raise UserFault(
                "The formula computes with something that is no real number.",
                "Compare choices by ==, and narrow the search space where a root has no value.",
            ) from error


def suggest_formula_space(text: str) -> SearchSpace:
    """A first space for a formula: every name from -5 to 5. Raises :class:`UserFault` where it is none."""
    return SearchSpace({name: Float(-WIDTH, WIDTH) for name in Formula(text).names})


class FormulaEvaluator:
    """Scores a configuration by the formula's value."""

    def __init__(self, objective: FormulaObjective) -> None:
        self._formula = Formula(objective.text)

    def evaluate(
        self, params: Mapping[str, object], seed: int, report: Report, checkpoints: CheckpointStore | None = None
    ) -> Outcome:
        """Its value; without noise, without steps."""
        return Outcome(self._formula.value(params))
