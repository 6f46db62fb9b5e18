"""The objective "a formula": a typed expression over the hyperparameters, read as a tree and worked out step by step.

Nothing is executed: only the numbers, operators and functions below are known, and each is carried out here.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.errors import UserFault
from engine.objectives.base import CheckpointStore, Outcome, Report
from engine.objectives.description import FormulaObjective
from engine.space import Float, SearchSpace

LONGEST = 2000  # characters of a formula; a guess
MOST_NODES = 500  # of its tree; a guess
DEEPEST = 60  # levels of brackets and signs, far below what Python can nest
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
_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class Formula:
    """A formula that has been read; ``names`` are its variables in the order of their appearance."""

    def __init__(self, text: str) -> None:
        """Raises :class:`UserFault` where ``text`` is no formula, naming what is wrong."""
        shown = text if len(text) <= 60 else f"{text[:60]}…"
        if len(text) > LONGEST:
            raise UserFault("The formula is too long.", f"Write at most {LONGEST:,} characters.", "formula")
        try:
            self._tree = ast.parse(text.strip().replace("^", "**"), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            why = getattr(error, "msg", None) or "it cannot be read"
            raise UserFault(
                f"{shown!r} is no formula: {why}.", "Write it like (x - 1)**2 + sin(y).", "formula"
            ) from error
        nodes = list(ast.walk(self._tree))
        if len(nodes) > MOST_NODES:
            raise UserFault("The formula is too long.", "Write a shorter one.", "formula")
        names: dict[str, None] = {}
        self._check(self._tree, names, 0)
        self.names = tuple(names)

    def require_names(self, known: Collection[str]) -> None:
        """Raises :class:`UserFault` for a variable that is not among ``known``."""
        for name in self.names:
            if name not in known:
                what = f"The formula has {name}, and the search space has not."
                raise UserFault(what, f"Add a row {name}.", "formula")

    def value(self, params: Mapping[str, Any]) -> float:
        """Its value; raises :class:`UserFault` where it has none there."""
        try:
            return float(self._compute(self._tree, params))
        except KeyError as error:
            raise UserFault(f"The formula needs {error.args[0]}, which this trial does not have.", "Add it.") from error
        except (ArithmeticError, ValueError) as error:
            raise UserFault(f"The formula has no value here ({error}).", "Narrow the search space.") from error
        except TypeError as error:
            raise UserFault(
                "The formula computes with something that is no number.", "Compare choices by ==."
            ) from error

    def _check(self, node: ast.expr, names: dict[str, None], depth: int) -> None:
        """Refuse everything that is not on the list; collect variables."""
        if depth > DEEPEST:
            raise UserFault("The formula has too many brackets inside brackets.", "Write a flatter one.", "formula")
        parts: list[ast.expr] = []
        if isinstance(node, ast.Constant) and type(node.value) in (int, float, str):
            return
        if isinstance(node, ast.Name):
            if node.id not in CONSTANTS:
                names.setdefault(node.id)
            return
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            parts = [node.left, node.right]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
            parts = [node.operand]
        elif isinstance(node, ast.IfExp):
            parts = [node.body, node.test, node.orelse]
        elif isinstance(node, ast.Compare) and all(type(op) in _COMPARISONS for op in node.ops):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            if node.func.id not in FUNCTIONS:
                known = ", ".join(FUNCTIONS)
                raise UserFault(f"A formula has no function {node.func.id}.", f"It has: {known}.", "formula")
            parts = list(node.args)
        else:
            part = ast.unparse(node)[:60]
            raise UserFault(
                f"A formula cannot hold {part!r}.", "It has numbers, names, + - * / ** and functions.", "formula"
            )
        for part_node in parts:
            self._check(part_node, names, depth + 1)

    def _compute(self, node: ast.expr, params: Mapping[str, Any]) -> Any:
        if isinstance(node, ast.Constant):
            return float(node.value) if type(node.value) is int else node.value
        if isinstance(node, ast.Name):
            if node.id in CONSTANTS:
                return CONSTANTS[node.id]
            value = params[node.id]
            return float(value) if type(value) is int else value
        if isinstance(node, ast.BinOp):
            left, right = self._compute(node.left, params), self._compute(node.right, params)
            if isinstance(left, str) or isinstance(right, str):
                raise TypeError
            result = _OPERATORS[type(node.op)](left, right)
            if isinstance(result, complex):
                raise ArithmeticError("a root of a negative number")  # noqa: TRY004 - it is no kind that is wrong
            return result
        if isinstance(node, ast.UnaryOp):
            value = self._compute(node.operand, params)
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.IfExp):
            return self._compute(node.body if self._compute(node.test, params) else node.orelse, params)
        if isinstance(node, ast.Compare):
            values = [self._compute(one, params) for one in (node.left, *node.comparators)]
            pairs = zip(node.ops, values, values[1:], strict=False)
            return float(all(_COMPARISONS[type(op)](left, right) for op, left, right in pairs))
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        return FUNCTIONS[node.func.id](*(self._compute(one, params) for one in node.args))


def suggest_formula_space(text: str) -> SearchSpace:
    """A first space for a formula: every name from -5 to 5. Raises :class:`UserFault` where it is none."""
    return SearchSpace({name: Float(-WIDTH, WIDTH) for name in Formula(text).names})


class FormulaEvaluator:
    """Scores a configuration by the formula's value."""

    def __init__(self, objective: FormulaObjective) -> None:
        self._formula = Formula(objective.text)

    def evaluate(
        self, params: Mapping[str, Any], seed: int, report: Report, checkpoints: CheckpointStore | None = None
    ) -> Outcome:
        """Its value; without noise, without steps."""
        return Outcome(self._formula.value(params))
