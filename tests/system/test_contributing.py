"""What CONTRIBUTING.md promises: one new file is enough, and its templates work as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TEMPLATES = dict(re.findall(r"```python\n# (\S+\.py)\n(.*?)```", GUIDE, re.DOTALL))

MAKE = """
from engine import store
from engine.objectives import functions
from engine.setup import Budget, replace
from engine.study import suggest_setup

setup = suggest_setup("sample:wine")
space = setup.search_space()
setup = replace(
    setup,
    strategy=replace(setup.strategy, sampler="random", pruner="far_behind"),
    budget=Budget(trials=3, workers=1),
)
store.create("network.study", setup.to_json(), space).close()
assert functions.get("sphere").optimum == 0.0
"""

LOOK = """
import os, time
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QComboBox, QListWidget
from gui.app import create_application, windows

application = create_application(["look"])
loop, end = QEventLoop(), time.monotonic() + 60

def until(ready):
    while not ready():
        assert time.monotonic() < end
        QTimer.singleShot(5, loop.quit)
        loop.exec()

window = windows(application).make()
window.take("network.study")
until(lambda: window.study.is_open and window._stack.key == "live")
inner = window._stack.page("live").inner
kind = next(kind for kind in inner._kinds if kind.__name__ == "RatesPlot")
until(lambda: kind.measures[0] in inner._measures)
inner.plot.measure_chosen.emit(kind.measures[0])
view = inner.stack.currentWidget()
until(lambda: view.isVisible() and not view.is_empty and view.accessibleDescription())
print(type(view).__name__, view.accessibleDescription())
page = window._stack.page("setup")
texts = [box.itemText(index) for box in page.findChildren(QComboBox) for index in range(box.count())]
texts += [box.item(row).text() for box in page.findChildren(QListWidget) for row in range(box.count())]
print(*[text for text in texts if text in {"Around the best", "Far behind the best", "Linear discriminant"}], sep="; ")
window.close()
until(lambda: window.study._control.is_closed)
window.shutdown()
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    """A copy of the house with every template in its place."""
    copy = tmp_path_factory.mktemp("house")
    for room in ("engine", "gui", "resources"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for place, text in TEMPLATES.items():
        assert not (copy / place).exists(), place
        (copy / place).write_text(text, encoding="utf-8")
    return copy


def run(house: Path, folder: Path, *words: str) -> str:
    """What a program of the house prints."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(house), "XDG_CONFIG_HOME": str(folder / "settings")},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_there_is_a_template_for_everything_that_can_be_added():
    assert {place.rpartition("/")[0] for place in TEMPLATES} == {
        "engine/exporting",
        "engine/learners/families",
        "engine/objectives/functions",
        "engine/optimizers",
        "engine/pruners",
        "engine/samplers",
        "gui/plots/inner",
    }


def test_templates_pass_the_checks_of_the_house(house: Path):
    checked = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", *TEMPLATES]
    run(house, house, "-m", "ruff", "check", *checked)
    run(house, house, "-m", "ruff", "format", "--check", *checked)


def test_the_command_line_knows_a_new_strategy_model_and_export(house: Path, tmp_path: Path):
    assert "around_best" in run(house, tmp_path, "-m", "gui", "strategies")
    assert "discriminant" in run(house, tmp_path, "-m", "gui", "models")
    words = "new --sample wine --model discriminant --strategy around_best --trials 4 my.study"
    run(house, tmp_path, "-m", "gui", *words.split())
    run(house, tmp_path, "-m", "gui", "run", "my.study")
    run(house, tmp_path, "-m", "gui", "export", "my.study", "--to", "all.jsonl")
    trials = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert [trial["state"] for trial in trials] == ["complete"] * 4
    assert {frozenset(trial["params"]) for trial in trials} == {frozenset({"shrinkage", "solver"})}
    values = [trial["params"]["shrinkage"] for trial in trials]
    assert min(abs(values[-1] - value) for value in values[:-1]) < 0.5  # five times its step
    run(house, tmp_path, "-m", "gui", "export", "my.study", "--to", "best.py")
    assert "score: " in run(house, tmp_path, "best.py")


def test_a_network_trains_by_a_new_rule_and_the_window_shows_the_new_view(house: Path, tmp_path: Path):
    words = "new --sample wine --model mlp --trials 3 --set optimizer=sign_descent --set epochs=8 rule.study"
    run(house, tmp_path, "-m", "gui", *words.split())
    run(house, tmp_path, "-m", "gui", "run", "rule.study")
    assert "sign_descent" in run(house, tmp_path, "-m", "gui", "show", "rule.study")
    run(house, tmp_path, "-c", MAKE)
    run(house, tmp_path, "-m", "gui", "run", "network.study")
    told = run(house, tmp_path, "-c", LOOK)
    assert "RatesPlot The learning rate was " in told
    for title in ("Around the best", "Far behind the best", "Linear discriminant"):
        assert title in told
