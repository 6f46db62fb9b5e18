"""A document whose runner a test drives."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.session.document import Document
from tests.gui.fakes import FakeRunner, wine_setup


@pytest.fixture
def fake(qtbot):
    """A runner and its open document."""
    made: list[FakeRunner] = []

    def make(listener):
        made.append(FakeRunner(listener))
        return made[-1]

    document = Document(make)
    with qtbot.waitSignal(document.opened):
        document.create(Path("a.study"), wine_setup())
    yield made[0], document
    document.end()
