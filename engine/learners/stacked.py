"""Many networks of one shape trained as one stacked computation, each as if it were alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from engine.learners.batches import BUFFER_VALUES
from engine.learners.estimator import GradientTrained, one_blas_thread
from engine.learners.faults import BadInput
from engine.learners.layout import Layout
from engine.learners.stacked_network import StackedNetwork
from engine.learners.training import Diverged, StopTraining, Training
from engine.optimizers import Minimizer
from engine.optimizers.clipping import clip_norm
from engine.options import describe

Array = np.ndarray[Any, Any]
EachEpoch = Callable[[int, int, Mapping[str, float]], None]
"""Takes the model's place in the list, the epoch and its records; StopTraining from it ends that one model."""

PARAMETERS = (
    40_000  # in one stack: weights, gradients and an optimizer's averages of so many fit the second-level cache
)
SHARED = ("hidden", "task", "activation", "batch_size", "epochs", "dtype", "scale_target")


def can_train_together(models: Sequence[GradientTrained]) -> bool:
    """Whether these models may differ as they do: in learning rates, penalties, seeds, schedules, dropout, stopping.

    Same are their class, shape, activation, batch size, epochs, number format, kind of optimizer and its switches;
    class weights and minimizers such as L-BFGS train alone.
    """
    first = models[0]
    alike = all(
        type(model) is type(first)
        and all(getattr(model, name, None) == getattr(first, name, None) for name in SHARED)
        and getattr(model, "class_weight", None) is None
        and model.early_stopping == first.early_stopping
        and model.validation_fraction == first.validation_fraction
        for model in models
    )
    if not alike or any(getattr(model, "optimizer", None) is None for model in models):
        return False
    kinds = {_kind(model) for model in models}
    return len(kinds) == 1 and not any(issubclass(kind[0], Minimizer) for kind in kinds)


