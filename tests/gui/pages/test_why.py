import pytest

from engine.analysis import summarise
from engine.events import TrialStarted
from engine.trials import Curves, History
from gui.pages.live.why import PHASES, why_facts, why_sentence
from tests.engine.analysis.studies import SPACE, params_of


def told(source: str = "sampler", **why: object) -> tuple[str, list[tuple[str, str]]]:
    history = History(SPACE)
    history.apply(TrialStarted(0, params_of(0), 0.0, source, 0, why))
    summary = summarise(history, Curves(), 0)
    return why_sentence(summary, "Bayesian optimisation"), [(fact.name, fact.value) for fact in why_facts(summary)]


def test_who_asked_for_a_trial_by_hand_is_told_so():
    assert told("queue")[0] == "You queued this configuration by hand."
    assert told("retry")[0].startswith("You asked")


def test_a_cell_of_a_grid_is_counted():
    assert told(cell=3, cells=1200)[0] == "Cell 3 of 1,200 of the grid, which is walked in random order."


@pytest.mark.parametrize("phase", sorted(PHASES))
def test_every_phase_is_a_sentence_about_the_strategy(phase):
    sentence, facts = told(phase=phase, expected_improvement=0.0123)
    assert sentence.startswith("Bayesian optimisation ")
    assert sentence.endswith(".")
    assert facts == [("expected improvement", "0.0123")]


def test_a_phase_that_nobody_knows_is_shown_as_it_is():
    assert told(phase="dreaming")[1] == [("phase", "dreaming")]


def test_a_sampler_that_notes_nothing_looked_at_nothing():
    assert told()[0] == "Bayesian optimisation drew this configuration without regard to earlier trials."
