"""What a Python file says of itself without being run: its objective, its search space, what it asks of a study.

The syntax tree is read, nothing is imported. What only a run can tell (a name made of a number, a range that follows
from another value) is found while trials run.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import UserFault
from engine.objectives.script_space import Constants, asked_rows, plain_rows
from engine.space import Hyperparameter
from engine.trials import Direction

LARGEST = 4 << 20  # bytes of all files of a script; a guess, far more than anybody writes
MOST_MODULES = 200  # files beside a script that it may import


@dataclass(frozen=True)
class ScriptFacts:
    """What is known of a file before it runs.

    ``runs_main`` says that its own main part begins the search; ``entries`` are the functions that could be the
    objective. ``sampler``, ``pruner``, ``trials``, ``seconds`` and ``directions`` are what it asks Optuna for.
    ``modules`` are the files beside it that it imports, ``content`` all that would run, ``lines`` how long
    it is; ``digests`` tell the content of each file, by its path from the script's folder. ``takes_params`` is whether
    the objective is ``train(params, report)``.
    """

    source: str
    text: str
    content: bytes
    lines: int
    entries: tuple[str, ...]
    runs_main: bool
    uses_optuna: bool
    directions: tuple[Direction, ...] = ()
    sampler: str = ""
    pruner: str = ""
    trials: int | None = None
    seconds: float | None = None
    seed: int | None = None
    space: dict[str, Hyperparameter] = field(default_factory=dict)
    takes_params: bool = False
    modules: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Tells one content from another."""
        return hashlib.blake2b(self.content, digest_size=16).hexdigest()


def read_script(source: str | Path, entry: str = "") -> ScriptFacts:
    """What the file at ``source`` says; raises :class:`UserFault` where it cannot be read, or is no Python."""
    path = Path(source)
    text = _text_of(path)
    tree = parse_source(text, path.name)
    files = _local_modules(path, tree)
    content = b"".join(b"%s\0%d\0%s" % (name.encode(), len(data), data) for name, data in files.items())
    calls = _calls_outside_objectives(tree)
    constants = Constants.of(tree)
    entries = tuple(_objectives(tree))
    if entry and entry not in _top_names(tree):
        known = f"It has: {', '.join(entries)}." if entries else "Name a function of one argument."
        raise UserFault(f"{path.name} has no {entry}.", known, "entry")
    # Files that import other names of Optuna's than its own name the package too.
    uses = any(b"optuna" in data for data in files.values())
    runs_main = not entry and uses and any(_method(call) in ("optimize", "ask") for call in calls)
    if not runs_main and not entries and not entry:
        raise UserFault(
            f"{path.name} has no objective.", "Define objective(trial) or train(params, report) in it.", "entry"
        )
    rows = asked_rows(tree, constants)
    takes = not runs_main and _takes_params(tree, entry or entries[0])
    if takes:
        rows = plain_rows(tree, constants) or rows
    return ScriptFacts(
        str(path),
        text,
        content,
        sum(data.count(b"\n") + 1 for data in files.values()),
        entries,
        runs_main,
        uses,
        **_asked_of_study(calls, constants),
        space=rows,
        takes_params=takes,
        modules=tuple(list(files)[1:]),
        digests={name: hashlib.blake2b(data, digest_size=16).hexdigest() for name, data in files.items()},
    )


