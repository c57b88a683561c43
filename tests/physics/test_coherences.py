"""Where populations alone are not enough: coherence-keeping currents against every other route."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models

OMEGAS = np.array([0.05, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1.0, 1.001, 1.05, 1.3, 2.0])
DRIVES = np.array([1e-4, 1e-3, 1e-2, 0.1, 0.5])

SYSTEMS: dict[str, Callable[[Any, Any], sambe.System]] = {
    "qubit": lambda a, w: models.spin_boson(drive=a, omega=w),
    "equal qubits": lambda a, w: models.two_qubits(drive=a, omega=w),
    "weakly coupled qubits": lambda a, w: models.two_qubits(coupling=0.004, drive=a, omega=w),
    "spin 1": lambda a, w: models.spin(1.0, drive=a, omega=w),
    "amplifier": lambda a, w: models.three_level(drive=a, omega=w + 0.5),
    "Kerr, 8 levels": lambda a, w: models.kerr_resonator(drive=a / 2, omega=w, levels=8),
    "Kerr, 12 levels": lambda a, w: models.kerr_resonator(drive=a / 2, omega=w, levels=12),
    "softening Kerr, 11 levels": lambda a, w: models.kerr_resonator(
        kerr=-0.02, drive=a / 2, omega=w, levels=11
    ),
}


def worst(found: Any, wanted: Any) -> float:
    """Largest difference over the points, relative to the largest current of the point."""
    return float((np.abs(found - wanted).max(axis=-1) / np.abs(wanted).max(axis=-1)).max())


@pytest.mark.parametrize("name", SYSTEMS)
def test_partial_is_redfield(name: str) -> None:
    drive, omega = (x.ravel() for x in np.meshgrid(DRIVES, OMEGAS))
    system = SYSTEMS[name](drive, omega)
    wanted = sambe.energy_currents(system, equation="driven_dressed", secular="none")
    found = sambe.energy_currents(system, equation="driven_dressed", secular="partial")
    assert worst(found, wanted) < 1e-6  # the measure; the default tolerance asks for 1e-8
    assert worst(found, wanted) < 3e-8


@pytest.mark.parametrize("drive", [1e-6, 1e-4, 2e-3])
@pytest.mark.parametrize(
    "make",
    [
        lambda a: models.oscillator(drive=a, omega=1.0, levels=24),
        lambda a: models.kerr_resonator(kerr=1e-4, drive=a, omega=1.0, levels=20),
        lambda a: models.spin(7.0, drive=a, omega=1.0),
    ],
    ids=["oscillator", "Kerr resonator", "spin 7"],
)
def test_partial_is_redfield_where_a_whole_ladder_collapses(
    make: Callable[[float], sambe.System], drive: float
) -> None:
    # far more states within a linewidth than fit the band of coherences in the matrix
    wanted = sambe.energy_currents(make(drive), secular="none")
    assert worst(sambe.energy_currents(make(drive), secular="partial"), wanted) < 1e-6


def test_full_secular_reverses_a_bath_current_at_weak_resonant_drive() -> None:
    # DESIGN section 3, trap 1: a drive far below the relaxation rate cannot matter
    drive = 1e-5
    weak = models.spin_boson(drive=drive, omega=1.0)
    still = sambe.energy_currents(models.spin_boson(drive=0.0, omega=1.0), secular="full")
    kept = sambe.energy_currents(weak, secular="partial")
    # saturation parameter s = 2 A^2/g^2 of order 1e-5
    np.testing.assert_allclose(kept[:2], still[:2], rtol=1e-4)
    pauli = sambe.energy_currents(weak, secular="full")
    assert pauli[0] < 0.0 < still[0]
    assert pauli[-1] > 1e4 * kept[-1] > 0.0


def test_full_secular_warns_there_and_names_the_points() -> None:
    omega = sambe.axis("omega", [0.5, 0.999, 1.0, 1.4])
    with pytest.warns(sambe.SecularWarning, match=r"2 of 4 points \(omega = 0.999 to 1\)"):
        sambe.steady_state(models.spin_boson(drive=1e-3, omega=omega), secular="full")


def test_two_identical_qubits_are_not_left_in_an_arbitrary_basis() -> None:
    # uncoupled and undriven, each sits at the temperature of its own bath whatever basis LAPACK takes
    system = models.two_qubits(coupling=0.0, drive=0.0)
    left, right, pump = sambe.energy_currents(system, secular="partial")
    assert abs(left) < 1e-18
    assert abs(right) < 1e-18
    assert pump == 0.0


def test_weakly_coupled_qubits_pass_heat_as_their_coupling_squared() -> None:
    # identical qubits exchanging an excitation at g far below the linewidths: incoherent hopping at
    # the rate 4 g^2/(G_l + G_r), with G the relaxation rate of each; a non-degenerate treatment gives
    # a current that does not vanish with g
    j = 0.002 * np.exp(-0.1)
    g_left, g_right = j / np.tanh(0.5 / 1.2), j / np.tanh(0.5 / 0.4)
    hop = 1e-5
    rate = 4.0 * hop**2 / (g_left + g_right)
    excited = [1.0 / (np.exp(1.0 / t) + 1.0) for t in (1.2, 0.4)]
    wanted = rate * (excited[0] - excited[1])
    left, right, _ = sambe.energy_currents(models.two_qubits(coupling=hop, drive=0.0), secular="partial")
    assert left == pytest.approx(wanted, rel=1e-3)
    assert right == pytest.approx(-wanted, rel=1e-3)


def test_first_law_residual_is_of_higher_order_in_the_coupling() -> None:
    # currents are of first order in J; what they fail to sum to is of second
    residual, size = [], []
    for strength in (0.004, 0.002, 0.001):
        spectrum = sambe.Ohmic(strength, cutoff=10.0)
        baths = [sambe.Bath(n, spectrum=spectrum, temperature=t) for n, t in (("hot", 1.2), ("cold", 0.4))]
        system = models.two_qubits(omega=0.8, drive=0.2, baths=baths)
        flow = sambe.steady_state(system, secular="partial")  # the complete equation keeps the law
        residual.append(abs(flow.first_law_residual.item()))
        size.append(np.abs(flow.energy_current).max().item())
        assert flow.first_law_residual.item() == pytest.approx(flow.energy_current.sum().item(), abs=1e-18)
    assert residual[0] < 0.01 * size[0]
    order = np.log2(np.array(residual)[:-1] / np.array(residual)[1:])
    assert (order > 1.8).all()


@pytest.mark.parametrize(("shift", "order", "size"), [("none", 2, 4.7e-5), ("shift", 1, 1.04e-2)])
def test_the_first_law_holds_by_every_harmonic_and_to_leading_order_without(shift, order, size) -> None:
    """Counted on the side of the coupling, heat and power are Tr[E drho/dt], which stands still over a period
    of the complete equation. The cheaper one counts what leaves the baths, and keeps that to the order of the
    theory: the residual falls with the coupling."""
    residual = []
    for strength in (0.01, 0.001):
        baths = [sambe.Bath(name, spectrum=sambe.Ohmic(strength, cutoff=10.0), temperature=t)
                 for name, t in (("hot", 1.2), ("cold", 0.4))]  # fmt: skip
        system = sambe.models.spin_boson(drive=0.3, omega=0.8, polarization="linear", baths=baths)
        complete, partial = (
            sambe.energy_currents(system, equation="floquet", secular=secular, lamb_shift=shift)
            for secular in ("none", "partial")
        )
        assert abs(complete.sum()) < 1e-12 * np.abs(complete).max()
        residual.append(abs(partial.sum()) / np.abs(partial).max())
    assert residual[0] == pytest.approx(size, rel=0.05)
    assert residual[0] / residual[1] == pytest.approx(10.0**order, rel=0.02)
