"""Tables of trials: who wrote them is seen by their columns, and what stays unclear is asked for in a sentence."""

import json
import math

import pandas as pd
import pytest

from engine.cli import main
from engine.errors import UserFault
from engine.exporting import export_study
from engine.importing import Wishes, import_study, read_foreign
from engine.space import Categorical, Float, Int
from engine.study import Study


def csv(tmp_path, text, name="t.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csv_of_ours_comes_back(tmp_path):
    space = {"x": Float(0, 1), "n": Int(1, 9), "k": Categorical(["=a", "b", None])}
    study = Study(space, constraints=("memory",), direction="maximize", sampler="random")
    for number in range(6):
        trial = study.ask()
        if number == 4:
            study.tell(trial, state="failed", reason="broke")
        else:
            study.tell(trial, number / 7, constraints={"memory": number - 3.0})
    study.save(tmp_path / "a.study")
    study.close()
    export_study(tmp_path / "a.study", tmp_path / "a.csv")
    import_study(tmp_path / "a.csv", tmp_path / "b.study", Wishes(direction="maximize"))
    again = Study.open(tmp_path / "b.study")
    assert [one.params for one in again.trials] == [
        {name: value for name, value in one.params.items() if value is not None} for one in study.trials
    ]
    assert [one.values for one in again.trials] == [one.values for one in study.trials]
    assert [one.state for one in again.trials] == [one.state for one in study.trials]
    assert again.history.constraint_names == ("memory",)
    assert again.best_value == study.best_value


def test_what_scikit_learn_found_comes_in(tmp_path):
    from sklearn.datasets import load_iris
    from sklearn.model_selection import GridSearchCV
    from sklearn.neighbors import KNeighborsClassifier

    grid = {"n_neighbors": [1, 3], "weights": ["uniform", "distance"]}
    found = GridSearchCV(KNeighborsClassifier(), grid, cv=3).fit(*load_iris(return_X_y=True)).cv_results_
    pd.DataFrame(found).to_csv(tmp_path / "cv.csv")
    plain = {name: list(map(str, value)) if value.dtype == object else value.tolist() for name, value in found.items()
             if hasattr(value, "dtype")}  # fmt: skip
    (tmp_path / "cv.json").write_text(json.dumps(plain), encoding="utf-8")
    for name in ("cv.csv", "cv.json"):
        study = read_foreign(tmp_path / name)
        assert study.directions == ("maximize",)
        assert study.space == {"n_neighbors": Int(1, 3), "weights": Categorical(("uniform", "distance"))}
        assert [one.scores[0] for one in study.trials] == pytest.approx(found["mean_test_score"].tolist())
        assert study.trials[1].details["fold_scores"] == pytest.approx(
            [found[f"split{i}_test_score"][1] for i in range(3)]
        )
        assert study.trials[0].seconds == pytest.approx(found["mean_fit_time"][0])


def test_runs_of_mlflow_come_in(tmp_path):
    path = csv(
        tmp_path,
        "run_id,status,start_time,end_time,metrics.val_loss,params.lr,params.layers,tags.user\n"
        "a,FINISHED,2026-01-01 10:00:00+00:00,2026-01-01 10:00:09+00:00,0.5,0.001,\"(64, 64)\",me\n"
        "b,FAILED,2026-01-01 10:01:00+00:00,,,0.1,\"(32,)\",me\n"
        "c,FINISHED,2026-01-01 10:02:00+00:00,2026-01-01 10:02:01+00:00,0.25,0.5,\"(32,)\",you\n",
    )  # fmt: skip
    study = read_foreign(path)
    assert study.directions == ("minimize",)
    assert study.space["lr"] == Float(0.001, 0.5, log=True)
    assert study.space["layers"] == Categorical([(64, 64), (32,)])
    assert [one.state for one in study.trials] == ["complete", "failed", "complete"]
    assert (study.trials[0].seconds, study.trials[0].started) == (9.0, 1767261600.0)
    assert study.trials[2].user_attrs["user"] == "you"


def test_runs_of_wandb_need_their_score_named(tmp_path):
    path = csv(
        tmp_path,
        '"Name","State","Runtime","Created","lr","optimizer","val_accuracy","_step"\n'
        '"run-1","finished","90","2026-01-01T10:00:00.000Z","0.1","adam","0.75","10"\n'
        '"run-2","crashed","3","2026-01-01T10:05:00.000Z","0.2","sgd","","2"\n',
    )
    with pytest.raises(UserFault, match=r"Name it with --score COLUMN\. Likely: val_accuracy"):
        read_foreign(path)
    study = read_foreign(path, Wishes(scores=("val_accuracy",)))
    assert study.space == {"lr": Float(0.1, 0.2), "optimizer": Categorical(("adam", "sgd"))}
    assert study.directions == ("maximize",)
    assert [(one.state, one.seconds) for one in study.trials] == [("complete", 90.0), ("failed", 3.0)]


def test_any_table_comes_in_with_its_columns_named(tmp_path, capsys):
    path = csv(tmp_path, "a;b;quality\n1;x;0,5\n2;y;3\n3;;4\n")
    out = tmp_path / "o.study"
    assert main(["import", str(path), str(out), "--score", "quality"]) == 2
    assert "--direction minimize or maximize" in capsys.readouterr().err
    told = ["--score", "quality", "--direction", "minimize"]
    assert main(["import", str(path), str(out), *told, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["counts"] == {"failed": 1, "complete": 2}  # "0,5" is not a number here
    study = Study.open(out)
    assert study.trials[2].params == {"a": 3}
    assert study.best_value == 3.0


@pytest.mark.parametrize(
    ("text", "wish", "said"),
    [
        ("", Wishes(), "not a table of trials"),
        ("a,b\n", Wishes(), "has no rows"),
        ("a,a\n1,2\n", Wishes(), "score"),
        ("a,b\n1,2\n", Wishes(scores=("c",)), "no column 'c'"),
        ("loss\n1\n", Wishes(scores=("loss",)), "no column with a hyperparameter"),
        ("loss,x\n,1\n", Wishes(scores=("loss",)), "No row"),
        ("loss,x\n1,\n", Wishes(scores=("loss",)), "no value of any hyperparameter"),
        ("\0\0\0,\0\n\0", Wishes(), "t.csv"),
    ],
)
def test_what_is_wrong_with_a_table_is_a_sentence(tmp_path, text, wish, said):
    with pytest.raises(UserFault, match=said):
        read_foreign(csv(tmp_path, text), wish)


@pytest.mark.parametrize("text", ["[]", "{}", "1", '{"a": [1, 2], "b": [1]}', '[{"a": 1}, 2]', "{", "[" * 100_000])
def test_what_is_wrong_with_json_is_a_sentence(tmp_path, text):
    with pytest.raises(UserFault, match="not a table of trials"):
        read_foreign(csv(tmp_path, text, "t.json"))


def test_cells_mean_what_they_say(tmp_path):
    path = csv(tmp_path, "params_a,params_b,params_c,value,state\ntrue,1e3,007,1,COMPLETE\nnone,2,x,2,COMPLETE\n")
    study = read_foreign(path, Wishes(direction="minimize"))
    assert study.space == {
        "a": Categorical((True, None)),
        "b": Float(2.0, 1000.0, log=True),
        "c": Categorical((7, "x")),
    }
    assert not math.isnan(study.trials[0].scores[0])
