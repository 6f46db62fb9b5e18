"""Sets a report on pages of A4: ``python -m gui.report_pages OUT.pdf`` reads its blocks from the standard input.

A process of its own, without a screen: the command line never loads Qt, and what breaks here breaks no window.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

DPI = 96  # pixels of the drawings: one is one pixel of the page in a browser
MARGIN_MM = 17.0  # of a page of A4, as printers leave it and more
TEXT, DIM, LINE, OUTER = "#1E2227", "#5C636B", "#D9DCDF", "#A85B00"
SIZES = {"h1": 20, "h2": 15, "h3": 13, "text": 12, "dim": 10, "code": 9}
"""Pixels of each kind of text."""
CELL_GAP = 8.0  # pixels between two columns


def wrapping(text: str, width: float, metrics: QFontMetricsF) -> int:
    """Lines break between words, and within one only where it is longer than a line."""
    longest = max(text.split(), key=len, default="")
    if metrics.horizontalAdvance(longest[:500]) <= width:
        return Qt.TextFlag.TextWordWrap.value
    return Qt.TextFlag.TextWrapAnywhere.value


class Pages:
    """Draws one block below the other and begins a page where one does not fit."""

    def __init__(self, writer: QPdfWriter, report: Mapping[str, object]) -> None:
        self.writer = writer
        self.painter = QPainter(writer)
        self.report = report
        self.width = float(writer.width())
        self.bottom = float(writer.height()) - 28.0
        self.y, self.page = 0.0, 1
        self._draw_edges()

    def close(self) -> None:
        """End the last page."""
        self.painter.end()

    def draw(self, block: Mapping[str, object]) -> None:
        """Draw one block of any kind."""
        kind = block["kind"]
        if kind == "heading":
            self._heading(block)
        elif kind == "paragraph":
            self._text(str(block["text"]), "dim" if block["dim"] else "text", DIM if block["dim"] else TEXT)
            self.y += 6
        elif kind == "figure":
            self._figure(block)
        elif kind == "code":
            for line in str(block["text"]).split("\n"):
                self._text(line or " ", "code", TEXT)
            self.y += 8
        elif kind == "table":
            self._table(block)

    def _require(self, height: float) -> None:
        if self.y + height > self.bottom and self.y > 40:
            self.writer.newPage()
            self.page += 1
            self._draw_edges()

    def _draw_edges(self) -> None:
        """The head and the foot of the page."""
        font = self._font("dim")
        line = QFontMetricsF(font).height()
        self.painter.setFont(font)
        self.painter.setPen(QColor(DIM))
        right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
        head = QRectF(0, 0, self.width, line)
        self.painter.drawText(head, left, "Twinloop report")
        title = QFontMetricsF(font).elidedText(
            f"{self.report['title']} · {self.report['made']}", Qt.TextElideMode.ElideMiddle, self.width * 0.7
        )
        self.painter.drawText(head, right, title)
        foot = QRectF(0, self.bottom + 12, self.width, line)
        self.painter.drawText(foot, left, str(self.report["footer"]))
        self.painter.drawText(foot, right, f"page {self.page}")
        self.painter.setPen(QColor(LINE))
        self.painter.drawLine(0, int(line + 4), int(self.width), int(line + 4))
        self.y = line + 16

    def _font(self, role: str) -> QFont:
        font = QFont("DejaVu Sans Mono" if role == "code" else QGuiApplication.font().family())
        font.setPixelSize(SIZES[role])
        font.setBold(role.startswith("h"))
        return font

    def _text(self, text: str, role: str, colour: str) -> None:
        font = self._font(role)
        metrics, lines = QFontMetricsF(font), text[:4000]  # no paragraph is longer than a page
        flags = wrapping(lines, self.width, metrics)
        height = metrics.boundingRect(QRectF(0, 0, self.width, 1e6), flags, lines).height()
        self._require(height)
        self.painter.setFont(font)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(QRectF(0, self.y, self.width, height + 2), flags, lines)
        self.y += height

    def _heading(self, block: Mapping[str, Any]) -> None:
        role = f"h{block['level']}"
        self.y += 8 if role == "h1" else 18
        font = self._font(role)
        metrics = QFontMetricsF(font)
        self._require(metrics.height() * 2 + 60)
        subject = f"{block['subject']} " if block["subject"] else ""
        across = metrics.horizontalAdvance(subject)
        whole = across + metrics.horizontalAdvance(block["text"])
        if whole > self.width:
            self._text(subject + block["text"], role, TEXT)
        else:
            self.painter.setFont(font)
            line = QRectF(0, self.y, self.width, metrics.height())
            self.painter.setPen(QColor(str(block["colour"])))
            self.painter.drawText(line, Qt.AlignmentFlag.AlignLeft, subject)
            self.painter.setPen(QColor(TEXT))
            self.painter.drawText(line.adjusted(across, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, block["text"])
            self.y += metrics.height()
        self.y += 6

    def _figure(self, block: Mapping[str, object]) -> None:
        renderer = QSvgRenderer(QByteArray(str(block["svg"]).encode()))
        size = QSizeF(renderer.defaultSize())
        scale = min(1.0, self.width / max(size.width(), 1.0))
        self._require(size.height() * scale)
        renderer.render(self.painter, QRectF(0, self.y, size.width() * scale, size.height() * scale))
        self.y += size.height() * scale + 6

    def _table(self, block: Mapping[str, Any]) -> None:
        columns: Sequence[str] = block["columns"]
        rows: Sequence[Sequence[str]] = block["rows"]
        if not rows:
            return
        font = self._font("dim" if len(columns) > 4 else "text")
        widths = self._widths(columns, rows, font)
        if columns:
            self._row(columns, widths, self._font("dim"), block, is_head=True)
        for row in rows:
            self._row(row, widths, font, block)
        self.y += 6

    def _widths(self, columns: Sequence[str], rows: Sequence[Sequence[str]], font: QFont) -> list[float]:
        """What each column wants, cut in proportion where all of them want more than there is."""
        metrics = QFontMetricsF(font)
        wanted = [
            max(metrics.horizontalAdvance(cell[:200]) for cell in column) + CELL_GAP
            for column in zip(*([columns] if columns else []), *rows, strict=True)
        ]
        room = self.width / len(wanted)
        small = sum(one for one in wanted if one <= room)
        large = sum(one for one in wanted if one > room)
        if small + large <= self.width:
            spare = (self.width - small - large) / len(wanted)
            return [one + spare for one in wanted]
        return [one if one <= room else one * (self.width - small) / large for one in wanted]

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        font: QFont,
        block: Mapping[str, Any],
        is_head: bool = False,
    ) -> None:
        metrics = QFontMetricsF(font)
        heights = [
            metrics.boundingRect(QRectF(0, 0, room, 1e6), wrapping(cell[:2000], room, metrics), cell[:2000]).height()
            for cell, room in zip(cells, (width - CELL_GAP for width in widths), strict=True)
        ]
        height = min(max(heights), self.bottom - 60)
        self._require(height + 4)
        self.painter.setFont(font)
        x = 0.0
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            is_last = place == len(cells) - 1
            box = QRectF(x, self.y + 2, width - (0 if is_last else CELL_GAP), height)
            at_right = place in block["numbers"]
            align = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
            flags = align.value | wrapping(cell[:2000], width - CELL_GAP, metrics)
            colour = DIM if is_head else OUTER if place in block["subjects"] else TEXT
            self.painter.setPen(QColor(colour))
            self.painter.drawText(box, flags, cell[:2000])
            x += width
        self.y += height + 4
        if is_head:
            self.painter.setPen(QColor(LINE))
            self.painter.drawLine(0, int(self.y), int(self.width), int(self.y))
            self.y += 2


def main(arguments: Sequence[str]) -> int:
    """Set the report that comes on the standard input; the exit status."""
    report = json.loads(sys.stdin.buffer.read())
    application = QGuiApplication([])
    writer = QPdfWriter(arguments[0])
    writer.setResolution(DPI)
    writer.setCreator("Twinloop")
    margins = QMarginsF(MARGIN_MM, 14, MARGIN_MM, 14)
    page = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins)
    page.setUnits(QPageLayout.Unit.Millimeter)
    page.setMargins(margins)
    writer.setPageLayout(page)
    pages = Pages(writer, report)
    for block in report["blocks"]:
        pages.draw(block)
    pages.close()
    del application
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
