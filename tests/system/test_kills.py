"""Killing the program at random moments of a run loses no trial that it had acknowledged."""

import secrets

from tests.helpers.kills import kill_and_reopen


def test_no_acknowledged_trial_is_lost_when_the_program_is_killed(tmp_path):
    seed = secrets.randbelow(2**32)
    print(f"seed {seed}")
    acknowledged, lost, broken = kill_and_reopen(tmp_path / "a.study", kills=6, seed=seed)
    assert acknowledged > 20
    assert (lost, broken) == (0, 0)
