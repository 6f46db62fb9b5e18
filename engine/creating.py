"""Studies made, loaded, listed, copied and deleted in Optuna's words."""

from __future__ import annotations

import itertools
import logging
import re
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import AlreadyThere, NotThere, UserFault, WrongType
from engine.studies.arguments import text_of
from engine.studies.choosing import Chosen
from engine.studies.words import StudyDirection
from engine.study import Study
from engine.trials import FrozenTrial, local_time

log = logging.getLogger("twinloop")
_in_files: weakref.WeakSet[Study] = weakref.WeakSet()  # what was created and loaded here


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

    ``sampler`` and ``pruner`` are names of ours, what :mod:`twinloop.samplers` and :mod:`twinloop.pruners` give, or
    objects of ours; ``tpe`` and ``median`` without them, as there; ``seed`` makes the trials the same each time.
    ``storage`` is the study's file, or a folder for a file of that name; an address of a database
    (``sqlite:///example.db``) stands for a file beside it, one per study. In a folder and beside a database, a study
    without a name is a new one each time. Raises :class:`UserFault` where that study exists, but for
    ``load_if_exists``, and for samplers and pruners of Optuna's own.
    """
    path = None if storage is None else file_of(storage, study_name)
    if storage is not None and path is not None and path.exists():
        if study_name is None and not load_if_exists and (_database(storage) or _path(storage).is_dir()):
            study_name = _free_name(storage)
            path = file_of(storage, study_name)
        elif not load_if_exists:
            raise AlreadyThere(f"{path.name} is there already.", "Pass load_if_exists=True, or choose another name.")
        else:
            return load_study(study_name=study_name, storage=path, sampler=sampler, pruner=pruner)
    study = Study(
        sampler="tpe" if sampler is None else sampler,
        pruner="median" if pruner is None else pruner,
        direction=direction,
        directions=directions,
        title="study" if study_name is None else study_name,
        seed=seed,
        repeats=not (isinstance(sampler, Chosen) and sampler.is_exhaustive),
    )
    if path is not None:
        study.save(path)
        _in_files.add(study)
    return study


def load_study(*, study_name: str | None = None, storage: str | Path, sampler: Any = None, pruner: Any = None) -> Study:
    """The study that :func:`create_study` put there; raises :class:`UserFault` where there is none.

    Without a name it is the only one that is kept there. One that this program has open already, as when a cell of a
    notebook is run again, is that very study.
    """
    path = _existing(storage, study_name)
    known = next((one for one in list(_in_files) if one.writes_to(path)), None)
    if known is not None:
        if sampler is not None:
            known.sampler = sampler
        if pruner is not None:
            known.pruner = pruner
    study = Study.open(path, sampler=sampler, pruner=pruner) if known is None else known
    _in_files.add(study)
    study.repeats = not (isinstance(sampler, Chosen) and sampler.is_exhaustive)
    return study


def _free_name(storage: str | Path) -> str:
    """A name that no study there has, for one that nobody named."""
    names = (f"study {number}" for number in itertools.count(2))
    return next(name for name in names if not file_of(storage, name).exists())


def delete_study(*, study_name: str | None = None, storage: str | Path) -> None:
    """Remove a study's file; raises :class:`UserFault` where there is none, and where it is no study."""
    path = _existing(storage, study_name)
    Study.as_it_stands(path).close()  # nothing but a study is removed
    path.unlink()


def copy_study(
    *,
    from_study_name: str | None = None,
    from_storage: str | Path,
    to_storage: str | Path,
    to_study_name: str | None = None,
) -> None:
    """Write a study with all its trials into another place, perhaps under another name.

    Trials that run wait in the copy. Raises :class:`UserFault` where there is no such study, and where one of that
    name is there already.
    """
    source = _existing(from_storage, from_study_name)
    name = from_study_name if to_study_name is None else text_of(to_study_name, "to_study_name")
    target = file_of(to_storage, name)
    if target.exists():
        raise AlreadyThere(f"{target.name} is there already.", "Choose another name, or delete it first.")
    with Study.as_it_stands(source) as study:
        study.save(target)  # it goes on there; the first file stays as it is
        if name is not None:
            study.study_name = name


@dataclass(frozen=True, slots=True)
class StudySummary:
    """What a study came to, without its trials; ``best_trial`` is *None* while there is none, or with directions."""

    study_name: str
    directions: list[StudyDirection]
    best_trial: FrozenTrial | None
    user_attrs: dict[str, Any]
    n_trials: int
    datetime_start: datetime | None
    path: Path

    @property
    def direction(self) -> StudyDirection:
        """Which scores are better; of the first where there are several."""
        return self.directions[0]


def get_all_study_names(storage: str | Path) -> list[str]:
    """The names of the studies in a folder, beside a database's address, or of a single file, in order."""
    return [summary.study_name for summary in get_all_study_summaries(storage, include_best_trial=False)]


def get_all_study_summaries(storage: str | Path, include_best_trial: bool = True) -> list[StudySummary]:
    """What the studies there came to, ordered by name; files that are no studies are left out."""
    summaries = []
    for path in files_of(storage):
        try:
            study = Study.as_it_stands(path)
        except UserFault as fault:
            log.warning("%s is left out: %s", path, fault)
            continue
        summaries.append(_summary(study, path, include_best_trial))
    return sorted(summaries, key=lambda one: (one.study_name, one.path))


def _summary(study: Study, path: Path, with_best: bool) -> StudySummary:
    history = study.history
    has_best = with_best and len(history.directions) == 1 and history.best_number() is not None
    started = [float(one) for one in history.started if one == one]
    return StudySummary(
        study_name=study.study_name,
        directions=study.directions,
        best_trial=study.best if has_best else None,
        user_attrs=study.user_attrs,
        n_trials=len(history),
        datetime_start=local_time(min(started, default=None)),
        path=path,
    )


def _existing(storage: str | Path, study_name: str | None) -> Path:
    """The file of a study that is there; raises :class:`UserFault` where it is not."""
    path = file_of(storage, study_name)
    if path.is_file():
        return path
    there = files_of(storage) if study_name is None else []
    if len(there) > 1:
        raise UserFault("Several studies are kept there.", f"Name one of: {', '.join(one.stem for one in there)}.")
    if not there:
        raise NotThere(f"There is no {path.name}.", "Name a study that is there, or create it first.")
    return there[0]


def files_of(storage: str | Path) -> list[Path]:
    """The study files that a storage stands for."""
    database = _database(storage)
    if database is not None:
        ours = re.compile(rf"{re.escape(database.stem)}( \d+|\..+)?\.study")
        return sorted(one for one in database.parent.glob("*.study") if ours.fullmatch(one.name))
    path = _path(storage)
    if path.is_dir():
        return sorted(path.glob("*.study"))
    return [path] if path.exists() else []


def file_of(storage: str | Path, study_name: str | None) -> Path:
    """The file that stands for a storage of Optuna's and a study in it."""
    name = None if study_name is None else text_of(study_name, "study_name")
    plain = re.sub(r"[^\w. -]+", "_", name) if name else ""
    database = _database(storage)
    if database is not None:
        unnamed = re.fullmatch(r"study( \d+)", plain)  # of several without a name, from the second on
        ending = unnamed[1] if unnamed else f".{plain}" if plain else ""
        path = database.with_name(f"{database.stem}{ending}.study")
        log.info("The study is kept in %s.", path)
        return path
    path = _path(storage)
    return path / f"{plain or 'study'}.study" if path.is_dir() else path


def _database(storage: object) -> Path | None:
    """The database that an address of Optuna's names; *None* where the storage is a path."""
    found = re.fullmatch(r"sqlite:///(.+)", storage) if isinstance(storage, str) else None
    return None if found is None else Path(found[1])


def _path(storage: object) -> Path:
    if not isinstance(storage, str | Path):
        raise WrongType(f"{storage!r} is not a place for a study.", "Give the path of its file.")
    if isinstance(storage, str) and "://" in storage:
        raise UserFault(f"Studies are kept in files, not in {storage.partition('://')[0]}.", "Give the path of a file.")
    return Path(storage)
