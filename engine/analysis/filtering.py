"""A line that chooses trials, such as ``state = complete and lr < 5e-3``: read by a small grammar, never executed.

::

    either     := all ("or" all)*
    all        := one ("and" one)*
    one        := "not" one | "(" either ")" | "top" number ["%"] | name test | word
    test       := relation value | ["not"] "in" "(" value ("," value)* ")" | ["not"] "between" value "and" value
                | "is" ["not"] ("missing" | value)
    relation   := "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~"

``~`` finds a part of a text, and numbers within a tenth. A word alone is looked for in every text, a number alone is a
trial.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.analysis.filter_columns import ANSWERS, ChoiceColumn, Column, Facts, FilterColumns
from engine.analysis.filter_masks import (
    Mask,
    between,
    compared,
    contains_word,
    inverted,
    is_missing,
    joined,
    negated,
    number_of,
    one_of,
    top,
)
from engine.analysis.filter_tokens import KEYWORDS, Token, tokens_of
from engine.arrays import Array
from engine.errors import UserFault
from engine.space import SearchSpace
from engine.trials import History

_MAX_DEPTH = 50  # brackets in each other, so that no text exhausts the stack: more than anybody writes
EXAMPLE = "Write for example: state = complete and score > 0.9."


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood. ``text`` is how it was written; the empty one lets every trial through.

    ``compares_trials`` tells that whether one passes depends on the others.
    """

    text: str = ""
    compares_trials: bool = field(default=False, compare=False)
    _mask: Mask | None = field(default=None, repr=False, compare=False)

    def mask(
        self,
        history: History,
        steps: Array,
        losses: Callable[[], Array] | None = None,
        notes: Mapping[int, str] | None = None,
        starred: Collection[int] = (),
    ) -> Array:
        """Which trials pass, (n,) bool.

        ``steps`` (n,) is how many steps each has reported, ``losses`` gives the last loss of each (n,); ``notes`` and
        ``starred`` are what a person marked.
        """
        if self._mask is None:
            return np.ones(len(history), dtype=bool)
        unknown = lambda: np.full(len(history), np.nan)  # noqa: E731 - said once
        return self._mask(Facts(history, steps, losses or unknown, notes or {}, starred))


def parse_filter(text: str, columns: FilterColumns | SearchSpace) -> Filter:
    """The filter in ``text``; raises :class:`UserFault` with a sentence where it cannot be understood."""
    if not text.strip():
        return Filter()
    known = columns if isinstance(columns, FilterColumns) else FilterColumns(columns)
    reader = _Reader(tokens_of(text), known)
    return Filter(text.strip(), _mask=reader.read(), compares_trials=reader.compares_trials)


