"""Texts of strangers pass one door for each kind of place; nothing else opens such a place."""

import ast

from tests.rules._nodes import ROOT, for_each_file, nodes_of

ENGINE = sorted(ROOT.glob("engine/**/*.py"))
GUI = sorted(ROOT.glob("gui/**/*.py"))

GUESSING = {"setToolTip", "setWhatsThis", "setInformativeText"}
"""Methods of Qt that read their text as HTML where it looks like it."""
MARKUP = {"setHtml", "insertHtml", "appendHtml", "setMarkdown", "insertMarkdown", "setTextFormat", "showText"}
LABELS = {"QLabel", "QTextBrowser", "QTextEdit", "LabelItem", "LegendItem", "QErrorMessage", "QTextDocument"}
OWN_PAGES = {"gui/dialogs/help_page.py", "gui/dialogs/help_browser.py"}  # show pages of Twinloop, and no study


def walk(path):
    return nodes_of(path)


def place(path):
    return path.relative_to(ROOT).as_posix()


def called(node):
    """What a call calls: the last word of it."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def is_own(node):
    """Whether an argument is a text of ours, or passed the door."""
    if isinstance(node, ast.Constant):
        return True
    return called(node) == "plain" or (called(node) == "tr" and isinstance(node.args[0], ast.Constant))


def names_tip(node):
    return any("ToolTipRole" in ast.unparse(one) or "_TIP" in ast.unparse(one) for one in ast.walk(node))


@for_each_file(GUI)
def test_a_place_that_may_read_markup_is_given_plain_text(path):
    for node in walk(path):
        if called(node) in GUESSING:
            assert all(map(is_own, node.args)), f"line {node.lineno}: wrap the text in gui.base.text.plain"
        if isinstance(node, ast.Call) and "QMessageBox" in ast.unparse(node.func):
            assert not isinstance(node.func, ast.Attribute), f"line {node.lineno}: ask through gui.base.messages"


@for_each_file(GUI)
def test_a_tip_of_an_item_model_is_plain_text(path):
    for node in walk(path):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and names_tip(node.test):
            assert isinstance(node.test.ops[0], ast.Eq), f"line {node.lineno}: a tip is no cell, give it a branch"
            assert all(called(one.value) == "plain" for one in node.body if isinstance(one, ast.Return))


@for_each_file(one for one in GUI if place(one) not in {"gui/base/text.py", *OWN_PAGES})
def test_labels_and_markup_come_from_one_door(path):
    for node in walk(path):
        assert called(node) not in LABELS | MARKUP, f"line {node.lineno}: use gui.base.text"
        if isinstance(node, ast.ClassDef):
            assert not {ast.unparse(base).rpartition(".")[2] for base in node.bases} & LABELS, f"line {node.lineno}"
        if called(node) == "TextItem":
            assert not {one.arg for one in node.keywords} & {"html"}, f"line {node.lineno}: pyqtgraph's HTML"
        if called(node) in {"setLabel", "setTitle", "addLegend", "setLabels"}:  # HTML in pyqtgraph
            assert place(path) == "gui/plots/axes.py", f"line {node.lineno}: name an axis by NumberAxis.name"


@for_each_file([*ENGINE, *GUI])
def test_only_one_file_writes_to_the_terminal(path):
    if place(path) == "engine/printing.py":
        return
    for node in walk(path):
        assert called(node) != "print", f"line {node.lineno}: use engine.printing"
        if called(node) in {"write", "writelines"}:
            assert not ast.unparse(node.func).startswith(("sys.", "stdout", "stderr")), f"line {node.lineno}"


@for_each_file([*ENGINE, *GUI])
def test_an_estimator_is_made_behind_the_door_of_its_family(path):
    if place(path) == "engine/learners/families/base.py":
        return
    for node in walk(path):
        assert not (called(node) == "make_estimator" and len(node.args) == 4), (
            f"line {node.lineno}: call configure_estimator"
        )
