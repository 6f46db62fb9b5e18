"""What is suggested for a study on a script, a program, a formula or a test function: a whole definition."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.errors import UserFault
from engine.objectives import functions
from engine.objectives.code_files import read_command
from engine.objectives.command_line import OWN, places_of
from engine.objectives.description import (
    CommandObjective,
    FormulaObjective,
    FunctionObjective,
    ScriptObjective,
)
from engine.objectives.formula import suggest_formula_space
from engine.objectives.output_reading import OutputReader
from engine.objectives.script_reading import ScriptFacts, read_script
from engine.objectives.usual_rows import usual_row
from engine.samplers.optuna_classes import SAMPLERS
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Hyperparameter
from engine.trials import Direction
from engine.wording import command_line, counted

SHORTEST = 60.0
"""Seconds of a search that a script limits to less; a guess."""
FEW_TRIALS = 50
"""Of a formula, which takes no time; a guess."""
PROGRAMS = {
    ".r": "Rscript", ".jl": "julia", ".sh": "sh", ".js": "node", ".lua": "lua", ".pl": "perl", ".rb": "ruby",
    ".m": "octave",
}  # fmt: skip
"""What runs a file with such an ending."""
SCRIPT_SUFFIXES = (".py",)
UNPRUNED = ("NopPruner",)
"""Pruners that a script names to have none."""


def suggest_script_setup(source: str | Path, entry: str = "", base: StudySetup | None = None) -> StudySetup:
    """A definition for a Python file, read and not run: its objective, search space, directions, strategy and budget.

    ``base`` is a definition whose strategy and budget are kept. Raises :class:`UserFault` where the file cannot be
    read, is no Python, or has no objective.
    """
    path = Path(source).absolute()
    facts = read_script(path, entry)
    chosen = entry or ("" if facts.runs_main else facts.entries[0])
    directions: tuple[Direction, ...] = facts.directions or ("minimize",)  # as Optuna does
    objective = ScriptObjective(str(path), chosen, directions, fingerprint=facts.fingerprint, found=dict(facts.space))
    discovered = None if facts.takes_params else tuple(facts.space)
    setup = StudySetup(path.stem, objective, dict(facts.space), directions[0], discovered=discovered)
    if base is not None:
        return _with(setup, base.strategy, base.budget)
    sampler = SAMPLERS.get(facts.sampler, "bayesian" if len(directions) == 1 else "evolution")
    pruner = "none" if facts.pruner in UNPRUNED or len(directions) > 1 else _pruner_of(facts)
    budget = Budget(trials=facts.trials or Budget().trials, seconds=_seconds_of(facts), workers=1)
    strategy = Strategy(sampler, pruner=pruner, seed=facts.seed if facts.seed is not None and facts.seed >= 0 else 0)
    return _with(setup, strategy, budget)


def _with(setup: StudySetup, strategy: Strategy, budget: Budget) -> StudySetup:
    whole: StudySetup = replace(setup, strategy=strategy, budget=budget)
    return whole


def _seconds_of(facts: ScriptFacts) -> float | None:
    """The time limit of a script's search; loading it counts here, so that a few seconds would be no search at all."""
    if facts.seconds is None or facts.seconds >= SHORTEST:
        return facts.seconds
    return None if facts.trials else SHORTEST


def _pruner_of(facts: ScriptFacts) -> str:
    """Optuna's usual one for a file that asks whether it should end, or takes a pruner of another kind."""
    asks = "should_prune" in facts.text or "PruningCallback" in facts.text or facts.takes_params
    return "median" if asks else "none"


