"""The tree of seeds: named branches, stable across processes and independent of order."""

import subprocess
import sys

from engine import seeds


def test_branches_differ_from_each_other_and_repeat_themselves():
    drawn = {seeds.integer(7, *branch) for branch in [("a",), ("b",), ("a", 1), ("a", "1"), ("a", 2)]}
    assert len(drawn) == 5
    assert seeds.integer(7, "a", 1) == seeds.integer(7, "a", 1)
    assert seeds.integer(7, "a") != seeds.integer(8, "a")
    assert seeds.integer(7, "a") != seeds.integer(7 + 2**32, "a")


def test_another_process_gets_the_same_stream():
    code = "from engine import seeds; print(seeds.generator(3, 'trial', 5).random())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(other.stdout) == seeds.generator(3, "trial", 5).random()
