"""Races find what is known, give every strategy the same chances, and are the same whenever they are run again."""

import numpy as np
import psutil
import pytest

from engine.analysis import verdict
from engine.errors import UserFault
from engine.objectives import functions
from engine.objectives.description import FunctionObjective
from engine.racing.entrants import entrants_of, remarks
from engine.racing.messages import ObjectiveProblem
from engine.racing.race import race, race_seeds
from engine.space import Categorical, Float, SearchSpace

SPACE = functions.get("branin").space()
BRANIN = ObjectiveProblem(SPACE.to_json(), "minimize", FunctionObjective("branin"))


def run(names, repeats, trials, **more):
    return race(BRANIN, entrants_of(names), race_seeds(0, repeats), trials, **more)


def judged(found):
    about = found.names, found.final, found.best_so_far, found.search_seconds, found.done
    return verdict(*about, is_minimized=True)


def same(one, other):
    assert one.configurations == other.configurations
    for name in ("scores", "best_so_far", "final", "done", "fits"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_random_beats_a_grid_of_the_same_budget_on_branin():
    found = judged(run(["random", "grid"], 30, 25))
    pair = found.pair(0, 1)
    assert pair.probability > 0.5
    assert pair.low > 0.5


def test_bayesian_beats_random_on_branin_and_wins():
    found = judged(run(["random", "bayesian"], 8, 20))
    pair = found.pair(1, 0)
    assert pair.probability >= 0.9
    assert pair.low > 0.5
    assert pair.is_told_apart
    assert found.has_winner
    assert found.leaders == (1,)


def test_two_races_are_the_same_whatever_the_number_of_workers():
    same(run(["random", "tpe"], 2, 12, workers=1), run(["random", "tpe"], 2, 12, workers=2))


def test_strategies_of_one_repeat_have_the_same_seed_and_repeats_have_different_ones():
    found = run(["tpe", "random"], 2, 3)
    assert found.configurations[1][0] != found.configurations[1][1]
    alone = run(["random"], 2, 3)
    assert alone.configurations[0] == found.configurations[1]


def test_a_process_that_ends_fails_its_trial_alone_and_the_search_goes_on():
    killed = []

    def kill_one(one):
        children = [child for child in psutil.Process().children() if "engine.racing.child" in child.cmdline()]
        if not killed and hasattr(one, "number") and children:
            killed.append(children[0])
            children[0].kill()

    busy = functions.get("busy").space()
    problem = ObjectiveProblem(busy.to_json(), "minimize", FunctionObjective("busy"))
    found = race(problem, entrants_of(["random"]), race_seeds(0, 2), 4, kept=kill_one)
    assert killed
    assert found.is_whole
    assert found.finished_trials == 8
    assert np.isnan(found.scores).sum() <= 1


def test_an_interrupted_race_goes_on_where_it_was():
    kept = []
    whole = run(["bayesian", "random"], 2, 8, kept=kept.append)
    assert len(kept) == 2 * 2 * 8 + 4
    rows = [one for one in kept if hasattr(one, "number")]
    again = []
    resumed = run(["bayesian", "random"], 2, 8, known=rows[:13], kept=again.append)
    same(whole, resumed)
    assert len([one for one in again if hasattr(one, "number")]) == len(rows) - 13
    finished = run(["bayesian", "random"], 2, 8, known=kept, kept=again.append, workers=0)
    same(whole, finished)


def test_a_cancelled_race_keeps_what_it_found():
    seen = []
    found = run(["random", "tpe"], 50, 50, heard=seen.append, every=0.0, cancelled=lambda: bool(seen))
    assert 0 < found.finished_trials < 2 * 50 * 50
    assert not found.is_whole
    assert np.isnan(found.final[~found.done]).all()


def test_a_grid_says_which_part_of_it_the_budget_sees_and_where_it_ends_early():
    assert remarks(entrants_of(["grid"]), SPACE, 10) == ("Grid search sees 10 of the 25 cells of its grid (40 %).",)
    assert remarks(entrants_of(["grid:levels=2"]), SPACE, 10) == (
        "Grid search (levels 2) ends after all 4 cells of its grid.",
    )
    assert remarks(entrants_of(["grid"]), SPACE, 25) == ()  # all of it
    found = run(["grid:levels=2"], 1, 10)
    assert len(found.configurations[0][0]) == 4
    assert found.is_whole
    assert found.final[0, 0] == np.nanmin(found.scores) == found.best_so_far[0, 0, 9]


def test_one_trial_is_a_race_too():
    found = run(["random", "grid"], 1, 1)
    assert judged(found).repeats == 1


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["nonsense"], "no sampler called 'nonsense'"),
        ([""], "No strategy was named"),
        (["random", "random"], "races twice"),
        (["grid:lvels=3"], "no option 'lvels'"),
        (["random+nonsense"], "no pruner called 'nonsense'"),
    ],
)
def test_what_is_no_strategy_is_refused_in_a_sentence(names, words):
    with pytest.raises(UserFault, match=words):
        entrants_of(names)


def test_a_strategy_that_cannot_run_in_the_space_is_refused_before_anything_runs():
    parents = {f"p{place}": Categorical(list("abcdefghijkl")) for place in range(5)}
    children = {f"c{place}": Float(0, 1, when={f"p{place}": ["a"]}) for place in range(5)}
    problem = ObjectiveProblem(SearchSpace(parents | children).to_json(), "minimize", FunctionObjective("branin"))
    with pytest.raises(UserFault, match=r"Grid search cannot run in this space: .* Or leave it out of the race"):
        race(problem, entrants_of(["random", "grid"]), race_seeds(0, 1), 3)


def test_a_race_in_which_everything_fails_has_no_verdict():
    space = SearchSpace({"other": Float(0, 1)})
    problem = ObjectiveProblem(space.to_json(), "minimize", FunctionObjective("branin"))
    found = race(problem, entrants_of(["random", "grid"]), race_seeds(0, 2), 3)
    assert found.is_whole
    assert judged(found) is None
