"""Points, features and configurations agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.samplers import SpaceExhausted, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.seen_points import SeenPoints
from engine.space import Categorical, Int, SearchSpace
from tests.contracts.sampler_contract import spaces


@settings(max_examples=60, deadline=None)
@given(space=spaces(), seed=st.integers(0, 2**32))
def test_snapping_keeps_the_configuration(space, seed):
    encoding = Encoding(space)
    points = np.random.default_rng(seed).random((5, len(space)))
    for point, snapped in zip(points, encoding.snap_points(points), strict=True):
        known, same = space.decode(point), space.decode(snapped)
        assert known.keys() == same.keys()
        assert all(value == pytest.approx(same[name]) for name, value in known.items() if isinstance(value, float))
        assert all(value == same[name] for name, value in known.items() if not isinstance(value, float))


@settings(max_examples=60, deadline=None)
@given(space=spaces(), seed=st.integers(0, 2**32))
def test_activity_and_features_follow_the_conditions_alone(space, seed):
    encoding = Encoding(space)
    rng = np.random.default_rng(seed)
    points = encoding.snap_points(rng.random((5, len(space))))
    active = encoding.active_mask(points)
    for point, mask in zip(points, active, strict=True):
        assert {name for name, is_on in zip(space, mask, strict=True) if is_on} == set(space.decode(point))
    other = np.where(active, points, rng.random(points.shape))
    assert (encoding.to_features(points) == encoding.to_features(other)).all()
    assert encoding.configuration_keys(points) == encoding.configuration_keys(other)


def test_alternatives_are_the_other_values():
    space = SearchSpace(
        {"k": Int(1, 5), "c": Categorical(["a", "b", "c"]), "big": Int(0, 1000), "log": Int(1, 8, log=True)}
    )
    encoding = Encoding(space)
    unit = space.encode({"k": 2, "c": "b", "big": 0, "log": 8})

    def values(column):
        units = encoding.other_positions(column, float(unit[column]))
        return sorted(space.decode(np.where(np.arange(4) == column, u, unit))[space.names[column]] for u in units)

    assert values(0) == [1, 3, 4, 5]
    assert values(1) == ["a", "c"]
    assert values(2) == [1, 2]
    assert values(3) == [1, 2, 3, 4, 5, 6, 7]


def test_the_last_untried_configuration_is_found_and_then_none():
    space = SearchSpace({"k": Int(0, 299), "c": Categorical(["a", "b"])})
    encoding = Encoding(space)
    everything = np.array([space.encode({"k": k, "c": c}) for k in range(300) for c in "ab"])
    left = np.arange(600) != 417
    point = SeenPoints(encoding, everything[left]).unseen(iter(()), SuggestRequest(599, 599, 0))
    assert space.decode(point) == {"k": 208, "c": "b"}
    with pytest.raises(SpaceExhausted, match="600 configurations"):
        SeenPoints(encoding, everything).unseen(iter(()), SuggestRequest(600, 600, 0))
