"""The report as one page: nothing fetched, every number on it, and no text of it is markup."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from matplotlib.figure import Figure

from sambe.faces.reproduction.finding import Finding, below
from sambe.faces.reproduction.page import escape, index, page
from sambe.faces.reproduction.study import Study

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b < c > d ' \"", "</section></html>",
    "<!-- --> ]]> &lt;", "\u202eright to left\u202c שלום", "$\\frac{a}{b}$ and \\undefined{", "x" * 100_000,
]  # fmt: skip


def test_raised_and_lowered_digits_become_markup() -> None:
    assert escape("ω₀ < 4×10⁻¹²") == "ω<sub>0</sub> &lt; 4×10<sup>−12</sup>"


class Outline(HTMLParser):
    """Elements, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def outline(text: str) -> Outline:
    out = Outline()
    out.feed(text)
    out.close()
    return out


def finding(text: str) -> Finding:
    return Finding("key", text, text, text, text, (below(text, 1.0, 2.0),), Figure(figsize=(1.0, 1.0)), text)


def study(text: str) -> Study:
    return Study("name", text, text, 2026, text, (), placeholders=(text, text), beyond=text)


def report(text: str) -> str:
    return page(study(text), [finding(text), replace(finding(text), beyond=True)], {"run": text})


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_text_holds_the_page_keeps_its_elements_and_shows_it(text: str) -> None:
    harmless, hostile = outline(report("plain")), outline(report(text))
    assert hostile.elements == harmless.elements
    assert "".join(hostile.said).count(text) == "".join(harmless.said).count("plain")
    assert not {"script", "link", "iframe"} & {tag for tag, _ in hostile.elements}


def test_a_page_without_placeholders_has_no_list_of_them() -> None:
    assert "<ul><li>plain</li><li>plain</li></ul>" in report("plain")
    assert "<ul>" not in page(replace(study("plain"), placeholders=()), [finding("plain")], {})


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_index_leads_to_each_report_and_says_what_holds(text: str) -> None:
    failing = replace(finding(text), measures=(below(text, 3.0, 2.0),))
    good = study(text), (finding(text),)
    bad = replace(study(text), name="other"), (finding(text), failing)
    shown = index([good, bad])
    said = "".join(outline(shown).said)
    assert "1 of 2 studies hold" in said
    assert "1 of 1pass" in said
    assert "1 of 2FAIL" in said
    assert 'href="name/report.html"' in shown
    assert 'href="other/report.html"' in shown
    assert outline(shown).elements == outline(index([(study("a"), good[1]), bad])).elements
