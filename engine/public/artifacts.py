"""Files beside a study, where Optuna has them: ``artifacts.upload_artifact(...)``."""

from __future__ import annotations

import sys

from twinloop import load

sys.modules[__name__] = load("engine.studies.artifacts")
