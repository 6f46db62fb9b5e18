"""Pruning callbacks of Optuna's integrations, by their names, for files whose Python has no Optuna.

Each is made when it is first asked for, on the class that its library wants. They report what is watched and raise
``TrialPruned`` where the pruner says so.
"""

from __future__ import annotations

import sys
from typing import Any, Optional


def pruned() -> Any:
    """The exception that ends a trial."""
    return sys.modules["_twinloop_optuna_names"].TrialPruned


def report(trial: Any, value: Any, step: int) -> None:
    """Report a value and end the trial where it is hopeless."""
    if value is None:
        return
    trial.report(float(value), step)
    if trial.should_prune():
        raise pruned()(f"Trial was pruned at step {step}.")


def callback(name: str) -> Optional[Any]:
    """The class of that name; *None* where there is none."""
    makers = {
        "PyTorchLightningPruningCallback": lightning,
        "XGBoostPruningCallback": xgboost,
        "LightGBMPruningCallback": lightgbm,
        "KerasPruningCallback": keras,
        "TFKerasPruningCallback": keras,
        "CatBoostPruningCallback": catboost,
        "SkorchPruningCallback": skorch,
    }
    return makers[name]() if name in makers else None


def lightning() -> Any:
    """For Lightning, under whichever of its two names is installed."""
    try:
        from lightning.pytorch.callbacks import Callback
    except ImportError:
        from pytorch_lightning.callbacks import Callback  # type: ignore[assignment, unused-ignore]  # same class

    class PyTorchLightningPruningCallback(Callback):
        def __init__(self, trial: Any, monitor: str) -> None:
            super().__init__()
            self._trial, self.monitor = trial, monitor

        def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
            if not trainer.sanity_checking:
                report(self._trial, trainer.callback_metrics.get(self.monitor), pl_module.current_epoch)

        def check_pruned(self) -> None:
            """Nothing is left to be checked in one process."""

    return PyTorchLightningPruningCallback


def xgboost() -> Any:
    """For XGBoost."""
    from xgboost.callback import TrainingCallback

    class XGBoostPruningCallback(TrainingCallback):
        def __init__(self, trial: Any, observation_key: str) -> None:
            super().__init__()
            self._trial, self._key = trial, observation_key

        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            for data, metrics in evals_log.items():
                for metric, values in metrics.items():
                    if f"{data}-{metric}" == self._key:
                        last = values[-1]
                        report(self._trial, last[0] if isinstance(last, tuple) else last, epoch)
            return False

    return XGBoostPruningCallback


def lightgbm() -> Any:
    """For LightGBM."""

    class LightGBMPruningCallback:
        def __init__(self, trial: Any, metric: str, valid_name: str = "valid_0", report_interval: int = 1) -> None:
            self._trial, self._metric, self._valid, self._every = trial, metric, valid_name, report_interval

        def __call__(self, env: Any) -> None:
            if (env.iteration + 1) % self._every:
                return
            for data, metric, value, *_ in env.evaluation_result_list:
                if data in (self._valid, "cv_agg") and metric.split(" ")[-1] == self._metric:
                    report(self._trial, value, env.iteration)

    return LightGBMPruningCallback


def keras() -> Any:
    """For Keras."""
    try:
        from keras.callbacks import Callback
    except ImportError:
        from tensorflow.keras.callbacks import Callback

    class KerasPruningCallback(Callback):
        def __init__(self, trial: Any, monitor: str, interval: int = 1) -> None:
            super().__init__()
            self._trial, self._monitor, self._every = trial, monitor, interval

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if (epoch + 1) % self._every == 0:
                report(self._trial, (logs or {}).get(self._monitor), epoch)

    return KerasPruningCallback


def catboost() -> Any:
    """For CatBoost, which cannot be ended by an exception: ``check_pruned`` raises afterwards."""

    class CatBoostPruningCallback:
        def __init__(self, trial: Any, metric: str, eval_set_index: Optional[int] = None) -> None:
            self._trial, self._metric, self._index, self._text = trial, metric, eval_set_index, ""

        def after_iteration(self, info: Any) -> bool:
            name = "validation" if self._index is None else f"validation_{self._index}"
            found = info.metrics.get(name) or next(iter(info.metrics.values()))
            step = info.iteration - 1
            self._trial.report(float(found[self._metric][-1]), step)
            if self._trial.should_prune():
                self._text = f"Trial was pruned at iteration {step}."
            return not self._text

        def check_pruned(self) -> None:
            if self._text:
                raise pruned()(self._text)

    return CatBoostPruningCallback


def skorch() -> Any:
    """For skorch."""
    from skorch.callbacks import Callback

    class SkorchPruningCallback(Callback):
        def __init__(self, trial: Any, monitor: str) -> None:
            super().__init__()
            self._trial, self._monitor = trial, monitor

        def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
            history = net.history
            if history:
                report(self._trial, history[-1, self._monitor], len(history) - 1)

    return SkorchPruningCallback
