"""What a study looks like in a notebook, and copies of it."""

import copy
import math
import os
import pickle
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from engine import Categorical, Float, Study, create_study
from engine.errors import UserFault
from engine.trials import State

SPACE = {"x": Float(0, 1), "kind": Categorical(["a", "<b>"])}


def searched(trials=30, **more):
    return Study(SPACE, sampler="random", title="a <b> & c\x1b[31m", **more).optimize(
        lambda trial: trial.params["x"], trials
    )


def test_a_study_says_in_a_line_what_it_holds():
    study = searched()
    line = repr(study)
    assert "30 trials (30 complete)" in line
    assert f"best {study.best_value:.6g} (trial {study.best_trial.number})" in line
    assert "\x1b" not in line
    assert "0 trials" in repr(Study())


def test_the_card_of_a_notebook_is_markup_in_which_names_are_text():
    study = searched(60)
    card = ElementTree.fromstring(study._repr_html_().replace("…", "..."))
    text = " ".join(card.itertext())
    assert "a <b> & c\\x1b[31m" in text
    assert f"{study.best_value:.6g}" in text
    assert "60 trials" in text
    svg = "{http://www.w3.org/2000/svg}"
    circles = card.findall(f".//{svg}circle")
    assert 50 <= len(circles) <= 60  # a few of the worst may lie outside
    assert len(card.findall(f".//{svg}polyline")) == 1
    lowest = max(float(one.get("cy")) for one in circles)
    assert any(float(one.get("cx")) > 400 for one in circles)
    assert lowest == 160 - 8  # the best is drawn at the foot where smaller is better


def test_the_card_of_an_empty_a_single_and_an_endless_study_is_markup():
    for study in (Study(), searched(1), create_study().optimize(lambda trial: math.inf, 3)):
        ElementTree.fromstring(study._repr_html_())


def test_a_large_study_has_a_small_card():
    study = searched(1)
    for number in range(1, 4000):
        study.tell(study.ask(), float(number))
    assert len(study._repr_html_()) < 150_000


def test_a_plot_is_drawn_on_the_axes_that_are_given():
    drawn = []

    class Axes:
        def plot(self, across, up, *_, label, **__):
            drawn.append((label, len(across), len(up)))

        def legend(self):
            pass

        def set_xlabel(self, text):
            drawn.append(text)

        set_ylabel = set_xlabel

    axes = Axes()
    assert searched().plot(axes) is axes
    assert drawn[0] == ("Score", 30, 30)
    assert drawn[1][0] == "Best so far"
    assert drawn[2:] == ["Trial", "Score"]


def test_a_plot_without_matplotlib_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(UserFault, match="needs matplotlib"):
        searched().plot()


def test_the_window_is_opened_on_the_file_of_the_study(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr("subprocess.Popen", lambda command, env: opened.append((command, env)))
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: str(tmp_path))
    study = searched()
    study.show()
    command, env = opened[0]
    path = Path(command[-1])
    assert command[1:-1] == ["-P", "-m", "gui"]
    assert path.parent == tmp_path
    assert study.path == path
    root = Path(env["PYTHONPATH"].split(os.pathsep)[0])
    assert (root / "gui" / "__main__.py").is_file()
    study.close()
    assert len(Study.open(path).trials) == 30


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda study: pickle.loads(pickle.dumps(study))])
@pytest.mark.parametrize("sampler", ["bayesian", "tpe", "random"])
def test_a_study_without_a_file_is_copied_and_goes_on_by_itself(copied, sampler):
    def objective(trial):
        return trial.suggest_float("x", 0, 1) + trial.suggest_int("n", 1, 9)

    study = Study(sampler=sampler, pruner="median").optimize(objective, 8)
    study.set_user_attr("who", "ada")
    twin = copied(study)
    study.optimize(objective, 4)
    assert len(twin.trials) == 8
    twin.optimize(objective, 4)
    assert [one.params for one in twin.trials] == [one.params for one in study.trials]
    assert twin.user_attrs == {"who": "ada"}


def test_running_trials_wait_in_a_copy():
    study = Study(SPACE, sampler="random")
    trial = study.ask()
    twin = copy.deepcopy(study)
    assert twin.trials[0].state is State.WAITING
    assert study.tell(trial, 1.0).score == 1.0


def test_a_study_with_a_file_is_not_copied(tmp_path):
    study = searched()
    study.save(tmp_path / "a.study")
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(UserFault, match=r"writes to a\.study"):
            copied(study)
    study.close()


def test_names_that_nobody_asked_for_stay_out_of_a_copy_pickled_while_branches_are_learned():
    def branches(trial):
        kind = trial.suggest_categorical("kind", ["a", "b"])
        return trial.suggest_float(kind, 0, 1)

    twin = pickle.loads(pickle.dumps(Study(seed=1).optimize(branches, 6)))
    twin.optimize(branches, 6)
    assert all(set(one.params) == {"kind", one.params["kind"]} for one in twin.trials)


def test_importing_a_study_loads_neither_pandas_nor_a_plot():
    code = (
        "import sys; from engine import Study, create_study; print({'pandas', 'matplotlib', 'tqdm'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "set()"
