"""How a run ends that brought nothing but failures."""

import pytest

from engine.events import TrialEnded, TrialStarted
from engine.runner.stopping import StoppingRules
from engine.setup import Budget
from engine.space import Float, SearchSpace
from engine.trials import BY_HAND, History


def history(*reasons):
    """Trials that failed for these reasons; *None* is one that is complete."""
    made = History(SearchSpace({"x": Float(0.0, 1.0)}), ("minimize",))
    for number, reason in enumerate(reasons):
        made.apply(TrialStarted(number, {"x": 0.5}, 1.0))
        scores = (0.5,) if reason is None else ()
        state = "complete" if scores else "pruned" if reason == BY_HAND else "failed"
        made.apply(TrialEnded(number, state, 2.0, 1.0, scores, reason or ""))
    return made


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        (["a", "b", "a"], "All 3 trials of this run failed, 2 of them: a"),
        (["a", "a", "a"], "All 3 trials of this run failed: a"),
        (["a", "a"], "Both trials of this run failed: a"),
        (["a"], "The only trial failed: a"),
        (["a\nTraceback"], "The only trial failed: a"),
        (["a", None], ""),
        ([BY_HAND, BY_HAND], ""),
        (["a", BY_HAND, "a"], "Both trials of this run failed: a"),
        ([], ""),
    ],
)
def test_the_commonest_reason_is_told(reasons, sentence):
    rules = StoppingRules()
    rules.begin_run(history())
    assert rules.failed_end(history(*reasons)) == sentence


def test_an_earlier_run_does_not_count():
    rules = StoppingRules()
    rules.begin_run(history(None))
    assert rules.failed_end(history(None, "a")) == "The only trial failed: a"


def test_one_trial_is_spoken_of_as_one():
    rules = StoppingRules()
    rules.begin_run(history())
    assert rules.run_facts(Budget(trials=1), history(None)).stop_reason == "The only trial is done."


@pytest.mark.parametrize(("failures", "reason"), [(0, ""), (1, "Nothing improved for 1 trial.")])
def test_patience_counts_the_trials_after_the_best(failures, reason):
    rules = StoppingRules()
    rules.begin_run(history())
    told = history(None, *["a"] * failures)
    assert rules.run_facts(Budget(trials=9, patience=1), told).stop_reason == reason


def test_a_trial_that_the_pruner_ended_has_not_failed():
    rules = StoppingRules()
    rules.begin_run(history())
    told = history("a")
    told.apply(TrialStarted(1, {"x": 0.5}, 1.0))
    told.apply(TrialEnded(1, "pruned", 2.0, 1.0, (0.5,), "It was far behind."))
    assert rules.failed_end(told) == ""
