"""On what a trial was trained: versions of the libraries that set its digits, and the kind of machine."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata

ENVIRONMENT = "environment"
"""The kind of finding by which a study keeps it: one a run."""

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "lightgbm", "xgboost", "catboost")
"""Those that a score may depend on."""


@cache
def environment() -> dict[str, str]:
    """Names and versions as texts; what is not installed is left out."""
    package = sys.modules[__name__.partition(".")[0]]  # an import of it would go up the floors
    found = {"Twinloop": str(package.__version__), "Python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    found["system"] = f"{platform.system()} {platform.machine()}".strip()
    found["cores"] = str(os.cpu_count() or 1)
    return found


def differing(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    """What has changed between two environments, a sentence each."""
    said = []
    for name in dict.fromkeys([*before, *now]):
        old, new = before.get(name), now.get(name)
        if name != "cores" and isinstance(old, str | None) and old != new:
            said.append(f"{name} was {old or 'not installed'} and is {new or 'not installed'}.")
    return said