class _Reader:
    """Reads tokens from left to right, one method per line of the grammar."""

    def __init__(self, tokens: Sequence[Token], columns: FilterColumns) -> None:
        self._tokens = tokens
        self._columns = columns
        self._at = 0
        self._depth = 0
        self.compares_trials = False

    def read(self) -> Mask:
        mask = self._parse_either()
        if self._at < len(self._tokens):
            raise UserFault(f"{self._tokens[self._at].text} comes where the filter should end.", EXAMPLE)
        return mask

    def _parse_either(self) -> Mask:
        parts = [self._parse_all()]
        while self._accept_word("or"):
            parts.append(self._parse_all())
        return joined(parts, np.logical_or)

    def _parse_all(self) -> Mask:
        parts = [self._parse_one()]
        while self._accept_word("and"):
            parts.append(self._parse_one())
        return joined(parts, np.logical_and)

    def _parse_one(self) -> Mask:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UserFault("The filter is nested too deeply.", "Write it with fewer brackets.")
        if self._accept_word("not"):
            mask = self._parse_negated()
        elif self._accept_word("("):
            mask = self._parse_grouped()
        else:
            mask = self._parse_simple()
        self._depth -= 1
        return mask

    def _parse_negated(self) -> Mask:
        return inverted(self._parse_one())

    def _parse_grouped(self) -> Mask:
        inner = self._parse_either()
        if not self._accept_word(")"):
            raise UserFault("A bracket is not closed.", "Add ) at its end.")
        return inner

    def _parse_simple(self) -> Mask:
        if self._next_is("top") and self._is_number(self._at + 1):
            return self._parse_top()
        name = self._take_words(KEYWORDS)
        if not name:
            raise UserFault("A comparison is missing.", EXAMPLE)
        is_last = self._at == len(self._tokens) or self._next_is(")") or self._next_is("and") or self._next_is("or")
        column = self._columns.get(name)
        if column is None:
            if not is_last:
                raise self._unknown_name(name)
            return contains_word(self._columns, name)
        if is_last and isinstance(column, ChoiceColumn) and column.labels is ANSWERS:
            return compared(column, "=", "yes")
        return self._parse_test(column, name)

    def _parse_top(self) -> Mask:
        self.compares_trials = True
        text = self._take_words(("and", "or", "not"))
        count = text[len("top") :].strip()
        share = count.endswith("%")
        number = number_of(count.rstrip("% "))
        if number is None or number <= 0:
            raise UserFault(f"top is followed by a number; {count} is not one.", "Write for example: top 10.")
        return top(number, is_share=share)

    def _parse_test(self, column: Column, name: str) -> Mask:
        is_not = self._accept_word("not")
        if self._accept_word("in"):
            return negated(one_of(column, self._parse_list(column)), is_not)
        if self._accept_word("between"):
            low = self._parse_value(column, "between", stop=("and", "or"))
            if not self._accept_word("and"):
                raise UserFault(f"{name} between {low} has no other end.", f"Write for example: {column.example}.")
            return negated(between(column, low, self._parse_value(column, "and")), is_not)
        if self._accept_word("is"):
            is_not = is_not or self._accept_word("not")
            if self._next_is("missing") or self._next_is("empty"):
                self._at += 1
                return negated(is_missing(column), is_not)
            return compared(column, "!=" if is_not else "=", self._parse_value(column, "is"))
        if is_not or self._at == len(self._tokens) or self._tokens[self._at].kind != "op":
            raise UserFault(f"{name} is not compared with anything.", f"Write for example: {column.example}.")
        relation = self._tokens[self._at].text
        self._at += 1
        return compared(column, relation, self._parse_value(column, relation))

    def _parse_value(self, column: Column, after: str, stop: Sequence[str] = ("and", "or", "not")) -> str:
        value = self._take_words(stop)
        if not value:
            raise UserFault(f"{column.name} {after} has no value.", f"Write for example: {column.example}.")
        return value

    def _parse_list(self, column: Column) -> list[str]:
        """Values in brackets, parted by commas."""
        name, found, words = column.name, [], []
        example = f"Write for example: {name} in ({column.example.split()[-1]})."
        if not self._accept_word("("):
            raise UserFault(f"{name} in is followed by values in brackets.", example)
        while not self._accept_word(")"):
            if self._at == len(self._tokens):
                raise UserFault("A bracket is not closed.", "Add ) at its end.")
            token = self._tokens[self._at]
            self._at += 1
            if token.kind == "quoted":
                words.append(token.text)
                continue
            parts = token.text.split(",")
            for part in parts[:-1]:
                found.append(" ".join([*words, part] if part else words))
                words = []
            words += [parts[-1]] if parts[-1] else []
        found.append(" ".join(words))
        found = [value for value in found if value]
        if not found:
            raise UserFault(f"{name} in () names no value.", example)
        return found

    def _take_words(self, stop: Collection[str]) -> str:
        words = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == "word" and token.text.lower() in stop:
                break
            if token.kind not in ("word", "quoted"):
                break
            words.append(token.text)
            self._at += 1
        return " ".join(words)

    def _next_is(self, text: str) -> bool:
        here = self._tokens[self._at] if self._at < len(self._tokens) else None
        return here is not None and here.kind in ("word", "paren") and here.text.lower() == text

    def _is_number(self, at: int) -> bool:
        return at < len(self._tokens) and number_of(self._tokens[at].text.rstrip("%")) is not None

    def _accept_word(self, text: str) -> bool:
        found = self._next_is(text)
        self._at += found
        return found

    def _unknown_name(self, name: str) -> UserFault:
        names = self._columns.names
        near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
        meant = f"Did you mean {near[0]}? " if near else ""
        return UserFault(f"There is no {name} here.", f"{meant}Known are: {', '.join(names)}.")
