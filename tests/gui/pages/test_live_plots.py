"""What the curves of the inner loop say of themselves on the live page."""

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAction

from engine.events import StepReported, TrialEnded
from engine.objectives.description import TableObjective
from gui.base.theme import space
from gui.pages.live import LivePage
from gui.session.expected_best import ExpectedBestTracker
from gui.session.selection import Selection
from tests.gui.driven import Driven
from tests.gui.fakes import wine_setup


@pytest.fixture
def driven() -> Driven:
    return Driven()


@pytest.fixture
def opened(driven, qtbot):
    def open_study(family: str = "mlp", task: str = "classification", metric: str = "accuracy") -> LivePage:
        objective = TableObjective("sample:wine", "target", task, family, metric)
        driven.document.create(Path("wine.study"), wine_setup(objective=objective))
        driven.hear()
        page = LivePage(
            driven.document, Selection(driven.document), ExpectedBestTracker(driven.document, driven.document)
        )
        qtbot.addWidget(page)
        page.resize(1500, 900)
        page.show()
        qtbot.waitExposed(page)
        return page

    return open_study


def tell(driven: Driven, number: int, losses, fold: int = 0, **more: float) -> None:
    for step, loss in enumerate(losses, 1):
        records = {"train_loss": 1.0 / step, "val_loss": loss, **more}
        driven.runner.say(StepReported(number, step, records, fold))


def end(driven: Driven, number: int, state: str = "complete") -> None:
    values = (0.9,) if state == "complete" else ()
    driven.runner.say(TrialEnded(number, state, 200.0, 1.0, values, "" if state == "complete" else "It was stopped."))


def shown(page: LivePage, driven: Driven, number: int = 0):
    driven.hear()
    page.inner.picked.emit(number)
    plot = page.inner.plot
    plot._draw_now()
    plot._draw_now()
    return plot


def choose(page: LivePage, name: str) -> None:
    page.findChild(QAction, f"action_measure_{name}").trigger()
    page.inner.plot._draw_now()


@pytest.mark.parametrize(
    ("family", "task", "metric", "name"),
    [
        ("mlp", "classification", "roc_auc", "accuracy"),
        ("linear", "regression", "rmse", "R²"),
        ("poisson", "regression", "rmse", "D²"),
    ],
)
def test_the_scores_of_a_learner_are_called_what_they_are(opened, driven, family, task, metric, name):
    page = opened(family, task, metric)
    number = driven.runner.begin()
    tell(driven, number, [1.0, 0.5], val_score=0.8, train_score=0.9)
    plot = shown(page, driven)
    choose(page, "score")
    assert plot.y_axis.labelText == name
    assert plot.choice.text() == f"{name} ▾"
    assert "score" not in [measure.title for measure in plot.choice.offered]


@pytest.mark.parametrize(
    ("family", "task", "name"),
    [
        ("mlp", "classification", "loss: cross-entropy (log scale)"),
        ("random_forest", "regression", "loss: mean squared error (log scale)"),
    ],
)
def test_the_loss_axis_says_which_loss(opened, driven, family, task, name):
    page = opened(family, task, "accuracy" if task == "classification" else "rmse")
    tell(driven, driven.runner.begin(), [1.0, 0.5])
    assert shown(page, driven).y_axis.labelText == name


def test_a_model_that_learns_in_one_go_shows_dots_named_by_the_metric(opened, driven):
    page = opened("svm")
    for number in range(2):
        driven.runner.begin()
        for fold in range(5):
            driven.runner.say(StepReported(number, 1, {"val_score": 0.8 + 0.02 * fold + 0.01 * number}, fold))
        end(driven, number)
    plot = shown(page, driven)
    assert plot.y_axis.labelText == "accuracy"
    assert len(plot._validation.getData()[0] if plot._validation.getData()[0] is not None else ()) == 0
    assert plot._dots.getData()[0].tolist() == [1, 2, 3, 4, 5]
    assert len(plot.crowd._dots.data) == 5


def test_the_fold_that_runs_has_its_own_line_and_the_headline_its_own_epoch(opened, driven):
    page = opened()
    number = driven.runner.begin()
    tell(driven, number, np.linspace(1.0, 0.2, 20))
    tell(driven, number, [0.9, 0.8, 0.7], fold=1)
    plot = shown(page, driven)
    assert plot._running.getData()[0].tolist() == [1, 2, 3]
    assert (plot._running_end.words, plot._running_end.place[0]) == ("fold 2", 3.0)
    assert len(plot._validation.getData()[0]) == 20
    assert plot.headline.sentence == "Trial 0 is training: fold 2 of 5, epoch 3"
    tell(driven, number, np.linspace(0.9, 0.3, 20), fold=1)
    plot = shown(page, driven)
    assert plot._running_end.words == ""


