"""The training engine: epochs of minibatch steps, watched, stoppable at any step and resumable bit for bit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.errors import UserFault
from engine.learners import checkpoints, divergence
from engine.learners.batches import Batches
from engine.learners.network import Batch, Network
from engine.learners.telemetry import Evaluation, Layers, LayerSnapshot, TrainingHistory, chosen, columns_of, records_of
from engine.learners.training_config import TrainingConfig
from engine.optimizers import Minimizer, Optimizer
from engine.optimizers.clipping import clip_norm
from engine.optimizers.schedules import Schedule

ALWAYS = ("step", "train_loss", "train_score", "gradient_norm", "update_ratio", "learning_rate")
"""The records that every epoch has."""

Callback = Callable[[int, Mapping[str, float]], None]
Checkpoint = dict[str, Any]


class StopTraining(Exception):
    """Raised by a callback to end training here and keep what was learned."""


class Diverged(UserFault, ValueError):
    """The loss is no longer a finite number."""


class Training:
    """One network being trained. :meth:`run` goes on from wherever it stands, until the configured end or a raise.

    ``order_rng`` shuffles, ``dropout_rng`` drops units; with the same generators, data and settings the same weights
    come out. A :meth:`checkpoint` may be taken whenever ``run`` is not at work or from within a callback; after
    :meth:`resume` a training made with the same arguments continues as if never interrupted.
    """

    def __init__(
        self,
        network: Network,
        batches: Batches,
        optimizer: Optimizer,
        schedule: Schedule,
        config: TrainingConfig,
        rngs: tuple[np.random.Generator, np.random.Generator],
    ) -> None:
        self.network, self.batches, self.config = network, batches, config
        self.optimizer, self.schedule = optimizer, schedule
        self.validation: Evaluation | None = None
        self.held_out: Evaluation | None = None
        self.layers: Layers | None = None
        self.reference = np.ones(1)  # of all training targets, for the training score
        self._order_rng, self.dropout_rng = rngs
        self._order_state = dict(self._order_rng.bit_generator.state)
        self._base_lr = optimizer.lr
        self.epoch, self.position, self.steps = 0, 0, 0
        self._sum, self._score_sums = 0.0, np.zeros(1)
        self.best_loss, self.best_epoch, self.best_weights = math.inf, 0, network.weights.copy()
        self._awaited = (math.inf, 0)  # the loss that patience waits to see undercut, and its epoch
        self._records: list[Mapping[str, float]] = []
        self._layer_records: list[Mapping[str, float]] = []
        self.snapshots: list[LayerSnapshot] = []
        self.stopped = ""
        self._penalised_weights = network.weights[network.layout.penalised]
        self._penalised_gradient = network.gradient[network.layout.penalised]
        self._scratch = np.empty_like(self._penalised_weights)
        self._before = np.empty_like(network.weights)
        self._update_ratio, self.gradient_norm = 0.0, 0.0
        self._bound: float | None = None

    def run(self, callback: Callback | None = None, each: tuple[int, Callback] | None = None) -> None:
        """Train to the end. ``callback(epoch, records)`` hears every epoch, ``each = (n, f)`` every n-th step.

        ``f(step, records)`` hears the step's ``batch_loss`` and ``gradient_norm`` as an epoch's records have them: the
        loss weighted as in training and without penalties, the norm before clipping. A step that ends an epoch is told
        before the epoch; an iteration of a minimizer, such as L-BFGS, is both and is told after.

        :class:`StopTraining` from a callback ends training in good order; any other exception passes through with the
        training in a state that can be checkpointed. Raises :class:`Diverged` when the loss is not finite.
        """
        try:
            with np.errstate(all="ignore"):
                if isinstance(self.optimizer, Minimizer):
                    self._run_search(self.optimizer, callback, each)
                else:
                    self._run_epochs(callback, each)
        except StopTraining as request:
            self.stopped = str(request) or "stopped by a callback"
            if not math.isfinite(_vector_norm(self.network.weights)):
                raise self.diverged(self.steps) from None

    def record_exact_solution(self, callback: Callback | None = None) -> None:
        """Record the network as it stands, trained by other means on one batch of all rows, as one step."""
        batch = self.batches.chunk(0)[0]
        with np.errstate(all="ignore"):
            self.network.differentiate(batch)
            self._add_penalties()
            self.gradient_norm, self._update_ratio = _vector_norm(self.network.gradient), 1.0
            self.steps = self.position = 1
            self._add_chunk_losses(batch.rows)
            self.end_epoch(callback)

    @property
    def result(self) -> Array:
        """The weights to predict with: the best ones where early stopping has watched an epoch, else the last."""
        return self.best_weights if self.config.patience is not None and self.best_epoch else self.network.weights

    def history(self) -> TrainingHistory:
        """Everything recorded so far, as arrays; without a single record empty ones."""
        found = TrainingHistory(columns_of(self._records) or {name: [] for name in ALWAYS}, self.network.layout.size)
        found.layers = {name: np.asarray(values) for name, values in columns_of(self._layer_records).items()}
        found.snapshots, found.stopped, found.best_step = list(self.snapshots), self.stopped, self.best_epoch
        return found

    def checkpoint(self) -> Checkpoint:
        """A copy of all that the rest of training depends on: plain values and arrays."""
        at = self.position % self.batches.per_chunk * self.batches.size
        return {
            "made": self._identity(),
            "weights": self.network.weights.copy(),
            "gradient": self.network.gradient.copy(),
            "optimizer": self.optimizer.state(),
            "schedule": self.schedule.state(),
            "order": dict(self._order_state if self.position else self._order_rng.bit_generator.state),
            "dropout": dict(self.dropout_rng.bit_generator.state),
            "place": (self.epoch, self.position, self.steps),
            "sums": (self._sum, self._score_sums.copy()),
            "outputs": self.batches.memory(at) if self.position < self.batches.count else [],
            "last": (self.gradient_norm, self._update_ratio),
            "awaited": self._awaited,
            "best": (self.best_loss, self.best_epoch, self.best_weights.copy()),
            "records": columns_of(self._records),
            "layers": columns_of(self._layer_records),
            "snapshots": list(self.snapshots),
        }

    def _identity(self) -> dict[str, object]:
        batches, optimizer = self.batches, type(self.optimizer).__name__
        return {"optimizer": optimizer, "batch size": batches.size, "number of rows": batches.rows}

    def resume(self, saved: Checkpoint) -> None:
        """Stand where ``saved`` was taken; raises :class:`UserFault` when it is of another network or training."""
        checkpoints.check(saved, self.network.weights, self._identity())
        self.network.weights[:] = saved["weights"]
        self.network.gradient[:] = saved["gradient"]
        self.optimizer.restore(saved["optimizer"])
        self.schedule.restore(saved["schedule"])
        self.epoch, self.position, self.steps = saved["place"]
        self._sum, self._score_sums = saved["sums"][:2]  # of earlier versions a third number, no longer needed
        self.gradient_norm, self._update_ratio = saved.get("last", (0.0, 0.0))  # earlier versions had none
        self.best_loss, self.best_epoch, best = saved["best"]
        self.best_weights[:] = best
        self._awaited = saved.get("awaited", (self.best_loss, self.best_epoch))
        self._records = records_of(saved["records"])
        self._layer_records = records_of(saved.get("layers", {}))  # nor these
        self.snapshots = list(saved.get("snapshots", []))
        self._order_rng.bit_generator.state = saved["order"]
        self._order_state = dict(saved["order"])
        self.dropout_rng.bit_generator.state = saved["dropout"]
        if self.position:
            self.batches.shuffle(self._order_rng)
        if 0 < self.position < self.batches.count:
            self.batches.chunk(self.position - self.position % self.batches.per_chunk)
            self.batches.recall(saved["outputs"])

    def _run_epochs(self, callback: Callback | None, each: tuple[int, Callback] | None) -> None:
        while self.epoch < self.config.epochs and not self.out_of_patience():
            if self.position == 0:
                self.begin_epoch()
            while self.position < self.batches.count:
                self._run_chunk(each)
            self.end_epoch(callback)

    def begin_epoch(self) -> None:
        """Draw the epoch's order and set its learning rate."""
        self._order_state = dict(self._order_rng.bit_generator.state)
        self.batches.shuffle(self._order_rng)
        self._sum, self._score_sums = 0.0, np.zeros(1)
        if not self.schedule.per_step:
            self.optimizer.lr = self.schedule.rate(self._base_lr, self.epoch, self.config.epochs)

    def set_rate(self) -> None:
        """Set the learning rate of the coming step, for a schedule by steps."""
        self.optimizer.lr = self.schedule.rate(self._base_lr, self.steps, self.config.epochs * self.batches.count)

    def _run_chunk(self, each: tuple[int, Callback] | None) -> None:
        done = self.position % self.batches.per_chunk
        first = self.position - done
        batches = self.batches.chunk(first)
        every, on_step = each if each is not None else (0, None)
        for batch in batches[done:]:
            if self.schedule.per_step:
                self.set_rate()
            told = on_step is not None and (self.steps + 1) % every == 0
            self._take_step(batch, told=told, last=self.position == self.batches.count - 1)
            self.position += 1
            self.steps += 1
            if self.position == first + len(batches):
                self._add_chunk_losses((len(batches) - 1) * self.batches.size + batches[-1].rows)
            if told and on_step is not None:
                on_step(self.steps, self._step_record(batch))

    def _take_step(self, batch: Batch, *, told: bool, last: bool) -> None:
        network = self.network
        network.differentiate(batch, self.dropout_rng)
        self._add_penalties()
        if self.config.clip is not None:
            self.gradient_norm = clip_norm(network.gradient, self.config.clip)
        elif told:
            self.gradient_norm = _vector_norm(network.gradient)
        if last:
            self.remember_weights()
        self.optimizer.step(network.weights, network.gradient)
        if last:
            self.measure_update()

    def remember_weights(self) -> None:
        """Keep what an epoch's last step is compared with: called before it moves the weights."""
        if self.config.clip is None:
            self.gradient_norm = _vector_norm(self.network.gradient)
        self._before[:] = self.network.weights

    def measure_update(self) -> None:
        """Compare: called after an epoch's last step."""
        length = _vector_norm(self._before)
        np.subtract(self.network.weights, self._before, out=self._before)
        moved = _vector_norm(self._before)
        self._update_ratio = moved / length if length else float(moved > 0)

    def _add_penalties(self) -> None:
        config, weights, gradient = self.config, self._penalised_weights, self._penalised_gradient
        if config.l2:
            np.multiply(weights, config.l2, self._scratch)
            np.add(gradient, self._scratch, gradient)
        if config.l1:
            np.sign(weights, self._scratch)
            np.multiply(self._scratch, config.l1, self._scratch)
            np.add(gradient, self._scratch, gradient)

    def _add_chunk_losses(self, held: int) -> None:
        whole, starts = self.batches.outcome(held)
        values, score_terms = self.network.loss.measure(whole.z, whole.y, whole.workspace)
        if whole.w is not None:
            values *= whole.w[:, 0]
        self.add_losses(np.add.reduceat(values, starts), score_terms.sum(axis=0), held)

    def add_losses(self, losses: Array, score_sums: Array, rows: int) -> None:
        """Add up what the last batches, ``rows`` rows in all, came to: each one's summed loss, and the score's sums.

        Raises :class:`Diverged` at the first whose loss is not finite, or with which all losses of this epoch come to
        more than :attr:`bound` times its rows. A single batch of rare large targets stays within that.
        """
        total, most = float(losses.sum()), self.bound * self.batches.rows
        if not self._sum + total <= most:
            first = int(np.argmax(~(self._sum + np.cumsum(losses) <= most)))
            raise self.diverged(self.steps - len(losses) + 1 + first)
        self._sum += total
        self._score_sums = self._score_sums + score_sums

    @property
    def bound(self) -> float:
        """What the mean loss must not exceed (:func:`engine.learners.divergence.bound`)."""
        if self._bound is None:
            self._bound = divergence.bound(self.network.loss, self.batches)
        return self._bound

    def end_epoch(self, callback: Callback | None) -> None:
        """Evaluate, record and tell ``callback``.

        Raises :class:`Diverged` when the weights are not finite, or the last ones of training have a loss above
        :attr:`bound`, which no later step would notice.
        """
        fine = math.isfinite(self._update_ratio)
        if fine and self.epoch + 1 == self.config.epochs:
            fine = divergence.try_out(self.network, self.batches) <= self.bound
        if not fine:
            raise self.diverged(self.steps)
        record = {
            "train_loss": self._sum / self.batches.rows,
            "train_score": self.network.loss.score(self._score_sums, self.reference),
        }
        self.position = 0
        self._record_epoch(record, callback)

    def _record_epoch(self, record: dict[str, float], callback: Callback | None) -> None:
        self.epoch += 1
        if self.validation is not None:
            record["val_loss"], record["val_score"] = self.validation.run()
        monitored = record["train_loss"]
        if self.held_out is not None:
            monitored, record["held_out_score"] = self.held_out.run()
            record["held_out_loss"] = monitored
            if monitored < self.best_loss or self.best_epoch == 0 or math.isnan(self.best_loss):
                self.best_loss, self.best_epoch = monitored, self.epoch
                self.best_weights[:] = self.network.weights
            if not monitored >= self._awaited[0] - self.config.tolerance:
                self._awaited = (monitored, self.epoch)
        self.schedule.observe(monitored)
        record["gradient_norm"] = self.gradient_norm
        record["update_ratio"] = self._update_ratio
        record["learning_rate"] = float(self.optimizer.lr * self.optimizer.lr_factor)
        self._records.append({"step": self.epoch, **record})
        if self.layers is not None and chosen(self.epoch, self.config.epochs):
            of_layers = self.layers.records()
            self._layer_records.append({"step": self.epoch, **of_layers})
            record.update(of_layers)
        every = self.config.histograms_every
        if self.layers is not None and every and self.epoch % every == 0:
            self.snapshots.extend(self.layers.snapshots(self.epoch))
        if callback is not None:
            callback(self.epoch, record)

    def _step_record(self, batch: Batch) -> dict[str, float]:
        loss = self.network.loss
        values = loss.values(batch.z, batch.y, batch.workspace)
        return {
            "batch_loss": float(np.mean(values if batch.w is None else values * batch.w[:, 0])),
            "gradient_norm": self.gradient_norm,
            "learning_rate": float(self.optimizer.lr * self.optimizer.lr_factor),
        }

    def out_of_patience(self) -> bool:
        """Whether early stopping has waited long enough."""
        if self.config.patience is None or self.epoch - self._awaited[1] < self.config.patience:
            return False
        self.stopped = f"no better held-out loss for {self.config.patience} epochs"
        return True

    def diverged(self, step: int) -> Diverged:
        """What to say of a loss without bounds at this step of the present epoch."""
        rate = float(self.optimizer.lr * self.optimizer.lr_factor)
        return Diverged(
            f"Training diverged at update {step} (epoch {self.epoch + 1}) with learning rate {rate:g}: "
            "the loss grew beyond all bounds.",
            "Use a smaller learning rate, or clip the gradients.",
        )

    def _run_search(self, optimizer: Minimizer, callback: Callback | None, each: tuple[int, Callback] | None) -> None:
        network, config = self.network, self.config
        batch = self.batches.chunk(0)[0]
        value = 0.0

        def evaluate(point: Array) -> tuple[float, Array]:
            nonlocal value
            network.weights[:] = point
            network.differentiate(batch)
            self._add_penalties()
            values = network.loss.values(batch.z, batch.y, batch.workspace)
            value = float(np.mean(values if batch.w is None else values * batch.w[:, 0]))
            matrices = self._penalised_weights
            return value + 0.5 * config.l2 * float(matrices @ matrices) + config.l1 * float(np.abs(matrices).sum()), (
                network.gradient
            )

        def after(iteration: int, weights: Array) -> None:
            np.subtract(weights, last, out=self._before)
            length = _vector_norm(last)
            self._update_ratio = _vector_norm(self._before) / length if length else 1.0
            last[:] = weights
            self.gradient_norm = _vector_norm(network.gradient)
            score_sums = network.loss.score_terms(batch.z, batch.y, batch.workspace).sum(axis=0)
            self.steps += 1
            record = {"train_loss": value, "train_score": network.loss.score(score_sums, self.reference)}
            self._record_epoch(record, callback)
            if each is not None and self.steps % each[0] == 0:
                each[1](self.steps, self._step_record(batch))
            if self.out_of_patience():
                raise StopTraining(self.stopped)

        last = network.weights.copy()
        if not math.isfinite(evaluate(last)[0]):
            raise self.diverged(0)
        optimizer.l1_term = (network.layout.penalised, config.l1) if config.l1 else None
        optimizer.minimize(evaluate, network.weights, config.epochs - self.epoch, after)
        self.stopped = optimizer.stop_reason


def _vector_norm(vector: Array) -> float:
    return math.sqrt(float(vector.dot(vector)))
