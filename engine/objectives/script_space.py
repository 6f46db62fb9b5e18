"""Hyperparameters that can be read from a Python file's syntax tree, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import UserFault
from engine.objectives.usual_rows import usual_row
from engine.space import Categorical, Float, Hyperparameter, Int, problems

_NAMES = {
    "suggest_float": ("low", "high"),
    "suggest_uniform": ("low", "high"),
    "suggest_loguniform": ("low", "high"),
    "suggest_discrete_uniform": ("low", "high", "q"),
    "suggest_int": ("low", "high"),
    "suggest_categorical": ("choices",),
}
UNKNOWN = object()
"""What cannot be read without running the file."""
FACTOR = 10.0  # around a default that is given for a number: a guess, to be edited


class Constants:
    """Names of a file that are set once, to something that can be read."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = dict(values)

    @classmethod
    def of(cls, tree: ast.Module) -> Constants:
        """Those at the top of a file, and of its main part."""
        found: dict[str, Any] = {}
        constants = cls(found)
        for node in tree.body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                value = constants.value(node.value)
                constants._values[name] = UNKNOWN if name in constants._values else value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                constants._values[node.target.id] = constants.value(node.value)
        return constants

    def value(self, node: ast.expr | None) -> Any:
        """A literal, or arithmetic with literals and names; :data:`UNKNOWN` for everything else."""
        if node is None:
            return None
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            pass
        if isinstance(node, ast.Name):
            return self._values.get(node.id, UNKNOWN)
        if isinstance(node, ast.List | ast.Tuple):
            parts = [self.value(one) for one in node.elts]
            return UNKNOWN if any(one is UNKNOWN for one in parts) else parts
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.value(node.operand)
            return -inner if type(inner) in (int, float) else UNKNOWN
        if isinstance(node, ast.BinOp):
            return _computed(node.op, self.value(node.left), self.value(node.right))
        return UNKNOWN


def _computed(op: ast.operator, left: Any, right: Any) -> Any:
    if type(left) not in (int, float) or type(right) not in (int, float):
        return UNKNOWN
    try:
        if isinstance(op, ast.Add):
            return left + right
        if isinstance(op, ast.Sub):
            return left - right
        if isinstance(op, ast.Mult):
            return left * right
        if isinstance(op, ast.Div):
            return left / right
        if isinstance(op, ast.Pow) and abs(right) <= 64 and abs(left) <= 1e6:
            return left**right
    except ArithmeticError:
        pass
    return UNKNOWN


def asked_rows(tree: ast.Module, constants: Constants) -> dict[str, Hyperparameter]:
    """What ``suggest_`` methods are called with, in the order of the file; of a name that is asked for twice the first.

    Only what makes sense as it stands.
    """
    found: dict[str, Hyperparameter] = {}
    for call in _calls_in_order(tree):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in _NAMES:
            continue
        given = dict(zip(("name", *_NAMES[call.func.attr]), call.args, strict=False))
        given |= {one.arg: one.value for one in call.keywords if one.arg}
        values = {name: constants.value(node) for name, node in given.items()}
        name = values.get("name")
        if not isinstance(name, str) or name in found:
            continue
        row = _row_of(call.func.attr, values)
        if row is not None and not problems({name: row}):
            found[name] = row
    return found


def _calls_in_order(tree: ast.Module) -> Iterator[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    yield from sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def _row_of(method: str, values: Mapping[str, Any]) -> Hyperparameter | None:
    if any(one is UNKNOWN for one in values.values()):
        return None
    try:
        if method == "suggest_categorical":
            return Categorical(values["choices"])
        log = bool(values.get("log", False)) or method == "suggest_loguniform"
        step = values.get("q", values.get("step"))
        if values["low"] == values["high"]:
            return None
        if method == "suggest_int":
            return Int(values["low"], values["high"], log=log, step=1 if log or step is None else step)
        return Float(values["low"], values["high"], log=log, step=step)
    except (UserFault, KeyError, TypeError, ValueError):
        return None


def plain_rows(tree: ast.Module, constants: Constants) -> dict[str, Hyperparameter]:
    """Rows for what ``train(params, report)`` takes from ``params``, by the defaults that are given there."""
    found: dict[str, Hyperparameter] = {}
    reads: list[tuple[int, int, str, Any]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "params":
            name = constants.value(node.slice)
            reads.append((node.lineno, node.col_offset, name, None))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "params.get" and node.args:
            default = constants.value(node.args[1]) if len(node.args) > 1 else None
            reads.append((node.lineno, node.col_offset, constants.value(node.args[0]), default))
    for _, _, name, default in sorted(reads, key=lambda one: one[:2]):
        if isinstance(name, str) and name not in found:
            found[name] = _row_around(name, default)
    return found


def _row_around(name: str, default: object) -> Hyperparameter:
    if isinstance(default, bool):
        return Categorical((True, False))
    if isinstance(default, str):
        return Categorical((default,))
    if type(default) is int and default > 0:
        return Int(max(1, default // 4), default * 4, log=default >= 4)
    if type(default) is float and default > 0:
        return Float(default / FACTOR, default * FACTOR, log=True)
    return usual_row(name)
