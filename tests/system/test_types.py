"""Whoever checks types sees those of everything public, and the script that uses it all runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system import typed_script

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mutated", [False, True])
def test_a_script_that_uses_everything_public_passes_a_strict_type_checker(tmp_path, mutated):
    site = tmp_path / "site"
    site.mkdir()
    for name, place in {"engine": "engine", "twinloop": "engine/public"}.items():
        (site / name).symlink_to(ROOT / place, target_is_directory=True)
    text = Path(typed_script.__file__).read_text(encoding="utf-8")
    if mutated:  # so that a checker that sees nothing is found out
        text = text.replace("Float(1e-4, 1e-1, log=True)", 'Float("low", 1e-1, log=True)')
    (tmp_path / "script.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--config-file="),
            *(f"--cache-dir={tmp_path / 'cache'}", "script.py"),
        ],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    expected = (
        'has incompatible type "str"; expected "float"' if mutated else "Success: no issues found in 1 source file"
    )
    assert expected in done.stdout, done.stdout + done.stderr


def test_the_script_runs(tmp_path):
    typed_script.main(tmp_path)
    assert sorted(file.name for file in tmp_path.glob("*.study")) == ["a.study", "mine.study"]
