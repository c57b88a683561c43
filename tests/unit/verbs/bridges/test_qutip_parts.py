"""A system in QuTiP's terms: by QuTiP's own solvers."""

from __future__ import annotations

import numpy as np
import pytest
import qutip

import sambe
from sambe.errors import InputError
from sambe.verbs.bridges.qutip_parts import to_qutip


@pytest.mark.parametrize(
    "system",
    [
        sambe.models.spin_boson(drive=0.3, omega=0.8),
        sambe.models.kerr_resonator(kerr=0.1, drive=0.1, omega=0.8, levels=5),
        sambe.models.spin_boson(drive=0.0),
    ],
    ids=["qubit", "resonator", "no drive"],
)
@pytest.mark.filterwarnings("ignore:the top levels")
def test_the_stationary_state_of_the_collapse_operators_is_that_of_full(system: sambe.System) -> None:
    parts = to_qutip(system)
    state = qutip.steadystate(parts.frame_hamiltonian, parts.collapse_operators)
    wanted = sambe.steady_state(system, secular="full").population.values
    levels = parts.frame_hamiltonian.eigenstates()[1]
    found = [qutip.expect(state, level) for level in levels]
    np.testing.assert_allclose(np.sort(found), np.sort(wanted), atol=1e-8)


def test_the_hamiltonian_is_that_of_the_harmonics() -> None:
    parts = to_qutip(sambe.models.spin_boson(drive=0.4, omega=0.7, polarization="linear"))
    t = 1.3
    wanted = 0.5 * qutip.sigmaz() + 0.4 * np.cos(0.7 * t) * qutip.sigmax()
    assert abs((parts.hamiltonian(t) - wanted).full()).max() < 1e-14
    assert parts.collapse_operators is None  # a linear drive has no static frame
    assert parts.frame is None


def test_environments_have_the_rates_and_come_back() -> None:
    parts = to_qutip(sambe.models.spin_boson())
    bath = sambe.models.spin_boson().baths[0]
    name, operator, environment = parts.couplings[0]
    assert name == "left"
    for w in (-0.7, 0.0, 1.2):
        assert float(environment.power_spectrum(w)) == pytest.approx(float(bath.rates(np.asarray(-w))[0]))
    again = sambe.Bath("left", operator, environment)
    found, wanted = (float(b.rates(np.asarray(1.0))[0]) for b in (again, bath))
    assert found == pytest.approx(wanted, rel=1e-6)


def test_an_undriven_system_relaxes_by_brmesolve_to_the_same_populations() -> None:
    system = sambe.models.spin_boson(drive=0.0)
    parts = to_qutip(system)
    late = qutip.brmesolve(parts.hamiltonian(0.0), qutip.basis(2, 0), [0.0, 5000.0], parts.a_ops)
    excited = float(late.states[-1].full()[0, 0].real)
    wanted = sambe.steady_state(system, secular="full").population.values
    assert np.abs(wanted - excited).min() < 1e-4


def test_what_qutip_cannot_say_is_refused() -> None:
    with pytest.raises(InputError, match="one point"):
        to_qutip(sambe.models.spin_boson(omega=sambe.axis("omega", [0.9, 1.0])))
    squeezed = sambe.Bath("s", sambe.sigmax(), sambe.Flat(0.01), state=sambe.Squeezed(0.5, 0.5, 0.0, 1.0))
    with pytest.raises(InputError, match="squeezing"):
        to_qutip(sambe.models.spin_boson(baths=[squeezed]))
    waves = sambe.Bath("r", sambe.sigmam(), sambe.Flat(0.01), 0.5, rotating_wave=True)
    with pytest.raises(InputError, match="rotating waves"):
        to_qutip(sambe.models.spin_boson(baths=[waves]))
