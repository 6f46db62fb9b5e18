"""The source files that rules look at, each parsed once, and every breach of a rule told at once."""

import ast
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file, the module first."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def for_each_file(paths: Iterable[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Make a test of one file one of all ``paths``: it fails with every file that breaks the rule."""
    paths = tuple(paths)
    assert paths

    def decorate(check: Callable[[Path], None]) -> Callable[[], None]:
        def check_all() -> None:
            broken = []
            for path in paths:
                try:
                    check(path)
                except AssertionError as error:
                    broken.append(f"{path.relative_to(ROOT).as_posix()}: {error}")
            assert not broken, "\n".join(broken)

        return check_all

    return decorate
