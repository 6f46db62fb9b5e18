"""Formulas: worked out like Python's own arithmetic, and nothing else than arithmetic."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserFault
from engine.objectives.formula import Formula


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(x - 1)**2 + y", 4.0 + 2.0),
        ("2^3 + x", 11.0),
        ("sin(pi * x) + abs(-y)", math.sin(math.pi * 3.0) + 2.0),
        ("x if kind == 'a' else y", 3.0),
        ("min(x, y, 1) + max(x, y)", 4.0),
        ("x // y + x % y - -1", 1.0 + 1.0 + 1.0),
        ("(1 < x <= 3) * 10", 10.0),
        ("10**3", 1000.0),
    ],
)
def test_a_formula_has_the_value_of_its_arithmetic(text, value):
    assert Formula(text).value({"x": 3, "y": 2.0, "kind": "a"}) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", "x +", "__import__('os')", "x.real", "[x]", "lambda: x", "x := 1", "open('f')", "f'{x}'", "x[0]", "x and y",
     "(x for x in y)", "print(x)", "sin(x, key=1)", "*x", "1j", "b'x'", "x" + "+x" * 600,
     "-" * 100 + "x"],
)  # fmt: skip
def test_what_is_no_arithmetic_is_refused_in_a_sentence(text):
    with pytest.raises(UserFault) as fault:
        Formula(text)
    assert fault.value.remedy


@pytest.mark.parametrize("text", ["1 / (x - 3)", "log(-x)", "(-x)**0.5", "9**9**9**9", "exp(10**10)", "x + 'a'", "z"])
def test_a_point_without_a_value_is_a_sentence(text):
    with pytest.raises(UserFault):
        Formula(text).value({"x": 3, "y": 2})


@given(st.text(alphabet="xy0123456789+-*/().,<>=! sincoexpmaxif else_'[]{}:@", max_size=40))
def test_any_text_is_a_formula_or_refused(text):
    with suppress(UserFault):
        formula = Formula(text)
        assert isinstance(formula.value(dict.fromkeys(formula.names, 2.0)), float)
