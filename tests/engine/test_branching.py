"""A new study from one that exists: trials come along where they are judged alike, else the best are queued."""

import json

import pytest

from engine import store
from engine.branching import branch_sentence, branch_study
from engine.cli import main
from engine.errors import UserFault
from engine.setup import replace
from engine.space import Float, Int
from engine.study import Study
from engine.trials import State
from tests.helpers import judged


@pytest.fixture
def path(tmp_path):
    """Five trials, told; the later the better, in other places of the space."""
    return judged.write(tmp_path / "a.study", judged.SETUP, *((0.1 * n, 0.1 * n) for n in range(1, 6)))


def spread(tmp_path, values=(0.0001, 0.001, 0.01, 0.1)):
    """Trials at other learning rates, the last the best."""
    with Study(judged.SETUP.search_space(), direction="maximize", title="spread") as study:
        for number, value in enumerate(values):
            study.enqueue({"learning_rate": value, "layers": 2})
            study.tell(study.ask(), float(number))
        study.save(tmp_path / "s.study")
    return tmp_path / "s.study"


def state_of(path):
    with store.Reader(path) as reader:
        return reader.study()


def test_all_trials_come_along_into_another_space_and_the_change_is_told(tmp_path):
    source = spread(tmp_path)
    before = source.read_bytes()
    made = branch_study(
        source,
        tmp_path / "b.study",
        lambda setup: replace(setup, space={"learning_rate": Float(0.01, 10.0, log=True), "layers": Int(1, 3)}),
        trials=7,
    )
    assert (made.taken, made.queued) == (4, ())
    assert branch_sentence(made) == "4 trials came along."
    setup, history, put_right = state_of(made.path)
    assert put_right == ()
    assert history.params(0) == {"learning_rate": 0.0001, "layers": 2}
    assert history.best_number() == 3
    assert history.space["learning_rate"].high == 10.0
    assert setup.budget.trials == 4 + 7
    (change,) = history.changes
    assert change.author == "Python"
    assert set(change.after) == {"space.learning_rate", "budget.trials"}
    assert source.read_bytes() == before
    with Study.open(made.path) as study:
        assert study.ask().params["learning_rate"] >= 0.01


def test_what_is_judged_otherwise_begins_anew_with_the_best(path, tmp_path):
    longer = {"epochs": 60}
    made = branch_study(
        path, tmp_path / "b.study", lambda setup: replace(setup, objective=replace(setup.objective, settings=longer))
    )
    setup, history, _ = state_of(made.path)
    assert made.taken == 0
    assert made.queued == (4,)  # the others have the same configuration
    assert setup.objective.settings == longer
    assert history.where(State.WAITING).tolist() == [0]
    assert history.notes(0)["why"] == {"study": "wine", "trial": 4}
    assert len(state_of(path).history) == 5


def test_a_pruned_trial_is_none_of_the_best(tmp_path):
    with Study(judged.SETUP.search_space(), direction="maximize", title="pruned") as study:
        for rate, score, state in ((0.001, 0.5, "complete"), (0.01, 0.9, "pruned")):
            study.enqueue({"learning_rate": rate, "layers": 2})
            study.tell(study.ask(), score, state=state)
        study.save(tmp_path / "p.study")
    assert branch_study(tmp_path / "p.study", tmp_path / "b.study", best=2).queued == (0,)


def test_the_best_are_queued_in_their_order_as_far_as_the_space_has_them(tmp_path):
    source = spread(tmp_path)
    space = {"learning_rate": Float(1e-5, 0.05, log=True), "layers": Int(3, 3), "momentum": Float(0.0, 1.0)}
    made = branch_study(source, tmp_path / "b.study", lambda setup: replace(setup, space=space), best=2)
    assert (made.queued, made.left_out) == ((2, 1), 1)
    said = "It begins with the best: trials 2 and 1, trained anew. 1 better one lies outside of the new search space."
    assert branch_sentence(made) == said
    _, history, _ = state_of(made.path)
    assert [history.params(number)["learning_rate"] for number in (0, 1)] == [0.01, 0.001]
    assert {history.params(number)["layers"] for number in (0, 1)} == {3}  # held there
    assert all(0.0 <= history.params(number)["momentum"] <= 1.0 for number in (0, 1))


def test_nothing_is_made_where_something_lies_or_the_change_is_none(path, tmp_path):
    with pytest.raises(UserFault, match=r"a\.study exists already"):
        branch_study(path, path)
    with pytest.raises(UserFault, match=r"Low \(1\) is above high"):
        branch_study(path, tmp_path / "b.study", lambda setup: replace(setup, space={"x": Float(1.0, 0.0)}))
    assert not (tmp_path / "b.study").exists()


def test_python_takes_the_trials_along_or_the_best(tmp_path):
    with Study.open(spread(tmp_path)) as study:
        study.branch(tmp_path / "all.study", {"learning_rate": Float(0.001, 0.1), "layers": Int(1, 3)}, trials=3)
        study.branch(tmp_path / "best.study", best=1)
        with pytest.raises(UserFault, match="Give a number above 0"):
            study.branch(tmp_path / "none.study", best=0)
    assert len(Study.as_it_stands(tmp_path / "all.study").history) == 4
    with Study.open(tmp_path / "best.study") as best:
        assert best.ask().params == {"learning_rate": 0.1, "layers": 2}
    with pytest.raises(UserFault, match="Save it"):
        Study(judged.SETUP.search_space()).branch(tmp_path / "x.study")


def test_the_command_line_trains_the_best_longer_or_searches_elsewhere(path, tmp_path, capsys):
    out = tmp_path / "long.study"
    assert main(["branch", str(path), str(out), "--set", "epochs=60", "--trials", "4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["queued"] == [4]
    assert state_of(out).setup.budget.trials == 4
    assert state_of(out).setup.title == "long"
    (tmp_path / "space.json").write_text('{"layers": {"kind": "int", "low": 2, "high": 8}}')
    words = ["branch", str(path), str(tmp_path / "wide.study"), "--space", str(tmp_path / "space.json")]
    assert main([*words, "--strategy", "random", "--seed", "9"]) == 0
    assert "5 trials came along." in capsys.readouterr().out
    setup, history, _ = state_of(tmp_path / "wide.study")
    assert (setup.strategy.sampler, setup.strategy.seed) == ("random", 9)
    assert history.space["layers"].high == 8
    assert set(history.space) == set(judged.SETUP.space)
    assert history.changes[-1].author == "command line"
    assert main([*words[:2], str(tmp_path / "x.study"), "--set", "nonsense=1"]) == 2
    assert main([*words[:2], str(tmp_path / "x.txt")]) == 2
