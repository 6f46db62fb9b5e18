"""A study from a stranger reads nothing outside its folder, and runs nothing, before the person agreed."""

import msgspec
import pytest

from engine import store
from engine.objectives.description import FunctionObjective, TableObjective
from engine.runner import ConsentNeeded, Refused
from engine.runner.consent import Consents, Reach, reach_of, reach_of_code
from engine.setup import Strategy, StudySetup
from engine.space import Int
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
def test_samples_and_tables_beside_the_study_need_no_consent(tmp_path, source):
    assert reach_of(objective(source), tmp_path / "a.study") is None


@pytest.mark.parametrize(
    "source", ["/etc/passwd", "../secret.csv", "data/../../secret.csv", "~/x.csv/../../../../x", "C:\\x\0.csv/../../.."]
)
def test_whatever_leaves_the_folder_is_named_before_it_is_touched(tmp_path, source):
    reach = reach_of(objective(source), tmp_path / "deep" / "a.study")
    if source.startswith("~"):
        assert reach is None or "wants to read" in reach.what
    else:
        assert reach is not None
        assert "wants to read" in reach.what


def test_a_link_out_of_the_folder_is_followed_before_it_is_judged(tmp_path, table):
    folder = tmp_path / "study"
    folder.mkdir()
    try:
        (folder / "innocent.csv").symlink_to(table)
    except OSError:
        pytest.skip("links cannot be made here")
    assert reach_of(objective("innocent.csv"), folder / "a.study") is not None


def test_answers_are_remembered_by_what_they_were_given_for(tmp_path):
    first, other = Reach("one", "k1"), Reach("two", "k2")
    Consents(tmp_path).give(first)
    assert Consents(tmp_path).has(first.key)
    assert not Consents(tmp_path).has(other.key)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"k1": 5}', b"\xff\xfe"])
def test_a_damaged_memory_forgets_instead_of_failing(tmp_path, content):
    (tmp_path / "consents.json").write_bytes(content)
    assert not Consents(tmp_path).has("k1")
    Consents(tmp_path).give(Reach("one", "k1"))
    assert Consents(tmp_path).has("k1")


def test_a_strangers_study_waits_for_consent_and_then_runs(tmp_path, table):
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
        needed = run.until(lambda one: isinstance(one, ConsentNeeded))
        assert str(table) in needed.what
        assert not run.ended_trials()
        run.runner.allow()
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
        run.runner.allow()
        run.runner.start()
        assert "not installed" in run.until(lambda one: isinstance(one, Refused)).what


def test_a_test_function_needs_no_consent(tmp_path):
    assert reach_of(FunctionObjective("branin"), tmp_path / "a.study") is None


def test_code_is_allowed_by_its_content_and_by_nothing_else(tmp_path):
    code = b"def objective(trial):\n    return trial.suggest_float('x', 0, 1)\n"
    reach = reach_of_code("train.py", code)
    assert reach.what == "This study wants to run train.py (3 lines)."
    Consents(tmp_path).give(reach)
    assert Consents(tmp_path).has(reach_of_code("renamed.py", code).key)
    assert not Consents(tmp_path).has(reach_of_code("train.py", code + b" ").key)
    table = reach_of(objective(tmp_path / "train.py"), tmp_path / "deep" / "a.study")
    Consents(tmp_path).give(table)
    assert not Consents(tmp_path).has(reach_of_code("x", str(tmp_path / "train.py").encode()).key)


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
