"""Study files made to harm: no traceback, nothing touched besides, nothing run of what they hold."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = 8


@pytest.mark.skipif(sys.platform != "linux", reason="the watch knows the folders of Linux")
def test_crafted_files_are_shown_read_run_and_exported_without_harm(tmp_path):
    seed = secrets.randbelow(10**6)
    print("seed", seed)
    command = [sys.executable, "-m", "tests.campaigns.crafted", str(FILES), str(seed), "0"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert re.search(r"\d+ wrong", done.stdout), done.stderr
    kinds = re.findall(r"^ +\d+ x .*\n.*", done.stdout, re.MULTILINE)
    assert not [kind for kind in kinds if not re.search(r"\w+ took [\d.]+ s", kind)]  # how fast is not for here
    assert sum(map(int, re.findall(r"(\d+) show: [02]$", done.stdout, re.MULTILINE))) >= FILES
