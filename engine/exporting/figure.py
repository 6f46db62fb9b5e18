"""One picture of the report by itself, as SVG: drawn from the same records, in the light colours on white."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import UserFault
from engine.exporting.base import Content
from engine.exporting.report.blocks import FIGURES, Block, Columns, Figure
from engine.exporting.report.colours import LIGHT
from engine.exporting.report.facts import Facts
from engine.exporting.report.sections import build_report
from engine.exporting.report.version import version
from engine.wording import listed


def figure_svg(content: Content) -> str:
    """The picture that ``content.what`` names, else the first; raises :class:`UserFault` where there is none."""
    wanted = content.what or FIGURES[0]
    there = {one.name: one for one in _figures(build_report(Facts(content), version()).blocks)}
    if wanted not in there:
        known = listed(list(there)) if there else "none yet"
        raise UserFault(f"This study has no picture of its {wanted}.", f"It has {known}.")
    drawn = there[wanted].draw(LIGHT)
    head, body = drawn.split(">", 1)
    width, height = head.partition('viewBox="0 0 ')[2].partition('"')[0].split()
    return f'{head}><rect width="{width}" height="{height}" fill="{LIGHT.window}"/>{body}'


def _figures(blocks: Iterable[Block]) -> Iterable[Figure]:
    for one in blocks:
        if isinstance(one, Figure):
            yield one
        elif isinstance(one, Columns):
            yield from _figures((*one.left, *one.right))
