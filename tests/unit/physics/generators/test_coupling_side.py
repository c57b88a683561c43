"""Currents of undriven systems on the side of the coupling: sums written out, and what else is asked."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import Bath, Ohmic, System
from sambe.physics.generators.coupling_side import currents_of_couplings
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

DRAWN = np.random.default_rng(7)


def hermitian(size: int) -> Any:
    x = DRAWN.normal(size=(size, size)) + 1j * DRAWN.normal(size=(size, size))
    return x + x.conj().T


ENERGIES = np.array([0.0, 0.6, 1.0])
COUPLINGS = [hermitian(3), hermitian(3)]
WARM, STRONG = (0.4, 1.0), (0.03, 0.02)


def system(scale: Any = 1.0, drive: float = 0.0, warmer: float = 0.0) -> System:
    baths = [
        Bath(name, coupling=s, spectrum=Ohmic(scale * k, cutoff=5.0), temperature=T)
        for name, s, k, T in zip("ab", COUPLINGS, STRONG, (WARM[0] + warmer, WARM[1]), strict=True)
    ]
    pushed: dict[str, Any] = {} if not drive else {"drive": {1: drive * np.ones((3, 3))}, "omega": 0.7}
    return System(np.diag(ENERGIES), baths=baths, **pushed)


def test_the_count_against_a_sum_written_out() -> None:
    """2 Re sum of (W S)*_kj L_ki rho_ij over all elements, with L = a(W) S/2."""
    one = system()
    solution = solve_batch(one, prepare(one, secular="partial"))
    rho, e = np.asarray(solution.state), ENERGIES
    expected = []
    for bath in one.baths:
        s = bath.operators[0]
        total = 0.0
        for k, i, j in np.ndindex(3, 3, 3):
            rate = bath.rates(np.array([e[k] - e[i]]))[0][0]
            total += (((e[k] - e[j]) * s[k, j]).conj() * rate * s[k, i] * rho[i, j]).real
        expected.append(total)
    counted = currents_of_couplings(solution.jumps, solution.state)
    np.testing.assert_allclose(counted[:2], expected, rtol=1e-10)
    assert abs(counted.sum()) < 1e-13 * np.abs(counted).max()


@pytest.mark.slow
def test_what_else_is_asked_counts_on_the_same_side() -> None:
    """Cumulants, answers to a temperature and a course in time go with the currents of the steady state."""
    one, flow = system(), sambe.steady_state(system())
    counted = sambe.counting_statistics(one)
    np.testing.assert_allclose(
        counted.energy_cumulant.sel(cumulant=1)[:2], flow.energy_current[:2], rtol=1e-8
    )
    late = sambe.evolve(one, np.eye(3) / 3, times=[0.0, 2000.0])
    np.testing.assert_allclose(
        late.energy_current[-1], flow.energy_current, atol=1e-9 * abs(flow.energy_current).max().item()
    )
    step, answer = 1e-4, sambe.response(one).conductance.sel(other="a")
    hot, cold = (sambe.steady_state(system(warmer=d)).energy_current for d in (step, -step))
    np.testing.assert_allclose(answer[:2], ((hot - cold) / (2 * step))[:2], rtol=1e-5)


@pytest.mark.slow
def test_jax_counts_so_and_has_derivatives() -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    along = [np.array([[0.5, 1.0], [1.0, -0.5]]), np.array([[1.0, 0.3j], [-0.3j, -1.0]])]

    def current(scale: Any) -> Any:
        baths = [
            Bath(name, coupling=s, spectrum=Ohmic(0.03 * scale, cutoff=5.0), temperature=T)
            for name, s, T in zip("ab", along, WARM, strict=True)
        ]
        return sambe.energy_currents(System([(0.5, sambe.sigmaz())], baths=baths))[..., 0]

    value, slope = jax.jit(jax.value_and_grad(current))(1.0)
    assert value == pytest.approx(float(current(1.0)), rel=1e-9)
    assert slope == pytest.approx(float(current(1.001) - current(0.999)) / 0.002, rel=1e-5)
