"""What every test needs: settings in a folder of its own, and no thread left behind."""

import os
import sys

import pytest

from tests.helpers.installed import package_folder

sys.path.insert(0, package_folder())  # twinloop is what is tested here, whatever else is installed

# Qt is chosen here as well as in tests/gui, since pytest-qt asks for it as soon as any test is collected.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    """Permissions are remembered per test, never on the person's computer."""
    monkeypatch.setenv("TWINLOOP_HOME", str(tmp_path_factory.mktemp("home")))
