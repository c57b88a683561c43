"""One HTML page of a run: what was asked, figure and tables, verdicts, versions, and what to cite.

Everything that a file or a result says is escaped, and nothing is fetched: a name that is HTML stays a name.
"""

from __future__ import annotations

import base64
import platform
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.metadata import version
from importlib.resources import files

from .summary import Table

__all__ = ["report", "stamp"]

CONVENTIONS = (
    "Every current is positive into the system, the pump's included; in a steady state they sum to zero over "
    "the terminals. Inside, ħ = k_B = 1, and spectral densities are golden-rule rates (twice QuTiP's)."
)


def report(
    title: str,
    source: str,
    tables: Iterable[Table],
    *,
    image: bytes | None = None,
    verdicts: Iterable[Table] = (),
    doubts: Sequence[str] = (),
    citations: str = "",
    facts: Mapping[str, str] | None = None,
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
    citations : str
        BibTeX.
    facts : mapping of str to str
        Versions and the like.

    Examples
    --------
    >>> page = report("<script>", "[system]", [Table("a", ("b",), (("c & d",),))])
    >>> "<script>" in page, "c &amp; d" in page
    (False, True)
    """
    heading = escape(title)
    parts = [f"<h1>{heading}</h1>", f'<p class="dim">{escape(CONVENTIONS)}</p>']
    if image is not None:
        data = base64.b64encode(image).decode("ascii")
        parts.append(f'<figure><div class="scroll"><img alt="{escape(title)}: the figure of this result" '
                     f'src="data:image/svg+xml;base64,{data}"></div></figure>')  # fmt: skip
    parts += [_section("Result", map(_table, tables))]
    judged = [_table(table) for table in verdicts]
    told = [f"<p>{escape(doubt)}</p>" for doubt in doubts]
    parts += [_section("What to believe", [*judged, *told])] if judged or told else []
    parts += [_section("Configuration", [f'<div class="scroll"><pre>{escape(source)}</pre></div>'])]
    if citations:
        parts += [_section("How to cite", [f'<div class="scroll"><pre>{escape(citations)}</pre></div>'])]
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in (facts or {}).items())
    parts += [_section("About this run", [f"<dl>{rows}</dl>"])] if rows else []
    style = files("sambe.faces.reproduction").joinpath("page.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{heading}</title><style>{style}</style>"
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
        "sambe": version("sambe"),
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "run time": f"{seconds:.1f} s",
        "with": f"Python {platform.python_version()}, {packages}",
    }


def _section(title: str, parts: Iterable[str]) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return (
        f"<h3>{escape(table.title)}</h3>"
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )
