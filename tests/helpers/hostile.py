"""Texts that a stranger may put where a study has a text, and study files with one of them in every such place."""

from __future__ import annotations

import re
from pathlib import Path

from engine import store
from engine.events import LogLine, RunStateChanged, StepReported, TrialEnded, TrialQueued, TrialStarted
from engine.objectives.description import FunctionObjective, TableObjective, Validation
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Categorical, Float, Int, SearchSpace

MARK = "executed-by-a-study"
"""A file of this name in the folder of a test says that a text was executed."""
PICTURE = "picture-of-a-stranger.png"
CALL = f"__import__('pathlib').Path('{MARK}').touch()"

TEXTS = {
    "keyword": f"x={CALL}",
    "argument": f"n_neighbors=3, metric={CALL}",
    "call": f"){CALL}#",
    "single quote": f"'+{CALL}+'",
    "double quote": f'"+{CALL}+"',
    "triple quotes": f'"""\n{CALL}\n"""',
    "triple single quotes": f"'''\n{CALL}\n'''",
    "newline": f"a\n{CALL}",
    "carriage return": f"a\r{CALL}\r\nb",
    "line separator": f"a\u2028{CALL}\u2029\x85\x0b\x0c{CALL}",
    "backslash": "C:\\Users\\new\\x\\N\\",
    "quote behind a backslash": f'\\"\n{CALL}\n#',
    "braces": f"{{x}} {{0}} {{{CALL}}}",
    "percent": "%s %n %(x)s %d",
    "colours": "\x1b[31mred\x1b[0m",
    "title of the terminal": "\x1b]0;owned\x07",
    "a link in the terminal": "\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\",
    "cursor up": "good\x1b[1A\x1b[2Kbad",
    "single byte controls": "a\x9b31mb\x9d0;x\x9c\x7f\x08\x08",
    "a line of its own": "a\nbest: 1.0 by trial 0\r\x1b[K",
    "picture": f'<img src="file:{PICTURE}">',
    "link": '<a href="file:///etc/passwd">open</a>',
    "style": "<style>*{background:red}</style><b>big</b>",
    "entity": "&lt;b&gt; &amp; &#0;",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1)",
    "tab": "\t=1+1",
    "formula on a new line": "\n=1+1",
    "wide formula": "＝1+1",
    "separators": 'a,b;c|d\t"e',
    "yaml": "!!python/object/apply:os.system ['x']",
    "yaml merge": "<<",
    "yaml alias": "*a &b - ? : #",
    "null byte": "a\0b",
    "right to left": "abc\u202egpj.exe\u2066\u2069\u200f",
    "no width": "a\u200b\u2060\ufeff\xadb",
    "byte order": "\ufeffa",
    "dunder": "__class__",
    "keyword of Python": "lambda",
    "self": "self",
    "path": "../../../etc/passwd",
    "option": "--help",
    "device": "CON",
    "window mark": "[*] [*][*]",
    "ampersand": "&File && &",
    "long": "long " * 20_000,
    "empty": "",
    "blank": " \t ",
    "other scripts": "шаг 步 क्षेत्र 🙂‍🙂 e\u0301",
    "half a pair": "a\ud800b\udcff",
}
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""What must not reach a terminal (line breaks and tabs are looked at line by line)."""


def whole(text: str) -> str:
    """``text`` without halves of surrogate pairs, which the definition of a study cannot hold."""
    return text.encode("utf-8", "replace").decode()


def rows(text: str) -> dict:
    """A search space whose names, choices and conditions are the text."""
    name = whole(text) if text.strip() else f"q{text}"
    choices = tuple(dict.fromkeys((whole(text), "b", "")))
    own, other = {} if name == "n_neighbors" else {name: Categorical(choices)}, f"{name} child"
    return {**own, "n_neighbors": Int(1, 9), other: Float(0.0, 1.0, when={name: (whole(text),)})}


def setup(text: str, objective: object = None) -> StudySetup:
    """A definition with the text wherever it takes one; ``objective`` is one that works, where that is wanted."""
    safe = whole(text)
    if objective is None:
        validation = Validation("grouped", 3, safe, 0.2)
        objective = TableObjective(
            safe, safe, "classification", safe, safe, {safe: safe}, {safe: safe}, (safe,), validation, 0, safe
        )
    strategy = Strategy(safe, {safe: safe}, safe, {safe: safe}) if not _works(objective) else Strategy("random")
    budget = Budget(trials=4, workers=1)
    return StudySetup(safe, objective, rows(text), "maximize", strategy, budget, (safe or "limit",))


def _works(objective: object) -> bool:
    """Whether the study could run but for its search space."""
    return isinstance(objective, FunctionObjective) or getattr(objective, "family", "") == "neighbours"


def make(path: Path, text: str, objective: object = None) -> Path:
    """A study file of four trials with the text in every field, the best of them complete."""
    made = setup(text, objective)
    space = SearchSpace(made.space)
    limit = made.constraints[0]
    params = {name: row.to_value(row.from_unit(0.1)) for name, row in made.space.items()}
    foreign = {**params, text or "empty": text}
    why = {"phase": text, text: text, "predicted": 0.5, "texts": [text]}
    details = {"notes": [text], text: text, "fold_scores": [0.8, 0.9], "hypergradient": {text: 1.0}, "parameters": 3}
    end = {"details": details, "constraints": {limit: -1.0}}
    with store.create(path, made.to_json(), space, (made.direction,), made.constraints) as writer:
        writer.record([RunStateChanged("running", 1.7e9), LogLine(text, 1.7e9, "error")])
        for number in range(3):
            state, scores = ("failed", ()) if number == 2 else ("complete", (0.8 + number / 10,))
            writer.record([
                TrialStarted(number, foreign, 1.7e9, why=why),
                *(StepReported(number, step, {"train_loss": 1 / step, text: 0.5}) for step in range(1, 4)),
                LogLine(text, 1.7e9, "warning", number),
                TrialEnded(number, state, 1.7e9, 1.0, scores, text, **end),
            ])  # fmt: skip
        writer.record([TrialQueued(3, params, 1.7e9, why=why)])
        writer.record([RunStateChanged("ended", 1.7e9, text)])
    return path
