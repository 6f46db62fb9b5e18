"""``study.confirm()`` and ``twinloop confirm`` on a real table, with real processes."""

import json
import os
import sys

import numpy as np
import pandas as pd
import pytest

from engine import store
from engine.cli import main
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.judging.confirmation_words import used_up_sentence
from engine.judging.holdout import holdout_looks
from engine.learners.estimators import imports
from engine.objectives.description import FunctionObjective, TableObjective, Validation
from engine.objectives.table import prepare
from engine.seeds import model_seed
from engine.setup import Strategy, StudySetup
from engine.space import Float, Int
from engine.study import Study

NEIGHBORS = (9, 9, 1)


def make_study(folder, holdout=0.2, trials=NEIGHBORS, family="neighbours"):
    """A study of nearest neighbors about a small table, two of its trials alike."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(100, 3)), columns=["a", "b", "c"]).round(3)
    frame["kind"] = np.where(frame["a"] + rng.normal(0, 0.5, 100) > 0, "high", "low")
    frame.to_csv(folder / "t.csv", index=False)
    objective = TableObjective(
        str(folder / "t.csv"),
        "kind",
        "classification",
        family,
        "accuracy",
        validation=Validation(folds=5, holdout=holdout),
    )
    objective = StudySetup.from_json(StudySetup("kinds", objective, {}).to_json()).objective
    prepared = prepare(objective)
    setup = StudySetup("kinds", objective, {"n_neighbors": Int(1, 20)}, "maximize", Strategy("random", seed=4))
    path = folder / "kinds.study"
    with store.create(path, setup.to_json(), setup.search_space(), ("maximize",)) as writer:
        for number, neighbors in enumerate(trials):
            params = {"n_neighbors": neighbors}
            outcome = prepared.evaluate(params, model_seed(4, number), lambda *_: None)
            writer.record([
                TrialStarted(number, params, 1.7e9),
                TrialEnded(number, "complete", 1.7e9, 1.0, (outcome.score,), details=outcome.details),
            ])  # fmt: skip
    return path


@pytest.fixture(scope="module")
def confirmed(tmp_path_factory):
    """A study that several tests confirm, one after another."""
    return make_study(tmp_path_factory.mktemp("kinds"))


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("TWINLOOP_HOME", str(tmp_path_factory.mktemp("home")))


def said(capsys, *arguments):
    """The status of a command, what it printed as JSON, and its complaint."""
    status = main([*map(str, arguments)])
    told = capsys.readouterr()
    return status, json.loads(told.out) if told.out.startswith("{") else told.out, told.err


def test_the_winner_is_confirmed_and_the_next_call_takes_its_fits_up_and_says_that_the_holdout_is_used_up(
    confirmed, capsys
):
    status, told, _ = said(capsys, "confirm", confirmed, "--open-holdout", "--json", "--allow")
    assert status == 0
    assert told["trial"] == 0
    assert told["interval"][0] < told["score"] < told["interval"][1]
    assert [row["trial"] for row in told["leaders"]] == [0, 2]  # trial 1 is trial 0 once more
    titles = [row["title"] for row in told["baselines"]]
    assert titles[0].endswith("with defaults")
    assert titles[-2:] == ["logistic regression", "guessing"]
    guessing = told["baselines"][-1]
    assert guessing["told_apart"]
    assert guessing["verdict"] == "worse"
    first = told["holdout"]
    assert first["rows"] == 20
    assert first["interval"][0] < first["score"] < first["interval"][1]
    assert set(first["others"]) >= {"logistic regression", "guessing"}
    assert first["by"] == "the command line"
    assert "no longer honest" in first["sentence"]

    with Study.open(confirmed) as study:
        found = study.confirm(fits=0, open_holdout=True, workers=1)
    assert found.fits == told["fits"]
    assert found.winner.score == told["score"]
    with store.Reader(confirmed) as reader:
        looks = holdout_looks(reader.findings())
    assert [(look.number, look.by) for look in looks] == [(1, "the command line"), (2, "Python")]
    assert used_up_sentence(len(looks), looks[0]).startswith("Opened 2 times, first on ")
    assert (looks[0].score, looks[0].rows.tolist()) == (looks[1].score, looks[1].rows.tolist())
    table = pd.read_csv(confirmed.parent / "t.csv")
    assert [looks[0].classes[int(one)] for one in looks[0].truth] == table["kind"][looks[0].rows].tolist()


@pytest.fixture
def foreign(tmp_path, monkeypatch):
    """The path of a model of another package than scikit-learn, here and in every process that is started."""
    code = "from sklearn.neighbors import KNeighborsClassifier\nclass Strange(KNeighborsClassifier): pass\n"
    (tmp_path / "strange_neighbours.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    imports.allow_import("strange_neighbours.Strange")
    yield "strange_neighbours.Strange"
    sys.modules.pop("strange_neighbours", None)
    imports.forbid_import("strange_neighbours.Strange")


def test_a_model_of_another_package_is_confirmed_once_it_is_allowed(foreign, tmp_path, capsys):
    path = make_study(tmp_path / "kinds", family=foreign, trials=(9,))
    imports.forbid_import(foreign)
    status, _, complaint = said(capsys, "confirm", path, "--fits", "5", "--json")
    assert status == 2
    assert "strange_neighbours" in complaint
    status, told, complaint = said(capsys, "confirm", path, "--fits", "5", "--json", "--allow")
    assert (status, complaint) == (0, "")
    assert told["trial"] == 0


def test_a_study_without_a_holdout_says_how_to_have_one(tmp_path):
    path = make_study(tmp_path, holdout=0.0, trials=(3,))
    with Study.open(path) as study, pytest.raises(UserFault, match="This study set no rows aside"):
        study.confirm(fits=0, open_holdout=True, workers=1)


def test_what_cannot_be_confirmed_is_a_sentence(tmp_path, capsys):
    empty = make_study(tmp_path / "empty", trials=())
    function = tmp_path / "f.study"
    setup = StudySetup("f", FunctionObjective("branin"), {"x1": Float(-5, 10), "x2": Float(0, 15)}, "minimize")
    store.create(function, setup.to_json(), setup.search_space()).close()
    for path, words in ((empty, "Run it first."), (function, "no fresh folds")):
        status, _, complaint = said(capsys, "confirm", path, "--allow")
        assert status == 2, path
        assert words in complaint
        assert "Traceback" not in complaint
    study = Study({"x": Float(0, 1)})
    with pytest.raises(UserFault, match="Only a study in a file"):
        study.confirm()
