import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.plots.curve import Curve


def painted(curve, scale=1.0, widget=None):
    picture = QImage(int(300 * scale), int(200 * scale), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    curve.paint(painter, None, widget)
    painter.end()
    shape = picture.height(), picture.bytesPerLine() // 4, 4
    return np.frombuffer(picture.constBits(), np.uint8).reshape(shape)[:, :, :3].astype(int)


@pytest.mark.parametrize("width", [1.0, 2.0, 2.5])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_single_strokes_look_as_one_path_does(qtbot, width, scale):
    widget = pg.PlotWidget()
    qtbot.addWidget(widget)
    x = np.linspace(5, 290, 200)
    y = 100 + 60 * np.exp(-x / 80) + np.random.default_rng(0).normal(0, 4, 200)
    y[90] = np.nan
    pen = QPen(QColor("#0b5fae"), width * scale)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    curve, path = Curve(pen=pen), pg.PlotCurveItem(pen=pen, antialias=True, connect="finite", segmentedLineMode="off")
    for item in (curve, path):
        item.setData(x, y)
    as_strokes, as_path = painted(curve, scale, widget), painted(path, scale)
    assert as_path.min() < 128
    inked = (as_path < 250).any(axis=2)
    assert np.abs(as_strokes - as_path)[inked].mean() < 16  # of 255: a shade that nobody sees
    assert not (as_strokes < 250).any(axis=2)[~_grown(inked)].any()  # and nowhere else
    assert np.array_equal(painted(curve, scale), as_path)  # a picture to keep is one path


@pytest.mark.parametrize(("alpha", "style"), [(120, Qt.PenStyle.SolidLine), (255, Qt.PenStyle.DashLine)])
def test_pens_that_would_show_their_joints_are_stroked_as_a_path(qtbot, alpha, style):
    widget = pg.PlotWidget()
    qtbot.addWidget(widget)
    colour = QColor("#0b5fae")
    colour.setAlpha(alpha)
    pen = QPen(colour, 3.0, style)
    curve, path = Curve(pen=pen), pg.PlotCurveItem(pen=pen, antialias=True, connect="finite", segmentedLineMode="off")
    for item in (curve, path):
        item.setData(np.arange(0.0, 300.0, 9), np.tile([50.0, 150.0], 17))
    assert np.array_equal(painted(curve, widget=widget), painted(path))


def _grown(mask):
    """Within two dots of what is set."""
    grown = mask.copy()
    for _ in range(2):
        for axis in (0, 1):
            for way in (1, -1):
                grown |= np.roll(grown, way, axis)
    return grown
