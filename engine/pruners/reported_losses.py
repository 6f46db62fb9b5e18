"""Which of the records that a trial reports a pruner compares, and whether more of it is better."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from engine.errors import UserFault
from engine.trials import Curve, History

FIRST = ("val_loss", "value", "score")  # before any other
IN_UNITS_OF_SCORE = ("value", "score", "val_score", "objective")
SMALLER = frozenset(
    {
        "loss", "losses", "error", "errors", "err", "mse", "rmse", "mae", "mape", "smape", "msle", "rmsle",
        "nll", "deviance", "perplexity", "regret", "cost", "logloss", "crossentropy", "entropy", "hinge",
        "brier", "distance", "divergence", "wer", "cer", "fid", "hamming", "pinball",
    }
)  # fmt: skip
LARGER = frozenset(
    {
        "acc", "accuracy", "auc", "auroc", "roc", "ap", "map", "f1", "f2", "fbeta", "precision", "recall",
        "sensitivity", "specificity", "r2", "reward", "return", "returns", "iou", "dice", "jaccard", "bleu",
        "rouge", "mcc", "kappa", "likelihood", "loglikelihood", "elbo", "gain", "ndcg", "mrr", "psnr",
        "ssim", "explained",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportedLosses:
    """One record of a curve, turned so that smaller is better: ``steps`` (n,) ascending and ``losses`` (n,)."""

    steps: np.ndarray
    losses: np.ndarray

    def best_until(self, step: int) -> float:
        """The best loss up to and with a step; infinity before the first."""
        until = int(np.searchsorted(self.steps, step, side="right"))
        return float(self.losses[:until].min()) if until else np.inf

    @property
    def last(self) -> int:
        """The last step; -1 where there is none."""
        return int(self.steps[-1]) if len(self.steps) else -1


def compared_record(curve: Curve) -> str:
    """The record to compare: validation loss or the score itself where there is one, else the first of validation.

    Records of training count where there is nothing else. Empty where nothing was reported.
    """
    names = curve.names
    for name in FIRST:
        if name in names:
            return name
    held_out = [name for name in names if re.match(r"(val|valid|validation|test|eval|dev)([^a-z]|$)", name.lower())]
    other = [name for name in names if not name.lower().startswith("train")]
    return next(iter([*held_out, *other, *names]), "")


def loss_sign(history: History, name: str) -> float:
    """1 where less of a record is better, -1 where more is; raises :class:`UserFault` where nothing says."""
    if name in IN_UNITS_OF_SCORE:
        return 1.0 if history.directions[0] == "minimize" else -1.0
    words = set(re.split(r"[^a-z0-9]+", name.lower()))
    if words & SMALLER:
        return 1.0
    if words & LARGER:
        return -1.0
    raise UserFault(
        f"Nothing says whether more of {name} is better, so no trial can be pruned by it.",
        f"Report it as value or as val_loss, or name it after its kind ({name}_loss, {name}_accuracy).",
    )


def reported_losses(history: History, curve: Curve, name: str) -> ReportedLosses:
    """The first fold's values of a record as losses, by step; what is not finite is the worst there is."""
    steps, values = curve.fold(0, name)
    order = np.argsort(steps, kind="stable")
    losses = loss_sign(history, name) * values[order]
    return ReportedLosses(steps[order], np.where(np.isfinite(losses), losses, np.inf))
