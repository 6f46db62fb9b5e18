"""A damaged or hostile file opens, or is refused in a sentence; nothing else ever happens."""

import random

from tests.engine.store.mutating import campaign


def test_a_mutated_file_opens_or_is_refused_in_a_sentence(tmp_path):
    seed = random.randrange(10**6)
    print("seed", seed)
    outcomes, _, wrong = campaign(tmp_path, mutations=400, seed=seed)
    assert not wrong, wrong[0]
    assert sum(outcomes.values()) == 400
    assert {outcome for _, outcome in outcomes} == {"opened", "refused"}
