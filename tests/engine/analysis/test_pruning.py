"""What is said of pruning: counted from the trials that were spared, and silent about what a person stopped."""

import pytest

from engine.analysis import pruning_of, pruning_words
from engine.events import TrialEnded, TrialStarted
from engine.space import Float, SearchSpace
from engine.trials import BY_HAND, History


def history_of(*trials):
    """Trials as (state, score, seconds, reason, spared)."""
    history = History(SearchSpace({"x": Float(0.0, 1.0)}), ("maximize",))
    for number, (state, score, seconds, reason, spared) in enumerate(trials):
        history.apply(TrialStarted(number, {"x": number / 100}, 0.0))
        details = {"spared": "At step 3 it was behind."} if spared else {}
        history.apply(TrialEnded(number, state, seconds, seconds, (score,), reason, details))
    return history


def complete(score, *, spared=False):
    return ("complete", score, 10.0, "", spared)


def pruned(seconds=2.0, reason="At step 3 it was behind."):
    return ("pruned", 0.1, seconds, reason, False)


def test_time_is_saved_against_what_complete_trials_take():
    found = pruning_of(history_of(complete(0.9), complete(0.8), pruned(2.0), pruned(4.0), pruned(1.0, BY_HAND)))
    assert (found.pruned, found.seconds, found.whole) == (2, 14.0, 20.0)


@pytest.mark.parametrize(
    ("trials", "words"),
    [
        ([complete(0.9)], ""),
        ([complete(0.9), pruned(1.0, BY_HAND)], ""),
        ([complete(0.9), pruned()], "Not known yet: one in ten"),
        (
            [complete(0.9, spared=True), complete(0.5)],
            "No: 1 trial was to be pruned and ran to the end, and is the best.",
        ),
        (
            [*(complete(0.9 - 0.1 * n) for n in range(6)), complete(0.2, spared=True), pruned()],
            "So far: 1 trial was to be pruned and ran to the end; it is not among the best quarter.",
        ),
        (
            [*(complete(0.9 - 0.1 * n, spared=n in (1, 7)) for n in range(8)), pruned()],
            "Not always: 2 trials were to be pruned and ran to the end; 1 is among the best quarter.",
        ),
        ([*(complete(0.9 - 0.1 * n, spared=n in (0, 7)) for n in range(8))], "No: 2 trials were to be pruned"),
    ],
)
def test_whether_it_was_right_is_told_from_the_trials_that_were_spared(trials, words):
    said = pruning_words(pruning_of(history_of(*trials)))
    assert said == words if not words or words.endswith(".") else said.startswith(words)
