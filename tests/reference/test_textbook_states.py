"""States and expectation values of textbook systems against QuTiP, by local Lindblad equations.

With flat densities at T = 0, where every jump keeps the sign of its energy, the two are the same equation; a
bath at T > 0 gives them the same rates at the bare frequency, and slow motion inside the frame differs by its
ratio to that.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import qutip

import sambe

pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.TruncationWarning")
Matrix = Any


def both(op: Matrix) -> Matrix:
    return op + op.conj().T


def damped(name: str, lowering: Matrix, rate: float, temperature: float = 0.0) -> sambe.Bath:
    return sambe.Bath(name, both(lowering), sambe.Flat(rate), temperature)


def check(system: sambe.System, hamiltonian: Matrix, jumps: list[Matrix], asked: Mapping[str, Matrix],
          tolerance: float) -> None:  # fmt: skip
    """The state in the frame, which is that at t = 0, and operators that stand still in it."""
    flow = sambe.steady_state(system, observables=asked, states=True)
    state = qutip.steadystate(qutip.Qobj(hamiltonian), [qutip.Qobj(op) for op in jumps]).full()
    assert np.abs(state - np.diag(np.diagonal(state))).max() > 100 * tolerance  # coherences are there
    np.testing.assert_allclose(flow.density_matrix, state, atol=tolerance)
    for name, op in asked.items():
        expected = np.trace(op @ state)
        np.testing.assert_allclose(flow.expectation.sel(observable=name), expected, atol=5 * tolerance)


def test_driven_oscillator() -> None:
    levels, rate, temperature, omega, drive = 14, 0.004, 0.3, 0.998, 0.001
    a, n = sambe.destroy(levels), sambe.num(levels)
    system = sambe.System(
        [(1.0, n)], {1: [(drive, a.conj().T)]}, omega, [damped("bath", a, rate, temperature)],
        edge=(levels - 1,),
    )  # fmt: skip
    thermal = 1.0 / np.expm1(1.0 / temperature)
    jumps = [np.sqrt(rate * (thermal + 1.0)) * a, np.sqrt(rate * thermal) * a.conj().T]
    check(system, (1.0 - omega) * n + drive * both(a), jumps, {"n": n}, 1e-8)
    amplitude = -1j * drive / (1j * (1.0 - omega) + rate / 2.0)
    mean = sambe.steady_state(system, observables={"n": n}).expectation.item()
    assert mean == pytest.approx(thermal + abs(amplitude) ** 2, rel=1e-6)


def test_jaynes_cummings() -> None:
    levels, coupling, drive, omega = 6, 0.02, 0.002, 1.02
    a = sambe.lift(sambe.destroy(levels), 0, (levels, 2))
    s = sambe.lift(sambe.sigmam(), 1, (levels, 2))
    bare, exchange = a.conj().T @ a + s.conj().T @ s, coupling * both(a.conj().T @ s)
    system = sambe.System(
        [(1.0, bare), (1.0, exchange)], {1: [(drive, a.conj().T)]}, omega,
        [damped("cavity", a, 0.004), damped("atom", s, 0.001)],
    )  # fmt: skip
    asked = {"photons": a.conj().T @ a, "excited": s.conj().T @ s, "exchange": a.conj().T @ s}
    jumps = [np.sqrt(0.004) * a, np.sqrt(0.001) * s]
    check(system, (1.0 - omega) * bare + exchange + drive * both(a), jumps, asked, 1e-8)


def test_optomechanics() -> None:
    # the mirror's jumps are shifted by the photons: its damping is local to g / omega_m squared
    shape, coupling, mirror, drive, omega = (4, 6), 0.01, 0.1, 0.004, 0.9
    a, b = sambe.lift(sambe.destroy(4), 0, shape), sambe.lift(sambe.destroy(6), 1, shape)
    photons, phonons = a.conj().T @ a, b.conj().T @ b
    inside = mirror * phonons - coupling * photons @ both(b)
    system = sambe.System(
        [(1.0, photons), (1.0, inside)], {1: [(drive, a.conj().T)]}, omega,
        [damped("cavity", a, 0.01), damped("mirror", b, 0.0005)],
    )  # fmt: skip
    jumps = [np.sqrt(0.01) * a, np.sqrt(0.0005) * b]
    asked = {"photons": photons, "phonons": phonons, "position": both(b)}
    check(system, (1.0 - omega) * photons + inside + drive * both(a), jumps, asked, 5e-6)


def test_three_levels_in_a_lambda() -> None:
    energies, drive, omega = np.array([0.0, 0.3, 1.0]), 0.003, 0.999
    down = {pair: np.zeros((3, 3)) for pair in ((0, 2), (1, 2), (0, 1))}
    for (to, start), op in down.items():
        op[to, start] = 1.0
    rates = {(0, 2): 0.003, (1, 2): 0.002, (0, 1): 0.001}
    system = sambe.System(
        np.diag(energies), {1: [(drive, down[0, 2].T)]}, omega,
        [damped(f"{pair}", op, rates[pair]) for pair, op in down.items()],
    )  # fmt: skip
    frame = np.diag(energies - omega * np.array([0.0, 0.0, 1.0])) + drive * both(down[0, 2])
    jumps = [np.sqrt(rates[pair]) * op for pair, op in down.items()]
    check(
        system, frame, jumps, {"trapped": np.diag([0.0, 1.0, 0.0]), "upper": np.diag([0.0, 0.0, 1.0])}, 1e-7
    )


def test_spin_chain() -> None:
    shape, coupling, drive, omega = (2, 2, 2), 0.01, 0.003, 1.005
    s = [sambe.lift(sambe.sigmam(), k, shape) for k in range(3)]
    bare = sum(op.conj().T @ op for op in s)
    bonds = coupling * sum(both(s[k].conj().T @ s[k + 1]) for k in range(2))
    system = sambe.System(
        [(1.0, bare), (1.0, bonds)], {1: [(drive, s[0].conj().T)]}, omega,
        [damped("first", s[0], 0.002), damped("last", s[2], 0.004)],
    )  # fmt: skip
    jumps = [np.sqrt(0.002) * s[0], np.sqrt(0.004) * s[2]]
    flow = 1j * coupling * (s[1].conj().T @ s[2] - s[2].conj().T @ s[1])
    asked = {"last": s[2].conj().T @ s[2], "flow": flow}
    check(system, (1.0 - omega) * bare + bonds + drive * both(s[0]), jumps, asked, 1e-8)
