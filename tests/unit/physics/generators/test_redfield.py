"""The generators against a superoperator written out term by term from the definition."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.description.reservoir import absorption_rate
from sambe.physics.generators.jumps import pauli_rates
from sambe.physics.generators.redfield import make_redfield, pack, pauli_generator, unpack
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare


def complex_couplings() -> sambe.System:
    """Nothing real, two operators on one bath, couplings that do not commute."""
    rng = np.random.default_rng(5)

    def hermitian(n: int) -> Any:
        x = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
        return x + x.conj().T

    h1 = np.zeros((4, 4), dtype=complex)
    h1[1, 0], h1[3, 2], h1[2, 1] = 0.3j, 0.2, 0.1 + 0.1j
    spectrum = sambe.Ohmic(0.003, cutoff=10.0)
    baths = [
        sambe.Bath("one", [hermitian(4), hermitian(4)], spectrum, 1.2),
        sambe.Bath("two", hermitian(4), spectrum, 0.0),
    ]
    return sambe.System(np.diag([0.0, 0.9, 1.7, 2.8]), {1: [(1.0, h1)]}, 0.8, baths)


SYSTEMS: dict[str, Callable[[], sambe.System]] = {
    "qubit": lambda: models.spin_boson(drive=0.01, omega=1.0),
    "equal qubits": lambda: models.two_qubits(omega=0.9),
    "spin 3/2": lambda: models.spin(1.5, drive=0.02, omega=0.99),
    "complex": complex_couplings,
    "Kerr, 11 levels": lambda: models.kerr_resonator(omega=0.98, drive=0.02, levels=11),
    "spin 5, collapsed": lambda: models.spin(5.0, drive=0.001, omega=1.0),
}


class Dense:
    """d rho/dt as a matrix on row-major vec(rho), from energies and both signs of S^(q)."""

    def __init__(self, dressing: Any, system: sambe.System, wiring: Any) -> None:
        self.energies = np.asarray(dressing.energies[0])
        n = len(self.energies)
        self.quanta, self.omega = dressing.quanta, float(np.ravel(dressing.omega)[0])
        eye = np.eye(n)
        h = np.diag(self.energies)
        self.matrix = -1j * (np.kron(h, eye) - np.kron(eye, h.T))
        self.count = []
        pump = np.zeros((n, n), dtype=complex)
        for bath, own in zip(system.baths, wiring, strict=True):
            heat = np.zeros((n, n), dtype=complex)
            for c in own:
                for k, q0 in enumerate(self.quanta):
                    for q in (q0, -q0) if q0 else (0,):
                        s = dressing.couplings[0, c, k]
                        s = s if q >= 0 else s.conj().T
                        w = self.energies[:, None] - self.energies[None, :] - q * self.omega
                        l = 0.5 * absorption_rate(bath.spectrum, bath.temperature, w) * s
                        back = s.conj().T
                        self.matrix += np.kron(l, back.T) - np.kron(back @ l, eye)
                        self.matrix += np.kron(s, l.conj()) - np.kron(eye, (l.conj().T @ s).T)
                        heat += back @ (w * l)
                        pump += q * self.omega * back @ l
            self.count.append(heat)
        self.count.append(pump)

    def currents(self, rho: Any) -> Any:
        return np.array([2.0 * np.trace(k @ rho).real for k in self.count])

    def stationary(self) -> Any:
        n = len(self.energies)
        a = np.concatenate([self.matrix / np.abs(self.matrix).max(), np.eye(n).reshape(1, -1)])
        b = np.zeros(n * n + 1)
        b[-1] = 1.0
        return np.linalg.lstsq(a, b, rcond=1e-15)[0].reshape(n, n)


def solved(name: str, secular: str = "none") -> tuple[Any, Dense]:
    system = SYSTEMS[name]()
    batched = system.map_numbers(lambda path, x: np.array([x]) if path == "omega" else x)
    method = prepare(system, "driven_dressed", secular, tolerance=1e-10)
    found = solve_batch(batched, method)
    return found, Dense(found.jumps.dressing, system, method.wiring)


@pytest.mark.parametrize("name", SYSTEMS)
def test_redfield_operator(name: str) -> None:
    found, dense = solved(name)
    n = len(dense.energies)
    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    rho = x @ x.conj().T
    generator = make_redfield(found.jumps)
    rate = unpack(generator.apply(pack(rho[None])))[0]
    wanted = (dense.matrix @ rho.ravel()).reshape(n, n)
    np.testing.assert_allclose(rate, wanted, atol=1e-13 * np.abs(wanted).max())
    np.testing.assert_allclose(
        generator.currents(pack(rho[None]))[0],
        dense.currents(rho),
        rtol=1e-11,
        atol=1e-14 * np.abs(rho).max(),
    )
    assert abs(np.trace(rate)) < 1e-14 * np.abs(wanted).max()  # the trace is kept


@pytest.mark.parametrize("secular", ["none", "partial"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_stationary_state_and_currents(name: str, secular: str) -> None:
    found, dense = solved(name, secular)
    wanted = dense.stationary()
    tolerance = 1e-10 if secular == "none" else 1e-7
    np.testing.assert_allclose(found.state[0], wanted, atol=tolerance)
    currents = dense.currents(wanted)
    np.testing.assert_allclose(found.currents[0], currents, rtol=0, atol=tolerance * np.abs(currents).max())
    np.testing.assert_allclose(found.state[0], found.state[0].conj().T, atol=1e-15)
    assert np.trace(found.state[0]).real == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("name", SYSTEMS)
def test_pauli_rates_are_the_diagonal_of_redfield(name: str) -> None:
    found, dense = solved(name, "full")
    n = len(dense.energies)
    diagonal = np.arange(n) * (n + 1)
    block = dense.matrix[np.ix_(diagonal, diagonal)].real
    generator = pauli_generator(pauli_rates(found.jumps))[0]
    np.testing.assert_allclose(generator, block, atol=1e-13 * np.abs(block).max())
    assert np.abs(generator.sum(axis=0)).max() < 1e-14 * np.abs(generator).max()
    p = found.state[0]
    assert np.abs(generator @ p).max() < 1e-13 * np.abs(generator).max()
    np.testing.assert_allclose(
        found.currents[0], dense.currents(np.diag(p)), rtol=1e-11, atol=1e-12 * np.abs(found.currents).max()
    )
