"""A study from a stranger reads nothing outside its folder, and runs nothing, before the person agreed."""

import os

import msgspec
import pytest

from engine import store
from engine.cli import main
from engine.events import TrialEnded, TrialStarted
from engine.objectives.description import FunctionObjective, TableObjective
from engine.objectives.permissions import (
    ExternalAccess,
    PermissionMissing,
    Permissions,
    external_access_of,
    external_access_of_code,
)
from engine.runner import PermissionGranted, PermissionNeeded, Rejected, Saved
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Int
from engine.study import (
    choose_table,
    classes_of,
    export_study,
    inspect_table,
    reread_setup,
    setup_problems,
    suggest_setup,
    suggest_space,
)
from tests.helpers.runs import Listened, function_setup


def objective(source):
    return TableObjective(str(source), "y", "regression", "neighbours", "rmse")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "elsewhere" / "table.csv"
    path.parent.mkdir()
    path.write_text("x,y\n" + "\n".join(f"{i % 17},{3 * (i % 17)}" for i in range(80)))
    return path


@pytest.mark.parametrize("source", ["sample:wine", "table.csv", "data/deep/table.csv"])
def test_samples_and_tables_beside_the_study_need_no_permission(tmp_path, source):
    assert external_access_of(objective(source), tmp_path / "a.study") is None


@pytest.mark.parametrize(
    "source", ["/etc/passwd", "../secret.csv", "data/../../secret.csv", "~/x.csv/../../../../x", "C:\\x\0.csv/../../.."]
)
def test_whatever_leaves_the_folder_is_named_before_it_is_touched(tmp_path, source):
    access = external_access_of(objective(source), tmp_path / "deep" / "a.study")
    if source.startswith("~"):
        assert access is None or "wants to read" in access.what
    else:
        assert access is not None
        assert "wants to read" in access.what


def test_a_link_out_of_the_folder_is_followed_before_it_is_judged(tmp_path, table):
    folder = tmp_path / "study"
    folder.mkdir()
    try:
        (folder / "innocent.csv").symlink_to(table)
    except OSError:
        pytest.skip("links cannot be made here")
    assert external_access_of(objective("innocent.csv"), folder / "a.study") is not None


def test_answers_are_remembered_by_what_they_were_given_for(tmp_path):
    first, other = ExternalAccess("one", "k1"), ExternalAccess("two", "k2")
    Permissions(tmp_path).grant(first)
    assert Permissions(tmp_path).has(first.key)
    assert not Permissions(tmp_path).has(other.key)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"k1": 5}', b"\xff\xfe"])
def test_a_damaged_memory_forgets_instead_of_failing(tmp_path, content):
    (tmp_path / "consents.json").write_bytes(content)
    assert not Permissions(tmp_path).has("k1")
    Permissions(tmp_path).grant(ExternalAccess("one", "k1"))
    assert Permissions(tmp_path).has("k1")


def test_a_strangers_study_waits_for_permission_and_then_runs(tmp_path, table):
    path = tmp_path / "mail" / "a.study"
    path.parent.mkdir()
    setup = StudySetup("from a stranger", objective(table), {"n_neighbors": Int(1, 4)}, "minimize")
    setup = msgspec.structs.replace(setup, strategy=msgspec.structs.replace(setup.strategy, sampler="grid"))
    store.create(path, setup.to_json(), setup.search_space(), ("minimize",)).close()
    with Listened() as run:
        run.runner.open(path)
        run.opened()
        run.runner.warm()
        run.runner.start()
        needed = run.until(lambda one: isinstance(one, PermissionNeeded))
        assert str(table) in needed.what
        assert not run.ended_trials()
        run.runner.grant_permission()
        run.runner.start()
        run.until_state("ended")
        assert [one.state for one in run.ended_trials()] == ["complete"] * 4
        run.close()
    with Listened() as again:
        again.runner.open(path)
        again.opened()
        again.runner.start()
        again.until_state("ended")