def parse_source(text: str, name: str) -> ast.Module:
    """The syntax tree of a file; raises :class:`UserFault` with the line where it is no Python."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise UserFault(
            f"{name}, line {error.lineno or 1}: {error.msg}.", "Fix it and choose it again.", "source"
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise UserFault(f"{name} cannot be read as Python ({error}).", "Choose another file.", "source") from error


def _text_of(path: Path) -> str:
    try:
        if not path.is_file():
            raise UserFault(
                f"The script {path.name} is no longer in {path.parent}.", "Choose the file again.", "source"
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UserFault(f"The script {path.name} cannot be read ({why}).", "Choose another file.", "source") from error
    if len(data) > LARGEST:
        raise UserFault(f"{path.name} has {len(data) / 1e6:.0f} MB.", "Choose a Python script.", "source")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserFault(f"{path.name} is not text in UTF-8.", "Save it as UTF-8.", "source") from error


def _local_modules(path: Path, tree: ast.Module) -> dict[str, bytes]:
    """The file and those beside it that it imports, directly or not, by their paths from its folder."""
    folder = path.absolute().parent
    found = {path.name: path.read_bytes()}
    waiting, size = [(tree, folder)], 0
    while waiting and len(found) < MOST_MODULES:
        present, place = waiting.pop()
        for candidate in _imported_files(present, folder, place):
            name = candidate.relative_to(folder).as_posix()
            if name in found:
                continue
            try:
                data = candidate.read_bytes()
                size += len(data)
                if size > LARGEST:
                    raise UserFault(f"{path.name} imports more than {LARGEST >> 20} MB beside it.", "Choose another.")
                found[name] = data
                waiting.append((ast.parse(data), candidate.parent))
            except (OSError, SyntaxError, ValueError):
                continue  # its import will say so
    return found


def _imported_files(tree: ast.Module, folder: Path, place: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        names: list[tuple[Path, str]] = []
        if isinstance(node, ast.Import):
            names = [(folder, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = folder
            if node.level:
                base = place
                for _ in range(node.level - 1):
                    base = base.parent
            stem = node.module or ""
            names = [(base, stem)] if stem else []
            names += [(base, f"{stem}.{alias.name}".strip(".")) for alias in node.names]
        for base, name in names:
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                stem_path = base.joinpath(*parts[:end])
                for candidate in (stem_path.with_name(stem_path.name + ".py"), stem_path / "__init__.py"):
                    if candidate.is_relative_to(folder) and candidate.is_file():
                        yield candidate


def _top_names(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def _objectives(tree: ast.Module) -> Iterator[str]:
    """Functions and classes that could be the objective, the likeliest first."""
    usual = ("objective", "train", "Objective")
    there = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    yield from (name for name in usual if name in there)
    for name, node in there.items():
        if name in usual:
            continue
        if isinstance(node, ast.FunctionDef):
            arguments = [one.arg for one in node.args.args]
            if arguments[:1] == ["trial"] or arguments[:2] == ["params", "report"]:
                yield name
        elif any(isinstance(one, ast.FunctionDef) and one.name == "__call__" for one in node.body):
            yield name


def _takes_params(tree: ast.Module, entry: str) -> bool:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == entry:
            return len(node.args.args) - len(node.args.defaults) >= 2
    return False


def _calls_outside_objectives(tree: ast.Module) -> list[ast.Call]:
    """Every call but those in functions of a trial: what is called there belongs to searches inside."""
    calls: list[ast.Call] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.FunctionDef) and "trial" in [one.arg for one in node.args.args]:
            continue
        if isinstance(node, ast.Call):
            calls.append(node)
        waiting += ast.iter_child_nodes(node)
    return calls


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _asked_of_study(calls: list[ast.Call], constants: Constants) -> dict[str, Any]:
    """What the first ``create_study`` and the first ``optimize`` are called with, where that can be read."""
    found: dict[str, Any] = {}
    for call in calls:
        given = {one.arg: one.value for one in call.keywords if one.arg}
        if _called(call) == "create_study" and "directions" not in found:
            words = constants.value(given.get("directions"))
            one = constants.value(given.get("direction"))
            if isinstance(words, list | tuple):
                known = tuple(_direction(word) for word in words)
                found["directions"] = known
            else:
                found["directions"] = (_direction(one),)
        elif _method(call) == "optimize" and "trials" not in found:
            count = given.get("n_trials", call.args[1] if len(call.args) > 1 else None)
            trials, seconds = constants.value(count), constants.value(given.get("timeout"))
            found["trials"] = trials if type(trials) is int and trials > 0 else None
            found["seconds"] = float(seconds) if type(seconds) in (int, float) and seconds > 0 else None
        elif _called(call).endswith("Sampler") and "sampler" not in found:
            found["sampler"] = _called(call)
            seed = constants.value(given.get("seed"))
            found["seed"] = seed if type(seed) is int else None
        elif _called(call).endswith("Pruner") and "pruner" not in found:
            found["pruner"] = _called(call)
    return found


def _direction(word: object) -> Direction:
    return "maximize" if str(word).lower() == "maximize" else "minimize"
