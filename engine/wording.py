"""Words that sentences share: counts with their noun, lists to choose from, numbers as they are read."""

from __future__ import annotations

import math
import os
import shlex
import subprocess
from collections.abc import Iterable, Sequence

MINUS = "−"
NONE = "–"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: ``1 row``, ``1,200 rows``, ``2 classes`` (the plural given where it is not noun + s)."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Names in a sentence: ``A``, ``A and B``, ``A, B and C``; of more than ``most`` the first two and a count."""
    if most is not None and len(names) > most:
        names = [*names[:2], f"{len(names) - 2} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def command_line(*words: object) -> str:
    """A command as it can be typed here: a word with a blank or the like in quotation marks."""
    texts = [str(word) for word in words]
    return subprocess.list2cmdline(texts) if os.name == "nt" else shlex.join(texts)


def one_of(names: Iterable[str]) -> str:
    """The remedy that names what there is."""
    return f"Choose one of: {', '.join(names)}."


def number_text(value: float | None, digits: int = 4) -> str:
    """A number with at most ``digits`` significant ones: ``0.0031``, ``7,114``, ``1e-4``, ``1.0e+9``."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    sign = MINUS if value < 0 else ""
    return sign + _positive(abs(value), digits)


def _positive(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    if isinstance(value, int) or float(value).is_integer():
        if value < 10**7:
            return f"{int(value):,}"
        return _exponent(value, digits)
    if value < 1e-3 or value >= 10**7:
        return _exponent(value, digits)
    text = f"{value:,.{max(0, digits - 1 - math.floor(math.log10(value)))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exponent(value: float, digits: int) -> str:
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}"


def value_text(value: object) -> str:
    """Any hyperparameter's value: numbers as :func:`number_text`, texts as they are, none as a word."""
    if value is None:
        return "none"
    if isinstance(value, bool | int | float):
        return number_text(value)
    return str(value)


def score_text(score: float | None, uncertainty: float | None = None) -> str:
    """A score rounded to what is known: to the first digit of its ``uncertainty`` (a standard error), else to 4 digits.

    Never to more than 6 digits and never to less than 3, so that a list of scores stays comparable.
    """
    if score is None or not math.isfinite(score):
        return NONE
    if uncertainty is None or not math.isfinite(uncertainty) or uncertainty <= 0 or score == 0:
        return number_text(score)
    known = math.floor(math.log10(abs(score))) - math.floor(math.log10(uncertainty)) + 1
    digits = min(6, max(3, known))
    sign = MINUS if score < 0 else ""
    size = abs(score)
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    if 1e-3 <= size < 10**7:
        return sign + f"{size:,.{decimals}f}"
    mantissa, _, exponent = f"{size:.{digits - 1}e}".partition("e")
    return f"{sign}{mantissa}e{int(exponent)}"
