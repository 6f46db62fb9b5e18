"""A number that decides something says where it comes from, or that it is a guess."""

import ast

import pytest

from tests.rules._nodes import ROOT, for_each_file

MODULES = sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py")])
PARTS = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.Tuple, ast.operator, ast.unaryop, ast.expr_context)


def is_number(value):
    """Whether an expression is a number, arithmetic with numbers, or a tuple of such."""
    nodes = list(ast.walk(value))
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return (
        all(isinstance(node, PARTS) for node in nodes)
        and bool(constants)
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in constants)
    )


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def bare_constants(text):
    """The lines of numeric constants of a module that have no comment beside or above them, and no docstring below."""
    lines, body = text.splitlines(), ast.parse(text).body
    found = []
    for node, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None or not is_number(node.value):
            continue
        beside = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        above = lines[node.lineno - 2].strip() if node.lineno > 1 else ""
        if "#" not in beside and not above.startswith("#") and not is_docstring(after):
            found.append(node.lineno)
    return found


@for_each_file(MODULES)
def test_a_numeric_constant_says_where_it_comes_from(path):
    assert bare_constants(path.read_text(encoding="utf-8")) == [], "say: the paper, what was measured, or *a guess*"


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("MOST = 3", True),
        ("MOST: int = 3", True),
        ("MOST = 3\nLEAST = 1  # a guess", True),
        ("LOW, HIGH = -1.5, 2 * 10**6", True),
        ("SHARES = (0.25, 0.75)", True),
        ("MOST = 3  # a guess", False),
        ("# A guess.\nMOST = 3", False),
        ('MOST = 3\n"""A guess."""', False),
        ("NAME = 'x'", False),
        ("IS_ON = True", False),
        ("NOTHING = ()", False),
        ("def f():\n    most = 3", False),
    ],
)
def test_a_bare_constant_is_found(text, is_bare):
    assert bool(bare_constants(text)) is is_bare
