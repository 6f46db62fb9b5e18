"""Rows of a search space as text and back: cells as they are typed, whole rows as JSON or as tab-separated lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec

from engine.errors import UserFault
from engine.space import Categorical, Choice, Float, Hyperparameter, Int, hyperparameters_from_json
from engine.written import parse_json, require_once

COLUMNS = ("name", "kind", "low", "high", "scale", "step", "choices", "when")
KINDS = ("float", "int", "categorical")
SCALES = ("linear", "log")
_WORDS: dict[str, Choice] = {"true": True, "false": False, "none": None, "null": None}


def kind_of(hyperparameter: Hyperparameter) -> str:
    """``float``, ``int`` or ``categorical``."""
    if isinstance(hyperparameter, Categorical):
        return "categorical"
    return "int" if isinstance(hyperparameter, Int) else "float"


def choice_words(choice: Choice) -> str:
    """One choice as it is typed; a text that would read as something else is in quotes."""
    if isinstance(choice, str):
        plain = choice and not re.search(r"[,;\t\n\"]", choice) and _read_word(choice) == choice
        return choice if plain and choice.strip() == choice else json.dumps(choice, ensure_ascii=False)
    if choice is None:
        return "none"
    if isinstance(choice, bool):
        return "true" if choice else "false"
    # A whole float keeps its point, so that 1.0 comes back as a float and not as the whole number 1.
    return str(choice) if isinstance(choice, int) else repr(choice)


def choices_words(choices: Sequence[Choice]) -> str:
    """A list of choices as it is typed."""
    return ", ".join(choice_words(choice) for choice in choices)


def when_words(when: Mapping[str, Sequence[Choice]] | None) -> str:
    """A condition as it is typed: ``optimizer is sgd or adam and layers is 2``."""
    return " and ".join(
        f"{parent} is {' or '.join(choice_words(value) for value in values)}" for parent, values in (when or {}).items()
    )


def read_choices(text: str) -> tuple[Choice, ...]:
    """The choices in a comma-separated list; raises :class:`UserFault` for an open quote."""
    return tuple(_read_word(word) for word in _split(text, ",") if word.strip())


def read_when(text: str, names: Sequence[str]) -> dict[str, tuple[Choice, ...]] | None:
    """The condition in ``text``; ``names`` are the hyperparameters there are. Raises :class:`UserFault`."""
    text = re.sub(r"^\s*when\b", "", text).strip()
    if not text:
        return None
    when: dict[str, tuple[Choice, ...]] = {}
    parents = []
    for part in re.split(r"\s+and\s+|;", text):
        found = re.match(r"\s*(.+?)\s*(?:\bis\b|==?|:|\bin\b)\s*(.*)$", part)
        if found is None:
            example = next(iter(names), "optimizer")
            raise UserFault(f"{part.strip()!r} is not a condition.", f"Write it like: {example} is sgd or adam.")
        values = re.split(r"\s+or\s+", found[2])
        parents.append(found[1].strip())
        when[parents[-1]] = tuple(choice for value in values for choice in read_choices(value))
    require_once(parents, "The condition")
    return when


def to_text(rows: Mapping[str, Hyperparameter]) -> str:
    """Rows as JSON, one line a row, for the clipboard."""
    lines = [f"  {json.dumps(name)}: {msgspec.json.encode(row).decode()}" for name, row in rows.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_text(text: str) -> dict[str, Hyperparameter]:
    """Rows from JSON or from tab-separated lines (name, kind, low, high, scale, step, choices, condition).

    Raises :class:`UserFault` where the text is neither.
    """
    if text.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):  # the next line says what is wrong with it
            parse_json(text, "The clipboard")
        return hyperparameters_from_json(text)
    lines = [line.split("\t") for line in text.splitlines() if line.strip()]
    if not lines or any(len(cells) < 2 for cells in lines):
        raise UserFault(
            "The clipboard holds no rows of a search space.",
            "Copy rows as JSON, or as lines of name, kind, low, high, scale, step, choices, condition with tabs.",
        )
    if [cell.strip().lower() for cell in lines[0][:2]] in (["name", "kind"], ["hyperparameter", "kind"]):
        lines = lines[1:]
    names = [cells[0].strip() for cells in lines]
    require_once(names, "The clipboard")
    return {cells[0].strip(): _row(dict(zip(COLUMNS, cells, strict=False)), names) for cells in lines}


def _row(cells: Mapping[str, str], names: Sequence[str]) -> Hyperparameter:
    name, kind = cells["name"].strip(), cells["kind"].strip().lower()
    when = read_when(cells.get("when", ""), names)
    if kind in {"choice", "categorical"}:
        return Categorical(read_choices(cells.get("choices", "")), when)
    if kind not in {"float", "int"}:
        raise UserFault(f"{name} has the kind {kind!r}.", "Choose float, int or categorical.")
    is_log = cells.get("scale", "").strip().lower() == "log"
    try:
        step = cells.get("step", "").strip()
        if kind == "int":
            return Int(int(cells.get("low", "")), int(cells.get("high", "")), is_log, int(step or 1), when)
        low, high = float(cells.get("low", "")), float(cells.get("high", ""))
        return Float(low, high, is_log, float(step) if step else None, when)
    except ValueError:
        what = f"{name} has a bound or step that is not a number."
        raise UserFault(what, "Give numbers for low, high and step.") from None


def _read_word(word: str) -> Choice:
    word = word.strip()
    if word.startswith('"'):
        try:
            read = json.loads(word)
        except ValueError:
            raise UserFault(f"The quotes in {word} do not match.", "Close the quotes.") from None
        return read if isinstance(read, str) else word
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    if re.fullmatch(r"[-+]?\d+", word):
        return int(word)
    try:
        return float(word)
    except ValueError:
        return word


def _split(text: str, mark: str) -> list[str]:
    """Parts between marks that are not inside quotes."""
    parts, part, quoted, escaped = [], "", False, False
    for letter in text:
        if letter == '"' and not escaped:
            quoted = not quoted
        escaped = letter == "\\" and not escaped
        if letter == mark and not quoted:
            parts.append(part)
            part = ""
        else:
            part += letter
    return [*parts, part]
