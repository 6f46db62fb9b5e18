"""Options describe themselves and check what they are given."""

from dataclasses import dataclass

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
