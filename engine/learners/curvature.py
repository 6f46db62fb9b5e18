"""How a loss bends around weights: Hessian-vector products, and the largest eigenvalue."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.arrays import Array
from engine.learners.batches import Batches
from engine.learners.network import Batch, Network
from engine.learners.training import Training

ROWS = 512  # training rows that the curvature is taken over, evenly spread: a guess
LANCZOS = 16  # vectors that the largest eigenvalue is looked for in: of networks it is found within 1 % by then
TOLERANCE = 1e-2  # relative, of the eigenvalue


def hessian_product(network: Network, batch: Batch) -> Callable[[Array], Array]:
    """z ↦ ∇²L z for the batch's loss without penalties, by central differences of gradients along z."""

    def product(z: Array) -> Array:
        length = float(np.linalg.norm(z))
        if length == 0.0:
            return np.zeros_like(z)
        kept = network.weights.copy()
        # Truncation grows with the step squared, rounding with its inverse: about the cube root of 1e-16 is best.
        step = 1e-5 * (1.0 + float(np.linalg.norm(kept)) / np.sqrt(kept.size)) / length
        network.weights += step * z
        network.differentiate(batch)
        above = network.gradient.copy()
        network.weights[:] = kept - step * z
        network.differentiate(batch)
        network.weights[:] = kept
        slope: Array = (above - network.gradient) / (2.0 * step)
        return slope

    return product


def over_all_rows(training: Training) -> tuple[Network, Batch]:
    """A network like that of ``training`` without dropout, and all its rows as one batch."""
    of, like = training.batches, training.network
    w = None if of.w is None else of.w[:, 0]
    whole = Batches(of.X, of.Y, w, like.loss, of.rows, of.pool)
    return Network(like.layout, like.activation, like.loss, of.rows, like.dtype), whole.chunk(0)[0]


def over_some_rows(training: Training, most: int = ROWS) -> tuple[Network, Batch]:
    """The same with at most so many training rows, evenly spread."""
    of, like = training.batches, training.network
    rows = np.arange(len(of.X)) if of.pool is None else np.asarray(of.pool)
    rows = rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int)]
    w = None if of.w is None else np.ascontiguousarray(of.w[rows, 0])
    some = Batches(np.ascontiguousarray(of.X[rows]), np.ascontiguousarray(of.Y[rows]), w, like.loss, len(rows), None)
    return Network(like.layout, like.activation, like.loss, len(rows), like.dtype), some.chunk(0)[0]


def leading_eigenvalue(network: Network, batch: Batch, weights: Array, l2: float = 0.0) -> float:
    """The largest eigenvalue of ∇²L + λ at ``weights`` (P,), λ on penalised weights alone; NaN where none is found.

    Lanczos iteration (ARPACK), as Ghorbani, Krishnan and Xiao 2019 do for networks. Needs double precision.
    """
    # In here because it is slow to load.
    from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

    network.weights[:] = weights
    product = hessian_product(network, batch)
    mask = np.zeros(len(weights))
    mask[network.layout.penalised] = l2

    def matvec(z: Array) -> Array:
        flat = np.ravel(z)
        found: Array = product(flat) + mask * flat
        return found

    size = len(weights)
    if size < LANCZOS:
        whole = np.column_stack([matvec(column) for column in np.eye(size)])
        return float(np.linalg.eigvalsh((whole + whole.T) / 2)[-1])
    start = np.random.default_rng(0).standard_normal(size)
    try:
        operator = LinearOperator((size, size), matvec=matvec, dtype=float)
        found = eigsh(
            operator, k=1, which="LA", ncv=LANCZOS, maxiter=4, tol=TOLERANCE, v0=start, return_eigenvectors=False
        )
    except ArpackError as error:  # the best that it has got to, if anything
        found = getattr(error, "eigenvalues", ())
    return float(found[0]) if len(found) else float("nan")
