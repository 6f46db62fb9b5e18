import shutil
import subprocess
import sys
from importlib.resources import as_file, files

import pytest
from PySide6.QtGui import QImage

from engine.trials import State
from gui.gallery import states
from gui.gallery.still_runner import opened


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    place = tmp_path_factory.mktemp("gallery") / "digits.study"
    with as_file(files("resources").joinpath("gallery", "digits.study")) as source:
        shutil.copyfile(source, place)
    return opened(place)


def test_the_bundled_study_is_finished_and_has_curves(study):
    counts = study.history.counts()
    assert counts["complete"] + counts["pruned"] + counts["failed"] == len(study.history) == study.setup.budget.trials
    assert len(study.curves) == len(study.history)


def test_a_running_study_is_told_from_the_finished_one(study):
    still = states.running(study)
    counts = still.study.history.counts()
    assert (still.run_state, counts["running"], counts["waiting"]) == ("running", 2, 1)
    assert still.study.history.score[0] == study.history.score[0]


@pytest.mark.parametrize(
    "state", [states.empty, states.first_trial, states.failed, states.long_names, states.without_steps]
)
def test_every_state_is_a_study(study, state):
    still = state(study)
    assert still.study.setup.search_space() == still.study.history.space
    assert set(still.study.history.state) <= set(State)


def test_a_scene_is_photographed_in_both_themes_and_at_twice_the_size(tmp_path):
    command = [sys.executable, "-m", "gui.gallery", str(tmp_path), "results-empty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {
        f"results-empty-{theme}-{scale}x.png" for theme in ("light", "dark") for scale in (1, 2)
    }
    small, large = (QImage(str(tmp_path / f"results-empty-light-{scale}x.png")) for scale in (1, 2))
    assert large.width() == 2 * small.width()
    dark = QImage(str(tmp_path / "results-empty-dark-1x.png"))
    assert dark.pixelColor(dark.width() // 2, dark.height() - 20).lightness() < 60
    assert small.pixelColor(small.width() // 2, small.height() - 20).lightness() > 200
