"""The gate: what is a number leaves as a double, and what is none is refused with its field."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from sambe.description import gate
from sambe.errors import InputError


@pytest.mark.parametrize("values", [
    np.array([0.25, 0.5], dtype=np.longdouble), np.array([0.25, 0.5], dtype=np.float16),
    np.array([0.25, 0.5], dtype=">f8"), np.array([0.25, 0.5], dtype=object),
    np.array([0.25, 9.0, 0.5])[::2], np.broadcast_to(np.array([0.25, 0.5]), (2,)),
])  # fmt: skip
def test_arrays_of_numbers_leave_as_doubles(values: np.ndarray) -> None:
    for given in (values, xr.DataArray(values.astype(values.dtype), dims="x")):
        out = gate.number("omega", given)
        assert out.dtype == np.float64
        assert out.dtype.isnative
        assert np.asarray(out).tolist() == [0.25, 0.5]


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3.0), (np.int8(3), 3.0), (np.array(0.5), 0.5), (np.longdouble(0.5), 0.5), (np.complex64(1j), 1j)],
)
def test_single_numbers_leave_as_python_ones(value: object, number: complex) -> None:
    out = gate.number("omega", value)
    assert type(out) is type(number)
    assert out == number


def test_truth_values_and_lists_of_names_are_themselves() -> None:
    assert gate.truth("check", False) is False
    assert gate.names_once("equations", ("floquet", "dressed")) == ["floquet", "dressed"]
    with pytest.raises(InputError, match="True or False"):
        gate.truth("check", 1)
    for names in ([], ["floquet", "floquet"], "floquet", [1]):
        with pytest.raises(InputError, match="each once"):
            gate.names_once("equations", names)


def test_masked_elements_and_what_no_double_holds_are_marked() -> None:
    masked = np.ma.array([1.0, 2.0], mask=[True, False])
    assert np.isnan(gate.number("omega", masked)).tolist() == [True, False]
    wide = np.array(["1e4000", "1"], dtype=np.longdouble)
    assert np.isinf(gate.number("omega", wide)).tolist() == [True, False]


@pytest.mark.parametrize("value", [
    10**400, np.array([True]), np.array(["a"]), np.array(["2020-01-01"], dtype="M8[D]"), np.True_,
    np.array([None, "a"], dtype=object), xr.DataArray([True], dims="x"), xr.DataArray([1.0], dims="a\0"),
    xr.DataArray([1.0], dims=(1,)),
    xr.DataArray([1.0], dims="x", coords={"x": ["a\0b"]}),
    xr.DataArray(np.ones((2, 2)), dims=("a", "b"), coords={"a": [0, 1], "b": [0, 1]}).stack(p=("a", "b")),
])  # fmt: skip
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="omega"):
        gate.number("omega", value)


def test_texts_and_dates_may_name_the_points_of_an_axis() -> None:
    for points in (["a", "b"], np.array(["2020-01-01", "2020-01-02"], dtype="M8[ns]")):
        x = xr.DataArray([0.5, 0.6], dims="x", coords={"x": points})
        assert gate.number("omega", x).equals(x)
    wide = xr.DataArray([0.5], dims="x", coords={"c": ("x", np.array([2.0], dtype=np.longdouble))})
    assert gate.number("omega", wide).c.dtype == np.float64


@pytest.mark.parametrize(
    "points", [[object(), object()], [1.0, "b"], pd.period_range("2020", periods=2, freq="D")]
)
def test_points_that_no_file_holds_are_refused(points: object) -> None:
    strange = np.empty(2, dtype=object)
    strange[:] = list(points)
    x = xr.DataArray([0.5, 0.6], dims="x", coords={"x": strange})
    with pytest.raises(InputError, match=r"omega: coordinate 'x'.*give numbers, texts or dates"):
        gate.number("omega", x)


@pytest.mark.parametrize("value", [object(), 1j, {"a": 1}, [[1.0]], True, "\0", None])
def test_attributes_that_no_file_holds_are_refused(value: object) -> None:
    points = xr.DataArray([1.0, 2.0], dims="x", attrs={"symbol": value})
    with pytest.raises(InputError, match="omega: coordinate 'x': attribute 'symbol'"):
        gate.number("omega", xr.DataArray([0.5, 0.6], dims="x", coords={"x": points}))
    for fine in ("$\\omega$", 2, 0.5, np.arange(3), ["a", "b"]):
        points.attrs["symbol"] = fine
        gate.number("omega", xr.DataArray([0.5, 0.6], dims="x", coords={"x": points}))


def test_categories_become_texts() -> None:
    x = xr.DataArray([0.5, 0.6], dims="x", coords={"x": pd.CategoricalIndex(["b", "a"])})
    assert gate.number("omega", x).x.values.tolist() == ["b", "a"]
    assert gate.number("omega", x).x.dtype == object


@pytest.mark.parametrize("bad", ["\0", "\x1b[0m", "\ud800", "\uffff", 3, None])
def test_texts_that_no_file_holds_are_refused(bad: object) -> None:
    with pytest.raises(InputError, match="title"):
        gate.text("title", f"heat{bad}" if isinstance(bad, str) else bad)


def test_texts_of_any_script_and_several_lines_pass() -> None:
    said = "חום\n$\\omega$ <b> → " + "x" * 100_000
    assert gate.text("title", said) is said
    with pytest.raises(InputError, match="axis"):
        gate.axis_name("axis", "a\nb")


def test_sizes_end_where_a_matrix_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gate.size("levels", np.int64(4096)) == 4096
    with pytest.raises(InputError, match=r"20000: .* 6\.4 GB, .*SAMBE_MOST_LEVELS"):
        gate.size("levels", 20_000)
    monkeypatch.setenv(gate.LEVELS_VARIABLE, "20000")
    assert gate.size("levels", 20_000) == 20_000
    monkeypatch.setenv(gate.LEVELS_VARIABLE, "many")
    with pytest.raises(InputError, match="SAMBE_MOST_LEVELS"):
        gate.size("levels", 2)


@pytest.mark.parametrize("value", [0, 1, -3, 2.0, True, "3", 10**500])
def test_sizes_are_whole_numbers(value: object) -> None:
    with pytest.raises(InputError, match="levels"):
        gate.size("levels", value, least=2)


@pytest.mark.parametrize("function", [lambda w: w, lambda w: 0.1, lambda w: np.where(w > 1.5, -1.0, w)])
def test_what_answers_somewhere_passes_the_first_look(function) -> None:
    assert gate.looked_at(function, "bath 'b'.spectrum") is function


@pytest.mark.parametrize("function", [lambda w: -w, lambda w: w[:1], lambda w: w * 1j, lambda w: w[0, 0],
                                      lambda w: float(w), lambda w: "much"])  # fmt: skip
def test_what_answers_nowhere_or_takes_no_arrays_is_refused(function) -> None:
    with pytest.raises(InputError, match="bath 'b'"):
        gate.looked_at(function, "bath 'b'.spectrum")


def test_the_frequency_at_fault_is_named() -> None:
    with pytest.raises(InputError, match=r"J\(2\) is -2"):
        gate.answers(lambda w: np.where(w > 1.5, -w, w), np.array([1.0, 2.0]))
    with pytest.raises(InputError, match=r"from 1 to 2 .*ZeroDivisionError"):
        gate.answers(lambda w: 1 / 0, np.array([1.0, 2.0]))


@pytest.mark.parametrize("value", [0.5 + 0j, np.complex64(0.5), np.array(0.5 + 0j)])
def test_a_number_without_an_imaginary_part_is_real(value) -> None:
    assert type(gate.number("omega", value)) is float
    assert gate.number("drive[1][0]", 0.5j) == 0.5j
