"""Imports in a process with a window cost what they cost elsewhere."""

import linecache

import pytest

from gui.app import create_application


def test_the_source_of_what_is_imported_is_not_read(qapp, tmp_path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "imported_plainly.py").write_text("value = 3\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    create_application(["twinloop"])
    import imported_plainly

    assert imported_plainly.value == 3
    assert str(tmp_path / "imported_plainly.py") not in linecache.cache
