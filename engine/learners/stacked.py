"""Many networks of one shape trained as one stacked computation, each as if it were alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.learners.compatibility import MAX_STACK_PARAMETERS, optimizer_kind
from engine.learners.encoded_data import EncodedData
from engine.learners.estimator import GradientTrained, one_blas_thread
from engine.learners.faults import BadInput
from engine.learners.layout import Layout
from engine.learners.stacked_network import StackedBatch, StackedNetwork
from engine.learners.training import Checkpoint, Diverged, StopTraining, Training
from engine.optimizers.clipping import clip_norm

Failed = Callable[[int, Diverged], None]
EachEpoch = Callable[[int, int, Mapping[str, float]], None]
"""Takes the model's place in the list, the epoch and its records; StopTraining from it ends that one model."""

CHUNK_VALUES = 100_000  # outputs in one chunk: few enough that its losses are worked out in the cache
SHARED = ("task", "activation", "batch_size", "epochs", "dtype", "scale_target")


def can_train_together(models: Sequence[GradientTrained]) -> bool:
    """Whether these models may differ as they do: in learning rates, penalties, seeds, schedules, dropout, stopping.

    Same are their class, shape, activation, batch size, epochs, number format, kind of optimizer and its switches;
    class weights and minimizers such as L-BFGS train alone. Raises :class:`UserFault` for an optimizer there is not.
    """
    if not models:
        return True
    first = models[0]
    alike = all(
        type(model) is type(first)
        and np.array_equal(getattr(model, "hidden", ()), getattr(first, "hidden", ()))
        and all(getattr(model, name, None) == getattr(first, name, None) for name in SHARED)
        and getattr(model, "class_weight", None) is None
        and model.early_stopping == first.early_stopping
        and model.validation_fraction == first.validation_fraction
        for model in models
    )
    if not alike or any(getattr(model, "optimizer", None) is None for model in models):
        return False
    kinds = {optimizer_kind(model.make_optimizer()) for model in models}
    return len(kinds) == 1 and None not in kinds


