"""Optuna's storages in and out again: every field is as Optuna itself reads it, and whatever is wrong is a sentence."""

import json
import math
import shutil
import sqlite3
import warnings

import pytest

from engine.cli import main
from engine.errors import UserFault
from engine.exporting import export_study
from engine.importing import Wishes, import_study, read_foreign
from engine.importing.optuna_distributions import hyperparameter_of
from engine.space import Categorical, Float, Int
from engine.study import Study
from engine.trials import State

optuna = pytest.importorskip("optuna")
FIELDS = (
    "state", "params", "values", "user_attrs", "system_attrs", "distributions", "intermediate_values",
    "datetime_start", "datetime_complete",
)  # fmt: skip


@pytest.fixture(autouse=True)
def quiet():
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    optuna.logging.set_verbosity(before)


def journal(path):
    return optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))


def storage_at(path):
    return journal(path) if path.suffix == ".log" else f"sqlite:///{path}"


def distributions():
    of = optuna.distributions
    return {
        "x": of.FloatDistribution(-1.0, 1.0),
        "rate": of.FloatDistribution(1e-5, 1.0, log=True),
        "share": of.FloatDistribution(0.0, 1.0, step=0.25),
        "depth": of.IntDistribution(1, 9),
        "units": of.IntDistribution(1, 128, log=True),
        "batch": of.IntDistribution(0, 100, step=50),
        "kind": of.CategoricalDistribution(["a", None, True, 1, 1.5, "ü\n=1+1"]),
        "layers": of.CategoricalDistribution([[16, 16], [32]]),
    }


def fill(storage):
    """A study with all that a storage can hold, and another one beside it."""
    states = optuna.trial.TrialState
    study = optuna.create_study(storage=storage, study_name="all", directions=["minimize", "maximize"])
    study.set_user_attr("owner", {"a": [1, None, "ü"]})
    study.set_metric_names(["loss", "gain"])
    ranges = distributions()
    for number in range(24):
        state = [states.COMPLETE, states.COMPLETE, states.FAIL, states.PRUNED][number % 4]
        params = {
            "x": number / 12 - 1.0, "rate": 10 ** (-number / 5), "share": number % 5 / 4, "depth": 1 + number % 9,
            "units": 1 + 5 * number, "batch": 50 * (number % 3), "kind": ranges["kind"].choices[number % 6],
            "layers": ranges["layers"].choices[number % 2],
        }  # fmt: skip
        own = dict(ranges)
        if number % 7 == 0:  # another range than the others had, and one that was not asked for
            own["x"] = optuna.distributions.FloatDistribution(-1.0, 4.0)
            del params["share"], own["share"]
        study.add_trial(
            optuna.trial.create_trial(
                state=state,
                values=[number / 3, math.inf if number == 5 else 2.0 - number] if state == states.COMPLETE else None,
                params=params,
                distributions=own,
                user_attrs={"n": number, "nested": {"z": [number, None]}},
                system_attrs={"constraints": [number - 20.0, -1.0], "other": "x", "constraints:mine": 0.5},
                intermediate_values={0: 1.0, 3: -math.inf, 9: math.nan} if number % 3 else {},
            )
        )
    study.enqueue_trial({"x": 0.5, "depth": 3})
    other = optuna.create_study(storage=storage, study_name="other", direction="maximize")
    other.optimize(lambda trial: trial.suggest_float("z", 0, 1), n_trials=2)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("optuna")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        for name in ("a.db", "a.log"):
            fill(storage_at(folder / name))
    return folder


def fields(trial):
    """Every field of a trial, mappings without their order."""
    found = {}
    for name in FIELDS:
        value = getattr(trial, name)
        found[name] = repr(sorted(value.items()) if isinstance(value, dict) else value)
    return found


@pytest.mark.parametrize("name", ["a.db", "a.log"])
def test_every_field_comes_in_and_goes_out_again(filled, tmp_path, name):
    import_study(filled / name, tmp_path / "in.study", Wishes(study="all"))
    export_study(tmp_path / "in.study", tmp_path / "out.db")
    theirs = optuna.load_study(study_name="all", storage=storage_at(filled / name))
    again = optuna.load_study(study_name="all", storage=f"sqlite:///{tmp_path / 'out.db'}")
    assert [fields(one) for one in again.trials] == [fields(one) for one in theirs.trials]
    for name_of in ("directions", "user_attrs", "metric_names"):
        assert getattr(again, name_of) == getattr(theirs, name_of)
    assert [one.number for one in again.best_trials] == [one.number for one in theirs.best_trials]


