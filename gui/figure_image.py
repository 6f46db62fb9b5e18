"""Draws one SVG as pixels: ``python -m gui.figure_image OUT.png`` reads it from the standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SCALE = 3  # pixels of the image for one of the drawing: 96 dots an inch become about 300


def main(arguments: Sequence[str]) -> int:
    """Draw what is given; 1 where it is no SVG or cannot be written."""
    application = QGuiApplication(["twinloop"])  # fonts need one
    renderer = QSvgRenderer(QByteArray(sys.stdin.buffer.read()))
    if not renderer.isValid():
        return 1
    image = QImage(renderer.defaultSize() * SCALE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    written = image.save(arguments[0])
    application.quit()
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
