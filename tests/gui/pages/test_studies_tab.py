"""Studies side by side in the window: added, dropped, compared, taken away; nothing of them is changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from engine.setup import replace
from engine.space import Float
from gui.pages.compare.studies import StudiesTab
from gui.pages.compare.study_rows import Role
from tests.gui.windows.conftest import Stage, open_study, stage  # noqa: F401 - a fixture
from tests.helpers.judged import OBJECTIVE, SCORES, SETUP, write

SLOW = 30_000


@pytest.fixture
def tab(stage: Stage, qtbot, tmp_path: Path) -> StudiesTab:  # noqa: F811
    """The tab with one study, which is open in the window."""
    path = tmp_path / "mine.study"
    open_study(stage, qtbot, path, SETUP)
    path.unlink()  # what stands there is no study
    write(path, SETUP, SCORES)
    stage.window.show_page("compare")
    stage.child("page_compare").show_tab("studies")
    found = stage.child("tab_studies")
    qtbot.waitUntil(lambda: found.source.found is not None, timeout=SLOW)
    return found


def add(tab: StudiesTab, qtbot, *paths: Path) -> None:
    count = len(tab.source.found.studies)
    tab.source.add(paths)
    qtbot.waitUntil(lambda: len(tab.source.found.studies) == count + len(paths), timeout=SLOW)


def column(model, place: int) -> list[str]:
    return [model.data(model.index(row, place)) for row in range(model.rowCount())]


def test_the_open_study_stands_there_and_the_page_says_what_to_do(tab: StudiesTab):
    assert column(tab.rows, 0) == ["mine"]
    assert tab.verdict.text() == "Studies side by side"
    assert "Drop study files here" in tab.remark.text()
    assert tab.add.isEnabled()
    assert not tab.remove.isEnabled()


def test_a_study_that_is_added_is_compared(tab: StudiesTab, stage: Stage, qtbot, tmp_path: Path):  # noqa: F811
    stage.messages.file = write(tmp_path / "other.study", SETUP, [score - 0.05 for score in SCORES])
    tab.add.click()
    qtbot.waitUntil(lambda: tab.rows.rowCount() == 2, timeout=SLOW)
    assert tab.verdict.text() == "mine is better, 0.920: told apart from all others on the same folds."
    assert column(tab.rows, 5) == ["the reference", "comparable"]
    assert tab.rows.data(tab.rows.index(1, 3), Role.INTERVAL)[1] == pytest.approx(0.87)


def test_study_files_are_dropped_and_tables_are_left_to_the_window(tab: StudiesTab, qtbot, tmp_path: Path):
    write(tmp_path / "a.study", SETUP, SCORES)
    write(tmp_path / "b.study", SETUP, SCORES)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / f"{name}.study")) for name in "ab"])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, button, keys)
    tab.dropEvent(drop)
    qtbot.waitUntil(lambda: tab.rows.rowCount() == 3, timeout=SLOW)
    assert column(tab.rows, 0) == ["mine", "a", "b"]


def test_scores_on_other_folds_are_drawn_and_not_judged(tab: StudiesTab, qtbot, tmp_path: Path):
    other = replace(SETUP, objective=replace(OBJECTIVE, seed=1))
    far = replace(SETUP, objective=replace(OBJECTIVE, fingerprint="xyz"))
    add(tab, qtbot, write(tmp_path / "seed.study", other, SCORES), write(tmp_path / "far.study", far, SCORES))
    assert column(tab.rows, 5)[1:] == ["not comparable: other folds (seed 1)", "not comparable: another table"]
    qtbot.waitUntil(lambda: tab.histories.headline.remark.startswith("1 study has scores of another kind"))
    assert tab.verdict.text() == "No other best score may be compared with that of mine."


def test_another_study_becomes_the_one_that_is_compared_with(tab: StudiesTab, qtbot, tmp_path: Path):
    add(tab, qtbot, write(tmp_path / "other.study", SETUP, SCORES))
    tab.table.selectRow(1)
    tab.first.click()
    qtbot.waitUntil(lambda: column(tab.rows, 0) == ["other", "mine"], timeout=SLOW)
    assert not tab.first.isEnabled() or tab.table.currentIndex().row() == 1


def test_delete_takes_a_study_away_and_its_file_stays(tab: StudiesTab, qtbot, tmp_path: Path):
    path = write(tmp_path / "other.study", SETUP, SCORES)
    add(tab, qtbot, path)
    tab.table.selectRow(1)
    tab.table.setFocus()
    qtbot.keyClick(tab.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: column(tab.rows, 0) == ["mine"], timeout=SLOW)
    assert path.exists()


def test_only_what_differs_is_shown_until_all_is_asked_for(tab: StudiesTab, qtbot, tmp_path: Path):
    wide = replace(SETUP, space={**SETUP.space, "learning_rate": Float(1e-5, 1.0, log=True)})
    add(tab, qtbot, write(tmp_path / "wide.study", wide, SCORES))
    assert column(tab.differences, 0) == ["learning rate"]
    assert column(tab.differences, 2) == ["1e-05 to 1, log (wider) · best 1e-05"]
    tab.only.setChecked(False)
    assert "layers" in column(tab.differences, 0)


def test_the_best_of_another_study_is_queued_where_the_space_holds_it(
    tab: StudiesTab,
    stage: Stage,  # noqa: F811
    qtbot,
    tmp_path: Path,
):
    wide = replace(SETUP, space={**SETUP.space, "learning_rate": Float(1e-5, 1.0, log=True)})
    add(
        tab,
        qtbot,
        write(tmp_path / "wide.study", wide, SCORES),
        write(tmp_path / "same.study", SETUP, SCORES),
    )
    tab.table.selectRow(0)
    assert (tab.queue.isEnabled(), tab.queue.toolTip()) == (False, "This is the open study itself.")
    tab.table.selectRow(1)
    assert not tab.queue.isEnabled()
    assert "space does not hold it" in tab.queue.toolTip()
    tab.table.selectRow(2)
    tab.queue.click()
    assert ("enqueue", {"learning_rate": 1e-4, "layers": 1}) in stage.runner.intents


def test_a_file_that_is_no_study_is_a_sentence_and_the_others_stay(tab: StudiesTab, stage: Stage, qtbot, tmp_path):  # noqa: F811
    (tmp_path / "bad.study").write_text("no study")
    tab.source.add([tmp_path / "bad.study"])
    qtbot.waitUntil(lambda: any(line.bad for line in stage.messages.lines), timeout=SLOW)
    assert column(tab.rows, 0) == ["mine"]
    assert tab.source.paths == [tab.source.found.studies[0].path]


def test_a_file_that_changed_meanwhile_is_read_again_by_whoever_looks_again(tab: StudiesTab, stage, qtbot, tmp_path):  # noqa: F811
    path = write(tmp_path / "other.study", SETUP, SCORES)
    add(tab, qtbot, path)
    assert column(tab.rows, 1) == ["1", "1"]
    stage.child("page_compare").show_tab("two_loops")
    path.unlink()
    write(path, SETUP, SCORES, SCORES)
    stage.child("page_compare").show_tab("studies")
    qtbot.waitUntil(lambda: column(tab.rows, 1) == ["1", "2"], timeout=SLOW)
