"""The best configuration of a study on a script, a program or a formula, as a Python script that runs it once more."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from engine.errors import UserFault
from engine.objectives.command_line import fill_shell, fill_words
from engine.objectives.description import CommandObjective, FormulaObjective, ScriptObjective
from engine.objectives.formula import CONSTANTS, FUNCTIONS, Formula
from engine.objectives.script_reading import read_script
from engine.objectives.source_code import identifier, literal, prose

CodeLike = ScriptObjective | CommandObjective | FormulaObjective

_TRIAL = '''

class BestTrial:
    """Answers a trial's questions with the best configuration."""

    number = 0
    params = PARAMS

    def _value(self, name, *_, **__):
        return PARAMS[name]

    suggest_float = suggest_int = suggest_uniform = suggest_loguniform = suggest_discrete_uniform = _value

    def suggest_categorical(self, name, choices):
        value = PARAMS[name]
        for one in choices:
            if one == value or repr(one) == value or getattr(one, "__name__", None) == value:
                return one
        return value

    def report(self, *_, **__):
        pass

    def should_prune(self):
        return False

    set_user_attr = set_system_attr = set_constraint = report

'''


def code_script(objective: CodeLike, params: Mapping[str, object], score: float, number: int, seed: int) -> str:
    """The script; raises :class:`UserFault` where there is none for this objective."""
    head = f'"""The best configuration: trial {number}, score {score!r}."""\n'
    if isinstance(objective, FormulaObjective):
        return head + _formula(objective, params)
    if isinstance(objective, CommandObjective):
        return head + _command(objective, params, number, seed)
    return head + _script(objective, params)


def _script(objective: ScriptObjective, params: Mapping[str, object]) -> str:
    facts = read_script(objective.source, objective.entry)
    name = objective.entry or next(iter(facts.entries), "")
    if not name:
        raise UserFault(
            "The script hands its objective over while it runs, so no other script can call it.",
            "Export .json instead, and give these values to the script.",
        )
    call = "OBJECTIVE(PARAMS, lambda *_, **__: None)" if facts.takes_params else "OBJECTIVE(BestTrial())"
    folder = objective.source.replace("\\", "/").rpartition("/")[0]
    return (
        "\nimport importlib.util\nimport os\nimport sys\n\n"
        f"SCRIPT = {literal(objective.source)}\nPARAMS = {_dict(params)}\n"
        f"{'' if facts.takes_params else _TRIAL}"
        f"\nsys.path.insert(0, {literal(folder)})\nos.chdir({literal(folder)})\n"
        'spec = importlib.util.spec_from_file_location("tuned", SCRIPT)\n'
        "tuned = importlib.util.module_from_spec(spec)\nsys.modules[spec.name] = tuned\n"
        f"spec.loader.exec_module(tuned)\nOBJECTIVE = tuned.{identifier(name)}\n"
        "if isinstance(OBJECTIVE, type):\n    OBJECTIVE = OBJECTIVE()\n"
        f'print("score:", {call})\n'
    )


def _command(objective: CommandObjective, params: Mapping[str, object], number: int, seed: int) -> str:
    values = {**params, "trial": number, "seed": seed}
    text = "\nimport os\nimport subprocess\n"
    if objective.handover:
        values["config"] = f"best.{objective.handover}"
        text += "import json\n\n" if objective.handover == "json" else "\n"
        writes = "json.dumps(PARAMS, indent=2)" if objective.handover == "json" else literal(_yaml(params))
        text += f"PARAMS = {_dict(params)}\n"
        text += f"with open({literal(values['config'])}, 'w', encoding='utf-8') as file:\n    file.write({writes})\n"
    words = (fill_shell if objective.shell else fill_words)(objective.command, values)
    more = {**objective.environment, "TWINLOOP_TRIAL": str(number), "TWINLOOP_SEED": str(seed)}
    folder = f", cwd={literal(objective.folder)}" if objective.folder and not objective.handover else ""
    return text + (
        f"\nenvironment = {{**os.environ, **{literal(more)}}}\n"
        f"subprocess.run({literal(words)}{folder}, env=environment, check=True)\n"
    )


def _yaml(params: Mapping[str, object]) -> str:
    # In here because every other export does without it.
    import yaml

    return str(yaml.safe_dump(dict(params), sort_keys=False, allow_unicode=True))


def _formula(objective: FormulaObjective, params: Mapping[str, object]) -> str:
    formula = Formula(objective.text)  # so nothing but numbers, names, operators and known functions is in it
    tree = ast.parse(objective.text.strip().replace("^", "**"), mode="eval")
    used = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - set(formula.names))
    builtin = {"abs", "max", "min", "round"}
    imported = [name for name in used if name in CONSTANTS or (name in FUNCTIONS and name not in builtin | {"sign"})]
    lines = ["", f"from math import {', '.join(imported)}" if imported else ""]
    if "sign" in used:
        lines += ["", "def sign(x):", "    return (x > 0) - (x < 0)"]
    lines += [f"# {prose(objective.text)}"]
    lines += [f"{identifier(name)} = {literal(params[name])}" for name in formula.names]
    lines += [f'print("score:", {ast.unparse(tree)})']
    return "\n".join(lines) + "\n"


def _dict(params: Mapping[str, object]) -> str:
    rows = "".join(f"    {literal(name)}: {literal(value)},\n" for name, value in params.items())
    return f"{{\n{rows}}}"
