"""The estimator that all gradient-trained models share: scikit-learn's conventions around the training engine."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import replace
from functools import cache
from typing import Any, Self

import numpy as np
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import check_array, check_random_state, column_or_1d
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from threadpoolctl import ThreadpoolController

from engine import seeds
from engine.arrays import Array
from engine.learners import checking
from engine.learners.activations import activation
from engine.learners.batches import Batches
from engine.learners.class_weights import ClassWeights, class_weights
from engine.learners.conventions import Conventions, dense, number_format
from engine.learners.encoded_data import EncodedData, Resumable
from engine.learners.faults import BadInput
from engine.learners.holdout import hold_out
from engine.learners.layout import Layout, with_ones
from engine.learners.network import Network
from engine.learners.targets import Target, continued, known_only
from engine.learners.telemetry import BLOCK, Evaluation, Layers
from engine.learners.training import Callback, Checkpoint, Diverged, StopTraining, Training
from engine.learners.training_config import TrainingConfig
from engine.optimizers import Minimizer, Optimizer, get
from engine.optimizers.schedules import Schedule, schedule

INPUTS: dict[str, Any] = {  # as validate_data takes them
    "dtype": [np.float64, np.float32],
    "ensure_all_finite": False,
    "accept_sparse": ["csr", "csc", "coo"],
}


class GradientTrained(Conventions):
    """A model whose parameters are found by an optimizer.

    Subclasses hold the settings and say how targets are encoded. After ``fit``: ``weights_`` (the flat parameter
    vector), ``history_`` (records by name, one entry an epoch), ``n_features_in_`` and, for classes, ``classes_``.
    Random state, data and settings decide the weights to the last bit, on one machine, whatever its thread settings.
    """

    def fit(
        self,
        X: object,
        y: object,
        sample_weight: object = None,
        *,
        validation: tuple[object, object] | None = None,
        callback: Callback | None = None,
        each: tuple[int, Callback] | None = None,
        resume: Checkpoint | None = None,
    ) -> Self:
        """Train on ``X`` (n, D) and ``y``.

        ``validation`` rows are watched and never change the result. ``callback(epoch, records)`` hears every epoch and
        ``each = (n, f)`` every n-th step, with the records that :meth:`Training.run` names; raising
        :class:`~engine.learners.training.StopTraining` there ends training and keeps what was learned, another
        exception passes through. ``resume`` goes on from a :meth:`checkpoint`
        made with the same data and settings. A model that was fitted before stays as it was unless training ends well.
        Raises :class:`BadInput`, a ``ValueError``, for what cannot be trained.
        """
        checking.callbacks(callback, each)
        with one_blas_thread():
            data = self.encode(X, y, sample_weight, validation)
            training = self.prepare(data)
            if resume is not None:
                training.resume(resume)
            self.begin(training)
            try:
                training.run(callback, each)
            except Diverged:
                self.discard()
                raise
            self.adopt(training, data)
        return self

    def _fit_one_epoch(self, X: object, y: object, sample_weight: object, target: Target | None) -> Self:
        """One more epoch on these rows, from the state that training was left in; ``target`` codes theirs."""

        def stop_after_one(epoch: int, records: Mapping[str, float]) -> None:
            raise StopTraining("one pass over the rows given")

        with one_blas_thread():
            data = self.encode(X, y, sample_weight, target=target)
            training = self.prepare(data)
            if self.__sklearn_is_fitted__():
                saved = self._saved
                training.resume({**saved, "made": {"optimizer": saved["made"]["optimizer"]}})
                training.config = replace(training.config, epochs=max(training.config.epochs, training.epoch + 1))
            training.run(stop_after_one)
            self.adopt(training, data)
        return self

    def checkpoint(self) -> Checkpoint:
        """A copy of the training's state now, for ``fit(..., resume=...)``: also from within a callback."""
        training: Resumable | None = getattr(self, "_training", None)
        if training is not None:
            return training.checkpoint()
        check_is_fitted(self)
        return dict(self._saved)

    def predict(self, X: object) -> Array:
        """Labels or numbers of the kind that ``y`` held, one a row."""
        predicted = self._predictions(X)
        found = self._target.decode(predicted)
        return found.astype(number_format(X), copy=False) if self._target.classes is None else found

    def score(self, X: object, y: object, sample_weight: object = None) -> float:
        """Accuracy for classes, R² for numbers."""
        predicted = self.predict(X)
        compare = r2_score if self._target.classes is None else accuracy_score
        return float(compare(y, predicted, sample_weight=sample_weight))

    @property
    def layout_(self) -> Layout:
        """Where each layer's parameters are in ``weights_``."""
        check_is_fitted(self)
        return Layout(self._widths)

    # ------------------------------------------------------------------ for subclasses

    @abstractmethod
    def _encode_target(self, y: Array, w: Array | None) -> Target:
        """How ``y`` is encoded."""

    def _hidden(self) -> tuple[int, ...]:
        return ()

    def _activation(self) -> str:
        return "identity"

    def _dropout(self) -> float:
        return 0.0

    def begin(self, training: Resumable) -> None:
        """From now on :meth:`checkpoint` asks ``training``, until :meth:`adopt` or :meth:`discard`."""
        self._training = training

    def discard(self) -> None:
        """Forget a training that came to nothing, and with it the data."""
        if hasattr(self, "_training"):
            del self._training

    def adopt(self, training: Training, data: EncodedData) -> None:
        """Become the model that ``training``, made by :meth:`prepare` from ``data``, has found."""
        self.discard()
        self._target, self._widths = data.target, training.network.layout.widths
        self.n_features_in_ = data.X.shape[1] - 1
        for name, value in {"feature_names_in_": data.names, "classes_": data.target.classes}.items():
            if value is not None:
                setattr(self, name, value)
            elif hasattr(self, name):  # of an earlier fit
                delattr(self, name)
        self.weights_ = training.result.copy()
        self.history_ = training.history()
        self._saved = training.checkpoint()

    # ------------------------------------------------------------------ preparing

    def encode(
        self,
        X: object,
        y: object,
        sample_weight: object = None,
        validation: tuple[object, object] | None = None,
        target: Target | None = None,
    ) -> EncodedData:
        """Check the data and turn them into the numbers to train on; raises :class:`BadInput` or ``ValueError``.

        ``target`` is how targets are encoded where that is known already.
        """
        self.check_settings()
        reader = copy(self)  # scikit-learn's check notes columns on it, and a failed fit must not change this model
        again = self._warm_start_target() if target is None else None
        X, y = self._check_data(reader, X, y, reset=target is None or not self.__sklearn_is_fitted__())
        w = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        if w is not None:
            X, y, w = checking.without_zero_weights(X, y, w)
        if target is None:
            target = self._encode_target(y, w)
            target = target if again is None else continued(again, target)
        known_only(target, y)
        dtype = np.dtype(np.float64 if isinstance(self.make_optimizer(), Minimizer) else str(self.dtype))
        checking.finite(X, dtype)
        rows = None if validation is None else self._encode_validation(reader, target, dtype, validation)
        Y = checking.encoded_data(target.encode(y)[0], dtype)
        by_class = self._class_weights(target, Y, w)
        if by_class is not None:
            w = checking.some_weight(by_class.of_rows(Y) if w is None else by_class.of_rows(Y) * w)
        names = getattr(reader, "feature_names_in_", None)
        weights = None if by_class is None or rows is None else by_class.of_rows(rows[1])
        return EncodedData(with_ones(X, dtype), Y, w, target, names, rows, weights)

    def check_settings(self) -> None:
        """Raise :class:`BadInput`, or another :class:`UserFault`, for settings that no data could be trained with."""
        checking.settings(self.get_params(deep=False))
        activation(self._activation())
        checking.together(self.make_optimizer(), self._schedule(), self.clip, self._dropout())

    def widths(self, data: EncodedData) -> tuple[int, ...]:
        """How many units each layer will have, inputs first."""
        return data.X.shape[1] - 1, *self._hidden(), data.target.outputs

    def prepare(self, data: EncodedData) -> Training:
        """The training that ``fit`` would run on ``data``, not yet begun."""
        optimizer, timetable, config = self.make_optimizer(), self._schedule(), self._training_config()
        X, Y, target = data.X, data.Y, data.target
        rngs = self._generators()
        held, kept = self._hold_out_rows(data, rngs["split"])
        rows = len(kept) if kept is not None else len(X)
        size = rows if optimizer.full_batch or self.batch_size is None else min(int(self.batch_size), rows)
        layout, loss = Layout(self.widths(data)), target.loss(target.outputs, X.dtype)
        optimizer.arrange(layout.shapes)
        network = Network(layout, self._activation(), loss, size, X.dtype, 1.0 - self._dropout())
        network.weights[:] = (
            layout.start(rngs["start"]) if self._warm_start_target() is None else self._weights_found_before(layout)
        )
        part = slice(None) if kept is None else kept
        w = None
        if data.w is not None:
            w = np.ascontiguousarray(data.w / np.mean(checking.some_weight(data.w[part], "to train on ")), X.dtype)
        batches = Batches(X, Y, w, loss, size, kept)
        training = Training(network, batches, optimizer, timetable, config, (rngs["order"], rngs["dropout"]))
        training.reference = loss.reference(Y[part])
        training.layers = Layers(network, X, kept)
        if held is not None:
            weights = None if data.w is None else checking.some_weight(data.w[held], "held out by early stopping ")
            training.held_out = Evaluation(network, X[held], Y[held], weights=weights)
        if data.validation is not None:
            training.validation = Evaluation(network, *data.validation, data.validation_weights)
        return training

    def _check_data(self, reader: Self, X: Any, y: Any, *, reset: bool = True) -> tuple[Array, Array]:
        numbers = self._numeric_target()
        try:
            X, y = validate_data(reader, X, y, reset=reset, **INPUTS, multi_output=True, y_numeric=numbers)
        except ValueError as error:
            if not str(error).startswith("Input y contains"):
                raise
            raise BadInput(str(error).splitlines()[0], "Leave out rows without a target.") from error
        X, y = dense(X), dense(y)
        if numbers:
            checking.numbers(y)
        if getattr(y, "ndim", 1) == 2 and (y.shape[1] == 1 or not self._several_outputs()):
            y = column_or_1d(y, warn=True)
        return X, y

    def _numeric_target(self) -> bool:
        return True

    def _several_outputs(self) -> bool:
        return True

    def _encode_validation(
        self, reader: Self, target: Target, dtype: object, validation: tuple[object, object]
    ) -> tuple[Array, Array, Array]:
        X = dense(validate_data(reader, validation[0], reset=False, **INPUTS))
        checking.finite(X, dtype)
        y = check_array(validation[1], accept_sparse=True, ensure_2d=False, dtype=None)
        y = dense(y)
        if target.classes is None:
            checking.numbers(y)
        if len(X) != len(y):
            raise BadInput(
                f"The validation data has {len(X)} rows and {len(y)} targets.", "Give one target for each row."
            )
        Y, known = target.encode(y)
        return with_ones(X, dtype), checking.encoded_data(Y, dtype), known

    def _class_weights(self, target: Target, Y: Array, w: Array | None) -> ClassWeights | None:
        given: Any = getattr(self, "class_weight", None)
        return None if given is None or target.classes is None else class_weights(given, target, Y, w)

    def _hold_out_rows(self, data: EncodedData, rng: np.random.Generator) -> tuple[Array | None, Array | None]:
        if not getattr(self, "early_stopping", False):
            return None, None
        is_class = data.target.classes is not None and not data.target.several
        places = data.target.places(data.Y)[:, 0] if is_class else None
        return hold_out(len(data.X), self.validation_fraction, places, rng)

    def _warm_start_target(self) -> Target | None:
        """How targets are encoded where ``fit`` goes on from the weights that it found before."""
        return self._target if getattr(self, "warm_start", False) and self.__sklearn_is_fitted__() else None

    def _weights_found_before(self, layout: Layout) -> Array:
        if layout.widths != self._widths:
            raise BadInput(
                f"The weights found before are of layers {self._widths}, now there are {layout.widths}.",
                "Set warm_start to False, or leave columns and hidden layers as they were.",
            )
        return self.weights_

    def _generators(self) -> Mapping[str, np.random.Generator]:
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(0, 2**31 - 1)
        return {name: seeds.generator(int(seed), name) for name in ("start", "order", "dropout", "split")}

    def make_optimizer(self) -> Optimizer:
        """A fresh optimizer as the settings ask; raises :class:`BadInput` or :class:`UserFault` for an unknown one."""
        given = self.optimizer
        if isinstance(given, Optimizer):
            return given.fresh()
        if isinstance(given, str):
            return get(given)()
        raise BadInput(f"The optimizer is {given!r}.", "Give an optimizer such as Adam(lr=0.001), or the name of one.")

    def _schedule(self) -> Schedule:
        given = self.schedule
        if isinstance(given, str):
            return schedule(given)
        if isinstance(given, Schedule):
            return given.__sklearn_clone__()
        raise BadInput(f"The schedule is {given!r}.", "Give a schedule such as Cosine(), or the name of one.")

    def _training_config(self) -> TrainingConfig:
        return TrainingConfig(
            epochs=int(self.epochs),
            l1=float(self.l1),
            l2=float(self.l2),
            clip=self.clip,
            patience=int(self.patience) if self.early_stopping else None,
            tolerance=float(self.tol),
            histograms_every=int(self.histograms_every),
        )

    # ------------------------------------------------------------------ predicting

    def _predictions(self, X: object) -> Array:
        """The loss's predictions (n, outputs) in float64, so that a row's do not depend on its neighbours'."""
        return self._compute_outputs(X, predicted=True)

    def _logits(self, X: object) -> Array:
        """What the last layer gives (n, outputs), before the loss makes predictions of it."""
        return self._compute_outputs(X, predicted=False)

    def _compute_outputs(self, X: Any, *, predicted: bool) -> Array:
        check_is_fitted(self)
        X = dense(validate_data(self, X, reset=False, **{**INPUTS, "dtype": np.float64}))
        checking.finite(X, np.float64)
        outputs = self._target.outputs
        rows = min(BLOCK, len(X))
        loss = self._target.loss(outputs, np.float64)
        network = Network(self.layout_, self._activation(), loss, rows, np.float64)
        network.weights[:] = self.weights_
        found, z, workspace = np.empty((len(X), outputs)), np.empty((rows, outputs)), loss.workspace(rows)
        with np.errstate(over="ignore"):
            for at in range(0, len(X), BLOCK):
                x = with_ones(X[at : at + BLOCK], np.float64)
                count = len(x)
                network.outputs(x, z[:count], network.pass_for(count))
                if predicted:
                    loss.predict(z[:count], found[at : at + count], tuple(array[:count] for array in workspace))
                else:
                    found[at : at + count] = z[:count]
        return found


def one_blas_thread() -> AbstractContextManager[object]:
    """While it lasts, NumPy's linear algebra uses one thread: faster for small products, and always the same sums."""
    limit: AbstractContextManager[Any] = _blas().limit(limits=1, user_api="blas")
    return limit


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()  # looks through every loaded library, so once
