"""Random tables in random habits are read right, or a caution names the doubt; plain ones without any caution.

A slice of ``python -m tests.campaigns.tables``; there, ``--one SEED`` shows a case that fails here.
"""

import pytest

from tests.helpers.habits import judged, make_case

_SEEDS = 300
_PART = 20


@pytest.mark.parametrize("start", range(0, _SEEDS, _PART))
def test_nothing_is_read_wrong_in_silence(start, tmp_path):
    wrong = {}
    for seed in range(start, start + _PART):
        case = make_case(seed)
        verdict = judged(case, case.write(tmp_path), with_inspect=seed % 3 == 0)
        if verdict.status == "wrong":
            wrong[seed] = [one.sentence for one in verdict.wrong]
    assert not wrong


def test_plain_tables_are_right_without_a_word(tmp_path):
    cases = [case for case in map(make_case, range(_SEEDS, 2 * _SEEDS)) if case.plain][:40]
    assert len(cases) == 40
    verdicts = {case.seed: judged(case, case.write(tmp_path), with_inspect=True) for case in cases}
    assert not {seed: one for seed, one in verdicts.items() if one.status != "right" or one.cautions}
