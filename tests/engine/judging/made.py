"""Predictions of models whose true accuracy is known."""

import numpy as np
from scipy.stats import norm

from engine.data.out_of_fold import OutOfFoldRows, Predictions


def made_rows(n, rng, classes=("no", "yes"), folds=5):
    """Rows of balanced classes in random folds."""
    numbers = np.sort(rng.permutation(n) % folds)
    return OutOfFoldRows(np.arange(n), numbers, rng.permutation(n) % len(classes), classes, key="made")


def made_study(n, trials, spread, seed, shared=0.6):
    """Rows, predictions of ``trials`` models and their true accuracies: all 0.8, or spread by 0.03 around it.

    ``shared`` is how much of what makes a row hard it has for all models.
    """
    rng = np.random.default_rng(seed)
    truth = np.full(trials, 0.8) + spread * 0.03 * rng.standard_normal(trials)
    rows = made_rows(n, rng)
    hard = np.sqrt(shared) * rng.standard_normal(n) + np.sqrt(1 - shared) * rng.standard_normal((trials, n))
    labels = np.where(hard < norm.ppf(truth)[:, None], rows.y, 1 - rows.y)
    return rows, [Predictions("label", one, one) for one in labels], truth


def made_probabilities(n, trials, seed, classes=("no", "yes")):
    """Rows and models that say probabilities."""
    rng = np.random.default_rng(seed)
    rows = made_rows(n, rng, classes)
    models = []
    for _ in range(trials):
        logits = rng.normal(0.0, 1.0, (n, len(classes))) + 1.5 * np.eye(len(classes))[rows.y]
        values = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        models.append(Predictions("probability", values, values.argmax(axis=1)))
    return rows, models


def made_numbers(n, trials, seed):
    """Rows and models of a regression with targets above zero."""
    rng = np.random.default_rng(seed)
    y = rng.gamma(3.0, 2.0, n)
    rows = OutOfFoldRows(np.arange(n), np.sort(rng.permutation(n) % 5), y, key="made")
    return rows, [Predictions("value", np.abs(y + rng.normal(0, 1.0 + 0.1 * k, n))) for k in range(trials)]
