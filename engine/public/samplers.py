"""Optuna's samplers by their names, for scripts that build them: ``samplers.TPESampler(seed=1)``."""

from __future__ import annotations

import sys

from twinloop import load

sys.modules[__name__] = load("engine.studies.optuna_samplers")
