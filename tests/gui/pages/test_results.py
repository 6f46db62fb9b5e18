import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from engine.analysis import best_summary
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from gui.pages.results import ResultsPage, results_page
from gui.pages.results.cards import exports
from gui.pages.results.score_distribution import ScoreDistribution, ScoreDistributionData
from gui.pages.results.words import caution
from gui.session.expected_best import ExpectedBestTracker
from tests.gui.driven import Driven, noisy_trials
from tests.gui.fakes import Recorder, wine_setup


@pytest.fixture
def driven() -> Driven:
    made = Driven()
    made.open()
    return made


@pytest.fixture
def messages() -> Recorder:
    return Recorder()


@pytest.fixture
def page(driven, messages, qtbot) -> ResultsPage:
    made = ResultsPage(driven.document, ExpectedBestTracker(driven.document, driven.document), messages)
    qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    yield made
    made.shutdown()


def test_every_card_stands_at_its_place(page, driven, qtbot):
    driven.trials([0.8])
    page.refresh()
    qtbot.waitUntil(lambda: page.cards[-1].y() > 0)
    assert page.cards[-1].objectName() == "card_exports"
    tops = [card.y() for card in page.cards if card.isVisible()]
    assert tops == sorted(tops)
    assert len({card.place for card in page.cards}) == len(page.cards)


