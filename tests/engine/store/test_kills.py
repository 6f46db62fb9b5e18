"""Pulling the plug on the program that writes costs no trial that it had acknowledged."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.store.killing import kill_again_and_again


def test_no_acknowledged_trial_is_lost_to_a_kill(tmp_path):
    seed = random.randrange(10**6)
    print("seed", seed)
    acknowledged, lost = kill_again_and_again(tmp_path, kills=15, seed=seed)
    assert acknowledged > 15
    assert not lost


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_a_kill_while_a_file_takes_the_place_of_another_leaves_one_of_the_two_and_nothing_else():
    seed = random.randrange(10**6)
    command = [sys.executable, "-m", "tests.campaigns.kills_while_saving", "5", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr
    assert f"seed {seed}: 0 wrong" in done.stdout, done.stdout
