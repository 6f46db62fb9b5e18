import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton

from engine.analysis import best_summary
from engine.applying.column_importance import ColumnImportance
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.exporting.new_predictions import NewPredictions
from gui.pages.results import ResultsPage, results_page
from gui.pages.results.cards import apply, exports
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


def choose(page: ResultsPage, *names: str) -> None:
    for row in page.exports.export_rows:
        row.check.setChecked(row.kind.name in names)


def test_one_button_counts_and_saves_what_is_chosen(page, driven, messages, qtbot, monkeypatch, tmp_path):
    written = []

    def export(path, target, say, *, what):
        written.append((target.name, what))
        say("It needs scikit-learn.")
        return target

    monkeypatch.setattr(exports, "export_study", export)
    driven.trials([0.8])
    page.refresh()
    save = page.findChild(QPushButton, "button_save_exports")
    assert save.text() == "Save the three chosen…"
    choose(page)
    assert not save.isEnabled()
    qtbot.waitUntil(lambda: all(row.check.height() > 8 for row in page.exports.export_rows))
    for name in ("csv", "curves"):
        qtbot.mouseClick(page.findChild(QCheckBox, f"check_export_{name}"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert save.text() == "Save the two chosen…"
    messages.file = tmp_path
    press(page, qtbot, "button_save_exports")
    qtbot.waitUntil(lambda: page.exports.said.text() == f"Wrote two files into {tmp_path}.")
    assert written == [("wine.csv", ""), ("wine-curves.csv", "curves")]
    assert page.findChild(QLabel, "label_export_csv").text() == "✓ saved. It needs scikit-learn."
    assert page.exports.folder.isVisible()


def test_files_that_are_there_are_replaced_only_when_a_person_agrees(
    page, driven, messages, qtbot, monkeypatch, tmp_path
):
    monkeypatch.setattr(exports, "export_study", lambda path, target, say, *, what: target)
    driven.trials([0.8])
    page.refresh()
    (tmp_path / "wine.json").write_text("old")
    choose(page, "json", "yaml")
    messages.file = tmp_path
    press(page, qtbot, "button_save_exports")
    assert "wine.json" in messages.questions[0].text
    assert not page.exports.is_busy
    messages.answer = "replace"
    press(page, qtbot, "button_save_exports")
    qtbot.waitUntil(lambda: page.exports.said.text().startswith("Wrote two files"))


def test_a_file_that_fails_says_why_in_its_row_and_the_others_are_written(
    page, driven, messages, qtbot, monkeypatch, tmp_path
):
    def refuse(path: Path, target: Path, say, *, what: str) -> Path:
        if target.suffix == ".json":
            raise UserFault("best.json could not be written: read-only.", "Choose another folder.")
        return target

    monkeypatch.setattr(exports, "export_study", refuse)
    driven.trials([0.8])
    page.refresh()
    choose(page, "json", "yaml")
    messages.file = tmp_path
    press(page, qtbot, "button_save_exports")
    qtbot.waitUntil(lambda: page.exports.said.text().endswith("One file was not written: see above."))
    assert page.exports.said.text().startswith("Wrote wine.yaml")
    assert page.findChild(QLabel, "label_export_json").text().endswith("Choose another folder.")


def test_one_chosen_file_gets_a_name_and_alone_says_why_it_failed(page, driven, messages, qtbot, monkeypatch, tmp_path):
    def refuse(path: Path, target: Path, say, *, what: str) -> Path:
        raise UserFault("best.json could not be written: read-only.", "Choose another folder.")

    monkeypatch.setattr(exports, "export_study", refuse)
    driven.trials([0.8])
    page.refresh()
    choose(page, "space")
    messages.file = tmp_path / "best.json"
    press(page, qtbot, "button_save_exports")
    assert messages.suggestion.name == "wine-space.json"
    qtbot.waitUntil(lambda: page.exports.said.text().startswith("best.json could not be written"))
    assert page.exports.said.text().endswith("Choose another folder.")
    assert not page.exports.folder.isVisible()


def test_the_script_is_copied(page, driven, qtbot, monkeypatch):
    monkeypatch.setattr(exports, "exported_script", lambda path: "print(1)")
    driven.trials([0.8])
    page.refresh()
    press(page, qtbot, "button_copy_script")
    qtbot.waitUntil(lambda: page.exports.said.text() == "The script is in the clipboard.")
    assert QGuiApplication.clipboard().text() == "print(1)"


def test_the_export_action_offers_every_format(page, driven, messages):
    driven.trials([0.8])
    page.refresh()
    page.export()
    assert messages.suggestion.name == "wine.py"


def test_what_becomes_of_an_export_is_in_sight(page, driven, messages, qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(exports, "export_study", lambda path, target, say, *, what: target)
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


def test_a_table_that_is_dropped_on_its_card_is_predicted(page, driven, messages, qtbot, monkeypatch, tmp_path):
    asked = []

    def predict(path, table, to):
        asked.append((table, to))
        doubts = ("One cell of 'a' is missing.",)
        return NewPredictions(to, 3, 0, "target", ("predicted_target",), doubts, 0.9, 3, "Accuracy")

    monkeypatch.setattr(apply, "predict_new_table", predict)
    driven.trials([0.8])
    page.refresh()
    messages.file = tmp_path / "out.csv"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "new.csv"))])
    card = next(card for card in page.cards if card.name == "apply")
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
    card.dropEvent(event)
    qtbot.waitUntil(lambda: card.said.text().startswith("Wrote 3 rows to out.csv"))
    assert asked == [(tmp_path / "new.csv", tmp_path / "out.csv")]
    assert "Accuracy on the 3 rows that hold target: 0.9." in card.said.text()
    assert "One cell" in card.doubts.text()
    assert messages.suggestion.name == "new-predicted.csv"


def test_columns_are_shuffled_when_that_is_asked_for(page, driven, qtbot, monkeypatch):
    found = ColumnImportance(0, "Accuracy", ("a", "b"), (0.2, 0.0), (0.1, -0.1), (0.3, 0.1), 0.8, 5, 5)
    card = next(card for card in page.cards if card.name == "columns")
    monkeypatch.setattr(card._background, "ask", lambda topic, question, done, failed: done(found))
    driven.trials([0.8])
    page.refresh()
    press(page, qtbot, "button_columns")
    assert card.headline.sentence.startswith("a matters most: 0.2")
    assert card.plot.isVisible()
    driven.trials([0.99])
    page.refresh()
    assert not card.plot.isVisible()  # it was another trial's