def test_a_trial_that_was_cut_off_says_in_which_fold_and_epoch(opened, driven):
    page = opened()
    number = driven.runner.begin()
    for fold, steps in enumerate((20, 20, 4)):
        tell(driven, number, np.linspace(1.0, 0.2, steps), fold=fold)
    end(driven, number, "failed")
    assert shown(page, driven).headline.sentence == "Trial 0 failed in fold 3, epoch 4"


def test_overfitting_is_named_and_its_beginning_marked(opened, driven):
    page = opened()
    number = driven.runner.begin()
    tell(driven, number, [0.3 + 0.1 * abs(step - 4) for step in range(1, 21)])
    end(driven, number)
    plot = shown(page, driven)
    said = "Lowest validation loss 0.3 at epoch 4; 6.3 times that at the end: it overfits"
    assert plot.headline.remark.startswith(said)
    assert plot._lowest.words == "0.3"
    assert plot._lowest.place == pytest.approx((4.0, math.log10(0.3)))
    choose(page, "gap")
    assert plot._lowest.words == ""


def test_a_training_that_ended_early_is_said_to_fall_still(opened, driven):
    page = opened()
    number = driven.runner.begin()
    tell(driven, number, np.exp(-np.arange(20) / 10))
    assert "Still falling" not in shown(page, driven).headline.remark
    end(driven, number)
    plot = shown(page, driven)
    assert plot.headline.remark.startswith("Still falling at the last epoch · ")
    assert plot._lowest.words == ""  # the end's label tells it


def test_what_a_record_is_a_mean_of_is_said(opened, driven):
    page = opened()
    tell(driven, driven.runner.begin(), [1.0, 0.5], gradient_norm=0.1)
    plot = shown(page, driven)
    assert plot.headline.remark == "training loss: mean over the epoch's batches"
    choose(page, "gradient")
    assert plot.headline.remark == "last update of each epoch"


def test_a_measure_with_one_line_is_drawn_as_strongly_as_validation(opened, driven):
    page = opened()
    tell(driven, driven.runner.begin(), [1.0, 0.5], gradient_norm=0.1)
    plot = shown(page, driven)
    assert plot._train.opts["pen"].dashPattern()
    choose(page, "gradient")
    assert not plot._train.opts["pen"].dashPattern()
    assert plot._train.opts["pen"].widthF() == plot._validation.opts["pen"].widthF()


def test_a_negative_gap_stays_visible_on_a_logarithmic_scale(opened, driven):
    page = opened()
    tell(driven, driven.runner.begin(), [0.5, 0.5, 0.5, 0.5])  # minus 1, 1/2, 1/3, 1/4: from -0.5 to 0.25
    plot = shown(page, driven)
    choose(page, "gap")
    plot.set_log(True)
    plot._draw_now()
    positions = plot._validation.getData()[1]
    assert np.isfinite(positions).all()
    assert positions[0] < 0.0 < positions[-1]
    assert plot.y_axis.labelText == "generalisation gap (signed log scale)"
    choose(page, "loss")
    assert plot._validation.getData()[1] == pytest.approx(np.log10([0.5] * 4))


def test_the_count_of_other_trials_holds_after_another_is_selected(opened, driven):
    page = opened()
    driven.trials([0.8, 0.9, 0.7, 0.6])
    for number in (0, 2, 1):
        assert "3 other trials in the background" in shown(page, driven, number).headline.remark


def test_trials_of_one_epoch_are_dots(opened, driven):
    page = opened()
    for number in range(4):
        driven.runner.begin()
        tell(driven, number, [0.5 + 0.1 * number])
        end(driven, number)
    plot = shown(page, driven)
    assert len(plot.crowd._dots.data) == 3


def test_only_models_that_tell_of_their_layers_offer_them(opened, driven):
    page = opened("sgd")
    tell(driven, driven.runner.begin(), [1.0, 0.5])
    plot = shown(page, driven)
    assert [measure.name for measure in plot.choice.offered] == ["loss", "gap"]


def test_the_card_of_a_trial_with_a_long_reason_keeps_narrow(opened, driven):
    page = opened()
    tell(driven, driven.runner.begin(), [1.0, 0.5])
    plot = shown(page, driven)
    reason = "The loss is no longer a finite number because the weights grew. Lower the learning rate. " * 4
    plot._card.tell(("Trial 0 · failed", reason, "learning rate 1"), plot.rect().center())
    assert plot._card.width() <= space(360)
    assert len(plot._card.text().splitlines()) == 4
    assert plot._card.text().splitlines()[-1] == "learning rate 1"


def test_curves_keep_their_height_in_a_small_window(opened, driven):
    page = opened()
    tell(driven, driven.runner.begin(), [1.0, 0.5])
    page.resize(900, 560)
    plot = shown(page, driven)
    assert plot.box.height() >= space(120)
