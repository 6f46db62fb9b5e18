"""A race file loses no finished trial, goes on where it was, and holds the same for the same race."""

import sqlite3
from contextlib import closing

import msgspec
import numpy as np
import pytest

from engine import seeds
from engine.errors import UserFault
from engine.objectives.description import FunctionObjective, TableObjective
from engine.objectives.table import prepare
from engine.racing.entrants import entrants_of
from engine.racing.file import VERSION, RaceDefinition, RaceFile, race_path
from engine.racing.messages import Ended, Row
from engine.racing.on_objective import objective_problem, race_on_objective
from engine.racing.race import race_seeds
from engine.setup import Strategy, StudySetup, replace
from engine.space import Float

SETUP = StudySetup("branin", FunctionObjective("branin"), {"x1": Float(-5, 10), "x2": Float(0, 15)})


def run(path, names=("random", "tpe"), trials=6, setup=SETUP, **more):
    return race_on_objective(path, setup, setup.search_space(), entrants_of(names), 2, trials, **more)


def content(path):
    with sqlite3.connect(path) as connection:
        trials = connection.execute(
            "SELECT race, strategy, repeat, number, state, params, score, judged, reason, details, curve, fits "
            "FROM trial"
        ).fetchall()
        found = trials, *(connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("race", "search"))
    connection.close()
    return found


def test_two_identical_races_give_files_with_the_same_content(tmp_path):
    for name in ("a", "b"):
        run(tmp_path / f"{name}.study")
    assert race_path(tmp_path / "a.study") == tmp_path / "a.race"
    assert content(tmp_path / "a.race") == content(tmp_path / "b.race")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.race", "b.race"]


def test_an_interrupted_race_goes_on_and_a_finished_one_trains_nothing(tmp_path):
    run(tmp_path / "whole.study")
    seen = []
    cut = run(tmp_path / "cut.study", cancelled=lambda: bool(seen), heard=seen.append)
    assert not cut.is_whole or cut.finished_trials == 24
    with sqlite3.connect(tmp_path / "cut.race") as connection:
        connection.execute("DELETE FROM trial WHERE repeat = 1 AND number >= 2")
        connection.execute("DELETE FROM search WHERE repeat = 1")
    connection.close()
    first = content(tmp_path / "cut.race")[0]
    resumed = run(tmp_path / "cut.study")
    assert resumed.is_whole
    assert set(first) <= set(content(tmp_path / "cut.race")[0])
    assert content(tmp_path / "cut.race") == content(tmp_path / "whole.race")
    assert run(tmp_path / "cut.study").best_so_far.tolist() == resumed.best_so_far.tolist()


def test_several_races_of_a_study_are_in_one_file(tmp_path):
    run(tmp_path / "x.study", ["random"], 3)
    run(tmp_path / "x.study", ["random"], 4)
    assert len(content(tmp_path / "x.race")[1]) == 2


def test_one_program_at_a_time_writes(tmp_path):
    heard = []

    def again(race):
        with pytest.raises(UserFault, match="Another program races") as fault:
            run(tmp_path / "x.study")
        heard.append(fault)

    run(tmp_path / "x.study", heard=again, trials=40)
    assert heard


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (f"PRAGMA user_version = {VERSION + 1}", "newer Twinloop"),
        ("PRAGMA application_id = 7", "not a race file"),
        ("CREATE VIEW v AS SELECT 1", "holds more than a race"),
        ("UPDATE trial SET params = '['", "damaged"),
    ],
)
def test_a_file_that_is_no_race_of_this_version_is_refused_and_left_alone(tmp_path, statement, words):
    run(tmp_path / "x.study", ["random"], 2)
    with sqlite3.connect(tmp_path / "x.race") as connection:
        connection.execute(statement)
    connection.close()
    before = (tmp_path / "x.race").read_bytes()
    with pytest.raises(UserFault, match=words):
        run(tmp_path / "x.study", ["random"], 2)
    if words != "damaged":
        assert (tmp_path / "x.race").read_bytes() == before
    (tmp_path / "x.race").write_text("something else")
    with pytest.raises(UserFault, match=r"x\.race is not a race file"):
        run(tmp_path / "x.study", ["random"], 2)
    assert (tmp_path / "x.race").read_text() == "something else"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trial SET strategy = 7",
        "UPDATE trial SET repeat = -1",
        "UPDATE trial SET number = 9 - number",
        "UPDATE trial SET params = '{\"x9\": 1}'",
        "UPDATE trial SET params = replace(hex(zeroblob(50000)), '00', '[')",
        "UPDATE search SET strategy = 7",
        "DROP TABLE search",
        "ALTER TABLE trial ADD COLUMN more AS (zeroblob(1000000000))",
    ],
)
def test_a_race_file_of_a_stranger_is_refused_in_a_sentence(tmp_path, statement):
    path, setup = tmp_path / "x.race", replace(SETUP, strategy=Strategy("random"))
    definition = RaceDefinition(objective_problem(setup, setup.search_space()), entrants_of(["random"]), (1,), 3)
    rows = [Row(0, 0, number, {"x1": 0.5}, "complete", 0.5, None, "", {}, [], 1, 0.1, 0.1) for number in range(3)]
    with RaceFile(path, definition) as file:
        for one in (*rows, Ended(0, 0, None, "")):
            file.keep(one)
        assert file.known()[:3] == rows
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    with pytest.raises(UserFault, match=r"damaged|more than a race"), RaceFile(path, definition) as file:
        file.known()


def test_a_race_on_a_table_judges_on_rows_that_no_strategy_saw(tmp_path):
    objective = TableObjective("sample:wine", "target", "classification", "softmax", "accuracy")
    space = {"l2": Float(1e-6, 1, log=True)}
    setup = StudySetup("iris", objective, space, strategy=Strategy(seed=1))
    found = run(tmp_path / "i.study", ["random"], 2, setup)
    assert found.is_held_out
    assert found.fits[0, 0, 0] == 5
    assert (found.final <= 1.0).all()
    best = found.configurations[0][0][int(np.argmax(found.scores[0, 0]))]
    judge = prepare(objective)
    judge.hold_out_again()
    seed = seeds.integer(race_seeds(1, 2)[0], "race", "holdout", "model")
    assert found.final[0, 0] == judge.holdout_score(best, seed)
    first = found.configurations[0][0][0], seeds.integer(race_seeds(1, 2)[0], "trial", 0, "model")
    assert found.scores[0, 0, 0] == judge.evaluate(*first, lambda step, records: None).score
    assert found.scores[0, 0, 0] != prepare(objective).evaluate(*first, lambda step, records: None).score
    plain = replace(
        setup, objective=msgspec.structs.replace(objective, validation=replace(objective.validation, holdout=0.0))
    )
    assert not run(tmp_path / "p.study", ["random"], 2, plain).is_held_out


def test_what_has_no_objective_to_run_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(UserFault, match="--fast"):
        run(tmp_path / "x.study", setup=StudySetup("own", None, {"x": Float(0, 1)}))
    assert not list(tmp_path.iterdir())
