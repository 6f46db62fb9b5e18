"""Estimators that score, fail and interrupt as they are told to; workers load nothing else for them."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Moody(ClassifierMixin, BaseEstimator):
    """Scores what it is told to, and fails where it is told to: ``failing`` of its fits' folds."""

    def __init__(self, level=0.5, fails=False):
        self.level = level
        self.fails = fails

    def fit(self, X, y):
        if self.fails is True or (self.fails == "some" and X[0, 0] > 5):
            raise RuntimeError(f"moody at {self.level}")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X))

    def score(self, X, y):
        return self.level


class Fussy(Moody):
    """Fails at low levels: in one fold, or in all."""

    def fit(self, X, y):
        self.fails = self.level < 0.4 or ("some" if self.level < 0.7 else False)
        return super().fit(X, y)


class Interrupts(Moody):
    """Raises an interrupt where the level is high."""

    def fit(self, X, y):
        if self.level > 0.8:
            raise KeyboardInterrupt
        return super().fit(X, y)
