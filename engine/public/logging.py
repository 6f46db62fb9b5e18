"""How much is told while a study runs: ``logging.set_verbosity(logging.WARNING)``."""

from __future__ import annotations

import sys

from twinloop import load

sys.modules[__name__] = load("engine.studies.verbosity")
