"""Configurations to try first: every file is sound, and a row is tried only where it lies in the space."""

from pathlib import Path

import msgspec
import pytest

from engine.events import TrialEnded
from engine.learners import families
from engine.learners.families import TableShape
from engine.learners.portfolios import FOLDER, Portfolio, PortfolioFile, Row, nearest_value, portfolio_of, read_file
from engine.learners.range_presets import PRESETS, preset_space
from engine.pruners import make as make_pruner
from engine.samplers import make as make_sampler
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import Curves, History
from engine.tuning import Tuner
from tests.helpers.usable import usable_families

ROOT = Path(__file__).resolve().parents[3]


NAMES = sorted(path.stem for path in (ROOT / "resources" / FOLDER).glob("*.json") if path.stem in usable_families())
SHAPES = {"classification": TableShape(1200, 12, 3), "regression": TableShape(1200, 12)}
CASES = [(name, task) for name in NAMES for task in families.get(name).tasks]
STARTED = [(name, task) for name, task in CASES if portfolio_of(name, task) is not None]


def search(space, portfolio, sampler="bayesian", budget=30, seed=0):
    tuner = Tuner(History(space, ("minimize",)), Curves(), make_sampler(sampler), make_pruner("none"), seed, budget)
    tuner.portfolio = portfolio
    return tuner


def run(tuner, trials):
    for _ in range(trials):
        started = tuner.ask(1.0)
        tuner.tell(started.number, (float(len(str(started.params))),), 2.0)
    return [tuner.history.params(number) for number in range(len(tuner.history))]


def test_a_family_without_rows_says_why():
    bare = {name for name, task in CASES if (name, task) not in STARTED}
    assert len({name for name, _ in STARTED}) >= 7
    assert all(read_file(name).no_rows_because for name in bare)