def fit_together(
    models: Sequence[GradientTrained],
    X: Any,
    y: Any,
    *,
    validation: tuple[Any, Any] | None = None,
    callback: EachEpoch | None = None,
) -> list[Diverged | None]:
    """Fit every model to the same ``X`` (n, D) and ``y``; returns for each what ended it, *None* where nothing did.

    Each model ends as if fitted alone with the same arguments (within rounding): own start, own order of rows, own
    learning rate, curve and stopping. A model that diverges stays unfitted and the others go on. Raises
    :class:`BadInput` where :func:`can_train_together` is false, and as ``fit`` does.
    """
    if not models:
        return []
    if not can_train_together(models):
        raise BadInput("These models cannot be trained as one stack.", "Fit them one by one.")
    with one_blas_thread(), np.errstate(all="ignore"):
        data = models[0].code(X, y, validation=validation)
        names = getattr(models[0], "feature_names_in_", None)
        failures: list[Diverged | None] = []
        size = max(2, PARAMETERS // Layout(models[0].widths(data)).size)
        for start in range(0, len(models), size):
            part = models[start : start + size]
            trainings = [model.prepare(data) for model in part]
            stack = Stack(trainings, None if callback is None else partial(_shifted, callback, start))
            stack.run()
            for model, training, failure in zip(part, trainings, stack.failures, strict=True):
                if names is not None:
                    model.feature_names_in_ = names
                if failure is None:
                    model.take_over(training)
            failures += stack.failures
    return failures


def _shifted(callback: EachEpoch, start: int, place: int, epoch: int, record: Mapping[str, float]) -> None:
    callback(start + place, epoch, record)


class Stack:
    """K trainings driven together: one network of K rows, one optimizer of K rows; members leave as they end."""

    def __init__(self, trainings: Sequence[Training], callback: EachEpoch | None) -> None:
        self.failures: list[Diverged | None] = [None] * len(trainings)
        self._callback = callback
        self._places = list(range(len(trainings)))
        self._members = list(trainings)
        self.optimizer = type(trainings[0].optimizer).stack([item.optimizer for item in trainings])
        self._build(np.array([item.network.weights for item in trainings]))

    def run(self) -> None:
        """Train until the last member has ended."""
        self._leave([item.epoch >= item.plan.epochs for item in self._members])
        while self._members:
            for item in self._members:
                item.begin_epoch()
            self._set_rates()
            for first in range(0, self._batches.count, self._per_chunk):
                self._chunk(first, min(self._per_chunk, self._batches.count - first))
            self._end_epoch()

    def _build(self, weights: Array) -> None:
        members = self._members
        self._batches = batches = members[0].batches
        self._size = batches.size
        self._network = StackedNetwork([item.network for item in members], self._size)
        self._network.weights[:] = weights
        dtype, count = weights.dtype, len(members)
        outputs = batches.Y.shape[1]
        self._per_chunk = max(1, min(batches.count, BUFFER_VALUES // (count * self._size * outputs)))
        rows = count * min(self._per_chunk * self._size, batches.rows)
        self._x = np.empty((count * self._size, batches.X.shape[1]), dtype)
        self._y, self._z = np.empty((rows, outputs), dtype), np.empty((rows, outputs), dtype)
        self._side = members[0].network.loss.side(rows)
        self._by_step = any(item.schedule.per_step for item in members)
        self._clipped = [(row, item) for row, item in enumerate(members) if item.plan.clip is not None]
        self._rngs = [item.dropout_rng for item in members]
        part = members[0].network.layout.penalised
        views = self._network.weights[:, part], self._network.gradient[:, part]
        self._scratch = np.empty_like(views[0])
        # One entry where some member has the penalty, none where no member has.
        l2, l1 = (np.array([getattr(item.plan, name) for item in members], dtype)[:, None] for name in ("l2", "l1"))
        self._l2 = [(*views, l2)] if l2.any() else []
        self._l1 = [(*views, l1)] if l1.any() else []

    def _set_rates(self) -> None:
        self.optimizer.lr = np.array(  # type: ignore[assignment]  # a stack's settings are arrays
            [[item.optimizer.lr] for item in self._members], self._network.weights.dtype
        )

    def _chunk(self, first: int, count: int) -> None:
        """Gather ``count`` batches of every member, member after member in each batch, and take their steps."""
        K, size, total = len(self._members), self._size, self._batches.rows
        starts = range(first * size, min((first + count) * size, total), size)
        orders = [item.batches.order for item in self._members]
        index = np.concatenate([order[at : at + size] for at in starts for order in orders])
        np.take(self._batches.Y, index, axis=0, out=self._y[: len(index)], mode="clip")
        at = 0
        for start in starts:
            rows = min(size, total - start)
            part = slice(at, at + K * rows)
            # Inputs are gathered a step at a time: K copies of many batches would not stay in the cache.
            np.take(self._batches.X, index[part], axis=0, out=self._x[: K * rows], mode="clip")
            self._step(part, rows, last=start + rows == total)
            at += K * rows
        self._settle(len(starts), min((first + count) * size, total) - first * size)

    def _step(self, part: slice, rows: int, *, last: bool) -> None:
        members, network = self._members, self._network
        if self._by_step:
            for item in members:
                if item.schedule.per_step:
                    item.set_rate()
            self._set_rates()
        for item in members:
            item.steps += 1
        side = tuple(array[part] for array in self._side)
        network.differentiate(self._x[: part.stop - part.start], self._y[part], self._z[part], side, rows, self._rngs)
        self._penalise()
        if last:
            self._hand_out(network.weights, network.gradient)
            for item in members:
                item.note_before()
        for row, item in self._clipped:
            if item.plan.clip is not None:
                item.gradient_norm = clip_norm(network.gradient[row], item.plan.clip)
        self.optimizer.step(network.weights, network.gradient)
        if last:
            self._hand_out(network.weights, network.gradient)
            for item in members:
                item.note_after()

    def _penalise(self) -> None:
        for weights, gradient, l2 in self._l2:
            np.multiply(weights, l2, out=self._scratch)
            np.add(gradient, self._scratch, out=gradient)
        for weights, gradient, l1 in self._l1:
            np.sign(weights, out=self._scratch)
            np.multiply(self._scratch, l1, out=self._scratch)
            np.add(gradient, self._scratch, out=gradient)

    def _hand_out(self, weights: Array, gradient: Array) -> None:
        for row, item in enumerate(self._members):
            item.network.weights[:] = weights[row]
            item.network.gradient[:] = gradient[row]
            gain = self.optimizer.gain
            item.optimizer.gain = float(gain[row, 0]) if isinstance(gain, np.ndarray) else gain

    def _settle(self, count: int, rows: int) -> None:
        K, size = len(self._members), self._size
        used = K * rows
        loss, side = self._network.loss, tuple(array[:used] for array in self._side)
        values, tallies = loss.measure(self._z[:used], self._y[:used], side)
        even = rows // size * size  # rows in batches of full size; a smaller one may follow

        def own(array: Array, row: int) -> Array:
            blocks = array[: K * even].reshape(-1, K, size, *array.shape[1:])[:, row]
            left = array[K * even :].reshape(K, -1, *array.shape[1:])[row]
            return np.concatenate([blocks.reshape(-1, *array.shape[1:]), left])

        for row, (place, item) in enumerate(zip(self._places, self._members, strict=True)):
            try:
                item.settle(own(values, row), own(tallies, row).sum(axis=0), count)
            except Diverged as fault:
                self.failures[place] = self.failures[place] or fault

    def _end_epoch(self) -> None:
        over = []
        for place, item in zip(self._places, self._members, strict=True):
            over.append(self.failures[place] is not None or self._close(place, item))
        self._leave(over)

    def _close(self, place: int, item: Training) -> bool:
        """End one member's epoch; whether it was its last."""

        def tell(epoch: int, record: Mapping[str, float]) -> None:
            if self._callback is not None:
                self._callback(place, epoch, record)

        try:
            item.end_epoch(tell)
        except StopTraining as request:
            item.stopped = str(request) or "stopped by a callback"
            return True
        except Diverged as fault:
            self.failures[place] = fault
            return True
        return item.epoch >= item.plan.epochs or item.out_of_patience()

    def _leave(self, over: list[bool]) -> None:
        """Let ended members go, with their own state, and close the ranks of the others."""
        if not any(over):
            return
        for row, gone in enumerate(over):
            if gone and self.optimizer.steps:
                self._members[row].optimizer.restore(self.optimizer.row(row))
        rows = [row for row, gone in enumerate(over) if not gone]
        self._members = [self._members[row] for row in rows]
        self._places = [self._places[row] for row in rows]
        if rows:
            self.optimizer.keep_rows(rows)
            self._build(self._network.weights[rows])


def _kind(model: GradientTrained) -> tuple[Any, ...]:
    optimizer = model.make_optimizer()
    switches = tuple(getattr(optimizer, item.name) for item in describe(type(optimizer)) if item.kind is not float)
    # A rule may leave out what is 0 for all, so members agree on which settings are 0.
    zeros = tuple(
        getattr(optimizer, item.name) == 0.0
        for item in describe(type(optimizer))
        if item.kind is float and item.name in {"momentum", "dampening", "weight_decay"}
    )
    return type(optimizer), switches, zeros
