"""The comparison of the two loops as a table in Markdown, to be pasted into notes."""

from __future__ import annotations

from engine.analysis.loops import Loops


def loops_markdown(loops: Loops) -> str:
    """Title, remark and table; what a study's names hold steers nothing in them."""
    lines = [
        f"**{_plain(' '.join(loops.title))}**",
        "",
        _plain(loops.remark),
        "",
        "| | Hyperparameter tuning (outer loop) | Parameter optimisation (inner loop) |",
        "|---|---|---|",
    ]
    lines += [f"| {_plain(row.name)} | {_plain(str(row.outer))} | {_plain(str(row.inner))} |" for row in loops.rows]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Text in a cell: characters that Markdown reads are written as themselves."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
