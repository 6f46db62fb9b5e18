"""One hyperparameter of an estimator as a person may give it, and what the search makes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.learners.faults import BadInput
from engine.space import Categorical, Choice, Float, Hyperparameter, Int

POOL = 1000  # draws that stand for a distribution which can only be drawn from; its quantiles then err by about 0.03
TAIL = 1e-6  # of an unbounded distribution's mass at either end is never tried: there its quantiles are infinite
LONGEST_LABEL = 60  # letters of a choice that a table can show; a guess
_PRIORS = ("uniform", "log-uniform")


@dataclass(frozen=True)
class Axis:
    """A hyperparameter of the search, and the way from its values to the estimator's.

    ``suffix`` says after the name what the values of the search are, where they are not the estimator's.
    """

    hyperparameter: Hyperparameter
    decode: Callable[[Any], Any]
    suffix: str = ""


def axis_of(name: str, given: Any, random: Callable[[], np.random.RandomState]) -> Axis:
    """What is searched where ``given`` is one of ours, a list, a distribution or a tuple ``(low, high[, prior])``.

    ``random`` gives the state that a distribution without quantiles is drawn with. Raises :class:`BadInput`.
    """
    if isinstance(given, Float | Int | Categorical):
        return Axis(given, _same_value)
    foreign = _foreign_axis(given)
    if foreign is not None:
        return foreign
    if hasattr(given, "rvs"):
        return _distribution_axis(given, random)
    if isinstance(given, tuple):
        return _tuple_axis(given)
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | dict):
        return _choices_axis(name, list(given))
    raise BadInput(
        f"{name} cannot be searched over {given!r}.",
        "Give a list of values, a range such as (0.1, 10.0), a distribution of scipy.stats, Float, Int or Categorical.",
    )


def _same_value(value: Any) -> Any:
    return value


# -- ranges ------------------------------------------------------------------------------------------------------------


def _tuple_axis(given: tuple[Any, ...]) -> Axis:
    """``(low, high)`` of two numbers, also with a prior and its base, is a range; any other tuple lists choices."""
    numbers = len(given) >= 2 and all(_is_number(value) for value in given[:2])
    if not numbers or len(given) > 4 or (len(given) > 2 and given[2] not in _PRIORS):
        return _choices_axis("", list(given))
    return _range_axis(given[0], given[1], log=len(given) > 2 and given[2] == "log-uniform")


def _range_axis(low: Any, high: Any, *, log: bool = False, step: Any = None) -> Axis:
    if _is_whole(low) and _is_whole(high):
        return Axis(Int(int(low), int(high), log=log, step=int(step or 1)), _same_value)
    return Axis(Float(float(low), float(high), log=log, step=None if step is None else float(step)), _same_value)


def _foreign_axis(given: Any) -> Axis | None:
    """The dimensions of scikit-optimize and the distributions of Optuna, known by what they are called and hold."""
    home, kind = type(given).__module__.partition(".")[0], type(given).__name__
    if home == "skopt" and kind in ("Real", "Integer"):
        return _range_axis(given.low, given.high, log=given.prior == "log-uniform")
    if home == "skopt" and kind == "Categorical":
        return _choices_axis("", list(given.categories))
    if home == "optuna" and hasattr(given, "choices"):
        return _choices_axis("", list(given.choices))
    if home == "optuna" and hasattr(given, "low"):
        step = None if given.log else given.step
        return _range_axis(given.low, given.high, log=given.log, step=step)
    return None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or isinstance(value, float | np.floating)


# -- distributions -----------------------------------------------------------------------------------------------------


def _distribution_axis(given: Any, random: Callable[[], np.random.RandomState]) -> Axis:
    """Uniform and log-uniform ones as ranges, others by their quantiles, so that they are drawn as they are."""
    family = getattr(getattr(given, "dist", None), "name", "")
    if family in ("uniform", "loguniform", "reciprocal", "randint"):
        low, high = (float(bound) for bound in given.support())
        if family == "randint":
            return Axis(Int(int(low), int(high)), _same_value)
        return Axis(Float(low, high, log=family != "uniform"), _same_value)
    if hasattr(given, "ppf"):
        whole = hasattr(given, "pmf")

        def quantile(u: float) -> Any:
            value = float(given.ppf(min(max(u, TAIL), 1.0 - TAIL)))
            return int(value) if whole else value

        return Axis(Float(0.0, 1.0), quantile, " (quantile)")
    state = random()
    drawn = [given.rvs(random_state=state) for _ in range(POOL)]
    if not all(_is_number(value) for value in drawn):
        return _choices_axis("", drawn)
    pool = sorted(drawn)
    return Axis(Float(0.0, 1.0), lambda u: pool[min(int(u * POOL), POOL - 1)], " (quantile)")


# -- choices -----------------------------------------------------------------------------------------------------------


def _choices_axis(name: str, values: list[Any]) -> Axis:
    """One of ``values``, whatever they are: what a study cannot hold stands there under a name of its own."""
    labels, originals = labelled(values)
    if name and not labels:
        raise BadInput(f"{name} has no values to search over.", "List at least one.")
    by_label = {(type(label), label): original for label, original in zip(labels, originals, strict=True)}
    return Axis(Categorical(tuple(labels)), lambda label: by_label[type(label), label])


def labelled(values: Sequence[Any]) -> tuple[list[Choice], list[Any]]:
    """Values that a study can hold, all different, and what each of them stands for; plain values but once."""
    plain = [(_plain_values(value), value) for value in values]
    taken: set[tuple[type, Choice]] = {(type(item), item) for held, _ in plain for item in held}
    labels: list[Choice] = []
    originals: list[Any] = []
    seen: set[tuple[type, Choice]] = set()
    for held, value in plain:
        label: Choice = held[0] if held else _free_label(value, taken)
        if (type(label), label) not in seen:
            seen.add((type(label), label))
            labels.append(label)
            originals.append(value)
    return labels, originals


def _plain_values(value: Any) -> tuple[Choice, ...]:
    """The value as a study holds it, in a tuple; an empty one where it cannot."""
    if isinstance(value, np.bool_ | np.integer | np.floating | np.str_):
        value = value.item()
    exact = value is None or type(value) in (bool, int, float, str)
    if not exact or (isinstance(value, float) and not math.isfinite(value)):
        return ()
    # JSON readers keep whole numbers to 64 bits.
    return () if isinstance(value, int) and abs(value) >= 2**63 else (value,)


def _free_label(value: Any, taken: set[tuple[type, Choice]]) -> str:
    text = " ".join((getattr(value, "__name__", None) or repr(value)).split())
    short = text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"
    label, number = short, 1
    while (str, label) in taken:
        number += 1
        label = f"{short} ({number})"
    taken.add((str, label))
    return label
