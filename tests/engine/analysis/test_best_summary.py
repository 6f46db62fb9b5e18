from engine.analysis import best_summary
from engine.events import TrialEnded
from engine.trials import Curves
from tests.engine.analysis.studies import history_of


def test_the_winner_stands_beside_the_first_and_the_median_trial():
    found = best_summary(history_of(["failed", 0.5, 0.9, 0.7, None]), Curves())
    assert (found.best.number, found.first, found.first_score, found.median) == (2, 1, 0.5, 0.7)
    assert (found.complete, found.second) == (3, 3)
    assert abs(found.lead - 0.2) < 1e-12


def test_trials_within_one_standard_error_are_counted_without_the_winner():
    history = history_of([0.5, 0.89, None])
    history.apply(TrialEnded(2, "complete", 3.0, 1.0, (0.9,), details={"fold_scores": [0.88, 0.92]}))
    assert best_summary(history, Curves()).within_error == 1


def test_a_study_without_a_complete_trial_has_no_standing():
    assert best_summary(history_of(["failed", None]), Curves()) is None


def test_a_single_trial_leads_nobody():
    found = best_summary(history_of([0.5]), Curves())
    assert found.second is None
    assert found.lead is None
