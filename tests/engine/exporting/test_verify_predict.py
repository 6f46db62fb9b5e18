"""``twinloop verify`` and ``twinloop predict``: what holds is told to the last digit, what does not is named."""

import json

import numpy as np
import pandas as pd
import pytest

from engine import store
from engine.applying.environment import differing, environment
from engine.cli import main
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.exporting.new_predictions import predict_new_table
from engine.objectives.description import FunctionObjective, TableObjective, Validation
from engine.objectives.table import inspect, prepare
from engine.seeds import model_seed
from engine.setup import Strategy, StudySetup
from engine.space import Float, Int
from engine.study import Study


def make_table(path, rows=80, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": rng.normal(size=rows).round(3), "b": rng.choice(["x", "y", "z"], rows)})
    frame["kind"] = np.where(frame["a"] + (frame["b"] == "x") > 0.3, "high", "low")
    frame.to_csv(path, index=False)
    return frame


def make_study(folder, table, *, score=None):
    """A finished study of two trials about the table; the best has its own score, or ``score``."""
    objective = TableObjective(
        str(table), "kind", "classification", "random_forest", "accuracy", validation=Validation(folds=3, holdout=0.1)
    )
    prepared = prepare(objective)
    objective = StudySetup.from_json(StudySetup("kinds", objective, {}).to_json()).objective
    setup = StudySetup("kinds", objective, {"max_depth": Int(1, 9)}, "maximize", Strategy("random", seed=4))
    path = folder / "kinds.study"
    with store.create(path, setup.to_json(), setup.search_space(), ("maximize",)) as writer:
        for number, depth in enumerate((1, 5)):
            params = {"max_depth": depth}
            outcome = prepared.evaluate(params, model_seed(4, number), lambda *_: None)
            found = outcome.score if score is None else score
            writer.record([
                TrialStarted(number, params, 1.7e9),
                TrialEnded(number, "complete", 1.7e9, 1.0, (found - (1 - number),), details=outcome.details),
            ])  # fmt: skip
    return path


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    make_table(folder / "t.csv")
    return make_study(folder, folder / "t.csv")


def test_a_score_holds_to_the_last_digit(study, capsys):
    assert main(["verify", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["trial"], found["difference"], found["same"], found["exact"]) == (1, 0.0, True, True)
    assert found["differs"] == []
    assert [pair[0] == pair[1] for pair in found["folds"]] == [True] * 3
    assert main(["verify", str(study)]) == 0
    assert "the same to the last digit" in capsys.readouterr().out


def test_another_score_is_told_and_ends_with_1(tmp_path, capsys):
    make_table(tmp_path / "t.csv")
    path = make_study(tmp_path, tmp_path / "t.csv", score=0.5)
    assert main(["verify", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["same"] is False
    assert found["difference"] == found["retrained"] - 0.5
    assert main(["verify", str(path)]) == 1
    assert "The recorded table, versions and machine are the same." in capsys.readouterr().out


def test_a_table_that_changed_is_named_with_the_move_of_the_score(tmp_path, capsys):
    make_table(tmp_path / "t.csv")
    path = make_study(tmp_path, tmp_path / "t.csv")
    with store.Reader(path) as reader:
        setup = reader.study().setup
    fingerprint = inspect(setup.objective).fingerprint
    with store.open_writer(path) as writer:
        told = StudySetup.from_json(setup.to_json().replace('"fingerprint":""', f'"fingerprint":"{fingerprint}"'))
        writer.set_setup(told.to_json())
    assert main(["verify", str(path)]) == 0
    make_table(tmp_path / "t.csv", seed=1)
    capsys.readouterr()
    assert main(["verify", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert "The table has changed" in found["differs"][0]
    assert found["retrained"] != found["score"]
    (tmp_path / "t.csv").unlink()
    assert main(["verify", str(path)]) == 2
    assert "t.csv" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "said"), [("7", "no trial 7"), ("-1", "no trial -1")])
def test_a_trial_that_is_not_there_is_a_sentence(study, capsys, number, said):
    assert main(["verify", str(study), "--trial", number]) == 2
    assert said in capsys.readouterr().err


def test_a_function_is_verified_and_a_script_is_not(tmp_path, capsys):
    setup = StudySetup("f", FunctionObjective("branin"), {"x1": Float(-5, 10), "x2": Float(0, 15)}, "minimize")
    with store.create(tmp_path / "f.study", setup.to_json(), setup.search_space()) as writer:
        params = {"x1": 1.0, "x2": 2.0}
        writer.record([
            TrialStarted(0, params, 1.7e9), TrialEnded(0, "complete", 1.7e9, 1.0, (21.62763539206238,)),
        ])  # fmt: skip
    assert main(["verify", str(tmp_path / "f.study")]) == 0
    own = Study({"x": Float(0, 1)})
    own.tell(own.ask(), 0.5)
    own.save(tmp_path / "own.study")
    own.close()
    assert main(["verify", str(tmp_path / "own.study")]) == 2
    assert "lives in a script" in capsys.readouterr().err


def test_a_study_in_python_verifies_itself(tmp_path, study):
    found = Study.open(study).verify()
    assert (found.trial, found.exact, found.differs) == (1, True, ())
    own = Study({"x": Float(0, 1)})
    own.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2, trials=3)
    assert own.verify(lambda trial: trial.suggest_float("x", 0, 1) ** 2).exact
    assert own.verify(lambda trial: trial.suggest_float("x", 0, 1) + 1).difference > 0.1
    with pytest.raises(UserFault, match="lives in a script"):
        own.verify()


def test_a_run_keeps_on_what_it_ran(tmp_path, capsys):
    """And what has changed since is named, with a score that is the same all the same."""
    setup = StudySetup("f", FunctionObjective("branin"), {"x1": Float(-5, 10), "x2": Float(0, 15)}, "minimize")
    path = tmp_path / "f.study"
    store.create(path, setup.to_json(), setup.search_space()).close()
    assert main(["run", str(path), "--trials", "2", "--workers", "1"]) == 0
    capsys.readouterr()
    assert main(["verify", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["exact"], found["differs"], found["notes"]) == (True, [], [])
    with store.open_writer(path) as writer:
        writer._run_transaction(lambda one: one.execute('UPDATE finding SET json = \'{"numpy": "1.0"}\''))
    assert main(["verify", str(path), "--json"]) == 0
    assert f"numpy was 1.0 and is {np.__version__}." in json.loads(capsys.readouterr().out)["differs"]


def test_what_differs_between_two_machines_is_named():
    here = environment()
    assert differing(here, here) == []
    there = {**here, "numpy": "1.0", "cores": "999"}
    assert differing(there, here) == [f"numpy was 1.0 and is {here['numpy']}."]
    assert {"Python", "Twinloop", "numpy", "scikit-learn", "system"} <= set(here)


# -- predict ---------------------------------------------------------------------------------------------------------


def test_new_rows_come_back_with_classes_and_probabilities(study, tmp_path, capsys):
    new = make_table(tmp_path / "new.csv", rows=12, seed=5)
    assert main(["predict", str(study), str(tmp_path / "new.csv"), "--to", str(tmp_path / "out.csv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    out = pd.read_csv(tmp_path / "out.csv")
    assert list(out.columns) == ["a", "b", "kind", "predicted_kind", "probability_high", "probability_low"]
    assert out["a"].tolist() == new["a"].tolist()
    likeliest = np.where(out["probability_high"] > out["probability_low"], "high", "low")
    assert (out["predicted_kind"] == likeliest).all()
    assert told["scored"] == 12
    assert told["score"] == pytest.approx((out["predicted_kind"] == new["kind"]).mean())


@pytest.mark.parametrize("classes", [2, 3])
def test_a_model_without_probabilities_is_scored_by_its_margins(tmp_path, classes):
    table = make_table(tmp_path / "t.csv", rows=60)
    if classes == 3:
        table.assign(kind=np.where(table["b"] == "z", "other", table["kind"])).to_csv(tmp_path / "t.csv", index=False)
    objective = TableObjective(str(tmp_path / "t.csv"), "kind", "classification", "svm", "roc_auc")
    setup = StudySetup("margins", objective, {"C": Float(0.1, 10.0)}, "maximize")
    path = tmp_path / "m.study"
    told = [TrialStarted(0, {"C": 1.0}, 0.0), TrialEnded(0, "complete", 1.0, 1.0, (0.9,))]
    store.create(path, setup.to_json(), setup.search_space(), ("maximize",), events=told).close()
    found = predict_new_table(path, tmp_path / "t.csv", tmp_path / "out.csv")
    assert found.columns == ("predicted_kind",)
    assert found.scored == 60
    assert found.score > 0.8


def test_what_a_model_cannot_know_is_doubted(study, tmp_path, capsys):
    frame = pd.DataFrame({"b": ["x", "new", None], "a": [0.1, 99.0, None], "more": [1, 2, 3]})
    frame.to_csv(tmp_path / "new.csv", index=False)
    assert main(["predict", str(study), str(tmp_path / "new.csv"), "--to", str(tmp_path / "out.parquet")]) == 0
    said = capsys.readouterr().out
    assert "1 cell of 'b' holds what training never saw, such as 'new'." in said
    assert "1 cell of 'a' lies outside of" in said
    assert "1 cell of 'a' is missing" in said
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 3


def test_a_column_that_lacks_is_a_sentence(study, tmp_path, capsys):
    pd.DataFrame({"B": ["x", "y"], "a": [0.1, 0.2]}).to_csv(tmp_path / "new.csv", index=False)
    assert main(["predict", str(study), str(tmp_path / "new.csv"), "--to", str(tmp_path / "out.csv")]) == 2
    assert "no column 'b', which the model learned from. It has 'B'." in capsys.readouterr().err
    assert main(["predict", str(study), str(tmp_path / "new.csv"), "--to", str(tmp_path / "out.xyz")]) == 2
    assert ".csv, .tsv, .parquet" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_columns_that_are_there_already_keep_their_names(study, tmp_path):
    frame = make_table(tmp_path / "x.csv", rows=6).assign(predicted_kind="mine", extra="=1+1")
    frame.to_csv(tmp_path / "new.csv", index=False)
    assert main(["predict", str(study), str(tmp_path / "new.csv"), "--to", str(tmp_path / "out.csv")]) == 0
    out = pd.read_csv(tmp_path / "out.csv")
    assert "predicted_kind_" in out.columns
    assert out["predicted_kind"].tolist() == ["mine"] * 6
    assert out["extra"].tolist() == ["'=1+1"] * 6
