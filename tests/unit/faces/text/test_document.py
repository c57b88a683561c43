"""The frame of a page: nothing that is said becomes markup, and the style is inside."""

from __future__ import annotations

from sambe.faces.text.document import definitions, document, picture, stamp


def test_titles_and_terms_stay_text() -> None:
    page = document("<b>", [definitions({"a": "1 < 2"}), picture(b"<svg/>", 'so-called "x"')], ".run {}")
    assert "<title>&lt;b&gt;</title>" in page
    assert "<dt>a</dt><dd>1 &lt; 2</dd>" in page
    assert 'alt="so-called &quot;x&quot;" src="data:image/svg+xml;base64,PHN2Zy8+"' in page
    assert ".run {}</style>" in page


def test_options_of_a_run_stand_before_the_versions() -> None:
    facts = stamp(1.26, grid="9 points")
    assert list(facts) == ["sambe", "date", "run time", "grid", "with"]
    assert facts["run time"] == "1.3 s"
