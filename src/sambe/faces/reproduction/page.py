"""One HTML page with the findings: figures inside, nothing fetched, fit for a phone and for paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape as _escape

from ..text.document import definitions, document, picture
from .finding import Finding, Measure
from .look import render
from .study import Study

__all__ = ["escape", "index", "page"]

CONVENTIONS = (
    "Conventions: ħ = k_B = 1; energies, temperatures and frequencies in units of ω₀, or of what stands for "
    "it in the parameters of a finding, currents of ħω₀²; every current is positive into the system, the "
    "pump's included. J(ω) is the golden-rule emission rate at T = 0 (twice QuTiP's). Coherences kept: the "
    "near-degenerate ones (secular = “partial”); full secular: populations alone."
)


_RAISED, _LOWERED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
_LEVEL = str.maketrans(_RAISED + _LOWERED, "−01234567890123456789")


def escape(text: str) -> str:
    """Text as HTML; raised and lowered digits as markup, since fonts draw the characters unevenly."""
    text = re.sub(f"[{_RAISED}]+", lambda m: f"<sup>{m[0].translate(_LEVEL)}</sup>", _escape(text))
    return re.sub(f"[{_LOWERED}]+", lambda m: f"<sub>{m[0].translate(_LEVEL)}</sub>", text)


def page(study: Study, findings: Sequence[Finding], stamp: dict[str, str]) -> str:
    """The whole report as HTML text."""
    ours = [f for f in findings if not f.beyond]
    others = [f for f in findings if f.beyond]
    parts = [
        f"<h1>{escape(study.title)}: the findings, measured anew</h1>",
        f'<p class="dim">{escape(study.citation)}<br>'
        f"sambe {escape(stamp.get('sambe', ''))}, {escape(stamp.get('date', ''))}</p>",
        f"<p>{escape(study.claim)}</p>", _verdict(findings), _contents(findings), _placeholders(study),
        *(_section(f) for f in ours),
    ]  # fmt: skip
    if others:
        parts += ['<h2 class="part">What the source does not say</h2>', f"<p>{escape(study.beyond)}</p>"]
        parts += [_section(f, first=k == 0) for k, f in enumerate(others)]
    run = f'<p class="dim">{escape(CONVENTIONS)}</p>{definitions(stamp, escape)}'
    parts.append(f'<section class="after"><h2>About this run</h2>{run}</section>')
    return document(f"sambe reproduce: {study.name}", parts)


def index(studies: Sequence[tuple[Study, Sequence[Finding]]]) -> str:
    """A page that leads to the report of each study, in the folder of its name beside it."""
    holding = [sum(f.passed for f in findings) for _, findings in studies]
    sound = [count == len(findings) for count, (_, findings) in zip(holding, studies, strict=True)]
    rows = "".join(
        f'<tr><td><a href="{_escape(study.name)}/report.html">{escape(study.title)}</a><br>'
        f'<span class="where">{escape(study.citation)}</span></td>'
        f'<td class="value">{count} of {len(findings)}</td><td>{_badge(count == len(findings))}</td></tr>'
        for count, (study, findings) in zip(holding, studies, strict=True)
    )
    text = f"{sum(sound)} of {len(studies)} studies hold."
    verdict = f'<p class="verdict {"pass" if all(sound) else "fail"}">{text}</p>'
    head = "<thead><tr><th>study</th><th>findings that hold</th><th></th></tr></thead>"
    parts = ["<h1>Published findings, measured anew</h1>", verdict]
    return document("sambe reproduce", [*parts, f"<table>{head}<tbody>{rows}</tbody></table>"])


def _placeholders(study: Study) -> str:
    """What could not be read in the source, and was chosen."""
    if not study.placeholders:
        return ""
    listed = "".join(f"<li>{escape(text)}</li>" for text in study.placeholders)
    title = "<h3>Numbers that were chosen, since they could not be read</h3>"
    return f'<div class="chosen">{title}<ul>{listed}</ul></div>'


def _badge(passed: bool | None) -> str:
    if passed is None:
        return ""
    return f'<span class="badge {"pass" if passed else "fail"}">{"pass" if passed else "FAIL"}</span>'


def _verdict(findings: Sequence[Finding]) -> str:
    failed = [f.title for f in findings if not f.passed]
    count, holding = len(findings), len(findings) - len(failed)
    ours = sum(not f.beyond for f in findings)
    text = f"{holding} of {count} findings hold."
    if not failed:
        others = f", and so do {count - ours} that it does not state" if ours < count else ""
        text = f"All {ours} findings of the source hold{others}."
    return f'<p class="verdict {"fail" if failed else "pass"}">{text}</p>'


def _contents(findings: Sequence[Finding]) -> str:
    rows = "".join(
        f'<tr><td><a href="#{f.key}">{escape(f.title)}</a><br>'
        f'<span class="where">{escape(f.measures[0].what)}</span></td>'
        f'<td class="value">{escape(f.measures[0].shown)}</td><td>{_badge(f.passed)}</td></tr>'
        for f in findings
    )
    head = "<thead><tr><th>finding</th><th>measured</th><th></th></tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _section(finding: Finding, first: bool = False) -> str:
    place = ' class="after"' if first else ""
    return (
        f'<section id="{finding.key}"{place}><h2>{escape(finding.title)} {_badge(finding.passed)}</h2>'
        f'<p class="claim">{escape(finding.claim)}</p><p>{escape(finding.words)}</p>'
        f"<figure>{picture(render(finding.figure, 'svg'), finding.caption)}"
        f"<figcaption>{escape(finding.caption)}</figcaption></figure>"
        "<table><thead><tr><th>measured in this run</th><th>value</th><th>criterion</th><th></th></tr>"
        f"</thead><tbody>{''.join(map(_row, finding.measures))}</tbody></table>"
        f'<p class="where">{escape(finding.parameters)}</p></section>'
    )


def _row(measure: Measure) -> str:
    return (
        f'<tr><td>{escape(measure.what)}</td><td class="value">{escape(measure.shown)}</td>'
        f'<td class="wants">{escape(measure.criterion)}</td><td>{_badge(measure.passed)}</td></tr>'
    )