def suggest_command_setup(
    command: str,
    folder: str | Path,
    space: Mapping[str, Hyperparameter] | None = None,
    base: StudySetup | None = None,
    template: CommandObjective | None = None,
) -> StudySetup:
    """A definition for a program; without a ``space`` every placeholder is a number from 0 to 1.

    ``template`` holds other fields of the objective that are kept. Raises :class:`UserFault` where the command cannot
    be read.
    """
    start = template or CommandObjective(command)
    objective = replace(start, command=command, folder=str(Path(folder).absolute()), fingerprint="")
    objective = replace(objective, fingerprint=read_command(objective).fingerprint)
    rows = dict(space) if space is not None else suggest_code_space(objective)
    words = command.split()
    program = next((Path(word).stem for word in words if "." in word and "{" not in word), Path(words[0]).stem)
    setup = StudySetup(program, objective, rows, objective.directions[0])
    strategy = Strategy("bayesian" if len(objective.directions) == 1 else "evolution")
    if base is not None:
        return _with(setup, base.strategy, base.budget)
    return _with(setup, strategy, Budget())


def suggest_program(path: str | Path) -> str:
    """The command that runs a file in another language, with one placeholder to begin with."""
    place = Path(path)
    return f"{PROGRAMS[place.suffix.lower()]} {command_line(place.name)} --lr {{lr}}"


def test_functions() -> tuple[tuple[str, str, str], ...]:
    """Name, title and summary of each test function."""
    found = ((name, functions.get(name)) for name in functions.names())
    return tuple((name, one.title, one.summary) for name, one in found)


def suggest_function_setup(name: str, base: StudySetup | None = None) -> StudySetup:
    """A definition for a test function by its name, or for a formula; raises :class:`UserFault` where it is neither."""
    known = functions.names()
    if name in known or name.isidentifier():
        function = functions.get(name)  # refuses an unknown name with those there are
        setup = StudySetup(function.title, FunctionObjective(name), dict(function.space()))
    else:
        rows = dict(suggest_formula_space(name))
        if not rows:
            raise UserFault("The formula has no variable.", "Write it like (x - 1)**2 + sin(y).", "formula")
        title = name if len(name) <= 40 else "formula"
        setup = StudySetup(title, FormulaObjective(name), rows)
    if base is not None:
        return _with(setup, base.strategy, base.budget)
    return _with(setup, Strategy("bayesian"), Budget(trials=FEW_TRIALS))


def rows_for_command(space: Mapping[str, Hyperparameter], objective: CommandObjective) -> dict[str, Hyperparameter]:
    """The rows of a program once its command was edited: new placeholders get a row, others stay."""
    return {**space, **{name: row for name, row in suggest_code_space(objective).items() if name not in space}}


def rows_for_formula(space: Mapping[str, Hyperparameter], text: str) -> dict[str, Hyperparameter]:
    """The rows of a formula once it was edited: those of its names, as they were where they were there.

    Raises :class:`UserFault` where ``text`` is no formula.
    """
    rows = suggest_formula_space(text)
    if not len(rows):
        raise UserFault("The formula has no variable.", "Write it like (x - 1)**2 + sin(y).", "formula")
    return {name: space.get(name, row) for name, row in rows.items()}


def read_sample(objective: CommandObjective, text: str) -> str:
    """What would be read of a program's output, in words; raises :class:`UserFault` for a pattern that is none."""
    reader = OutputReader(objective)
    steps = [step for line in text.splitlines() if (step := reader.read(line)) is not None]
    said = []
    if steps:
        last, records = steps[-1]
        shown = ", ".join(f"{name} {value:.6g}" for name, value in list(records.items())[:4])
        said.append(f"{counted(len(steps), 'step')}, the last one {last}: {shown}.")
    try:
        scores, notes = reader.ending()
    except UserFault as fault:
        return " ".join([*said, str(fault)])
    pairs = zip(objective.scores, scores, strict=False)
    return " ".join([", ".join(f"{name} = {value:.6g}" for name, value in pairs) + ".", *said, *notes])


def suggest_code_space(objective: ScriptObjective | CommandObjective | FormulaObjective) -> dict[str, Hyperparameter]:
    """The suggested rows, as far as they can be told without running anything."""
    if isinstance(objective, FormulaObjective):
        return dict(suggest_formula_space(objective.text))
    if isinstance(objective, ScriptObjective):
        return {**read_script(objective.source, objective.entry).space, **objective.found}
    return {name: usual_row(name) for name in places_of(objective.command) if name not in OWN}
