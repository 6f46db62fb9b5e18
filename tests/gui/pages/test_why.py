import pytest

from engine import Categorical, Float, Int, SearchSpace, Study
from engine.analysis import summarise
from engine.events import TrialEnded, TrialStarted
from engine.trials import Curves, History
from gui.pages.live.why import PHASES, prediction_sentence, why_facts, why_sentence
from tests.engine.analysis.studies import SPACE, params_of


def prediction(
    state: str | None = "complete", score: float | None = 0.94, source: str = "sampler", **why: object
) -> str:
    history = History(SPACE)
    history.apply(TrialStarted(0, params_of(0), 0.0, source, 0, why))
    if state is not None:
        history.apply(TrialEnded(0, state, 1.0, 1.0, () if score is None else (score,)))
    return prediction_sentence(summarise(history, Curves(), 0))


def told(source: str = "sampler", **why: object) -> tuple[str, list[tuple[str, str]]]:
    history = History(SPACE)
    history.apply(TrialStarted(0, params_of(0), 0.0, source, 0, why))
    summary = summarise(history, Curves(), 0)
    return why_sentence(summary, "Bayesian optimisation"), [(fact.name, fact.value) for fact in why_facts(summary)]


def test_who_asked_for_a_trial_by_hand_is_told_so():
    assert told("queue")[0] == "You queued this configuration by hand."
    assert told("retry")[0].startswith("You retried")
    assert told("queue", study="digits", trial=7) == (
        "It was the configuration of trial 7 of digits, one of its best.",
        [],
    )


def test_a_cell_of_a_grid_is_counted():
    assert told(cell=3, cells=1200)[0] == "Cell 3 of 1,200 of the grid, visited in random order."


@pytest.mark.parametrize("phase", sorted(PHASES))
def test_every_phase_is_a_sentence_about_the_strategy(phase):
    sentence, facts = told(phase=phase, expected_improvement=0.0123)
    assert sentence.startswith("Bayesian optimisation ")
    assert sentence.endswith(".")
    assert facts == [("expected improvement", "0.0123")]


def test_a_phase_that_nobody_knows_is_shown_as_it_is():
    assert told(phase="dreaming")[1] == [("phase", "dreaming")]


def test_a_sampler_that_notes_nothing_looked_at_nothing():
    assert told()[0] == "Bayesian optimisation drew this configuration independently of earlier trials."


def test_a_prediction_stands_beside_the_score():
    predicted = {"phase": "exploit", "predicted": 0.931, "spread": 0.021}
    assert prediction(**predicted) == "Predicted 0.931 ± 0.021, scored 0.940; chosen to exploit."
    assert prediction(score=0.7, **predicted).startswith("Predicted 0.931 ± 0.021, scored 0.700, which was a surprise")
    assert prediction(None, **predicted) == "Predicted 0.931 ± 0.021; chosen to exploit."
    assert prediction("failed", None, **predicted) == "Predicted 0.931 ± 0.021, but it failed; chosen to exploit."


@pytest.mark.parametrize(
    ("phase", "purpose"), [("exploit", "exploit"), ("explore", "explore"), ("escape", "leave a local optimum")]
)
def test_what_a_trial_was_for_is_told(phase, purpose):
    assert prediction(None, phase=phase, predicted=0.9, spread=0.1).endswith(f"; chosen to {purpose}.")


def test_a_sampler_without_a_prediction_is_told_so():
    assert prediction(phase="model") == "No score was predicted. The trial scored 0.94."
    assert prediction(None, phase="start") == "No score was predicted."
    assert prediction(source="queue") == ""


def test_numbers_of_the_prediction_are_not_told_twice():
    _, facts = told(phase="exploit", predicted=0.93, spread=0.02, expected_improvement=0.01, chance_of_success=0.8)
    assert facts == [("expected improvement", "0.01"), ("probability of success", "0.8")]


def test_a_strategy_that_picks_another_one_says_which_and_why():
    sentence, facts = told(phase="explore", sampler="tpe", because="densities handle choices best")
    assert sentence.startswith(
        "Bayesian optimisation chose Tree-structured Parzen estimator, because densities handle choices best. "
        "Tree-structured Parzen estimator is uncertain here"
    )
    assert facts == []


@pytest.mark.parametrize("name", ["annealing", "auto", "bayesian", "cmaes", "evolution", "tpe"])
def test_no_phase_of_a_strategy_is_without_words(name):
    space = SearchSpace(
        {
            "x": Float(0.0, 1.0),
            "model": Categorical(["a", "b", "c"]),
            "depth": Int(1, 9, when={"model": ["b"]}),
            "rate": Float(1e-4, 1.0, log=True, when={"model": ["c"]}),
        }
    )
    study = Study(space, sampler=name, seed=0)
    for number in range(30):
        trial = study.ask()
        assert study.history.trial(trial.number).why.get("phase") in PHASES
        study.tell(trial, trial.params["x"] + 0.1 * (number < 20))


def test_a_step_of_hypergradient_descent_is_told_in_words():
    facts = told(phase="descent", descent=0, length=0.05, **{"from": 2})[1]
    assert ("step length, as a fraction of the range", "0.05") in facts
    assert ("descent number, from 0", "0") in facts
