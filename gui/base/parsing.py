"""Text that people type as numbers and times, and back."""

from __future__ import annotations

import math
import re

from engine.errors import UserFault
from engine.options import Value
from gui.base.formats import MINUS

UNITS = {"": 1.0, "s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TIME = re.compile(r"\s*([0-9]*[.,]?[0-9]+)\s*([a-z]*)\s*")


def typed_text(value: Value) -> str:
    """A value as it is typed: all its digits, no thousands marks, a short exponent for the very small and large."""
    if value is None:
        return ""
    if isinstance(value, float) and not (value.is_integer() and abs(value) < 1e6):
        return _short_float(value)
    return str(int(value)) if isinstance(value, float) else str(value)


def _short_float(number: float) -> str:
    text = repr(number)
    if "e" not in text and not 1e-3 <= abs(number) < 1e6:
        mantissa, _, exponent = f"{number:e}".partition("e")
        short = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
        text = short if float(short) == number else text
    return re.sub(r"e([-+])0*(\d)", lambda m: f"e{'-' if m[1] == '-' else ''}{m[2]}", text)


def read_number(text: str) -> float | int:
    """A number as people type it; raises :class:`UserFault`."""
    plain = text.strip().replace(MINUS, "-").replace(" ", "").replace("_", "")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        raise UserFault(f"{text!r} is not a number.", "Type a number, such as 0.01 or 1e-4.") from None
    if not math.isfinite(number):
        raise UserFault(f"{text!r} is not finite.", "Type a finite number.")
    return int(plain) if re.fullmatch(r"[-+]?\d+", plain) else number


def read_time(text: str) -> float | None:
    """Seconds from ``90``, ``90 s``, ``15 min`` or ``1 h 30 min``; empty is *None*. Raises :class:`UserFault`."""
    if not text.strip():
        return None
    total, rest = 0.0, text.strip().lower()
    while rest:
        found = _TIME.match(rest)
        if found is None or found[2] not in UNITS:
            raise UserFault(f"{text!r} is not a time.", "Type a time such as 90 s, 15 min or 2 h.")
        total += float(found[1].replace(",", ".")) * UNITS[found[2]]
        rest = rest[found.end() :]
    if total <= 0:
        raise UserFault("The time is 0.", "Type a time above 0, or leave it empty for no limit.")
    return total


def time_text(value: Value) -> str:
    """A time limit as it is typed: in the largest unit that needs no fraction."""
    if value is None or isinstance(value, str):
        return ""
    seconds = float(value)
    for unit in ("h", "min"):
        if seconds % UNITS[unit] == 0:
            return f"{seconds / UNITS[unit]:g} {unit}"
    return f"{seconds:g} s"
