"""The ensemble of a study is taken home: a script that prints its score, a fitted model, predictions of a new table."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from engine import store
from engine.applying import read_new_rows, train_final
from engine.cli import main
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.exporting import export_study
from engine.exporting.base import read_content
from engine.objectives.description import TableObjective, Validation
from engine.objectives.table import prepare
from engine.seeds import model_seed
from engine.setup import Strategy, StudySetup
from engine.space import Int
from engine.study import Study

CONFIGURATIONS = ({"max_depth": 2}, {"max_depth": 4, "prepare__scaling": "robust"}, {"max_depth": 3})


def make_table(path, task, rows=90, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": rng.normal(size=rows), "b": rng.choice(["x", "y"], rows), "c": rng.normal(size=rows)})
    value = frame["a"] + (frame["b"] == "x") + rng.normal(0, 1, rows)
    frame["out"] = np.where(value > 0.5, "high", "low") if task == "classification" else value
    frame.to_csv(path, index=False)


def make_study(folder, task):
    """Three trials with their predictions, which are told to be equally good."""
    make_table(folder / "t.csv", task)
    metric = "log_loss" if task == "classification" else "rmse"
    source = str(folder / "t.csv")
    objective = TableObjective(
        source, "out", task, "random_forest", metric, {"trees": 5}, validation=Validation(folds=3, holdout=0.0)
    )
    prepared = prepare(objective)
    setup = StudySetup("e", objective, {"max_depth": Int(1, 9)}, "minimize", Strategy("random", seed=4))
    path = folder / f"{task}.study"
    with store.create(path, setup.to_json(), setup.search_space(), ("minimize",)) as writer:
        for number, params in enumerate(CONFIGURATIONS):
            outcome = prepared.evaluate(params, model_seed(4, number), lambda *_: None)
            writer.record([
                TrialStarted(number, params, 1.7e9),
                TrialEnded(number, "complete", 1.7e9, 1.0, (outcome.score,), predictions=outcome.predictions),
            ])  # fmt: skip
    return path


@pytest.fixture(scope="module", params=["classification", "regression"])
def study(request, tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("ensemble"), request.param)


def test_the_script_of_the_ensemble_prints_its_score(study, tmp_path, capsys):
    assert main(["ensemble", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["members"]) > 1
    said = []
    export_study(study, tmp_path / "e.py", said.append, what="ensemble")  # runs it, and tells of another score
    assert said == ([] if found["helps"] else [found["sentences"][0]])
    text = (tmp_path / "e.py").read_text(encoding="utf-8")
    assert "that is the study's score, as far as it keeps predictions.\n" in text
    assert max(map(len, text.splitlines())) <= 120
    numbers = sorted(one["trial"] for one in found["members"])
    assert sorted(int(one) for one in re.findall(r"^def model_(\d+)", text, re.M)) == numbers
    assert text.count("def smooth_clip") == (1 in numbers)


def test_the_fitted_ensemble_predicts_the_mean_of_its_members(study, tmp_path, capsys):
    import skops.io

    content = read_content(study)
    said = []
    export_study(study, tmp_path / "e.skops", said.append, what="ensemble")
    trusted = skops.io.get_untrusted_types(file=tmp_path / "e.skops")
    own = [name for name in trusted if not name.startswith(("numpy.", "sklearn."))]
    assert own in ([], ["engine.data.preprocessing.smooth_clip"])
    assert said[0].endswith("needs scikit-learn, twinloop." if own else "needs scikit-learn.")
    loaded = skops.io.load(tmp_path / "e.skops", trusted=trusted)
    table = study.parent / "t.csv"
    assert main(["predict", str(study), str(table), "--to", str(tmp_path / "p.csv"), "--ensemble"]) == 0
    assert "by the mean of trials" in capsys.readouterr().out
    told = pd.read_csv(tmp_path / "p.csv")
    rows = read_new_rows(replace(content, what="ensemble").final_model, table).frame
    singles = [
        (weight, train_final(content.setup.objective, content.history.params(number), content.model_seed(number)))
        for number, weight in content.ensemble.members
    ]
    if content.setup.objective.task == "classification":
        mean = sum(weight * model.predict_probabilities(rows) for weight, model in singles)
        assert told["probability_high"].tolist() == pytest.approx(mean[:, 0])
        assert loaded.predict(rows).tolist() == told["predicted_out"].tolist()
    else:
        mean = sum(weight * model.predict(rows) for weight, model in singles)
        assert told["predicted_out"].tolist() == pytest.approx(mean)
        assert loaded.predict(rows) == pytest.approx(mean)


def test_the_ensemble_as_plain_values_names_weights_and_seeds(study, tmp_path):
    export_study(study, tmp_path / "e.json", what="ensemble")
    found = json.loads((tmp_path / "e.json").read_text())
    assert sum(one["weight"] for one in found["members"]) == pytest.approx(1)
    assert all(one["seed"] == model_seed(4, one["trial"]) for one in found["members"])
    with Study.as_it_stands(study) as opened:
        assert opened.ensemble().gain == found["gain"]


def test_a_study_without_predictions_has_no_ensemble(tmp_path, capsys):
    with Study({"x": Int(0, 9)}) as made:
        made.tell(made.ask(), 0.5)
        made.save(tmp_path / "n.study")
    assert main(["ensemble", str(tmp_path / "n.study")]) == 2
    assert "keeps no predictions" in capsys.readouterr().err
    with pytest.raises(UserFault, match="cannot be run again"):
        export_study(tmp_path / "n.study", tmp_path / "e.py", what="ensemble")
