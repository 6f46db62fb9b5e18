"""Any metric by name, of a class, by costs, or typed: read safely, refused in a sentence."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, mean_pinball_loss

from engine.errors import UserFault
from engine.judging.formula import parse_formula
from engine.judging.metric_choice import choose_metric
from tests.engine.judging.made import made_numbers, made_probabilities

CLASSES, MODELS = made_probabilities(80, 1, 0)
NUMBERS, VALUES = made_numbers(80, 1, 0)
ALL = slice(None)


def test_a_metric_of_one_class_says_which():
    metric = choose_metric("f1:no", CLASSES, 1)
    assert metric.title == "F1 of no"
    model = MODELS[0]
    assert metric.of(CLASSES.y, model, ALL) == pytest.approx(f1_score(CLASSES.y == 0, model.labels == 0))
    assert choose_metric("f1", CLASSES, 1).title == "F1 of yes"


def test_costs_are_the_mean_of_a_row():
    metric = choose_metric('cost:{"no": {"yes": 1}, "yes": {"no": 5}}', CLASSES, 1)
    y, said = CLASSES.y, MODELS[0].labels
    expected = np.mean((y == 0) & (said == 1)) + 5 * np.mean((y == 1) & (said == 0))
    assert metric.of(y, MODELS[0], ALL) == pytest.approx(expected)


def test_a_quantile_and_formulas():
    y, p = NUMBERS.y, VALUES[0].values
    assert choose_metric("pinball:0.9", NUMBERS, None).of(y, VALUES[0], ALL) == pytest.approx(
        mean_pinball_loss(y, p, alpha=0.9)
    )
    metric = choose_metric("minimize: quantile(abs(y - p), 0.9) + 0.5 * rmse", NUMBERS, None)
    expected = np.quantile(np.abs(y - p), 0.9) + 0.5 * np.sqrt(np.mean((y - p) ** 2))
    assert metric.of(y, VALUES[0], ALL) == pytest.approx(expected)
    counted = choose_metric("maximize: tp - 3 * fp", CLASSES, 1)
    truth, said = CLASSES.y == 1, MODELS[0].labels == 1
    assert counted.of(CLASSES.y, MODELS[0], ALL) == (truth & said).sum() - 3 * (~truth & said).sum()
    assert (counted.direction, counted.needs) == ("maximize", "labels")
    assert choose_metric("minimize: mean(p)", CLASSES, 1).needs == "probability"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rmse", "not a metric of classification"),
        ("nonsense", "no metric called"),
        ("f1:maybe", "no class called"),
        ("pinball:0.5", "not a metric of classification"),
        ("pinball:2", "quantile"),
        ("cost:{", "cannot be read"),
        ('cost:{"no": {"maybe": 1}}', "no class called"),
        ('cost:{"no": {"yes": true}}', "The cost of"),
        ("cost:{}", "All costs are 0"),
        ("minimize:", "cannot be read"),
        ("minimize: __import__('os')", "no function called"),
        ("minimize: y.__class__", "not arithmetic"),
        ("minimize: [p for p in y]", "not arithmetic"),
        ("minimize: (lambda: 1)()", "not arithmetic"),
        ("minimize: mean(y, p)", "was given 2 values"),
        ("minimize: mean(*y)", "was given 1 values"),
        ("minimize: q", "asks for 'q'"),
        ("minimize: 'a'", "not a number"),
        ("minimize: True", "not a number"),
        ("minimize: " + "(" * 300 + "y" + ")" * 300, "The formula"),
        ("minimize: " + "-" * 60 + "1", "brackets"),
        ("minimize: " + "1+" * 300 + "1", "characters"),
    ],
)
def test_what_is_no_metric_is_a_sentence(text, said):
    with pytest.raises(UserFault, match=said):
        choose_metric(text, CLASSES, 1)


def test_a_formula_without_a_finite_number_is_not_one():
    for text in ("9 ** 9 ** 9 ** 9", "1 / 0", "log(0 - 1)", "abs(y - p)", "mean(log(y - y))"):
        value = parse_formula(text, ("y", "p")).value({"y": NUMBERS.y, "p": VALUES[0].values})
        assert math.isnan(value), text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="yp()+-*/.,0123456789 abs[]'_:=<>{}lm\n", max_size=40))
def test_any_text_is_a_formula_or_a_sentence(text):
    try:
        formula = parse_formula(text, ("y", "p"))
    except UserFault:
        return
    formula.value({"y": NUMBERS.y, "p": VALUES[0].values})
