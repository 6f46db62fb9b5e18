"""Trials of other programs, dropped on the window or chosen, become a study; columns are mapped where it is unclear."""

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QListWidget, QPushButton

from engine.exporting import export_study
from engine.space import Float
from engine.study import Study
from gui.base.choice_box import ChoiceBox
from gui.base.settings import Settings
from tests.gui.windows.conftest import Stage


@pytest.fixture
def made(stage: Stage, tmp_path, monkeypatch) -> list:
    """Paths of the studies that were made; nothing is opened."""
    monkeypatch.setattr(Settings, "study_folder", property(lambda self: tmp_path / "studies"))
    found: list = []
    stage.window._importing.made.disconnect()
    stage.window._importing.made.connect(found.append)
    return found


def test_storages_dropped_together_become_a_study_each(stage: Stage, made, qtbot, tmp_path):
    with Study({"x": Float(0, 1)}, title="theirs") as study:
        for score in (0.5, 0.7):
            study.tell(study.ask(), score)
        study.save(tmp_path / "s.study")
    paths = [tmp_path / "s.db", tmp_path / "broken.db", tmp_path / "t.db"]
    for path in (paths[0], paths[2]):
        export_study(tmp_path / "s.study", path)
    paths[1].write_bytes(b"no storage")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    stage.window._opening.take_dropped(data)
    qtbot.waitUntil(lambda: len(made) == 2, timeout=20_000)
    assert [len(Study.as_it_stands(path).history) for path in made] == [2, 2]
    said = [line.what for line in stage.messages.lines]
    assert [one.startswith("Imported 2 trials of theirs.") for one in said] == [True, False, True]


def test_columns_of_a_table_are_mapped_in_a_dialog(stage: Stage, made, qtbot, tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("lr,depth,result,comment\n0.1,3,0.5,a\n0.01,4,0.7,b\n")
    stage.messages.file = path
    stage.action("import").trigger()
    qtbot.waitUntil(lambda: stage.window.findChild(object, "dialog_import_trials") is not None, timeout=20_000)
    button = stage.child("button_import")
    assert not button.isEnabled()
    stage.window.findChild(ChoiceBox, "combo_import_score").setCurrentText("result")
    stage.window.findChild(ChoiceBox, "combo_import_direction").setCurrentText("more is better")
    assert not button.isEnabled()
    params = stage.window.findChild(QListWidget, "list_import_params")
    for row in (0, 1):
        params.item(row).setCheckState(Qt.CheckState.Checked)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(made), timeout=20_000)
    study = Study.as_it_stands(made[0])
    assert set(study.best.params) == {"lr", "depth"}
    assert study.best.score == 0.7


def test_a_file_without_trials_is_a_sentence(stage: Stage, made, qtbot, tmp_path):
    (tmp_path / "x.log").write_text("nothing of the kind")
    stage.window._importing.take(tmp_path / "x.log")
    qtbot.waitUntil(lambda: bool(stage.messages.lines), timeout=20_000)
    assert "not a file with trials" in stage.messages.lines[-1].what
    assert stage.window.findChild(QPushButton, "button_import") is None
