"""One HTML page of a run: what was asked, figure and tables, verdicts, versions, and what to cite.

Everything that a file or a result says is escaped, and nothing is fetched: a name that is HTML stays a name.
"""

from __future__ import annotations

import base64
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.metadata import version
from importlib.resources import files

from ..._version import __version__
from .summary import Table

__all__ = ["report", "stamp"]

CONVENTIONS = (
    "Every current is positive into the system, the pump's included; in a steady state they sum to zero over "
    "the terminals. Inside, ħ = k_B = 1, and spectral densities are golden-rule rates (twice QuTiP's)."
)
# Beyond the style of the page of the reproduction: numbers to the right, words to the left, files in whole.
STYLE = (
    ".run td, .run th { text-align: left; } .run td.n, .run th.n { text-align: right; white-space: nowrap; "
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
    heading = escape(title)
    about = " ".join(_header(source))
    parts = [f"<h1>{heading}</h1>", *([f"<p>{escape(about)}</p>"] if about else [])]
    if image is not None:
        data = base64.b64encode(image).decode("ascii")
        parts.append(f'<figure><div class="scroll"><img alt="{escape(title)}: the figure of this result" '
                     f'src="data:image/svg+xml;base64,{data}"></div>'
                     f"<figcaption>Figure 1. {heading}. {escape(CONVENTIONS)}</figcaption>"
                     "</figure>")  # fmt: skip
    else:
        parts.append(f'<p class="dim">{escape(CONVENTIONS)}</p>')
    parts += [_section("Result", map(_table, tables))]
    judged = [_table(table) for table in verdicts]
    told = [f"<p>{escape(doubt)}</p>" for doubt in doubts]
    parts += [_section("What to believe", [*judged, *told])] if judged or told else []
    parts += [_section("Method", [_list(method)])] if method else []
    parts += [_section("Configuration", [f"<pre>{escape(source)}</pre>"])]
    if references or citations:
        items = "".join(f"<li>{escape(reference)}</li>" for reference in references)
        entries = f"<details><summary>BibTeX</summary><pre>{escape(citations)}</pre></details>"
        parts += [
            _section("How to cite", [f"<ol>{items}</ol>" if items else "", entries if citations else ""])
        ]
    parts += [_section("About this run", [_list(facts)])] if facts else []
    style = files("sambe.faces.reproduction").joinpath("page.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{heading}</title><style>{style}\n{STYLE}</style>"
    )
    body = "\n".join(parts)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def stamp(seconds: float) -> dict[str, str]:
    """Versions, date and duration of a run."""
    from datetime import UTC, datetime

    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "scipy", "xarray", "matplotlib", "qutip")
    )
    return {
        "sambe": __version__,
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "run time": f"{seconds:.1f} s",
        "with": f"Python {platform.python_version()}, {packages}",
    }


def _header(source: str) -> Iterable[str]:
    """What the comment at the head of an input file says."""
    for line in source.splitlines():
        if not line.startswith("#"):
            break
        yield line.lstrip("# ").rstrip()


def _list(items: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(key)}</dt><dd>{escape(text)}</dd>" for key, text in items.items())
    return f"<dl>{rows}</dl>"


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
