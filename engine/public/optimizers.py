"""Twinloop's optimizers: ``from twinloop.optimizers import ...``."""

from __future__ import annotations

import sys

from twinloop import load

sys.modules[__name__] = load("engine.optimizers")
