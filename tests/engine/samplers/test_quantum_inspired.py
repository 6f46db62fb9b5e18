"""The energy is the model's score, the annealers find its lowest states, and bits stand for configurations."""

import itertools

import numpy as np
import pytest

from engine import samplers
from engine.errors import UserFault
from engine.samplers import SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.quantum_inspired import solvers
from engine.samplers.quantum_inspired.one_hot import OneHot
from engine.samplers.quantum_inspired.qubo import Qubo, draw_qubo, same_groups
from engine.space import Categorical, Float, Int, SearchSpace
from tests.contracts.sampler_contract import Walk

STARTS, WIDTHS = 2 * np.arange(12), np.full(12, 2)
ALL_STATES = np.array(list(itertools.product([0, 1], repeat=12)))


def random_qubo(seed):
    """Twelve groups of two bits, which is a QUBO of twelve free bits."""
    rng = np.random.default_rng(seed)
    quadratic = np.triu(rng.normal(size=(24, 24)), 1)
    owner = np.repeat(np.arange(12), 2)
    quadratic[owner[:, None] == owner] = 0.0
    return Qubo(rng.normal(size=24), quadratic + quadratic.T, STARTS, WIDTHS)


def test_the_energy_of_every_state_is_that_of_its_bits():
    qubo = random_qubo(0)
    bits = np.zeros((len(ALL_STATES), 24))
    bits[np.arange(len(bits))[:, None], STARTS + ALL_STATES] = 1.0
    wanted = bits @ qubo.linear + np.einsum("ni,ij,nj->n", bits, qubo.quadratic, bits) / 2
    assert qubo.energy(ALL_STATES) == pytest.approx(wanted)


@pytest.mark.parametrize("name", solvers.SOLVERS)
def test_the_lowest_state_is_found(name):
    """In at least 95 % of 40 random energies of twelve bits (8 for the one that a package solves)."""
    if name == "path_integral":
        pytest.importorskip("dwave.samplers")
    seeds = range(8 if name == "path_integral" else 40)
    hits = 0
    for seed in seeds:
        qubo = random_qubo(seed)
        found = solvers.SOLVERS[name](qubo, 60, np.random.default_rng(seed))
        assert found.energies == pytest.approx(qubo.energy(found.levels))
        assert (np.diff(found.energies) >= 0).all()
        hits += found.energies[0] <= qubo.energy(ALL_STATES).min() + 1e-9
    assert hits >= 0.95 * len(seeds)


def test_the_schedule_cools_and_the_lowest_energy_never_rises():
    found = solvers.simulated_annealing(random_qubo(1), 50, np.random.default_rng(0))
    assert len(found.temperatures) == len(found.lowest) == len(found.mean) == 50
    assert (np.diff(found.temperatures) < 0).all()
    assert (np.diff(found.lowest) <= 0).all()
    assert found.mean[-1] < found.mean[0]


def test_what_a_device_says_is_put_right():
    qubo = random_qubo(2)
    bits = np.random.default_rng(0).integers(0, 2, (20, 24)).astype(float)  # none or two of a group, too
    levels = solvers._one_bit_a_group(qubo, bits)
    for row, state in zip(bits, levels, strict=True):
        for group in range(12):
            pair = row[2 * group : 2 * group + 2]
            if pair.sum() == 1:
                assert pair[state[group]] == 1


def test_without_the_extra_the_other_solver_is_named(monkeypatch):
    monkeypatch.setattr("engine.learners.optional_packages.find_spec", lambda name: None)
    with pytest.raises(UserFault, match="dwave-samplers") as told:
        solvers.path_integral_annealing(random_qubo(0), 5, np.random.default_rng(0))
    assert "twinloop[quantum]" in told.value.remedy
    assert "simulated annealing" in told.value.remedy


def test_a_draw_from_the_posterior_agrees_with_many_trials():
    """Of an energy of the same kind, states that no trial tried are ordered as they are."""
    truth = random_qubo(5)
    rng = np.random.default_rng(0)
    states = ALL_STATES[rng.permutation(len(ALL_STATES))]
    tried, new = states[:400], states[400:900]
    losses = truth.energy(tried)
    scaled = (losses - losses.mean()) / losses.std()
    bits = np.zeros((400, 24))
    bits[np.arange(400)[:, None], STARTS + tried] = 1.0
    drawn = [draw_qubo(tried, scaled, bits, STARTS, WIDTHS, np.random.default_rng(seed)) for seed in range(3)]
    for qubo in drawn:
        assert np.corrcoef(qubo.energy(new), truth.energy(new))[0, 1] > 0.9
    assert not np.allclose(drawn[0].linear, drawn[1].linear)


def test_agreement_counts_groups():
    assert same_groups(np.array([[0, 1, 2]]), np.array([[0, 1, 1], [1, 1, 2], [0, 1, 2]])).tolist() == [[2, 2, 3]]


SPACE = SearchSpace(
    {
        "kind": Categorical(["a", "b", "c"]),
        "rate": Float(1e-4, 1.0, log=True),
        "few": Int(1, 3),
        "only b": Float(0.0, 1.0, when={"kind": ["b"]}),
    }
)


def test_a_configuration_keeps_its_bits():
    encoding = Encoding(SPACE)
    one_hot = OneHot(encoding, 8)
    assert one_hot.widths.tolist() == [3, 8, 3, 9]
    rng = np.random.default_rng(0)
    points = rng.random((200, 4))
    levels = one_hot.levels_of(points)
    assert set(np.unique(levels[encoding.active_mask(points)[:, 3], 3])) <= set(range(8))
    assert (levels[~encoding.active_mask(points)[:, 3], 3] == 8).all()
    again = np.array([one_hot.point_of(row, rng) for row in levels])
    assert one_hot.levels_of(again).tolist() == levels.tolist()
    assert one_hot.bits_of(levels).sum(axis=1).tolist() == [4.0] * 200


def test_the_first_trials_turn_every_bit_on():
    walk = Walk(samplers.make("quantum_inspired"), SPACE, 4, budget=60)
    walk.run(lambda params: 1.0, 8)
    encoding = Encoding(SPACE)
    one_hot = OneHot(encoding, 8)
    levels = one_hot.levels_of(encoding.points_of(walk.history, np.arange(8)))
    assert [len(set(levels[:, group].tolist())) for group in range(3)] == [3, 8, 3]


def test_it_finds_more_than_chance_among_many_bits():
    rng = np.random.default_rng(0)
    pairs = rng.normal(size=(30, 30))
    space = SearchSpace({f"b{index}": Categorical([0, 1]) for index in range(30)})

    def energy(params):
        bits = np.array(list(params.values()), dtype=float)
        return float(bits @ pairs @ bits)

    found = {
        name: np.median([min(Walk(samplers.make(name), space, seed, budget=50).run(energy, 50)) for seed in range(2)])
        for name in ("random", "quantum_inspired")
    }
    assert found["quantum_inspired"] < found["random"] - 5.0


def test_what_was_annealed_can_be_watched():
    walk = Walk(samplers.make("quantum_inspired"), SPACE, 4, budget=60)
    walk.run(lambda params: params["rate"], 12)
    _, suggestion = walk.ask()
    found = walk.sampler.anneal(walk.history, SuggestRequest(12, 12, 4, 60))
    assert suggestion.why["phase"] == "annealed"
    assert len(found.temperatures) == 60
