"""The cards of Results that judge stored predictions, driven by clicks and keys; predictions are told, not trained."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSlider

from engine.data.out_of_fold import OutOfFoldRows, Predictions, compact, pack_predictions, pack_rows
from engine.events import TrialEnded, TrialStarted
from engine.judging.ensemble import Ensemble
from engine.setup import replace
from engine.store import create
from gui.base.choice_box import ChoiceBox
from gui.bridge.background import Background
from gui.pages.results import ResultsPage
from gui.pages.results.cards import ensemble as cards_ensemble
from gui.session.expected_best import ExpectedBestTracker
from tests.gui.driven import Driven
from tests.gui.fakes import Recorder, wine_setup

SCORES = (0.8, 0.95, 0.9)
ROWS = 120


def judged_page(qtbot, tmp_path, y, classes, models, **changes) -> ResultsPage:
    """A page over a study whose trials scored :data:`SCORES` and said ``models`` of rows with the truth ``y``."""
    setup = wine_setup()
    setup = replace(setup, objective=replace(setup.objective, **changes))
    rows = OutOfFoldRows(np.arange(len(y)), np.arange(len(y)) * 3 // len(y), np.asarray(y), classes)
    key, blob = pack_rows(rows)
    space = setup.search_space()
    events = []
    for number, model in enumerate(models):
        kept = pack_predictions(compact(model), key, blob)
        events.append(TrialStarted(number, space.decode([0.3] * len(space)), 0.0))
        events.append(TrialEnded(number, "complete", 1.0, 1.0, (SCORES[number],), predictions=kept))
    path = tmp_path / "told.study"
    create(path, setup.to_json(), space, setup.directions(), events=events).close()
    driven = Driven()
    driven.document.create(path, setup)
    driven.hear()
    driven.trials(SCORES)
    page = ResultsPage(driven.document, ExpectedBestTracker(driven.document, driven.document), Recorder())
    page.driven = driven  # kept as long as the page is
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.show()
    qtbot.waitUntil(lambda: page._judged.found is not None)
    qtbot.waitUntil(lambda: not any(getattr(card, "is_busy", False) for card in page.cards))
    return page


def two_classes(rng, sharpness: float) -> tuple[np.ndarray, Predictions]:
    p = rng.beta(0.6, 1.4, ROWS)
    y = (rng.random(ROWS) < p).astype(np.int64)
    q = 1 / (1 + np.exp(-sharpness * np.log(p / (1 - p))))
    values = np.column_stack([1 - q, q])
    return y, Predictions("probability", values, values.argmax(axis=1))


@pytest.fixture
def page(qtbot, tmp_path) -> ResultsPage:
    rng = np.random.default_rng(0)
    y, good = two_classes(rng, 1.0)
    flipped = Predictions("probability", good.values[:, ::-1].copy(), 1 - good.labels)
    made = judged_page(qtbot, tmp_path, y, ("no", "yes"), [flipped, good, good])
    yield made
    made.shutdown()


def card(page: ResultsPage, name: str):
    return next(card for card in page.cards if card.name == name)


def settle(page: ResultsPage, qtbot) -> None:
    qtbot.waitUntil(lambda: not any(getattr(one, "is_busy", False) for one in page.cards))


def test_another_metric_orders_the_trials_anew(page, qtbot):
    metrics = card(page, "metrics")
    combo = page.findChild(ChoiceBox, "combo_rescore")
    combo.setCurrentText("Log loss")
    settle(page, qtbot)
    assert metrics.headline.sentence.startswith("Trial 1 is best by Log loss too")
    rows = [page.findChild(QLabel, f"label_rescore_{row}_0").text() for row in range(1, 4)]
    assert rows == ["1", "2", "0"]
    assert page.findChild(QLabel, "label_rescore_3_3").text() == "3 of 3"


def test_a_metric_of_one_class_and_a_typed_formula(page, qtbot):
    metrics = card(page, "metrics")
    combo = page.findChild(ChoiceBox, "combo_rescore")
    combo.setCurrentText("Recall")
    one_class = page.findChild(ChoiceBox, "combo_rescore_class")
    assert one_class.isVisible()
    one_class.setCurrentText("no")
    settle(page, qtbot)
    assert "Recall of no" in metrics.headline.sentence
    combo.setCurrentText("a formula or costs")
    line = page.findChild(QLineEdit, "line_rescore")
    line.setFocus()
    qtbot.keyClicks(line, "minimize:fn / n")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert "best by fn / n" in metrics.headline.sentence
    line.clear()
    qtbot.keyClicks(line, "minimize:import os")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert page.findChild(QLabel, "label_rescore").isVisible()
    assert not page.findChild(QLabel, "label_rescore_1_0").isVisible()


def test_the_slider_moves_the_matrix_and_the_best_threshold_follows_costs(page, qtbot):
    errors = card(page, "errors")
    slider = page.findChild(QSlider, "slider_threshold")
    assert slider.value() == 500
    before = errors.matrix._found.counts.copy()
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    after = errors.matrix._found.counts
    assert after[:, 1].sum() > before[:, 1].sum()  # more rows are said to be yes
    assert after.sum() == before.sum()
    cost = page.findChild(QLineEdit, "line_cost_false_negative")
    cost.clear()
    qtbot.keyClicks(cost, "9")
    settle(page, qtbot)
    qtbot.waitUntil(lambda: not errors.threshold.is_busy)
    qtbot.mouseClick(page.findChild(QPushButton, "button_best_threshold"), Qt.MouseButton.LeftButton)
    assert slider.value() < 300
    assert "Best by lowest cost" in page.findChild(QLabel, "label_threshold_worth").text()
    qtbot.mouseClick(page.findChild(QPushButton, "button_usual_threshold"), Qt.MouseButton.LeftButton)
    assert slider.value() == 500
    assert errors.matrix._found.counts.tolist() == before.tolist()


def test_probabilities_and_hard_rows_are_told(page, qtbot):
    assert card(page, "reliability").isVisible()
    assert "The probability of yes" in card(page, "reliability").headline.sentence
    hard = card(page, "hard_rows")
    assert "in all of the 3 best models" in hard.headline.sentence or hard.headline.sentence.startswith("No row")
    qtbot.mouseClick(page.findChild(QPushButton, "button_copy_hard_rows"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines()[0] == "row\ttruth\tmostly said\twrong in"
    assert hard.copy.text() == "Copied"


def test_a_regression_has_residuals_and_no_matrix(qtbot, tmp_path):
    rng = np.random.default_rng(1)
    y = rng.normal(size=ROWS)
    models = [Predictions("value", y + rng.normal(0, spread, ROWS)) for spread in (0.5, 0.1, 0.2)]
    page = judged_page(qtbot, tmp_path, y, (), models, task="regression", metric="rmse")
    errors = card(page, "errors")
    assert errors.residuals.isVisible()
    assert not errors.matrix.isVisible()
    assert not card(page, "reliability").isVisible()
    assert card(page, "hard_rows").isVisible()
    page.shutdown()


def test_a_study_without_predictions_says_so_and_shows_no_empty_card(qtbot, tmp_path):
    y = np.arange(ROWS) % 2
    page = judged_page(qtbot, tmp_path, y, ("a", "b"), [])
    qtbot.waitUntil(lambda: page._judged.found is not None)
    said = page.findChild(QLabel, "label_rescore")
    qtbot.waitUntil(said.isVisible)
    assert said.text().startswith("This study keeps no predictions.")
    assert not any(card(page, name).isVisible() for name in ("errors", "reliability", "hard_rows"))
    page.shutdown()


def test_an_ensemble_is_tried_stopped_and_saved_where_it_helps(page, qtbot, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(Background, "ask", lambda self, topic, question, done, failed: asked.append((question, done)))
    found = card(page, "ensemble")
    buttons = {name: page.findChild(QPushButton, f"button_{name}ensemble") for name in ("", "stop_", "save_")}
    shown = lambda: [name for name, button in buttons.items() if button.isVisible()]  # noqa: E731 - said once
    assert shown() == [""]
    buttons[""].click()
    assert shown() == ["stop_"]
    buttons["stop_"].click()
    assert shown() == [""]
    buttons[""].click()
    question, done = asked[-1]
    done(question())
    assert shown() == []
    assert found.headline.sentence == "An ensemble of these trials would be trial 1 alone"
    helpful = Ensemble("accuracy", ((1, 0.75), (2, 0.25)), 0.97, 1, 0.95, 0.96, 0.94, 0.02, 0.005, 0.012, 0.028, 3)
    done(helpful)
    assert shown() == ["save_"]
    assert "beats the best one alone by 0.02, 90 % interval 0.012 to 0.028" in found.headline.sentence
    members = page.findChild(QLabel, "label_ensemble_members").text()
    assert members.startswith("The mean of trial 1 (75 %), trial 2 (25 %).")
    written = []
    monkeypatch.setattr(cards_ensemble, "export_study", lambda path, target, what: written.append(what) or target)
    found.context.messages.file = tmp_path / "e.py"
    buttons["save_"].click()
    qtbot.waitUntil(lambda: page.findChild(QLabel, "label_ensemble").text().startswith("Wrote e.py into"))
    assert written == ["ensemble"]
