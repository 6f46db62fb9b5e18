"""What stands in a file beside the definition follows from it, and is put right where it does not."""

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Float, SearchSpace, Study, store
from engine.data import metrics
from engine.errors import UserFault
from engine.events import SpaceChanged, TrialEnded, TrialStarted
from engine.setup import StudySetup, replace
from engine.space import Int
from tests.helpers.turned import BEST, SCORES, WORST, changed, entry, neighbours_setup, with_trials

EVERY = [(task, name) for task in ("classification", "regression") for name in metrics.names(task)]
SENTENCE = (
    "This study looked for the smallest accuracy, but larger is better. That is put right, so the best trial is "
    "another one now. Run more trials: those so far were chosen for the wrong end."
)


@pytest.fixture
def turned(tmp_path):
    """A study of accuracy whose file says that smaller is better, in its entry and in its definition."""
    path = with_trials(tmp_path / "turned.study")
    return changed(path, directions=["minimize"], setup=entry(path, "setup") | {"direction": "minimize"})


@pytest.mark.parametrize(("task", "name"), EVERY)
@pytest.mark.parametrize("given", ["minimize", "maximize"])
def test_the_direction_of_a_table_is_that_of_its_metric_whatever_is_given(task, name, given):
    setup = neighbours_setup(name, task, direction=given)
    right = metrics.get(name).direction
    assert setup.direction == right
    text = json.dumps(json.loads(setup.to_json()) | {"direction": given})
    assert StudySetup.from_json(text).direction == right
    assert replace(setup, direction=given).direction == right


def test_without_a_metric_the_direction_is_the_one_that_is_given():
    assert StudySetup("x", None, {}, "maximize").direction == "maximize"
    assert neighbours_setup("speed", direction="maximize").direction == "maximize"  # nobody knows such a metric


@settings(max_examples=40, deadline=None)
@given(edits=st.lists(st.sampled_from(EVERY), min_size=1, max_size=4), first=st.sampled_from(EVERY))
def test_after_every_order_of_edits_the_file_says_what_the_metric_says(tmp_path_factory, edits, first):
    path = tmp_path_factory.mktemp("edits") / "a.study"
    setup = neighbours_setup(first[1], first[0])
    with store.create(path, setup.to_json(), setup.search_space(), ("minimize",)) as writer:
        for task, name in edits:
            setup = neighbours_setup(name, task)
            writer.set_setup(setup.to_json())
            direction = metrics.get(name).direction
            assert store.Reader(path).directions() == (direction,)
            assert entry(path, "directions") == [direction]
        for number, score in enumerate(SCORES):
            writer.record([TrialStarted(number, {"n_neighbors": 1}, 1.0)])
            writer.record([TrialEnded(number, "complete", 2.0, 1.0, (score,))])
    found = store.Reader(path).study()
    assert found.history.best_number() == (BEST if metrics.get(edits[-1][1]).direction == "maximize" else WORST)
    assert found.put_right == ()


def test_a_reader_names_the_true_best_and_leaves_the_file_alone(turned):
    before = turned.read_bytes()
    setup, history, put_right = store.Reader(turned).study()
    assert (setup.direction, history.directions, history.best_number()) == ("maximize", ("maximize",), BEST)
    assert store.Reader(turned).history().best_number() == BEST
    assert put_right == (SENTENCE,)
    assert turned.read_bytes() == before


def test_who_writes_puts_the_file_right_once_and_notes_it_in_the_log(turned):
    with store.open_writer(turned) as writer:
        assert writer.put_right == (SENTENCE,)
    assert entry(turned, "directions") == ["maximize"]
    assert entry(turned, "setup")["direction"] == "maximize"
    assert [line.text for line in store.Reader(turned).log()] == [SENTENCE]
    with store.open_writer(turned) as writer:
        assert writer.put_right == ()


@pytest.mark.parametrize("where", ["directions", "setup"])
def test_one_wrong_place_is_enough(tmp_path, where):
    path = with_trials(tmp_path / "a.study")
    wrong = {"directions": ["minimize"], "setup": entry(path, "setup") | {"direction": "minimize"}}
    changed(path, **{where: wrong[where]})
    with store.open_writer(path) as writer:
        assert writer.put_right == (SENTENCE,)
    assert (entry(path, "directions"), entry(path, "setup")["direction"]) == (["maximize"], "maximize")


def test_a_study_without_scores_is_not_told_of_a_best_trial(tmp_path):
    path = changed(with_trials(tmp_path / "a.study", neighbours_setup("r2", "regression"), ()), directions=["minimize"])
    said = ("This study looked for the smallest R², but larger is better. That is put right.",)
    assert store.Reader(path).study().put_right == said


def test_a_table_has_one_direction(tmp_path):
    path = changed(with_trials(tmp_path / "a.study"), directions=["maximize", "minimize"])
    with store.open_writer(path) as writer:
        assert len(writer.put_right) == 1
        assert "several directions" in writer.put_right[0]
        writer.record([TrialStarted(4, {"n_neighbors": 1}, 1.0), TrialEnded(4, "complete", 2.0, 1.0, (0.99,))])
    assert store.Reader(path).history().best_number() == 4


def test_further_directions_of_a_python_study_stay(tmp_path):
    with Study({"x": Float(0, 1)}, sampler="random", directions=("minimize", "maximize")) as study:
        study.optimize(lambda trial: (trial.params["x"], trial.params["x"]), trials=3)
        study.save(tmp_path / "a.study")
    found = store.Reader(tmp_path / "a.study").study()
    assert (found.history.directions, found.put_right) == (("minimize", "maximize"), ())
    changed(tmp_path / "a.study", directions=["maximize", "maximize"])
    with pytest.warns(UserWarning, match="looked for the largest score, but smaller is better"):
        again = Study.open(tmp_path / "a.study")
    assert again.history.directions == ("minimize", "maximize")
    assert again.best.score == min(trial.score for trial in study.trials)
    again.tell(again.ask(), (0.5, 0.5))
    again.close()
    assert entry(tmp_path / "a.study", "directions") == ["minimize", "maximize"]


