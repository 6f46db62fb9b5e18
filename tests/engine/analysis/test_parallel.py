"""Lines over parallel axes: their places, what brushes take in, how dense they are, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.good_region import GoodRange
from engine.analysis.overview_words import good_title
from engine.analysis.parallel import Brush, axis_order, best_brush, brushed, density, parallel, snapped
from engine.analysis.parallel_words import parallel_title
from engine.analysis.snapshot import Snapshot
from engine.events import TrialEnded, TrialStarted
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import History

SPACE = SearchSpace(
    {
        "units": Int(1, 100),
        "momentum": Float(0, 1, when={"optimizer": ("sgd",)}),
        "rate": Float(1e-4, 1.0, log=True),
        "optimizer": Categorical(("adam", "sgd")),
        "fixed": Int(3, 3),
    }
)


def study(count, direction="maximize", failed=()):
    """Scores fall with the distance from a rate of 0.01; trial 0 has it, and each fifth uses sgd."""
    rng, history = np.random.default_rng(0), History(SPACE, (direction,))
    for number in range(count):
        rate = 0.01 if number == 0 else float(10 ** rng.uniform(-4, 0))
        params = {"units": int(rng.integers(1, 101)), "rate": rate, "optimizer": "sgd" if number % 5 == 0 else "adam"}
        if params["optimizer"] == "sgd":
            params["momentum"] = 0.5
        history.apply(TrialStarted(number, {**params, "fixed": 3}, float(number)))
        if number in failed:
            history.apply(TrialEnded(number, "failed", number + 1.0, 1.0, (), "no"))
            continue
        score = 1.0 - abs(np.log10(rate) + 2) / 2
        score = score if direction == "maximize" else -score
        history.apply(TrialEnded(number, "complete", number + 1.0, 1.0, (float(score),)))
    return history


def test_what_depends_stands_right_of_what_it_depends_on_and_what_is_fixed_is_no_axis():
    assert axis_order(SPACE) == ("units", "optimizer", "momentum", "rate")
    assert axis_order(SPACE, ("momentum", "rate")) == ("optimizer", "momentum", "rate", "units")


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_better_is_higher_whatever_the_direction(direction):
    found = parallel(Snapshot(study(40, direction, failed=(7,))))
    best = int(np.nanargmax(found.places[:, -1]))
    assert found.numbers[best] == 0
    assert np.isnan(found.places[found.numbers == 7, -1]).all()
    assert np.isnan(found.places[found.numbers == 1, found.column("momentum")]).all()
    assert found.score_at(float(found.places[3, -1])) == pytest.approx(found.scores[3], abs=1e-6)


def test_brushes_of_one_axis_are_joined_and_those_of_several_intersect():
    found = parallel(Snapshot(study(60)))
    rates = found.places[:, found.column("rate")]
    low, high = Brush(0.0, 0.2), Brush(0.8, 1.0)
    both = brushed(found, {"rate": (low, high)})
    assert np.array_equal(both, (rates <= 0.2 + 1e-6) | (rates >= 0.8 - 1e-6))
    unset = brushed(found, {"rate": (low,), "momentum": (Brush(not_set=True),)})
    assert np.array_equal(unset, (rates <= 0.2 + 1e-6) & (found.numbers % 5 != 0))
    assert not brushed(found, {}).any()


def test_a_brush_over_choices_takes_whole_choices():
    assert snapped(SPACE, "optimizer", Brush(0.6, 0.7)) == Brush(0.5, 1.0)
    assert snapped(SPACE, "rate", Brush(0.6, 0.7)) == Brush(0.6, 0.7)


def test_until_a_person_brushes_the_best_are():
    found = parallel(Snapshot(study(50)))
    inside = brushed(found, best_brush(found))
    assert inside.sum() == 9  # 18 %
    assert found.scores[inside].min() > found.scores[~inside].max()
    assert best_brush(parallel(Snapshot(study(3)))) == {}


def test_of_very_many_few_are_brushed_at_first():
    found = parallel(Snapshot(study(3000)))
    assert 100 <= brushed(found, best_brush(found)).sum() <= 102  # one more where places touch


def test_density_counts_every_line_between_every_pair_of_axes():
    found = parallel(Snapshot(study(300)))
    picture = density(found)
    columns = picture.reshape(len(picture), len(found.names), -1)
    for axis in range(len(found.names)):
        known = np.isfinite(found.places[:, axis : axis + 2]).all(axis=1).sum()
        assert columns[:, axis].sum(axis=0) == pytest.approx(known)


def test_the_title_says_what_the_brushed_share_and_nothing_that_all_share():
    found = parallel(Snapshot(study(80)))
    brushes = best_brush(found)
    title = parallel_title(found, SPACE, brushed(found, brushes), brushes, "accuracy")
    assert title.sentence.startswith("The 14 best have rate 0.00")
    assert "units" not in title.sentence
    by_choice = {"optimizer": (Brush(0.5, 1.0),)}
    title = parallel_title(found, SPACE, brushed(found, by_choice), by_choice, "accuracy")
    assert title.sentence == "The 16 brushed have momentum 0.5"
    assert "optimizer sgd" in title.remark
    nothing = {"rate": (Brush(0.0, 0.0),)}
    assert "No trial lies" in parallel_title(found, SPACE, brushed(found, nothing), nothing, "accuracy").sentence


def test_axes_in_another_order_hold_the_same():
    found = parallel(Snapshot(study(20)))
    turned = found.in_order(found.names[::-1])
    for name in (*found.names, ""):
        assert np.array_equal(
            turned.places[:, turned.column(name)], found.places[:, found.column(name)], equal_nan=True
        )


def test_where_good_lies_is_said_as_surely_as_the_model_allows():
    region = (GoodRange("rate", 0.001, 0.01), GoodRange("optimizer", choices=("adam",)), GoodRange("units", 3, 3))
    sure = good_title(region, ("units", "rate"), 0.9, "accuracy", 4)
    assert sure.sentence == "Good lies at units 3 and rate 0.001 to 0.01"
    assert good_title(region[1:2], ("rate",), 0.4, "accuracy", 4).sentence == "Good seems to lie at optimizer adam"
    assert good_title((), ("rate",), 0.9, "accuracy", 4).sentence == "Good scores lie in no narrow part of the space"
    assert good_title(region, ("rate",), 0.2, "accuracy", 4).remark.startswith("not to be trusted")
