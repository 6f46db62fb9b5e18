"""A shown setup page for tests: the engine's suggestions are real, the runner is not."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from gui.item_models.space import FIELDS
from gui.pages.setup.setup_page import SetupPage
from gui.session.document import Document
from gui.session.setup_check import SetupCheck
from gui.session.study_background import StudyBackground
from tests.gui.fakes import FakeRunner, Recorder
from tests.gui.keys import choose_by_keys

LEFT = Qt.MouseButton.LeftButton
SLOW = 30_000  # the first suggestion loads scikit-learn


class Bench:
    """A shown setup page and everything around it."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.runners: list[FakeRunner] = []
        self.document = Document(self._make)
        self.background = StudyBackground(self.document, is_brief=False)
        self.check = SetupCheck(self.document, self.background)
        self.messages = Recorder()

    def _make(self, listener) -> FakeRunner:
        self.runners.append(FakeRunner(listener))
        return self.runners[-1]

    def open(self, setup) -> None:
        path = Path("b.study" if self.document.path == Path("a.study") else "a.study")
        with self.qtbot.waitSignal(self.document.opened):
            self.document.create(path, setup)
        self.page = SetupPage(self.document, self.background, self.messages)
        self.qtbot.addWidget(self.page)
        self.page.resize(1200, 900)
        self.page.show()
        self.page.activateWindow()

    def end(self) -> None:
        self.check.forget()
        self.document.end()
        self.background.shutdown()

    @property
    def setup(self):
        return self.document.setup

    def child(self, name: str):
        found = self.page.findChild(object, name)
        assert found is not None, name
        return found

    def click(self, name: str) -> None:
        self.qtbot.mouseClick(self.child(name), LEFT)

    def unfold(self, card: str):
        self.page.show_card(card)
        return self.page.cards[card]

    def type(self, name: str, text: str) -> None:
        field = self.child(name)
        field.setFocus()
        field.selectAll()
        if text:
            self.qtbot.keyClicks(field, text)
        else:
            self.qtbot.keyClick(field, Qt.Key.Key_Delete)

    def choose(self, name: str, entry: str) -> None:
        """Choose an entry of a combo box by the keyboard."""
        combo = self.child(name)
        combo.setFocus()
        place = next(i for i in range(combo.count()) if entry in (combo.itemText(i), combo.itemData(i)))
        choose_by_keys(self.qtbot, combo, place)
        assert combo.currentIndex() == place

    def cell(self, name: str, field: str):
        model = self.child("table_space").model()
        return model.index(model.row_of(name), FIELDS.index(field))

    def edit_cell(self, name: str, field: str) -> QLineEdit | QComboBox:
        """Begin to edit a cell with Enter; its editor."""
        table = self.child("table_space")
        table.setFocus()
        table.setCurrentIndex(self.cell(name, field))
        self.qtbot.keyClick(table, Qt.Key.Key_Return)
        return table.findChild((QLineEdit, QComboBox)[field in ("kind", "scale")], f"editor_{field}")

    def enter(self, editor: QLineEdit) -> None:
        """Take what was typed in a cell."""
        self.qtbot.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()  # the delegate commits one turn later

    def read_table(self) -> None:
        self.qtbot.waitUntil(lambda: self.child("table_columns").model().rowCount() > 0, timeout=SLOW)