# -- constraints -----------------------------------------------------------------------------------------------------


@pytest.fixture
def limited(tmp_path):
    with Study({"x": Float(0, 1)}, sampler="random", constraints=("size", "time")) as study:
        for size, time in ((-1.0, 2.0), (3.0, -4.0), (-5.0, -6.0)):
            study.tell(study.ask(), 1.0, constraints={"size": size, "time": time})
        study.save(tmp_path / "limited.study")
    return tmp_path / "limited.study"


def test_values_of_constraints_follow_their_names(limited):
    changed(limited, setup=entry(limited, "setup") | {"constraints": ["time", "size"]})
    for look in ("reader", "writer", "reader"):
        if look == "writer":
            with store.open_writer(limited) as writer:
                assert "constraints" in writer.put_right[0]
            assert entry(limited, "constraints") == ["time", "size"]
        history = store.Reader(limited).history()
        assert history.constraint_names == ("time", "size")
        assert history.trial(1).constraints == {"time": -4.0, "size": 3.0}
        assert history.best_number() == 2


@pytest.mark.parametrize("names", [["size"], [], ["size", "size"], ["size", "weight"]])
def test_values_of_constraints_that_the_definition_lacks_are_not_dropped(limited, names):
    changed(limited, setup=entry(limited, "setup") | {"constraints": names})
    before = limited.read_bytes()
    for opening in (lambda: store.open_writer(limited), lambda: store.Reader(limited).history()):
        with pytest.raises(UserFault, match="names of the constraints"):
            opening()
    assert limited.read_bytes() == before


def test_constraints_stay_once_trials_have_told_them(limited):
    with store.open_writer(limited) as writer:
        setup = store.Reader(limited).study().setup
        with pytest.raises(UserFault, match="stay as they are"):
            writer.set_setup(replace(setup, constraints=("size",)).to_json())
        writer.set_setup(replace(setup, title="other").to_json())
    assert store.Reader(limited).study().setup == replace(setup, title="other")


def test_a_new_list_of_constraints_is_written_with_the_definition(tmp_path):
    path = with_trials(tmp_path / "a.study", scores=())
    setup = replace(neighbours_setup(), constraints=("size",))
    with store.open_writer(path) as writer:
        writer.set_setup(setup.to_json())
        writer.record([TrialStarted(0, {"n_neighbors": 1}, 1.0)])
        writer.record([TrialEnded(0, "complete", 2.0, 1.0, (0.9,), constraints={"size": -1.0})])
    found = store.Reader(path).study()
    assert (found.history.trial(0).constraints, found.put_right) == ({"size": -1.0}, ())


# -- the search space ------------------------------------------------------------------------------------------------

WIDER = {"n_neighbors": Int(1, 99)}


def test_a_space_that_a_crash_kept_from_the_trials_takes_effect(tmp_path):
    path = with_trials(tmp_path / "a.study")
    rows = json.loads(replace(neighbours_setup(), space=WIDER).to_json())
    changed(path, setup=rows)
    found = store.Reader(path).study()
    assert dict(found.history.space) == WIDER
    assert found.put_right == ("The search space as it was set last had not taken effect; it holds from here on.",)
    with store.open_writer(path) as writer:
        assert writer.put_right == found.put_right
    with closing(sqlite3.connect(path)) as connection:
        eras = connection.execute("SELECT first_trial FROM space ORDER BY id").fetchall()
    assert eras == [(0,), (len(SCORES),)]
    assert store.Reader(path).study().put_right == ()


def test_definition_and_space_are_written_at_once(tmp_path):
    path = with_trials(tmp_path / "a.study")
    with store.open_writer(path) as writer:
        setup = replace(neighbours_setup(), space=WIDER)
        with pytest.raises(UserFault):
            writer.set_setup("x" * (17 << 20), SpaceChanged(setup.search_space().to_json(), 1.0))
        assert dict(store.Reader(path).space()) == neighbours_setup().space
        writer.set_setup(setup.to_json(), SpaceChanged(setup.search_space().to_json(), 1.0))
    assert store.Reader(path).study()[0].space == dict(store.Reader(path).space()) == WIDER


def test_a_half_finished_row_leaves_the_space_as_it_was(tmp_path):
    path = with_trials(tmp_path / "a.study")
    changed(path, setup=json.loads(replace(neighbours_setup(), space={"n_neighbors": Int(9, 1)}).to_json()))
    found = store.Reader(path).study()
    assert found.put_right == ()
    assert found.history.space == neighbours_setup().search_space()


def test_a_space_that_grew_with_the_trials_is_the_definitions_too(tmp_path):
    def objective(trial):
        return trial.suggest_float("late", 0.0, 1.0)

    with Study(SearchSpace({}), sampler="random") as study:
        study.save(tmp_path / "a.study")
        study.optimize(objective, trials=3)
        assert study.setup.space == dict(study.space) == {"late": Float(0.0, 1.0)}
    assert entry(tmp_path / "a.study", "setup")["space"].keys() == {"late"}
    changed(tmp_path / "a.study", setup=entry(tmp_path / "a.study", "setup") | {"space": {}})  # as it was written once
    found = store.Reader(tmp_path / "a.study").study()
    assert (found.setup.space, found.put_right) == ({"late": Float(0.0, 1.0)}, ())
