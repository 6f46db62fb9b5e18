"""Optuna's pruners by their names. They decide as Optuna's do; a study's file names the one of ours that is nearest."""

from __future__ import annotations

from typing import Any

from engine.studies.choosing import Chosen, instead
from engine.studies.halving_pruners import HyperbandPruner, SuccessiveHalvingPruner
from engine.studies.own_pruners import BasePruner
from engine.studies.value_pruners import MedianPruner, PercentilePruner, ThresholdPruner
from engine.studies.wrapping_pruners import PatientPruner, WilcoxonPruner

__all__ = [
    "BasePruner",
    "HyperbandPruner",
    "MedianPruner",
    "NopPruner",
    "PatientPruner",
    "PercentilePruner",
    "SuccessiveHalvingPruner",
    "ThresholdPruner",
    "WilcoxonPruner",
]


@instead("none", base="pruners.BasePruner")
def NopPruner() -> Chosen:  # noqa: N802 - a class of Optuna's
    """Our ``none``."""
    return Chosen("none")


def __getattr__(name: str) -> Any:
    if name.endswith("Pruner"):
        ours = ", ".join(one for one in __all__ if one != "BasePruner")
        raise AttributeError(f"Twinloop has no {name}. Its pruners: {ours}, and what derives from BasePruner.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
