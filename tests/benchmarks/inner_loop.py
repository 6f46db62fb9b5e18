"""How fast training steps are, as ratios measured in one run on one thread.

Run ``python -m tests.benchmarks inner_loop``. Every line compares steps per second of the same network, batch size,
optimizer (Adam) and number format where the other library has it; the best of several interleaved rounds counts. For
stacks and telemetry, each round is a ratio of its own, and the median counts.

How much a stack gains hangs on the kernels of NumPy's OpenBLAS, which it picks by processor (OPENBLAS_CORETYPE names
others): small products are faster with AVX-512, which shortens what a stack cannot share.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from engine.learners import MLP, fit_together
from engine.learners.training import Training
from engine.optimizers import Adam
from tests.benchmarks._limits import judge, run_all

try:
    import torch
except ImportError:
    torch = None

Table = tuple[np.ndarray, np.ndarray]
ROUNDS = 5
TELEMETRY, STACKED = 5.0, 2.5
"""Percent of training that measuring and recording may add; how much faster sixteen networks are when stacked."""


def digits() -> Table:
    """1,797 rows of 64 columns, ten classes."""
    X, y = load_digits(return_X_y=True)
    return X / 16.0, y


def tall() -> Table:
    """54,000 rows of 10 columns, seven classes: a noisy linear rule."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(54_000, 10))
    return X, (X @ rng.normal(size=(10, 7)) + rng.normal(size=(54_000, 7))).argmax(axis=1)


