"""One HTML page of a run: what was asked, figure and tables, verdicts, versions, and what to cite.

Everything that a file or a result says is escaped, and nothing is fetched: a name that is HTML stays a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from .document import definitions, document, picture
from .summary import Table

__all__ = ["report"]

CONVENTIONS = (
    "Every current is positive into the system, the pump's included; in a steady state they sum to zero over "
    "the terminals. Inside, ħ = k_B = 1, and spectral densities are golden-rule rates (twice QuTiP's)."
)
# Beyond the style of the page of the reproduction: numbers to the right, words to the left, files in whole.
STYLE = (
    "\n.run td, .run th { text-align: left; } .run td.n, .run th.n { text-align: right; white-space: nowrap; "
    "font-variant-numeric: tabular-nums; } body { counter-reset: table; } h3 { margin-top: 1.3rem; } "
    "h3::before { counter-increment: table; content: 'Table ' counter(table) '. '; } "
    "pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .84rem; line-height: 1.45; "
    "padding: .8rem 1rem; border-radius: .4rem; background: var(--shade); } summary { cursor: pointer; } "
    "ol { padding-left: 1.4rem; } li { margin: .3rem 0; }"
)
_NUMBER = re.compile(r"[+-]?\d[\d.]*(e[+-]\d+)?( ?%)?|-?")
_POWER = re.compile(r"([+-]?\d[\d.]*)e([+-]\d+)")


def report(
    title: str,
    source: str,
    tables: Iterable[Table],
    *,
    image: bytes | None = None,
    verdicts: Iterable[Table] = (),
    doubts: Sequence[str] = (),
    references: Sequence[str] = (),
    citations: str = "",
    facts: Mapping[str, str] | None = None,
    method: Mapping[str, str] | None = None,
) -> str:
    """The page as text.

    Parameters
    ----------
    title : str
    source : str
        The input file.
    tables : iterable of Table
        The summary.
    image : bytes, optional
        The figure, as SVG; it stands in the page as an image, in which nothing is run.
    verdicts : iterable of Table
        Of an audit.
    doubts : sequence of str
        What was warned of, and why there is no audit.
    references : sequence of str
        What to cite, as a reader sees it.
    citations : str
        The same as BibTeX.
    facts : mapping of str to str
        Versions and the like.
    method : mapping of str to str
        What was asked, and how it was solved.

    Examples
    --------
    >>> page = report("<script>", "[system]", [Table("a", ("b",), (("c & d",),))])
    >>> "<script>" in page, "c &amp; d" in page
    (False, True)
    """
    about = " ".join(_header(source))
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(about)}</p>" if about else "", _figure(title, image)]
    parts.append(_section("Result", map(_table, tables)))
    judged = [*map(_table, verdicts), *(f"<p>{escape(doubt)}</p>" for doubt in doubts)]
    if judged:
        parts.append(_section("What to believe", judged))
    if method:
        parts.append(_section("Method", [definitions(method)]))
    parts.append(_section("Configuration", [f"<pre>{escape(source)}</pre>"]))
    if references or citations:
        parts.append(_section("How to cite", [_listed(references), _bibtex(citations)]))
    if facts:
        parts.append(_section("About this run", [definitions(facts)]))
    return document(title, filter(None, parts), STYLE)


def _figure(title: str, image: bytes | None) -> str:
    """The figure with the conventions below it, or these alone."""
    if image is None:
        return f'<p class="dim">{escape(CONVENTIONS)}</p>'
    drawn = picture(image, f"{title}: the figure of this result")
    caption = f"Figure 1. {escape(title)}. {escape(CONVENTIONS)}"
    return f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>"


def _listed(references: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(reference)}</li>" for reference in references)
    return f"<ol>{items}</ol>" if items else ""


def _bibtex(citations: str) -> str:
    entries = f"<pre>{escape(citations)}</pre>"
    return f"<details><summary>BibTeX</summary>{entries}</details>" if citations else ""


def _header(source: str) -> Iterable[str]:
    """What the comment at the head of an input file says."""
    for line in source.splitlines():
        if not line.startswith("#"):
            break
        yield line.lstrip("# ").rstrip()


def _section(title: str, parts: Iterable[str]) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def _table(table: Table) -> str:
    width = max(map(len, (table.columns, *table.rows)))  # a row may say less than another, or more
    columns, *lines = [(*row, *[""] * (width - len(row))) for row in (table.columns, *table.rows)]
    kinds = [' class="n"' if all(map(_NUMBER.fullmatch, cells)) else "" for cells in zip(*lines, strict=True)]
    head = "".join(
        f'<th scope="col"{kind}>{_cell(column)}</th>'
        for column, kind in zip(columns, kinds or [""] * width, strict=True)
    )
    rows = "".join(
        f"<tr>{''.join(f'<td{kind}>{_cell(cell)}</td>' for cell, kind in zip(row, kinds, strict=True))}</tr>"
        for row in lines
    )
    return (
        f"<h3>{_cell(table.title)}</h3>"
        f'<div class="scroll"><table class="run"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    """A text of a table as print has it: powers of ten, minus signs, arrows.

    >>> _cell("-1.5e-07"), _cell("a -> <b>")
    ('−1.5 × 10<sup>−7</sup>', 'a → &lt;b&gt;')
    """
    power = _POWER.fullmatch(text)
    if power is None:
        shown = text.replace(" -> ", " → ")
        return escape(shown.replace("-", "−", 1) if _NUMBER.fullmatch(text) and text != "-" else shown)
    return f"{_cell(power[1])} × 10<sup>{_cell(str(int(power[2])))}</sup>"
