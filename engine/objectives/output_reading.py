"""Scores and losses in what a program prints, line by line: JSON objects, ``name=value``, or a person's own pattern."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.errors import UserFault
from engine.objectives.description import CommandObjective, Reading

STEPS = ("step", "epoch", "iteration", "iter", "round")
"""Names of numbers that say which step a line is about."""
LONGEST_LINE = 4000  # characters of a line that are looked at
LONGEST_PATTERN = 500  # characters; a guess
_NUMBER = r"[-+]?(?:\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|NaN|NAN|inf|Inf|Infinity|infinity)"
_PAIR = re.compile(rf"([A-Za-z_][\w./-]{{0,60}})\s{{0,3}}[=:]\s{{0,3}}({_NUMBER})(?![\w.])")
_PLAIN = re.compile(rf"\s*({_NUMBER})\s*%?\s*$")


@dataclass
class OutputReader:
    """Reads one run's lines. ``scores`` are the last of each name, ``times`` how often each was printed."""

    objective: CommandObjective
    scores: dict[str, float] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    last_number: float | None = None
    steps: int = 0

    def __post_init__(self) -> None:
        self._pattern = compile_pattern(self.objective.pattern) if self.objective.reading == "pattern" else None

    def read(self, line: str) -> tuple[int, dict[str, float]] | None:
        """Take one line; the step and its numbers where it tells of one."""
        found = numbers_of(line[:LONGEST_LINE], self.objective.reading, self._pattern, self.objective.scores[0])
        if not found:
            plain = _PLAIN.match(line[:LONGEST_LINE])
            if plain:
                self.last_number = float(plain[1].replace("_", ""))
            return None
        step = next((found[name] for name in STEPS if name in found), None)
        records = {name: value for name, value in found.items() if name not in STEPS}
        is_step = step is not None and step >= 0 and math.isfinite(step) and bool(records)
        for name in self.objective.scores:
            if name in records:
                self.scores[name] = records[name]
                self.times[name] = self.times.get(name, 0) + (not is_step)
        if is_step and step is not None:
            self.steps += 1
            return int(step), records
        self.numbers.update(records)
        return None

    def ending(self) -> tuple[tuple[float, ...], list[str]]:
        """The scores, one a direction, and what to know of them; raises :class:`UserFault` where one is missing."""
        wanted = self.objective.scores
        if len(wanted) == 1 and wanted[0] not in self.scores and self.last_number is not None:
            return (self.last_number,), ["The last line that was a plain number is the score."]
        missing = [name for name in wanted if name not in self.scores]
        if missing:
            others = [name for name in self.numbers if name not in wanted]
            said = f" It printed {', '.join(others[:5])}." if others else ""
            raise UserFault(f"The program printed no {missing[0]}.{said}", f"Print a line such as {missing[0]}=0.93.")
        twice = [name for name in wanted if self.times.get(name, 0) > 1]
        notes = [f"{name} was printed {self.times[name]} times; the last one counts." for name in twice]
        return tuple(self.scores[name] for name in wanted), notes


def numbers_of(line: str, reading: Reading, pattern: re.Pattern[str] | None, score: str) -> dict[str, float]:
    """The numbers in one line, by name; empty where there are none."""
    if reading == "pattern":
        return {} if pattern is None else _matched(line, pattern, score)
    if reading in ("auto", "json"):
        found = _of_json(line)
        if found or reading == "json":
            return found
    return {name: float(value.replace("_", "")) for name, value in _PAIR.findall(line)}


def _of_json(line: str) -> dict[str, float]:
    start = line.find("{")
    if start < 0:
        return {}
    try:
        value = json.loads(line[start:])
    except (ValueError, RecursionError):
        return {}
    return _plain_numbers(value) if isinstance(value, Mapping) else {}


def _plain_numbers(value: Mapping[str, object]) -> dict[str, float]:
    found = {}
    for name, one in value.items():
        if isinstance(one, int | float) and not isinstance(one, bool):
            try:
                found[str(name)] = float(one)
            except OverflowError:
                found[str(name)] = math.inf if one > 0 else -math.inf
        elif one is None:
            found[str(name)] = math.nan  # as JavaScript and R write what is no number
    return found


def _matched(line: str, pattern: re.Pattern[str], score: str) -> dict[str, float]:
    found = {}
    for match in pattern.finditer(line):
        groups = match.groupdict() or ({score: match[1]} if match.re.groups else {score: match[0]})
        for name, text in groups.items():
            try:
                found[name] = float(str(text).replace(",", "."))
            except ValueError:
                continue
    return found


def compile_pattern(text: str) -> re.Pattern[str]:
    """A person's regular expression; raises :class:`UserFault` where it is none, or may take for ever."""
    if not text:
        raise UserFault("There is no pattern.", r"Write one such as accuracy: (?P<score>[\d.]+).", "pattern")
    if len(text) > LONGEST_PATTERN:
        raise UserFault("The pattern is too long.", f"Write at most {LONGEST_PATTERN} characters.", "pattern")
    try:
        compiled = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise UserFault(f"The pattern cannot be read: {error}.", r"Try (?P<score>[\d.]+).", "pattern") from error
    if _REPEATED_REPEAT.search(re.sub(r"\\.", "x", text)):
        raise UserFault(
            "The pattern repeats something that repeats itself, which can take for ever.",
            "Take one + or * away.",
            "pattern",
        )
    return compiled


_REPEATED_REPEAT = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")