def seconds(act: Callable[[], object]) -> float:
    """How much processor time one call takes: what other programs do meanwhile counts less than by the clock."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def ours(X: np.ndarray, y: np.ndarray, hidden: int, batch: int, epochs: int) -> Callable[[], object]:
    model = MLP(hidden=(hidden,), optimizer=Adam(lr=1e-3), batch_size=batch, epochs=epochs, random_state=0)
    X32 = X.astype(np.float32)
    return lambda: model.fit(X32, y)


def theirs(X: np.ndarray, y: np.ndarray, hidden: int, batch: int, epochs: int) -> Callable[[], object]:
    model = MLPClassifier(
        (hidden,), batch_size=batch, max_iter=epochs, n_iter_no_change=10**6, tol=0.0, alpha=0.0, random_state=0
    )
    X32 = X.astype(np.float32)
    return lambda: model.fit(X32, y)


def torchs(X: np.ndarray, y: np.ndarray, hidden: int, batch: int, epochs: int) -> Callable[[], object]:
    inputs, labels = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
    classes = int(y.max()) + 1

    def fit() -> None:
        net = torch.nn.Sequential(
            torch.nn.Linear(X.shape[1], hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, classes)
        )
        optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
        loss = torch.nn.CrossEntropyLoss()
        for _ in range(epochs):
            order = torch.randperm(len(inputs))
            for at in range(0, len(inputs), batch):
                rows = order[at : at + batch]
                optimizer.zero_grad()
                loss(net(inputs[rows]), labels[rows]).backward()
                optimizer.step()

    return fit


def compare(name: str, table: Table, hidden: int, batch: int, epochs: int) -> None:
    """One line of the table."""
    X, y = table
    steps = epochs * -(-len(X) // batch)
    acts = {"ours": ours(X, y, hidden, batch, epochs), "sklearn": theirs(X, y, hidden, batch, epochs)}
    if torch is not None:
        acts["torch"] = torchs(X, y, hidden, batch, epochs)
    best = fastest(acts)
    ratios = "   ".join(
        f"{best[who] / best['ours']:5.2f} x {who} ({1e6 * best[who] / steps:6.1f} µs)" for who in acts if who != "ours"
    )
    print(f"{name:24s} batch {batch:4d}   ours {1e6 * best['ours'] / steps:6.1f} µs a step   {ratios}")


class Unwatched(Training):
    """The same steps with nothing measured or recorded."""

    def _add_chunk_losses(self, held):
        pass

    def remember_weights(self):
        pass

    def measure_update(self):
        pass

    def end_epoch(self, callback):
        self.epoch, self.position = self.epoch + 1, 0


def watch(name: str, table: Table, hidden: int, batch: int, epochs: int) -> None:
    """What measuring and recording every epoch adds."""
    X, y = table
    model = MLP(hidden=(hidden,), optimizer=Adam(lr=1e-3), batch_size=batch, epochs=epochs, random_state=0)
    data = model.encode(X.astype(np.float32), y)

    def run(kind: type[Training]) -> Callable[[], object]:
        training = model.prepare(data)
        training.__class__ = kind
        return training.run

    shares = [seconds(run(Training)) / seconds(run(Unwatched)) - 1 for _ in range(4 * ROUNDS)]
    share = 100 * float(np.median(shares))
    limit = judge(f"{name}, batch {batch}, % for telemetry", share, TELEMETRY)
    print(f"{name:24s} batch {batch:4d}   {share:5.1f} % for telemetry{limit}")


def together(name: str, table: Table, hidden: int, epochs: int, count: int = 16) -> None:
    """Networks per second, stacked against one by one."""
    X, y = table[0].astype(np.float32), table[1]

    def models() -> list[MLP]:
        return [
            MLP(hidden=(hidden,), optimizer=Adam(lr=1e-3 * (1 + k)), batch_size=32, epochs=epochs, random_state=k)
            for k in range(count)
        ]

    def one_by_one() -> None:
        for model in models():
            model.fit(X, y)

    bare = bare_steps(X.shape[1] + 1, hidden, int(y.max()) + 1, epochs * -(-len(X) // 32), count)
    alone, gains, most = [], [], []
    for _ in range(2 * ROUNDS):
        alone.append(seconds(one_by_one))
        gains.append(alone[-1] / seconds(lambda: fit_together(models(), X, y)))
        most.append(alone[-1] / seconds(bare))
    gain = float(np.median(gains))
    print(
        f"{name:24s} batch   32   {gain:5.2f} x one by one ({min(gains):.2f} to {max(gains):.2f})"
        f"{judge(f'{name}, {count} stacked', gain, least=STACKED)}, {count} networks stacked; "
        f"matrix products and Adam alone would allow {np.median(most):.2f}"
    )


def bare_steps(columns: int, hidden: int, classes: int, steps: int, count: int) -> Callable[[], object]:
    """Nothing but the five matrix products and Adam of so many steps of a stack: what no stack can be faster than."""
    rng = np.random.default_rng(0)
    x, h, z = (rng.normal(size=(count, 32, width)).astype(np.float32) for width in (columns, hidden, classes))
    d = np.empty_like(h)
    split = columns * hidden
    weights = rng.normal(size=(count, split + hidden * classes)).astype(np.float32)
    gradient = np.zeros_like(weights)
    W, V = weights[:, :split].reshape(count, columns, hidden), weights[:, split:].reshape(count, hidden, classes)
    gW, gV = gradient[:, :split].reshape(W.shape), gradient[:, split:].reshape(V.shape)
    adam = Adam.stack([Adam(lr=1e-9 * (1 + k)) for k in range(count)])

    def run() -> None:
        for _ in range(steps):
            np.matmul(x, W, out=h)
            np.matmul(h, V, out=z)
            np.matmul(h.transpose(0, 2, 1), z, out=gV)
            np.matmul(z, V.transpose(0, 2, 1), out=d)
            np.matmul(x.transpose(0, 2, 1), d, out=gW)
            adam.step(weights, gradient)

    return run


def fastest(acts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Each act's best time over rounds that alternate, so that a busy moment hits all alike."""
    best = dict.fromkeys(acts, np.inf)
    for _ in range(ROUNDS):
        for who, act in acts.items():
            best[who] = min(best[who], seconds(act))
    return best


def main() -> None:
    warnings.simplefilter("ignore")
    if torch is not None:
        torch.set_num_threads(1)
    with threadpool_limits(limits=1):
        kernels = {info.get("architecture", "?") for info in threadpool_info() if info["user_api"] == "blas"}
        print(f"Training steps, one thread, kernels {', '.join(sorted(kernels))}")
        print("(times include shuffling, losses, scores and telemetry)")
        for batch in (32, 200):
            compare("digits 64-64-10", digits(), 64, batch, 20)
        for batch in (32, 200):
            compare("54,000 rows 10-100-7", tall(), 100, batch, 1)
        for batch in (32, 200):
            watch("digits 64-64-10", digits(), 64, batch, 50)
            watch("54,000 rows 10-100-7", tall(), 100, batch, 2)
        for hidden in (64, 100):
            together(f"digits 64-{hidden}-10", digits(), hidden, 10)
            together(f"54,000 rows 10-{hidden}-7", tall(), hidden, 1)


if __name__ == "__main__":
    raise SystemExit(run_all({"inner_loop": main}))
