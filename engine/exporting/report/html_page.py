"""A report as one HTML page: no script, nothing from elsewhere, light and dark, and ready for A4."""

from __future__ import annotations

import html

from engine.exporting.report.blocks import Block, Code, Columns, Figure, Heading, Paragraph, Report, Table
from engine.exporting.report.colours import DARK, LIGHT, THEMED, variables
from engine.texts import make_visible

_STYLE = f"""
:root{{color-scheme:light dark;{variables(LIGHT)}}}
@media (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}
*{{box-sizing:border-box}}
body{{margin:0 auto;padding:32px 24px;max-width:714px;background:var(--window);color:var(--text);
font:13px/1.5 system-ui,'DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}}
header,footer{{display:flex;justify-content:space-between;gap:24px;color:var(--dim);font-size:11px}}
header{{border-bottom:1px solid var(--line);padding-bottom:8px}}
footer{{border-top:1px solid var(--line);padding-top:8px;margin-top:32px}}
h1{{font-size:20px;line-height:1.3;margin:18px 0 8px}}h2{{font-size:15px;margin:28px 0 6px}}
h3{{font-size:13px;margin:16px 0 4px}}
h1 em,h2 em,h3 em{{font-style:normal}}.outer{{color:var(--outer)}}.inner{{color:var(--inner)}}
p{{margin:6px 0}}.dim{{color:var(--dim);font-size:11px}}
figure{{margin:4px 0}}svg{{max-width:100%;height:auto;display:block}}
table{{border-collapse:collapse;width:100%;margin:4px 0}}
th{{font-weight:400;font-size:11px;color:var(--dim);text-align:left;border-bottom:1px solid var(--line)}}
td,th{{padding:3px 8px 3px 0;vertical-align:top;overflow-wrap:anywhere}}td:last-child,th:last-child{{padding-right:0}}
.n{{text-align:right}}.s{{white-space:nowrap}}.small{{font-size:11px}}.wide{{overflow-x:auto}}
pre{{white-space:pre-wrap;border:1px solid var(--line);border-radius:6px;padding:8px 12px;
font:11px/1.5 ui-monospace,'DejaVu Sans Mono',monospace}}
details{{margin:4px 0}}summary{{color:var(--dim);font-size:11px;cursor:pointer}}
.columns{{display:grid;grid-template-columns:1fr 1fr;gap:0 46px}}
.columns>div{{min-width:0}}.columns h2{{margin-top:22px}}
@media (max-width:600px){{.columns{{grid-template-columns:1fr}}}}
@page{{size:A4;margin:16mm 17mm 18mm;@bottom-right{{content:"page " counter(page) " of " counter(pages);
font:8pt system-ui,'DejaVu Sans',sans-serif;color:#5C636B}}}}
@media print{{:root{{color-scheme:light;{variables(LIGHT)}}}body{{padding:0;max-width:none}}
h1,h2,h3{{break-after:avoid}}figure,tr,pre,.columns{{break-inside:avoid}}details{{display:none}}.wide{{overflow:visible}}}}
"""


MOST_TOGETHER = 16  # letters of a cell that are never parted; a guess
LONGEST_HEAD = 32  # letters of a column's name that stand over it; a guess
MOST_WIDE = 4  # columns of a table in the size of the text; more are smaller


def to_html(report: Report) -> str:
    """The whole page."""
    body = "\n".join(_block(one) for one in report.blocks)
    meta = "".join(f'<meta name="{_escape(name)}" content="{_escape(said)}">' for name, said in report.facts.items())
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{_escape(policy)}">{meta}
<title>{_escape(report.title)}</title><style>{_STYLE}</style></head><body>
<header><span>Twinloop report</span><span>{_escape(report.title)} · {_escape(report.made)}</span></header>
{body}
<footer><span>{_escape(report.footer)}</span><span>{_escape(report.made)}</span></footer>
</body></html>
"""


def _escape(text: str) -> str:
    return html.escape(make_visible(text), quote=True)


def _block(one: Block) -> str:
    if isinstance(one, Heading):
        subject = f'<em class="{one.loop}">{_escape(one.subject)}</em> ' if one.subject else ""
        return f"<h{one.level}>{subject}{_escape(one.text)}</h{one.level}>"
    if isinstance(one, Paragraph):
        return f'<p class="dim">{_escape(one.text)}</p>' if one.dim else f"<p>{_escape(one.text)}</p>"
    if isinstance(one, Figure):
        data = f"<details><summary>Data</summary>{_lines(one.data)}</details>" if one.data else ""
        return f"<figure>{one.draw(THEMED)}{data}</figure>"
    if isinstance(one, Table):
        return _table(one)
    if isinstance(one, Code):
        return _lines(one.text)
    return _columns(one)


def _lines(text: str) -> str:
    kept = html.escape(make_visible(text, keep="\n"), quote=True)
    return f"<pre>{kept}</pre>"


def _columns(one: Columns) -> str:
    left, right = ("\n".join(map(_block, blocks)) for blocks in (one.left, one.right))
    return f'<div class="columns"><div>{left}</div><div>{right}</div></div>'


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_HEAD else f"{name[: LONGEST_HEAD - 1]}…"


def _table(one: Table) -> str:
    def cells(texts: tuple[str, ...], tag: str) -> str:
        parts = []
        for place, text in enumerate(texts):
            shown = _shortened(text) if tag == "th" else text
            is_subject = tag == "td" and place in one.subjects
            kinds = [*(["n"] if place in one.numbers else []), *(["outer"] if is_subject else [])]
            kinds += ["s"] if len(shown) <= MOST_TOGETHER else []
            kind = f' class="{" ".join(kinds)}"' if kinds else ""
            parts.append(f"<{tag}{kind}>{_escape(shown)}</{tag}>")
        return f"<tr>{''.join(parts)}</tr>"

    head = f"<thead>{cells(one.columns, 'th')}</thead>" if one.columns else ""
    body = "".join(cells(row, "td") for row in one.rows)
    small = ' class="small"' if len(one.columns) > MOST_WIDE else ""
    table = f'<div class="wide"><table{small}>{head}<tbody>{body}</tbody></table></div>'
    return f"<details><summary>{_escape(one.folded)}</summary>{table}</details>" if one.folded else table
