"""A trial taken in place of the search's best is what exports speak of, while that best stays the best."""

import pytest

from engine import store
from engine.events import FindingRecorded, TrialEnded, TrialStarted
from engine.exporting import export_study
from engine.exporting.base import read_content
from engine.judging.taken import TAKEN, taken_finding, taken_trial
from tests.helpers import judged


@pytest.fixture
def path(tmp_path):
    return judged.write(tmp_path / "a.study", judged.SETUP, (0.9, 0.92), (0.95, 0.97), (0.94, 0.96))


def history_of(path):
    with store.Reader(path) as reader:
        return reader.study().history


def test_exports_speak_of_the_trial_that_was_taken(path):
    assert read_content(path).best.number == 1
    with store.open_writer(path) as writer:
        writer.record([taken_finding(2, history_of(path), "the window")])
    assert read_content(path).best.number == 2
    with store.open_writer(path) as writer:
        writer.record([taken_finding(1, history_of(path), "the window")])
    assert read_content(path).best.number == 1


def test_the_report_is_of_the_trial_that_was_taken_and_names_the_other(path, tmp_path):
    with store.open_writer(path) as writer:
        writer.record([taken_finding(2, history_of(path), "the window")])
    export_study(path, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "This report is of trial 2, which was taken in place of trial 1, the best of the search (0.96" in page
    assert "reached at trial 1" in page
    assert "trial 2 of wine" in page


def test_a_better_trial_ends_the_decision(path):
    history = history_of(path)
    finding = taken_finding(2, history, "Python")
    assert taken_trial([finding], history) == 2
    params = history.params(0)
    history.apply(TrialStarted(3, params, 1.0))
    history.apply(TrialEnded(3, "complete", 2.0, 1.0, (0.99,)))
    assert taken_trial([finding], history) is None


def test_a_trial_that_failed_cannot_stand_for_the_study(path):
    history = history_of(path)
    history.apply(TrialStarted(3, history.params(0), 1.0))
    history.apply(TrialEnded(3, "failed", 2.0, 1.0, ()))
    assert taken_trial([taken_finding(3, history, "a stranger")], history) is None


@pytest.mark.parametrize("values", [{}, {"trial": "x", "instead_of": 1}, {"trial": 99, "instead_of": 1}, {"trial": -1}])
def test_a_spoiled_decision_is_none(path, values):
    assert taken_trial([FindingRecorded(TAKEN, 1.0, values)], history_of(path)) is None
