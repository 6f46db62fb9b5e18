"""Twinloop from Python: ``from twinloop import Study``. This folder is installed as the package ``twinloop``.

The code calls itself ``engine``, ``gui`` and ``resources``. Where a person has a folder of one of these names on their
path, theirs stays theirs: Twinloop's modules are then loaded as ``twinloop.engine`` and so on, and an import of
``engine`` in one of them leads there.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinloop import artifacts as artifacts
    from twinloop import distributions as distributions
    from twinloop import exceptions as exceptions
    from twinloop import importance as importance
    from twinloop import integration as integration
    from twinloop import learners as learners
    from twinloop import logging as logging
    from twinloop import optimizers as optimizers
    from twinloop import pruners as pruners
    from twinloop import samplers as samplers
    from twinloop import search_space as search_space
    from twinloop import storages as storages
    from twinloop import study as study
    from twinloop import trial as trial
    from twinloop import visualization as visualization

    from engine import (
        Categorical,
        FixedTrial,
        Float,
        FrozenTrial,
        Int,
        MaxTrialsCallback,
        SearchCV,
        SearchSpace,
        Study,
        StudyDirection,
        StudySummary,
        Trial,
        TrialPruned,
        TrialState,
        __version__,
        copy_study,
        create_study,
        create_trial,
        delete_study,
        get_all_study_names,
        get_all_study_summaries,
        load_study,
    )

__all__ = [
    "Categorical",
    "FixedTrial",
    "Float",
    "FrozenTrial",
    "Int",
    "MaxTrialsCallback",
    "SearchCV",
    "SearchSpace",
    "Study",
    "StudyDirection",
    "StudySummary",
    "Trial",
    "TrialPruned",
    "TrialState",
    "__version__",
    "copy_study",
    "create_study",
    "create_trial",
    "delete_study",
    "get_all_study_names",
    "get_all_study_summaries",
    "load_study",
]

# Modules of this package that are loaded when they are first asked for.
_MODULES = (
    "artifacts",
    "distributions",
    "exceptions",
    "importance",
    "integration",
    "learners",
    "logging",
    "optimizers",
    "pruners",
    "samplers",
    "search_space",
    "storages",
    "study",
    "trial",
    "visualization",
)  # fmt: skip
_ELSEWHERE = {
    "terminator": "Stop a study by study.stop() in a callback.",
    "TerminatorCallback": "Stop a study by study.stop() in a callback.",
}
_ROOTS = ("engine", "gui", "resources")
_HERE = Path(__file__).resolve().parent
_CODE = next((folder for folder in (_HERE.parent, _HERE.parent.parent) if (folder / "engine").is_dir()), _HERE.parent)


def load(name: str) -> ModuleType:
    """A module of Twinloop by its name in the code, such as ``engine.study``, whatever else bears that name."""
    return importlib.import_module(f"{__name__}.{name}" if _IS_APART else name)


def __getattr__(name: str) -> Any:
    if name.startswith("__") and name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    try:
        return getattr(load("engine"), name)
    except AttributeError:
        hint = f". {_ELSEWHERE[name]}" if name in _ELSEWHERE else ""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}") from None


def __dir__() -> list[str]:
    return sorted([*load("engine").__all__, *_MODULES])


def _is_own(name: str) -> bool:
    """Whether a top-level name leads to Twinloop's own code."""
    loaded = sys.modules.get(name)
    try:
        found = find_spec(name) if loaded is None else loaded.__spec__
    except (ImportError, ValueError):  # what hooks of others say
        return False
    return found is not None and found.origin is not None and Path(found.origin).resolve().parent == _CODE / name


class _Finder(MetaPathFinder):
    """Finds Twinloop's modules under the name of this package."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, inside = fullname.partition(".")
        root = inside.partition(".")[0]
        if package != __name__ or root not in _ROOTS:
            return None
        spec = PathFinder.find_spec(fullname, [str(_CODE)] if inside == root else path)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    """Runs a module with an ``import`` of its own."""

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = _BUILTINS
        super().exec_module(module)


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """``import`` in Twinloop's modules: what the code calls ``engine`` is ``twinloop.engine``."""
    root = name.partition(".")[0]
    if level or root not in _ROOTS:
        return builtins.__import__(name, globals, locals, fromlist or (), level)
    found = builtins.__import__(f"{__name__}.{name}", globals, locals, fromlist or (), 0)
    return found if fromlist else sys.modules[f"{__name__}.{root}"]


_BUILTINS = {**builtins.__dict__, "__import__": _import}
# Once the code is loaded under its own name, nobody else can have that name.
_IS_APART = not (_is_own("engine") and ("engine" in sys.modules or all(map(_is_own, _ROOTS))))
if _IS_APART:
    sys.meta_path.insert(0, _Finder())
