import threading

import pytest

from engine.analysis import Expected, expected_best
from gui.session.document import Document
from gui.session.expected_best import ExpectedBestTracker, expected_words, winner_curse_text
from tests.gui.driven import Driven, noisy_trials


@pytest.fixture
def driven() -> Driven:
    made = Driven()
    made.open()
    return made


@pytest.fixture
def expectation(driven) -> ExpectedBestTracker:
    return ExpectedBestTracker(driven.document, driven.document)


def looked(expectation: ExpectedBestTracker, qtbot) -> None:
    expectation.refresh()
    qtbot.waitUntil(lambda: not expectation.is_busy, timeout=20_000)


def test_it_finds_what_the_engine_finds_and_says_so(driven, expectation, qtbot):
    noisy_trials(driven)
    with qtbot.waitSignal(expectation.changed, timeout=20_000):
        looked(expectation, qtbot)
    assert expectation.found == expected_best(driven.document.history)
    assert expectation.found.is_noisy


def test_it_looks_by_itself_when_trials_end(driven, expectation, qtbot):
    with qtbot.waitSignal(expectation.changed, timeout=20_000):
        noisy_trials(driven)
    assert expectation.found is not None


def test_without_noise_there_is_nothing_to_say(driven, expectation, qtbot):
    noisy_trials(driven, noise=0.0)
    looked(expectation, qtbot)
    assert expectation.found is None


def test_few_trials_say_nothing(driven, expectation, qtbot):
    noisy_trials(driven, count=6)
    looked(expectation, qtbot)
    assert expectation.found is None


def test_the_model_is_fitted_in_another_thread(driven, expectation, qtbot, monkeypatch):
    names = []

    def spying(history):
        names.append(threading.current_thread().name)
        return expected_best(history)

    monkeypatch.setattr("gui.session.expected_best.expected_best", spying)
    noisy_trials(driven)
    looked(expectation, qtbot)
    assert set(names) == {"background"}


def test_an_answer_about_another_study_is_dropped(driven, expectation, qtbot):
    noisy_trials(driven)
    expectation.refresh()
    driven.runner._opened(driven.document.path, driven.runner.setup)
    driven.hear()
    qtbot.waitUntil(lambda: not expectation.is_busy, timeout=20_000)
    assert expectation.found is None


def test_a_document_without_a_study_is_no_trouble(qtbot):
    expectation = ExpectedBestTracker(Document())
    looked(expectation, qtbot)
    assert expectation.found is None


def test_the_words_name_the_trial_and_the_luck(driven, expectation, qtbot):
    noisy_trials(driven)
    looked(expectation, qtbot)
    found = expectation.found
    assert found.number != found.observed
    assert expected_words(found).startswith(f"Expected best: trial {found.number}, predicted 0.")
    assert f"Trial {found.observed} scored " in winner_curse_text(found)
    assert "±" in expected_words(found)


def test_where_both_are_the_same_trial_the_words_say_so():
    found = Expected(7, 0.981, 0.9712, 0.0031, 7, 0.981, 0.9712, 0.0031, True)
    assert expected_words(found) == "Expected best: the same, predicted 0.971 ± 0.003"
    assert winner_curse_text(found).endswith(
        "Trial 7 scored 0.981; the model predicts the best score there too, 0.971 ± 0.003."
    )
