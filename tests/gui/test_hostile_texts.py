"""A window on a stranger's study shows its texts as they are: no picture is loaded and no link is offered."""

from __future__ import annotations

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QAbstractTableModel, QEvent, QPoint, Qt, qInstallMessageHandler
from PySide6.QtGui import QAction, QHelpEvent, QTextDocument
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QGraphicsTextItem,
    QHeaderView,
    QLabel,
    QMessageBox,
    QToolTip,
    QWidget,
)

from engine.objectives.description import TableObjective
from gui.base.messages import QtMessages, Question
from gui.base.settings import Settings
from gui.base.text import MOST, caption, markup, plain, seen
from gui.plots.axes import NumberAxis
from gui.views.labels import ShortWords, Words
from gui.windows.study_window import StudyWindow
from tests.helpers.hostile import PICTURE, TEXTS, UNSEEN, make
from tests.helpers.hostile import whole as make_whole

WINE = TableObjective("sample:wine", "target", "classification", "neighbours", "accuracy")
SHOWN = ("picture", "link", "style", "colours", "right to left", "null byte", "newline", "long", "empty", "half a pair")
every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def living(html: str) -> list[str]:
    """The pictures and links of a text that is read as HTML."""
    document = QTextDocument()
    document.setHtml(html)
    return _living(document)


def _living(document: QTextDocument) -> list[str]:
    found = []
    block = document.begin()
    while block.isValid():
        parts = block.begin()
        while not parts.atEnd():
            form = parts.fragment().charFormat()
            if form.isImageFormat() or form.isAnchor() or form.anchorHref():
                found.append(parts.fragment().text())
            parts += 1
        block = block.next()
    return found


def guessed(text: str) -> list[str]:
    """What is alive in a text where Qt guesses what it is."""
    return living(text) if QtText.mightBeRichText(text) else []


def read_back(text: str) -> str:
    """What a person reads in a place that guesses."""
    if not QtText.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


@every_text
def test_a_text_in_a_place_that_guesses_reads_as_it_is(qapp, text):
    assert guessed(plain(text)) == []
    assert read_back(plain(text)).split() == seen(text).split()
    assert living(f"<p>{markup(text)}</p>") == []
    assert len(seen(text)) <= 10 * MOST
    assert not UNSEEN.search(seen(text))
    assert not caption(text).replace("&&", "").count("&")


@every_text
def test_labels_show_texts_as_they_are(qtbot, text):
    for label in (Words(text), ShortWords(text)):
        qtbot.addWidget(label)
        label.resize(60, 20)
        label.grab()
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert label.text() == seen(text)
        assert guessed(label.toolTip()) == []


@every_text
def test_an_axis_is_named_as_it_is(qtbot, text):
    axis = NumberAxis("left", grid=False)
    axis.name(text)
    axis.recolour()
    assert axis.labelText == text
    assert _living(axis.label.document()) == []
    assert axis.label.toPlainText().split() == seen(text).split()


@every_text
def test_a_question_is_asked_as_it_is(qtbot, text):
    window = QWidget()
    qtbot.addWidget(window)
    QtMessages(window).ask(Question(text, text, (("yes", "Yes"), ("no", "No")), "no"), lambda key: None)
    box = window.findChild(QMessageBox)
    labels = box.findChildren(QLabel)
    assert len(labels) >= 2
    for label in labels:
        assert label.textFormat() == Qt.TextFormat.PlainText or guessed(label.text()) == []
    box.done(0)


def texts_of(window: QWidget):
    """Every text of a window that Qt may read as HTML, with where it is."""
    for widget in [window, *window.findChildren(QWidget)]:
        yield widget, widget.toolTip()
        yield widget, widget.whatsThis()
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            yield widget, widget.text()
        if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView) and widget.model() is not None:
            yield from ((widget, tip) for tip in tips(widget.model()))
    for action in window.findChildren(QAction):
        yield action, action.toolTip()


def tips(model):
    """The tool tips of an item model's first rows and of its header."""
    role = Qt.ItemDataRole.ToolTipRole
    for column in range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1):
        yield model.headerData(column, Qt.Orientation.Horizontal, role) or ""
        for row in range(min(model.rowCount(), 6)):
            yield model.data(model.index(row, column), role) or ""


def drawn(window: QWidget):
    """Every text that plots draw as HTML."""
    for view in window.findChildren(pg.GraphicsView):
        for item in view.scene().items():
            if isinstance(item, QGraphicsTextItem):
                yield item.document()


@pytest.fixture
def said_by_qt():
    """What Qt complains of: a picture that a text wanted is among it."""
    lines = []
    before = qInstallMessageHandler(lambda kind, context, line: lines.append(line))
    yield lines
    qInstallMessageHandler(before)


@pytest.fixture
def open_window(qtbot, tmp_path, monkeypatch):
    """Opens a window on a study of one text."""
    monkeypatch.chdir(tmp_path)
    window = StudyWindow(Settings())
    window.resize(1366, 768)
    window.show()

    def open_it(text, objective):
        window.take(make(tmp_path / "a.study", text, objective))
        qtbot.waitUntil(lambda: window.findChild(object, "page_results") is not None, timeout=60_000)
        return window

    yield open_it
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    window.shutdown()
    window.deleteLater()


@pytest.mark.parametrize("objective", [WINE, None], ids=["a table", "nothing works"])
@pytest.mark.parametrize("key", SHOWN)
def test_every_page_shows_a_hostile_study(open_window, qtbot, said_by_qt, key, objective):
    text = TEXTS[key]
    window = open_window(text, objective)
    looked_at = 0
    for page in ("setup", "live", "compare", "results"):
        window.show_page(page)
        window.selection.select(2)  # the one that failed for a reason
        window.messages.fault(text, text)
        qtbot.wait(20)
        assert not window.grab().isNull()
        for where, found in texts_of(window.findChild(QWidget, f"page_{page}")):
            looked_at += 1
            assert guessed(found) == [], (page, where)
        assert not [alive for document in drawn(window) for alive in _living(document)]
    assert looked_at > 200
    assert [(where, found) for where, found in texts_of(window) if guessed(found)] == []
    assert window.windowTitle().startswith(seen(make_whole(text))[:20])
    assert not [line for line in said_by_qt if PICTURE in line]


def test_a_tool_tip_of_the_trials_opens_no_picture(open_window, qtbot, said_by_qt):
    """As a person meets it: the tip that pops up over a failed trial's state holds its reason."""
    window = open_window(TEXTS["picture"], WINE)
    window.show_page("live")
    table = window.findChild(object, "table_trials")
    model = table.model()
    qtbot.waitUntil(lambda: model.rowCount() == 4, timeout=20_000)
    failed = next(row for row in range(4) if model.number_at(row) == 2)
    at = table.visualRect(model.index(failed, 1)).center()
    tip = QHelpEvent(QEvent.Type.ToolTip, at, table.viewport().mapToGlobal(QPoint(at)))
    QApplication.sendEvent(table.viewport(), tip)
    assert read_back(QToolTip.text()) == TEXTS["picture"]
    assert guessed(QToolTip.text()) == []
    assert not [line for line in said_by_qt if PICTURE in line]
    QToolTip.hideText()
