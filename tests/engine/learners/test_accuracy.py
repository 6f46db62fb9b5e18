"""With the same settings our MLP predicts no worse than scikit-learn's and PyTorch's, over 20 seeds."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.stats import wilcoxon
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from engine.learners import MLP
from engine.optimizers import Adam

SEEDS = range(20)
HIDDEN, BATCH, EPOCHS, RATE = 24, 32, 30, 3e-3


def split(load, seed):
    X, y = load(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y, train_size=min(500, len(X) * 3 // 5), stratify=y, random_state=seed)
    scaler = StandardScaler().fit(X)
    return scaler.transform(X).astype(np.float32), scaler.transform(X_test).astype(np.float32), y, y_test


def ours(X, X_test, y, y_test, seed):
    model = MLP((HIDDEN,), optimizer=Adam(lr=RATE), batch_size=BATCH, epochs=EPOCHS, random_state=seed)
    return model.fit(X, y).score(X_test, y_test)


def sklearns(X, X_test, y, y_test, seed):
    model = MLPClassifier(
        (HIDDEN,), learning_rate_init=RATE, batch_size=BATCH, max_iter=EPOCHS, alpha=0.0, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is told to stop after so many epochs
        return model.fit(X, y).score(X_test, y_test)


def pytorchs(X, X_test, y, y_test, seed):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)  # more would wait for each other over networks this small
    torch.manual_seed(seed)
    net = torch.nn.Sequential(
        torch.nn.Linear(X.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, int(y.max()) + 1)
    )
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
    inputs, labels = torch.tensor(X), torch.tensor(y)
    for _ in range(EPOCHS):
        order = torch.randperm(len(inputs))
        for at in range(0, len(inputs), BATCH):
            rows = order[at : at + BATCH]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(inputs[rows]), labels[rows]).backward()
            optimizer.step()
    return float((net(torch.tensor(X_test)).argmax(dim=1).numpy() == y_test).mean())


@pytest.mark.parametrize("theirs", [sklearns, pytorchs])
@pytest.mark.parametrize("load", [load_digits, load_wine, load_breast_cancer])
def test_accuracy_is_statistically_no_worse(load, theirs):
    """Wilcoxon's signed-rank test over paired seeds: the same rows and settings, one-sided, at 1 %."""
    pairs = []
    for seed in SEEDS:
        data = split(load, seed)
        pairs.append((ours(*data, seed), theirs(*data, seed)))
    mine, other = np.array(pairs).T
    differ = mine != other
    worse = wilcoxon(mine[differ], other[differ], alternative="less").pvalue if differ.sum() > 5 else 1.0
    assert worse > 0.01, (mine.mean(), other.mean())
