"""One-sided operators of rotating waves, against a generator that is written out term by term."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe.errors import InputError

OHMIC = sambe.Ohmic(0.02, cutoff=10.0)
LEVELS = 3
LOWER = sambe.transition(3, 0, 1) + 0.7 * sambe.transition(3, 1, 2) + 0.3 * sambe.transition(3, 0, 2)
FRAME = np.array([0, 1, 2])


def ladder(*baths: sambe.Bath, omega: float = 0.9, amplitude: float = 0.15) -> sambe.System:
    """Three levels, the steps of which a circular drive is near."""
    raising = sambe.transition(3, 1, 0) + 1.3 * sambe.transition(3, 2, 1)
    energies = [(1.0, sambe.projector(3, 1)), (1.95, sambe.projector(3, 2))]
    return sambe.System(energies, drive={1: [(amplitude, raising)]}, omega=omega, baths=baths)


def rotating(name: str, temperature: float) -> sambe.Bath:
    return sambe.Bath(name, LOWER, OHMIC, temperature, rotating_wave=True)


def written_out(omega: float, amplitude: float, baths: Any) -> np.ndarray:
    """Currents: sum over q of c^(q) and its adjoint, each with rates of one sign of W alone."""
    h = np.diag([0.0, 1.0, 1.95]) - omega * np.diag(FRAME)
    h = h + amplitude * np.array([[0, 1, 0], [1, 0, 1.3], [0, 1.3, 0]])
    e, v = np.linalg.eigh(h)
    one, n = np.eye(LEVELS), LEVELS
    gap = e[:, None] - e[None, :]
    generator = -1j * (np.kron(np.diag(e), one) - np.kron(one, np.diag(e)))
    heats = []
    quanta = FRAME[None, :] - FRAME[:, None]
    for bath in baths:
        heat = np.zeros((n, n), dtype=complex)
        for operator, sign in ((LOWER, -1.0), (LOWER.conj().T, 1.0)):
            for q in range(-2, 3):
                s = v.T @ (operator * (quanta == q)) @ v
                w = gap - q * omega
                l = 0.5 * bath.rates(w)[0] * (sign * w > 0) * s
                generator += np.kron(l, s.conj()) + np.kron(s, l.conj())
                drift = s.conj().T @ l
                generator -= np.kron(drift, one) + np.kron(one, drift.conj())
                heat += s.conj().T @ (w * l)
        heats.append(heat)
    a = generator.copy()
    a[0] = np.eye(n).reshape(-1)
    rho = np.linalg.solve(a, np.eye(n * n)[0]).reshape(n, n)
    return np.array([2.0 * np.trace(k @ rho).real for k in heats])


@pytest.mark.parametrize(("omega", "amplitude"), [(0.9, 0.15), (0.3, 0.5)])
def test_rotating_waves_against_a_generator_written_out(omega: float, amplitude: float) -> None:
    """Every coherence in the zone of the frame; at w = 0.3 W of both signs belongs to one element."""
    baths = rotating("hot", 1.2), rotating("cold", 0.3)
    found = sambe.energy_currents(ladder(*baths, omega=omega, amplitude=amplitude), secular="none")
    assert_allclose(found[:2], written_out(omega, amplitude, baths), rtol=1e-8)
    full = [sambe.Bath(b.name, LOWER + LOWER.T, OHMIC, b.temperature) for b in baths]
    hermitian = sambe.energy_currents(ladder(*full, omega=omega, amplitude=amplitude), secular="none")
    if omega == 0.3:
        assert np.abs(hermitian - found).max() > 1e-3 * np.abs(found).max()


@pytest.mark.parametrize("secular", ["full", "ule", "clustered"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_laws_hold_by_rotating_waves(secular: str, equation: str) -> None:
    weak = sambe.Ohmic(0.002, cutoff=10.0)
    baths = [sambe.Bath(n, LOWER, weak, t, rotating_wave=True) for n, t in (("hot", 1.2), ("cold", 0.3))]
    system = ladder(*baths, amplitude=0.2, omega=0.7)
    found = sambe.steady_state(system, equation=equation, secular=secular)
    assert abs(float(found.first_law_residual)) < 1e-12 * float(np.abs(found.energy_current).max())
    assert float(found.entropy_production) > 0


def test_equations_and_channels_agree() -> None:
    """Frame against modes, channels against their sum, the complete equation where nothing turns."""
    system = ladder(rotating("hot", 1.2), rotating("cold", 0.3))
    framed = sambe.steady_state(system, secular="partial").energy_current
    modes = sambe.steady_state(system, equation="floquet", secular="partial").energy_current
    assert_allclose(modes, framed, rtol=1e-7)
    channels = sambe.channels(system)
    assert_allclose(channels.energy_current.groupby("bath").sum().sel(bath="hot"), framed[0], rtol=1e-8)


def test_in_a_bath_that_is_cold_only_counter_rotating_terms_are_left_out() -> None:
    """Flat J at T = 0, Kerr oscillator: a Lindblad equation with one jump operator, solved by QuTiP."""
    qutip = pytest.importorskip("qutip")
    levels, j, f, w = 10, 0.05, 0.03, 1.02
    n, a = sambe.num(levels), sambe.destroy(levels)
    bath = sambe.Bath("b", a, sambe.Flat(j), 0.0, rotating_wave=True)
    system = sambe.System([(1.0, n), (0.03, n @ n)], drive={1: [(f, a.conj().T)]}, omega=w, baths=[bath])
    number = qutip.num(levels)
    h = (1.0 - w) * number + 0.03 * number**2 + f * (qutip.destroy(levels) + qutip.create(levels))
    rho = qutip.steadystate(h, [j**0.5 * qutip.destroy(levels)])
    found = sambe.energy_currents(system, secular="none")
    assert_allclose(found[1], w * j * qutip.expect(number, rho), rtol=1e-9)


def test_an_undriven_qubit_feels_no_difference() -> None:
    both = [
        sambe.energy_currents(
            sambe.System(
                [(0.5, sambe.sigmaz())],
                baths=[sambe.Bath(n, c, OHMIC, t, rotating_wave=r) for n, t in (("a", 1.0), ("b", 0.4))],
            )
        )
        for c, r in ((sambe.sigmam(), True), (sambe.sigmax(), False))
    ]
    assert_allclose(both[0], both[1], rtol=1e-12, atol=1e-18)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"coupling": sambe.sigmax()}, r"bath 'b'\.coupling = .*lowers the energy"),
        ({"coupling": [sambe.sigmam(), sambe.sigmax()]}, r"bath 'b'\.coupling\[1\]"),
    ],
)
def test_a_coupling_that_does_not_lower_is_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        sambe.Bath("b", spectrum=OHMIC, temperature=1.0, rotating_wave=True, **given)


def test_who_knows_no_rotating_waves_says_so() -> None:
    bath = sambe.Bath("b", sambe.sigmam(), OHMIC, 1.0, rotating_wave=True)
    qubit = sambe.models.spin_boson(omega=0.8, baths=bath)
    for kind in ("shift", "counter"):
        with pytest.raises(InputError, match="rotating waves"):
            sambe.steady_state(qubit, lamb_shift=kind)
    with pytest.raises(InputError, match=r"rotating_wave = True"):
        sambe.steady_state(qubit, equation="heom")
    with pytest.raises(InputError, match=r"model's coupling"):
        sambe.analytic.spin_boson_currents(1.0, 0.1, 0.8, [bath])
    verdict = sambe.audit(qubit, equations=["driven_dressed"])  # without the bath's shift
    assert not verdict.status.any()
