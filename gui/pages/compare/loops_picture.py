"""The comparison of the two loops as a picture for slides: light, without buttons, whatever the window looks like."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.base.theme import dress_for_print, font_dim, print_colours, space
from gui.pages.compare.loops_view import LoopsView
from gui.plots.plot_menu import write_picture
from gui.session.two_loops import Compared
from gui.views.labels import Words

SIZE = QSize(1366, 698)  # as drawn: the page without rail and run bar


def write_loops(found: Compared, foot: str, path: Path) -> bool:
    """Write the comparison with a line below it, as vectors for ``.svg``, else as a picture; whether that worked."""
    page = QWidget()
    with print_colours():
        view = LoopsView(page)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, space(8))
        rows.setSpacing(0)
        rows.addWidget(view, 1)
        line = Words(foot, role="dim", font=font_dim(), parent=page)
        line.setContentsMargins(space(16), 0, space(16), 0)
        rows.addWidget(line)
        view.show_loops(found.loops, found.next, {})
        for card in view.cards:
            card.button.hide()
        page.resize(SIZE.expandedTo(page.minimumSizeHint()))
        dress_for_print(page)
        is_written = write_picture(page, path)
    page.deleteLater()
    return is_written
