"""What people note beside a study and its trials: texts, numbers, lists and objects of them, kept in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from engine.errors import WrongType
from engine.studies.core import Core
from engine.trials import FrozenTrial
from engine.tuning import Trial

STUDY = -1  # in the place of a trial's number


class Attributes(Core):
    """The part of a study that keeps notes. What JSON cannot hold stays in memory, where the study has no file."""

    _objects: dict[int, dict[str, Any]]

    @property
    def user_attrs(self) -> dict[str, Any]:
        """What :meth:`set_user_attr` was told."""
        return {**self._setup.user_attrs, **self._objects.get(STUDY, {})}

    def set_user_attr(self, key: str, value: object) -> None:
        """Note anything beside the study; raises :class:`UserFault` for what its file cannot hold."""
        if not isinstance(key, str):
            raise WrongType(f"{key!r} is not the name of an attribute.", "Give a text.")
        with self._lock:
            kept = self._plain_value({key: value})
            others = {name: one for name, one in self._setup.user_attrs.items() if name != key}
            self._objects.get(STUDY, {}).pop(key, None)
            self._redefine(user_attrs={**others, **kept})
            if key not in kept:
                self._objects.setdefault(STUDY, {})[key] = value
            self._outbox.write()

    def check_attribute(self, key: str, value: object) -> None:
        """Raises :class:`UserFault` for an attribute that the study's file cannot hold."""
        self._plain_value({key: value})

    def _plain_value(self, attributes: Mapping[str, object]) -> dict[str, Any]:
        """Those of ``attributes`` that JSON can hold."""
        kept = {}
        for key, value in attributes.items():
            try:
                kept[key] = json.loads(json.dumps(value, default=_of_numpy))
            except (TypeError, ValueError, RecursionError):
                if self._outbox.path is not None:
                    raise WrongType(
                        f"The attribute {key} is a {type(value).__name__}, which the study's file cannot hold.",
                        "Give texts, numbers, lists or dicts of them.",
                    ) from None
        return kept

    def _details_of(self, handle: Trial | None) -> dict[str, object]:
        plain = self._plain_value(handle.user_attrs) if handle is not None and handle.user_attrs else {}
        return {"user_attrs": plain} if plain else {}

    def _keep_objects(self, handle: Trial | None) -> None:
        if handle is not None and handle.user_attrs:
            kept = self._plain_value(handle.user_attrs)
            others = {key: value for key, value in handle.user_attrs.items() if key not in kept}
            if others:
                self._objects[handle.number] = others

    def _frozen_trial(self, number: int) -> FrozenTrial:
        """All that is known of one trial, with what it reported and noted."""
        found = self.history.trial(number)
        handle = self._handles.get(number)
        noted = handle.user_attrs if handle is not None else self._objects.get(number, {})
        changes: dict[str, Any] = {"curve": self.curves.get(number), "space": self.space}
        if self.space.has_literals:
            changes["params"] = self.space.to_objects(found.params)
        if noted:
            changes["details"] = {**found.details, "user_attrs": {**found.user_attrs, **noted}}
        return found.with_more(**changes)


def _of_numpy(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    try:
        return msgspec.to_builtins(value)  # dates, enums, dataclasses
    except (TypeError, ValueError):
        raise TypeError(type(value).__name__) from None
