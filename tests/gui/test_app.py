"""The application's doors, each in a process of its own: they change hooks and settings of the whole process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engine.space import Float
from engine.study import Study, save_without_trials
from tests.gui.fakes import wine_setup

ROOT = Path(__file__).resolve().parents[2]
BEGIN = """
import sys
from PySide6.QtCore import QEventLoop, QTimer
from gui.app import create_application, open_window

def until(ready):
    loop = QEventLoop()
    while not ready():
        QTimer.singleShot(20, loop.quit)
        loop.exec()

application = create_application(["twinloop"])
"""


def run(code: str, home: Path) -> str:
    """Standard output of a script, offscreen, with settings of its own."""
    places = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA")}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **places, "QT_QPA_PLATFORM": "offscreen"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_window_is_shown_before_anything_heavy_is_imported(tmp_path: Path):
    code = """
window = open_window()
assert window.isVisible()
print(sorted({"sklearn", "pandas", "pyqtgraph"} & set(sys.modules)))
window.close()
window.shutdown()
"""
    assert run(code, tmp_path) == "[]\n"


def test_a_study_is_opened_by_its_path_and_closed_whole(tmp_path: Path):
    path = tmp_path / "parabola.study"
    study = Study({"x": Float(0.0, 1.0)}, sampler="random", title="parabola")
    study.optimize(lambda trial: trial.params["x"], trials=3)
    study.save(path)
    study.close()
    code = f"""
window = open_window({str(path)!r})
until(lambda: window.study.is_open and window.page != "start")  # the page follows when all of them are filled
print(window.study.setup.title, len(window.study.history), window.page)
window.close()
until(lambda: not window.isVisible())
window.shutdown()
"""
    assert run(code, tmp_path) == "parabola 3 live\n"
    assert sorted(item.name for item in tmp_path.glob("parabola*")) == ["parabola.study"]


def test_a_second_application_is_never_made(tmp_path: Path):
    assert run("print(create_application(['again']) is application)", tmp_path) == "True\n"


def test_the_theme_is_remembered_by_the_next_process(tmp_path: Path):
    change = """
window = open_window()
window.menus.action("theme_dark").trigger()
window.close()
window.shutdown()
"""
    look = "from gui.base.theme import tokens\nprint(tokens().name)"
    assert run(look, tmp_path) == "light\n"
    run(change, tmp_path)
    assert run(look, tmp_path) == "dark\n"


def test_an_open_study_is_brought_forward_instead_of_opened_twice(tmp_path: Path):
    path = tmp_path / "parabola.study"
    study = Study({"x": Float(0.0, 1.0)}, sampler="random", title="parabola")
    study.save(path)
    study.close()
    (tmp_path / "sub").mkdir()
    other = tmp_path / "sub" / ".." / "parabola.study"
    code = f"""
from gui.app import windows
first = open_window({str(path)!r})
until(lambda: first.study.is_open)
second = open_window()
second.take({str(other)!r})
first.take({str(path)!r})
print(len(windows(application).open_windows), second.study.is_empty, first.study.writable)
for window in (first, second):
    window.close()
    until(lambda: not window.isVisible())
    window.shutdown()
"""
    assert run(code, tmp_path) == "2 True True\n"


def test_a_closed_window_goes_without_a_word(tmp_path: Path):
    """Python clears what it held in any order: a list that loses its rows chooses nothing any more."""
    path = tmp_path / "wine.study"
    save_without_trials(wine_setup(), path)
    code = f"""
import weakref
from gui.app import windows
mistakes = []
windows(application).exception_reporter.noticed.connect(mistakes.append)
for _ in range(3):
    window = open_window({str(path)!r})
    until(lambda: window.study.is_open and window.findChild(object, "page_results") is not None)
    for card in window.findChild(object, "page_setup").cards.values():
        card.fold(False)
    for _ in range(20):
        application.processEvents()
    gone = weakref.ref(window)
    window.close()
    del window, card
    until(lambda: gone() is None)
application.processEvents()
print(mistakes)
"""
    assert run(code, tmp_path) == "[]\n"


def test_qt_takes_a_closed_window_apart_and_whoever_holds_it_may_ask_it(tmp_path: Path):
    """Python frees the parts of a window in any order, and a splitter that goes at the wrong moment crashes."""
    path = tmp_path / "wine.study"
    save_without_trials(wine_setup(), path)
    code = f"""
from shiboken6 import isValid
window = open_window({str(path)!r})
until(lambda: window.study.is_open and window.findChild(object, "page_results") is not None)
splitter = window.findChild(object, "splitter_live")
window.close()
until(lambda: not isValid(splitter))
print(window.isVisible(), window.study.path.name)
window.shutdown()
"""
    assert run(code, tmp_path) == "False wine.study\n"
