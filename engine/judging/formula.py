"""A metric that a person typed: read as arithmetic, checked, and worked out by hand, never run as code."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import UserFault
from engine.wording import one_of

LONGEST = 500  # characters, more than anybody types: a guess
DEEPEST = 40  # levels of brackets; Python's own reader has about 100

Array = np.ndarray[Any, Any]
Value = Any

_OPERATORS: dict[type, Callable[..., Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Pow: np.power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
FUNCTIONS: dict[str, tuple[int, Callable[..., Value]]] = {
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


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula; ``names`` are the quantities that it uses."""

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    def value(self, quantities: Mapping[str, Value]) -> float:
        """Its value, NaN where it is not one finite number; ``quantities`` has an entry for each of ``names``."""
        with np.errstate(all="ignore"):
            try:
                found = _work_out(self._tree, quantities)
                one = float(found) if np.ndim(found) == 0 else math.nan
            except (ArithmeticError, ValueError, TypeError, IndexError):
                return math.nan
        return one if math.isfinite(one) else math.nan


def parse_formula(text: str, known: tuple[str, ...]) -> Formula:
    """Read a formula over ``known`` quantities; raises :class:`UserFault` where it is none."""
    if len(text) > LONGEST:
        raise UserFault(f"The formula has {len(text):,} characters.", f"Use at most {LONGEST}.")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = getattr(error, "offset", None)
        where = f" at character {place}" if place else ""
        raise UserFault(f"The formula cannot be read{where}.", "Write it as in mean(abs(y - p)).") from None
    names: dict[str, None] = {}
    _check(tree, known, names, DEEPEST)
    return Formula(text.strip(), tuple(names), tree)


def _check(node: ast.AST, known: tuple[str, ...], names: dict[str, None], depth: int) -> None:
    """Refuse whatever is not arithmetic over known names."""
    if depth == 0:
        raise UserFault("The formula has too many brackets inside brackets.", "Simplify it.")
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise UserFault(f"The formula holds {str(node.value)[:40]!r}, which is no number.", "Use numbers.")
        return
    if isinstance(node, ast.Name):
        if node.id not in known:
            raise UserFault(f"The formula asks for {node.id[:40]!r}, which is not known here.", one_of(known))
        names[node.id] = None
        return
    for part in _parts(node, known):
        _check(part, known, names, depth - 1)


def _parts(node: ast.AST, known: tuple[str, ...]) -> list[ast.expr]:
    """The operands of one step; raises :class:`UserFault` for a step that there is not."""
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        return [node.operand]
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _OPERATORS:
        return [node.left, node.comparators[0]]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id not in FUNCTIONS or node.keywords:
            raise UserFault(f"There is no function called {node.func.id[:40]!r}.", one_of(FUNCTIONS))
        count = FUNCTIONS[node.func.id][0]
        if len(node.args) != count or any(isinstance(part, ast.Starred) for part in node.args):
            raise UserFault(f"{node.func.id} was given {len(node.args)} values.", f"Give it {count}.")
        return node.args
    raise UserFault(
        "The formula holds something that is not arithmetic.",
        f"Use + - * / **, comparisons, and {', '.join(FUNCTIONS)} over {', '.join(known)}.",
    )


def _work_out(node: ast.AST, quantities: Mapping[str, Value]) -> Value:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type] # checked; in floats no power grows for ever
    if isinstance(node, ast.Name):
        return quantities[node.id]
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_work_out(node.left, quantities), _work_out(node.right, quantities))
    if isinstance(node, ast.UnaryOp):
        return _OPERATORS[type(node.op)](_work_out(node.operand, quantities))
    if isinstance(node, ast.Compare):
        left, right = _work_out(node.left, quantities), _work_out(node.comparators[0], quantities)
        return _OPERATORS[type(node.ops[0])](left, right).astype(float)
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return FUNCTIONS[node.func.id][1](*(_work_out(part, quantities) for part in node.args))