def test_an_imported_study_is_one_of_ours(filled, tmp_path):
    found = import_study(filled / "a.db", tmp_path / "in.study", Wishes(study="all"))
    study = Study.open(tmp_path / "in.study")
    assert study.space["x"] == Float(-1.0, 4.0)
    assert study.space["units"] == Int(1, 128, log=True)
    assert study.space["kind"] == Categorical(("a", None, True, 1, 1.5, "ü\n=1+1"))
    assert [trial.state for trial in study.trials[:4]] == [State.COMPLETE, State.COMPLETE, State.FAILED, State.PRUNED]
    assert study.trials[3].params["layers"] == [32]
    assert study.trials[0].params.keys() == distributions().keys() - {"share"}
    assert study.history.constraint_names == ("0", "1", "mine")
    assert found.constraint_names == ("0", "1", "mine")
    assert not study.history.feasible.any()
    assert study.trials[1].intermediate_values[3] == -math.inf
    assert study.trials[24].state == State.WAITING


def test_an_imported_study_goes_on_where_it_has_an_objective(filled, tmp_path):
    import_study(filled / "a.log", tmp_path / "in.study", Wishes(study="other"))
    with Study.open(tmp_path / "in.study") as study:
        study.optimize(lambda trial: trial.suggest_float("z", 0, 1), n_trials=3)
        assert len(study.trials) == 5
        assert study.best_value == max(trial.value for trial in study.trials)


def test_a_study_of_ours_opens_in_optuna(tmp_path):
    study = Study({"x": Float(0, 1), "k": Categorical([(1, 2), "b"])}, constraints=("memory",), title="mine")
    study.set_user_attr("who", "me")
    for value in (0.25, math.nan):
        trial = study.ask()
        trial.report(0.5, 3)
        if math.isnan(value):
            study.tell(trial, state="failed", reason="diverged")
        else:
            study.tell(trial, value, constraints={"memory": -1.0})
    study.enqueue({"x": 0.125, "k": "b"})
    study.save(tmp_path / "a.study")
    study.close()
    export_study(tmp_path / "a.study", tmp_path / "a.db")
    theirs = optuna.load_study(study_name="mine", storage=f"sqlite:///{tmp_path / 'a.db'}")
    first, second, third = theirs.trials
    assert (first.value, first.intermediate_values, first.system_attrs) == (0.25, {3: 0.5}, {"constraints": [-1.0]})
    assert (second.state.name, second.user_attrs["reason"]) == ("FAIL", "diverged")
    assert third.system_attrs["fixed_params"] == {"x": 0.125, "k": "b"}
    assert theirs.user_attrs == {"who": "me", "constraint_names": ["memory"]}
    theirs.optimize(lambda one: one.suggest_float("x", 0, 1), n_trials=1)
    assert theirs.trials[2].value == 0.125


def test_names_that_differ_late_stay_apart(tmp_path):
    names = [f"{'x' * 600}{end}" for end in "ab"]
    study = Study({name: Float(0, 1) for name in names}, title="long")
    study.tell(study.ask(), 0.5)
    study.save(tmp_path / "a.study")
    study.close()
    export_study(tmp_path / "a.study", tmp_path / "a.db")
    theirs = optuna.load_study(study_name="long", storage=f"sqlite:///{tmp_path / 'a.db'}")
    assert list(theirs.trials[0].params) == names


