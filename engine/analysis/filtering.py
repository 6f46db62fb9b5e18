"""A line that chooses trials, such as ``state = complete and lr < 5e-3``: read by a small grammar, never executed.

::

    either     := all ("or" all)*
    all        := one ("and" one)*
    one        := "not" one | "(" either ")" | name relation value
    relation   := "=" | "!=" | "<" | "<=" | ">" | ">="
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from engine.errors import UserFault
from engine.space import Categorical, Float, SearchSpace
from engine.trials import SOURCES, History, State

Array = np.ndarray[Any, Any]
Mask = Callable[[History, Array], Array]

_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<op><=|>=|!=|==|=|<|>)|(?P<paren>[()])|(?P<word>[^\s()<>=!"']+))"""
)
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FACTS = {
    "trial": "number",
    "number": "number",
    "score": "score",
    "time": "seconds",
    "seconds": "seconds",
    "steps": "steps",
    "epochs": "steps",
    "rounds": "steps",
    "state": "state",
    "source": "source",
    "feasible": "feasible",
}
_ANSWERS = {"no": 0.0, "yes": 1.0}
_MAX_DEPTH = 50
_EXAMPLE = "Write for example: state = complete and score > 0.9."


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood. ``text`` is how it was written; the empty one lets every trial through.

    ``compares_trials`` tells that whether one passes depends on the others.
    """

    text: str = ""
    compares_trials: bool = field(default=False, compare=False)
    _mask: Mask | None = field(default=None, repr=False, compare=False)

    def mask(self, history: History, steps: Array) -> Array:
        """Which trials pass, (n,) bool; ``steps`` (n,) is how many steps each has reported."""
        if self._mask is None:
            return np.ones(len(history), dtype=bool)
        return self._mask(history, steps)


def parse_filter(text: str, space: SearchSpace) -> Filter:
    """The filter in ``text``; raises :class:`UserFault` with a sentence where it cannot be understood."""
    if not text.strip():
        return Filter()
    return Filter(text.strip(), _mask=_Reader(_tokens(text), space).read())


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UserFault(f"{text[at:].strip()[:20]} cannot be read here.", _EXAMPLE)
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind)))
        at = match.end()
    return found


class _Reader:
    """Reads tokens from left to right, one method per line of the grammar."""

    def __init__(self, tokens: Sequence[_Token], space: SearchSpace) -> None:
        self._tokens = tokens
        self._space = space
        self._names = {_plain(name): name for name in space}
        self._at = 0
        self._depth = 0

    def read(self) -> Mask:
        mask = self._either()
        if self._at < len(self._tokens):
            raise UserFault(f"{self._tokens[self._at].text} comes where the filter should end.", _EXAMPLE)
        return mask

    def _either(self) -> Mask:
        parts = [self._all()]
        while self._accept("or"):
            parts.append(self._all())
        return _joined(parts, np.logical_or)

    def _all(self) -> Mask:
        parts = [self._one()]
        while self._accept("and"):
            parts.append(self._one())
        return _joined(parts, np.logical_and)

    def _one(self) -> Mask:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UserFault("The filter is nested too deeply.", "Write it with fewer brackets.")
        mask = self._negated() if self._accept("not") else self._grouped() if self._accept("(") else self._comparison()
        self._depth -= 1
        return mask

    def _negated(self) -> Mask:
        inner = self._one()
        return lambda history, steps: ~inner(history, steps)

    def _grouped(self) -> Mask:
        inner = self._either()
        if not self._accept(")"):
            raise UserFault("A bracket is not closed.", "Add ) at its end.")
        return inner

    def _comparison(self) -> Mask:
        name = self._words()
        if not name:
            raise UserFault("A comparison is missing.", _EXAMPLE)
        if self._at == len(self._tokens) or self._tokens[self._at].kind != "op":
            raise UserFault(f"{name} is not compared with anything.", f"Write for example: {name} = 1.")
        relation = self._tokens[self._at].text.replace("==", "=")
        self._at += 1
        value = self._words()
        if not value:
            raise UserFault(f"{name} {relation} has no value.", f"Write a value after {relation}.")
        return self._compare(name, relation, value)

    def _words(self) -> str:
        words = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == "word" and token.text.lower() in ("and", "or", "not"):
                break
            if token.kind not in ("word", "quoted"):
                break
            words.append(token.text.strip("\"'") if token.kind == "quoted" else token.text)
            self._at += 1
        return " ".join(words)

    def _accept(self, text: str) -> bool:
        here = self._at < len(self._tokens) and self._tokens[self._at]
        if here and here.kind in ("word", "paren") and here.text.lower() == text:
            self._at += 1
            return True
        return False

    def _compare(self, name: str, relation: str, value: str) -> Mask:
        plain = _plain(name)
        fact = _FACTS.get(plain)
        if fact == "state":
            labels = {state.label: float(state) for state in State}
            return _equality(_state, relation, _choice("state", labels, value), "state")
        if fact == "source":
            origins: dict[str, float] = {origin: float(index) for index, origin in enumerate(SOURCES)}
            return _equality(_source, relation, _choice("source", origins, value), "source")
        if fact == "feasible":
            return _equality(_feasible, relation, _choice("feasible", _ANSWERS, value), "feasible")
        if fact is not None:
            return _numeric(_fact(fact), relation, name, value, fact in ("score", "seconds"))
        if plain not in self._names:
            known = ", ".join(["trial", "state", "score", "steps", "time", "source", *self._space])
            raise UserFault(f"There is no {name} here.", f"Known are: {known}.")
        return self._compare_hyperparameter(self._names[plain], relation, value)

    def _compare_hyperparameter(self, name: str, relation: str, value: str) -> Mask:
        parameter, column = self._space[name], _hyperparameter(name)
        if not isinstance(parameter, Categorical):
            return _numeric(column, relation, name, value, isinstance(parameter, Float) and parameter.step is None)
        labels = {str(choice): float(index) for index, choice in enumerate(parameter.choices)}
        return _equality(column, relation, _choice(name, labels, value), name)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def _joined(parts: list[Mask], join: Callable[[Array, Array], Array]) -> Mask:
    if len(parts) == 1:
        return parts[0]

    def mask(history: History, steps: Array) -> Array:
        result = parts[0](history, steps)
        for part in parts[1:]:
            result = join(result, part(history, steps))
        return result

    return mask


def _state(history: History, steps: Array) -> Array:
    return history.state.astype(float)


def _source(history: History, steps: Array) -> Array:
    return history.source.astype(float)


def _feasible(history: History, steps: Array) -> Array:
    return np.where(history.state == State.COMPLETE, history.feasible, np.nan)


def _fact(name: str) -> Mask:
    def column(history: History, steps: Array) -> Array:
        if name == "number":
            return np.arange(len(history), dtype=float)
        return steps.astype(float) if name == "steps" else np.asarray(getattr(history, name), dtype=float)

    return column


def _hyperparameter(name: str) -> Mask:
    def column(history: History, steps: Array) -> Array:
        if name not in history.space:  # the space changed after the filter was read
            return np.full(len(history), np.nan)
        numbers: Array = history.numbers[:, history.space.names.index(name)]
        return numbers

    return column


def _choice(name: str, labels: dict[str, float], value: str) -> float:
    by_plain = {label.lower(): number for label, number in labels.items()}
    if value.lower() not in by_plain:
        raise UserFault(f"{name} is never {value}.", f"It is one of: {', '.join(labels)}.")
    return by_plain[value.lower()]


def _equality(column: Mask, relation: str, wanted: float, name: str) -> Mask:
    if relation not in ("=", "!="):
        raise UserFault(f"{name} has no order, so {relation} means nothing for it.", "Use = or !=.")

    def mask(history: History, steps: Array) -> Array:
        values = column(history, steps)
        return np.asarray(values == wanted) if relation == "=" else np.isfinite(values) & (values != wanted)

    return mask


def _numeric(column: Mask, relation: str, name: str, value: str, rounded: bool) -> Mask:
    try:
        exact = Decimal(value.replace("−", "-"))
    except InvalidOperation:
        exact = Decimal("nan")
    if not exact.is_finite() or not math.isfinite(float(exact)):
        raise UserFault(f"{name} is a number, and {value} is none.", f"Write for example: {name} {relation} 0.01.")
    wanted = float(exact)
    if relation in _ORDER:
        return lambda history, steps: np.asarray(_ORDER[relation](column(history, steps), wanted))
    # A real number is shown rounded: what was typed stands for all numbers that are shown so.
    exponent = exact.as_tuple().exponent
    room = 0.5 * 10.0**exponent if rounded and isinstance(exponent, int) and exponent < 0 else 0.0

    def mask(history: History, steps: Array) -> Array:
        values = column(history, steps)
        near = np.abs(values - wanted) <= room * (1 + 1e-9)
        return near if relation == "=" else np.isfinite(values) & ~near

    return mask
