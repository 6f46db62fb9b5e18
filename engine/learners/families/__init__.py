"""Model families: one file each, listed by :func:`names`; any other estimator by its class (:func:`get`)."""

from functools import lru_cache

from engine.learners.estimators.family import EstimatorFamily
from engine.learners.estimators.imports import is_class_name
from engine.learners.estimators.listing import import_path
from engine.learners.families.base import Family, TableShape, Task
from engine.registry import Registry

registry: Registry[Family] = Registry(__name__, "model family", Family, skip=("base", "convex", "epochs", "trees"))
names = registry.names


def get(name: str) -> Family:
    """The model family called ``name``, or that of a class (``SVC``, ``lightgbm.LGBMClassifier``).

    Raises :class:`engine.errors.UserFault` when there is none, or when it may not be imported or is not installed.
    """
    return _of_class(name) if is_class_name(name) else registry.get(name)()


def full_name(name: str) -> str:
    """What a study file calls a family: a class by its import path, also where it was given by its name alone.

    Raises :class:`engine.errors.UserFault` for a class that scikit-learn does not list.
    """
    return import_path(name) if is_class_name(name) else name


@lru_cache(maxsize=64)  # each asks for its class's signature and limits: a guess
def _of_class(name: str) -> EstimatorFamily:
    return EstimatorFamily(name, lambda known: registry.get(known)())


__all__ = ["Family", "TableShape", "Task", "full_name", "get", "is_class_name", "names", "registry"]
