import numpy as np
import pytest

from engine.analysis import layer_kinds, layer_quantiles, measures_of
from engine.analysis.layers import dead_units
from engine.events import StepReported
from engine.trials import Curve, Curves

QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def records(kind: str, layer: int, middle: float, width: float = 1.0) -> dict[str, float]:
    return {f"{kind}/layer{layer}/{name}": middle + width * (place - 2) for place, name in enumerate(QUANTILES)}


def curve_of(*reports: tuple[int, int, dict[str, float]]) -> Curve:
    """A curve from (fold, step, records)."""
    curves = Curves()
    for fold, step, told in reports:
        curves.apply(StepReported(0, step, told, fold))
    return curves.get(0)


def test_layers_come_from_the_inputs_to_the_outputs():
    both = {**records("weights", 2, 0.0), **records("weights", 1, 1.0), **records("gradients", 1, 0.0)}
    curve = curve_of((0, 1, both), (0, 2, both))
    first, last = layer_quantiles(curve, "weights")
    assert (first.layer, first.is_output, last.layer, last.is_output) == (1, False, 2, True)
    assert first.steps.tolist() == [1, 2]
    assert first.quantiles[:, 0].tolist() == [-1, 0, 1, 2, 3]
    assert layer_kinds(curve) == ("gradients", "weights")


def test_ten_layers_are_counted_as_numbers():
    told = {name: value for layer in range(1, 12) for name, value in records("weights", layer, 0.0).items()}
    assert [one.layer for one in layer_quantiles(curve_of((0, 1, told)), "weights")] == list(range(1, 12))


def test_epochs_without_a_word_are_left_out():
    curve = curve_of(
        (0, 1, {"train_loss": 1.0, **records("weights", 1, 1.0)}),
        (0, 2, {"train_loss": 0.9, **records("weights", 1, 2.0)}),
        (0, 3, {"train_loss": 0.8}),
        (0, 4, {"train_loss": 0.7, **records("weights", 1, 3.0)}),
    )
    only = layer_quantiles(curve, "weights")[0]
    assert only.steps.tolist() == [1, 2, 4]
    assert only.quantiles[2].tolist() == [1, 2, 3]


def test_folds_are_averaged_step_by_step():
    curve = curve_of(
        (0, 1, records("weights", 1, 1.0)), (0, 2, records("weights", 1, 2.0)), (1, 1, records("weights", 1, 3.0))
    )
    only = layer_quantiles(curve, "weights")[0]
    assert only.quantiles[2].tolist() == [2.0, 2.0]


def test_dead_units_are_those_of_the_last_word():
    def told(dead):
        return {**records("weights", 1, 0.0), **records("weights", 2, 0.0), "dead/layer1": dead}

    hidden, output = layer_quantiles(curve_of((0, 1, told(9.0)), (0, 2, told(3.0)), (1, 2, told(4.0))), "weights")
    assert (hidden.dead, output.dead) == (4, None)


def test_a_model_without_layers_tells_of_none():
    curve = curve_of((0, 1, {"train_loss": 1.0}))
    assert layer_quantiles(curve, "weights") == layer_quantiles(Curve(), "gradients") == ()
    assert layer_kinds(curve) == ()


@pytest.mark.parametrize("family", ["mlp", "linear"])
def test_our_own_models_tell_of_their_layers(family):
    from engine.learners import MLP, LinearRegression

    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((60, 4)), rng.standard_normal(60)
    model = MLP(hidden=(8,), task="regression", epochs=5) if family == "mlp" else LinearRegression(epochs=5)
    curves = Curves()

    def report(step, told):
        curves.apply(StepReported(0, step, {name: float(value) for name, value in told.items()}))

    model.fit(X, y, callback=report)
    layers = layer_quantiles(curves.get(0), "weights")
    assert [one.layer for one in layers] == ([1, 2] if family == "mlp" else [1])
    for one in layers:
        assert one.steps.tolist() == ([1, 2, 4, 5] if family == "mlp" else [1])  # linear least squares takes one step
        assert (np.diff(one.quantiles, axis=0) >= 0).all()
    assert not any("/" in record for measure in measures_of(curves.get(0)) for record in measure.records)


def test_dead_units_are_told_of_hidden_layers_at_the_epochs_that_told():
    curve = curve_of(
        (0, 1, {"dead/layer10": 2.0, "dead/layer2": 0.0}),
        (0, 3, {"train_loss": 1.0}),
        (0, 4, {"dead/layer10": 3.0, "dead/layer2": 0.0}),
        (1, 4, {"dead/layer10": 4.0, "dead/layer2": 0.0}),
    )
    second, tenth = dead_units(curve)
    assert (second.layer, tenth.layer, tenth.at_end) == (2, 10, 4)
    assert tenth.steps.tolist() == [1, 4]
    assert tenth.counts.tolist() == [2.0, 3.5]


def test_a_model_without_hidden_layers_tells_of_no_dead_units():
    assert dead_units(curve_of((0, 1, records("weights", 1, 0.0)))) == dead_units(Curve()) == ()
