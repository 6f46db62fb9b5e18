"""Cells of the table of trials as they are painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from engine.trials import Curves
from gui.base.theme import space
from gui.delegates.trial_mark import FlatDelegate
from gui.item_models.trials import TrialsModel
from tests.engine.analysis.studies import history_of

BOX = QRect(0, 0, 160, 28)


def inked(widget: QWidget, delegate: FlatDelegate, model: TrialsModel, name: str) -> np.ndarray:
    """Which pixels a cell of the first row paints, (height, width)."""
    image = QImage(BOX.size(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    option = QStyleOptionViewItem()
    option.initFrom(widget)
    option.rect = BOX
    painter = QPainter(image)
    delegate.paint(painter, option, model.index(0, model.names.index(name)))
    painter.end()
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(BOX.height(), BOX.width(), 4)
    return pixels[:, :, 3] > 0


def test_texts_keep_off_the_edge_and_scores_are_strong(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    model, delegate = TrialsModel(), FlatDelegate(widget)
    model.show_study(history_of([0.512, 0.512]), Curves(), "epochs")
    score = inked(widget, delegate, model, "score")
    columns = np.flatnonzero(score.any(axis=0))
    assert BOX.width() - columns[-1] > space(6)
    text = inked(widget, delegate, model, "optimizer")
    assert np.flatnonzero(text.any(axis=0))[0] >= space(6)
    units = inked(widget, delegate, model, "units")
    assert score.sum() > 2 * units.sum()  # five strong signs against one


def test_an_empty_cell_paints_nothing(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    model, delegate = TrialsModel(), FlatDelegate(widget)
    model.show_study(history_of([0.512]), Curves(), "epochs")
    assert not inked(widget, delegate, model, "steps").any()
