"""A race of starts: what is known to do well, or the defaults, are tried first, then all search at random alike."""

import msgspec
import pytest

from engine.errors import UserFault
from engine.learners.portfolios import default_start, portfolio_of
from engine.objectives import functions, preparing
from engine.objectives.description import FunctionObjective, TableObjective
from engine.racing.entrants import entrants_of
from engine.racing.messages import Row, Search
from engine.racing.searching import ObjectiveArena, search_once
from engine.racing.starts import starts_race, with_first_trials
from engine.setup import StudySetup
from engine.space import Categorical, Float, Int

SETUP = StudySetup(
    "wine",
    TableObjective("sample:wine", "target", "classification", "neighbours", "accuracy"),
    {
        "n_neighbors": Int(1, 50),
        "weights": Categorical(["uniform", "distance"]),
        "metric": Categorical(["euclidean", "manhattan"]),
    },
)

BRANIN = functions.get("branin").space()
FAR = {"n_neighbors": Int(80, 90)}


def test_known_starts_and_defaults_come_first_and_the_same_random_search_after_them():
    space = SETUP.search_space()
    entrants = starts_race(SETUP, space)
    assert [one.title for one in entrants] == ["Known good starts", "Defaults", "Random search"]
    known = [one.params for one in portfolio_of("neighbours", "classification").starts_in(space)]
    defaults = default_start("neighbours", space)
    assert defaults == {"n_neighbors": 5, "weights": "uniform", "metric": "euclidean"}
    trials = len(known) + 2
    rows = [search(entrant, trials) for entrant in entrants]
    first, second, third = ([row.params for row in one] for one in rows)
    assert first[: len(known)] == known
    assert second[0] == defaults
    assert first[len(known) :] == third[len(known) :]  # trial by trial, so that what differs is the start alone
    assert second[1:] == third[1:]
    assert third[0] != defaults
    cut = rows[0][: len(known) - 1]
    assert [row.params for row in cut + search(entrants[0], trials, cut)] == first
    assert all(row.score is not None for row in rows[0])


def test_a_search_that_was_cut_off_in_its_first_trials_goes_on_as_if_it_had_not_been():
    (entrant,) = entrants_of(["quasirandom@known"])
    entrant = msgspec.structs.replace(entrant, first=({"x1": 0.0, "x2": 1.0}, {"x1": 1.0, "x2": 0.0}))
    arena, space = ObjectiveArena(preparing.prepare(FunctionObjective("branin"), None), holdout=False), BRANIN

    def searched(known):
        told = []
        search_once(arena, space, "minimize", Search(0, 0, entrant, 5, known), 5, told.append)
        return [one for one in told if isinstance(one, Row)]

    whole = searched([])
    assert [row.params for row in whole[:2]] == list(entrant.first)
    for count in (1, 2, 3):
        assert [row.params for row in whole[:count] + searched(whole[:count])] == [row.params for row in whole]


def search(entrant, trials, known=()):
    """The new trials of one search, trained."""
    told = []
    arena = ObjectiveArena(preparing.prepare(SETUP.objective, None), holdout=False)
    search_once(arena, SETUP.search_space(), "maximize", Search(0, 0, entrant, 5, list(known)), trials, told.append)
    return [one for one in told if isinstance(one, Row)]


def test_any_strategy_may_begin_with_a_start_and_says_so():
    known, defaults, plain = entrants_of(["bayesian@known", "grid:levels=3@defaults", "bayesian"])
    assert known.title == "Bayesian optimisation from known good starts"
    assert defaults.short_title == "Grid (levels 3) from defaults"
    assert (plain.start, plain.kind, known.kind) == ("", "bayesian", "bayesian@known")


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        (StudySetup("f", FunctionObjective("branin"), {"x1": Float(0, 1)}), "Only models that train on a table"),
        (
            StudySetup("n", TableObjective("sample:wine", "target", "classification", "neighbours", "accuracy"), FAR),
            "does well on many tables lies in this space",
        ),
        (
            StudySetup("e", TableObjective("sample:diabetes", "target", "regression", "elastic_net", "rmse"), FAR),
            "does well on many tables is known",
        ),
    ],
)
def test_where_nothing_is_known_it_is_said(setup, words):
    with pytest.raises(UserFault, match=words):
        starts_race(setup, setup.search_space())
    with pytest.raises(UserFault, match="no start called 'nonsense'"):
        with_first_trials(entrants_of(["random@nonsense"]), setup, setup.search_space())