def test_opening_a_study_imports_reads_and_runs_nothing_that_it_names(tmp_path):
    strategy = Strategy("a sampler that is not installed")
    setup = StudySetup("x", objective("/proc/self/mem"), {"n_neighbors": Int(1, 4)}, "minimize", strategy)
    store.create(tmp_path / "a.study", setup.to_json(), setup.search_space(), ("minimize",)).close()
    with Listened() as run:
        run.runner.open(tmp_path / "a.study")
        assert run.opened().setup.objective.source == "/proc/self/mem"
        run.runner.grant_permission()
        run.runner.start()
        assert "not installed" in run.until(lambda one: isinstance(one, Rejected)).what


def strangers_study(path, table, **parts):
    """A study that somebody sent, with one trial, whose table is elsewhere."""
    setup = StudySetup("from a stranger", objective(table), {"n_neighbors": Int(1, 4)}, "minimize", **parts)
    with store.create(path, setup.to_json(), setup.search_space()) as writer:
        started = TrialStarted(0, {"n_neighbors": 1}, 0.0)
        writer.record([started, TrialEnded(0, "complete", 1.0, 1.0, (0.5,))])
    return setup


def readers(setup, path, folder):
    """Everything that reads a study's table."""
    source = setup.objective.source
    return {
        "look": lambda: inspect_table(source),
        "quick look": lambda: inspect_table(source, quick=True),
        "classes": lambda: classes_of(setup),
        "suggest": lambda: suggest_setup(source),
        "read otherwise": lambda: reread_setup(setup, {}),
        "ranges": lambda: suggest_space(setup),
        "export": lambda: export_study(path, folder / "script.py"),
    }


@pytest.mark.parametrize("opens", ["runner", "onlooker"])
def test_nothing_reads_the_table_of_an_opened_study_before_somebody_agreed(tmp_path, table, opens):
    path = tmp_path / "mail" / "a.study"
    path.parent.mkdir()
    strangers_study(path, table)
    holder = store.open_writer(path) if opens == "onlooker" else None
    with Listened() as run:
        run.runner.open(path)
        setup = run.opened().setup
        for name, read in readers(setup, path, tmp_path).items():
            with pytest.raises(PermissionMissing, match="not in its own folder"):
                read()
            assert not (tmp_path / "script.py").exists(), name
        problems = [one for one in setup_problems(setup) if one.place == "source"]
        assert [(one.forbids, "wants to read" in one.what) for one in problems] == [(False, True)]
        if holder is None:
            run.runner.grant_permission()
            run.until(lambda one: isinstance(one, PermissionGranted))
            for read in readers(setup, path, tmp_path).values():
                read()
            assert (tmp_path / "script.py").exists()
        run.close()
    if holder is not None:
        holder.close()


def test_export_from_the_command_line_asks_too(tmp_path, table, capsys):
    path = tmp_path / "mail" / "a.study"
    path.parent.mkdir()
    strangers_study(path, table)
    script = ["export", str(path), "--to", str(tmp_path / "script.py")]
    assert main(script) == 2
    assert "wants to read" in capsys.readouterr().err
    assert main(["export", str(path), "--to", str(tmp_path / "best.json")]) == 0
    assert main([*script, "--allow"]) == 0
    assert main(script) == 0


def test_a_table_that_a_person_chooses_is_read_whatever_a_study_says(tmp_path, table):
    path = tmp_path / "mail" / "a.study"
    path.parent.mkdir()
    strangers_study(path, table)
    with Listened() as run:
        run.runner.open(path)
        source = run.opened().setup.objective.source
        choose_table(source)
        assert inspect_table(source).info.rows == 80
        run.close()


def test_a_path_that_leads_out_is_not_even_looked_at(tmp_path, monkeypatch):
    """On some systems a look at a path of the network sends the person's name and password there."""
    looked = []
    monkeypatch.setattr(os, "stat", lambda path, *_, **__: looked.append(str(path)) or os.lstat(path))
    access = external_access_of(objective("/net/evil/share/t.csv"), tmp_path / "a.study")
    assert "/net/evil/share/t.csv" in access.what
    assert not [path for path in looked if "evil" in path]


