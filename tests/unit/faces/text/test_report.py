"""The page of a run: complete, and nothing that a file says is markup."""

from __future__ import annotations

import html.parser

from sambe.faces.text.document import stamp
from sambe.faces.text.report import report
from sambe.faces.text.summary import Table

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'x' $\\frac{1}{2}$"


class Reader(html.parser.HTMLParser):
    """Tags and attributes of a page, and that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(text: str) -> str:
    table = Table(text, (text, "b"), ((text, "1"),))
    return report(text, text, [table], image=b"<svg/>", verdicts=[table], doubts=[text], citations=text,
                  references=[text], facts={text: text, **stamp(1.0)}, method={text: text})  # fmt: skip


def test_whatever_is_said_is_escaped_and_all_is_closed() -> None:
    page, reader = page_of(EVIL), Reader()
    reader.feed(page)
    assert not reader.open
    assert "script" not in reader.tags
    assert reader.tags.count("img") == 1
    assert not [name for name in reader.attributes if name.startswith("on")]
    assert page.count("&lt;script&gt;") >= 8
    assert "http" not in page.replace("http-equiv", "")  # nothing is fetched


def test_the_parts_are_there() -> None:
    page = page_of("name")
    for part in ("Result", "What to believe", "Method", "Configuration", "How to cite", "About this run"):
        assert f"<h2>{part}</h2>" in page
    assert "data:image/svg+xml;base64," in page
    bare = report("t", "[system]", [])
    assert "Method" not in bare
    assert "How to cite" not in bare
    assert "<img" not in bare


def test_numbers_stand_to_the_right_as_in_print_and_the_head_of_a_file_is_the_abstract() -> None:
    table = Table("Currents", ("terminal", "largest"), (("left", "-1.5e-07"), ("right", "2")))
    page = report("t", "# Heat through\n# a qubit.\n[system]\n# not this", [table])
    assert '<td class="n">−1.5 × 10<sup>−7</sup></td>' in page
    assert "<td>left</td>" in page
    assert "<p>Heat through a qubit.</p>" in page


def test_rows_of_several_lengths_stand_in_one_table() -> None:
    page = report("t", "", [Table("a", ("quantity", "value"), (("one", "1"), ("two", "2", "at 3")))])
    assert '<td>two</td><td class="n">2</td><td>at 3</td>' in page
    assert '<td>one</td><td class="n">1</td><td></td>' in page
