"""The grammar: what binds to what, and carets under what cannot be read."""

from __future__ import annotations

import pytest

from sambe.errors import InputError
from sambe.faces.input.grammar import Node, Source, parse


def shape(node: Node) -> object:
    """A tree as nested tuples: the kind, then a leaf's value or the parts."""
    value = (node.value,) if node.value is not None else ()
    return (node.kind, *value, *map(shape, node.parts)) if node.parts else (node.kind, node.value)


def read(text: str) -> object:
    return shape(parse(Source("f", text), {"exp"}))


A, B, TWO = ("name", "a"), ("name", "b"), ("number", "2")


@pytest.mark.parametrize(("text", "tree"), [
    ("2 a", ("multiply", TWO, A)),
    ("2 * a", ("multiply", TWO, A)),
    ("a b'", ("multiply", A, ("dagger", B))),
    ("a/2", ("divide", A, TWO)),
    ("-a^2", ("minus", ("power", A, TWO))),
    ("a^-2", ("power", A, ("minus", TWO))),
    ("a**2", ("power", A, TWO)),
    ("a@0", ("at", "0", A)),
    ("(a b)@q", ("at", "q", ("multiply", A, B))),
    ("a - b", ("sum", [1, -1], A, B)),
    ("- - a", A),
    ("a + h.c.", ("sum", [1, 1], A, ("hc", "h.c."))),
    ("|0><1|", ("transition", (0, 1))),
    ("exp(a, 2)", ("call", "exp", A, TWO)),
    ("a b / 2", ("divide", ("multiply", A, B), TWO)),
])  # fmt: skip
def test_trees(text: str, tree: object) -> None:
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "column"), [("a + $", 4), ("a )", 2), ("a 2", 2), ("(a", 2), ("exp 2", 0), ("a@", 2)]
)
def test_the_caret_stands_where_it_fails(text: str, column: int) -> None:
    with pytest.raises(InputError) as caught:
        parse(Source("f", text), {"exp"})
    assert caught.value.field == "f"
    *_, line, caret = str(caught.value).split("\n")
    assert caret.index("^") - line.index(text[0]) == column


def test_nodes_know_their_place() -> None:
    node = parse(Source("f", "  (a + b) "), ())
    assert (node.start, node.end) == (2, 9)


@pytest.mark.parametrize("text", [
    "a " * 5000, "a*" * 3000 + "a", "a" + "'" * 3000, "a^1" + "^1" * 3000, "a@0" + "@0" * 3000,
    "2^" * 3000 + "2",
    "(" * 3000 + "a" + ")" * 3000, "9" * 5000, f"|{'9' * 5000}><0|", "a+" * 20_000 + "a",
])  # fmt: skip
def test_what_repeats_thousands_of_times_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError, match=r"factors|brackets|digits|characters"):
        read(text)


def test_a_hundred_factors_and_a_thousand_terms_are_read() -> None:
    assert read(" ".join(["a"] * 100))[0] == "multiply"  # type: ignore[index]
    assert len(read("+".join(["a"] * 1000))) == 1002  # type: ignore[arg-type]
