"""``twinloop steer``: ask whoever runs a study to pause, resume or stop, to queue trials, to change its budget."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine import store
from engine.commands.fixing import parse_value
from engine.errors import UserFault
from engine.events import Author
from engine.objectives.permissions import with_absolute_path
from engine.printing import print_json, print_line
from engine.runner import intents
from engine.runner.door import Caller
from engine.runner.orders import order_of
from engine.setup import Budget, StudySetup, replace
from engine.store import StudyOnFile
from engine.wording import listed
from engine.written import require_once

AUTHOR: Author = "command line"
LOOK_SECONDS = 0.05  # between looks at whether there is an answer
USUAL = Budget()  # by whose limits it is known what kind of number each is
WHOLE = ("trials", "patience", "workers")


def steer(arguments: argparse.Namespace) -> int:
    """Ask, wait for the answer and say what became of it; the exit status. Raises :class:`UserFault` when refused."""
    path = Path(arguments.study).absolute()
    with store.Reader(path) as reader:
        study = reader.study()
    make, said = ACTIONS[arguments.what]
    intent = make(study, arguments.words, path)
    order = order_of(intent, AUTHOR)
    assert order is not None, "nobody else can be asked for that"
    caller = Caller(path)
    caller.send(order, type(intent))
    while caller.is_waiting:
        for refusal in caller.take_refusals():
            raise UserFault(refusal.what, refusal.remedy)
        time.sleep(LOOK_SECONDS if caller.is_waiting else 0.0)
    if arguments.json:
        print_json({"asked": arguments.what, "done": True})
    else:
        print_line(said)
    return 0


def _simple(intent: intents.SessionIntent) -> Make:
    def make(study: StudyOnFile, words: Sequence[str], path: Path) -> intents.SessionIntent:
        if words:
            raise UserFault(f"Nothing goes with it, and not {words[0]!r}.", "Leave it out.")
        return intent

    return make


def _numbered(kind: Callable[[int], intents.SessionIntent]) -> Make:
    def make(study: StudyOnFile, words: Sequence[str], path: Path) -> intents.SessionIntent:
        if len(words) != 1 or not words[0].isdecimal():
            raise UserFault("The number of one trial is needed.", "See them with: twinloop show.")
        return kind(int(words[0]))

    return make


def _enqueue(study: StudyOnFile, words: Sequence[str], path: Path) -> intents.SessionIntent:
    params: dict[str, Any] = {}
    for name, text in _pairs(words, "lr=0.01"):
        hyperparameter = study.setup.space.get(name)
        if hyperparameter is None:
            raise UserFault(f"The space has no {name!r}.", f"It has: {', '.join(study.setup.space)}.")
        params[name] = parse_value(text, hyperparameter)
    return intents.EnqueueTrial(study.history.space.validate(params))


def _budget(study: StudyOnFile, words: Sequence[str], path: Path) -> intents.SessionIntent:
    changed: dict[str, float | int | None] = {}
    for name, text in _pairs(words, "trials=60"):
        if name not in Budget.__struct_fields__:
            raise UserFault(f"A budget has no {name!r}.", f"It has {listed(Budget.__struct_fields__)}.")
        changed[name] = _limit(name, text)
    setup: StudySetup = replace(study.setup, objective=with_absolute_path(study.setup.objective, path))
    return intents.EditStudy(replace(setup, budget=replace(setup.budget, **changed)))


def _limit(name: str, text: str) -> float | int | None:
    if text == "none" and name != "workers":
        return None
    try:
        value = int(text) if name in WHOLE else float(text)
    except ValueError:
        value = float("nan")
    if not (abs(value) < float("inf") and (value > 0 or name == "target")):
        raise UserFault(f"{name} is not such a number: {text}.", "Write it like trials=60, or none for no limit.")
    return value


def _pairs(words: Sequence[str], example: str) -> list[tuple[str, str]]:
    pairs = [(name.strip(), text.strip()) for name, _, text in (word.partition("=") for word in words)]
    if not pairs or not all(name and text for name, text in pairs):
        raise UserFault("NAME=VALUE is needed, once or more.", f"Write it like {example}.")
    require_once((name for name, _ in pairs), "The command")
    return pairs


Make = Callable[[StudyOnFile, Sequence[str], Path], intents.SessionIntent]

ACTIONS: dict[str, tuple[Make, str]] = {
    "pause": (_simple(intents.PauseRun()), "It pauses at the next step of its trials."),
    "resume": (_simple(intents.ResumeRun()), "It goes on."),
    "stop": (_simple(intents.StopRun()), "It ends its trials and stops."),
    "stop-trial": (_numbered(intents.StopTrial), "The trial ends at its next step."),
    "retry": (_numbered(intents.RetryTrial), "The configuration is queued once more."),
    "enqueue": (_enqueue, "The configuration is queued."),
    "budget": (_budget, "The budget is changed."),
}
"""By their words on the command line: what each asks for, and what is said once it was taken."""
