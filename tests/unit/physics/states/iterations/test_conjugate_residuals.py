"""Conjugate residuals against the matrix of the whole generator, its null vector by singular values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.generators.redfield import Redfield, make_redfield, unpack
from sambe.physics.preparation import prepare
from sambe.physics.states.iterations.conjugate_residuals import (
    Applied,
    Corrector,
    Scratch,
    descend,
    with_trace,
)


def ladder(levels: int = 10) -> Any:
    """A Kerr resonator beside its resonance, where many coherences matter: real operators."""
    return models.kerr_resonator(omega=np.array([0.97, 1.01, 1.06]), drive=0.03, levels=levels)


def complex_system() -> Any:
    rng = np.random.default_rng(8)
    x, y = (m + m.conj().T for m in rng.normal(size=(2, 6, 6)) + 1j * rng.normal(size=(2, 6, 6)))
    baths = [sambe.Bath("one", x, sambe.Ohmic(0.004, cutoff=8.0), np.array([0.4, 0.9])),
             sambe.Bath("two", y, sambe.Ohmic(0.002, cutoff=8.0), np.array([1.3, 1.3]))]  # fmt: skip
    levels = np.diag([0.0, 0.01, 0.9, 0.93, 1.9, 3.0])
    return sambe.System([(np.ones(2), levels)], None, 1.0, baths)


def generator(system: Any) -> Redfield:
    method = prepare(system, secular="none")
    return make_redfield(make_jumps(dress(system, method), system.baths, method.wiring))


def exact(g: Redfield) -> Any:
    """Stationary states by the null vector of the superoperator, built column by column."""
    n, points = g.levels, len(g.gaps)
    columns = []
    for k in range(n * n):
        packed = np.zeros((points, n, n))
        packed[:, k // n, k % n] = 1.0
        columns.append(np.asarray(g.apply(packed)).reshape(points, -1))
    matrix = np.stack(columns, axis=-1)
    _, _, right = np.linalg.svd(matrix)
    null = right[:, -1].reshape(points, n, n)
    return null / np.trace(null, axis1=1, axis2=2)[:, None, None]


CASES = {"real": ladder, "complex": complex_system}


@pytest.mark.parametrize("most", [256, 1])  # side by side, and one by one
@pytest.mark.parametrize("name", CASES)
def test_the_operator_is_laid_out_as_it_was(name: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sambe.physics.states.iterations.conjugate_residuals.SPREAD_LEVELS", most)
    g = generator(CASES[name]())
    packed = np.random.default_rng(1).normal(size=g.gaps.shape)
    a = Applied(g)
    assert a.real == (name == "real")
    np.testing.assert_allclose(a.apply(packed), g.apply(packed), rtol=0, atol=1e-14)
    np.testing.assert_allclose(a.currents(packed), g.currents(packed), rtol=0, atol=1e-15)
    assert a.take(np.arange(len(packed))) is a
    some = np.arange(len(packed))[::2]
    np.testing.assert_allclose(a.take(some).apply(packed[some]), a.apply(packed)[some], rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", CASES)
def test_a_band_as_wide_as_the_matrix_inverts_it(name: str) -> None:
    g = generator(CASES[name]())
    correct = Corrector(g, g.levels - 1)
    assert correct.unique.all()
    np.testing.assert_allclose(correct.start(), exact(g), rtol=0, atol=1e-10)
    change = np.random.default_rng(2).normal(size=g.gaps.shape)
    change -= np.eye(g.levels) * (np.trace(change, axis1=1, axis2=2) / g.levels)[:, None, None]
    # minus the operator takes the change to a residual, and the corrector takes it back
    np.testing.assert_allclose(correct(-np.asarray(g.apply(change))), change, rtol=0, atol=1e-8)


@pytest.mark.parametrize("band", [0, 1, 2])
@pytest.mark.parametrize("name", CASES)
def test_the_descent_reaches_the_null_vector(name: str, band: int) -> None:
    g = generator(CASES[name]())
    a, correct = Applied(g), Corrector(g, band)
    state, done = descend(a, correct, correct.start(), 1e-10, 60, Scratch())
    assert done.all()
    wanted = exact(g)
    flow = a.currents(wanted)
    np.testing.assert_allclose(a.currents(state), flow, rtol=0, atol=1e-9 * np.abs(flow).max())
    np.testing.assert_allclose(np.trace(state, axis1=1, axis2=2), 1.0, atol=1e-12)
    rho = unpack(state)
    np.testing.assert_allclose(rho, np.conj(np.swapaxes(rho, -1, -2)), atol=1e-15)


def test_points_are_done_one_by_one_and_too_few_steps_are_told() -> None:
    g = generator(ladder())
    a, correct = Applied(g), Corrector(g, 0)
    together, done = descend(a, correct, correct.start(), 1e-10, 60, Scratch())
    assert done.all()
    for k in range(3):
        part = np.array([k])
        one, _ = descend(a.take(part), correct.take(part), correct.start()[part], 1e-10, 60, Scratch())
        found, alone = a.currents(together)[k], a.take(part).currents(one)[0]
        np.testing.assert_allclose(found, alone, rtol=1e-8, atol=1e-15)
    assert not descend(a, correct, correct.start(), 1e-14, 2, Scratch())[1].any()


def test_the_trace_stands_in_the_first_row() -> None:
    matrix = np.random.default_rng(5).normal(size=(2, 4, 4))
    scaled, scale = with_trace(matrix.copy(), 3)
    assert scaled[:, 0].tolist() == [[1.0, 1.0, 1.0, 0.0]] * 2
    np.testing.assert_allclose(scaled[:, 1:] * scale, matrix[:, 1:])
    np.testing.assert_allclose(scale[..., 0, 0], np.abs(matrix).max(axis=(1, 2)))
    assert with_trace(np.zeros((3, 3)), 3)[1].item() == 1.0
