"""No module imports itself by way of others, whether at its top, for types only, or within a function."""

import ast
from pathlib import Path

from tests.rules._nodes import nodes_of

ROOT = Path(__file__).resolve().parents[2]


def module_name(root, path):
    """The dotted name of a module; that of a package is its folder's."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(name, path, known):
    """The modules among ``known`` that a file imports anywhere; of a package what the name that is taken means."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found |= {f"{source}.{alias.name}" if f"{source}.{alias.name}" in known else source for alias in node.names}
    return {one for one in found if one in known and one != name}


def imports_between_modules(root):
    """Each module of the program below ``root`` with those that it imports."""
    paths = {module_name(root, path): path for path in [*root.glob("engine/**/*.py"), *root.glob("gui/**/*.py")]}
    return {name: imports_of(name, path, paths) for name, path in sorted(paths.items())}


def circles(imports):
    """The strongly connected sets of more than one module (Tarjan, SIAM J. Comput. 1, 1972), the largest first."""
    index, low, stack, on_stack, found = {}, {}, [], set(), []

    def visit(start):
        work = [(start, iter(sorted(imports[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            name, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[name])
                if low[name] == index[name]:
                    at = stack.index(name)
                    found.append(sorted(stack[at:]))
                    on_stack.difference_update(stack[at:])
                    del stack[at:]
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                on_stack.add(following)
                work.append((following, iter(sorted(imports[following]))))
            elif following in on_stack:
                low[name] = min(low[name], index[following])

    for name in imports:
        if name not in index:
            visit(name)
    return sorted((one for one in found if len(one) > 1), key=len, reverse=True)


def test_no_modules_import_each_other_in_a_circle():
    assert circles(imports_between_modules(ROOT)) == []


def test_the_imports_were_found():
    imports = imports_between_modules(ROOT)
    assert len(imports) > 400
    assert sum(map(len, imports.values())) > 1500


def test_a_circle_is_found_wherever_the_import_stands(tmp_path):
    folder = tmp_path / "engine" / "room"
    folder.mkdir(parents=True)
    texts = {
        "one.py": "from engine.room import two",
        "two.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from engine.room.three import C",
        "three.py": "def f():\n    from . import one",
        "apart.py": "import engine.room.one",
        "__init__.py": "",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert circles(imports_between_modules(tmp_path)) == [["engine.room.one", "engine.room.three", "engine.room.two"]]


def test_a_member_that_imports_from_its_own_package_is_a_circle(tmp_path):
    folder = tmp_path / "engine" / "room"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("registry = {}\nfrom engine.room import member", encoding="utf-8")
    (folder / "member.py").write_text("from engine.room import registry", encoding="utf-8")
    assert circles(imports_between_modules(tmp_path)) == [["engine.room", "engine.room.member"]]
