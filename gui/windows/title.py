"""The words in a window's frame: the study's title and its file, with a mark while something is not written yet."""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow

from gui.base.text import seen
from gui.session.document import Document

MARK = "[*]"  # where Qt puts its mark of a changed file


def show_title(window: QMainWindow, study: Document) -> None:
    """Name the study in the frame of its window; without one it is the program's name alone."""
    setup = study.setup
    if setup is None or study.path is None:
        window.setWindowTitle("Twinloop")
        window.setWindowModified(False)
        return
    window.setWindowFilePath(str(study.path))
    # The file tells studies of one title apart.
    title, name = (seen(text).replace(MARK, 2 * MARK) for text in (setup.title, study.path.name))
    window.setWindowTitle(f"{title}{MARK} — {name} — Twinloop")
    window.setWindowModified(not study.is_saved)
