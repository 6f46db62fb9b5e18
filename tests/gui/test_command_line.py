"""The command ``twinloop``: what opens a window, what does not, and what is said where no window can be shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gui import __main__ as command
from gui import display

ROOT = Path(__file__).resolve().parents[2]


def twinloop(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, without any display."""
    clean = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    clean.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-m", "gui", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**clean, **environment},
        timeout=120,
        check=False,
    )


def test_the_version_needs_no_qt():
    code = "import sys; from gui.__main__ import main\ntry: main(['--version'])\nexcept SystemExit: pass\n"
    code += "assert 'PySide6' not in sys.modules; assert 'numpy' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("twinloop ")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_it_says_which_command_does_the_same():
    done = twinloop()
    assert done.returncode == 2
    assert done.stderr.startswith("There is no display to show a window on. Without a window: twinloop new")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_a_display_that_cannot_be_reached_is_said_in_a_sentence(tmp_path: Path):
    study = tmp_path / "a.study"
    study.write_bytes(b"")
    done = twinloop(str(study), DISPLAY=":54321")
    assert done.returncode == 2
    assert done.stderr.startswith("The display :54321 cannot be reached.") or "is missing" in done.stderr
    assert f"twinloop run {study}" in done.stderr


def test_a_file_that_is_not_there_is_said_in_a_sentence():
    done = twinloop("nothing.study")
    assert done.returncode == 2
    assert done.stderr == "There is no file nothing.study. Check the name, or start twinloop without one.\n"


def test_an_unknown_word_points_to_the_help():
    done = twinloop("frobnicate")
    assert done.returncode == 2
    assert "twinloop --help" in done.stderr


@pytest.mark.parametrize("arguments", [["formats"], ["run", "x.study"], ["--version"], ["demo", "--quiet"]])
def test_headless_commands_go_to_the_engine(monkeypatch: pytest.MonkeyPatch, arguments):
    heard = []
    monkeypatch.setattr("engine.cli.main", lambda given: heard.append(given) or 7)
    assert command.main(arguments) == 7
    assert heard == [arguments]


def test_the_demo_runs_in_the_terminal_where_there_is_no_display(monkeypatch: pytest.MonkeyPatch, capsys):
    heard = []
    monkeypatch.setattr("engine.cli.main", lambda given: heard.append(given) or 0)
    monkeypatch.setattr("gui.display.missing_display", lambda: "There is no display to show a window on.")
    assert command.main(["demo"]) == 0
    assert heard == [["demo"]]


def test_the_readme_names_no_library_that_the_window_could_not_name():
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    named = re.search(r"on Debian and Ubuntu they are `([^`]+)`", readme)
    assert named is not None
    assert set(named.group(1).split()) <= set(display.PACKAGES.values())


def test_a_missing_library_names_the_package_to_install():
    said = display._library_sentence("libEGL.so.1: cannot open shared object file: No such file or directory")
    assert said == (
        "The system library libEGL.so.1, which Qt needs, is missing. On Debian and Ubuntu: sudo apt install libegl1."
    )
