"""How the validation loss depends on hyperparameters, by differentiating training: the link of the two loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.learners.curvature import hessian_product, over_all_rows
from engine.learners.encoded_data import EncodedData
from engine.learners.estimator import GradientTrained, one_blas_thread
from engine.learners.faults import BadInput
from engine.learners.network import Batch, Network
from engine.learners.training import Training
from engine.optimizers import SGD, GradientDescent, Momentum
from engine.optimizers.schedules import Constant

FAR = 0.1  # from a minimum: the gradient's length there, by that of the penalty's own


@dataclass(frozen=True, slots=True)
class Hypergradient:
    """The validation loss and its derivatives by log learning rate, log L2 and momentum, as far as asked for."""

    loss: float
    log_lr: float | None = None
    log_l2: float | None = None
    momentum: float | None = None


def through_training(
    model: GradientTrained, X: object, y: object, validation: tuple[object, object], *, momentum: bool = True
) -> Hypergradient:
    """Differentiate the final validation loss through every step of training, in forward mode.

    Works for models in float64 trained by gradient descent, SGD or momentum at a constant rate, without dropout, L1 or
    clipping. Next to the weights θ and velocity v it carries their derivatives Z, W by each hyperparameter
    (Franceschi et al. 2017, section 3.2): W ← μW + (H + λ)Z + direct terms, Z ← Z − ηW + direct terms, with
    Hessian-vector products HZ from gradients at θ ± εZ. Costs about 3 + 2 × hyperparameters trainings; exact to about
    1e-7 for smooth activations. Raises :class:`BadInput` for other models and
    :class:`~engine.learners.training.Diverged` where training, or the derivatives along it, grow beyond all bounds.
    """
    if model.optimizer is None:
        raise BadInput("A model that is solved at once has no training to differentiate.", "Choose an optimizer.")
    data = model.encode(X, y, validation=validation)
    with one_blas_thread(), np.errstate(all="ignore"):
        training = model.prepare(data)
        return _Unrolling(training, momentum=momentum).run(_validation_loss(training, data))


def at_the_minimum(model: GradientTrained, X: object, y: object, validation: tuple[object, object]) -> Hypergradient:
    """Differentiate the validation loss at the minimum of a convex model by log L2, by the implicit function theorem.

    dL/d log λ = −∇L_val · (∇² L_train)⁻¹ λw (Bengio 2000; Pedregosa 2016, eq. 4), solved by conjugate gradients.
    ``model`` is unfitted, has ``l2`` above 0 and an optimizer that reaches the minimum, such as L-BFGS; it is fitted
    here. Raises :class:`BadInput` without an L2 penalty, with an L1 penalty, whose minimum has corners, and where the
    optimizer ends far from the minimum over all rows: with a gradient above a tenth of the penalty's.
    """
    if not model.l2 > 0:
        raise BadInput("There is no L2 penalty to differentiate by.", "Set l2 above 0.")
    if model.l1 > 0:
        raise BadInput("A minimum with an L1 penalty cannot be differentiated like a smooth one.", "Set l1 to 0.")
    model.fit(X, y, validation=validation)
    data = model.encode(X, y, validation=validation)
    with one_blas_thread():
        training = model.prepare(data)
        network, batch = over_all_rows(training)
        network.weights[:] = model.weights_
        loss, slope = _validation_loss(training, data)(network.weights)
        mask = np.zeros_like(slope)
        mask[network.layout.penalised] = model.l2
        network.differentiate(batch)
        pull = mask * network.weights
        if np.linalg.norm(network.gradient + pull) > FAR * np.linalg.norm(pull):
            raise BadInput("The optimizer has not reached the minimum.", "Choose LBFGS(), or train for more epochs.")
        product = hessian_product(network, batch)
        solved = _conjugate_gradients(lambda z: product(z) + mask * z, slope)
        return Hypergradient(loss, log_l2=float(-(solved @ pull)))


class _Unrolling:
    """Training step by step with derivatives carried along; one row of Z and W a hyperparameter."""

    def __init__(self, training: Training, *, momentum: bool) -> None:
        optimizer, config, network = training.optimizer, training.config, training.network
        plain = isinstance(optimizer, GradientDescent | Momentum) or (
            type(optimizer) is SGD and not optimizer.nesterov and optimizer.dampening == 0.0
        )
        own = optimizer.settings()
        if not plain or own["weight_decay"] or own["adapt"] or not isinstance(training.schedule, Constant):
            raise BadInput(
                "Derivatives are carried through gradient descent, SGD and momentum at a constant rate only.",
                "Choose one of these without Nesterov, dampening, adapted rates or weight decay of its own.",
            )
        if config.l1 or config.clip is not None or config.patience is not None or network.keep < 1.0:
            raise BadInput(
                "Derivatives are carried through training without dropout, L1, clipping or early stopping only.",
                "Leave these out, or use another strategy.",
            )
        if network.dtype != np.float64:
            raise BadInput("Derivatives need double precision.", "Set dtype to float64.")
        self._training, self._network = training, network
        self._lr, self._mu = float(optimizer.lr), float(getattr(optimizer, "momentum", 0.0))
        self._names = ["log_lr", "log_l2", *(["momentum"] if momentum else [])]
        self._decay = np.zeros(network.layout.size)
        self._decay[network.layout.penalised] = config.l2
        shape = (len(self._names), network.layout.size)
        self._Z, self._W, self._v = np.zeros(shape), np.zeros(shape), np.zeros(shape[1])

    def run(self, validation: Callable[[Array], tuple[float, Array]]) -> Hypergradient:
        """All epochs, then the derivatives of the validation loss."""
        training, batches = self._training, self._training.batches
        for epoch in range(training.config.epochs):
            training.epoch = epoch
            training.begin_epoch()
            for first in range(0, batches.count, batches.per_chunk):
                for batch in batches.chunk(first):
                    self._differentiate_step(batch)
            if not np.isfinite(self._network.weights).all():
                break
        loss, slope = validation(self._network.weights)
        slopes = {name: float(slope @ z) for name, z in zip(self._names, self._Z, strict=True)}
        if not loss <= training.bound or not np.isfinite(list(slopes.values())).all():
            raise training.diverged((training.epoch + 1) * batches.count)
        return Hypergradient(loss, **slopes)

    def _differentiate_step(self, batch: Batch) -> None:
        network, lr, mu, decay = self._network, self._lr, self._mu, self._decay
        theta, product = network.weights, hessian_product(network, batch)
        for name, z, w in zip(self._names, self._Z, self._W, strict=True):
            w *= mu
            w += product(z) + decay * z
            if name == "log_l2":
                w += decay * theta
            elif name == "momentum":
                w += self._v
        network.differentiate(batch)
        self._v *= mu
        self._v += network.gradient + decay * theta
        for name, z, w in zip(self._names, self._Z, self._W, strict=True):
            z -= lr * w
            if name == "log_lr":
                z -= lr * self._v
        theta -= lr * self._v


def _validation_loss(training: Training, data: EncodedData) -> Callable[[Array], tuple[float, Array]]:
    """The mean validation loss, rows weighted by their classes, and its gradient as a function of the weights."""
    if data.validation is None or not data.validation[2].any():
        raise BadInput("No validation row has a class known in training.", "Give other validation rows.")
    x, y, known = data.validation
    x, y = np.ascontiguousarray(x[known]), np.ascontiguousarray(y[known])
    like, loss = training.network, training.network.loss
    network = Network(like.layout, like.activation, loss, len(x), like.dtype)
    w = None if data.validation_weights is None else np.repeat(data.validation_weights[known, None], y.shape[1], axis=1)
    if w is not None:
        w /= np.mean(w)
    batch = Batch(x, x.T, y, np.empty_like(y), loss.workspace(len(x)), w)

    def evaluate(weights: Array) -> tuple[float, Array]:
        network.weights[:] = weights
        network.differentiate(batch)
        values = loss.values(batch.z, batch.y, batch.workspace)
        return float(np.mean(values if w is None else values * w[:, 0])), network.gradient.copy()

    return evaluate


def _conjugate_gradients(product: Callable[[Array], Array], target: Array) -> Array:
    """x with product(x) = target for a positive definite product (Hestenes and Stiefel 1952)."""
    x, residual = np.zeros_like(target), target.copy()
    direction, rest = residual.copy(), float(residual @ residual)
    goal = 1e-18 * rest
    for _ in range(4 * len(target)):
        if rest <= goal:
            break
        image = product(direction)
        bend = float(direction @ image)
        if bend <= 0.0:  # a direction without curvature, such as a common shift of all biases
            break
        x += rest / bend * direction
        residual -= rest / bend * image
        rest, before = float(residual @ residual), rest
        direction = residual + rest / before * direction
    return x
