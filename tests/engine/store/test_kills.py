"""Pulling the plug on the program that writes costs no trial that it had acknowledged."""

import random

from tests.engine.store.killing import kill_again_and_again


def test_no_acknowledged_trial_is_lost_to_a_kill(tmp_path):
    seed = random.randrange(10**6)
    print("seed", seed)
    acknowledged, lost = kill_again_and_again(tmp_path, kills=15, seed=seed)
    assert acknowledged > 15
    assert not lost
