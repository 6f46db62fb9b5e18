"""Studies made, loaded and deleted in Optuna's words."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.errors import UserFault, WrongType
from engine.studies.arguments import text_of
from engine.study import Study

log = logging.getLogger("twinloop")


def create_study(
    *,
    storage: str | Path | None = None,
    sampler: Any = None,
    pruner: Any = None,
    study_name: str | None = None,
    direction: Any = None,
    load_if_exists: bool = False,
    directions: Iterable[Any] | None = None,
    seed: int | None = None,
) -> Study:
    """A study whose objective names its hyperparameters as it runs; like Optuna's it may try a configuration again.

    ``sampler`` and ``pruner`` are names of ours, or objects of ours; ``tpe`` and ``median`` without them, as there;
    ``seed`` makes the trials the same each time.
    ``storage`` is the study's file; an address of a database (``sqlite:///example.db``) stands for a file beside it,
    one per study. Raises :class:`UserFault` where that study exists, but for ``load_if_exists``, and for samplers and
    pruners of Optuna's own.
    """
    path = None if storage is None else file_of(storage, study_name)
    if path is not None and path.exists():
        if not load_if_exists:
            raise UserFault(f"{path.name} is there already.", "Pass load_if_exists=True, or choose another name.")
        return load_study(study_name=study_name, storage=path, sampler=sampler, pruner=pruner)
    study = Study(
        sampler="tpe" if sampler is None else sampler,
        pruner="median" if pruner is None else pruner,
        direction=direction,
        directions=directions,
        title="study" if study_name is None else study_name,
        seed=seed,
        repeats=True,
    )
    if path is not None:
        study.save(path)
    return study


def load_study(*, study_name: str | None, storage: str | Path, sampler: Any = None, pruner: Any = None) -> Study:
    """The study that :func:`create_study` put there; raises :class:`UserFault` where there is none."""
    path = file_of(storage, study_name)
    if not path.exists():
        raise UserFault(f"There is no {path.name}.", "Create the study first.")
    study = Study.open(path, sampler=sampler, pruner=pruner)
    study.repeats = True
    return study


def delete_study(*, study_name: str | None, storage: str | Path) -> None:
    """Remove a study's file; raises :class:`UserFault` where there is none, and where it is no study."""
    path = file_of(storage, study_name)
    if not path.exists():
        raise UserFault(f"There is no {path.name}.", "Name a study that is there.")
    Study.open(path).close()  # nothing but a study is removed
    path.unlink()


def file_of(storage: str | Path, study_name: str | None) -> Path:
    """The file that stands for a storage of Optuna's and a study in it."""
    if isinstance(storage, Path):
        return storage
    if not isinstance(storage, str):
        raise WrongType(f"{storage!r} is no place of a study.", "Give the path of its file.")
    found = re.fullmatch(r"sqlite:///(.+)", storage)
    if found is None and "://" in storage:
        raise UserFault(f"Studies are kept in files, not in {storage.partition('://')[0]}.", "Give the path of a file.")
    if found is None:
        return Path(storage)
    database = Path(found[1])
    study_name = None if study_name is None else text_of(study_name, "study_name")
    plain = re.sub(r"[^\w. -]+", "_", study_name) if study_name else ""
    path = database.with_name(f"{database.stem}.{plain}.study" if plain else f"{database.stem}.study")
    log.info("The study is kept in %s.", path)
    return path
