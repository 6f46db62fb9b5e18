"""The model of a study's trials stands in for its objective as far as the trials tell, and says how far that is."""

import numpy as np
import pytest

from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.racing.entrants import entrants_of
from engine.racing.model_problem import ModelEvaluator, model_problem
from engine.racing.race import race, race_seeds
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import History

SPACE = SearchSpace(
    {
        "rate": Float(1e-4, 1.0, log=True),
        "kind": Categorical(["a", "b"]),
        "degree": Int(2, 5, when={"kind": ["b"]}),
    }
)


def study(score, trials=40, direction="maximize", space=SPACE):
    history, rng = History(space, (direction,)), np.random.default_rng(0)
    for number in range(trials):
        params = space.sample(rng)
        history.apply(TrialStarted(number, params, 0.0))
        value = score(params, rng)
        state = "failed" if value is None else "complete"
        history.apply(TrialEnded(number, state, 0.0, 1.0, () if value is None else (value,)))
    return history


def smooth(params, rng):
    return 1.0 - 0.05 * (np.log10(params["rate"]) + 2.0) ** 2 + 0.1 * (params["kind"] == "b")


def test_a_smooth_score_makes_a_good_model_that_predicts_it():
    problem = model_problem(study(smooth))
    assert problem.quality > 0.9
    evaluator = ModelEvaluator(problem)
    for params in ({"rate": 0.01, "kind": "a"}, {"rate": 0.1, "kind": "b", "degree": 3}):
        told, known = evaluator.evaluate(params, 0)
        assert known == pytest.approx(smooth(params, None), abs=0.02)
        assert told == evaluator.evaluate(params, 0)[0]
        assert told != evaluator.evaluate(params, 1)[0]
        assert known == evaluator.evaluate(params, 1)[1]


def test_scores_that_are_noise_make_a_poor_model():
    assert model_problem(study(lambda params, rng: float(rng.normal()))).quality < 0.25


def test_where_trials_failed_trials_of_the_race_fail():
    problem = model_problem(study(lambda params, rng: None if params["rate"] > 0.1 else smooth(params, rng), 60))
    evaluator = ModelEvaluator(problem)
    assert evaluator.evaluate({"rate": 0.8, "kind": "a"}, 0) is None
    assert evaluator.evaluate({"rate": 0.001, "kind": "a"}, 0) is not None
    found = race(problem, entrants_of(["random"]), race_seeds(0, 2), 30)
    failed = np.isnan(found.scores)
    assert failed.any()
    assert not failed.all()
    assert found.quality == problem.quality


def test_fast_races_are_the_same_again_and_judge_without_noise():
    problem = model_problem(study(smooth, direction="minimize"))
    entrants = entrants_of(["random", "bayesian", "grid"])
    one, other = (race(problem, entrants, race_seeds(3, 2), 10, workers=workers) for workers in (1, 2))
    np.testing.assert_array_equal(one.best_so_far, other.best_so_far)
    np.testing.assert_array_equal(one.final, one.best_so_far[:, :, -1])
    assert one.configurations == other.configurations
    evaluator = ModelEvaluator(problem)
    best = int(np.argmin(one.scores[0, 0]))
    assert one.final[0, 0] == evaluator.evaluate(one.configurations[0][0][best], race_seeds(3, 2)[0])[1]


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (History(SPACE, ("minimize", "minimize")), "several"),
        (History(SPACE), "needs the scores of 8 trials"),
        (study(lambda params, rng: None), "40 trials failed"),
        (study(lambda params, rng: 1.0), "equal"),
    ],
)
def test_what_makes_no_model_is_refused_in_a_sentence(history, words):
    with pytest.raises(UserFault, match=words):
        model_problem(history)


def test_pruners_are_refused_on_the_model():
    with pytest.raises(UserFault, match="pruners"):
        race(model_problem(study(smooth)), entrants_of(["random+median"]), race_seeds(0, 1), 3)
