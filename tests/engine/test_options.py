"""Options describe themselves and check what they are given."""

from dataclasses import dataclass

import numpy as np
import pytest

from engine.errors import UserFault
from engine.options import describe, make, option, to_json


@dataclass(frozen=True, slots=True)
class Example:
    rate: float = option(0.1, label="Rate", low=0.0, high=1.0, unit="per step")
    count: int = option(3, label="Count", low=1)
    kind: str = option("a", label="Kind", choices=("a", "b"))
    limit: int | None = option(None, label="Limit")
    on: bool = option(True, label="On")


def test_options_say_what_they_are():
    rate, count, kind, limit, on = describe(Example)
    assert (rate.kind, rate.low, rate.high, rate.unit) == (float, 0.0, 1.0, "per step")
    assert (count.kind, kind.choices, limit.optional, on.kind) == (int, ("a", "b"), True, bool)


def test_values_come_back_as_the_options_own_types():
    made = make(Example, {"rate": 1, "count": 4.0, "limit": None})
    assert to_json(made) == {"rate": 1.0, "count": 4, "kind": "a", "limit": None, "on": True}
    assert isinstance(made.rate, float)
    assert isinstance(made.count, int)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rate": 2}, "from 0 to 1 per step"),
        ({"rate": float("nan")}, "from 0 to 1"),
        ({"count": 0}, "at least 1"),
        ({"count": 1.5}, "whole number"),
        ({"count": True}, "whole number"),
        ({"kind": "z"}, "one of a, b"),
        ({"on": 1}, "true or false"),
        ({"count": None}, "is empty"),
        ({"speed": 1}, "not a setting of thing"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(values, words):
    with pytest.raises(UserFault, match=words):
        make(Example, values, "thing")


@pytest.mark.parametrize(
    ("name", "value", "plain"),
    [
        ("rate", np.float32(0.5), 0.5),
        ("rate", np.float16(0.5), 0.5),
        ("rate", np.longdouble(0.5), 0.5),
        ("rate", np.int64(1), 1.0),
        ("count", np.int8(4), 4),
        ("count", np.uint64(4), 4),
        ("count", np.float32(4.0), 4),
        ("limit", np.int32(7), 7),
        ("kind", np.str_("b"), "b"),
        ("on", np.False_, False),
    ],
)
def test_numpys_scalars_are_taken_as_pythons(name, value, plain):
    given = getattr(make(Example, {name: value}), name)
    assert given == plain
    assert type(given) is type(plain)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("rate", np.float32(2.0), "Rate is 2.0. .*from 0 to 1"),
        ("rate", np.float64("nan"), "from 0 to 1"),
        ("rate", np.complex128(0.5), "from 0 to 1"),
        ("rate", np.True_, "from 0 to 1"),
        ("count", np.float32(1.5), "whole number"),
        ("on", np.int64(1), "true or false"),
    ],
)
def test_numpys_scalars_are_held_to_the_same_range(name, value, words):
    with pytest.raises(UserFault, match=words):
        make(Example, {name: value})
