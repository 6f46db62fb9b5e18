"""What every model family must do. Subclass :class:`FamilyContract` and say which one it is."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from engine import options
from engine.errors import UserFault
from engine.learners.families import TableShape
from engine.space import Float, Int

SHAPES = (TableShape(10, 1, 2), TableShape(40, 2, 2), TableShape(5_000, 30, 5), TableShape(5_000_000, 2000, 100))
CLASSES = 2


def rows(task):
    """Few rows, of which a model can learn something."""
    X = np.random.default_rng(1).normal(size=(30, 3))
    y = X[:, 0] - X[:, 1]
    return X, (y > 0).astype(int) if task == "classification" else np.exp(y)


def few_steps(family):
    """The settings of a family with at most eight epochs, rounds or trees."""
    counts = [one for one in options.describe(family.settings) if isinstance(one.default, int) and one.default > 8]
    most = {one.name: max(8, int(one.low or 0)) for one in counts}
    return options.make(family.settings, most)


def drawn(family, task):
    """The family that trains a suggested configuration, and an estimator for it."""
    space = family.suggest_space(task, TableShape(30, 3, CLASSES if task == "classification" else 0))
    family, params = family.resolved(space.sample(np.random.default_rng(2)))
    return family, family.configure_estimator(params, few_steps(family), task, 3)


class FamilyContract:
    """Give ``family`` in the subclass: a fixture."""

    @pytest.fixture
    def family(self):
        raise NotImplementedError

    def test_it_says_what_it_is(self, family):
        assert family.tasks
        for words in (family.title, family.hyperparameters, family.parameters):
            assert words
            assert "\n" not in words

    def test_all_that_is_suggested_is_declared_and_can_vary(self, family):
        for task in family.tasks:
            for shape in SHAPES:
                space = dict(family.suggest_space(task, shape))
                assert family.problems({**space, **family.additional_hyperparameters(space)}) == ()
                assert all(one.low < one.high for one in space.values() if isinstance(one, Float | Int))

    def test_what_it_does_not_declare_never_reaches_the_model(self, family):
        with pytest.raises(UserFault, match="__class__"):
            family.configure_estimator({"__class__": 1}, options.make(family.settings, {}), family.tasks[0], 0)

    def test_a_model_that_is_watched_is_the_model_that_fit_gives(self, family):
        for task in family.tasks:
            X, y = rows(task)
            heard = []
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # so few rows that some do not converge
                trained, estimator = drawn(family, task)
                watched = trained.fit(estimator, X, y, (X[:9], y[:9]), lambda *step, to=heard: to.append(step))
                alone = drawn(family, task)[1].fit(X, y)
            assert np.array_equal(watched.predict(X), alone.predict(X))
            steps = [step for step, _ in heard]
            assert steps == sorted({step for step in steps if step > 0})
            assert bool(steps) == bool(trained.step_name)
