"""Arithmetic that a person typed: read as a tree, held against what is allowed, and worked out here, never run.

What may be called and which operators there are is a :class:`Grammar`; everything else in a text is refused.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import UserFault
from engine.wording import one_of

MOST_NODES = 500  # of a tree: a guess
DEEPEST = 40  # levels of brackets and signs; Python's own reader has about 100
COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a formula may hold.

    ``functions`` are called by name with so many values, any number where that is *None*. Names are all allowed, or
    those in ``names`` alone. With ``chooses`` there are texts, and ``a if condition else b``. ``place`` is the field
    that a refusal belongs to, ``example`` a formula that may be written.
    """

    functions: Mapping[str, tuple[int | None, Callable[..., Any]]]
    operators: Mapping[type, Callable[[Any, Any], Any]]
    example: str
    longest: int
    constants: Mapping[str, float] = field(default_factory=dict)
    names: tuple[str, ...] | None = None
    chooses: bool = False
    place: str = ""


class Arithmetic:
    """A text that was read; ``names`` are the quantities that it uses, in the order of their appearance."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        """Raises :class:`UserFault` where ``text`` is no formula of ``grammar``, saying what is wrong."""
        self.text, self._grammar = text.strip(), grammar
        if len(text) > grammar.longest:
            raise self._refusal("The formula is too long.", f"Write at most {grammar.longest:,} characters.")
        try:
            self._tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            place = getattr(error, "offset", None)
            where = f" at character {place}" if place else ""
            raise self._refusal(f"The formula cannot be read{where}.", f"Write it as in {grammar.example}.") from None
        if sum(1 for _ in ast.walk(self._tree)) > MOST_NODES:
            raise self._refusal("The formula is too long.", "Write a shorter one.")
        self._found: dict[str, None] = {}
        self._check(self._tree, DEEPEST)

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities that it uses."""
        return tuple(self._found)

    def value(self, quantities: Mapping[str, object]) -> Any:
        """Its value; whole numbers count as floats, so that no power grows for ever.

        Raises ``KeyError`` for a quantity that is missing, and whatever an operator or a function raises.
        """
        return self._work_out(self._tree, quantities)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _refusal(self, what: str, remedy: str) -> UserFault:
        return UserFault(what, remedy, self._grammar.place)

    def _check(self, node: ast.expr, depth: int) -> None:
        """Refuse whatever the grammar does not have; collect names."""
        if depth == 0:
            raise self._refusal("The formula has too many brackets inside brackets.", "Simplify it.")
        grammar = self._grammar
        if isinstance(node, ast.Constant):
            allowed = (int, float, str) if grammar.chooses else (int, float)
            if type(node.value) not in allowed:
                raise self._refusal(
                    f"The formula holds {str(node.value)[:40]!r}, which is not a number.", "Use numbers."
                )
        elif isinstance(node, ast.Name):
            if node.id in grammar.constants:
                return
            if grammar.names is not None and node.id not in grammar.names:
                raise self._refusal(
                    f"The formula asks for {node.id[:40]!r}, which is not known here.", one_of(grammar.names)
                )
            self._found[node.id] = None
        else:
            for part in self._parts(node):
                self._check(part, depth - 1)

    def _parts(self, node: ast.expr) -> list[ast.expr]:
        """The operands of one step; raises :class:`UserFault` for a step that there is not."""
        grammar = self._grammar
        if isinstance(node, ast.BinOp) and type(node.op) in grammar.operators:
            return [node.left, node.right]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
            return [node.operand]
        if isinstance(node, ast.Compare) and all(type(one) in COMPARISONS for one in node.ops):
            return [node.left, *node.comparators]
        if isinstance(node, ast.IfExp) and grammar.chooses:
            return [node.body, node.test, node.orelse]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._arguments(node, node.func.id)
        names = f" over {', '.join(grammar.names)}" if grammar.names else ""
        raise self._refusal(
            "The formula holds something that is not arithmetic.",
            f"Use + - * / **, comparisons, and {', '.join(grammar.functions)}{names}.",
        )

    def _arguments(self, node: ast.Call, name: str) -> list[ast.expr]:
        functions = self._grammar.functions
        if name not in functions or node.keywords:
            raise self._refusal(f"There is no function called {name[:40]!r}.", one_of(functions))
        count = functions[name][0]
        if any(isinstance(part, ast.Starred) for part in node.args) or count not in (None, len(node.args)):
            raise self._refusal(f"{name} was given {len(node.args)} values.", f"Give it {count or 'numbers'}.")
        return node.args

    def _work_out(self, node: ast.expr, quantities: Mapping[str, object]) -> Any:
        grammar = self._grammar
        if isinstance(node, ast.Constant):
            return float(node.value) if type(node.value) is int else node.value
        if isinstance(node, ast.Name):
            found = grammar.constants[node.id] if node.id in grammar.constants else quantities[node.id]
            return float(found) if type(found) is int else found
        if isinstance(node, ast.BinOp):
            left, right = self._work_out(node.left, quantities), self._work_out(node.right, quantities)
            if isinstance(left, str) or isinstance(right, str):
                raise TypeError("a text is not a number")
            return grammar.operators[type(node.op)](left, right)
        if isinstance(node, ast.UnaryOp):
            operand = self._work_out(node.operand, quantities)
            return -operand if isinstance(node.op, ast.USub) else +operand
        if isinstance(node, ast.Compare):
            sides = [self._work_out(one, quantities) for one in (node.left, *node.comparators)]
            holds: Any = 1.0
            for one, left, right in zip(node.ops, sides, sides[1:], strict=False):
                holds = holds * COMPARISONS[type(one)](left, right)
            return holds
        if isinstance(node, ast.IfExp):
            return self._work_out(node.body if self._work_out(node.test, quantities) else node.orelse, quantities)
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        return grammar.functions[node.func.id][1](*(self._work_out(one, quantities) for one in node.args))
