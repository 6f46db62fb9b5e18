"""The part of an open study that grows: what is queued, what trials of a script name, versions, what is found out."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping

from engine.events import AnyEvent, FindingRecorded, LogLine
from engine.objectives.description import CodeObjective, ScriptObjective
from engine.runner.discovery import is_open, with_asked, with_constraints
from engine.runner.outbox import Outbox
from engine.runner.replies import Reply, SetupGrown
from engine.setup import StudySetup, replace
from engine.space import Hyperparameter
from engine.trials import State
from engine.tuning import Tuner


class StudyGrowth(ABC):
    """What :class:`engine.runner.dialogue.Discovery` asks for; used by the runner's thread alone."""

    _setup: StudySetup | None

    @abstractmethod
    def _require_study(self) -> tuple[Outbox, StudySetup, Tuner]: ...

    @abstractmethod
    def _record_event(self, event: AnyEvent) -> None: ...

    @abstractmethod
    def reply(self, reply: Reply) -> None:
        """Have a reply heard with the next batch."""

    def enqueue(self, params: Mapping[str, object]) -> None:
        """Queue a configuration."""
        _, _, tuner = self._require_study()
        tuner.enqueue(params, time.time())

    def retry(self, number: int) -> None:
        """Queue a trial's configuration again."""
        _, _, tuner = self._require_study()
        tuner.retry(number, time.time())

    def keep_finding(self, finding: FindingRecorded) -> None:
        """Keep what was found out after the search."""
        self._require_study()
        self._record_event(finding)

    def _note_version(self, setup: StudySetup, present: CodeObjective) -> StudySetup:
        """Keep which content of its files the study runs from here on."""
        before = setup.objective
        if present == before or not isinstance(before, CodeObjective):
            return setup
        changed: StudySetup = replace(setup, objective=present)
        self._redefine(changed)
        if before.fingerprint:
            self._record_event(LogLine("The script was changed; later trials run its new version.", time.time()))
        return changed

    def _redefine(self, setup: StudySetup) -> None:
        """Keep a definition that follows from what happened, and say so."""
        outbox, _, _ = self._require_study()
        self._setup = setup
        outbox.note_setup()
        self.reply(SetupGrown(setup))

    @property
    def title(self) -> str:
        """The study's name."""
        return self._require_study()[1].title

    def admit(self, name: str, asked: Hyperparameter) -> bool:
        """Know a hyperparameter as a script asks for it; whether the study's own row of it counts."""
        _, setup, tuner = self._require_study()
        if not is_open(setup):
            return False
        changed = with_asked(setup, name, asked)
        if changed != setup:
            self._redefine(changed)
            tuner.discovered = changed.discovered
            if changed.space != setup.space:
                tuner.change_space(changed.search_space(), time.time())
        objective = changed.objective
        return isinstance(objective, ScriptObjective) and objective.found.get(name) == asked

    def take_constraints(self, names: tuple[str, ...]) -> None:
        """Know the constraints that a trial tells."""
        _, setup, tuner = self._require_study()
        changed = with_constraints(setup, names, bool(len(tuner.history.where(State.COMPLETE))))
        if changed != setup:
            self._redefine(changed)
            tuner.history.judge_by(changed.directions(tuner.history.directions), changed.constraints)
