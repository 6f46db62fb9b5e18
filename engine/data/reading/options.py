"""How a table is written, as far as a person says it; whatever they leave open is worked out from the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from engine.errors import UserFault
from engine.written import require_once

_SEPARATORS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "bar": "|",
    "pipe": "|",
    "space": " ",
    "colon": ":",
}
_SIGNS = {"none": "", "point": ".", "comma": ",", "space": " ", "apostrophe": "'"}
_SPACES = "\u00a0\u202f\u2009"  # what writers put between groups of digits besides a plain blank
_YES, _NO = {"yes", "true", "1", "on", "first"}, {"no", "none", "false", "0", "off"}
DATES = "dates."
MISSING = "missing."


class ReadOptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a table is written. *None* (and a column that ``dates`` does not name) is worked out from the file.

    ``thousands`` is the sign between groups of digits, empty for none. ``header`` says whether the first row that is
    not skipped holds names. ``skip_top`` counts lines of a text file and rows of a sheet, ``skip_bottom`` those at the
    end that hold anything. ``missing`` are the words that mean a missing value, besides the empty cell, in place of the
    usual ones, and ``missing_in`` those of single columns. ``dates`` gives a column ``day first``, ``month first``, or
    a format as ``strptime`` takes it.
    ``labels`` is ``exact`` where labels that differ only in case or blanks are different ones.
    """

    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    encoding: str | None = None
    header: bool | None = None
    skip_top: int | None = None
    skip_bottom: int | None = None
    sheet: str | None = None
    missing: tuple[str, ...] | None = None
    dates: dict[str, str] = {}
    labels: str | None = None
    missing_in: dict[str, tuple[str, ...]] = {}

    def missing_of(self, column: str) -> tuple[str, ...] | None:
        """The words that mean a missing value in a column, as far as a person said."""
        return self.missing_in.get(column, self.missing)

    def to_builtins(self) -> dict[str, Any]:
        """What is set, by the names that :func:`parse` takes, as JSON has it."""
        words = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}
        dates, missing_in = words.pop("dates"), words.pop("missing_in")
        if self.missing is not None:
            words["missing"] = list(self.missing)
        words |= {f"{DATES}{name}": text for name, text in dates.items()}
        return words | {f"{MISSING}{name}": list(gone) for name, gone in missing_in.items()}


def parse(pairs: Iterable[str]) -> ReadOptions:
    """Options from ``NAME=VALUE`` texts; raises :class:`UserFault` for unknown names and impossible values."""
    options, pairs = ReadOptions(), list(pairs)
    require_once((split_pair(pair)[0] for pair in pairs), "--read")
    for pair in pairs:
        if "=" not in pair:
            raise UserFault(f"{pair!r} is not NAME=VALUE.", "Write, for example, --read separator=semicolon.")
        options = changed(options, *split_pair(pair))
    return options


def split_pair(pair: str) -> tuple[str, str]:
    """The name and the value of a ``NAME=VALUE``; a column's name may hold such a sign, what is said of it does not."""
    of_column = pair.startswith((DATES, MISSING))
    name, _, value = pair.rpartition("=") if of_column else pair.partition("=")
    return name.strip(), value


def changed(options: ReadOptions, name: str, value: str) -> ReadOptions:
    """``options`` with one of them taken from a text, an empty one being worked out again (but for missing words)."""
    if name.startswith(DATES):
        dates = {**options.dates, name.removeprefix(DATES): value.strip()}
        return msgspec.structs.replace(options, dates={column: text for column, text in dates.items() if text})
    if name.startswith(MISSING):
        gone = {**options.missing_in, name.removeprefix(MISSING): _value("missing", value)}
        return msgspec.structs.replace(options, missing_in=gone)
    plain = [one for one in ReadOptions.__struct_fields__ if one not in {"dates", "missing_in"}]
    if name not in plain:
        known = ", ".join([*plain, f"{MISSING}COLUMN", f"{DATES}COLUMN"])
        raise UserFault(f"A table is not read by {name!r}.", f"Choose one of: {known}.")
    return msgspec.structs.replace(options, **{name: _value(name, value)})


def _value(name: str, text: str) -> Any:
    word = text.strip().lower()
    if name == "missing":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if not word and not text:
        return None
    if name in {"skip_top", "skip_bottom"}:
        if not word.isascii() or not word.isdecimal() or len(word) > 9:
            raise UserFault(f"{name} is {text!r}.", "Give a whole number of rows, 0 or more.")
        return int(word)
    if name == "header":
        if word in _YES | _NO:
            return word in _YES
        raise UserFault(f"header is {text!r}.", "Say yes or no.")
    if name == "separator":
        return _separator(text)
    if name in {"decimal", "thousands"}:
        return _sign(name, text)
    if name == "labels" and word not in {"exact", "merged"}:
        raise UserFault(f"labels is {text!r}.", "Say merged or exact.")
    return word if name == "labels" else text.strip()


def _separator(text: str) -> str:
    sign = _SEPARATORS.get(text.strip().lower(), text if len(text) == 1 else text.strip())
    if len(sign) != 1 or sign in "\"'\r\n" or sign.isalnum():
        raise UserFault(f"separator is {text!r}.", f"Give one sign, or a word: {', '.join(sorted(_SEPARATORS)[1:])}.")
    return sign


def _sign(name: str, text: str) -> str:
    allowed = ".," if name == "decimal" else ".,' " + _SPACES
    sign = _SIGNS.get(text.strip().lower(), text)
    if (sign and sign not in allowed) or (name == "decimal" and not sign) or len(sign) > 1:
        words = "point or comma" if name == "decimal" else "none, point, comma, space or apostrophe"
        raise UserFault(f"{name} is {text!r}.", f"Say {words}.")
    return " " if sign in _SPACES else sign


def from_builtins(words: Mapping[str, object]) -> ReadOptions:
    """Options from what :meth:`ReadOptions.to_builtins` gave; raises :class:`UserFault` where they are none."""
    plain = {name: value for name, value in words.items() if not name.startswith((DATES, MISSING))}
    for field, prefix in (("dates", DATES), ("missing_in", MISSING)):
        plain[field] = {name.removeprefix(prefix): value for name, value in words.items() if name.startswith(prefix)}
    unknown = sorted(set(plain) - set(ReadOptions.__struct_fields__))
    if unknown:
        raise UserFault(
            f"How the table is written cannot be read: {unknown[0]!r} is unknown.", "Choose the file again."
        )
    try:
        return msgspec.convert(plain, ReadOptions)
    except msgspec.ValidationError as error:
        raise UserFault(f"How the table is written cannot be read: {error}.", "Choose the file again.") from error