def test_a_relative_source_is_one_place_for_permission_and_for_reading(tmp_path, table, monkeypatch):
    """It is seen from the study's folder, whatever folder the program was started in."""
    here = tmp_path / "here"
    (here / "data").mkdir(parents=True)
    (here / "data" / "t.csv").write_text(table.read_text())
    decoy = tmp_path / "decoy"
    (decoy / "data").mkdir(parents=True)
    (decoy / "data" / "t.csv").write_text("secret,y\n" + "1,2\n" * 60)
    strangers_study(here / "a.study", "data/t.csv")
    monkeypatch.chdir(decoy)
    with Listened() as run:
        run.runner.open(here / "a.study")
        setup = run.opened().setup
        assert inspect_table(setup.objective.source).info.names == ("x", "y")
        run.runner.start(Budget(trials=2, workers=1))
        run.until_state("ended")
        assert [one.state for one in run.ended_trials()] == ["complete"]
        export_study(here / "a.study", tmp_path / "script.py")
        run.close()


def test_a_study_that_is_moved_with_its_table_finds_it(tmp_path, table):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "t.csv").write_text(table.read_text())
    setup = StudySetup("mine", objective(folder / "t.csv"), {"n_neighbors": Int(1, 4)}, "minimize")
    setup = msgspec.structs.replace(setup, budget=Budget(trials=2, workers=1), strategy=Strategy("random"))
    with Listened() as run:
        run.runner.create(folder / "a.study", setup)
        assert run.opened().setup == setup
        run.runner.save_as(tmp_path / "copy.study")
        run.until(lambda one: isinstance(one, Saved))
        run.close()
    with store.Reader(folder / "a.study") as reader:
        assert reader.study().setup.objective.source == "t.csv"
    with store.Reader(tmp_path / "copy.study") as reader:
        assert reader.study().setup.objective.source == "project/t.csv"
    moved = folder.rename(tmp_path / "moved")
    with Listened() as run:
        run.runner.open(moved / "a.study")
        assert run.opened().setup.objective.source == str(moved / "t.csv")
        run.runner.start()
        run.until_state("ended")
        assert [one.state for one in run.ended_trials()] == ["complete"] * 2
        run.close()


def test_a_test_function_needs_no_permission(tmp_path):
    assert external_access_of(FunctionObjective("branin"), tmp_path / "a.study") is None


def test_code_is_allowed_by_its_content_and_by_nothing_else(tmp_path):
    code = b"def objective(trial):\n    return trial.suggest_float('x', 0, 1)\n"
    access = external_access_of_code("train.py", code)
    assert access.what == "This study wants to run train.py (3 lines)."
    Permissions(tmp_path).grant(access)
    assert Permissions(tmp_path).has(external_access_of_code("renamed.py", code).key)
    assert not Permissions(tmp_path).has(external_access_of_code("train.py", code + b" ").key)
    table = external_access_of(objective(tmp_path / "train.py"), tmp_path / "deep" / "a.study")
    Permissions(tmp_path).grant(table)
    assert not Permissions(tmp_path).has(external_access_of_code("x", str(tmp_path / "train.py").encode()).key)


def test_files_in_the_present_folder_do_not_pass_for_modules(tmp_path, monkeypatch):
    for name in ("json.py", "numpy.py", "engine.py", "sklearn.py"):
        (tmp_path / name).write_text("raise SystemExit('a stranger was imported')\n")
    monkeypatch.chdir(tmp_path)
    with Listened() as run:
        run.runner.create(tmp_path / "a.study", function_setup(trials=2, workers=1))
        run.opened()
        run.runner.start()
        run.until_state("ended")
        assert [one.state for one in run.ended_trials()] == ["complete", "complete"]
