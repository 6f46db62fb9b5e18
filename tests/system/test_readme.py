"""What the README tells people to type works as written."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.installed import python_path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENVIRONMENT = {**os.environ, "PYTHONPATH": python_path()}


def block(heading, language):
    """The first code block of a language under a heading."""
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL).group(1)


def test_the_commands_without_a_window_tune_and_export(tmp_path):
    shutil.copy(ROOT / "resources" / "samples" / "wages.csv", tmp_path / "wages.csv")
    header = (tmp_path / "wages.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    lines = [line.partition("#")[0].strip() for line in block("Without a window", "sh").splitlines()]
    assert len(lines) == 4
    for line in lines:
        words = shlex.split(line.replace("--trials 60", "--trials 2"))
        assert words[0] == "twinloop"
        done = subprocess.run(
            [sys.executable, "-m", "gui", *words[1:]],
            cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (line, header, done.stderr)
    best = subprocess.run(
        [sys.executable, "best.py"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    shown = subprocess.run(
        [sys.executable, "-m", "gui", "show", "wages.study"],
        cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert best.stdout.splitlines()[-1].removeprefix("score: ") in shown.stdout


def test_the_python_example_runs(tmp_path):
    code = block("From Python", "python")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "'depth': 3" in done.stdout
    assert (tmp_path / "mine.study").is_file()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:engine|gui|tests|resources)[\w/.]*)`", README))))
def test_every_place_that_the_map_names_is_there(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", re.findall(r"!\[[^]]*\]\(([^)]+)\)", README))
def test_every_picture_is_there(path):
    assert (ROOT / path).stat().st_size > 10_000
