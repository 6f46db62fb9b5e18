"""The start page: recent studies with their state, samples on one click, and what to do first."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from engine.space import Float
from engine.study import Study
from gui.base.settings import Settings
from gui.bridge.background import Background
from gui.pages.start import StartPage
from gui.session.preview import POINTS, preview
from gui.session.recent import MOST, Recent

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A study file with four trials."""
    path = tmp_path / "parabola.study"
    study = Study({"x": Float(0.0, 1.0)}, sampler="random", title="parabola")
    study.optimize(lambda trial: (trial.params["x"] - 0.5) ** 2, trials=4)
    study.save(path)
    study.close()
    return path


@pytest.fixture
def page(qtbot):
    """A shown start page and its list of recent files."""
    recent, background = Recent(Settings()), Background()
    page = StartPage(recent, background)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    yield page, recent
    background.shutdown()


def test_without_recent_studies_it_says_what_will_be_there(page):
    assert page[0].findChild(object, "label_no_recent").isVisible()


def test_a_recent_study_shows_its_trials_and_best_score(page, qtbot, finished: Path):
    start, recent = page
    recent.add(finished)
    row = start.findChild(object, "button_recent_0")
    qtbot.waitUntil(lambda: row.accessibleDescription().startswith("4 trials · today"))
    assert row.text() == "parabola"
    assert row.accessibleName().startswith("parabola, best ")
    assert not start.findChild(object, "label_no_recent").isVisible()


def test_recent_studies_are_read_while_the_page_is_seen_and_not_before(page, qtbot, finished: Path):
    start, recent = page
    start.hide()
    recent.add(finished)
    assert start.findChild(object, "button_recent_0") is None
    assert not start._background.is_busy
    start.show()
    row = start.findChild(object, "button_recent_0")
    qtbot.waitUntil(lambda: row.accessibleDescription().startswith("4 trials · today"))


def test_the_line_of_a_recent_study_has_no_more_points_than_it_is_wide(tmp_path: Path):
    path = tmp_path / "long.study"
    with Study({"x": Float(0.0, 1.0)}, sampler="random", title="long") as study:
        study.optimize(lambda trial: (trial.params["x"] - 0.5) ** 2, trials=300)
        study.save(path)
        best = study.best_value
    line = preview(path).best
    assert len(line) == POINTS
    assert line[-1] == best


def test_a_recent_study_opens_by_click_and_by_enter(page, qtbot, finished: Path):
    start, recent = page
    recent.add(finished)
    row = start.findChild(object, "button_recent_0")
    with qtbot.waitSignal(start.source_chosen) as chosen:
        qtbot.mouseClick(row, LEFT)
    assert chosen.args == [finished]
    with qtbot.waitSignal(start.source_chosen):
        qtbot.keyClick(row, Qt.Key.Key_Return)


def test_samples_are_listed_and_chosen_on_one_click(page, qtbot):
    start, _ = page
    qtbot.waitUntil(lambda: start.findChild(object, "button_sample_wine") is not None, timeout=20_000)
    with qtbot.waitSignal(start.sample_chosen) as chosen:
        qtbot.mouseClick(start.findChild(object, "button_sample_wine"), LEFT)
    assert chosen.args == ["sample:wine"]


def test_the_buttons_ask_for_a_table_and_for_a_study(page, qtbot):
    start, _ = page
    with qtbot.waitSignal(start.new_asked):
        qtbot.mouseClick(start.findChild(object, "button_new"), LEFT)
    with qtbot.waitSignal(start.open_asked):
        qtbot.mouseClick(start.findChild(object, "button_open"), LEFT)


def test_while_a_table_is_read_it_says_so_and_takes_nothing_else(page):
    start, _ = page
    start.show_busy("Reading wine …")
    assert start.findChild(object, "label_drop").text() == "Reading wine …"
    assert not start.findChild(object, "button_new").isEnabled()
    start.show_busy("")
    assert start.findChild(object, "button_new").isEnabled()


def test_a_file_that_is_no_study_is_said_in_a_sentence_and_does_not_break_the_page(tmp_path: Path):
    path = tmp_path / "broken.study"
    path.write_bytes(b"this is not a study" * 100)
    found = preview(path)
    assert found.title == "broken"
    assert found.problem.endswith(".")


def test_a_preview_holds_the_best_so_far(finished: Path):
    found = preview(finished)
    assert len(found.best) == 4
    assert list(found.best) == sorted(found.best, reverse=True)


def test_recent_files_are_newest_first_once_each_and_not_too_many(tmp_path: Path, qapp):
    recent = Recent(Settings())
    paths = [tmp_path / f"{number}.study" for number in range(MOST + 3)]
    for path in paths:
        path.write_bytes(b"")
        recent.add(path)
    recent.add(paths[-2])
    assert recent.paths[:2] == (paths[-2], paths[-1])
    assert len(recent.paths) == MOST
    paths[-2].unlink()
    assert recent.paths[0] == paths[-1]
