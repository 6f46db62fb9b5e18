"""The rules of the house that a reader cannot see in one file: who may import whom, and what stays light."""

import ast
import subprocess
import sys

import pytest

from tests.rules._nodes import ROOT, for_each_file, nodes_of

SOURCES = sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py")])


def loaded_after(statement):
    """The names of all modules that a fresh interpreter has loaded after one statement."""
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_imports_go_down_the_floors():
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_sources_were_found():
    assert len(SOURCES) > 100


@for_each_file(p for p in SOURCES if p.is_relative_to(ROOT / "engine"))
def test_no_file_of_the_engine_imports_qt(path):
    names = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert not names & {"PySide6", "shiboken6", "pyqtgraph", "gui"}


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import engine", {"numpy", "msgspec"}),
        ("import engine.cli", {"numpy", "PySide6", "sqlite3"}),
        ("import engine.execution.worker", {"PySide6", "sqlite3", "sklearn", "pandas"}),
        ("import engine.study", {"PySide6", "sklearn", "pandas", "pyarrow"}),
        (
            "import engine.study; engine.study.catalogue()",
            {"sklearn", "pandas", "scipy.linalg", "scipy.optimize", "scipy.special", "scipy.stats", "torch"},
        ),
        ("import gui.__main__", {"numpy", "PySide6"}),
    ],
)
def test_what_must_start_fast_loads_nothing_heavy(statement, absent):
    assert not loaded_after(statement) & absent


@for_each_file(SOURCES)
def test_no_file_holds_a_second_room(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@for_each_file(SOURCES)
def test_nothing_executes_data(path):
    """A study is data: no pickle, eval, exec or shell anywhere in the product."""
    banned = {"eval", "exec", "compile"}
    for node in nodes_of(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in banned, f"line {node.lineno}"
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
        if isinstance(node, ast.keyword):
            assert not (node.arg == "shell" and getattr(node.value, "value", None) is True)


@for_each_file(SOURCES)
def test_every_module_says_what_it_is_for(path):
    module = nodes_of(path)[0]
    assert ast.get_docstring(module) or not module.body


@for_each_file(p for p in SOURCES if p.is_relative_to(ROOT / "gui"))
def test_no_signal_is_connected_to_what_keeps_its_owner(path):
    """Qt holds a partial or a lambda strongly, and so the window it belongs to: ``gui.base.weak`` holds weakly."""
    wrong = []
    for node in nodes_of(path):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "connect":
            continue
        for slot in node.args:
            is_partial = isinstance(slot, ast.Call) and getattr(slot.func, "id", "") == "partial"
            if is_partial or isinstance(slot, ast.Lambda):
                wrong.append(node.lineno)
    assert wrong == []


@for_each_file(p for p in SOURCES if p.is_relative_to(ROOT / "gui"))
def test_no_widget_is_asked_for_its_screen(path):
    """PySide gives the screen to the widget, which takes it along when it is freed: the next window crashes."""
    calls = [node for node in nodes_of(path) if isinstance(node, ast.Call)]
    assert [node.lineno for node in calls if getattr(node.func, "attr", "") == "screen"] == []


@for_each_file(p for p in SOURCES if p.is_relative_to(ROOT / "gui"))
def test_no_widget_has_a_palette_of_its_own(path):
    """It would keep the colours of the theme before: a role of the application's palette follows by itself."""
    if path.name == "theme.py":
        return
    calls = (node for node in nodes_of(path) if isinstance(node, ast.Call))
    assert [node.lineno for node in calls if getattr(node.func, "attr", "") == "setPalette"] == []
