"""Optuna's journal storages: one JSON object a line, each an operation, replayed as Optuna replays them."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.data.reading.files import check_memory
from engine.errors import UserFault
from engine.importing import registry
from engine.importing.choosing import choose_study
from engine.importing.optuna_building import RawTrial, build_study
from engine.importing.records import ForeignStudy, Wishes
from engine.importing.sources import Source

_CREATE_STUDY, _DELETE_STUDY, _STUDY_USER_ATTR, _STUDY_SYSTEM_ATTR = range(4)  # Optuna's JournalOperation, to _DISCARD
_CREATE_TRIAL, _PARAM, _STATE, _REPORT, _USER_ATTR, _SYSTEM_ATTR, _DISCARD = range(4, 11)  # Optuna's, too
_STATES = {0: "RUNNING", 1: "COMPLETE", 2: "PRUNED", 3: "FAIL", 4: "WAITING"}
_DIRECTIONS = {0: "NOT_SET", 1: "MINIMIZE", 2: "MAXIMIZE"}
_OVER = {"COMPLETE", "PRUNED", "FAIL"}


@registry.register
class OptunaJournal(Source):
    """A journal that Optuna wrote to a file."""

    title = "Optuna storage (journal)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """An object with an operation's code at its beginning."""
        return head.lstrip()[:1] == b"{" and b'"op_code"' in head.partition(b"\n")[0]

    def study_names(self, path: Path) -> tuple[str, ...]:
        """The studies in it."""
        return tuple(study["name"] for study in _replay(path)[0].values())

    def read(self, path: Path, wishes: Wishes) -> ForeignStudy:
        """One study, with every field of its trials."""
        studies, said = _replay(path)
        found = list(studies.values())
        study = found[choose_study(path, [one["name"] for one in found], wishes.study)]
        return build_study(
            study["name"], study["directions"], study["trials"], study["user_attrs"], study["system_attrs"], said
        )


def _replay(path: Path) -> tuple[dict[int, dict[str, Any]], list[str]]:
    """The studies by their keys, and what is to be said of the file; raises :class:`UserFault` where it is damaged."""
    replay = _Replay()
    said: list[str] = []
    check_memory(path, path.stat().st_size)
    lines = path.read_bytes().split(b"\n")
    last = len(lines) - 1
    for place, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            replay.apply(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            if place == last:  # without a line break: whoever wrote it was cut off
                said.append("The last entry of the journal was cut off; it is left out.")
                break
            raise UserFault(
                f"{path.name} is damaged at line {place + 1:,}.", "Import another copy, or remove that line."
            ) from error
    return replay.studies, said


class _Replay:
    """What the operations so far have made: an operation on what is gone or over changes nothing, as in Optuna."""

    def __init__(self) -> None:
        self.studies: dict[int, dict[str, Any]] = {}
        self._trials: list[RawTrial] = []
        self._made = 0

    def apply(self, entry: dict[str, Any]) -> None:
        """Carry out one operation; raises ``KeyError`` and the like for what is none."""
        code = int(entry["op_code"])
        if code == _CREATE_STUDY:
            self._create_study(entry)
        elif code == _DELETE_STUDY:
            self.studies.pop(int(entry["study_id"]), None)
        elif code in {_STUDY_USER_ATTR, _STUDY_SYSTEM_ATTR}:
            field = "user_attr" if code == _STUDY_USER_ATTR else "system_attr"
            if int(entry["study_id"]) in self.studies:
                self.studies[int(entry["study_id"])][f"{field}s"].update(entry[field])
        elif code == _CREATE_TRIAL:
            self._create_trial(entry)
        elif code == _DISCARD:
            return  # of an experiment of Optuna's that never came out
        elif 0 <= (key := int(entry["trial_id"])) < len(self._trials):
            self._change_trial(self._trials[key], code, entry)

    def _create_study(self, entry: dict[str, Any]) -> None:
        name = str(entry["study_name"])
        if any(study["name"] == name for study in self.studies.values()):
            return
        directions = [_DIRECTIONS[int(one)] for one in entry["directions"]]
        empty: dict[str, Any] = {"user_attrs": {}, "system_attrs": {}, "trials": []}
        self.studies[self._made] = {"name": name, "directions": directions, **empty}
        self._made += 1

    def _create_trial(self, entry: dict[str, Any]) -> None:
        study = self.studies.get(int(entry["study_id"]))
        if study is None:
            return
        ranges = entry.get("distributions") or {}
        values = entry.get("values")
        values = [entry["value"]] if values is None and entry.get("value") is not None else values or []
        trial = RawTrial(
            number=len(study["trials"]),
            state=_STATES[int(entry.get("state", 0))],
            started=_seconds(entry.get("datetime_start")),
            ended=_seconds(entry.get("datetime_complete")),
            params={name: (float(value), ranges[name]) for name, value in (entry.get("params") or {}).items()},
            scores={place: float(value) for place, value in enumerate(values)},
            reported={int(step): _float(value) for step, value in (entry.get("intermediate_values") or {}).items()},
            user_attrs=dict(entry.get("user_attrs") or {}),
            system_attrs=dict(entry.get("system_attrs") or {}),
        )
        self._trials.append(trial)
        study["trials"].append(trial)

    @staticmethod
    def _change_trial(trial: RawTrial, code: int, entry: dict[str, Any]) -> None:
        if trial.state in _OVER:
            return
        if code == _PARAM:
            trial.params[entry["param_name"]] = (float(entry["param_value_internal"]), entry["distribution"])
        elif code == _STATE:
            trial.state = _STATES[int(entry["state"])]
            if entry.get("values") is not None:
                trial.scores = {place: float(value) for place, value in enumerate(entry["values"])}
            if "datetime_start" in entry:
                trial.started = _seconds(entry["datetime_start"])
            if "datetime_complete" in entry:
                trial.ended = _seconds(entry["datetime_complete"])
        elif code == _REPORT:
            trial.reported[int(entry["step"])] = _float(entry["intermediate_value"])
        elif code == _USER_ATTR:
            trial.user_attrs.update(entry["user_attr"])
        elif code == _SYSTEM_ATTR:
            trial.system_attrs.update(entry["system_attr"])
        else:
            raise KeyError(code)


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _seconds(text: str | None) -> float:
    try:
        return datetime.fromisoformat(text or "").timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return math.nan
