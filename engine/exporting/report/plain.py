"""A report as plain data for another process: its pictures drawn in the colours of paper."""

from __future__ import annotations

from typing import Any

from engine.exporting.report.blocks import Block, Code, Columns, Figure, Heading, Paragraph, Report, Table
from engine.exporting.report.colours import LIGHT
from engine.texts import make_visible


def plain_report(report: Report) -> dict[str, object]:
    """Title, date and blocks; every text is made visible, folded tables are left out."""
    blocks = [plain for one in report.blocks for plain in _plain(one)]
    return {"title": make_visible(report.title), "made": report.made, "footer": report.footer, "blocks": blocks}


def _plain(one: Block) -> list[dict[str, Any]]:
    if isinstance(one, Columns):
        return [plain for side in (one.left, one.right) for part in side for plain in _plain(part)]
    if isinstance(one, Heading):
        subject, text = make_visible(one.subject), make_visible(one.text)
        colour = getattr(LIGHT, one.loop, LIGHT.text)
        return [{"kind": "heading", "level": one.level, "subject": subject, "text": text, "colour": colour}]
    if isinstance(one, Paragraph):
        return [{"kind": "paragraph", "text": make_visible(one.text), "dim": one.dim}]
    if isinstance(one, Figure):
        return [{"kind": "figure", "svg": one.draw(LIGHT), "half": one.half}]
    if isinstance(one, Code):
        return [{"kind": "code", "text": make_visible(one.text, keep="\n")}]
    if isinstance(one, Table) and not one.folded:
        rows = [[make_visible(cell) for cell in row] for row in one.rows]
        columns = [make_visible(name) for name in one.columns]
        return [
            {"kind": "table", "columns": columns, "rows": rows, "numbers": sorted(one.numbers),
             "subjects": sorted(one.subjects)}
        ]  # fmt: skip
    return []