@pytest.mark.parametrize(("name", "task"), STARTED)
def test_at_least_two_rows_of_every_family_lie_in_its_suggested_space(name, task):
    portfolio = portfolio_of(name, task)
    starts = portfolio.starts_in(families.get(name).suggest_space(task, SHAPES[task]))
    assert 2 <= len(starts) <= 5
    for start in starts:
        assert start.source
        families.get(name).configure_estimator(start.params, families.get(name).settings(), task, 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_names_only_what_its_family_declares(name):
    declared = families.get(name).declared_options()
    for row in read_file(name).rows:
        assert set(row.params) <= set(declared)


@pytest.mark.parametrize(("name", "task"), CASES)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_width_is_a_space_that_the_model_takes(name, task, preset):
    family = families.get(name)
    space = preset_space(name, task, SHAPES[task], preset)
    assert family.problems(space) == ()
    assert set(space) == set(family.suggest_space(task, SHAPES[task]))


@pytest.mark.parametrize("name", usable_families())
def test_narrow_lies_inside_usual_and_wide_around_it(name):
    task = families.get(name).tasks[0]
    narrow, usual, wide = (preset_space(name, task, SHAPES[task], preset) for preset in PRESETS)
    for one, row in usual.items():
        if isinstance(row, Categorical):
            continue
        # a range that is published may reach a little beyond one that was worked out for the table
        assert narrow[one].high - narrow[one].low <= (row.high - row.low) * 1.05
        assert wide[one].low <= row.low * 1.05
        assert wide[one].high >= row.high * 0.95


SPACE = SearchSpace({
    "x": Float(0.1, 10.0, log=True), "n": Int(1, 9, step=2), "kind": Categorical(("a", "b")),
    "only_b": Float(0.0, 1.0, when={"kind": ("b",)}),
})  # fmt: skip


def portfolio(*rows, **defaults):
    return Portfolio(tuple(Row("somewhere", row) for row in rows), defaults)


def test_a_row_outside_the_space_is_not_tried_and_the_rest_of_a_row_is_filled():
    found = portfolio({"x": 100.0}, {"x": 1.0}, {"kind": "c"}, {"kind": "b"}, n=4, x=50.0, only_b=0.25).starts_in(SPACE)
    assert [start.params for start in found] == [
        {"x": 1.0, "n": 5, "kind": "a"},
        {"x": 10.0, "n": 5, "kind": "b", "only_b": 0.25},
    ]


def test_a_name_that_the_space_lacks_must_be_what_the_model_takes_anyway():
    rows = portfolio({"x": 1.0, "bootstrap": True}, {"x": 2.0, "bootstrap": False}, bootstrap=True, n=1)
    assert [start.params["x"] for start in rows.starts_in(SPACE)] == [1.0]


def test_a_hyperparameter_that_is_held_at_another_value_excludes_the_row():
    held = SearchSpace({**SPACE, "kind": Categorical(("b",))})
    assert portfolio({"kind": "a", "x": 1.0}, n=1, only_b=0.5).starts_in(held) == ()


@pytest.mark.parametrize(
    ("row", "wanted", "value"),
    [
        (Int(1, 9, step=2), 8, 9), (Int(1, 9, step=2), -3, 1), (Float(0.0, 1.0), 7, 1.0), (Float(0.0, 1.0), None, 0.5),
        (Categorical((16, 64, 256)), 100, 64), (Categorical(("a", "b")), "b", "b"), (Categorical(("a", "b")), 3, "a"),
        (Categorical((True, False)), 1, True), (Float(0.0, 1.0, step=0.25), 0.6, 0.5),
    ],
)  # fmt: skip
def test_the_nearest_value(row, wanted, value):
    assert nearest_value(row, wanted) == value


@pytest.mark.parametrize(("sampler", "first"), [("bayesian", 2), ("tpe", 2), ("auto", 2), ("random", 0), ("grid", 0)])
def test_strategies_with_a_model_begin_with_the_portfolio(sampler, first):
    known = portfolio({"x": 0.3}, {"x": 3.0}, n=1)
    tuner = search(SPACE, known, sampler)
    seen = run(tuner, 6)
    starts = [start.params for start in known.starts_in(SPACE)]
    assert seen[:2] == starts if first else [one for one in starts if one not in seen[:2]]
    noted = [tuner.history.trial(number).why.get("phase") == "portfolio" for number in range(6)]
    assert noted == [True] * first + [False] * (6 - first)


def test_a_search_that_was_cut_off_goes_on_as_if_it_had_not_been():
    known = portfolio({"x": 0.3}, {"x": 3.0}, {"x": 5.0}, n=1)
    whole = run(search(SPACE, known), 8)
    for cut in (1, 2, 4):
        first = search(SPACE, known)
        run(first, cut)
        again = search(SPACE, known)
        again.history, again.curves = first.history.copy(), first.curves.copy()
        assert run(again, 8 - cut) == whole


def test_trials_at_once_take_the_next_rows_without_waiting_for_scores():
    tuner = search(SPACE, portfolio({"x": 0.3}, {"x": 3.0}, n=1))
    assert tuner.ignores_pending()
    assert [tuner.ask(1.0).params["x"] for _ in range(2)] == [0.3, 3.0]


def test_an_excluded_trial_of_the_portfolio_is_not_tried_again():
    tuner = search(SPACE, portfolio({"x": 0.3}, n=1))
    run(tuner, 1)
    tuner.history.exclude((0,))
    assert tuner.suggest().why["phase"] != "portfolio"


def test_a_small_budget_is_not_used_up_by_the_portfolio():
    known = portfolio({"x": 0.3}, {"x": 3.0}, {"x": 5.0}, n=1)
    tuner = search(SPACE, known, budget=6)
    run(tuner, 6)
    assert sum(tuner.history.trial(number).why.get("phase") == "portfolio" for number in range(6)) == 2


def test_without_a_portfolio_a_search_is_what_it_was():
    assert run(search(SPACE, None), 8) == run(search(SPACE, portfolio()), 8)


def test_a_failed_start_is_not_repeated():
    tuner = search(SPACE, portfolio({"x": 0.3}, {"x": 3.0}, n=1))
    started = tuner.ask(1.0)
    assert isinstance(tuner.tell(started.number, (), 2.0, "failed", "diverged"), TrialEnded)
    assert tuner.ask(3.0).params["x"] == 3.0


@pytest.mark.parametrize("name", NAMES)
def test_a_file_holds_nothing_else(name):
    text = (ROOT / "resources" / FOLDER / f"{name}.json").read_bytes()
    assert set(msgspec.json.decode(text)) <= {"rows", "otherwise", "ranges", "no_rows_because"}
    found = msgspec.json.decode(text, type=PortfolioFile)
    assert bool(found.rows) != bool(found.no_rows_because)
