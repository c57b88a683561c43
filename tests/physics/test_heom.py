"""The exact reference against laws, limits, QuTiP, and a number computed elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.reservoir import absorption_rate
from sambe.physics.heom import heom_currents

SX, SY, SZ = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz()


def drude(strength: float) -> sambe.DrudeLorentz:
    return sambe.DrudeLorentz(strength, cutoff=2.0)


def pair(spectrum: object, hot: float = 1.0, cold: float = 0.5) -> list[sambe.Bath]:
    return [
        sambe.Bath("hot", SX, spectrum, hot),
        sambe.Bath("cold", SX, spectrum, cold),
    ]


def driven(baths: list[sambe.Bath], **changes: Any) -> sambe.System:
    return sambe.models.spin_boson(**{"drive": 0.5, "omega": 0.8, "baths": baths, **changes})


@pytest.mark.slow
def test_open_reference_number() -> None:
    """HEOM by long evolution, good to 1e-4; currents into the baths 1.6087e-3 and 2.4009e-3."""
    result = heom_currents(driven(pair(drude(0.005))))
    np.testing.assert_allclose(result.currents[:2], [-1.6087e-3, -2.4009e-3], rtol=1.2e-4)


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.005, 0.1])
def test_nothing_flows_in_equilibrium(strength: float) -> None:
    result = heom_currents(driven(pair(drude(strength), 0.7, 0.7), drive=0.0))
    assert np.abs(result.currents).max() < 1e-10 * result.scale


@pytest.mark.slow
@pytest.mark.parametrize(
    "baths",
    [
        [sambe.Bath("hot", SX, drude(0.04), 1.0), sambe.Bath("cold", SY + SZ, drude(0.02), 0.5)],
        [sambe.Bath("hot", [SX, SZ], drude(0.01), 1.0), sambe.Bath("cold", SX, drude(0.01), 0.5)],
        [sambe.Bath("hot", SX, sambe.Ohmic(0.02, cutoff=3.0), 1.0)],
    ],
    ids=["not commuting", "several operators", "fitted"],
)
def test_first_and_second_law(baths: list[sambe.Bath]) -> None:
    result = heom_currents(driven(baths, polarization="linear"), tolerance=1e-3)
    assert abs(result.residual) < 1e-9 * result.scale
    temperatures = np.array([b.temperature for b in baths])
    assert -np.sum(result.currents[:-1] / temperatures) > 0
    assert np.linalg.eigvalsh(result.state).min() > 0


@pytest.mark.slow
def test_golden_rule_without_a_drive() -> None:
    """Weak coupling: J = w0 (a_h e_c - a_c e_h) / (a_h + e_h + a_c + e_c), e emission rates."""
    spectrum = drude(1e-5)
    (a_h, e_h), (a_c, e_c) = (absorption_rate(spectrum, t, np.array([1.0, -1.0])) for t in (1.0, 0.5))
    expected = (a_h * e_c - a_c * e_h) / (a_h + e_h + a_c + e_c)
    result = heom_currents(driven(pair(spectrum), drive=0.0))
    np.testing.assert_allclose(result.currents, [expected, -expected, 0.0], rtol=2e-4, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spectrum", "changes"),
    [
        (sambe.Underdamped(3e-3, width=0.5, frequency=1.2), {}),
        (sambe.Ohmic(1e-5, cutoff=5.0), {}),
        (sambe.Ohmic(1e-5, cutoff=5.0), {"polarization": "linear", "omega": 1.3}),
        (drude(1e-5), {"polarization": "linear", "omega": 0.3}),
    ],
    ids=["underdamped", "ohmic", "linear", "slow"],
)
def test_floquet_equation_at_weak_coupling(spectrum: object, changes: dict[str, object]) -> None:
    system = driven(pair(spectrum), **changes)
    weak = sambe.steady_state(system, equation="floquet", secular="full").energy_current
    result = heom_currents(system)
    np.testing.assert_allclose(result.currents, weak, rtol=0, atol=5e-4 * result.scale)


@pytest.mark.slow
def test_two_driven_qubits_and_a_three_level_amplifier() -> None:
    baths = [sambe.Bath(n, spectrum=drude(1e-5), temperature=t) for n, t in (("h", 1.0), ("c", 0.5))]
    for system in (
        sambe.models.two_qubits(drive=0.2, omega=0.9, baths=baths),
        sambe.models.three_level(drive=0.3, omega=1.0, baths=baths),
    ):
        weak = sambe.steady_state(system, equation="floquet", secular="full").energy_current
        result = heom_currents(system)
        np.testing.assert_allclose(result.currents, weak, rtol=0, atol=1e-3 * result.scale)


@pytest.mark.slow
def test_coherences_survive_a_weak_resonant_drive() -> None:
    """Trap 1: where the full secular current is wrong many times over, the exact one is not."""
    system = driven(pair(drude(0.0025), 0.5, 0.5), drive=1e-3, omega=1.0)
    result = heom_currents(system)
    kept = sambe.steady_state(system, secular="partial").energy_current.sel(terminal="pump")
    assert result.currents[-1] == pytest.approx(float(kept), rel=0.05)


@pytest.mark.slow
def test_static_state_agrees_with_qutip_at_strong_coupling() -> None:
    from qutip import Qobj
    from qutip.core.environment import DrudeLorentzEnvironment
    from qutip.solver.heom import HEOMSolver

    system = driven(pair(drude(0.05)), drive=0.0)
    result = heom_currents(system)
    environments = [DrudeLorentzEnvironment(t, 0.05, 2.0).approximate("pade", Nk=2) for t in (1.0, 0.5)]
    baths = [(e, Qobj(SX)) for e in environments]
    state, _ = HEOMSolver(Qobj(0.5 * SZ), baths, 4).steady_state(use_mkl=False)
    np.testing.assert_allclose(result.state, state.full(), atol=4e-4)


@pytest.mark.slow
def test_periodic_state_agrees_with_long_evolution() -> None:
    from qutip import Qobj, QobjEvo, basis, ket2dm
    from qutip.core.environment import DrudeLorentzEnvironment
    from qutip.solver.heom import HEOMSolver

    omega, bath = 1.1, sambe.Bath("b", SX, drude(0.15), 1.0)
    result = heom_currents(driven([bath], polarization="linear", omega=omega))
    environment = DrudeLorentzEnvironment(1.0, 0.15, 2.0).approximate("pade", Nk=3)
    drive = Qobj(0.5 * SX)
    h = QobjEvo([Qobj(0.5 * SZ), [drive, lambda t: np.cos(omega * t)]])
    period = 2 * np.pi / omega
    options = {"progress_bar": "", "atol": 1e-8, "rtol": 1e-6, "nsteps": 100_000}
    solver = HEOMSolver(h, (environment, Qobj(SX)), 6, options=options)
    last = np.concatenate([[0.0], period * (10 + np.arange(17) / 16)])
    states = solver.run(ket2dm(basis(2, 0)), last).states
    average = np.mean([s.full() for s in states[1:-1]], axis=0)
    np.testing.assert_allclose(result.state, average, atol=2e-4)
    now = result.state_harmonics.sum(axis=0)
    np.testing.assert_allclose(now, states[-1].full(), atol=2e-4)


@pytest.mark.slow
@pytest.mark.parametrize("cutoff", [8.0, 20.0, 50.0])
def test_a_bath_that_only_dephases_may_have_a_high_cutoff(cutoff) -> None:
    """It has lines at zero energy alone: where J falls off is not to be measured by those."""
    baths = [
        sambe.Bath("x", sambe.sigmax(), sambe.DrudeLorentz(0.003, cutoff=2.0), temperature=1.0),
        sambe.Bath("z", sambe.sigmaz(), sambe.DrudeLorentz(0.003, cutoff=cutoff), temperature=0.4),
    ]
    found = heom_currents(sambe.System([(0.5, sambe.sigmaz())], baths=baths), tolerance=3e-3)
    hot, cold, _ = found.currents
    assert found.residual == pytest.approx(0.0, abs=1e-15)
    # a jump of the qubit drags the diagonal bath along: heat that no equation of second order has
    assert 0.0 < hot == pytest.approx(-cold)
    assert hot * cutoff == pytest.approx(3.3e-5, rel=0.35)


@pytest.mark.slow
@pytest.mark.parametrize("cutoff", [11.0, 12.0, 14.0])
def test_a_bath_is_expanded_so_that_a_longer_expansion_can_be_tried(cutoff) -> None:
    """Padé terms meet the tolerance with the very last exponential allowed, and no error can be told then."""
    baths = [
        sambe.Bath(name, sambe.sigmax(), sambe.DrudeLorentz(0.003, cutoff=cutoff), temperature=t)
        for name, t in (("hot", 1.0), ("cold", 0.4))
    ]
    found = heom_currents(sambe.System([(0.5, sambe.sigmaz())], baths=baths), tolerance=1e-3)
    j = 4 * 0.003 * cutoff / (1 + cutoff**2)
    n, m = (1 / np.expm1(1 / t) for t in (1.0, 0.4))
    assert found.currents[0] == pytest.approx(j * (n - m) / (2 * (1 + n + m)), rel=0.01)  # Segal and Nitzan
    assert found.error < 2e-3
