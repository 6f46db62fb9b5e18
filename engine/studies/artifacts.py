"""Files beside a study, in Optuna's words: put into a store, noted at a trial or at the study, fetched again."""

from __future__ import annotations

import mimetypes
import shutil
import uuid
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from engine.errors import NotThere, UserFault, WrongMoment, WrongValue
from engine.studies.arguments import path_of, text_of
from engine.trials import FrozenTrial

__all__ = [
    "ArtifactMeta",
    "ArtifactStore",
    "FileSystemArtifactStore",
    "download_artifact",
    "get_all_artifact_meta",
    "upload_artifact",
]

_NOTE = "artifact "  # before the name of a file, in the attributes of its trial or study


class ArtifactStore(Protocol):
    """Where files are put: anything with these three, as Optuna's stores have them."""

    def open_reader(self, artifact_id: str) -> BinaryIO:
        """What is kept under that name, to be read."""

    def write(self, artifact_id: str, content_body: BinaryIO) -> None:
        """Keep what can be read there."""

    def remove(self, artifact_id: str) -> None:
        """Forget it."""


@dataclass(frozen=True)
class ArtifactMeta:
    """A file as it was noted: the name that its store has for it, its own, and what it holds."""

    artifact_id: str
    filename: str
    mimetype: str
    encoding: str | None


class FileSystemArtifactStore:
    """Files in a folder, which is made where it does not exist."""

    def __init__(self, base_path: str | Path) -> None:
        self._folder = path_of(base_path)

    def open_reader(self, artifact_id: str) -> BinaryIO:
        """The file; raises :class:`UserFault`, a ``KeyError``, where it is not there."""
        try:
            return self._path(artifact_id).open("rb")
        except FileNotFoundError:
            raise NotThere(f"There is no artifact {artifact_id}.", "Give one that was uploaded there.") from None

    def write(self, artifact_id: str, content_body: BinaryIO) -> None:
        """Make the file; raises :class:`UserFault` where one of that name is there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with self._path(artifact_id).open("xb") as file:
                shutil.copyfileobj(content_body, file)
        except FileExistsError:
            raise WrongValue(f"There is an artifact {artifact_id} already.", "Give another name.") from None

    def remove(self, artifact_id: str) -> None:
        """Delete the file; raises :class:`UserFault`, a ``KeyError``, where it is not there."""
        try:
            self._path(artifact_id).unlink()
        except FileNotFoundError:
            raise NotThere(f"There is no artifact {artifact_id}.", "Give one that was uploaded there.") from None

    def _path(self, artifact_id: str) -> Path:
        name = text_of(artifact_id, "artifact_id")
        if name in ("", ".", "..") or any(sign in name for sign in "/\\:\0"):
            raise WrongValue(f"{name!r} is not the name of an artifact.", "Give what upload_artifact() returned.")
        return self._folder / name


def upload_artifact(
    *,
    artifact_store: ArtifactStore,
    file_path: str | Path,
    study_or_trial: Any,
    storage: object = None,
    mimetype: str | None = None,
    encoding: str | None = None,
) -> str:
    """Put a file into a store and note it at a study or a running trial; the name under which it can be fetched.

    ``storage`` plays no part. Raises :class:`UserFault` for a file that cannot be read, and for a trial that is over.
    """
    path = path_of(file_path)
    if isinstance(study_or_trial, FrozenTrial):
        raise WrongMoment("A finished trial cannot be changed.", "Upload the file while it runs, or to the study.")
    kind, packed = mimetypes.guess_type(path.name)
    name = str(uuid.uuid4())
    known = ArtifactMeta(name, path.name, mimetype or kind or "application/octet-stream", encoding or packed)
    try:
        with path.open("rb") as file:
            artifact_store.write(name, file)
    except OSError as error:
        raise UserFault(f"{path.name} cannot be kept: {error.strerror}.", "Give a file that can be read.") from error
    study_or_trial.set_user_attr(f"{_NOTE}{name}", asdict(known))
    return name


def download_artifact(*, artifact_store: ArtifactStore, artifact_id: str, file_path: str | Path) -> None:
    """Write what a store has under a name to a new file; raises :class:`UserFault` where something is there."""
    path = path_of(file_path)
    with artifact_store.open_reader(artifact_id) as content:
        try:
            with path.open("xb") as file:
                shutil.copyfileobj(content, file)
        except OSError as error:
            raise UserFault(f"{path.name} cannot be written: {error.strerror}.", "Give another path.") from error


def get_all_artifact_meta(study_or_trial: Any, *, storage: object = None) -> list[ArtifactMeta]:
    """What was noted at a study or a trial, in that order; ``storage`` plays no part."""
    names = {one.name for one in fields(ArtifactMeta)}
    noted = [value for key, value in study_or_trial.user_attrs.items() if key.startswith(_NOTE)]
    return [ArtifactMeta(**one) for one in noted if isinstance(one, dict) and one.keys() == names]
