"""The operator language against NumPy, and its complaints."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sambe
from sambe import InputError
from sambe.faces.input.expressions import Site, read_number, read_operator

PAIR = [Site(2, "qubit"), Site(3, "boson", "cavity")]
QUBIT = {
    "sigmax": sambe.sigmax(), "sigmay": sambe.sigmay(), "sigmaz": sambe.sigmaz(),
    "sigmap": sambe.sigmap(), "sigmam": sambe.sigmam(), "Sz": sambe.spin_jz(0.5),
    "|0><1|": sambe.transition(2, 0, 1), "proj(1)": sambe.projector(2, 1),
}  # fmt: skip
CAVITY = {
    "a": sambe.destroy(3), "adag": sambe.create(3), "n": sambe.num(3), "num": sambe.num(3),
    "|2><0|": sambe.transition(3, 2, 0), "proj(0, 2)": sambe.transition(3, 0, 2),
    "identity": np.eye(3),
}  # fmt: skip

Pair = tuple[str, Any]
blank = st.sampled_from([" ", "  ", "\n  "])


@st.composite
def atoms(draw: st.DrawFn) -> Pair:
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(QUBIT)))
        return f"{name}@0", np.kron(QUBIT[name], np.eye(3))
    name = draw(st.sampled_from(sorted(CAVITY)))
    site = draw(st.sampled_from(["1", "cavity"]))
    return f"{name}@{site}", np.kron(np.eye(2), CAVITY[name])


@st.composite
def scalars(draw: st.DrawFn) -> Pair:
    x = draw(st.floats(0.01, 100.0).map(lambda v: float(f"{v:.4g}")))
    forms: list[Pair] = [
        (f"{x:g}", float(f"{x:g}")), (f"{x:g}j", float(f"{x:g}") * 1j), ("pi", np.pi),
        ("(1 - 2j)", 1 - 2j), ("sqrt(2)/3", np.sqrt(2) / 3), ("2^0.5", 2**0.5),
        ("exp(1j pi/4)", np.exp(1j * np.pi / 4)), ("(-1.5e-1)", -0.15),
    ]  # fmt: skip
    return draw(st.sampled_from(forms))


def compound(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    @st.composite
    def build(draw: st.DrawFn) -> Pair:
        (s, x), (t, y) = draw(inner), draw(inner)
        (u, c), gap = draw(scalars()), draw(blank)
        forms: list[Pair] = [
            (f"({s}){gap}({t})", x @ y), (f"({s}) * ({t})", x @ y), (f"{s} + ({t})", x + y),
            (f"({s}){gap}- ({t})", x - y), (f"-({s})", -x), (f"({s})'", x.conj().T),
            (f"dag({s})", x.conj().T), (f"({s})^2", x @ x), (f"({s})**3", x @ x @ x),
            (f"{u}{gap}({s})", c * x), (f"({s}) / (2 pi)", x / (2 * np.pi)),
            (f"(({s}) + h.c.)", x + x.conj().T), (f"(({s})†)", x.conj().T),
        ]  # fmt: skip
        return draw(st.sampled_from(forms))

    return build()


expressions = st.recursive(atoms(), compound, max_leaves=8)


@pytest.mark.slow
@given(expressions)
def test_random_expressions_against_numpy(expression: Pair) -> None:
    text, expected = expression
    got = read_operator("f", text, PAIR)
    scale = max(1.0, abs(expected).max())
    np.testing.assert_allclose(got / scale, expected / scale, rtol=0, atol=1e-10)


@pytest.mark.slow
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        read_operator("f", text, PAIR)
    with contextlib.suppress(InputError):
        read_number("f", text)


@given(st.lists(st.sampled_from([*"0129.ej@'^+-*/()| <>,", "a", "sigmax", "h.c.", "sqrt", "proj"]),
                max_size=12))  # fmt: skip
def test_any_soup_of_tokens_is_read_or_refused(tokens: list[str]) -> None:
    with contextlib.suppress(InputError):
        read_operator("f", "".join(tokens), PAIR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 pi", 2 * np.pi), ("-2^2", -4.0), ("2^-1", 0.5), ("1/2 pi", np.pi / 2), (".5e1", 5.0),
        ("mean + bias/2", 1.25), ("sqrt(-1 + 0j)", 1j), ("1j^2", -1.0), ("- -3", 3.0),
        ("abs(3 - 5)", 2.0), ("cos(pi)", -1.0), ("log(exp(2))", 2.0), ("2 (3 + 4)", 14.0),
    ],
)  # fmt: skip
def test_numbers(text: str, expected: complex) -> None:
    got = read_number("f", text, {"mean": 1.0, "bias": 0.5})
    assert got == pytest.approx(expected)
    assert isinstance(got, float) or got.imag


def test_axes_in_numbers_broadcast() -> None:
    names = {"x": sambe.axis("x", [1.0, 2.0]), "y": sambe.axis("y", [10.0, 20.0, 30.0])}
    got = read_number("f", "2 x^2 + sqrt(y)", names)
    assert got.dims == ("x", "y")
    np.testing.assert_allclose(got, 2 * np.array([[1.0], [4.0]]) + np.sqrt([10.0, 20.0, 30.0]))


def test_a_site_may_be_left_out_where_there_is_one() -> None:
    spin = [Site(4, "spin")]
    np.testing.assert_allclose(read_operator("f", "Sp + h.c.", spin), 2 * sambe.spin_jx(1.5))


def test_brackets_stand_on_a_site() -> None:
    want = np.kron(np.eye(2), sambe.num(3) @ sambe.num(3))
    np.testing.assert_allclose(read_operator("f", "(adag a)@cavity^2", PAIR), want)


def test_constants_stand_in_operators() -> None:
    got = read_operator("f", "g sigmaz@0", PAIR, {"g": 0.5})
    np.testing.assert_allclose(got, 0.5 * np.kron(sambe.sigmaz(), np.eye(3)))


# text, the part under the carets, a word of the message
COMPLAINTS = [
    ("sigmax@0 sigmm@0 + h.c.", "sigmm", "did you mean 'sigmam'"),
    ("SigmaX@0", "SigmaX", "did you mean 'sigmax'"),
    ("sz@0", "sz", "did you mean 'sigmaz'"),
    ("sigmax@7", "sigmax@7", "no site '7'"),
    ("sigmax@qbit", "sigmax@qbit", "cavity"),
    ("sigmax@", "", "number or name"),
    ("2 + sigmax", "sigmax", "on which site"),
    ("a@0", "a", "kind 'qubit' has"),
    ("sigmax@1", "sigmax", "kind 'boson' has"),
    ("1 + sigmax@0", "sigmax@0", "do not add"),
    ("sigmax@0 2", "2", "put it first"),
    ("(sigmax@0", "", "too early"),
    ("sigmax@0)", ")", "cannot stand here"),
    ("sigmax@0 + $", "$", "means nothing"),
    ("sigmaz@0 + sigmap@0 + h.c.", "h.c.", "doubled"),
    ("h.c.", "h.c.", "follows a '+'"),
    ("2 + h.c.", "h.c.", "for operators"),
    ("(2)@0", "(2)@0", "only an operator"),
    ("sigmax@0^-1", "sigmax@0^-1", "whole number"),
    ("sigmax@0^0.5", "sigmax@0^0.5", "whole number"),
    ("sigmax@0/sigmax@0", "sigmax@0", "not an operator"),
    ("sigmax@0/0", "0", "division by zero"),
    ("10^400 sigmax@0", "10^400", "no finite number"),
    ("sqrt(sigmax@0)", "sigmax@0", "not an operator"),
    ("sqrt sigmax@0", "sqrt", "sqrt( ... )"),
    ("sqrt(1, 2) sigmax@0", "sqrt(1, 2)", "one argument"),
    ("proj(1.5)@0", "proj(1.5)", "counted from 0"),
    ("|3><0|@1", "|3><0|", "0 to 2"),
    ("i sigmax@0", "i", "1j"),
    ("(" * 60 + "1" + ")" * 60, "(", "deeper"),
    ("sigmax@0 +\n  sigmm@0", "sigmm", "did you mean"),
]


@pytest.mark.parametrize(("text", "pointed", "word"), COMPLAINTS)
def test_complaints_point_at_the_column(text: str, pointed: str, word: str) -> None:
    with pytest.raises(InputError) as caught:
        read_operator("f", text, PAIR)
    message = str(caught.value)
    assert word in message
    *_, line, caret = message.split("\n")
    start, end = caret.index("^"), len(caret)
    assert line[start:end] == pointed


@pytest.mark.parametrize("text", ["2", "2 pi"])
def test_a_number_is_no_operator(text: str) -> None:
    with pytest.raises(InputError, match="operator is wanted"):
        read_operator("f", text, PAIR)


@pytest.mark.parametrize("text", ["1e999", "sqrt(-1)", "x", "sigmax", "1 +", "h.c.", "|0><1|"])
def test_bad_numbers(text: str) -> None:
    with pytest.raises(InputError, match="f = "):
        read_number("f", text, {"mean": 1.0})


def test_ladder_on_two_plain_levels_is_ambiguous() -> None:
    with pytest.raises(InputError, match="ambiguous"):
        read_operator("f", "a", [Site(2)])
    np.testing.assert_allclose(read_operator("f", "a", [Site(2, "boson")]), sambe.destroy(2))


def test_operators_of_fermions_anticommute() -> None:
    """Also with a boson between them, and also as transitions."""
    sites = [Site(2, "fermion", "u"), Site(3, "boson", "b"), Site(2, "fermion", "d")]
    u, d, x, t = (read_operator("x", text, sites) for text in ("a@u", "adag@d", "a@b", "proj(1, 0)@d"))
    assert not (u @ d + d @ u).any()
    assert not (x @ d - d @ x).any()
    np.testing.assert_array_equal(t, d)
    n = read_operator("x", "n@d", sites)
    np.testing.assert_array_equal(n, d @ d.conj().T)
