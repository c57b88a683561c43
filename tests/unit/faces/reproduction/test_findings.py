"""The findings of `driven-dressed` hold, can fail, and the report needs nothing but itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.findings import agreement, bias, resonance
from sambe.faces.reproduction.lab import Lab
from sambe.faces.reproduction.page import escape, page
from sambe.faces.reproduction.studies import load

POINTS = 41
Progress = Callable[[str, int, int], None]
KEYS = {
    "agreement", "traditional", "enhancement", "regimes", "bias", "routing", "kerr",
    "secular", "exact", "ladder",
}  # fmt: skip


@pytest.mark.slow
def test_every_finding_holds_and_every_claim_is_measured(result: Reproduction) -> None:
    assert {f.key for f in result.findings} == KEYS
    missed = [(f.key, m.what, m.shown) for f in result.findings for m in f.measures if m.passed is False]
    assert missed == []
    assert result.passed
    for finding in result.findings:
        assert sum(m.passed is True for m in finding.measures) >= 4
        assert len(finding.words) > 100
        assert "ω" in finding.parameters or "above" in finding.parameters
    assert {f.key for f in result.findings if f.beyond} == {"secular", "exact", "ladder"}


class _Links(HTMLParser):
    """Collects whatever a browser would fetch or follow, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.images: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href", "srcset", "data", "action", "poster"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            if name == "alt":
                self.images.append(value or "")
        assert tag not in ("script", "link", "iframe", "object", "base")


@pytest.mark.slow
def test_report_needs_nothing_but_itself(html: str) -> None:
    parser = _Links()
    parser.feed(html)
    anchors = [x for x in parser.links if x.startswith("#")]
    inside = [x for x in parser.links if x.startswith("data:image/svg+xml;base64,")]
    assert len(anchors) + len(inside) == len(parser.links)
    assert {a[1:] for a in anchors} == set(parser.ids) == KEYS
    assert len(inside) == len(KEYS)
    assert all(len(alt) > 40 for alt in parser.images)
    text = re.sub(r"base64,[^\"]*", "", html)
    assert not re.search(r"https?:|//|@import|url\(", text)
    assert 'name="viewport"' in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_report_has_every_number_claim_and_verdict(result: Reproduction, html: str) -> None:
    for finding in result.findings:
        for text in (finding.title, finding.claim, finding.words, finding.caption, finding.parameters):
            assert escape(text) in html
        for measure in finding.measures:
            assert f'<td>{escape(measure.what)}</td><td class="value">{escape(measure.shown)}</td>' in html
            assert escape(measure.criterion) in html
    for value in result.stamp.values():
        assert escape(value) in html
    assert "could not be consulted" in " ".join(html.split())
    assert "FAIL" not in re.sub(r"base64,[^\"]*", "", html)
    assert "All 7 findings of the source hold, and so do 3" in html
    assert escape(result.study.citation) in html


def test_images_inside_fetch_nothing(html: str) -> None:
    import base64

    for image in re.findall(r"data:image/svg\+xml;base64,([^\"]*)", html):
        svg = base64.b64decode(image).decode()
        links = re.findall(r"href=\"([^\"]*)\"", svg)
        assert all(x.startswith(("#", "data:image/png;base64,")) for x in links)
        assert "font-family" not in svg  # letters are outlines


@pytest.mark.slow
def test_files_are_written_and_say_the_same(few: Reproduction, tmp_path: Path) -> None:
    keys = [f.key for f in few.findings]
    steps: list[tuple[str, int, int]] = []
    written = few.write(tmp_path / "deep" / "er", progress=lambda *step: steps.append(step))
    assert {p.name for p in written} == {
        "report.html", "findings.json", *(f"{k}.{e}" for k in keys for e in ("png", "svg")),
    }  # fmt: skip
    assert all(p.stat().st_size > 1000 for p in written)
    assert written[0].read_text(encoding="utf-8") == few.html()
    numbers = json.loads(written[1].read_text(encoding="utf-8"))
    assert numbers["passed"] is True
    assert numbers["study"]["citation"] == few.study.citation
    assert numbers["stamp"] == few.stamp
    for finding in few.findings:
        listed = numbers["findings"][finding.key]["measures"]
        assert [m["value"] for m in listed] == [m.value for m in finding.measures]
    assert steps == [("figures", k, len(keys)) for k in range(len(keys))]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_the_traditional_equation_fails() -> None:
    lab = Lab(POINTS, "dressed")
    with mpl.rc_context(), np.errstate(all="ignore"):
        same, other = agreement.study(lab)
        enhanced, regimes = resonance.study(lab)
        (biased,) = bias.study(lab)
    assert not same.passed
    assert other.passed  # it is about the traditional equation, whatever the one under test
    assert not enhanced.passed
    assert not regimes.passed
    assert not biased.passed
    assert same.measures[0].shown == "no answer"  # no stationary state on resonance
    text = page(load("driven-dressed"), [same, other], {})
    assert "FAIL" in text
    assert "1 of 2 findings hold" in text


@pytest.mark.slow
def test_floquet_passes_where_it_is_the_one_under_test() -> None:
    lab = Lab(POINTS, "floquet")
    enhanced, regimes = resonance.study(lab)
    assert enhanced.passed
    assert regimes.passed
