import numpy as np
import pytest

from engine.analysis import (
    MEASURES,
    fold_line,
    lagging_fold,
    learning_line,
    measures_of,
    running_line,
    summarise,
    validation_and_train,
)
from engine.analysis.summary import converged_at, standard_error
from engine.events import StepReported, TrialEnded
from engine.trials import Curve, State
from tests.engine.analysis.studies import curves_of, history_of

GAP = next(measure for measure in MEASURES if measure.name == "gap")


def test_a_line_is_the_mean_over_folds():
    curve = curves_of([(0, 0, 1, 4.0, 5.0), (0, 0, 2, 2.0, 3.0), (0, 1, 1, 2.0, 7.0), (0, 1, 2, 1.0, 4.0)]).get(0)
    line = learning_line(curve, "val_loss")
    assert line.steps.tolist() == [1, 2]
    assert line.values.tolist() == [6.0, 3.5]


def test_a_fold_that_is_still_catching_up_does_not_bend_the_mean():
    curve = curves_of([(0, 0, 1, 4.0, 5.0), (0, 0, 2, 2.0, 3.0), (0, 1, 1, 2.0, 100.0)]).get(0)
    assert learning_line(curve, "val_loss").values.tolist() == [5.0, 3.0]


def test_a_step_without_the_record_is_a_gap_in_the_line():
    curve = Curve()
    curve.append(StepReported(0, 1, {"train_loss": 1.0}))
    curve.append(StepReported(0, 2, {"train_loss": 0.5, "val_loss": 0.7}))
    line = learning_line(curve, "val_loss")
    assert np.isnan(line.values[0])
    assert line.last == 0.7


def test_a_record_that_never_came_is_an_empty_line():
    assert len(learning_line(curves_of([(0, 0, 1, 1.0, 1.0)]).get(0), "gradient_norm")) == 0
    assert len(learning_line(Curve(), "val_loss")) == 0


def test_only_measures_with_records_are_offered():
    assert [measure.name for measure in measures_of(curves_of([(0, 0, 1, 1.0, 1.0)]).get(0))] == ["loss", "gap"]
    curve = Curve()
    curve.append(StepReported(0, 1, {"train_loss": 1.0, "gradient_norm": 0.1}))
    assert [measure.name for measure in measures_of(curve)] == ["loss", "gradient"]


def test_the_gap_is_validation_minus_training_at_the_same_step():
    gap, nothing = validation_and_train(curves_of([(0, 0, 1, 1.0, 1.5), (0, 0, 2, 0.5, 1.25)]).get(0), GAP)
    assert gap.values.tolist() == [0.5, 0.75]
    assert len(nothing) == 0


def test_models_without_steps_are_read_fold_by_fold():
    curve = Curve()
    for fold, score in enumerate((0.8, 0.9, 0.7)):
        curve.append(StepReported(0, 1, {"val_score": score}, fold))
    line = fold_line(curve, "val_score")
    assert line.steps.tolist() == [1, 2, 3]
    assert line.values.tolist() == [0.8, 0.9, 0.7]
    assert len(fold_line(Curve(), "val_score")) == 0


def test_a_summary_tells_what_was_set_and_what_was_learned():
    history = history_of([None])
    details = {"fold_scores": [0.8, 0.9], "parameters": 7114, "train_score": 0.95}
    history.apply(TrialEnded(0, "complete", 1.0, 2.5, (0.85,), details=details))
    curves = curves_of([(0, 0, 1, 2.0, 2.0), (0, 0, 2, 0.5, 0.75), (0, 0, 3, 0.25, 0.5)])
    summary = summarise(history, curves, 0)
    assert summary.state is State.COMPLETE
    assert summary.params["optimizer"] == "SGD"
    assert (summary.parameters, summary.steps, summary.folds, summary.seconds) == (7114, 3, 1, 2.5)
    assert summary.gap == 0.25
    assert summary.error == pytest.approx(np.std([0.8, 0.9], ddof=1) / 2**0.5)
    assert summary.train_score == 0.95
    assert summary.gradient_norm is None


def test_a_trial_that_reported_nothing_has_a_summary_too():
    summary = summarise(history_of(["failed"]), curves_of([]), 0)
    assert (summary.steps, summary.score, summary.gap, summary.reason) == (0, None, None, "it diverged")


def test_a_standard_error_needs_two_finite_folds():
    assert standard_error((0.5,)) is None
    assert standard_error((0.5, float("nan"))) is None


def test_convergence_is_where_most_of_the_fall_is_done():
    steps = np.arange(1, 6)
    assert converged_at(steps, np.array([10.0, 5.0, 0.4, 0.1, 0.0])) == 3
    assert converged_at(steps, np.array([1.0, 2.0, 3.0, 4.0, 5.0])) is None


TWO_FOLDS = [(0, 0, 1, 4.0, 5.0), (0, 0, 2, 2.0, 3.0), (0, 1, 1, 2.0, 100.0)]
LOSS = next(measure for measure in MEASURES if measure.name == "loss")


@pytest.mark.parametrize(("slope", "trend"), [(3.0, "falls"), (0.0, "level")])
def test_what_still_falls_has_not_converged(slope, trend):
    losses = [30.0 * np.exp(-step / 3) + 1.0 + slope * (1 - step / 50) for step in range(1, 51)]
    curves = curves_of([(0, 0, step, loss, loss) for step, loss in enumerate(losses, 1)])
    found = summarise(history_of([0.9]), curves, 0)
    assert found.validation_minimum.trend == trend
    assert (found.converged is None) is (trend == "falls")


def test_the_fold_that_catches_up_has_a_line_of_its_own():
    curve = curves_of(TWO_FOLDS).get(0)
    assert lagging_fold(curve) == 1
    assert running_line(curve, LOSS).values.tolist() == [100.0]
    assert running_line(curve, GAP).values.tolist() == [98.0]
    assert len(running_line(curves_of(TWO_FOLDS[:2]).get(0), LOSS)) == 0


def test_of_a_complete_trial_a_fold_that_ended_early_counts():
    curve = curves_of(TWO_FOLDS).get(0)
    assert validation_and_train(curve, LOSS, is_complete=True)[0].values.tolist() == [52.5, 3.0]


def test_a_summary_tells_the_step_of_the_fold_that_runs():
    summary = summarise(history_of([None]), curves_of(TWO_FOLDS), 0)
    assert (summary.steps, summary.fold, summary.step) == (2, 2, 1)