def press(page: ResultsPage, qtbot, name: str) -> None:
    qtbot.mouseClick(page.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def test_without_a_complete_trial_the_page_says_what_to_do(page, driven):
    assert page.empty.isVisible()
    assert page.empty.text().endswith("Press Run to start.")
    driven.trials([None, None])
    page.refresh()
    assert page.empty.text() == "No trial is complete: 2 trials failed. The Live page shows why."


def test_the_best_configuration_is_told_in_words(page, driven):
    driven.trials([0.8, 0.95, 0.9])
    page.refresh()
    assert page.score.text() == "0.950"
    said = "accuracy: trial 1, the best of 3 complete trials (± standard error over 2 folds)"
    assert page.headline.text().endswith(said)
    assert page.sentence.text().startswith("A neural network with learning rate 0.002, ")
    assert page.comparison.text().startswith(
        "It is 0.15 above the first trial (0.800) and 0.05 above the median (0.900)."
    )
    assert "20 % of the rows are a holdout" in page.caution.text()


def test_equal_scores_are_not_said_to_lie_apart(page, driven):
    driven.trials([0.9, 0.9, 0.9])
    page.refresh()
    assert page.comparison.text().startswith("It is no better than the median (0.900).")


def test_the_first_trial_alone_is_compared_with_nothing(page, driven):
    driven.trials([0.8])
    page.refresh()
    assert page.headline.text().endswith("the only one that is complete so far (± standard error over 2 folds)")
    assert not page.strip.isVisible()


def test_the_page_follows_a_run_while_it_is_shown(page, driven, qtbot):
    driven.trials([0.8])
    qtbot.waitUntil(lambda: page.score.text() == "0.800")
    driven.trials([0.9])
    qtbot.waitUntil(lambda: page.score.text() == "0.900")


def test_a_hidden_page_works_out_nothing_and_is_right_when_it_is_seen(page, driven, monkeypatch):
    asked = []
    monkeypatch.setattr(results_page, "best_summary", lambda *given: asked.append(given) or best_summary(*given))
    page.hide()
    driven.trials([0.8, 0.95, 0.9])
    driven.document.setup_changed.emit()
    driven.document.run_state_changed.emit()
    assert not asked
    page.show()
    assert page.score.text() == "0.950"


def test_the_configuration_is_copied_as_json(page, driven, qtbot):
    driven.trials([0.8, 0.95])
    page.refresh()
    press(page, qtbot, "button_copy_configuration")
    assert json.loads(QGuiApplication.clipboard().text())["score"] == 0.95


@pytest.mark.parametrize("ending", ["py", "json", "yaml", "csv", "parquet"])
def test_an_export_goes_where_it_was_wanted_and_says_so(page, driven, messages, qtbot, monkeypatch, tmp_path, ending):
    written = []
    monkeypatch.setattr(exports, "export_study", lambda path, target: written.append((path, target)) or target)
    driven.trials([0.8])
    page.refresh()
    messages.file = tmp_path / f"best.{ending}"
    press(page, qtbot, f"button_export_{ending}")
    qtbot.waitUntil(lambda: page.exports.said.text() == f"Wrote best.{ending} into {tmp_path}.")
    assert written == [(Path("wine.study"), tmp_path / f"best.{ending}")]
    assert messages.suggestion.name == f"wine.{ending}"
    assert page.exports.folder.isVisible()


def test_an_export_that_fails_says_why_beside_the_button(page, driven, messages, qtbot, monkeypatch, tmp_path):
    def refuse(path: Path, target: Path) -> Path:
        raise UserFault("best.json could not be written: read-only.", "Choose another folder.")

    monkeypatch.setattr(exports, "export_study", refuse)
    driven.trials([0.8])
    page.refresh()
    messages.file = tmp_path / "best.json"
    press(page, qtbot, "button_export_json")
    qtbot.waitUntil(lambda: page.exports.said.text().startswith("best.json could not be written"))
    assert page.exports.said.text().endswith("Choose another folder.")
    assert not page.exports.folder.isVisible()


def test_the_export_action_offers_every_format(page, driven, messages):
    driven.trials([0.8])
    page.refresh()
    page.export()
    assert messages.suggestion.name == "wine.py"


def test_what_becomes_of_an_export_is_in_sight(page, driven, messages, qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(exports, "export_study", lambda path, target: target)
    driven.trials()
    page.resize(900, 360)
    page.refresh()
    QApplication.processEvents()
    messages.file = tmp_path / "best.py"
    page.export()
    qtbot.waitUntil(lambda: page.exports.said.text().startswith("Wrote best.py"))
    assert not page.exports.said.visibleRegion().isEmpty()


def test_marks_that_crowd_each_other_stand_in_the_order_of_their_values(qtbot):
    strip = ScoreDistribution()
    qtbot.addWidget(strip)
    strip.resize(600, 100)
    left: dict[str, float] = {}
    paint = strip._paint_mark

    def spy(painter, x, base, words, is_above, taken):
        paint(painter, x, base, words, is_above, taken)
        left[words] = taken[-1].left()

    strip._paint_mark = spy
    words = ("best 0.8", "median 0.771", "first trial 0.776")
    strip.show_picture(ScoreDistributionData(np.linspace(0.7, 0.8, 30), 0.8, 0.01, 0.771, 0.776, False, words))
    assert not strip.grab().isNull()
    assert left["median 0.771"] < left["first trial 0.776"]


def test_there_is_nothing_to_export_before_the_first_complete_trial(page, messages):
    page.export()
    assert messages.suggestion is None


def test_under_noise_the_expected_best_is_told_and_wanted_live(page, driven, qtbot):
    noisy_trials(driven)
    qtbot.waitUntil(page.expected.isVisible, timeout=20_000)
    number = page._expectation.found.number
    assert page.expected.text().startswith(f"Expected best: trial {number}, predicted ")
    assert "the safer choice" in page.luck.text()
    with qtbot.waitSignal(page.trial_wanted) as wanted:
        press(page, qtbot, "button_expected_best")
    assert wanted.args == [number]


def test_why_the_best_one_was_chosen_is_told(page, driven):
    driven.trials([0.8, 0.95])
    page.refresh()
    assert page.why.text() == "Bayesian optimisation drew this configuration independently of earlier trials."
    space = driven.runner.setup.search_space()
    why = {"phase": "explore", "predicted": 0.91, "spread": 0.05}
    driven.runner.say(TrialStarted(2, space.decode([0.3] * len(space)), 100.0, why=why))
    driven.runner.say(TrialEnded(2, "complete", 101.0, 1.0, (0.97,)))
    driven.hear()
    page.refresh()
    assert page.why.text().startswith("Predicted 0.910 ± 0.050, scored 0.970; chosen to explore. Bayesian ")


def test_where_no_trial_keeps_the_constraints_a_sentence_says_so(page, driven):
    driven.runner._opened(driven.document.path, wine_setup(constraints=("memory",)))
    driven.hear()
    space = driven.runner.setup.search_space()
    for number in range(2):
        driven.runner.say(TrialStarted(number, space.decode([0.3] * len(space)), 100.0))
        driven.runner.say(TrialEnded(number, "complete", 101.0, 1.0, (0.9,), constraints={"memory": 1.0}))
    driven.hear()
    page.refresh()
    assert page.empty.text().startswith("All 2 complete trials break a constraint.")


def test_what_is_to_be_expected_elsewhere_is_worse_and_not_less():
    """Less of an error would be better."""
    for objective in (wine_setup().objective, None):
        said = caution(wine_setup(objective=objective))
        assert "slightly worse" in said
        assert "less" not in said