@pytest.mark.parametrize(
    ("old", "row"),
    [
        ({"name": "UniformDistribution", "attributes": {"low": 0, "high": 1}}, Float(0, 1)),
        ({"name": "LogUniformDistribution", "attributes": {"low": 0.1, "high": 1}}, Float(0.1, 1, log=True)),
        ({"name": "DiscreteUniformDistribution", "attributes": {"low": 0, "high": 1, "q": 0.5}}, Float(0, 1, step=0.5)),
        ({"name": "IntUniformDistribution", "attributes": {"low": 0, "high": 8, "step": 2}}, Int(0, 8, step=2)),
        ({"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 8, "step": 1}}, Int(1, 8, log=True)),
        ({"type": "int", "low": 1, "high": 3}, Int(1, 3)),
        ({"type": "categorical", "choices": ["a", 2]}, Categorical(("a", 2))),
        ({"name": "CategoricalDistribution", "attributes": {"choices": [1, 1, math.inf, 2**70]}},
         Categorical((1, "inf", str(2**70)))),
    ],
)  # fmt: skip
def test_distributions_of_every_version_are_known(old, row):
    assert hyperparameter_of(json.dumps(old)) == row


# -- what is wrong with a file ---------------------------------------------------------------------------------------


def refused(path, study="all"):
    with pytest.raises(UserFault) as caught:
        read_foreign(path, Wishes(study=study))
    return str(caught.value)


def test_several_studies_have_to_be_told_apart(filled):
    assert "Choose one with --study: 'all', 'other'" in refused(filled / "a.db", "")
    assert "no study called 'third'" in refused(filled / "a.log", "third")


def test_a_locked_storage_is_a_sentence(filled, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.importing.optuna_sqlite._WAIT_SECONDS", 0.1)
    path = shutil.copy(filled / "a.db", tmp_path / "a.db")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    assert "being written" in refused(path)
    writer.execute("ROLLBACK")
    writer.close()
    assert read_foreign(path, Wishes(study="all")).trials


@pytest.mark.parametrize("kept", [100, 5_000, 20_000])
def test_half_a_storage_is_a_sentence(filled, tmp_path, kept):
    path = tmp_path / "half.db"
    path.write_bytes((filled / "a.db").read_bytes()[:kept])
    assert "damaged" in refused(path) or "half" in refused(path)


def test_other_tables_are_a_sentence(filled, tmp_path):
    path = tmp_path / "old.db"
    shutil.copy(filled / "a.db", path)
    with sqlite3.connect(path) as old:
        old.execute("UPDATE version_info SET library_version = '1.5.0'")
        old.execute("DROP TABLE trial_values")
    old.close()
    assert "Optuna 1.5.0" in refused(path)
    assert "optuna storage upgrade" in refused(path)
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE trials")
    other.close()
    assert "not an Optuna storage" in refused(path)


def test_a_view_in_place_of_a_table_is_not_run(filled, tmp_path):
    path = tmp_path / "view.db"
    shutil.copy(filled / "a.db", path)
    with sqlite3.connect(path) as made:
        made.execute("ALTER TABLE trial_params RENAME TO kept")
        made.execute(
            "CREATE VIEW trial_params AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) "
            "SELECT x AS param_id, x AS trial_id, 'a' AS param_name, 1 AS param_value, '' AS distribution_json FROM t"
        )
    made.close()
    assert "tables differ (trial_params)" in refused(path)


def test_a_journal_whose_writer_was_cut_off_is_read_to_there(filled, tmp_path):
    whole = (filled / "a.log").read_bytes()
    path = tmp_path / "cut.log"
    path.write_bytes(whole[:-40])
    assert "cut off" in " ".join(read_foreign(path, Wishes(study="all")).said)
    lines = whole.split(b"\n")
    lines[5] = lines[5][:30]
    path.write_bytes(b"\n".join(lines))
    assert "damaged at line 6" in refused(path)


@pytest.mark.parametrize("entry", ["[]", "1", '{"op_code": 99, "trial_id": 0}', '{"op_code": 5}', "{" * 100_000])
def test_no_line_of_a_journal_is_a_traceback(filled, tmp_path, entry):
    path = tmp_path / "strange.log"
    path.write_bytes((filled / "a.log").read_bytes() + entry.encode() + b"\n{}\n")
    assert "damaged at line" in refused(path)


def test_a_file_that_is_no_storage_is_a_sentence(tmp_path, capsys):
    path = tmp_path / "strange.bin"
    path.write_bytes(b"\0\1\2")
    assert main(["import", str(path), str(tmp_path / "o.study")]) == 2
    assert "not a file with trials" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "gone.db"), str(tmp_path / "o.study")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "o.study").exists()


def test_the_command_says_what_it_made(filled, tmp_path, capsys):
    out = tmp_path / "o.study"
    assert main(["import", str(filled / "a.db"), "--study", "all", str(out)]) == 0
    assert "25 trials (12 complete, 6 failed, 6 pruned, 1 waiting), 8 hyperparameters" in capsys.readouterr().out
    assert main(["import", str(filled / "a.db"), "--study", "all", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["show", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["complete"] == 12
