"""Quasienergies and Floquet-Markov rates against QuTiP's, where both can be had."""

from typing import Any

import numpy as np
import pytest
import qutip

import sambe
from sambe import models
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import make_jumps, pauli_rates
from sambe.physics.preparation import prepare


def qutip_hamiltonian(system: sambe.System) -> Any:
    """The same H(t) as a QobjEvo."""
    parts: list[Any] = [qutip.Qobj(system.harmonics()[0])]
    for k, h in system.harmonics().items():
        if k:
            parts.append([qutip.Qobj(h), lambda t, k=k: np.exp(-1j * k * system.omega * t)])
    return qutip.QobjEvo(parts)


SYSTEMS = {
    "linear qubit": models.spin_boson(drive=0.3, omega=0.8, polarization="linear"),
    "circular qubit": models.spin_boson(drive=0.3, omega=0.8),
    "strong linear": models.spin_boson(drive=1.5, omega=0.35, polarization="linear"),
    "modulated qubit": models.modulated_qubit(modulation=0.7, omega=0.3),
    "unequal qubits": models.two_qubits(splittings=(1.0, 1.37), drive=0.4, omega=0.77),
    "Kerr resonator": models.kerr_resonator(kerr=0.03, drive=0.1, omega=0.83, levels=6),
}


def folded(energies: Any, omega: float) -> Any:
    """Angles of the quasienergies on the circle, as complex numbers in a fixed order."""
    angle = np.sort(np.mod(energies / omega, 1.0))
    return np.exp(2j * np.pi * angle)


@pytest.mark.parametrize("equation", ["floquet", "driven_dressed"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_quasienergies(name: str, equation: str) -> None:
    system = SYSTEMS[name]
    if equation == "driven_dressed" and name in ("linear qubit", "strong linear", "modulated qubit"):
        with pytest.raises(sambe.FrameError):
            prepare(system, equation)
        return
    basis = qutip.FloquetBasis(
        qutip_hamiltonian(system), 2 * np.pi / system.omega, options={"rtol": 1e-11, "atol": 1e-13}
    )
    ours = dress(system, prepare(system, equation)).energies
    np.testing.assert_allclose(
        folded(ours, system.omega), folded(basis.e_quasi, system.omega), rtol=0, atol=1e-7
    )


@pytest.mark.parametrize("name", ["linear qubit", "circular qubit", "modulated qubit", "Kerr resonator"])
def test_floquet_markov_rates(name: str) -> None:
    # QuTiP's J is half of ours: alpha = 0.001 there is the strength 0.002 here
    system, temperature = SYSTEMS[name], 0.6
    environment = qutip.OhmicEnvironment(T=temperature, alpha=0.001, wc=10.0, s=1.0)
    bath = sambe.Bath(
        "bath", system.baths[0].operators[0], sambe.Ohmic(0.002, cutoff=10.0), temperature=temperature
    )
    system = system.replace(baths=[bath])
    n, period = system.levels, 2 * np.pi / system.omega
    basis = qutip.FloquetBasis(qutip_hamiltonian(system), period, options={"rtol": 1e-10, "atol": 1e-12})
    tensor = qutip.floquet_tensor(
        basis,
        [qutip.Qobj(bath.operators[0])],
        [lambda w: environment.power_spectrum(w) / (2 * np.pi)],  # their rate is 2 pi times this
        period,
        w_th=0.0,  # the thermal part is in the spectrum
        kmax=12,
        nT=96,
    )
    block = np.arange(n) * (n + 1)
    theirs = tensor.full()[np.ix_(block, block)].real
    found = dress(system, prepare(system, "floquet"))
    jumps = make_jumps(found, system.baths, prepare(system, "floquet").wiring)
    ours = pauli_rates(jumps)
    # states of one quasienergy modulo omega, whatever the order
    turn = np.abs(
        np.exp(2j * np.pi * found.energies / system.omega)[:, None]
        - np.exp(2j * np.pi * basis.e_quasi / system.omega)
    )
    order = np.argmin(turn, axis=1)
    assert sorted(order) == list(range(n))
    theirs = theirs[np.ix_(order, order)]
    off = ~np.eye(n, dtype=bool)
    np.testing.assert_allclose(ours[off], theirs[off], rtol=1e-5, atol=1e-6 * theirs[off].max())


def test_their_spectral_density_is_half_of_ours() -> None:
    environment = qutip.OhmicEnvironment(T=0.6, alpha=0.001, wc=10.0, s=1.0)
    ours = sambe.Ohmic(0.002, cutoff=10.0)
    w = np.array([0.1, 1.0, 5.0])
    np.testing.assert_allclose(ours(w), 2.0 * environment.spectral_density(w), rtol=1e-12)
    np.testing.assert_allclose(
        sambe.absorption_rate(ours, 0.6, -w), environment.power_spectrum(w), rtol=1e-12
    )
    np.testing.assert_allclose(
        sambe.absorption_rate(ours, 0.6, w), environment.power_spectrum(-w), rtol=1e-12
    )
