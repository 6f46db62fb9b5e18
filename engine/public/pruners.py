"""Optuna's pruners by their names, for scripts that build them: ``pruners.MedianPruner()``."""

from __future__ import annotations

import sys

from twinloop import load

sys.modules[__name__] = load("engine.studies.optuna_pruners")
