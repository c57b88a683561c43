"""The gate of files: what nests, repeats or counts without end is refused by name, before it is used."""

from __future__ import annotations

import pytest

from sambe.errors import InputError
from sambe.faces.input.gate import DEEPEST, checked, read


def test_what_is_within_the_bounds_passes() -> None:
    assert read('a = 1\n[b]\nc = ["x", 2.5]\n') == {"a": 1, "b": {"c": ["x", 2.5]}}
    deep: object = 1
    for _ in range(DEEPEST):
        deep = {"a": deep}
    assert checked({**deep}) == deep


@pytest.mark.parametrize(("text", "message"), [
    ("a = " + "[" * 30 + "]" * 30, "nests deeper"),
    ("a = " + "[" * 5000 + "]" * 5000, "nest deeper"),
    ("a = " + "{a = " * 3000 + "1" + "}" * 3000, "nest deeper"),
    (".".join("a" * 3000) + " = 1", "nests deeper"),
    ("a = " + "9" * 300, "beyond 2\\^63"),
    ("a = " + "9" * 5000, "not TOML"),
    ('a = "x\\u0000"', "cannot be written"),
    ('"a\\u0007" = 1', "cannot be written"),
    ("a = ", "not TOML"),
])  # fmt: skip
def test_what_no_input_file_needs_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(text)