def fit_together(
    models: Sequence[GradientTrained],
    X: object,
    y: object,
    *,
    validation: tuple[object, object] | None = None,
    callback: EachEpoch | None = None,
    resume: Sequence[Checkpoint | None] = (),
    after_step: Callable[[], None] | None = None,
    failed: Failed | None = None,
) -> list[Diverged | None]:
    """Fit every model to the same ``X`` (n, D) and ``y``; returns for each what ended it, *None* where nothing did.

    Each model ends as if fitted alone with the same arguments (within rounding): own start, own order of rows, own
    learning rate, curve and stopping. A model that diverges stays unfitted and the others go on. From within
    ``callback`` a model's :meth:`checkpoint` gives its own state, from which it can go on alone or among others:
    ``resume`` has one such state, or *None*, for each model. ``failed`` hears at once of a model that diverges, by its
    place; ``after_step`` is called whenever every model has told its epoch. Any other exception from one of them
    passes through, with every model's state at the end of that epoch, also of those not yet told of it. Raises
    :class:`BadInput` where :func:`can_train_together` is false, and as ``fit`` does.
    """
    for model in models:
        model.check_settings()
    if not models:
        return []
    if not can_train_together(models):
        raise BadInput("These models cannot be trained as one stack.", "Fit them one by one.")
    states = list(resume) or [None] * len(models)
    if len(states) != len(models):
        raise BadInput(
            f"{len(states)} of {len(models)} states are given.", "Give one for each, None where it begins anew."
        )
    failures: list[Diverged | None] = [None] * len(models)
    with one_blas_thread(), np.errstate(all="ignore"):
        data = models[0].encode(X, y, validation=validation)
        size = max(2, MAX_STACK_PARAMETERS // Layout(models[0].widths(data)).size)
        for places in _group_places(states, size):
            present = [models[place] for place in places]
            trainings = [_prepare_training(models[place], data, states[place]) for place in places]
            stack = Stack(trainings, _by_place(callback, places), after_step, _by_place(failed, places))
            _run_stack(stack, present, trainings, data)
            for place, failure in zip(places, stack.failures, strict=True):
                failures[place] = failure
    return failures


def _prepare_training(model: GradientTrained, data: EncodedData, saved: Checkpoint | None) -> Training:
    training = model.prepare(data)
    if saved is not None:
        training.resume(saved)
    return training


def _run_stack(
    stack: Stack, models: Sequence[GradientTrained], trainings: Sequence[Training], data: EncodedData
) -> None:
    """Run the stack; meanwhile models ask it for their state, in the end those that did not fail are fitted."""
    for row, model in enumerate(models):
        model.begin(StackMember(stack, row))
    stack.run()
    for model, training, failure in zip(models, trainings, stack.failures, strict=True):
        if failure is None:
            model.adopt(training, data)
        else:
            model.discard()


def _group_places(resume: Sequence[Checkpoint | None], size: int) -> list[list[int]]:
    """The places of each stack, at most ``size``; its members took equally many steps, which its optimizer counts.

    Raises :class:`BadInput` for a state from the middle of an epoch.
    """
    if any(saved is not None and saved["place"][1] for saved in resume):
        raise BadInput("A checkpoint is from the middle of an epoch.", "Resume that model alone.")
    steps = [0 if saved is None else saved["place"][2] for saved in resume]
    alike = [[place for place, count in enumerate(steps) if count == wanted] for wanted in sorted(set(steps))]
    return [group[start : start + size] for group in alike for start in range(0, len(group), size)]


def _by_place(callback: Callable[..., None] | None, places: list[int]) -> Callable[..., None] | None:
    if callback is None:
        return None
    return lambda row, *told: callback(places[row], *told)


class StackMember:
    """One member's place in a stack, asked for its state."""

    def __init__(self, stack: Stack, place: int) -> None:
        self._stack, self._place = stack, place

    def checkpoint(self) -> Checkpoint:
        """The member's own state at the end of its last epoch, as its training alone would give it."""
        return self._stack.checkpoint(self._place)


class Stack:
    """K trainings driven together: one network of K rows, one optimizer of K rows; members go as they end."""

    def __init__(
        self,
        trainings: Sequence[Training],
        callback: EachEpoch | None = None,
        after_step: Callable[[], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Trainings may have begun, all with equally many steps."""
        self.failures: list[Diverged | None] = [None] * len(trainings)
        self._callback, self._after_step, self._failed = callback, after_step, failed
        self._trainings = list(trainings)
        self._places = list(range(len(trainings)))
        self._members = list(trainings)
        self._between = True  # epochs: every member's weights, records and place belong together
        self.optimizer = type(trainings[0].optimizer).stack([item.optimizer for item in trainings])
        weights = np.array([item.network.weights for item in trainings])
        if trainings[0].steps:
            self.optimizer.restore(_stack_states([item.optimizer.state() for item in trainings]))
        self._build_network(weights)

    def run(self) -> None:
        """Train until the last member has ended."""
        self._remove_members([item.epoch >= item.config.epochs or item.out_of_patience() for item in self._members])
        while self._members:
            self._between = False
            for item in self._members:
                item.begin_epoch()
            self._set_rates()
            self._orders = np.stack([item.batches.order for item in self._members])
            for first in range(0, self._batches.count, self._per_chunk):
                self._run_chunk(first)
            self._end_epoch()

    def checkpoint(self, place: int) -> Checkpoint:
        """One member's own state at the end of its last epoch: from within any callback, and after it has ended.

        Raises :class:`Diverged` where the member has, and :class:`BadInput` within an epoch.
        """
        if (fault := self.failures[place]) is not None:
            raise fault
        item = self._trainings[place]
        if place in self._places:
            if not self._between:
                raise BadInput(
                    "Networks trained together have no state within an epoch.", "Take it from within a callback."
                )
            if self.optimizer.steps:
                item.optimizer.restore(self.optimizer.row(self._places.index(place)))
        return item.checkpoint()

    def _build_network(self, weights: Array) -> None:
        members = self._members
        self._batches = batches = members[0].batches
        self._size = size = batches.size
        self._network = StackedNetwork([item.network for item in members])
        self._network.weights[:] = weights
        dtype, count, outputs = weights.dtype, len(members), batches.Y.shape[1]
        self._per_chunk = max(1, min(batches.count, CHUNK_VALUES // (count * size * outputs)))
        rows = count * min(self._per_chunk * size, batches.rows)
        self._x = np.empty((count * size, batches.X.shape[1]), dtype)
        self._y, self._z = np.empty((rows, outputs), dtype), np.empty((rows, outputs), dtype)
        self._workspace = members[0].network.loss.workspace(rows)
        self._cuts: dict[int, list[StackedBatch]] = {}
        self._by_step = any(item.schedule.per_step for item in members)
        self._clipped = [(row, item) for row, item in enumerate(members) if item.config.clip is not None]
        self._rngs = [item.dropout_rng for item in members]
        part = members[0].network.layout.penalised
        views = self._network.weights[:, part], self._network.gradient[:, part]
        self._scratch = np.empty_like(views[0])
        # One entry where some member has the penalty, none where no member has.
        l2, l1 = (np.array([getattr(item.config, name) for item in members], dtype)[:, None] for name in ("l2", "l1"))
        self._l2 = [(*views, l2)] if l2.any() else []
        self._l1 = [(*views, l1)] if l1.any() else []

    def _set_rates(self) -> None:
        # In double precision, as alone; a stack's settings are arrays.
        self.optimizer.lr = np.array([[item.optimizer.lr] for item in self._members])  # type: ignore[assignment]

    def _run_chunk(self, first: int) -> None:
        """Gather a chunk of every member, member after member in each batch, and take its steps."""
        size, total = self._size, self._batches.rows
        start = first * size
        held = min(self._per_chunk * size, total - start)
        index = self._row_index(start, held)
        np.take(self._batches.Y, index, axis=0, out=self._y[: len(index)], mode="clip")
        at = 0
        for batch in self._views(held):
            # Inputs are gathered a step at a time: K copies of many batches would not stay in the cache.
            rows = index[at : at + len(batch.y)]
            self._batches.X.take(rows, 0, batch.flat_x, "clip")
            at += len(rows)
            self._step(batch, last=start + held == total and at == len(index))
        self._add_losses(held)

    def _row_index(self, start: int, held: int) -> Array:
        """The rows of the chunk in the order of :attr:`_y`: batch after batch, in each member after member."""
        even = held - held % self._size
        orders = self._orders[:, start : start + held]
        full = orders[:, :even].reshape(len(orders), -1, self._size).swapaxes(0, 1)
        return np.concatenate([full.reshape(-1), orders[:, even:].reshape(-1)])

    def _views(self, held: int) -> list[StackedBatch]:
        """The batches of a chunk of ``held`` rows of each member, as views made once."""
        if held not in self._cuts:
            starts = range(0, held, self._size)
            self._cuts[held] = [self._cut(at, min(self._size, held - at)) for at in starts]
        return self._cuts[held]

    def _cut(self, start: int, rows: int) -> StackedBatch:
        K = len(self._members)
        part = slice(K * start, K * (start + rows))
        flat_x, flat_z = self._x[: K * rows], self._z[part]
        x, z = flat_x.reshape(K, rows, -1), flat_z.reshape(K, rows, -1)
        workspace = tuple(array[part] for array in self._workspace)
        return StackedBatch(rows, flat_x, x, x.transpose(0, 2, 1), self._y[part], flat_z, z, workspace)

    def _step(self, batch: StackedBatch, *, last: bool) -> None:
        members, network = self._members, self._network
        if self._by_step:
            for item in members:
                if item.schedule.per_step:
                    item.set_rate()
            self._set_rates()
        for item in members:
            item.steps += 1
        network.differentiate(batch, self._rngs)
        self._add_penalties()
        if last:
            self._hand_out(network.weights, network.gradient)
            for item in members:
                item.remember_weights()
        for row, item in self._clipped:
            if item.config.clip is not None:
                item.gradient_norm = clip_norm(network.gradient[row], item.config.clip)
        self.optimizer.step(network.weights, network.gradient)
        if last:
            self._hand_out(network.weights, network.gradient)
            for item in members:
                item.measure_update()

    def _add_penalties(self) -> None:
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
            lr_factor = self.optimizer.lr_factor
            item.optimizer.lr_factor = float(lr_factor[row, 0]) if isinstance(lr_factor, np.ndarray) else lr_factor

    def _add_losses(self, held: int) -> None:
        """Tell every member the losses of the last ``held`` of its rows."""
        K, size, m = len(self._members), self._size, held - held % self._size
        used = K * held
        workspace = tuple(array[:used] for array in self._workspace)
        values, score_terms = self._network.loss.measure(self._z[:used], self._y[:used], workspace)
        losses = values[: K * m].reshape(-1, K, size).sum(axis=2)
        score_sums = score_terms[: K * m].reshape(-1, K, size, score_terms.shape[1]).sum(axis=(0, 2))
        if held > m:  # a smaller batch at the end
            losses = np.concatenate([losses, values[K * m :].reshape(1, K, -1).sum(axis=2)])
            score_sums = score_sums + score_terms[K * m :].reshape(K, -1, score_terms.shape[1]).sum(axis=1)
        for row, (place, item) in enumerate(zip(self._places, self._members, strict=True)):
            try:
                item.add_losses(losses[:, row], score_sums[row], held)
            except Diverged as fault:
                self.failures[place] = self.failures[place] or fault

    def _end_epoch(self) -> None:
        """End every member's epoch, then tell of each: whoever is told may ask for the state of all."""
        records = [self._end_member_epoch(place, item) for place, item in zip(self._places, self._members, strict=True)]
        self._between = True
        over = [self._report_epoch(*each) for each in zip(self._places, self._members, records, strict=True)]
        if self._after_step is not None:
            self._after_step()
        self._remove_members(over)

    def _end_member_epoch(self, place: int, item: Training) -> Mapping[str, float]:
        """End one member's epoch; its records, none where it diverged."""
        kept: dict[str, float] = {}
        if self.failures[place] is None:
            try:
                item.end_epoch(lambda epoch, record: kept.update(record))
            except Diverged as fault:
                self.failures[place] = fault
        return kept

    def _report_epoch(self, place: int, item: Training, record: Mapping[str, float]) -> bool:
        """Tell what became of one member's epoch; whether it was its last."""
        if (fault := self.failures[place]) is not None:
            if self._failed is not None:
                self._failed(place, fault)
            return True
        try:
            if self._callback is not None:
                self._callback(place, item.epoch, record)
        except StopTraining as request:
            item.stopped = str(request) or "stopped by a callback"
            return True
        return item.epoch >= item.config.epochs or item.out_of_patience()

    def _remove_members(self, over: list[bool]) -> None:
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
            self._build_network(self._network.weights[rows])


def _stack_states(states: list[dict[str, Any]]) -> dict[str, Any]:
    """The optimizer states of K members as that of one stack; numbers become (K, 1) where they differ."""
    joined: dict[str, Any] = {}
    for name, first in states[0].items():
        values = [state[name] for state in states]
        if isinstance(first, np.ndarray):
            joined[name] = np.stack(values)
        else:
            joined[name] = first if all(value == first for value in values) else np.array(values, float)[:, None]
    return joined
